//! Makes a plan in three passes: the first lists and learns the names, the second counts and considers every asset for a sample, the third
//! decides. What a name belongs to, and how much of that is enough, is known only once all names are.
//!
//! ```text
//!  list ──► pieces of 100,000 assets, in memory or in the plan's folder ──► count, side by side ──► decide, side by side ──► cut in order
//! ```
//! **Invariant:** what is decided does not depend on how the passes share out their work.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures::StreamExt;
use terrier_model::{Reason, StoreId, StoreKind};
use terrier_stores::{Entry, StoreError};

use super::cut::{Cutter, Limits, Sink};
use super::entries::{self, Entries};
use super::file::PlanFolder;
use super::spool::{Piece, Pieces};
use super::{Decision, Extent, ScanTarget, Shard};
use crate::dataset::{Dataset, Group, Grouping, Names};
use crate::delta::{Logs, Superseded};
use crate::estimate::get_cost_usd;
use crate::identity::PlanDigest;
use crate::previous::Previous;
use crate::sample::{Candidate, Lowest, Sampler, Sampling};
use crate::{Cancel, Filter, Identity, Progress, ScanError};

/// Parts that are worked on side by side, at most: each is in memory meanwhile.
const SIDE_BY_SIDE: usize = 8;

pub(super) struct Planner<'a> {
    pub(super) targets: &'a [ScanTarget],
    pub(super) filter: Arc<Filter>,
    pub(super) sampling: Option<Sampling>,
    pub(super) previous: Option<Arc<Previous>>,
    pub(super) identity: &'a Arc<Identity>,
    pub(super) progress: &'a Progress,
    pub(super) cancel: &'a Cancel,
    /// Where pieces and shards go, if not into memory.
    pub(super) folder: Option<&'a PlanFolder>,
    pub(super) reads_superseded: bool,
}

/// What there is of a target.
struct Listed {
    pieces: VecDeque<Piece>,
    grouping: Grouping,
    logs: Logs,
    superseded: Arc<Superseded>,
}

/// What listing has come to so far.
struct Listing {
    extent: Extent,
    digest: PlanDigest,
    /// Pieces of all targets.
    pieces: usize,
}

pub(super) struct Decided {
    pub(super) shards: Vec<Shard>,
    pub(super) datasets: Vec<Dataset>,
    pub(super) extent: Extent,
    pub(super) skipped: Vec<(Reason, u64)>,
    pub(super) digest: String,
}

