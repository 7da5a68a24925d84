//! Cuts decided assets into shards, and puts these where they belong.

use std::collections::VecDeque;

use terrier_model::{Reason, StoreKind};
use tokio::task::JoinHandle;

use super::entries::Entry;
use super::file::{PlanFileError, PlanFolder, SHARDS_PER_FILE, encode_assets};
use super::{Decision, Extent, Shard};
use crate::ScanError;
use crate::estimate::requests;
use crate::identity::AssetNumber;
use crate::usage::price;

/// When a shard is closed. An object that is larger is a shard of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Once it holds this many bytes to read.
    bytes: u64,
    /// Once it holds this many assets.
    assets: usize,
}

/// Limits of a small plan: what is done again after a process died is soon done.
const LEAST: Limits = Limits { bytes: 128 << 20, assets: 1_000 };

/// A run lists and checks the commits of its shards, so that there must not be millions of them, however large the estate is.
const MOST_SHARDS: u64 = 100_000;

impl Limits {
    /// Returns the limits of a plan with so many assets, and about so many bytes to read.
    pub(super) fn of(assets: u64, bytes: u64) -> Self {
        let assets = usize::try_from(assets.div_ceil(MOST_SHARDS)).unwrap_or(usize::MAX);
        Self { bytes: LEAST.bytes.max(bytes.div_ceil(MOST_SHARDS)), assets: LEAST.assets.max(assets) }
    }
}

/// Files of a plan that are made at one time.
const FILES_AT_ONCE: usize = 2;

pub(super) struct Cutter {
    limits: Limits,
    open: Option<Shard>,
    closed: Vec<Shard>,
    extent: Extent,
    skipped: [u64; Reason::ALL.len()],
}

impl Cutter {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, open: None, closed: Vec::new(), extent: Extent::default(), skipped: [0; Reason::ALL.len()] }
    }

    pub(super) fn push(&mut self, target: usize, kind: StoreKind, entry: &Entry<'_>) {
        let bytes = if entry.decision == Decision::Read { entry.size } else { 0 };
        let limits = self.limits;
        let fits = self.open.as_ref().is_some_and(|shard| {
            shard.target == target && shard.len() < limits.assets && (shard.bytes == 0 || shard.bytes + bytes <= limits.bytes)
        });
        if !fits {
            self.closed.extend(self.open.take());
        }
        let shard = self.open.get_or_insert_with(|| Shard { target, ..Shard::default() });
        shard.entries.push_entry(entry);
        shard.assets += 1;
        shard.bytes += bytes;
        self.extent.assets += 1;
        match entry.decision {
            Decision::Skip(reason) => self.skipped[reason as usize] += 1,
            Decision::Carry => self.extent.unchanged += 1,
            Decision::Read => {
                self.extent.readable += 1;
                self.extent.bytes += bytes;
                if let Some(price) = price(kind) {
                    let requests = requests(entry.size);
                    self.extent.requests += requests;
                    self.extent.cost_nanousd += requests * (price.get * 1e9).round() as u64;
                }
            }
        }
    }

    pub(super) fn push_gone(&mut self, gone: &[AssetNumber]) {
        self.extent.gone = gone.len() as u64;
        self.closed.extend(self.open.take());
        self.closed.extend(gone.chunks(self.limits.assets).map(|gone| Shard {
            assets: gone.len(),
            gone: gone.to_vec(),
            ..Shard::default()
        }));
    }

    /// Takes the shards out that nothing is added to any more.
    pub(super) fn closed(&mut self) -> Vec<Shard> {
        std::mem::take(&mut self.closed)
    }

    /// Takes the last shards out.
    pub(super) fn close(&mut self) -> Vec<Shard> {
        self.closed.extend(self.open.take());
        self.closed()
    }

    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    /// Returns how many assets are not read, by reason.
    pub(super) fn skipped(&self) -> Vec<(Reason, u64)> {
        Reason::ALL.into_iter().zip(self.skipped).filter(|(_, count)| *count > 0).collect()
    }
}

/// Where shards go, in their order.
pub(super) enum Sink {
    /// Into memory.
    Kept(Vec<Shard>),
    /// Into files of a plan's folder; of each shard stays what it amounts to.
    Files(AssetFiles),
}

/// The files of a plan that its assets are written to, some made at one time.
pub(super) struct AssetFiles {
    folder: PlanFolder,
    waiting: Vec<Shard>,
    making: VecDeque<JoinHandle<Result<Vec<Shard>, PlanFileError>>>,
    files: usize,
    made: Vec<Shard>,
}

impl Sink {
    pub(super) fn keeping() -> Self {
        Self::Kept(Vec::new())
    }

    pub(super) fn into_files(folder: &PlanFolder) -> Self {
        let folder = folder.clone();
        Self::Files(AssetFiles { folder, waiting: Vec::new(), making: VecDeque::new(), files: 0, made: Vec::new() })
    }

    pub(super) async fn take(&mut self, shards: Vec<Shard>) -> Result<(), ScanError> {
        match self {
            Self::Kept(kept) => kept.extend(shards),
            Self::Files(files) => {
                files.waiting.extend(shards);
                while files.waiting.len() >= SHARDS_PER_FILE {
                    files.make_next().await?;
                }
            }
        }
        Ok(())
    }

    /// Returns all shards; the assets of those that were written to files are there.
    pub(super) async fn finish(self) -> Result<Vec<Shard>, ScanError> {
        match self {
            Self::Kept(kept) => Ok(kept),
            Self::Files(mut files) => {
                if !files.waiting.is_empty() {
                    files.make_next().await?;
                }
                while !files.making.is_empty() {
                    files.wait_for_one().await?;
                }
                Ok(files.made)
            }
        }
    }
}

impl AssetFiles {
    async fn make_next(&mut self) -> Result<(), ScanError> {
        if self.making.len() == FILES_AT_ONCE {
            self.wait_for_one().await?;
        }
        let rest = self.waiting.split_off(self.waiting.len().min(SHARDS_PER_FILE));
        let shards = std::mem::replace(&mut self.waiting, rest);
        let (folder, number) = (self.folder.clone(), self.files);
        self.files += 1;
        self.making.push_back(tokio::spawn(async move {
            let encode = move || (encode_assets(&shards), shards);
            let (content, shards) = tokio::task::spawn_blocking(encode).await.map_err(|_| PlanFolder::not_encoded(number))?;
            folder.put_assets(number, content).await?;
            Ok(shards.into_iter().map(|shard| Shard { entries: Default::default(), gone: Vec::new(), ..shard }).collect())
        }));
        Ok(())
    }

    async fn wait_for_one(&mut self) -> Result<(), ScanError> {
        if let Some(made) = self.making.pop_front() {
            self.made.extend(made.await.map_err(|_| ScanError::WorkerDied)??);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_of_a_large_estate_are_larger_and_not_more() {
        assert_eq!(Limits::of(3_000, 9 << 30), LEAST);
        let of_petabytes = Limits::of(1_000_000_000, 9_000_000_000_000_000);
        assert_eq!(of_petabytes, Limits { bytes: 90_000_000_000, assets: 10_000 });
    }
}
