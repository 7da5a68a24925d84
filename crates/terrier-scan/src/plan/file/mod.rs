//! A plan as an artefact: Parquet files that any number of processes read their part of.
//!
//! ```text
//!  PLAN/plan.json              what it is a plan of, and what it amounts to
//!  PLAN/datasets.parquet       a row is a dataset
//!  PLAN/shards.parquet         a row is a shard
//!  PLAN/assets/000000.parquet  a row is an asset; a row group is a shard, a hundred of them are a file
//! ```
//! A plan holds exact keys, because it is what gets read. It is made for its owner only, apart from the results, and deleted once its run
//! is complete.

mod columns;
mod groups;

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::{Deserialize, Serialize};
use terrier_findings::Usage;
use terrier_model::{Reason, Timestamp};

pub(super) use self::columns::encode_assets;
use self::columns::{dataset_batch, one_group, read_assets, read_datasets, read_shards, shard_batch};
use self::groups::Groups;
use super::{Extent, Plan, ScanTarget, Shard};
use crate::previous::Previous;
use crate::run::{RunLabel, new_run_id, now};

/// Version of the files; another one is not read.
const FORMAT: u32 = 1;

/// Shards in a file of assets.
pub(super) const SHARDS_PER_FILE: usize = 100;

/// Where pieces of a listing wait while a plan is made.
const LISTING: &str = "listing";

/// What a plan is a plan of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanHeader {
    format: u32,
    /// The targets as typed; exact, like the keys.
    pub targets: Vec<String>,
    /// Digest of the rules that it was made for.
    pub rules_digest: String,
    /// Digest of the options that change what is found.
    pub options_digest: String,
    /// Tells fingerprint keys apart.
    pub key_id: Option<String>,
    /// The run that it will be.
    pub run: String,
    /// When it was made, in microseconds since 1970.
    pub made: Timestamp,
    /// The earlier run that it stands on.
    pub previous: Option<String>,
    /// What listing cost.
    pub usage: Usage,
    confidence: f64,
    digest: String,
    extent: Extent,
    skipped: Vec<(String, u64)>,
}

/// What stays of a plan whose run is complete.
#[derive(Serialize, Deserialize)]
struct Complete {
    run: String,
}

const COMPLETE: &str = "complete.json";

/// Which shards of a plan a process runs: those whose rank by size is `index` modulo `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From 0.
    pub index: u32,
    /// How many parts there are.
    pub of: u32,
}

/// Why a plan cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// The location failed.
    #[error("cannot {action} {path} of the plan")]
    Storage {
        /// What was tried.
        action: &'static str,
        /// The file, below the plan's folder.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// It is not a plan, or of another version of this program.
    #[error("{path} of the plan cannot be understood ({problem}); make the plan again: terrier plan")]
    Unreadable {
        /// The file, below the plan's folder.
        path: String,
        /// Why.
        problem: String,
    },
}

/// A folder or a part of a bucket that holds a plan.
#[derive(Debug, Clone)]
pub struct PlanFolder {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl PlanFolder {
    /// Takes a location that nobody but the plan's owner can read.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { store, prefix }
    }