impl Planner<'_> {
    pub(super) async fn plan(&self) -> Result<Decided, ScanError> {
        let mut listing = Listing { extent: Extent::default(), digest: self.identity.plan_digest(), pieces: 0 };
        let mut listed = Vec::with_capacity(self.targets.len());
        for (index, target) in self.targets.iter().enumerate() {
            let mut of_target = self.list(index, &mut listing).await?;
            let logs = if self.reads_superseded { Logs::default() } else { std::mem::take(&mut of_target.logs) };
            let superseded = logs.read(target.store.as_ref(), self.cancel).await;
            // What a log says follows from its files, whose versions are listed; but one may have failed.
            listing.digest.part(&superseded.len().to_be_bytes());
            of_target.superseded = Arc::new(superseded);
            listed.push(of_target);
        }
        let mut datasets = Vec::new();
        let mut lowest = Vec::new();
        for (target, listed) in self.targets.iter().zip(&mut listed) {
            self.count(target, listed, &mut datasets, &mut lowest).await?;
        }
        if let Some(sampling) = self.sampling {
            let kinds: Vec<StoreKind> = self.targets.iter().map(|target| target.store.kind()).collect();
            Sampler::new(sampling).decide(&mut datasets, lowest, |dataset, bytes| get_cost_usd(kinds[dataset.target], bytes));
        }
        let gone = self.previous.as_ref().map(|previous| previous.gone()).unwrap_or_default();
        let mut digest = listing.digest;
        for sample in datasets.iter().filter_map(|dataset| dataset.sample) {
            digest.part(format!("{:?} {}", sample.up_to, sample.size).as_bytes());
        }
        digest.part(self.previous.as_ref().map_or(&[][..], |previous| previous.run().as_str().as_bytes()));
        gone.iter().for_each(|asset| digest.part(&asset.to_bytes()));
        let datasets = Arc::new(datasets);
        let mut sink = self.folder.map_or_else(Sink::keeping, Sink::into_files);
        let mut cutter = Cutter::new(Limits::of(listing.extent.assets, datasets.iter().map(Dataset::wanted_bytes).sum()));
        for (index, listed) in listed.into_iter().enumerate() {
            self.decide(index, listed, &datasets, &mut cutter, &mut sink).await?;
        }
        cutter.push_gone(&gone);
        sink.take(cutter.close()).await?;
        self.progress.listed(cutter.extent());
        Ok(Decided {
            shards: sink.finish().await?,
            datasets: Arc::unwrap_or_clone(datasets),
            extent: cutter.extent(),
            skipped: cutter.skipped(),
            digest: digest.finish(),
        })
    }

    /// Lists a target to its end, or takes it from its inventory.
    async fn list(&self, index: usize, listing: &mut Listing) -> Result<Listed, ScanError> {
        let target = &self.targets[index];
        let store = target.store.id();
        let mut listed =
            Listed { grouping: Grouping::new(index), pieces: VecDeque::new(), logs: Logs::default(), superseded: Arc::default() };
        listing.digest.part(store.as_str().as_bytes());
        if let Some(inventory) = &target.inventory {
            let files = (0..inventory.files()).map(|file| {
                let filter = Arc::clone(&self.filter);
                let take = move |pieces: &mut Pieces, entry: Entry| pieces.push(entry, &filter);
                tokio::spawn(Arc::clone(inventory).fold(file, store.clone(), target.scope.clone(), take))
            });
            let mut files = futures::stream::iter(files).buffered(side_by_side());
            while let Some(file) = files.next().await {
                self.cancel.check()?;
                let pieces = file.map_err(|_| ScanError::WorkerDied)?;
                let pieces = pieces.map_err(|source| ScanError::Inventory { store: store.clone(), source: Box::new(source) })?;
                self.learn(store, pieces, &mut listed, listing).await?;
            }
            return Ok(listed);
        }
        let failed = |cause: StoreError| ScanError::listing(store, cause);
        let mut open = Pieces::default();
        for shard in target.store.shards(&target.scope).await.map_err(failed)? {
            let mut pages = target.store.list(&shard, None);
            while let Some(page) = pages.next().await {
                self.cancel.check()?;
                page.map_err(failed)?.entries.into_iter().for_each(|entry| open.push(entry, &self.filter));
                self.progress.listed(listing.extent.plus(open.extent()));
                if let Some(full) = open.take_full() {
                    self.learn(store, full, &mut listed, listing).await?;
                }
            }
        }
        self.learn(store, open, &mut listed, listing).await?;
        Ok(listed)
    }

    /// Learns the names of pieces, and puts these where they wait.
    async fn learn(&self, store: &StoreId, pieces: Pieces, listed: &mut Listed, listing: &mut Listing) -> Result<(), ScanError> {
        listing.extent = listing.extent.plus(pieces.extent());
        for piece in pieces.into_entries() {
            listed.grouping.learn(|learn| {
                let mut entries = piece.lend();
                while let Some(entry) = entries.next() {
                    learn(entry.key);
                    listed.logs.notice(entry.key, || entry.to_planned(store).asset);
                }
            });
            listing.digest.part(piece.encoded());
            listed.pieces.push_back(Piece::put(piece, listing.pieces, self.folder).await?);
            listing.pieces += 1;
        }
        self.progress.listed(listing.extent);
        Ok(())
    }

    /// Finds out which datasets there are, how large they are, and which of their members a sample may want.
    async fn count(
        &self,
        target: &ScanTarget,
        listed: &mut Listed,
        datasets: &mut Vec<Dataset>,
        lowest: &mut Vec<Lowest>,
    ) -> Result<(), ScanError> {
        let sampler = self.sampling.map(Sampler::new);
        let Listed { pieces, grouping, superseded, .. } = listed;
        let counting = Arc::new(Counting { work: self.work(target.store.id(), superseded), names: grouping.names(), sampler });
        // Collected, since the compiler does not see that what borrows each piece by itself may go to another thread.
        let counted: Vec<_> = pieces
            .iter()
            .map(|piece| {
                let (counting, entries) = (Arc::clone(&counting), piece.load(self.folder));
                on_a_thread(entries, move |entries| counting.count(&entries))
            })
            .collect();
        let mut counted = futures::stream::iter(counted).buffered(side_by_side());
        while let Some(groups) = counted.next().await {
            self.cancel.check()?;
            for group in groups? {
                let number = grouping.dataset(&group, target.store.id(), self.identity, datasets) as usize;
                datasets[number].members += group.members;
                datasets[number].bytes += group.bytes;
                if let Some(sampler) = &sampler {
                    lowest.resize_with(datasets.len(), Lowest::default);
                    lowest[number].merge(group.lowest, sampler);
                }
            }
        }
        Ok(())
    }

    /// Decides what to do with each asset of a target, and cuts them into shards.
    async fn decide(
        &self,
        index: usize,
        listed: Listed,
        datasets: &Arc<Vec<Dataset>>,
        cutter: &mut Cutter,
        sink: &mut Sink,
    ) -> Result<(), ScanError> {
        let target = &self.targets[index];
        let Listed { pieces, grouping, superseded, .. } = listed;
        let deciding = Arc::new(Deciding { work: self.work(target.store.id(), &superseded), grouping, datasets: Arc::clone(datasets) });
        let decided = pieces.into_iter().map(|piece| {
            let deciding = Arc::clone(&deciding);
            let entries = async move { piece.load(self.folder).await };
            on_a_thread(entries, move |entries| {
                let decided = deciding.decide(&entries);
                (entries, decided)
            })
        });
        let mut decided = futures::stream::iter(decided).buffered(side_by_side());
        while let Some(piece) = decided.next().await {
            self.cancel.check()?;
            let (entries, decided) = piece?;
            let mut lending = entries.lend();
            let mut decided = decided.into_iter();
            while let Some((entry, (dataset, decision))) = lending.next().zip(decided.next()) {
                cutter.push(index, target.store.kind(), &entries::Entry { dataset, decision, ..entry });
            }
            sink.take(cutter.closed()).await?;
        }
        Ok(())
    }

    fn work(&self, store: &StoreId, superseded: &Arc<Superseded>) -> Work {
        Work {
            store: store.clone(),
            identity: Arc::clone(self.identity),
            previous: self.previous.clone(),
            superseded: Arc::clone(superseded),
        }
    }
}

