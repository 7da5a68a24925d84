//! Pieces of a listing, which wait until they are counted and decided on: in memory, or as files in the folder of the plan.

use std::sync::Arc;

use terrier_stores::Entry;
use xxhash_rust::xxh3::xxh3_64;

use super::entries::Entries;
use super::file::PlanFolder;
use super::{Decision, Extent, PlannedAsset};
use crate::{Filter, ScanError};

/// Assets of a piece. Tests have many of them.
const PIECE: usize = if cfg!(test) { 100 } else { 100_000 };

/// The assets of a part of a listing, in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pieces: Vec<Entries>,
    extent: Extent,
}

impl Pieces {
    /// Adds an asset, with what can be said of it by itself.
    pub(super) fn push(&mut self, Entry { asset, unreadable }: Entry, filter: &Filter) {
        let skip = filter.verdict(&asset).or(unreadable);
        self.extent.assets += 1;
        if skip.is_none() {
            self.extent.readable += 1;
            self.extent.bytes += asset.size;
        }
        if self.pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            self.pieces.push(Entries::default());
        }
        let piece = self.pieces.last_mut().expect("a piece was pushed where none had room");
        piece.push(&PlannedAsset { asset, decision: skip.map_or(Decision::Read, Decision::Skip), dataset: 0 });
    }

    /// Returns what they amount to.
    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    /// Takes all out once a piece is full. Where pieces end follows from the number of assets alone.
    pub(super) fn take_full(&mut self) -> Option<Self> {
        let rest = match self.pieces.len() {
            0 | 1 => return None,
            _ => self.pieces.pop(),
        };
        let pieces = std::mem::replace(&mut self.pieces, rest.into_iter().collect());
        Some(Self { pieces, extent: std::mem::take(&mut self.extent) })
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = Entries> {
        self.pieces.into_iter()
    }
}

/// A piece that waits.
#[derive(Debug)]
pub(super) enum Piece {
    Held(Arc<Entries>),
    /// A file of the plan's folder.
    Spooled {
        number: usize,
        assets: usize,
        checksum: u64,
    },
}

impl Piece {
    /// Puts a piece into the folder, if there is one.
    pub(super) async fn put(entries: Entries, number: usize, folder: Option<&PlanFolder>) -> Result<Self, ScanError> {
        let Some(folder) = folder else { return Ok(Self::Held(Arc::new(entries))) };
        let (assets, checksum) = (entries.len(), xxh3_64(entries.encoded()));
        folder.put_piece(number, entries.into_encoded()).await?;
        Ok(Self::Spooled { number, assets, checksum })
    }

    pub(super) async fn load(&self, folder: Option<&PlanFolder>) -> Result<Arc<Entries>, ScanError> {
        match (self, folder) {
            (Self::Held(entries), _) => Ok(Arc::clone(entries)),
            (Self::Spooled { number, assets, checksum }, Some(folder)) => {
                let encoded = folder.piece(*number).await?;
                if xxh3_64(&encoded) != *checksum {
                    return Err(PlanFolder::changed_meanwhile(*number).into());
                }
                Ok(Arc::new(Entries::of_encoded(encoded, *assets)))
            }
            (Self::Spooled { .. }, None) => unreachable!("a piece is spooled into the folder that it is loaded from"),
        }
    }
}
