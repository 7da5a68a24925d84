//! Properties of a node: a heap in its data, and a tree of properties in the heap (MS-PST 2.3).

use terrier_model::Reason;

use super::super::{u16_at, u32_at};
use super::ndb::{Data, Database, Node};
use crate::context::Halt;

const HEAP: u8 = 0xEC;
const OF_PROPERTIES: u8 = 0xBC;
const TREE: u8 = 0xB5;
/// Properties of a node that are looked at, and levels of their tree.
const MAX_PROPERTIES: usize = 1 << 14;
const MAX_LEVELS: u8 = 8;

/// A property: its tag, its type, and its value or where that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    pub(super) tag: u16,
    pub(super) of: u16,
    pub(super) value: u32,
}

/// The properties of a node, and what is needed to read their values.
pub(super) struct Properties<'d, 's> {
    database: &'d Database<'s>,
    heap: Vec<Vec<u8>>,
    pub(super) inside: Vec<Node>,
    pub(super) all: Vec<Property>,
}

impl<'d, 's> Properties<'d, 's> {
    pub(super) fn read(database: &'d Database<'s>, node: Node, limit: u64) -> Result<Self, Halt> {
        let data = database.data(node)?;
        let inside = database.inside(node)?;
        let mut properties = Self { database, heap: blocks(&data, limit)?, inside, all: Vec::new() };
        let first = properties.heap.first().ok_or(Reason::Damaged)?;
        if first.get(2) != Some(&HEAP) || first.get(3) != Some(&OF_PROPERTIES) {
            return Err(Reason::Damaged.into());
        }
        let header = properties.item(u32_at(first, 4)).ok_or(Reason::Damaged)?;
        if header.first() != Some(&TREE) || (header.get(1), header.get(2)) != (Some(&2), Some(&6)) {
            return Err(Reason::Damaged.into());
        }
        let (levels, root) = (header.get(3).copied().unwrap_or(0).min(MAX_LEVELS), u32_at(header, 4));
        let mut all = Vec::new();
        properties.collect(root, levels, &mut all);
        properties.all = all;
        Ok(properties)
    }

    /// Returns how many bytes they were read from.
    pub(super) fn size(&self) -> u64 {
        self.heap.iter().map(|block| block.len() as u64).sum()
    }

    fn collect(&self, item: u32, levels: u8, all: &mut Vec<Property>) {
        let Some(item) = self.item(item) else { return };
        for entry in item.chunks_exact(if levels == 0 { 8 } else { 6 }) {
            if all.len() >= MAX_PROPERTIES {
                return;
            }
            if levels == 0 {
                all.push(Property { tag: u16_at(entry, 0), of: u16_at(entry, 2), value: u32_at(entry, 4) });
            } else {
                self.collect(u32_at(entry, 2), levels - 1, all);
            }
        }
    }

    /// Returns an item of the heap: which block, and which of the items in it.
    fn item(&self, id: u32) -> Option<&[u8]> {
        let (block, index) = (self.heap.get((id >> 16) as usize)?, (id >> 5 & 0x7FF) as usize);
        let map = usize::from(u16_at(block, 0));
        let index = index.checked_sub(1).filter(|index| id & 31 == 0 && *index < usize::from(u16_at(block, map)))?;
        let place = |at: usize| usize::from(u16_at(block, map + 4 + 2 * at));
        block.get(place(index)..place(index + 1))
    }

    /// Finds a property.
    pub(super) fn find(&self, tag: u16) -> Option<Property> {
        self.all.iter().copied().find(|property| property.tag == tag)
    }

    /// Returns a number.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        self.find(tag).filter(|property| property.of == 3).map(|property| property.value)
    }

    /// Finds the node inside that holds a value; `None` where it is in the heap.
    pub(super) fn node(&self, id: u32) -> Option<Node> {
        self.inside.iter().copied().find(|node| node.id == id)
    }

    /// Opens a value that is in a node of its own.
    pub(super) fn data(&self, node: Node) -> Result<Data<'d, 's>, Halt> {
        Ok(self.database.data(node)?)
    }

    /// Reads a value, at most `limit`.
    pub(super) fn bytes(&self, property: Property, limit: u64) -> Result<Vec<u8>, Halt> {
        if property.value & 31 == 0 {
            return Ok(self.item(property.value).unwrap_or_default().to_vec());
        }
        let node = self.node(property.value).ok_or(Reason::Damaged)?;
        self.data(node)?.all(limit)
    }
}

fn blocks(data: &Data<'_, '_>, limit: u64) -> Result<Vec<Vec<u8>>, Halt> {
    let (mut blocks, mut size) = (Vec::new(), 0);
    for block in 0..data.blocks() {
        let block = data.read(block)?;
        size += block.len() as u64;
        if size > limit {
            return Err(Reason::MemoryLimit.into());
        }
        blocks.push(block);
    }
    Ok(blocks)
}
