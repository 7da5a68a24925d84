//! What a run will read: the listing, filtered, grouped into datasets, sampled, cut into shards, with its digest.
//!
//! A plan holds exact keys, so it lives in memory, or in a folder of its own that nobody else can read. What the results keep of it is
//! its keyed digest: a run is continued by listing again and finding the same digest, or by running the same folder again.

mod cut;
mod decision;
mod entries;
mod file;
mod planner;
mod spool;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use terrier_model::{AssetRef, Reason};
use terrier_stores::{Scope, Store};

pub use self::decision::Decision;
use self::entries::Entries;
pub use self::file::{Part, PlanFileError, PlanFolder, PlanHeader};
use self::planner::Planner;
use crate::dataset::Dataset;
use crate::identity::AssetNumber;
use crate::previous::Previous;
use crate::sample::Sampling;
use crate::{Cancel, Filter, Identity, Inventory, Progress, ScanError};

/// A place to scan: a store, and the part of it that the user asked for.
#[derive(Clone)]
pub struct ScanTarget {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The part of it.
    pub scope: Scope,
    /// What to take in the place of a listing.
    pub inventory: Option<Arc<Inventory>>,
}

/// What of the targets is to be read.
#[derive(Default)]
pub struct Selection {
    /// The user's choice by name, size and age.
    pub filter: Filter,
    /// How much of each dataset is enough; `None` where all of it is to be read.
    pub sampling: Option<Sampling>,
    /// What an earlier run knows of the same targets.
    pub previous: Option<Previous>,
    /// Whether files are read that their tables have removed.
    pub reads_superseded: bool,
}

/// An asset of a plan, with the decision what to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAsset {
    /// The asset.
    pub asset: AssetRef,
    /// What is done with it.
    pub decision: Decision,
    /// Number of its dataset in the plan.
    pub dataset: u32,
}

/// A slice of a plan: the unit of work, of retrying and of committing.
#[derive(Debug, Default)]
pub struct Shard {
    /// Index of the target it belongs to.
    pub target: usize,
    /// How many assets it has, be they at hand or not.
    assets: usize,
    entries: Entries,
    /// Assets of the run before that are gone; a shard has either these or entries.
    gone: Vec<AssetNumber>,
    bytes: u64,
}

/// What a plan amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extent {
    /// Assets enumerated.
    pub assets: u64,
    /// Assets that will be read.
    pub readable: u64,
    /// Bytes of the assets that will be read.
    pub bytes: u64,
    /// Assets that have not changed since an earlier run.
    pub unchanged: u64,
    /// Assets that are gone since then.
    pub gone: u64,
    /// Requests with a price that reading takes.
    pub requests: u64,
    /// What these cost at list price, in billionths of a US dollar.
    pub cost_nanousd: u64,
}

impl Extent {
    fn plus(self, other: Self) -> Self {
        Self {
            assets: self.assets + other.assets,
            readable: self.readable + other.readable,
            bytes: self.bytes + other.bytes,
            unchanged: self.unchanged + other.unchanged,
            gone: self.gone + other.gone,
            requests: self.requests + other.requests,
            cost_nanousd: self.cost_nanousd + other.cost_nanousd,
        }
    }
}

/// All shards of a run, in the order of the listing.
pub struct Plan {
    targets: Vec<ScanTarget>,
    shards: Vec<Shard>,
    datasets: Vec<Dataset>,
    confidence: f64,
    previous: Option<Arc<Previous>>,
    extent: Extent,
    skipped: Vec<(Reason, u64)>,
    digest: String,
    /// The shards that this process runs, where it does not run all.
    mine: Option<Vec<bool>>,
}

/// How sure bounds are where nobody asked for more.
pub const USUAL_CONFIDENCE: f64 = 0.95;

impl Plan {
    /// Lists the targets, decides what to read of them and cuts that into shards.
    ///
    /// # Errors
    /// When a listing fails: a scan that does not know what there is cannot account for it.
    pub async fn make(
        targets: Vec<ScanTarget>,
        selection: Selection,
        identity: &Arc<Identity>,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self, ScanError> {
        Self::make_through(None, targets, selection, identity, progress, cancel).await
    }

    /// Does the same for an estate of any size: what is listed waits in the folder, and the assets of the shards are written there.
    /// [`PlanFolder::finish`] makes a plan of it.
    ///
    /// # Errors
    /// When a listing fails, or the folder does.
    pub async fn make_in(
        folder: &PlanFolder,
        targets: Vec<ScanTarget>,
        selection: Selection,
        identity: &Arc<Identity>,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self, ScanError> {
        folder.clear().await?;
        Self::make_through(Some(folder), targets, selection, identity, progress, cancel).await
    }

    async fn make_through(
        folder: Option<&PlanFolder>,
        targets: Vec<ScanTarget>,
        selection: Selection,
        identity: &Arc<Identity>,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self, ScanError> {
        let Selection { filter, sampling, previous, reads_superseded } = selection;
        let previous = previous.map(Arc::new);
        let planner = Planner {
            targets: &targets,
            filter: Arc::new(filter),
            sampling,
            previous: previous.clone(),
            identity,
            progress,
            cancel,
            folder,
            reads_superseded,
        };
        let decided = planner.plan().await?;
        Ok(Self {
            confidence: sampling.map_or(USUAL_CONFIDENCE, |sampling| sampling.confidence),
            targets,
            shards: decided.shards,
            datasets: decided.datasets,
            previous,
            extent: decided.extent,
            skipped: decided.skipped,
            digest: decided.digest,
            mine: None,
        })
    }

    /// Returns the targets.
    pub fn targets(&self) -> &[ScanTarget] {
        &self.targets
    }

    /// Returns the shards.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// Returns the datasets; planned assets name them by number.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// Returns how sure the bounds of its samples are, 0 to 1.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// Returns the earlier run that it stands on.
    pub(crate) fn previous(&self) -> Option<&Arc<Previous>> {
        self.previous.as_ref()
    }

    /// Tells whether this process runs a shard.
    pub fn is_mine(&self, shard: u32) -> bool {
        self.mine.as_ref().is_none_or(|mine| mine[shard as usize])
    }

    /// Returns what the plan amounts to.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Returns how many assets will not be read, by reason.
    pub fn skipped(&self) -> &[(Reason, u64)] {
        &self.skipped
    }

    /// Returns a keyed digest of every key, version and decision: equal for equal plans.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl Shard {
    /// Returns how many assets the shard has.
    pub fn len(&self) -> usize {
        self.assets
    }

    /// Tells whether the shard has no asset.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many bytes the shard has to read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Iterates over the assets in the order of the listing.
    pub fn assets<'a>(&'a self, targets: &'a [ScanTarget]) -> impl Iterator<Item = PlannedAsset> + Send + 'a {
        self.entries.iter(targets[self.target].store.id())
    }

    /// Lends the assets that are gone since the run before.
    pub(crate) fn gone(&self) -> &[AssetNumber] {
        &self.gone
    }
}
