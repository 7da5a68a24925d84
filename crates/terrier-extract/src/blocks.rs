//! A source whose blocks are kept for a while, for formats whose parts lie here and there.

use std::sync::{Mutex, PoisonError};

use crate::stream::fill_at;
use crate::{ReadAt, ReadError};

const BLOCK: u64 = 256 << 10;
/// Blocks that are kept: 16 MiB.
const KEPT: usize = 64;

/// See the module.
pub(crate) struct Blocks<'s> {
    inner: &'s dyn ReadAt,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    blocks: Vec<Block>,
    clock: u64,
}

struct Block {
    start: u64,
    used: u64,
    bytes: Vec<u8>,
}

impl<'s> Blocks<'s> {
    pub(crate) fn new(inner: &'s dyn ReadAt) -> Self {
        Self { inner, kept: Mutex::default() }
    }
}

impl Kept {
    fn block(&mut self, inner: &dyn ReadAt, start: u64) -> Result<&[u8], ReadError> {
        self.clock += 1;
        let index = match self.blocks.iter().position(|block| block.start == start) {
            Some(index) => index,
            None => {
                let len = inner.size().saturating_sub(start).min(BLOCK);
                let mut bytes = vec![0; usize::try_from(len).expect("a block is small")];
                let filled = fill_at(inner, start, &mut bytes)?;
                bytes.truncate(filled);
                let block = Block { start, used: 0, bytes };
                if self.blocks.len() < KEPT {
                    self.blocks.push(block);
                    self.blocks.len() - 1
                } else {
                    let oldest = (0..KEPT).min_by_key(|index| self.blocks[*index].used).expect("some are kept");
                    self.blocks[oldest] = block;
                    oldest
                }
            }
        };
        self.blocks[index].used = self.clock;
        Ok(&self.blocks[index].bytes)
    }
}

impl ReadAt for Blocks<'_> {
    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        if offset >= self.inner.size() {
            return Ok(0);
        }
        let start = offset / BLOCK * BLOCK;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.block(self.inner, start)?.read_at(offset - start, buf)
    }
}
