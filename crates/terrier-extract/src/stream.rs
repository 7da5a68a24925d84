//! Readers that the rooms are fed with.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use terrier_model::Reason;

use crate::context::Budget;
use crate::source::reason_of;
use crate::{ReadAt, ReadError};

/// How much of an asset is looked at to find out what it is.
pub(crate) const HEAD: usize = 64 << 10;

/// Fills `buf` as far as the reader goes and returns how much it got.
pub(crate) fn fill<R: Read + ?Sized>(reader: &mut R, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match reader.read(&mut buf[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Fills `buf` from `offset` on as far as the source goes and returns how much it got.
pub(crate) fn fill_at(source: &dyn ReadAt, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < buf.len() {
        match source.read_at(offset + filled as u64, &mut buf[filled..])? {
            0 => break,
            read => filled += read.min(buf.len() - filled),
        }
    }
    Ok(filled)
}

/// Fills the whole of `buf` from `offset` on; a source that ends before is damaged.
pub(crate) fn read_exact_at(source: &dyn ReadAt, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
    if fill_at(source, offset, buf)? < buf.len() { Err(ReadError::new(Reason::Damaged)) } else { Ok(()) }
}

/// Reads a source from an offset to an end; places are those of the source.
pub(crate) struct SourceStream<'a> {
    source: &'a dyn ReadAt,
    offset: u64,
    end: u64,
}

impl<'a> SourceStream<'a> {
    pub(crate) fn new(source: &'a dyn ReadAt, offset: u64, end: u64) -> Self {
        Self { source, offset, end }
    }
}

impl Read for SourceStream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.end.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        let wanted = rest.min(buf.len());
        if wanted == 0 {
            return Ok(0);
        }
        let read = self.source.read_at(self.offset, &mut buf[..wanted])?.min(wanted);
        self.offset += read as u64;
        Ok(read)
    }
}

impl Seek for SourceStream<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let offset = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(delta) => self.end.checked_add_signed(delta),
            SeekFrom::Current(delta) => self.offset.checked_add_signed(delta),
        };
        self.offset = offset.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

/// Turns a failed read into an end and remembers the reason, so that a room still hands out what it holds.
pub(crate) struct Tolerant<R> {
    inner: R,
    failure: Option<Reason>,
}

impl<R: Read> Tolerant<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, failure: None }
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }

    /// Returns why the stream ended before its end.
    pub(crate) fn failure(&self) -> Option<Reason> {
        self.failure
    }
}

impl<R: Read> Read for Tolerant<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return Ok(0);
        }
        self.inner.read(buf).or_else(|error| {
            self.failure = Some(reason_of(&error));
            Ok(0)
        })
    }
}

/// Books what a decompressor yields and ends it when the budget is spent. Every decompressor runs inside one.
pub(crate) struct Capped<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<'a, R: Read> Capped<'a, R> {
    pub(crate) fn new(inner: R, budget: &'a Budget) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Capped<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let allowed = usize::try_from(self.budget.allowance()?).unwrap_or(usize::MAX).min(buf.len());
        let read = self.inner.read(&mut buf[..allowed])?;
        self.budget.spend(read as u64);
        Ok(read)
    }
}

/// Counts what passes.
pub(crate) struct Counting<'a, R> {
    inner: R,
    count: &'a Cell<u64>,
}

impl<'a, R: Read> Counting<'a, R> {
    pub(crate) fn new(inner: R, count: &'a Cell<u64>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Fetches more than was asked for, since what comes next in an archive is asked for next.
pub(crate) struct ReadAhead<'a> {
    inner: &'a dyn ReadAt,
    block: Mutex<(u64, Vec<u8>)>,
}

/// Size of a block that is fetched ahead.
const BLOCK: usize = 512 << 10;

impl<'a> ReadAhead<'a> {
    pub(crate) fn new(inner: &'a dyn ReadAt) -> Self {
        Self { inner, block: Mutex::default() }
    }
}

impl ReadAt for ReadAhead<'_> {
    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let mut block = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, bytes) = &mut *block;
        if offset < *start || offset >= *start + bytes.len() as u64 {
            bytes.resize(usize::try_from(self.inner.size().saturating_sub(offset)).unwrap_or(BLOCK).min(BLOCK), 0);
            let filled = fill_at(self.inner, offset, bytes);
            bytes.truncate(filled.unwrap_or(0));
            *start = offset;
            filled?;
        }
        bytes.as_slice().read_at(offset - *start, buf)
    }
}

/// A source with its head kept, and with what was read counted.
pub(crate) struct Metered<S> {
    inner: S,
    head: OnceLock<Vec<u8>>,
    read: AtomicU64,
}

impl<S: ReadAt> Metered<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, head: OnceLock::new(), read: AtomicU64::new(0) }
    }

    /// Returns how many bytes of the source were read: what was read twice counts once, as far as its size tells.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed).min(self.inner.size())
    }

    fn head(&self) -> Result<&[u8], ReadError> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let mut head = vec![0; usize::try_from(self.inner.size()).unwrap_or(HEAD).min(HEAD)];
        let filled = fill_at(&self.inner, 0, &mut head)?;
        head.truncate(filled);
        self.read.fetch_add(filled as u64, Ordering::Relaxed);
        Ok(self.head.get_or_init(|| head))
    }
}

impl<S: ReadAt> ReadAt for Metered<S> {
    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        if offset < HEAD as u64 {
            let read = self.head()?.read_at(offset, buf)?;
            if read > 0 {
                return Ok(read);
            }
        }
        let read = self.inner.read_at(offset, buf)?.min(buf.len());
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
