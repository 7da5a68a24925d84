use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use terrier_classify::Backend;
use terrier_scan::{Estimate, PlanFolder, PlanHeader, render_path};
use terrier_stores::{ResultsLocation, open_results};

use super::print;
use super::session::{Opening, Session};
use crate::args::{PlanArgs, SummaryFormat};
use crate::display::Display;
use crate::exit::Exit;
use crate::log;
use crate::summary::{self, Fleet};
use crate::targets;

/// Lists the targets and writes down what a scan would read.
pub(crate) async fn run(args: PlanArgs) -> anyhow::Result<Exit> {
    // Whoever runs a part of the plan must mean the same stores by the same numbers.
    let typed = targets::spelled_out(&args.targets, &args.s3).await?;
    let session = Session::open(Opening {
        targets: &typed,
        s3: &args.s3,
        rules: &args.rules,
        inventories: &args.selection.inventory,
        ocr: args.ocr.languages(),
        tables: args.tables.options(args.selection.full),
        engine: Backend::default(),
        key_file: args.key_file.as_deref(),
        threads: None,
        memory: None,
        findings: &args.findings,
        quiet: args.quiet,
    })
    .await?;
    targets::check_out(&targets::resolve(&typed, &args.s3).await?, &args.out)?;
    let out = &args.out;
    let location = open_results(out, &targets::connect_options(&args.s3, None, None)).await;
    let ResultsLocation { store, prefix, .. } = location.with_context(|| format!("cannot write the plan to {out}"))?;
    let local = (!out.contains("://")).then(|| Path::new(out));
    if let Some(folder) = local {
        owner_only(folder, 0o700)?;
    }
    let folder = PlanFolder::new(store, prefix);
    if folder.holds_a_plan().await? {
        bail!("there is a plan at {out} already; run it with terrier scan --plan, or give the new one another --out");
    }
    let display = Display::start(Arc::clone(&session.scanner.progress), args.quiet);
    let plan = session.unless_overdue(session.plan(&args.selection, Some(&folder))).await?;
    let key_id = session.scanner.identity.key_id();
    let header = PlanHeader::new(&plan, session.typed_targets().to_vec(), &session.label(), key_id, session.meter.take());
    folder.finish(&plan, &header).await.with_context(|| format!("cannot write the plan to {out}"))?;
    if let Some(folder) = local {
        close_files(folder)?;
    }
    drop(display);
    let estimate = Estimate::of(&plan);
    let fleet = Fleet { cores: args.cores, core_hour_usd: args.core_hour_usd.0, core_rate: args.core_rate.map(|rate| rate.0) };
    match args.format {
        SummaryFormat::Table => {
            print(&summary::plan_table(&plan, &estimate, fleet))?;
            // What a person named may hold a value, also here.
            let mask = |text: &str| render_path(&session.scanner.classifier, text.as_bytes());
            let (plan, findings) = (mask(out), mask(&args.findings));
            log::notice("planned", &format!("run the plan with: terrier scan --plan {plan} --shard 0/1 --out {findings}"));
        }
        SummaryFormat::Json => print(&summary::plan_json(&plan, &estimate, fleet))?,
    }
    Ok(Exit::Done)
}

/// A plan holds exact names, which hold what people put into them.
fn owner_only(path: &Path, mode: u32) -> anyhow::Result<()> {
    let closed = fs::set_permissions(path, Permissions::from_mode(mode));
    closed.with_context(|| format!("cannot keep {} to its owner; give a folder of your own as --out", path.display()))
}

fn close_files(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            owner_only(&path, 0o700)?;
            close_files(&path)?;
        } else {
            owner_only(&path, 0o600)?;
        }
    }
    Ok(())
}