    /// Tells whether there is a plan, or what else begins like one.
    pub async fn holds_a_plan(&self) -> Result<bool, PlanFileError> {
        match self.store.head(&self.path("plan.json")).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(failed("look for", "plan.json")(source)),
        }
    }

    /// Deletes what a plan that was never finished has left.
    pub(super) async fn clear(&self) -> Result<(), PlanFileError> {
        for part in ["assets", LISTING] {
            self.delete_below(&self.path(part), |_| true).await?;
        }
        Ok(())
    }

    /// Writes down a plan whose assets are here already; its header comes last, so what has one is whole.
    ///
    /// # Errors
    /// When the location fails.
    pub async fn finish(&self, plan: &Plan, header: &PlanHeader) -> Result<(), PlanFileError> {
        self.put("datasets.parquet", one_group(&dataset_batch(plan))).await?;
        self.put("shards.parquet", one_group(&shard_batch(plan))).await?;
        let mut json = serde_json::to_vec_pretty(header).expect("a header is numbers and texts");
        json.push(b'\n');
        self.put("plan.json", json.into()).await?;
        self.delete_below(&self.path(LISTING), |_| true).await
    }

    pub(super) async fn put_assets(&self, number: usize, content: Bytes) -> Result<(), PlanFileError> {
        self.put(&asset_file(number), content).await
    }

    /// Keeps a piece of a listing while the plan is made.
    pub(super) async fn put_piece(&self, number: usize, content: Vec<u8>) -> Result<(), PlanFileError> {
        self.put(&listing_file(number), content.into()).await
    }

    pub(super) async fn piece(&self, number: usize) -> Result<Vec<u8>, PlanFileError> {
        self.get(&listing_file(number)).await.map(Vec::from)
    }

    pub(super) fn changed_meanwhile(number: usize) -> PlanFileError {
        unreadable(&listing_file(number), "it changed while the plan was made")
    }

    pub(super) fn not_encoded(number: usize) -> PlanFileError {
        unreadable(&asset_file(number), "its rows are no table")
    }

    /// Returns the run of the plan that was here and is complete.
    pub async fn completed_run(&self) -> Result<Option<String>, PlanFileError> {
        match self.get(COMPLETE).await {
            Ok(note) => serde_json::from_slice(&note).map(|Complete { run }| Some(run)).map_err(|error| unreadable(COMPLETE, error)),
            Err(PlanFileError::Storage { source: object_store::Error::NotFound { .. }, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads what a plan is a plan of.
    pub async fn header(&self) -> Result<PlanHeader, PlanFileError> {
        let json = self.get("plan.json").await?;
        let header: PlanHeader = serde_json::from_slice(&json).map_err(|error| unreadable("plan.json", error))?;
        if header.format == FORMAT { Ok(header) } else { Err(unreadable("plan.json", format!("it has format {}", header.format))) }
    }

    /// Reads a plan, of its assets only those of one part. `targets` are connected stores in the header's order.
    pub async fn read(
        &self,
        header: &PlanHeader,
        targets: Vec<ScanTarget>,
        part: Part,
        previous: Option<Previous>,
    ) -> Result<Plan, PlanFileError> {
        let datasets = read_datasets(&self.get("datasets.parquet").await?)?;
        let mut shards = read_shards(&self.get("shards.parquet").await?)?;
        let mine = part.of_shards(&shards);
        for file in 0..shards.len().div_ceil(SHARDS_PER_FILE) {
            let first = file * SHARDS_PER_FILE;
            let wanted: Vec<usize> = (first..(first + SHARDS_PER_FILE).min(shards.len())).filter(|shard| mine[*shard]).collect();
            if wanted.is_empty() {
                continue;
            }
            let name = asset_file(file);
            let groups: Vec<usize> = wanted.iter().map(|shard| shard - first).collect();
            let fetched = Groups::fetch(self.store.as_ref(), &self.path(&name), &name, &groups).await?;
            for (number, group) in wanted.into_iter().zip(groups) {
                let store = &targets.get(shards[number].target).ok_or_else(|| unreadable("shards.parquet", "a target is missing"))?.store;
                let reader = fetched.reader(group).map_err(|error| unreadable(&name, error))?;
                read_assets(&name, reader, store.id(), &mut shards[number])?;
            }
        }
        let skipped = header.skipped.iter().filter_map(|(name, count)| Some((Reason::parse(name)?, *count))).collect();
        Ok(Plan {
            targets,
            shards,
            datasets,
            confidence: header.confidence,
            previous: previous.map(Arc::new),
            extent: header.extent,
            skipped,
            digest: header.digest.clone(),
            mine: Some(mine),
        })
    }

    /// Deletes the plan of a run that is complete. What stays says so, for parts that come late.
    pub async fn delete(&self, header: &PlanHeader) -> Result<(), PlanFileError> {
        let mut note = serde_json::to_vec(&Complete { run: header.run.clone() }).expect("a note is text");
        note.push(b'\n');
        self.put(COMPLETE, note.into()).await?;
        let note = self.path(COMPLETE);
        self.delete_below(&self.prefix, |file| *file != note).await
    }

    async fn delete_below(&self, prefix: &Path, is_meant: impl Fn(&Path) -> bool) -> Result<(), PlanFileError> {
        let files: Vec<Path> =
            self.store.list(Some(prefix)).map_ok(|file| file.location).try_collect().await.map_err(failed("list", ""))?;
        futures::stream::iter(files.into_iter().filter(is_meant))
            .map(Ok)
            .try_for_each_concurrent(8, |file| async move {
                match self.store.delete(&file).await {
                    // Another process, which finished the run too, was faster.
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                    Err(source) => Err(failed("delete", file.as_ref())(source)),
                }
            })
            .await
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    async fn put(&self, name: &str, content: Bytes) -> Result<(), PlanFileError> {
        self.store.put(&self.path(name), content.into()).await.map(drop).map_err(failed("write", name))
    }

    async fn get(&self, name: &str) -> Result<Bytes, PlanFileError> {
        let read = async { self.store.get(&self.path(name)).await?.bytes().await };
        read.await.map_err(failed("read", name))
    }
}

impl PlanHeader {
    /// Describes a plan that is about to be written.
    pub fn new(plan: &Plan, targets: Vec<String>, label: &RunLabel, key_id: Option<String>, usage: Usage) -> Self {
        let made = now();
        Self {
            format: FORMAT,
            targets,
            rules_digest: label.rules_digest.clone(),
            options_digest: label.options_digest.clone(),
            key_id,
            run: new_run_id(made).as_str().to_owned(),
            made,
            previous: plan.previous.as_ref().map(|previous| previous.run().as_str().to_owned()),
            usage,
            confidence: plan.confidence,
            digest: plan.digest.clone(),
            extent: plan.extent,
            skipped: plan.skipped.iter().map(|(reason, count)| (reason.as_str().to_owned(), *count)).collect(),
        }
    }

    /// Returns what the plan amounts to.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}

impl Part {
    /// The one part that is all.
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// Tells for each shard whether it is of this part. Shards are dealt out by size, the largest first, so parts are alike in bytes and
    /// neighbouring keys go to different ones.
    fn of_shards(self, shards: &[Shard]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..shards.len()).collect();
        order.sort_by_key(|shard| (std::cmp::Reverse((shards[*shard].bytes, shards[*shard].len())), *shard));
        let mut mine = vec![false; shards.len()];
        for (rank, shard) in order.into_iter().enumerate() {
            mine[shard] = rank as u64 % u64::from(self.of) == u64::from(self.index);
        }
        mine
    }
}

fn failed(action: &'static str, path: &str) -> impl FnOnce(object_store::Error) -> PlanFileError {
    let path = path.to_owned();
    move |source| PlanFileError::Storage { action, path, source }
}

fn unreadable(path: &str, problem: impl ToString) -> PlanFileError {
    PlanFileError::Unreadable { path: path.to_owned(), problem: problem.to_string() }
}

fn listing_file(number: usize) -> String {
    format!("{LISTING}/{number:06}.bin")
}

fn asset_file(number: usize) -> String {
    format!("assets/{number:06}.parquet")
}
