use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::FutureExt;
use terrier_classify::{Classifier, LabelPolicy};
use terrier_extract::{Extractor, Limits, WorkerCommand};
use terrier_findings::Results;
use terrier_model::{Fact, RunId, StoreRow};
use terrier_rules::RulePack;
use terrier_scan::{
    Cancel, Estimate, Filter, FinishedRun, Identity, Plan, Progress, RequestMeter, RunLabel, ScanError, Scanner, render_path,
};
use terrier_stores::{Preflight, open_results};

use super::{open_findings_at, print};
use crate::args::{ScanArgs, SummaryFormat};
use crate::display::Display;
use crate::exit::Exit;
use crate::fail_on::FailOn;
use crate::resources;
use crate::summary;
use crate::targets::{self, Connected};
use crate::{key, units};

/// How long a scan waits for a store to say who we are.
const PREFLIGHT_LIMIT: Duration = Duration::from_secs(10);

/// Scans the targets and prints what was found.
pub(crate) async fn run(args: ScanArgs) -> anyhow::Result<Exit> {
    let pack = targets::load_rules(&args.rules)?;
    let fail_on = FailOn::parse(&args.fail_on, &pack)?;
    let filter = Filter::new(
        &args.include,
        &args.exclude,
        args.max_object_size.map(|size| size.0),
        args.newer_than.map(|age| age.0.as_microsecond()),
    )?;
    let parsed = targets::parse(&args.targets)?;
    targets::check_out(&parsed, &args.out)?;
    let classifier = Classifier::compile_for(&pack, args.engine).context("the rules cannot be compiled; see: terrier rules check")?;
    let identity = Identity::new(key::load(args.key_file.as_deref())?);
    let connected = targets::connect_all(&parsed, &args.s3, &args.out).await?;
    let session = ScanSession {
        meter: RequestMeter::new(connected.iter().map(|target| Arc::clone(&target.usage)).collect()),
        scanner: Scanner {
            classifier: Arc::new(classifier),
            extractor: Arc::new(Extractor::new(Limits::default(), Some(worker_command()?))),
            identity: Arc::new(identity),
            resources: resources::resolve(args.threads, args.memory)?,
            progress: Arc::new(Progress::default()),
            cancel: cancel_on_signal(),
        },
        pack,
        args,
    };
    match session.scan(&filter, &connected).await {
        Ok(Some(finished)) => session.summarise(&finished, &fail_on).await,
        Ok(None) => Ok(Exit::Done),
        Err(error) => session.explain(error),
    }
}

struct ScanSession {
    args: ScanArgs,
    pack: RulePack,
    scanner: Scanner,
    meter: RequestMeter,
}

impl ScanSession {
    /// Returns `None` where nothing was to be scanned but only estimated.
    async fn scan(&self, filter: &Filter, connected: &[Connected]) -> anyhow::Result<Option<FinishedRun>> {
        let Scanner { identity, progress, cancel, .. } = &self.scanner;
        let display = Display::start(Arc::clone(progress), self.args.quiet);
        let scan_targets = connected.iter().map(|target| target.scan.clone()).collect();
        let plan = Plan::make(scan_targets, filter, identity, progress, cancel).await?;
        if self.args.dry_run {
            drop(display);
            self.print_estimate(&plan)?;
            return Ok(None);
        }
        let options = targets::connect_options(&self.args.s3, None, None);
        let location =
            open_results(&self.args.out, &options).await.with_context(|| format!("cannot write the findings to {}", self.args.out))?;
        let stores = store_rows(connected).await;
        let results = Results::new(location.store, location.prefix);
        Ok(Some(self.scanner.run(&plan, &results, &self.label(), stores, &self.meter).await?))
    }

    fn label(&self) -> RunLabel {
        let typed: Vec<String> = self.args.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
        let policy = LabelPolicy::default();
        RunLabel {
            target: typed.join(" "),
            rules_digest: self.scanner.classifier.rules_digest().to_owned(),
            policy_digest: format!("{} tier, {} or more", policy.tier, policy.occurrences),
            options_digest: self.scanner.identity.plan_digest([typed.join("\0").as_bytes()]),
        }
    }

    fn print_estimate(&self, plan: &Plan) -> anyhow::Result<()> {
        let estimate = Estimate::of(plan);
        print(&match self.args.format {
            SummaryFormat::Table => summary::estimate_table(plan, &estimate),
            SummaryFormat::Json => summary::estimate_json(plan, &estimate),
        })
    }

    async fn summarise(&self, finished: &FinishedRun, fail_on: &FailOn) -> anyhow::Result<Exit> {
        let options = targets::connect_options(&self.args.s3, None, None);
        let findings = open_findings_at(&self.args.out, &options).await?;
        let run: &RunId = &finished.row.run_id;
        let found = findings.summary(Some(run)).await?;
        if found.assets == 0 {
            writeln!(std::io::stderr(), "nothing was scanned: no target holds an object; check prefix and folder for slips")?;
        }
        if self.args.format == SummaryFormat::Json {
            print(&summary::json(&found, &self.args.out)?)?;
        } else if !self.args.quiet {
            print(&summary::table(&found, &self.pack, &self.args.out, summary::CLASSES_AT_A_GLANCE))?;
        }
        Ok(Exit::of_scan(fail_on.is_met(&found), finished.row.complete))
    }

    fn explain(&self, error: anyhow::Error) -> anyhow::Result<Exit> {
        if matches!(error.downcast_ref(), Some(ScanError::Interrupted)) {
            let done = self.scanner.progress.snapshot();
            let mask = |text: &str| render_path(&self.scanner.classifier, text.as_bytes());
            writeln!(
                std::io::stderr(),
                "interrupted after {} of {} objects; what is finished is kept in {}: run the same command again to continue",
                units::human_count(done.done_assets),
                units::human_count(done.listed_assets),
                mask(&self.args.out),
            )?;
            return Ok(Exit::Interrupted);
        }
        Err(error)
    }
}

/// Stops the scan at the first signal, and the process at the second.
fn cancel_on_signal() -> Cancel {
    let cancel = Cancel::default();
    let switch = cancel.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        switch.cancel();
        wait_for_signal().await;
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    cancel
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    let hung_up = async {
        match signal(SignalKind::hangup()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    futures::future::select_all([terminated.boxed(), hung_up.boxed(), tokio::signal::ctrl_c().map(drop).boxed()]).await;
}

/// Returns how this program is started as a parsing worker.
pub(super) fn worker_command() -> anyhow::Result<WorkerCommand> {
    let program = std::env::current_exe().context("cannot find this program's own file, which its parsing workers run")?;
    Ok(WorkerCommand { program, args: vec!["worker".into()] })
}

/// Learns of each store what its rows say; a store that tells nothing is a store with unknowns.
async fn store_rows(connected: &[Connected]) -> Vec<StoreRow> {
    let rows = connected.iter().map(|target| async {
        let store = &target.scan.store;
        let told = tokio::time::timeout(PREFLIGHT_LIMIT, store.preflight(&target.scan.scope)).await;
        let Preflight { account, region, .. } = told.ok().and_then(Result::ok).unwrap_or_default();
        StoreRow {
            run_id: RunId::new(""),
            store_id: store.id().clone(),
            kind: store.kind(),
            account,
            region,
            environment: None,
            owner: None,
            public: Fact::Unknown,
            external: Fact::Unknown,
        }
    });
    futures::future::join_all(rows).await
}
