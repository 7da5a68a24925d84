//! Runs a plan: fetches ahead, scans on threads, commits shard by shard.
//!
//! ```text
//!  plan ──► fetch (async, in order, within the content budget) ──► threads: extract + classify ──► collect ──► commit
//! ```
//! Assets are taken in the plan's order, so few shards are open at a time, and rows are put back in that order before a
//! shard is committed, so the results do not depend on the number of threads.

mod collect;
mod fetch;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use futures::StreamExt;
use terrier_classify::{Classifier, LabelPolicy};
use terrier_extract::Extractor;
use terrier_findings::{Results, RunManifest, RunRows, ShardRows, Usage};
use terrier_model::{AssetRef, DatasetId, Reason, RunId, RunRow, StoreId, StoreRow, Timestamp};
use tokio::sync::mpsc;

use self::collect::Collector;
use self::fetch::{Fetcher, Opening};
use crate::asset::{AssetScanner, Subject};
use crate::identity::render_path;
use crate::plan::{Plan, PlanHeader};
use crate::previous::Carried;
use crate::read::{Content, ContentBudget, Share};
use crate::{Cancel, Identity, Progress, RequestMeter, ScanError, dataset};

/// Small assets fetched at one time: what hides a store's round trips.
const FETCHES: usize = 48;

/// What a scan may take.
#[derive(Debug, Clone, Copy)]
pub struct Resources {
    /// Threads that extract and classify.
    pub threads: NonZeroUsize,
    /// Memory of the process in bytes; about half of it may hold content.
    pub memory: u64,
}

/// Names the run in the results.
#[derive(Debug, Clone)]
pub struct RunLabel {
    /// The targets as the user gave them.
    pub target: String,
    /// Digest of the rules.
    pub rules_digest: String,
    /// Digest of the labelling policy.
    pub policy_digest: String,
    /// Digest of every option that changes what is found.
    pub options_digest: String,
}

impl RunLabel {
    /// Names a run of some targets. Findings are those of the same `options` only: the version and the languages of what recognises text in
    /// pictures, how many rows of a table are read.
    pub fn new(classifier: &Classifier, identity: &Identity, targets: &[String], options: &[String]) -> Self {
        let policy = LabelPolicy::default();
        Self {
            target: targets.join(" "),
            rules_digest: classifier.rules_digest().to_owned(),
            policy_digest: format!("{} tier, {} or more", policy.tier, policy.occurrences),
            options_digest: identity.options_digest([targets.join("\0")].iter().chain(options).map(String::as_bytes)),
        }
    }
}

/// Scans plans. One of these lives as long as the process.
pub struct Scanner {
    /// The compiled rules.
    pub classifier: Arc<Classifier>,
    /// The formats.
    pub extractor: Arc<Extractor>,
    /// The names of assets.
    pub identity: Arc<Identity>,
    /// What the scan may take.
    pub resources: Resources,
    /// Live counters.
    pub progress: Arc<Progress>,
    /// The switch that stops it.
    pub cancel: Cancel,
}

/// A finished run.
#[derive(Debug, Clone)]
pub struct FinishedRun {
    /// The row that was written for it.
    pub row: RunRow,
    /// Whether it continued an earlier, interrupted attempt.
    pub continued: bool,
}

/// A run that the results know.
struct RunBegun {
    run: RunId,
    started: Timestamp,
}

/// What a scanning thread is to do for one place of a shard.
struct Job {
    shard: u32,
    index: usize,
    task: Task,
}

enum Task {
    /// To scan an asset.
    Scan { asset: AssetRef, dataset: u32, content: Result<Content, Reason>, _share: Option<Share> },
    /// To take over what an earlier run found in an asset.
    Carry { asset: AssetRef, dataset: u32, carried: Box<Carried> },
    /// To say that an asset is gone.
    Forget(Option<Box<Carried>>),
}

/// What the results call the places of a plan, and whether labels of earlier runs still hold.
struct Names {
    /// Stores by target, masked.
    stores: Vec<StoreId>,
    /// Datasets by number.
    datasets: Vec<DatasetId>,
    /// Targets by dataset number.
    targets: Vec<usize>,
    relabels: bool,
}

struct Scanned {
    shard: u32,
    index: usize,
    rows: ShardRows,
}

