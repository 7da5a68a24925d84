use terrier_model::Reason;

use super::record::Encoding;
use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::stream::{fill_at, read_exact_at};

/// Length of the header that stands before everything else on the first page.
pub(super) const HEADER: usize = 100;

/// The pages of a database, each of which is read once: a page belongs to one place, and no chain of pages can be a circle.
pub(super) struct Pages<'s> {
    source: &'s dyn ReadAt,
    size: usize,
    count: u32,
    /// The part of a page that holds something.
    pub(super) usable: usize,
    pub(super) encoding: Encoding,
    /// The first page of the list of free ones, 0 where there is none.
    pub(super) first_free: u32,
    taken: Vec<u64>,
    bytes_read: u64,
}

impl<'s> Pages<'s> {
    /// Looks at the header. The number of pages follows from the file's size; what the header says may be from another time.
    pub(super) fn open(source: &'s dyn ReadAt, memory: u64) -> Result<Self, Halt> {
        let mut header = [0; HEADER];
        read_exact_at(source, 0, &mut header)?;
        let size = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 1 << 16,
            size => usize::from(size),
        };
        if !size.is_power_of_two() || size < 512 {
            return Err(Reason::Damaged.into());
        }
        let usable = size - usize::from(header[20]);
        if usable < 480 {
            return Err(Reason::Damaged.into());
        }
        let count = u32::try_from(source.size().div_ceil(size as u64)).map_err(|_| Reason::Damaged)?;
        if u64::from(count) / 8 > memory {
            return Err(Reason::MemoryLimit.into());
        }
        let encoding = match header[59] {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        let taken = vec![0; count as usize / 64 + 1];
        let first_free = u32_at(&header, 32).unwrap_or(0);
        Ok(Self { source, size, count, usable, encoding, first_free, taken, bytes_read: 0 })
    }

    /// Returns how many pages there are.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// Returns how many bytes of pages were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Returns where a page begins in the file.
    pub(super) fn start_of(&self, number: u32) -> u64 {
        u64::from(number.saturating_sub(1)) * self.size as u64
    }

    /// Reads the usable part of a page. `None`, and damage, where there is no such page, or it was read before.
    pub(super) fn take(&mut self, context: &mut Context<'_>, number: u32) -> Result<Option<Vec<u8>>, Halt> {
        let (word, bit) = (number as usize / 64, 1_u64 << (number % 64));
        if number == 0 || number > self.count || self.taken[word] & bit != 0 {
            context.miss(Reason::Damaged);
            return Ok(None);
        }
        self.taken[word] |= bit;
        let mut page = vec![0; self.usable];
        let filled = fill_at(self.source, self.start_of(number), &mut page)?;
        self.bytes_read += filled as u64;
        if filled < page.len() {
            context.miss(Reason::Damaged);
            return Ok(None);
        }
        Ok(Some(page))
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
