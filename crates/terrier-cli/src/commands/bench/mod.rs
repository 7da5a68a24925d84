//! `terrier bench`: the speed of the classifier on the user's own machine, and what it means; and what a whole estate would take.

mod estate;
mod figures;
mod measure;
mod render;

use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use terrier_classify::Classifier;
use terrier_sim::benchmark::{Kind, SEED, corpus};

use self::figures::{Figures, Rules};
use super::print;
use crate::args::{BenchArgs, BenchKind, SummaryFormat};
use crate::exit::Exit;
use crate::resources::resolve_threads;
use crate::targets::load_rules;
use crate::units::human_bytes;

const LEAST: u64 = 64 << 10;
const MOST: u64 = 4 << 30;

/// Measures and prints.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<Exit> {
    if !args.estate.is_empty() {
        return estate::run(args);
    }
    let size = args.size.0;
    if !(LEAST..=MOST).contains(&size) {
        bail!("--size must lie between {} and {}; a number alone counts bytes: write 64M for MiB", human_bytes(LEAST), human_bytes(MOST));
    }
    let size = usize::try_from(size).context("--size is too large for this machine")?;
    let threads = resolve_threads(args.threads)?;

    let start = Instant::now();
    let pack = load_rules(&args.rules)?;
    let load = start.elapsed();
    let classifier = Classifier::compile_for(&pack, args.engine).context("the rules cannot be compiled; see: terrier rules check")?;
    let compile = start.elapsed().saturating_sub(load);

    let kinds: Vec<Kind> = if args.kinds.is_empty() { Kind::ALL.into() } else { args.kinds.iter().copied().map(kind).collect() };
    let progress = Progress::start(kinds.len() as u64 + 1);
    let mut measured = Vec::new();
    for kind in kinds {
        progress.step(kind.as_str());
        measured.push(measure::alone(&classifier, kind, &corpus(kind, SEED, size)));
    }
    progress.step("all threads");
    let together = measure::together(&classifier, &corpus(Kind::Mixed, SEED, size), threads);
    drop(progress);

    let figures = Figures {
        engine: classifier.backend().describe(),
        rules: Rules { count: pack.rules.len(), classes: pack.classes.len(), digest: classifier.rules_digest().to_owned(), load, compile },
        size,
        alone: measured,
        together,
        cores: args.cores.unwrap_or(threads),
        price_per_core_hour: args.price_per_core_hour.0,
    };
    print(&match args.format {
        SummaryFormat::Table => render::table(&figures),
        SummaryFormat::Json => render::json(&figures),
    })?;
    Ok(Exit::Done)
}

fn kind(typed: BenchKind) -> Kind {
    match typed {
        BenchKind::Mixed => Kind::Mixed,
        BenchKind::MixedClean => Kind::MixedClean,
        BenchKind::Encoded => Kind::Encoded,
        BenchKind::MinifiedJson => Kind::MinifiedJson,
        BenchKind::Logs => Kind::Logs,
        BenchKind::Records => Kind::Records,
    }
}

/// A bar on a terminal, nothing elsewhere. It is drawn between measurements only, so that drawing takes no time from them.
struct Progress(ProgressBar);

impl Progress {
    fn start(steps: u64) -> Self {
        let style = ProgressStyle::with_template("{prefix:.bold} {wide_bar:.green/dim} {pos}/{len}  {msg}");
        Self(ProgressBar::new(steps).with_style(style.expect("the template is well-formed")).with_prefix("Measuring"))
    }

    fn step(&self, name: &str) {
        self.0.inc(1);
        self.0.set_message(name.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