impl Scanner {
    /// Runs a plan to its end, or continues the unfinished run of the same plan, and publishes the results.
    ///
    /// # Errors
    /// When the results cannot be written, or the scan was interrupted; committed shards stay for the next attempt.
    pub async fn run(
        &self,
        plan: &Plan,
        results: &Results,
        label: &RunLabel,
        stores: Vec<StoreRow>,
        meter: &RequestMeter,
    ) -> Result<FinishedRun, ScanError> {
        let manifest = self.manifest(plan, label);
        let (run, started, continued) = match results.unfinished_run(&manifest).await? {
            Some(unfinished) => (unfinished.run, unfinished.started, true),
            None => {
                let started = now();
                let run = new_run_id(started);
                results.begin_run(&run, started, &manifest).await?;
                (run, started, false)
            }
        };
        let commits = self.run_shards(plan, &run, results, meter).await?;
        let usage = commits.into_values().fold(meter.take(), |sum, usage| sum + usage);
        let row = self.finish(plan, results, RunBegun { run, started }, label, stores, usage).await?;
        Ok(FinishedRun { row, continued })
    }

    /// Runs this process's part of a plan that was read from its folder, as the run that the folder names. Whoever finds that all shards
    /// are committed publishes the results; `None` while others still have some to do.
    ///
    /// # Errors
    /// When the results cannot be written, or the scan was interrupted; committed shards stay for the next attempt.
    pub async fn run_part(
        &self,
        plan: &Plan,
        header: &PlanHeader,
        results: &Results,
        label: &RunLabel,
        stores: Vec<StoreRow>,
        meter: &RequestMeter,
    ) -> Result<Option<RunRow>, ScanError> {
        let (run, started) = (RunId::new(header.run.as_str()), header.made);
        results.begin_run(&run, started, &self.manifest(plan, label)).await?;
        self.run_shards(plan, &run, results, meter).await?;
        let commits = results.committed(&run).await?;
        if commits.len() < plan.shards().len() {
            return Ok(None);
        }
        let usage = commits.into_values().fold(header.usage, |sum, commit| sum + commit.usage);
        self.finish(plan, results, RunBegun { run, started }, label, stores, usage).await.map(Some)
    }

    fn manifest(&self, plan: &Plan, label: &RunLabel) -> RunManifest {
        RunManifest {
            plan_digest: plan.digest().to_owned(),
            rules_digest: label.rules_digest.clone(),
            options_digest: label.options_digest.clone(),
            key_id: self.identity.key_id(),
            shards: u32::try_from(plan.shards().len()).expect("a plan has fewer than 2^32 shards"),
        }
    }

    async fn finish(
        &self,
        plan: &Plan,
        results: &Results,
        begun: RunBegun,
        label: &RunLabel,
        stores: Vec<StoreRow>,
        usage: Usage,
    ) -> Result<RunRow, ScanError> {
        let run = begun.run.clone();
        let row = self.run_row(plan, begun, label, usage);
        let stores = stores.into_iter().map(|store| StoreRow { run_id: run.clone(), store_id: self.masked(&store.store_id), ..store });
        let (datasets, dataset_findings) = dataset::summarise(plan, results, &run, |text| render_path(&self.classifier, text)).await?;
        results.finish_run(&row, &RunRows { stores: stores.collect(), datasets, dataset_findings }).await?;
        Ok(row)
    }

