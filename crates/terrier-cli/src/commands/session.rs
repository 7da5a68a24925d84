//! What scanning and planning have in common: compiled rules, connected stores, and the scan before.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use futures::FutureExt;
use terrier_classify::{Backend, Classifier};
use terrier_extract::{Extractor, Limits, Ocr, WorkerCommand};
use terrier_findings::Results;
use terrier_model::RunId;
use terrier_rules::RulePack;
use terrier_scan::{
    Baseline, Budget, Cancel, Filter, Identity, Plan, PlanFolder, Previous, Progress, RequestMeter, RunLabel, SameWork, Sampling,
    ScanError, Scanner, Selection, USUAL_CONFIDENCE,
};
use terrier_stores::{ResultsLocation, TableOptions, Target, find_results};
use tokio::sync::Notify;

use crate::args::{RulesArgs, S3Args, SamplingArgs, SelectionArgs};
use crate::exit::Exit;
use crate::targets::{self, Connected};
use crate::units::Size;
use crate::{key, log, resources};

/// What recognises text in pictures.
const TESSERACT: &str = "tesseract";

/// The share that may be missed where a budget was given and no share.
const USUAL_PREVALENCE: f64 = 0.01;

/// What a session is opened with.
pub(super) struct Opening<'a> {
    pub(super) targets: &'a [OsString],
    pub(super) s3: &'a S3Args,
    pub(super) rules: &'a RulesArgs,
    pub(super) inventories: &'a [String],
    pub(super) ocr: Option<&'a str>,
    pub(super) tables: TableOptions,
    pub(super) engine: Backend,
    pub(super) key_file: Option<&'a Path>,
    pub(super) threads: Option<NonZeroUsize>,
    pub(super) memory: Option<Size>,
    /// Where the findings are or will be.
    pub(super) findings: &'a str,
    pub(super) quiet: bool,
}

pub(super) struct Session {
    pub(super) pack: RulePack,
    pub(super) scanner: Scanner,
    pub(super) meter: RequestMeter,
    pub(super) connected: Vec<Connected>,
    /// What the text of pictures depends on, where it is recognised.
    recognition: Option<String>,
    /// How many rows of a table are read, where that is not the usual number.
    row_limit: Option<String>,
    targets: Vec<String>,
    s3: S3Args,
    findings: String,
    quiet: bool,
    overdue: Arc<Notify>,
}

/// How long a scan that was asked to stop may take over it: pods and spot instances have 30 seconds or more until they are killed, and
/// the end has to be told too.
const GRACE: Duration = Duration::from_secs(10);

impl Session {
    /// Loads the rules and connects to the targets.
    pub(super) async fn open(opening: Opening<'_>) -> anyhow::Result<Self> {
        let Opening { targets: typed, s3, rules, inventories, ocr, tables, engine, key_file, threads, memory, findings, quiet } = opening;
        let pack = targets::load_rules(rules)?;
        let parsed = targets::resolve(typed, s3).await?;
        targets::check_out(&parsed, findings)?;
        let classifier = Classifier::compile_for(&pack, engine).context("the rules cannot be compiled; see: terrier rules check")?;
        let identity = Identity::new(key::load(key_file)?);
        let ocr = ocr.map(|languages| Ocr::find(Path::new(TESSERACT), languages)).transpose()?;
        let mut connected = targets::connect_all(&parsed, s3, &tables, findings).await?;
        let mut counters: Vec<_> = connected.iter().map(|target| (target.scan.store.kind(), Arc::clone(&target.usage))).collect();
        counters.extend(targets::use_inventories(&mut connected, &parsed, inventories, s3).await?);
        let recognition = ocr.as_ref().map(Ocr::description);
        let (cancel, overdue) = cancel_on_signal();
        let extractor = Extractor::new(Limits::default(), Some(worker_command()?));
        Ok(Self {
            meter: RequestMeter::new(counters),
            scanner: Scanner {
                classifier: Arc::new(classifier),
                extractor: Arc::new(match ocr {
                    Some(ocr) => extractor.with_ocr(ocr),
                    None => extractor,
                }),
                identity: Arc::new(identity),
                resources: resources::resolve(threads, memory)?,
                progress: Arc::new(Progress::default()),
                cancel,
            },
            pack,
            recognition,
            connected,
            row_limit: row_limit(&parsed, &tables),
            targets: targets::names(typed)?,
            s3: s3.clone(),
            findings: findings.to_owned(),
            quiet,
            overdue,
        })
    }

    /// Lists the targets and decides what to read of them; for an estate of any size, in a folder.
    pub(super) async fn plan(&self, args: &SelectionArgs, folder: Option<&PlanFolder>) -> anyhow::Result<Plan> {
        let filter = Filter::new(
            &args.include,
            &args.exclude,
            args.max_object_size.map(|size| size.0),
            args.newer_than.map(|age| age.0.as_microsecond()),
        )?;
        let previous = if args.full { None } else { self.previous(args.since_last).await? };
        let selection = Selection { filter, sampling: sampling(&args.sampling), previous, reads_superseded: args.superseded };
        let Scanner { identity, progress, cancel, .. } = &self.scanner;
        let targets = self.connected.iter().map(|target| target.scan.clone()).collect();
        Ok(match folder {
            Some(folder) => Plan::make_in(folder, targets, selection, identity, progress, cancel).await?,
            None => Plan::make(targets, selection, identity, progress, cancel).await?,
        })
    }

