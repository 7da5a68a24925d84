use terrier_model::Reason;

use super::file::FIRST_MARK;
use crate::context::Halt;
use crate::stream::fill_at;
use crate::{ReadAt, ReadError};

/// A piece of a stream: where it begins in the stream and in the file, and its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) at: u64,
    pub(super) offset: u64,
    pub(super) len: u64,
}

/// Follows a chain of sectors; those that lie behind each other are one piece.
pub(super) fn follow(table: &[u32], start: u32, size: u64, sector_size: u64, most: u64, offset: impl Fn(u32) -> u64) -> Vec<Extent> {
    let mut extents: Vec<Extent> = Vec::new();
    let (mut sector, mut at, mut steps) = (start, 0, 0);
    while sector < FIRST_MARK && at < size && steps < most {
        let len = sector_size.min(size - at);
        match extents.last_mut() {
            Some(last) if last.offset + last.len == offset(sector) => last.len += len,
            _ => extents.push(Extent { at, offset: offset(sector), len }),
        }
        at += len;
        steps += 1;
        let Some(next) = table.get(sector as usize) else { break };
        sector = *next;
    }
    extents
}

/// The bytes of a stream.
pub(super) struct Stream<'s> {
    source: &'s dyn ReadAt,
    extents: Vec<Extent>,
    size: u64,
    /// Whether its chain is as long as its size says.
    pub(super) whole: bool,
}

impl<'s> Stream<'s> {
    pub(super) fn new(source: &'s dyn ReadAt, extents: Vec<Extent>, size: u64) -> Self {
        let held = extents.last().map_or(0, |last| last.at + last.len);
        Self { source, extents, size: held, whole: held == size }
    }

    /// Reads all of it into memory, at most `limit`.
    pub(super) fn read_all(&self, limit: u64) -> Result<Vec<u8>, Halt> {
        if self.size > limit {
            return Err(Reason::MemoryLimit.into());
        }
        // A chain may go through sectors twice, but not beyond the end.
        let mut bytes = vec![0; usize::try_from(self.size).map_err(|_| Reason::MemoryLimit)?];
        let filled = fill_at(self, 0, &mut bytes)?;
        bytes.truncate(filled);
        Ok(bytes)
    }
}

impl ReadAt for Stream<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let index = self.extents.partition_point(|extent| extent.at + extent.len <= offset);
        let Some(extent) = self.extents.get(index).filter(|extent| extent.at <= offset) else { return Ok(0) };
        let into = offset - extent.at;
        let wanted = buf.len().min(usize::try_from(extent.len - into).unwrap_or(usize::MAX));
        self.source.read_at(extent.offset + into, &mut buf[..wanted])
    }
}
