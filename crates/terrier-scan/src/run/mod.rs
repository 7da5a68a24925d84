//! Runs a plan: fetches ahead, scans on threads, commits shard by shard.
//!
//! ```text
//!  plan ──► fetch (async, in order, within the content budget) ──► threads: extract + classify ──► collect ──► commit
//! ```
//! Assets are taken in the plan's order, so few shards are open at a time, and rows are put back in that order before a
//! shard is committed, so the results do not depend on the number of threads.

mod collect;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use futures::StreamExt;
use terrier_classify::Classifier;
use terrier_extract::Extractor;
use terrier_findings::{Results, RunManifest, ShardRows, Usage};
use terrier_model::{AssetRef, Reason, RunId, RunRow, StoreId, StoreRow, Timestamp};
use terrier_stores::Store;
use tokio::sync::mpsc;

use self::collect::Collector;
use crate::asset::AssetScanner;
use crate::identity::render_path;
use crate::plan::{Plan, PlannedAsset};
use crate::read::{Content, ContentBudget, Share};
use crate::{Cancel, Identity, Progress, RequestMeter, ScanError};

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

struct Job {
    shard: u32,
    index: usize,
    store: StoreId,
    asset: AssetRef,
    content: Result<Content, Reason>,
    _share: Option<Share>,
}

/// An asset whose turn has come.
struct Opening {
    shard: u32,
    index: usize,
    planned: PlannedAsset,
    store: Arc<dyn Store>,
    name: StoreId,
}

impl Opening {
    async fn open(self, budget: Arc<ContentBudget>, identity: Arc<Identity>, progress: Arc<Progress>) -> Job {
        let Self { shard, index, planned: PlannedAsset { asset, skip }, store, name } = self;
        if let Some(reason) = skip {
            return Job { shard, index, store: name, asset, content: Err(reason), _share: None };
        }
        let share = budget.share_for(asset.size).await;
        let content = Content::open(&store, &asset, &identity, &progress).await;
        Job { shard, index, store: name, asset, content, _share: Some(share) }
    }
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
        let manifest = RunManifest {
            plan_digest: plan.digest().to_owned(),
            rules_digest: label.rules_digest.clone(),
            options_digest: label.options_digest.clone(),
            key_id: self.identity.key_id(),
            shards: u32::try_from(plan.shards().len()).expect("a plan has fewer than 2^32 shards"),
        };
        let (run, started, continued) = match results.unfinished_run(&manifest).await? {
            Some(unfinished) => (unfinished.run, unfinished.started, true),
            None => {
                let started = now();
                let run = new_run_id(started);
                results.begin_run(&run, started, &manifest).await?;
                (run, started, false)
            }
        };
        let mut commits: BTreeMap<u32, Usage> =
            results.committed(&run).await?.into_iter().map(|(number, commit)| (number, commit.usage)).collect();
        for number in commits.keys() {
            let shard = &plan.shards()[*number as usize];
            self.progress.resumed(shard.len() as u64, shard.bytes());
        }
        self.run_shards(plan, &run, results, meter, &mut commits).await?;
        let usage = commits.values().copied().fold(meter.take(), add_usage);
        let row = self.run_row(plan, &run, started, label, usage, meter.cost_usd(plan));
        let stores = stores
            .into_iter()
            .map(|store| StoreRow { run_id: run.clone(), store_id: self.masked(&store.store_id), ..store })
            .collect::<Vec<_>>();
        results.finish_run(&row, &stores).await?;
        Ok(FinishedRun { row, continued })
    }

    async fn run_shards(
        &self,
        plan: &Plan,
        run: &RunId,
        results: &Results,
        meter: &RequestMeter,
        commits: &mut BTreeMap<u32, Usage>,
    ) -> Result<(), ScanError> {
        let todo: Vec<u32> = (0..plan.shards().len() as u32).filter(|shard| !commits.contains_key(shard)).collect();
        let threads = self.resources.threads.get();
        let (jobs, jobs_out) = mpsc::channel::<Job>(threads * 2);
        let (scanned_in, scanned) = mpsc::channel::<Scanned>(threads * 16);
        let jobs_out = Arc::new(Mutex::new(jobs_out));
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (jobs, scanned) = (Arc::clone(&jobs_out), scanned_in.clone());
                let (run, scanner) = (run.clone(), self.shallow_clone());
                tokio::task::spawn_blocking(move || scanner.work(&run, &jobs, &scanned))
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
        if commits.len() < plan.shards().len() {
            return Err(ScanError::WorkerDied);
        }
        Ok(())
    }

    /// Hands the assets to the threads in the plan's order, small ones already fetched.
    async fn fetch(&self, plan: &Plan, todo: &[u32], jobs: mpsc::Sender<Job>) -> Result<(), ScanError> {
        let budget = Arc::new(ContentBudget::new(self.resources.memory / 2));
        let names: Vec<StoreId> = plan.targets().iter().map(|target| self.masked(target.store.id())).collect();
        let assets = todo.iter().flat_map(|number| {
            let shard = &plan.shards()[*number as usize];
            let (store, name) = (&plan.targets()[shard.target].store, &names[shard.target]);
            shard.assets(plan.targets()).enumerate().map(move |(index, planned)| Opening {
                shard: *number,
                index,
                planned,
                store: Arc::clone(store),
                name: name.clone(),
            })
        });
        // Each in a task of its own: a body that nobody polls while the threads are busy would be cut off by the server.
        let mut opened = futures::stream::iter(assets)
            .map(|opening| tokio::spawn(opening.open(Arc::clone(&budget), Arc::clone(&self.identity), Arc::clone(&self.progress))))
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
    fn work(&self, run: &RunId, jobs: &Mutex<mpsc::Receiver<Job>>, scanned: &mpsc::Sender<Scanned>) {
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
            let Some(Job { shard, index, store, asset, content, _share }) = job else { return };
            if self.cancel.is_cancelled() {
                return;
            }
            let rows = scanner.scan(&store, &asset, content);
            // A cancelled asset was cut short: its rows are not what a full scan would say.
            if self.cancel.is_cancelled() || scanned.blocking_send(Scanned { shard, index, rows }).is_err() {
                return;
            }
        }
    }

    fn run_row(&self, plan: &Plan, run: &RunId, started: Timestamp, label: &RunLabel, usage: Usage, cost_usd: f64) -> RunRow {
        RunRow {
            run_id: run.clone(),
            target: render_path(&self.classifier, label.target.as_bytes()),
            terrier_version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_digest: label.rules_digest.clone(),
            policy_digest: label.policy_digest.clone(),
            key_id: self.identity.key_id(),
            started,
            ended: now(),
            complete: usage.failures == 0,
            assets: plan.extent().assets,
            requests: usage.requests,
            bytes_read: usage.bytes_read,
            cost_usd,
        }
    }

    /// Store ids are names too: a bucket or folder may be called after a value.
    fn masked(&self, store: &StoreId) -> StoreId {
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

fn add_usage(sum: Usage, shard: Usage) -> Usage {
    Usage {
        requests: sum.requests + shard.requests,
        bytes_read: sum.bytes_read + shard.bytes_read,
        failures: sum.failures + shard.failures,
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Makes an id that sorts by start time and that no other scan makes.
fn new_run_id(started: Timestamp) -> RunId {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one((started, std::process::id()));
    RunId::new(format!("{started:016}-{:08x}", random as u32))
}
