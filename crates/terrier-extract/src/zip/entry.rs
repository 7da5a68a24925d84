use std::io::{self, BufReader, Read};
use std::ops::Range;

use flate2::Crc;
use terrier_model::{Reason, Timestamp};

use super::{Directory, method};
use crate::context::{Budget, Halt};
use crate::stream::{Capped, SourceStream, read_exact_at};
use crate::{ReadAt, ReadError};

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const LOCAL_LEN: usize = 30;

/// An entry of the central directory.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Its name, as it is.
    pub(crate) name: Vec<u8>,
    /// What the directory says about it beside its name.
    pub(crate) comment: Vec<u8>,
    /// Its unpacked size, as the directory has it.
    pub(crate) size: u64,
    packed: u64,
    offset: u64,
    method: u16,
    flags: u16,
    crc: u32,
    time: u16,
    date: u16,
}

impl Entry {
    pub(super) fn parse(header: &[u8], name: Vec<u8>, extra: &[u8], comment: Vec<u8>) -> Self {
        let mut entry = Self {
            name,
            comment,
            size: u64::from(u32_at(header, 24)),
            packed: u64::from(u32_at(header, 20)),
            offset: u64::from(u32_at(header, 42)),
            method: u16_at(header, 10),
            flags: u16_at(header, 8),
            crc: u32_at(header, 16),
            time: u16_at(header, 12),
            date: u16_at(header, 14),
        };
        entry.widen(extra);
        entry
    }

    /// Takes the 64-bit sizes from the extra field, for those that do not fit the header.
    fn widen(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (id, len) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
            let Some(field) = extra.get(4..4 + len) else { return };
            if id == 1 {
                let mut values = field.chunks_exact(8).map(|value| u64_at(value, 0));
                for slot in [&mut self.size, &mut self.packed, &mut self.offset] {
                    if *slot == u64::from(u32::MAX) {
                        *slot = values.next().unwrap_or(*slot);
                    }
                }
            }
            extra = &extra[4 + len..];
        }
    }

    /// Tells whether it is a folder, which has no content.
    pub(crate) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.size == 0
    }

    /// Returns where its local header lies, as the directory has it.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Tells whether its content is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0 || self.method == 99
    }

    /// Returns when it was modified; zip has no time zone, it is taken as UTC.
    pub(crate) fn modified(&self) -> Option<Timestamp> {
        let (date, time) = (i64::from(self.date), i64::from(self.time));
        let (year, month, day) = (1980 + (date >> 9), date >> 5 & 15, date & 31);
        if !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let seconds = (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2;
        Some((days_from_epoch(year, month, day) * 86_400 + seconds) * 1_000_000)
    }

    /// Returns what it takes up in the file: its local header, its content, and what may follow it.
    pub(super) fn span(&self, source: &dyn ReadAt, directory: &Directory) -> Result<Range<u64>, ReadError> {
        /// The descriptor of a content whose size was not known beforehand: signature, checksum and two sizes of 64 bits.
        const LONGEST_DESCRIPTOR: u64 = 24;
        let end = self.content(source, directory)?.end;
        let descriptor = if self.flags & 8 != 0 { LONGEST_DESCRIPTOR } else { 0 };
        Ok(directory.prefix + self.offset..end + descriptor)
    }

    /// Finds its content behind its local header.
    fn content(&self, source: &dyn ReadAt, directory: &Directory) -> Result<Range<u64>, ReadError> {
        let damaged = ReadError::new(Reason::Damaged);
        let start = directory.prefix.checked_add(self.offset).ok_or(damaged)?;
        let mut local = [0; LOCAL_LEN];
        read_exact_at(source, start, &mut local)?;
        if !local.starts_with(LOCAL) {
            return Err(damaged);
        }
        let content = start + LOCAL_LEN as u64 + u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let end = content.checked_add(self.packed).filter(|end| *end <= source.size()).ok_or(damaged)?;
        Ok(content..end)
    }

    /// Opens its content, unpacked and checked.
    pub(crate) fn open<'s>(&self, source: &'s dyn ReadAt, directory: &Directory, budget: &'s Budget) -> Result<impl Read + use<'s>, Halt> {
        let content = self.content(source, directory)?;
        let packed = BufReader::with_capacity(256 << 10, SourceStream::new(source, content.start, content.end));
        let unpacked = method::decoder(self.method, packed, self.size, budget)?;
        Ok(Checked { inner: Capped::new(unpacked, budget), crc: Crc::new(), left: self.size, expected: self.crc })
    }
}

/// Holds what is unpacked to the size and the checksum that the directory has.
struct Checked<'s> {
    inner: Capped<'s, Box<dyn Read + 's>>,
    crc: Crc,
    left: u64,
    expected: u32,
}

impl Read for Checked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.crc.update(&buf[..read]);
        // A size that is wrong is damage, though only at the end: what there is, is read.
        self.left = self.left.wrapping_sub(read as u64);
        if read == 0 && !buf.is_empty() && (self.left != 0 || self.crc.sum() != self.expected) {
            return Err(ReadError::new(Reason::Damaged).into());
        }
        Ok(read)
    }
}

/// Counts the days from 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(days_from_epoch(1970, 1, 1), 0);
        assert_eq!(days_from_epoch(1980, 1, 1), 3652);
        assert_eq!(days_from_epoch(2024, 2, 29), 19_782);
    }
}
