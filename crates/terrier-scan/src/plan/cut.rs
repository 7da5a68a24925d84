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

/// A shard is closed when it holds this many bytes to read. An object that is larger is a shard of its own.
const SHARD_BYTES: u64 = 128 << 20;

/// A shard is closed when it holds this many assets.
const SHARD_ASSETS: usize = 1_000;

/// Files of a plan that are made at one time.
const FILES_AT_ONCE: usize = 2;

#[derive(Default)]
pub(super) struct Cutter {
    open: Option<Shard>,
    closed: Vec<Shard>,
    extent: Extent,
    skipped: [u64; Reason::ALL.len()],
}

impl Cutter {
    pub(super) fn push(&mut self, target: usize, kind: StoreKind, entry: &Entry<'_>) {
        let bytes = if entry.decision == Decision::Read { entry.size } else { 0 };
        let fits = self.open.as_ref().is_some_and(|shard| {
            shard.target == target && shard.len() < SHARD_ASSETS && (shard.bytes == 0 || shard.bytes + bytes <= SHARD_BYTES)
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
                if kind == StoreKind::S3 {
                    self.extent.requests += requests(entry.size);
                }
            }
        }
    }

    pub(super) fn push_gone(&mut self, gone: &[AssetNumber]) {
        self.extent.gone = gone.len() as u64;
        self.closed.extend(self.open.take());
        self.closed.extend(gone.chunks(SHARD_ASSETS).map(|gone| Shard { assets: gone.len(), gone: gone.to_vec(), ..Shard::default() }));
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
