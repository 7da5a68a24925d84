//! Makes a plan in three passes: the first lists and learns the names, the second gives each asset its dataset and considers it for the
//! sample, the third decides. What a name belongs to, and how much of that is enough, is known only once all names are.

use futures::StreamExt;
use terrier_model::{AssetRef, Reason};
use terrier_stores::{Entry, StoreError};

use super::{Decision, Entries, Extent, PlannedAsset, ScanTarget, Shard};
use crate::dataset::{Dataset, Grouping};
use crate::estimate::get_cost_usd;
use crate::identity::AssetNumber;
use crate::previous::Previous;
use crate::sample::{Candidate, Rank, Sampler, Sampling};
use crate::{Cancel, Filter, Identity, Progress, ScanError};

/// A shard is closed when it holds this many bytes to read. An object that is larger is a shard of its own.
const SHARD_BYTES: u64 = 128 << 20;

/// A shard is closed when it holds this many assets.
const SHARD_ASSETS: usize = 1_000;

/// Assets of the first pass that are kept in one piece: the pieces are given back one by one in the last.
const PIECE: usize = 100_000;

pub(super) struct Planner<'a> {
    targets: &'a [ScanTarget],
    filter: &'a Filter,
    progress: &'a Progress,
    cancel: &'a Cancel,
    listed: Vec<Listed>,
    extent: Extent,
}

/// What there is of a target.
struct Listed {
    pieces: Vec<Entries>,
    grouping: Grouping,
}

/// What the second pass finds out of an asset and the third one needs.
struct Note {
    dataset: u32,
    unchanged: bool,
    rank: Rank,
}

pub(super) struct Decided {
    pub(super) shards: Vec<Shard>,
    pub(super) datasets: Vec<Dataset>,
    pub(super) extent: Extent,
    pub(super) skipped: Vec<(Reason, u64)>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(targets: &'a [ScanTarget], filter: &'a Filter, progress: &'a Progress, cancel: &'a Cancel) -> Self {
        Self { targets, filter, progress, cancel, listed: Vec::new(), extent: Extent::default() }
    }

    /// Lists the next target to its end.
    pub(super) async fn list(&mut self, index: usize) -> Result<(), ScanError> {
        self.listed.push(Listed { pieces: Vec::new(), grouping: Grouping::new(index) });
        let target = &self.targets[index];
        if let Some(inventory) = &target.inventory {
            let store = target.store.id();
            let listed = inventory.each(store, &target.scope, self.cancel, |entry| self.learn(entry)).await;
            listed.map_err(|source| ScanError::Inventory { store: store.clone(), source })?;
            return self.cancel.check();
        }
        let failed = |cause: StoreError| ScanError::listing(target.store.id(), cause);
        for shard in target.store.shards(&target.scope).await.map_err(failed)? {
            let mut pages = target.store.list(&shard, None);
            while let Some(page) = pages.next().await {
                self.cancel.check()?;
                for entry in page.map_err(failed)?.entries {
                    self.learn(entry);
                }
            }
        }
        Ok(())
    }

