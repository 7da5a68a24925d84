//! The database of nodes and blocks that a PST file is (MS-PST 2.2).
//!
//! Trees are walked through pages whose level falls with every step, and no page of theirs is visited more often than the file has
//! pages, so neither circles nor a tree that shares its branches takes longer than a file of its size may.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use terrier_model::Reason;

use super::super::{u16_at, u32_at};
use super::cipher::Cipher;
use crate::context::Halt;
use crate::stream::{fill_at, read_exact_at};
use crate::{ReadAt, ReadError};

const PAGE: usize = 512;
/// Levels of a tree of pages.
const MAX_LEVEL: u8 = 8;
/// Pages that are kept.
const KEPT: usize = 8192;
/// Blocks of one node: those of 2 GiB, which is more than the format has room for.
const MAX_BLOCKS: usize = 1 << 18;
/// Nodes inside of a node that are looked at.
const MAX_SUBNODES: usize = 1 << 16;
/// Blocks of the database itself, of which no bit is encoded.
const INTERNAL: u64 = 2;

/// The two widths of the format: sizes and places in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// Before Outlook 2003.
    Narrow,
    Wide,
}

impl Width {
    fn number(self) -> usize {
        if self == Self::Wide { 8 } else { 4 }
    }

    fn read(self, bytes: &[u8], at: usize) -> u64 {
        u64::from(u32_at(bytes, at)) | if self == Self::Wide { u64::from(u32_at(bytes, at + 4)) << 32 } else { 0 }
    }
}

/// A node: where its data lies, and the nodes inside of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) id: u32,
    data: u64,
    inside: u64,
}

/// Where a block lies.
#[derive(Debug, Clone, Copy)]
struct Block {
    id: u64,
    offset: u64,
    len: u16,
}

/// An open file.
pub(super) struct Database<'s> {
    source: &'s dyn ReadAt,
    width: Width,
    cipher: Cipher,
    nodes: u64,
    blocks: u64,
    pages: Mutex<HashMap<u64, [u8; PAGE]>>,
}

impl<'s> Database<'s> {
    pub(super) fn open(source: &'s dyn ReadAt) -> Result<Self, Halt> {
        let mut header = [0; 564];
        let filled = fill_at(source, 0, &mut header)?;
        let header = &header[..filled];
        let (width, at, cipher) = match u16_at(header, 10) {
            14 | 15 => (Width::Narrow, [188, 196], 461),
            23..=35 => (Width::Wide, [224, 240], 513),
            // Pages of 4 KiB with packed blocks, as Outlook 2013 has for copies of a server's mailbox.
            _ => return Err(Reason::UnsupportedFormat.into()),
        };
        let cipher = match header.get(cipher) {
            Some(0) => Cipher::None,
            Some(1) => Cipher::Permute,
            Some(2) => Cipher::Cyclic,
            // Encrypted by Windows, with a key that is not in the file.
            Some(0x10) => return Err(Reason::Encrypted.into()),
            _ => return Err(Reason::Damaged.into()),
        };
        let [nodes, blocks] = at.map(|at| width.read(header, at));
        Ok(Self { source, width, cipher, nodes, blocks, pages: Mutex::default() })
    }