/// Does what takes a processor where nobody waits for it.
async fn on_a_thread<T: Send + 'static>(
    entries: impl Future<Output = Result<Arc<Entries>, ScanError>>,
    work: impl FnOnce(Arc<Entries>) -> T + Send + 'static,
) -> Result<T, ScanError> {
    let entries = entries.await?;
    tokio::task::spawn_blocking(move || work(entries)).await.map_err(|_| ScanError::WorkerDied)
}

fn side_by_side() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(SIDE_BY_SIDE)
}

/// What every thread knows of a target.
struct Work {
    store: StoreId,
    identity: Arc<Identity>,
    previous: Option<Arc<Previous>>,
    superseded: Arc<Superseded>,
}

impl Work {
    /// Returns what an asset's own name decides, its table's log being known.
    fn verdict(&self, entry: &entries::Entry<'_>) -> Decision {
        match entry.decision {
            Decision::Read if self.superseded.contains(entry.key) => Decision::Skip(Reason::Superseded),
            decision => decision,
        }
    }
}

struct Counting {
    work: Work,
    names: Names,
    sampler: Option<Sampler>,
}

impl Counting {
    fn count(&self, entries: &Entries) -> Vec<Group> {
        let Self { work: work @ Work { store, identity, previous, .. }, names, sampler } = self;
        let mut census = names.census();
        // Computing a number costs as much as all the rest, so it is done only where somebody asks for it.
        let numbering = (previous.is_some() || sampler.is_some()).then(|| identity.numbering(store));
        let mut entries = entries.lend();
        while let Some(entry) = entries.next() {
            let number = numbering.as_ref().map(|numbering| numbering.of(entry.key));
            let is_known =
                previous.as_ref().zip(number).is_some_and(|(previous, number)| previous.meet(number, &entry.to_planned(store).asset));
            let group = census.group_of(entry.key, entry.size);
            if work.verdict(&entry) != Decision::Read {
                continue;
            }
            group.members += 1;
            group.bytes += entry.size;
            if let Some((sampler, number)) = sampler.as_ref().zip(number) {
                let bytes = if is_known { 0 } else { entry.size };
                sampler.consider(&mut group.lowest, Candidate { rank: number.rank(), bytes });
            }
        }
        census.groups
    }
}

struct Deciding {
    work: Work,
    grouping: Grouping,
    datasets: Arc<Vec<Dataset>>,
}

impl Deciding {
    /// Returns the dataset of each asset, and what is done with it.
    fn decide(&self, entries: &Entries) -> Vec<(u32, Decision)> {
        let Self { work: work @ Work { store, identity, previous, .. }, grouping, datasets } = self;
        let numbering = identity.numbering(store);
        let mut assigned = grouping.assignment();
        let mut decided = Vec::with_capacity(entries.len());
        let mut entries = entries.lend();
        while let Some(entry) = entries.next() {
            let dataset = assigned.dataset_of(entry.key, entry.size);
            let is_sampled = datasets[dataset as usize].sample.is_some();
            let verdict = work.verdict(&entry);
            let decision = if verdict == Decision::Read && (previous.is_some() || is_sampled) {
                let number = numbering.of(entry.key);
                let is_unchanged = |previous: &Arc<Previous>| previous.knows(number, &entry.to_planned(store).asset);
                match () {
                    () if previous.as_ref().is_some_and(is_unchanged) => Decision::Carry,
                    () if !datasets[dataset as usize].samples(number.rank()) => Decision::Skip(Reason::NotSampled),
                    () => Decision::Read,
                }
            } else {
                verdict
            };
            decided.push((dataset, decision));
        }
        decided
    }
}