    fn learn(&mut self, entry: Entry) {
        let skip = self.filter.verdict(&entry.asset).or(entry.unreadable);
        self.extent.assets += 1;
        if skip.is_none() {
            self.extent.readable += 1;
            self.extent.bytes += entry.asset.size;
        }
        let listed = self.listed.last_mut().expect("a target is listed");
        listed.grouping.learn(&entry.asset);
        if listed.pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            listed.pieces.push(Entries::default());
        }
        let piece = listed.pieces.last_mut().expect("a piece was pushed where none had room");
        let decision = skip.map_or(Decision::Read, Decision::Skip);
        piece.push(&PlannedAsset { asset: entry.asset, decision, dataset: 0 });
        self.progress.listed(self.extent);
    }

    /// Decides what to do with each asset.
    pub(super) fn decide(mut self, sampling: Option<Sampling>, mut previous: Option<&mut Previous>, identity: &Identity) -> Decided {
        let mut listed = std::mem::take(&mut self.listed);
        let mut datasets = Vec::new();
        let mut sampler = sampling.map(Sampler::new);
        let mut notes = Vec::with_capacity(self.extent.assets as usize);
        for (target, Listed { pieces, grouping }) in self.targets.iter().zip(&mut listed) {
            for PlannedAsset { asset, decision, .. } in pieces.iter().flat_map(|piece| piece.iter(target.store.id())) {
                let dataset = grouping.dataset(&asset, identity, &mut datasets);
                let note = note(&asset, decision, dataset, previous.as_deref_mut(), sampler.is_some(), identity);
                if decision == Decision::Read {
                    datasets[dataset as usize].members += 1;
                    datasets[dataset as usize].bytes += asset.size;
                    if let Some(sampler) = &mut sampler {
                        let bytes = if note.unchanged { 0 } else { asset.size };
                        sampler.consider(dataset, Candidate { rank: note.rank, bytes });
                    }
                }
                notes.push(note);
            }
        }
        if let Some(sampler) = sampler {
            let kinds: Vec<_> = self.targets.iter().map(|target| target.store.kind()).collect();
            sampler.decide(&mut datasets, |dataset, bytes| get_cost_usd(kinds[dataset.target], bytes));
        }
        let gone = previous.map(|previous| previous.gone()).unwrap_or_default();
        self.cut(listed, notes, datasets, &gone)
    }

    fn cut(&self, listed: Vec<Listed>, notes: Vec<Note>, datasets: Vec<Dataset>, gone: &[AssetNumber]) -> Decided {
        let mut cutter = Cutter { shards: Vec::new(), extent: Extent::default(), skipped: [0; Reason::ALL.len()] };
        let mut notes = notes.into_iter();
        for (index, (target, Listed { pieces, .. })) in self.targets.iter().zip(listed).enumerate() {
            for piece in pieces {
                for PlannedAsset { asset, decision, .. } in piece.iter(target.store.id()) {
                    let Note { dataset, unchanged, rank } = notes.next().expect("every listed asset has a note");
                    let decision = match decision {
                        Decision::Read if unchanged => Decision::Carry,
                        Decision::Read if !datasets[dataset as usize].samples(rank) => Decision::Skip(Reason::NotSampled),
                        decision => decision,
                    };
                    cutter.push(index, PlannedAsset { asset, decision, dataset });
                }
            }
        }
        cutter.push_gone(gone);
        self.progress.listed(cutter.extent);
        let skipped = Reason::ALL.into_iter().zip(cutter.skipped).filter(|(_, count)| *count > 0).collect();
        Decided { shards: cutter.shards, datasets, extent: cutter.extent, skipped }
    }
}

/// Computing an id costs as much as all the rest of planning, so it is done only where somebody asks for it.
fn note(asset: &AssetRef, decision: Decision, dataset: u32, previous: Option<&mut Previous>, sampled: bool, identity: &Identity) -> Note {
    if previous.is_none() && !sampled {
        return Note { dataset, unchanged: false, rank: 0 };
    }
    let number = identity.asset_number(&asset.store, &asset.key);
    let unchanged = previous.is_some_and(|previous| previous.meet(number, asset)) && decision == Decision::Read;
    Note { dataset, unchanged, rank: number.rank() }
}

struct Cutter {
    shards: Vec<Shard>,
    extent: Extent,
    skipped: [u64; Reason::ALL.len()],
}

impl Cutter {
    fn push(&mut self, target: usize, planned: PlannedAsset) {
        let bytes = if planned.decision == Decision::Read { planned.asset.size } else { 0 };
        let fits = self.shards.last().is_some_and(|shard| {
            shard.target == target && shard.len() < SHARD_ASSETS && (shard.bytes == 0 || shard.bytes + bytes <= SHARD_BYTES)
        });
        if !fits {
            self.shards.push(Shard { target, ..Shard::default() });
        }
        let shard = self.shards.last_mut().expect("a shard was pushed where none fitted");
        shard.entries.push(&planned);
        shard.assets += 1;
        shard.bytes += bytes;
        self.extent.assets += 1;
        match planned.decision {
            Decision::Skip(reason) => self.skipped[reason as usize] += 1,
            Decision::Carry => self.extent.unchanged += 1,
            Decision::Read => {
                self.extent.readable += 1;
                self.extent.bytes += bytes;
            }
        }
    }

    fn push_gone(&mut self, gone: &[AssetNumber]) {
        self.extent.gone = gone.len() as u64;
        self.shards.extend(gone.chunks(SHARD_ASSETS).map(|gone| Shard { assets: gone.len(), gone: gone.to_vec(), ..Shard::default() }));
    }
}
