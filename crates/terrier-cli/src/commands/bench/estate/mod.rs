//! `terrier bench --estate 9PB`: what an estate of petabytes would take, in three columns that are never mixed.

mod executed;
mod measure;
mod render;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use terrier_classify::Classifier;
use terrier_sim::fleet::{Calibration, Fleet, Mode, NodeType, Outcome, Prices, Target, Workload, strata, targets};
use terrier_sim::virtual_estate::{Estate, Profile};

use self::executed::Executed;
use self::measure::{Bench, Measured};
use super::super::{block_on, print, session::worker_command};
use super::Progress;
use crate::args::{BenchArgs, SummaryFormat};
use crate::exit::Exit;
use crate::resources;
use crate::targets::load_rules;

/// Fleets of these sizes are modelled unless others are asked for.
const NODES: [u64; 3] = [16, 256, 1000];

/// The sizes that the goals speak of, within a hundredth: an estate has whole objects.
const GOALS: [f64; 2] = [9e15, 100e15];

/// All that is printed.
struct Report {
    profile: Profile,
    prices: Prices,
    node: NodeType,
    seed: u64,
    measured: Measured,
    executed: Executed,
    estates: Vec<Modelled>,
    targets: Vec<Target>,
    warnings: Vec<String>,
}

/// The third column for one size.
struct Modelled {
    asked: f64,
    workloads: Vec<Workload>,
    outcomes: Vec<Outcome>,
}

/// Measures, executes, models and prints.
pub(super) fn run(args: &BenchArgs) -> anyhow::Result<Exit> {
    block_on(run_in_runtime(args))
}

async fn run_in_runtime(args: &BenchArgs) -> anyhow::Result<Exit> {
    let profile = profile(args.estate_profile.as_deref())?;
    let prices = prices(args.prices.as_deref())?;
    let node = prices.node(args.node.as_deref())?.clone();
    let nodes = if args.nodes.is_empty() { NODES.to_vec() } else { args.nodes.clone() };
    if nodes.iter().any(|count| !(1..=10_000).contains(count)) {
        bail!("--nodes must lie between 1 and 10,000");
    }
    let sizes: Vec<f64> = args.estate.iter().map(|size| size.0).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    if sizes.iter().any(|size| !(1e9..=1e19).contains(size)) {
        bail!("--estate must lie between 1GB and 10EB");
    }
    let pack = load_rules(&args.rules)?;
    let classifier = Classifier::compile_for(&pack, args.engine).context("the rules cannot be compiled; see: terrier rules check")?;
    let resources = resources::resolve(args.threads, None)?;

    // The sample is drawn from the largest estate, so that every kind of object is in it.
    let estate = Arc::new(Estate::new(args.estate_seed, profile.objects_of(largest), profile.clone()));
    let bench = Bench {
        estate: &estate,
        classifier: &Arc::new(classifier),
        worker: worker_command()?,
        threads: resources.threads,
        memory: resources.memory,
    };
    let strata = strata(&estate, args.sample.0);
    let progress = Progress::start(strata.len() as u64 + 1 + sizes.len() as u64);
    let measured = bench.measure(strata, |name| progress.step(name)).await?;
    progress.step("listing");
    let listed = Arc::new(Estate::new(args.estate_seed, args.list_objects, profile.clone()));
    let executed = executed::list(listed, resources.threads).await?;
    let estates: Vec<Modelled> = sizes
        .iter()
        .map(|size| {
            progress.step("modelling");
            modelled(*size, args.estate_seed, &profile, &measured.calibration, &prices, &node, &nodes)
        })
        .collect();
    drop(progress);
    let of = |goal: f64| estates.iter().find(|estate| (estate.asked / goal - 1.0).abs() < 0.01).map_or(&[][..], |estate| &estate.outcomes);
    let targets = targets(of(GOALS[0]), of(GOALS[1]));
    let report =
        Report { profile, prices, node, seed: args.estate_seed, warnings: warnings(&measured), measured, executed, estates, targets };
    print(&match args.format {
        SummaryFormat::Table => render::table(&report),
        SummaryFormat::Json => render::json(&report),
    })?;
    Ok(Exit::Done)
}

fn modelled(
    size: f64,
    seed: u64,
    profile: &Profile,
    calibration: &Calibration,
    prices: &Prices,
    node: &NodeType,
    nodes: &[u64],
) -> Modelled {
    let estate = Estate::new(seed, profile.objects_of(size), profile.clone());
    let calibration = calibration.of_another(&estate);
    let fleets: Vec<Fleet> = nodes.iter().map(|count| Fleet::Nodes(*count, node.clone())).chain([Fleet::Lambda]).collect();
    let workloads: Vec<Workload> =
        [Mode::Full, Mode::Sampled].map(|mode| Workload::of(&estate, &calibration, mode, &prices.figures)).into();
    let each = workloads.iter().flat_map(|workload| fleets.iter().map(move |fleet| (workload, fleet)));
    let outcomes = each.map(|(workload, fleet)| Outcome::of(&estate, workload, fleet, prices, seed)).collect();
    Modelled { asked: size, workloads, outcomes }
}

/// Reads a profile: one that is built in, or a file.
fn profile(named: Option<&str>) -> anyhow::Result<Profile> {
    match named {
        Some(file) if file.contains(['/', '.']) => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read the profile {file}"))?;
            Ok(Profile::parse(&text)?)
        }
        named => Ok(Profile::built_in(named)?),
    }
}

fn prices(file: Option<&Path>) -> anyhow::Result<Prices> {
    let Some(file) = file else { return Ok(Prices::built_in()) };
    let text = fs::read_to_string(file).with_context(|| format!("cannot read the prices {}", file.display()))?;
    Ok(Prices::parse(&text)?)
}

fn warnings(measured: &Measured) -> Vec<String> {
    let mut warnings = Vec::new();
    if cfg!(debug_assertions) {
        warnings.push("this is a build for development, many times slower than a release: what is modelled by it means nothing".to_owned());
    }
    let small = measured.calibration.strata.iter().filter(|figures| figures.core_seconds < 0.05);
    let names: Vec<&str> = small.map(|figures| figures.stratum.prefix.as_str()).collect();
    if !names.is_empty() {
        warnings.push(format!("measured for less than 50 ms, so known roughly only: {}", names.join(", ")));
    }
    warnings
}
