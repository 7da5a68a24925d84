use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::ReadAt;
use crate::stream::{fill_at, read_exact_at};

/// Neighbouring columns are fetched in one read up to this size.
const MERGED: u64 = 4 << 20;
/// Largest hole between columns that is read over.
const HOLE: u64 = 64 << 10;
/// Read-ahead in a column that is larger; less where many columns are read side by side.
const AHEAD: u64 = 1 << 20;
/// What is fetched of the file's end to find the metadata; more is fetched where that is longer.
const TAIL: u64 = 64 << 10;
/// Read-ahead of all columns together.
const AHEAD_ALL: u64 = 64 << 20;

/// The source as the Parquet reader sees it: what it asks for in small pieces is fetched in large ones, and only from the columns
/// that are read.
#[derive(Clone)]
pub(super) struct Regions {
    source: Arc<dyn ReadAt>,
    regions: Arc<Mutex<Vec<Region>>>,
}

struct Region {
    range: Range<u64>,
    ahead: u64,
    window_start: u64,
    window: Bytes,
}

impl Regions {
    /// Begins at the file's end, where the metadata is.
    pub(super) fn new(source: Arc<dyn ReadAt>) -> Self {
        let tail = source.size().saturating_sub(TAIL);
        let regions = Self { source, regions: Arc::default() };
        regions.set(std::iter::once((tail, TAIL)));
        regions
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Region>> {
        self.regions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the columns that are read next, each given by start and length.
    pub(super) fn set(&self, columns: impl Iterator<Item = (u64, u64)>) {
        let mut ranges: Vec<Range<u64>> = columns
            .map(|(start, len)| start..start.saturating_add(len).min(self.source.size()))
            .filter(|range| !range.is_empty())
            .collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut merged: Vec<Range<u64>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end.saturating_add(HOLE) && range.end.max(last.end) - last.start <= MERGED => {
                    last.end = last.end.max(range.end);
                }
                _ => merged.push(range),
            }
        }
        let ahead = (AHEAD_ALL / (merged.len() as u64).max(1)).clamp(HOLE, AHEAD);
        *self.lock() = merged
            .into_iter()
            .map(|range| {
                let ahead = if range.end - range.start <= MERGED { MERGED } else { ahead };
                Region { range, ahead, window_start: 0, window: Bytes::new() }
            })
            .collect();
    }

    /// Returns bytes from `start` on: `len` of them, or as many as are at hand when `len` is 0.
    fn fetch(&self, start: u64, len: u64) -> Result<Bytes> {
        let end = start.checked_add(len).filter(|end| *end <= self.source.size()).ok_or_else(beyond)?;
        let mut regions = self.lock();
        let Some(region) = regions.iter_mut().find(|region| region.range.contains(&start) && end <= region.range.end) else {
            // Metadata, which has no region.
            let len = if len == 0 { HOLE.min(self.source.size() - start) } else { len };
            return self.load(start, len);
        };
        let window_end = region.window_start + region.window.len() as u64;
        if start < region.window_start || end > window_end || start == window_end {
            let wanted = len.max(region.ahead).min(region.range.end - start);
            region.window = self.load(start, wanted)?;
            region.window_start = start;
        }
        let skip = usize::try_from(start - region.window_start).map_err(|_| beyond())?;
        let take = if len == 0 { region.window.len() - skip } else { usize::try_from(len).map_err(|_| beyond())? };
        Ok(region.window.slice(skip..skip + take))
    }

    fn load(&self, start: u64, len: u64) -> Result<Bytes> {
        let mut bytes = vec![0; usize::try_from(len).map_err(|_| beyond())?];
        read_exact_at(&*self.source, start, &mut bytes).map_err(|error| ParquetError::External(Box::new(error)))?;
        Ok(bytes.into())
    }
}

fn beyond() -> ParquetError {
    ParquetError::EOF(String::new())
}

impl Length for Regions {
    fn len(&self) -> u64 {
        self.source.size()
    }
}

impl ChunkReader for Regions {
    type T = RegionRead;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(RegionRead { regions: self.clone(), offset: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if length == 0 { Ok(Bytes::new()) } else { self.fetch(start, length as u64) }
    }
}

/// Reads on from an offset.
pub(super) struct RegionRead {
    regions: Regions,
    offset: u64,
}

impl Read for RegionRead {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.offset >= self.regions.source.size() || buf.is_empty() {
            return Ok(0);
        }
        let bytes = match self.regions.fetch(self.offset, 0) {
            Ok(bytes) => bytes,
            Err(ParquetError::External(error)) => return Err(io::Error::other(error)),
            Err(_) => return Ok(fill_at(&*self.regions.source, self.offset, buf)?),
        };
        let read = bytes.len().min(buf.len());
        buf[..read].copy_from_slice(&bytes[..read]);
        self.offset += read as u64;
        Ok(read)
    }
}
