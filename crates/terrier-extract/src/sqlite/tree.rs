use std::ops::Range;

use terrier_model::Reason;

use super::hand_out_strings;
use super::page::{HEADER, Pages, u16_at, u32_at};
use super::record::varint;
use crate::context::{Context, Halt};

const INTERIOR_INDEX: u8 = 2;
const INTERIOR_TABLE: u8 = 5;
const LEAF_INDEX: u8 = 10;
const LEAF_TABLE: u8 = 13;

/// A row as it is stored.
pub(super) struct Cell<'c> {
    /// Its number, where the table has numbers.
    pub(super) row_id: Option<i64>,
    pub(super) payload: &'c [u8],
}

type Visit<'v> = dyn FnMut(&mut Context<'_>, Cell<'_>) -> Result<(), Halt> + 'v;

/// Visits the rows of a tree. Tables without row numbers are stored as indexes are, whose inner pages have rows too.
pub(super) fn walk(context: &mut Context<'_>, pages: &mut Pages<'_>, root: u32, visit: &mut Visit<'_>) -> Result<(), Halt> {
    let mut stack = vec![root];
    while let Some(number) = stack.pop() {
        let Some(page) = pages.take(context, number)? else { continue };
        let tree = Page { bytes: &page, header: if number == 1 { HEADER } else { 0 }, start: pages.start_of(number) };
        let children = tree.visit(context, pages, visit)?;
        if stack.len() + children.len() > pages.count() {
            context.miss(Reason::Damaged);
        } else {
            stack.extend(children.into_iter().rev());
        }
    }
    Ok(())
}

struct Page<'p> {
    bytes: &'p [u8],
    header: usize,
    /// Where it begins in the file.
    start: u64,
}

impl Page<'_> {
    /// Visits the rows of the page and returns the pages below it.
    fn visit(&self, context: &mut Context<'_>, pages: &mut Pages<'_>, visit: &mut Visit<'_>) -> Result<Vec<u32>, Halt> {
        let kind = self.bytes[self.header];
        let interior = matches!(kind, INTERIOR_INDEX | INTERIOR_TABLE);
        if !interior && !matches!(kind, LEAF_INDEX | LEAF_TABLE) {
            context.miss(Reason::Damaged);
            return Ok(Vec::new());
        }
        let pointers = self.header + if interior { 12 } else { 8 };
        let count = u16_at(self.bytes, self.header + 3).unwrap_or(0);
        let mut children = Vec::new();
        // Cells do not overlap: so much of the page is left for the rest of them.
        let mut room = self.bytes.len();
        let mut taken: Vec<Range<usize>> = std::iter::once(0..pointers + 2 * count).collect();
        for index in 0..count {
            let at = u16_at(self.bytes, pointers + 2 * index).filter(|at| *at < self.bytes.len());
            let Some((at, mut cell)) = at.map(|at| (at, &self.bytes[at..])) else {
                context.miss(Reason::Damaged);
                break;
            };
            if interior {
                let Some((child, rest)) = cell.split_first_chunk() else {
                    context.miss(Reason::Damaged);
                    continue;
                };
                children.push(u32::from_be_bytes(*child));
                cell = rest;
            }
            if kind == INTERIOR_TABLE {
                continue;
            }
            let used = self.row(context, pages, kind, cell, room, visit)?;
            let Some(left) = used.and_then(|used| room.checked_sub(used)) else {
                context.miss(Reason::Damaged);
                continue;
            };
            room = left;
            taken.push(at..at + used.unwrap_or(0));
        }
        if kind == LEAF_TABLE {
            self.read_gaps(context, taken)?;
        }
        if interior {
            children.extend(u32_at(self.bytes, self.header + 8));
        }
        Ok(children)
    }

    /// Hands out the strings of what no cell takes up, where rows stand that were deleted.
    fn read_gaps(&self, context: &mut Context<'_>, mut taken: Vec<Range<usize>>) -> Result<(), Halt> {
        taken.sort_unstable_by_key(|cell| cell.start);
        let mut end = 0;
        for cell in taken.into_iter().chain(std::iter::once(self.bytes.len()..self.bytes.len())) {
            let gap = self.bytes.get(end..cell.start).unwrap_or_default();
            if gap.iter().any(|byte| *byte != 0) {
                hand_out_strings(context, gap, self.start + end as u64)?;
            }
            end = end.max(cell.end);
        }
        Ok(())
    }

    /// Visits the row that a cell holds; returns how much of the page it takes, `None` where it is damaged.
    fn row(
        &self,
        context: &mut Context<'_>,
        pages: &mut Pages<'_>,
        kind: u8,
        cell: &[u8],
        room: usize,
        visit: &mut Visit<'_>,
    ) -> Result<Option<usize>, Halt> {
        let Some((len, rest)) = varint(cell) else { return Ok(None) };
        let (row_id, rest) = match kind {
            LEAF_TABLE => match varint(rest) {
                Some((id, rest)) => (Some(id), rest),
                None => return Ok(None),
            },
            _ => (None, rest),
        };
        let Ok(len) = usize::try_from(len) else { return Ok(None) };
        if len as u64 > context.limits.buffered_bytes {
            context.miss(Reason::MemoryLimit);
            return Ok(Some(0));
        }
        let local = local_len(len, pages.usable, kind == LEAF_TABLE);
        let Some((local, rest)) = rest.split_at_checked(local).filter(|(local, _)| local.len() <= room) else { return Ok(None) };
        if local.len() == len {
            visit(context, Cell { row_id, payload: local })?;
            return Ok(Some(cell.len() - rest.len()));
        }
        let Some(mut next) = u32_at(rest, 0) else { return Ok(None) };
        let mut payload = local.to_vec();
        while payload.len() < len {
            // What there is of a row whose chain of pages breaks off is a row.
            let Some(page) = pages.take(context, next)? else { break };
            next = u32_at(&page, 0).unwrap_or(0);
            let content = &page[4..];
            payload.extend_from_slice(&content[..content.len().min(len - payload.len())]);
        }
        visit(context, Cell { row_id, payload: &payload })?;
        Ok(Some(cell.len() - rest.len() + 4))
    }
}

/// Returns how much of a row stands on the page itself; the rest stands on overflow pages.
fn local_len(len: usize, usable: usize, table: bool) -> usize {
    let most = if table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    let least = (usable - 12) * 32 / 255 - 23;
    if len <= most {
        return len;
    }
    let even = least + (len - least) % (usable - 4);
    if even <= most { even } else { least }
}
