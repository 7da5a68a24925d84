//! Compound files (MS-CFB): a file system of its own in a file.
//!
//! Nothing in it is believed: chains end after as many sectors as the file has room for, sizes are held to the chains they come
//! with, and the tree of names is walked once, whatever it links to.

use std::collections::HashSet;

use terrier_model::Reason;

use super::chain::{Extent, Stream, follow};
use crate::context::Halt;
use crate::stream::{fill_at, read_exact_at};
use crate::{ReadAt, ReadError};

/// The bytes that every compound file begins with.
pub(crate) const MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const HEADER: usize = 512;
const IN_HEADER: usize = 109;
/// Sectors with numbers from here on are marks: the end of a chain, an unused sector.
pub(super) const FIRST_MARK: u32 = 0xFFFF_FFFA;
const NO_ENTRY: u32 = 0xFFFF_FFFF;
const ENTRY: usize = 128;
/// Entries that are looked at.
const MAX_ENTRIES: usize = 1 << 18;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Storage,
    Stream,
}

/// An entry of the directory.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The entries inside of it, in the order of the directory.
    pub(super) children: Vec<usize>,
    pub(super) size: u64,
    start: u32,
    links: [u32; 3],
}

/// An open compound file.
pub(super) struct CompoundFile<'s> {
    source: &'s dyn ReadAt,
    sector: u64,
    small_sector: u64,
    cutoff: u64,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small: Vec<Extent>,
    pub(super) entries: Vec<Entry>,
}

impl<'s> CompoundFile<'s> {
    /// Opens a file; its first entry is the root. `limit` bounds the memory for its tables.
    pub(super) fn open(source: &'s dyn ReadAt, limit: u64) -> Result<Self, Halt> {
        let mut header = [0; HEADER];
        read_exact_at(source, 0, &mut header)?;
        let shift = u16_at(&header, 30);
        if !header.starts_with(MAGIC) || !matches!(shift, 9 | 12) {
            return Err(Reason::Damaged.into());
        }
        let sector = 1_u64 << shift;
        let mut file = Self {
            source,
            sector,
            small_sector: 64,
            cutoff: u64::from(u32_at(&header, 56)),
            table: Vec::new(),
            small_table: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        if source.size() / sector * 4 > limit {
            return Err(Reason::MemoryLimit.into());
        }
        file.read_table(&header)?;
        file.read_directory(u32_at(&header, 48))?;
        let small_table = file.chain(u32_at(&header, 60), limit);
        file.small_table = file.read_words(&small_table)?;
        if let Some(root) = file.entries.first() {
            file.small = file.chain(root.start, root.size);
        }
        Ok(file)
    }

    /// Returns how many sectors the file has room for.
    fn sectors(&self) -> u64 {
        self.source.size() / self.sector
    }

    fn offset(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * self.sector
    }

    /// Reads the allocation table, whose own sectors are listed in the header and in a chain behind it.
    fn read_table(&mut self, header: &[u8]) -> Result<(), Halt> {
        let mut listed: Vec<u32> = (0..IN_HEADER).map(|at| u32_at(header, 76 + 4 * at)).collect();
        let mut next = u32_at(header, 68);
        let mut seen = HashSet::new();
        let mut list = vec![0; self.sector as usize];
        while next < FIRST_MARK && u64::from(next) < self.sectors() && seen.insert(next) {
            if fill_at(self.source, self.offset(next), &mut list)? < list.len() {
                break;
            }
            let (last, words) = (list.len() - 4, list.len() / 4 - 1);
            listed.extend((0..words).map(|at| u32_at(&list, 4 * at)));
            next = u32_at(&list, last);
        }
        let most = (self.sectors() + 1).div_ceil(self.sector / 4);
        let mut words = vec![0; self.sector as usize];
        for sector in listed.into_iter().filter(|sector| *sector < FIRST_MARK).take(usize::try_from(most).unwrap_or(usize::MAX)) {
            words.fill(0xFF);
            fill_at(self.source, self.offset(sector), &mut words)?;
            self.table.extend(words.chunks_exact(4).map(|word| u32_at(word, 0)));
        }
        Ok(())
    }

    /// Follows a chain for as many bytes as `size` says, or to its end.
    fn chain(&self, start: u32, size: u64) -> Vec<Extent> {
        follow(&self.table, start, size, self.sector, self.sectors() + 1, |sector| self.offset(sector))
    }

    fn read_words(&self, chain: &[Extent]) -> Result<Vec<u32>, ReadError> {
        let mut words = Vec::new();
        let mut bytes = Vec::new();
        for extent in chain {
            bytes.resize(usize::try_from(extent.len).unwrap_or(0), 0);
            let filled = fill_at(self.source, extent.offset, &mut bytes)?;
            words.extend(bytes[..filled].chunks_exact(4).map(|word| u32_at(word, 0)));
        }
        Ok(words)
    }

    fn read_directory(&mut self, start: u32) -> Result<(), Halt> {
        let chain = self.chain(start, (MAX_ENTRIES * ENTRY) as u64);
        let mut bytes = Vec::new();
        let wide = self.sector > HEADER as u64;
        for extent in chain {
            bytes.resize(usize::try_from(extent.len).unwrap_or(0), 0);
            let filled = fill_at(self.source, extent.offset, &mut bytes)?;
            self.entries.extend(bytes[..filled].chunks_exact(ENTRY).map(|bytes| entry(bytes, wide)));
        }
        if self.entries.first().is_none_or(|root| root.kind != Kind::Storage) {
            return Err(Reason::Damaged.into());
        }
        self.link();
        Ok(())
    }

    /// Makes lists of children of the trees they come in. What no tree leads to belongs to the root.
    fn link(&mut self) {
        let mut seen = vec![false; self.entries.len()];
        seen[0] = true;
        let mut storages = vec![0];
        while let Some(storage) = storages.pop() {
            let mut waiting = vec![self.entries[storage].links[2]];
            let mut children = Vec::new();
            while let Some(at) = waiting.pop() {
                let Some(unseen) = seen.get_mut(at as usize).filter(|seen| at != NO_ENTRY && !**seen) else { continue };
                *unseen = true;
                let entry = &self.entries[at as usize];
                waiting.extend(&entry.links[..2]);
                if !entry.name.is_empty() {
                    children.push(at as usize);
                }
                if entry.kind == Kind::Storage {
                    storages.push(at as usize);
                }
            }
            children.sort_unstable();
            self.entries[storage].children = children;
        }
        let lost =
            (0..self.entries.len()).filter(|at| !seen[*at] && !self.entries[*at].name.is_empty() && self.entries[*at].kind == Kind::Stream);
        let lost: Vec<usize> = lost.collect();
        self.entries[0].children.extend(lost);
    }

    /// Finds an entry in a storage by its name, with or without case.
    pub(super) fn find(&self, storage: usize, name: &str) -> Option<usize> {
        self.entries[storage].children.iter().copied().find(|child| self.entries[*child].name.eq_ignore_ascii_case(name))
    }

    /// Opens a stream.
    pub(super) fn stream(&self, entry: usize) -> Stream<'s> {
        let entry = &self.entries[entry];
        let extents = if entry.size < self.cutoff {
            let most = self.small_table.len() as u64 + 1;
            let pieces =
                follow(&self.small_table, entry.start, entry.size, self.small_sector, most, |sector| u64::from(sector) * self.small_sector);
            pieces.iter().flat_map(|piece| self.of_small(*piece)).collect()
        } else {
            self.chain(entry.start, entry.size)
        };
        Stream::new(self.source, extents, entry.size)
    }