    async fn run_shards(
        &self,
        plan: &Plan,
        run: &RunId,
        results: &Results,
        meter: &RequestMeter,
    ) -> Result<BTreeMap<u32, Usage>, ScanError> {
        let mut commits: BTreeMap<u32, Usage> =
            results.committed(run).await?.into_iter().map(|(number, commit)| (number, commit.usage)).collect();
        for number in commits.keys() {
            let shard = &plan.shards()[*number as usize];
            self.progress.resumed(shard.len() as u64, shard.bytes());
        }
        let todo = (0..plan.shards().len() as u32).filter(|shard| plan.is_mine(*shard) && !commits.contains_key(shard));
        let todo: Vec<u32> = todo.collect();
        let threads = self.resources.threads.get();
        let (jobs, jobs_out) = mpsc::channel::<Job>(threads * 2);
        let (scanned_in, scanned) = mpsc::channel::<Scanned>(threads * 16);
        let jobs_out = Arc::new(Mutex::new(jobs_out));
        let names = Arc::new(self.names(plan));
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (jobs, scanned, names) = (Arc::clone(&jobs_out), scanned_in.clone(), Arc::clone(&names));
                let (run, scanner) = (run.clone(), self.shallow_clone());
                tokio::task::spawn_blocking(move || scanner.work(&run, &names, &jobs, &scanned))
            })
            .collect();
        drop(scanned_in);
        drop(jobs_out);
        let collector = Collector::new(plan, run, results, meter, &todo);
        let (fetched, collected) = futures::future::join(self.fetch(plan, &todo, jobs), collector.collect(scanned)).await;
        for worker in workers {
            worker.await.map_err(|_| ScanError::WorkerDied)?;
        }
        self.cancel.check()?;
        fetched?;
        commits.extend(collected?);
        if todo.iter().any(|shard| !commits.contains_key(shard)) {
            return Err(ScanError::WorkerDied);
        }
        Ok(commits)
    }

    /// Hands the assets to the threads in the plan's order, small ones already fetched.
    async fn fetch(&self, plan: &Plan, todo: &[u32], jobs: mpsc::Sender<Job>) -> Result<(), ScanError> {
        let fetcher = Fetcher {
            budget: Arc::new(ContentBudget::new(self.resources.memory / 2)),
            identity: Arc::clone(&self.identity),
            progress: Arc::clone(&self.progress),
            previous: plan.previous().map(Arc::clone),
        };
        let budget = Arc::clone(&fetcher.budget);
        // Each in a task of its own: a body that nobody polls while the threads are busy would be cut off by the server.
        let mut opened = futures::stream::iter(Opening::all(plan, todo))
            .map(|opening| tokio::spawn(opening.open(fetcher.clone())))
            .buffered(FETCHES.max(self.resources.threads.get() * 2));
        while let Some(job) = opened.next().await {
            let job = job.map_err(|_| ScanError::WorkerDied)?;
            self.progress.holds(budget.held());
            if self.cancel.is_cancelled() || jobs.send(job).await.is_err() {
                break;
            }
        }
        self.cancel.check()
    }

    /// The body of a scanning thread.
    fn work(&self, run: &RunId, names: &Names, jobs: &Mutex<mpsc::Receiver<Job>>, scanned: &mpsc::Sender<Scanned>) {
        let scanner = AssetScanner {
            run,
            classifier: &self.classifier,
            extractor: &self.extractor,
            identity: &self.identity,
            progress: &self.progress,
            cancel: &self.cancel,
        };
        loop {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
            let Some(Job { shard, index, task }) = job else { return };
            if self.cancel.is_cancelled() {
                return;
            }
            let rows = match task {
                Task::Scan { asset, dataset, content, _share } => scanner.scan(&names.subject(&asset, dataset), content),
                Task::Carry { asset, dataset, carried } => scanner.carry(&names.subject(&asset, dataset), *carried, names.relabels),
                Task::Forget(carried) => scanner.forget(carried.map(|carried| *carried)),
            };
            // A cancelled asset was cut short: its rows are not what a full scan would say.
            if self.cancel.is_cancelled() || scanned.blocking_send(Scanned { shard, index, rows }).is_err() {
                return;
            }
        }
    }

    fn run_row(&self, plan: &Plan, begun: RunBegun, label: &RunLabel, usage: Usage) -> RunRow {
        RunRow {
            run_id: begun.run,
            target: self.masked_target(label),
            terrier_version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_digest: label.rules_digest.clone(),
            detection_digest: Some(self.classifier.detection_digest().to_owned()),
            policy_digest: label.policy_digest.clone(),
            options_digest: Some(label.options_digest.clone()),
            key_id: self.identity.key_id(),
            started: begun.started,
            ended: now(),
            complete: usage.failures == 0,
            assets: plan.extent().assets,
            requests: usage.requests,
            bytes_read: usage.bytes_read,
            cost_usd: usage.cost_nanousd as f64 / 1e9,
        }
    }

    fn names(&self, plan: &Plan) -> Names {
        Names {
            stores: plan.targets().iter().map(|target| self.masked(target.store.id())).collect(),
            datasets: plan.datasets().iter().map(|dataset| dataset.id.clone()).collect(),
            targets: plan.datasets().iter().map(|dataset| dataset.target).collect(),
            relabels: plan.previous().is_some_and(|previous| previous.relabels()),
        }
    }

    /// Returns the targets as the results name them.
    pub fn masked_target(&self, label: &RunLabel) -> String {
        render_path(&self.classifier, label.target.as_bytes())
    }

    /// Returns a store as the results name it. Store ids are names too: a bucket or folder may be called after a value.
    pub fn masked(&self, store: &StoreId) -> StoreId {
        StoreId::new(render_path(&self.classifier, store.as_str().as_bytes()))
    }

    fn shallow_clone(&self) -> Self {
        Self {
            classifier: Arc::clone(&self.classifier),
            extractor: Arc::clone(&self.extractor),
            identity: Arc::clone(&self.identity),
            resources: self.resources,
            progress: Arc::clone(&self.progress),
            cancel: self.cancel.clone(),
        }
    }
}

impl Names {
    fn subject<'a>(&'a self, asset: &'a AssetRef, dataset: u32) -> Subject<'a> {
        let dataset = dataset as usize;
        Subject { store: &self.stores[self.targets[dataset]], asset, dataset: &self.datasets[dataset] }
    }
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Makes an id that sorts by start time and that no other scan makes.
pub(crate) fn new_run_id(started: Timestamp) -> RunId {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one((started, std::process::id()));
    RunId::new(format!("{started:016}-{:08x}", random as u32))
}