    /// Works until the work is done, or was asked to stop and has had its time for that: what waits for a store that does not answer is left
    /// behind, since everything that counts is committed or will be read again.
    pub(super) async fn unless_overdue<T>(&self, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
        tokio::select! {
            done = work => done,
            () = self.overdue.notified() => Err(ScanError::Interrupted.into()),
        }
    }

    pub(super) fn typed_targets(&self) -> &[String] {
        &self.targets
    }

    pub(super) fn label(&self) -> RunLabel {
        let Scanner { classifier, identity, .. } = &self.scanner;
        let options: Vec<String> = [&self.recognition, &self.row_limit].into_iter().flatten().cloned().collect();
        RunLabel::new(classifier, identity, &self.targets, &options)
    }

    /// Opens the findings of earlier scans; `None` where there is no such folder.
    async fn earlier_findings(&self) -> anyhow::Result<Option<Results>> {
        let findings = &self.findings;
        if !findings.contains("://") && matches!(Path::new(findings).try_exists(), Ok(false)) {
            return Ok(None);
        }
        let location = find_results(findings, &targets::connect_options(&self.s3, None, None)).await;
        let ResultsLocation { store, prefix, .. } = location.with_context(|| format!("cannot read the findings at {findings}"))?;
        Ok(Some(Results::new(store, prefix)))
    }

    /// Looks for a finished run of the same targets to stand on; `demanded` where none is an error.
    async fn previous(&self, demanded: bool) -> anyhow::Result<Option<Previous>> {
        let findings = &self.findings;
        let none = || match demanded {
            true => bail!("there is no finished run of these targets in {findings} to stand on; run once without --since-last"),
            false => Ok(None),
        };
        let Some(results) = self.earlier_findings().await? else { return none() };
        let found = self.with_same_work(async |same| Previous::find(&results, same).await).await;
        match found.with_context(|| format!("cannot read the findings at {findings}; --full scans without them"))? {
            Baseline::Same(previous) => Ok(Some(*previous)),
            Baseline::None => none(),
            Baseline::Other(why) if demanded => {
                bail!(
                    "the last run of these targets in {findings} was made with {why}; run once without --since-last, which reads everything again"
                )
            }
            Baseline::Other(why) => {
                if !self.quiet {
                    let told = format!("everything is read again: the last scan of this into the same place was made with {why}");
                    log::notice("full_scan", &told);
                }
                Ok(None)
            }
        }
    }

    /// Reads the run that a plan stands on.
    pub(super) async fn previous_run(&self, run: &RunId) -> anyhow::Result<Previous> {
        let findings = &self.findings;
        let gone = || format!("the plan stands on a run whose findings are not at {findings}; give the same --out as its --findings");
        let results = self.earlier_findings().await?.with_context(gone)?;
        self.with_same_work(async |same| Previous::of_run(&results, run, same).await).await.with_context(gone)
    }

    async fn with_same_work<T>(&self, ask: impl AsyncFnOnce(SameWork<'_>) -> T) -> T {
        let label = self.label();
        let stores: Vec<_> = self.connected.iter().map(|target| self.scanner.masked(target.scan.store.id())).collect();
        ask(SameWork {
            stores: &stores,
            target: &self.scanner.masked_target(&label),
            detection_digest: self.scanner.classifier.detection_digest(),
            rules_digest: &label.rules_digest,
            policy_digest: &label.policy_digest,
            options_digest: &label.options_digest,
            key_id: self.scanner.identity.key_id().as_deref(),
        })
        .await
    }
}

/// Says how many rows of a table are read, where some target has tables and that is not the usual number.
fn row_limit(targets: &[Target], tables: &TableOptions) -> Option<String> {
    let has_tables = targets.iter().any(|target| matches!(target, Target::Database(_)));
    (has_tables && *tables != TableOptions::default()).then(|| format!("rows of a table: {:?}", tables.max_rows))
}

/// How much of each dataset is enough; everything, unless something else was asked for.
fn sampling(args: &SamplingArgs) -> Option<Sampling> {
    let SamplingArgs { max_prevalence, confidence, budget_bytes, budget_usd } = args;
    let budget = budget_bytes.map(|size| Budget::Bytes(size.0)).or(budget_usd.map(|price| Budget::Usd(price.0)));
    if max_prevalence.is_none() && confidence.is_none() && budget.is_none() {
        return None;
    }
    Some(Sampling {
        confidence: confidence.map_or(USUAL_CONFIDENCE, |share| share.0),
        max_prevalence: max_prevalence.map_or(USUAL_PREVALENCE, |share| share.0),
        budget,
    })
}

/// Stops the scan at the first signal, and the process at the second. What is returned beside is told when the scan's time to stop is over.
fn cancel_on_signal() -> (Cancel, Arc<Notify>) {
    let (cancel, overdue) = (Cancel::default(), Arc::<Notify>::default());
    let (switch, bell) = (cancel.clone(), Arc::clone(&overdue));
    tokio::spawn(async move {
        wait_for_signal().await;
        switch.cancel();
        tokio::select! {
            () = wait_for_signal() => std::process::exit(i32::from(Exit::Interrupted.code())),
            () = tokio::time::sleep(GRACE) => bell.notify_one(),
        }
        wait_for_signal().await;
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    (cancel, overdue)
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
