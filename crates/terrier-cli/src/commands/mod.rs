//! One room per command: from what was typed to what it means, and to the exit code.

mod asset;
mod bench;
mod config;
mod doctor;
mod eval;
mod explain;
mod manual;
mod observers;
mod plan;
mod query;
mod report;
mod rules;
mod run;
mod scan;
mod session;
mod show;
mod verify;

use std::future::Future;
use std::path::Path;

use anyhow::{Context, bail};
use clap::ArgMatches;
use terrier_query::FindingsDb;
use terrier_stores::find_results;

use crate::args::{Command, FindingsArgs, LogArgs};
use crate::exit::Exit;
use crate::log;
use crate::targets::connect_options;

/// Runs a command to its end.
pub(crate) fn run(command: Command, log: LogArgs, typed: &ArgMatches) -> anyhow::Result<Exit> {
    if let Command::Run(args) = command {
        return block_on(run::run(args, log, typed));
    }
    log::start(log);
    match command {
        Command::Scan(args) => block_on(scan::run(*args)),
        Command::Plan(args) => block_on(plan::run(*args)),
        Command::Verify(args) => block_on(verify::run(args)),
        Command::Show(args) => block_on(show::run(args)),
        Command::Explain(args) => block_on(explain::run(args)),
        Command::Query(args) => block_on(query::run(args)),
        Command::Report(args) => block_on(report::run(args)),
        Command::Doctor(args) => block_on(doctor::run(args)),
        Command::Rules(command) => rules::run(command),
        Command::Bench(args) => bench::run(&args),
        Command::Eval(args) => eval::run(args),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::man(),
        Command::Config(command) => config::run(&command),
        Command::Run(_) | Command::Worker => unreachable!("started before any other command"),
    }
}

fn block_on(future: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    let ended = runtime.block_on(future);
    // A plain drop waits for threads that wait for a store: a scan that ran out of time has some.
    runtime.shutdown_background();
    ended
}

/// Opens the findings that a command asks.
async fn open_findings(args: &FindingsArgs) -> anyhow::Result<FindingsDb> {
    if !args.findings.contains("://") && matches!(Path::new(&args.findings).try_exists(), Ok(false)) {
        bail!("there is no folder {}; terrier scan TARGET --out DIR writes findings, and --findings DIR names them", args.findings);
    }
    open_findings_at(&args.findings, &connect_options(&args.s3, None, None)).await
}

/// Opens them where there is a finished run to tell of: nothing found and nothing scanned must not look alike.
async fn open_finished(args: &FindingsArgs) -> anyhow::Result<FindingsDb> {
    let findings = open_findings(args).await?;
    if findings.runs().is_empty() {
        bail!("there is no finished run in {}; scan with --out {0}, or run an interrupted scan again", args.findings);
    }
    Ok(findings)
}

async fn open_findings_at(url: &str, options: &terrier_stores::ConnectOptions) -> anyhow::Result<FindingsDb> {
    let location = find_results(url, options).await.with_context(|| format!("cannot open the findings at {url}"))?;
    FindingsDb::open(location.store, location.prefix).await.with_context(|| format!("cannot read the findings at {url}"))
}

/// Prints to stdout; a reader that went away is not an error.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') && !text.is_empty() {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
