use std::ops::Range;

use terrier_model::Reason;

use super::Entry;
use super::entry::{u16_at, u32_at, u64_at};
use crate::context::Halt;
use crate::stream::{fill_at, read_exact_at};
use crate::{ReadAt, ReadError};

const END: &[u8; 4] = b"PK\x05\x06";
const END_LEN: usize = 22;
const LONGEST_COMMENT: usize = 0xFFFF;
const END_64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR_64: &[u8; 4] = b"PK\x06\x07";
const HEADER: &[u8; 4] = b"PK\x01\x02";
const HEADER_LEN: usize = 46;

/// Where the central directory lies.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// What stands before the archive in the file: a program that unpacks it, or nothing.
    pub(super) prefix: u64,
    start: u64,
    end: u64,
    /// Where the records behind it lie: the one that ends an archive of 64 bits, where there is one, and those at the very end.
    record_64: Range<u64>,
    last_records: Range<u64>,
}

impl Directory {
    /// Finds the directory from the file's end.
    pub(crate) fn find(source: &dyn ReadAt) -> Result<Self, Halt> {
        let size = source.size();
        let tail_len = size.min((END_LEN + LONGEST_COMMENT) as u64);
        let tail_start = size - tail_len;
        let mut tail = vec![0; usize::try_from(tail_len).expect("at most 64 KiB")];
        read_exact_at(source, tail_start, &mut tail)?;
        let end = tail
            .windows(END_LEN)
            .rposition(|window| window.starts_with(END) && usize::from(u16_at(window, 20)) + END_LEN <= tail_len as usize)
            .ok_or(Reason::Damaged)?;
        let record = &tail[end..];
        let end = tail_start + end as u64;
        let (len, offset) = (u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
        if let Some(directory) = Self::find_64(source, end)? {
            return Ok(directory);
        }
        Self::checked(end, len, offset, end..end, end..end + END_LEN as u64)
    }

    fn find_64(source: &dyn ReadAt, end: u64) -> Result<Option<Self>, Halt> {
        let mut locator = [0; 20];
        let Some(locator_at) = end.checked_sub(20) else { return Ok(None) };
        read_exact_at(source, locator_at, &mut locator)?;
        if !locator.starts_with(LOCATOR_64) {
            return Ok(None);
        }
        // The record lies right before the locator, unless it has an extensible part.
        for at in [locator_at.checked_sub(56), Some(u64_at(&locator, 8))].into_iter().flatten() {
            let mut record = [0; 56];
            if fill_at(source, at, &mut record)? == record.len() && record.starts_with(END_64) {
                let last_records = locator_at..end + END_LEN as u64;
                let record_64 = at..at + record.len() as u64;
                return Self::checked(at, u64_at(&record, 40), u64_at(&record, 48), record_64, last_records).map(Some);
            }
        }
        Err(Reason::Damaged.into())
    }

    fn checked(end: u64, len: u64, offset: u64, record_64: Range<u64>, last_records: Range<u64>) -> Result<Self, Halt> {
        let start = end.checked_sub(len).ok_or(Reason::Damaged)?;
        let prefix = start.checked_sub(offset).ok_or(Reason::Damaged)?;
        Ok(Self { prefix, start, end, record_64, last_records })
    }

    /// Returns what it and its records take up in the file.
    pub(super) fn spans(&self) -> [Range<u64>; 3] {
        [self.start..self.end, self.record_64.clone(), self.last_records.clone()]
    }

    /// Streams the entries. Ends after the first damaged one.
    pub(crate) fn entries<'s>(&self, source: &'s dyn ReadAt) -> Entries<'s> {
        Entries { source, offset: self.start, end: self.end, buf: Vec::new(), pos: 0, failed: false }
    }
}

/// See [`Directory::entries`].
pub(crate) struct Entries<'s> {
    source: &'s dyn ReadAt,
    offset: u64,
    end: u64,
    buf: Vec<u8>,
    pos: usize,
    failed: bool,
}

impl Entries<'_> {
    fn take(&mut self, len: usize) -> Result<Vec<u8>, ReadError> {
        if self.buf.len() - self.pos < len {
            self.buf.drain(..self.pos);
            self.pos = 0;
            let filled = self.buf.len();
            let wanted = len.max(64 << 10).min(usize::try_from(self.end - self.offset).unwrap_or(usize::MAX) + filled);
            if wanted < len {
                return Err(ReadError::new(Reason::Damaged));
            }
            self.buf.resize(wanted, 0);
            read_exact_at(self.source, self.offset, &mut self.buf[filled..])?;
            self.offset += (wanted - filled) as u64;
        }
        self.pos += len;
        Ok(self.buf[self.pos - len..self.pos].to_vec())
    }

    fn entry(&mut self) -> Result<Entry, ReadError> {
        let header = self.take(HEADER_LEN)?;
        if !header.starts_with(HEADER) {
            return Err(ReadError::new(Reason::Damaged));
        }
        let name = self.take(usize::from(u16_at(&header, 28)))?;
        let extra = self.take(usize::from(u16_at(&header, 30)))?;
        let comment = self.take(usize::from(u16_at(&header, 32)))?;
        Ok(Entry::parse(&header, name, &extra, comment))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.offset == self.end && self.pos == self.buf.len() {
            return None;
        }
        let entry = self.entry();
        self.failed = entry.is_err();
        Some(entry)
    }
}