    /// Returns where a piece of the stream of small sectors lies in the file.
    fn of_small(&self, piece: Extent) -> Vec<Extent> {
        let mut pieces = Vec::new();
        let first = self.small.partition_point(|extent| extent.at + extent.len <= piece.offset);
        let (mut from, mut left) = (piece.offset, piece.len);
        for extent in &self.small[first..] {
            if left == 0 || extent.at > from {
                break;
            }
            let len = left.min(extent.at + extent.len - from);
            pieces.push(Extent { at: piece.at + (piece.len - left), offset: extent.offset + (from - extent.at), len });
            (from, left) = (from + len, left - len);
        }
        pieces
    }

    /// Returns the parts of the file that no stream holds, for what was deleted and is still there.
    pub(super) fn unused(&self) -> Vec<(u64, u64)> {
        let free = (0..self.table.len() as u64).filter(|sector| self.table[*sector as usize] == NO_ENTRY);
        let mut parts: Vec<(u64, u64)> = Vec::new();
        for sector in free {
            let start = (sector + 1) * self.sector;
            let end = (start + self.sector).min(self.source.size());
            match parts.last_mut() {
                _ if start >= end => break,
                Some((_, last)) if *last == start => *last = end,
                _ => parts.push((start, end)),
            }
        }
        parts
    }
}

fn entry(bytes: &[u8], wide: bool) -> Entry {
    let units = (usize::from(u16_at(bytes, 64)) / 2).saturating_sub(1).min(31);
    let name: Vec<u16> = (0..units).map(|unit| u16_at(bytes, 2 * unit)).collect();
    let kind = if matches!(bytes[66], 1 | 5) { Kind::Storage } else { Kind::Stream };
    let used = matches!(bytes[66], 1 | 2 | 5);
    Entry {
        name: if used { String::from_utf16_lossy(&name) } else { String::new() },
        kind,
        children: Vec::new(),
        // The upper half is not defined in files of small sectors.
        size: u64::from(u32_at(bytes, 120)) | if wide { u64::from(u16_at(bytes, 124)) << 32 } else { 0 },
        start: u32_at(bytes, 116),
        links: [u32_at(bytes, 68), u32_at(bytes, 72), u32_at(bytes, 76)],
    }
}

/// Reads a number; what lies behind the end is zeros.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at.saturating_add(2)).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// Reads a number; what lies behind the end is zeros.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at.saturating_add(2))) << 16
}