    fn page(&self, offset: u64) -> Result<[u8; PAGE], ReadError> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = pages.get(&offset) {
            return Ok(*page);
        }
        let mut page = [0; PAGE];
        if offset > self.source.size() {
            return Err(ReadError::new(Reason::Damaged));
        }
        read_exact_at(self.source, offset, &mut page)?;
        if pages.len() >= KEPT {
            pages.clear();
        }
        pages.insert(offset, page);
        Ok(page)
    }

    /// Takes a page of a tree apart: its entries and its level.
    fn entries<'p>(&self, page: &'p [u8; PAGE]) -> (Vec<&'p [u8]>, u8) {
        let end = if self.width == Width::Wide { 488 } else { 496 };
        let (count, size, level) = (usize::from(page[end]), usize::from(page[end + 2]), page[end + 3]);
        if size < self.width.number() {
            return (Vec::new(), level);
        }
        (page[..end].chunks_exact(size).take(count).collect(), level)
    }

    /// Calls `visit` with every node, in their order. Returns false where a page could not be followed.
    pub(super) fn each_node(&self, mut visit: impl FnMut(Node) -> Result<(), Halt>) -> Result<bool, Halt> {
        let number = self.width.number();
        let mut whole = true;
        let mut left = self.source.size() / PAGE as u64 + 1;
        let mut waiting = vec![(self.nodes, MAX_LEVEL)];
        while let Some((offset, most)) = waiting.pop() {
            let page = match self.page(offset) {
                Ok(page) if left > 0 => page,
                Err(error) if error.reason != Reason::Damaged => return Err(error.into()),
                _ => {
                    whole = false;
                    continue;
                }
            };
            left -= 1;
            let (entries, level) = self.entries(&page);
            if level > most {
                whole = false;
            } else if level == 0 {
                for entry in entries {
                    visit(Node { id: u32_at(entry, 0), data: self.width.read(entry, number), inside: self.width.read(entry, 2 * number) })?;
                }
            } else {
                let pages = entries.into_iter().rev().map(|entry| (self.width.read(entry, 2 * number), level - 1));
                waiting.extend(pages);
            }
        }
        Ok(whole)
    }

    fn block(&self, id: u64) -> Result<Block, ReadError> {
        let (number, id) = (self.width.number(), id & !1);
        let (mut offset, mut most) = (self.blocks, MAX_LEVEL);
        loop {
            let page = self.page(offset)?;
            let (entries, level) = self.entries(&page);
            let after = entries.partition_point(|entry| self.width.read(entry, 0) & !1 <= id);
            let entry = after.checked_sub(1).map(|at| entries[at]).ok_or(ReadError::new(Reason::Damaged))?;
            if level > most {
                return Err(ReadError::new(Reason::Damaged));
            }
            if level == 0 {
                let found = self.width.read(entry, 0) & !1 == id;
                let block = Block { id, offset: self.width.read(entry, number), len: u16_at(entry, 2 * number) };
                return if found && block.offset < self.source.size() { Ok(block) } else { Err(ReadError::new(Reason::Damaged)) };
            }
            (offset, most) = (self.width.read(entry, 2 * number), level - 1);
        }
    }

    fn read_block(&self, block: Block) -> Result<Vec<u8>, ReadError> {
        let mut bytes = vec![0; usize::from(block.len)];
        read_exact_at(self.source, block.offset, &mut bytes)?;
        if block.id & INTERNAL == 0 {
            self.cipher.decode(&mut bytes, block.id);
        }
        Ok(bytes)
    }

    /// Opens the data of a node.
    pub(super) fn data(&self, node: Node) -> Result<Data<'_, 's>, ReadError> {
        let mut blocks = Vec::new();
        if node.data != 0 {
            self.collect(node.data, 2, &mut blocks)?;
        }
        let mut end = 0;
        let ends = blocks.iter().map(|block| {
            end += u64::from(block.len);
            end
        });
        Ok(Data { ends: ends.collect(), blocks, database: self, last: Mutex::default() })
    }

    /// Collects the blocks with data behind a block that lists others, or that has data itself.
    fn collect(&self, id: u64, levels: u8, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        let block = self.block(id)?;
        if id & INTERNAL == 0 {
            blocks.push(block);
            return Ok(());
        }
        let list = self.read_block(block)?;
        if list.first() != Some(&1) || levels == 0 {
            return Err(ReadError::new(Reason::Damaged));
        }
        for child in list.get(8..).unwrap_or_default().chunks_exact(self.width.number()).take(usize::from(u16_at(&list, 2))) {
            if blocks.len() >= MAX_BLOCKS {
                return Err(ReadError::new(Reason::Damaged));
            }
            self.collect(self.width.read(child, 0), levels - 1, blocks)?;
        }
        Ok(())
    }

    /// Returns the nodes inside of a node.
    pub(super) fn inside(&self, node: Node) -> Result<Vec<Node>, ReadError> {
        let mut nodes = Vec::new();
        if node.inside != 0 {
            self.collect_inside(node.inside, 1, &mut nodes)?;
        }
        Ok(nodes)
    }

    fn collect_inside(&self, id: u64, levels: u8, nodes: &mut Vec<Node>) -> Result<(), ReadError> {
        let list = self.read_block(self.block(id)?)?;
        let (number, start) = (self.width.number(), if self.width == Width::Wide { 8 } else { 4 });
        let level = list.get(1).copied().unwrap_or(0);
        if list.first() != Some(&2) || level > levels {
            return Err(ReadError::new(Reason::Damaged));
        }
        let size = if level == 0 { 3 * number } else { 2 * number };
        for entry in list.get(start..).unwrap_or_default().chunks_exact(size).take(usize::from(u16_at(&list, 2))) {
            if nodes.len() >= MAX_SUBNODES {
                return Err(ReadError::new(Reason::Damaged));
            }
            if level == 0 {
                nodes.push(Node { id: u32_at(entry, 0), data: self.width.read(entry, number), inside: self.width.read(entry, 2 * number) });
            } else {
                self.collect_inside(self.width.read(entry, number), level - 1, nodes)?;
            }
        }
        Ok(())
    }
}

/// The data of a node, which lies in blocks.
pub(super) struct Data<'d, 's> {
    database: &'d Database<'s>,
    blocks: Vec<Block>,
    ends: Vec<u64>,
    /// The block that was read last, by its place among the blocks.
    last: Mutex<Option<(usize, Vec<u8>)>>,
}

impl Data<'_, '_> {
    /// Returns how many blocks there are.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Reads a block.
    pub(super) fn read(&self, block: usize) -> Result<Vec<u8>, ReadError> {
        self.blocks.get(block).map_or(Err(ReadError::new(Reason::Damaged)), |block| self.database.read_block(*block))
    }

    /// Reads all of it, at most `limit`.
    pub(super) fn all(&self, limit: u64) -> Result<Vec<u8>, Halt> {
        if self.size() > limit {
            return Err(Reason::MemoryLimit.into());
        }
        let mut all = Vec::new();
        for block in 0..self.blocks() {
            all.extend(self.read(block)?);
        }
        Ok(all)
    }
}

impl ReadAt for Data<'_, '_> {
    fn size(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let at = self.ends.partition_point(|end| *end <= offset);
        if at == self.ends.len() {
            return Ok(0);
        }
        let start = self.ends[at] - u64::from(self.blocks[at].len);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|(block, _)| *block != at) {
            *last = Some((at, self.read(at)?));
        }
        last.as_ref().map_or(Ok(0), |(_, bytes)| bytes.as_slice().read_at(offset - start, buf))
    }
}
