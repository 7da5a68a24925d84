//! What a run will read: the listing, filtered, cut into shards, with its digest and its estimate.
//!
//! A plan holds exact keys, so it lives in memory only. What the results keep of it is its keyed digest: a run is continued
//! by listing again and finding the same digest.

mod entries;

use std::sync::Arc;

use futures::StreamExt;
use terrier_model::{AssetRef, Reason};
use terrier_stores::{Entry, Scope, Store, StoreError};

use self::entries::Entries;
use crate::{Cancel, Filter, Identity, Progress, ScanError};

/// A shard is closed when it holds this many bytes to read. An object that is larger is a shard of its own.
const SHARD_BYTES: u64 = 128 << 20;

/// A shard is closed when it holds this many assets.
const SHARD_ASSETS: usize = 1_000;

/// A place to scan: a store, and the part of it that the user asked for.
#[derive(Clone)]
pub struct ScanTarget {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The part of it.
    pub scope: Scope,
}

/// An asset of a plan, with the decision whether to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAsset {
    /// The asset.
    pub asset: AssetRef,
    /// Why it will not be read; `None` where it will.
    pub skip: Option<Reason>,
}

/// A slice of a plan: the unit of work, of retrying and of committing.
#[derive(Debug)]
pub struct Shard {
    /// Index of the target it belongs to.
    pub target: usize,
    entries: Entries,
    bytes: u64,
}

/// What a plan amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Assets enumerated.
    pub assets: u64,
    /// Assets that will be read.
    pub readable: u64,
    /// Bytes of the assets that will be read.
    pub bytes: u64,
}

/// All shards of a run, in the order of the listing.
pub struct Plan {
    targets: Vec<ScanTarget>,
    shards: Vec<Shard>,
    extent: Extent,
    skipped: Vec<(Reason, u64)>,
    digest: String,
}

impl Plan {
    /// Lists the targets and cuts the listing into shards.
    ///
    /// # Errors
    /// When a listing fails: a scan that does not know what there is cannot account for it.
    pub async fn make(
        targets: Vec<ScanTarget>,
        filter: &Filter,
        identity: &Identity,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self, ScanError> {
        let mut planner = Planner { filter, progress, shards: Vec::new(), extent: Extent::default(), skipped: [0; Reason::ALL.len()] };
        for (index, target) in targets.iter().enumerate() {
            planner.list(index, target, cancel).await?;
        }
        let digest = identity.plan_digest(
            planner.shards.iter().flat_map(|shard| [targets[shard.target].store.id().as_str().as_bytes(), shard.entries.encoded()]),
        );
        let Planner { shards, extent, skipped, .. } = planner;
        let skipped = Reason::ALL.into_iter().zip(skipped).filter(|(_, count)| *count > 0).collect();
        Ok(Self { targets, shards, extent, skipped, digest })
    }

    /// Returns the targets.
    pub fn targets(&self) -> &[ScanTarget] {
        &self.targets
    }

    /// Returns the shards.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
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
    fn new(target: usize) -> Self {
        Self { target, entries: Entries::default(), bytes: 0 }
    }

    /// Returns how many assets the shard has.
    pub fn len(&self) -> usize {
        self.entries.len()
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
}

struct Planner<'a> {
    filter: &'a Filter,
    progress: &'a Progress,
    shards: Vec<Shard>,
    extent: Extent,
    skipped: [u64; Reason::ALL.len()],
}

impl Planner<'_> {
    async fn list(&mut self, index: usize, target: &ScanTarget, cancel: &Cancel) -> Result<(), ScanError> {
        let failed = |cause: StoreError| ScanError::listing(target.store.id(), cause);
        for shard in target.store.shards(&target.scope).await.map_err(failed)? {
            let mut pages = target.store.list(&shard, None);
            while let Some(page) = pages.next().await {
                cancel.check()?;
                for entry in page.map_err(failed)?.entries {
                    self.push(index, entry);
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, target: usize, entry: Entry) {
        let skip = self.filter.verdict(&entry.asset).or(entry.unreadable);
        let bytes = if skip.is_none() { entry.asset.size } else { 0 };
        let fits = self.shards.last().is_some_and(|shard| {
            shard.target == target && shard.len() < SHARD_ASSETS && (shard.bytes == 0 || shard.bytes + bytes <= SHARD_BYTES)
        });
        if !fits {
            self.shards.push(Shard::new(target));
        }
        let shard = self.shards.last_mut().expect("a shard was pushed where none fitted");
        shard.entries.push(&PlannedAsset { asset: entry.asset, skip });
        shard.bytes += bytes;
        self.extent.assets += 1;
        match skip {
            Some(reason) => self.skipped[reason as usize] += 1,
            None => {
                self.extent.readable += 1;
                self.extent.bytes += bytes;
            }
        }
        self.progress.listed(self.extent);
    }
}
