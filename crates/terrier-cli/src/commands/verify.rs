use anyhow::{Context, bail};
use serde_json::json;
use terrier_findings::{Results, Verification};
use terrier_model::{RunId, RunRow};
use terrier_stores::{ResultsLocation, find_results};

use super::print;
use crate::args::{SummaryFormat, VerifyArgs};
use crate::exit::Exit;
use crate::targets::connect_options;
use crate::units::human_count;

/// Checks finished runs against what their shards committed.
pub(crate) async fn run(args: VerifyArgs) -> anyhow::Result<Exit> {
    let place = &args.findings.findings;
    let location = find_results(place, &connect_options(&args.findings.s3, None, None)).await;
    let ResultsLocation { store, prefix, .. } = location.with_context(|| format!("cannot open the findings at {place}"))?;
    let results = Results::new(store, prefix);
    let mut runs = results.runs().await.with_context(|| format!("cannot read the findings at {place}"))?;
    match &args.run {
        Some(run) => runs.retain(|row| row.run_id.as_str() == run),
        None => runs = latest_of_each_target(runs),
    }
    if runs.is_empty() {
        bail!("there is no such finished run in {place}; terrier query \"SELECT run_id FROM runs_all\" lists them");
    }
    let mut sound = true;
    for RunRow { run_id, .. } in runs {
        let verification = results.verify(&run_id).await.with_context(|| format!("cannot check the run {run_id}"))?;
        sound &= verification.problems.is_empty();
        match args.format {
            SummaryFormat::Table => print(&text(&run_id, &verification))?,
            SummaryFormat::Json => print(&as_json(&run_id, &verification))?,
        }
    }
    Ok(if sound { Exit::Done } else { Exit::Failed })
}

fn latest_of_each_target(runs: Vec<RunRow>) -> Vec<RunRow> {
    let mut latest: Vec<RunRow> = Vec::new();
    for run in runs {
        latest.retain(|earlier| earlier.target != run.target);
        latest.push(run);
    }
    latest
}

fn text(run: &RunId, verification: &Verification) -> String {
    let Verification { shards, files, rows, problems } = verification;
    let mut text = format!(
        "{run}  {} shards, {} files and {} rows as committed\n",
        human_count(u64::from(*shards)),
        human_count(*files),
        human_count(*rows)
    );
    for problem in problems {
        text.push_str(&format!("  {problem}\n"));
    }
    text
}

fn as_json(run: &RunId, verification: &Verification) -> String {
    let Verification { shards, files, rows, problems } = verification;
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    json!({ "run_id": run.as_str(), "shards": shards, "files": files, "rows": rows, "problems": problems }).to_string()
}
