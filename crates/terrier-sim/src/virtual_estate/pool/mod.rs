//! Blocks of content, drawn once, of which all objects are made: drawing a byte costs more than scanning it, handing one out costs nothing.

mod file;
mod footer;
mod media;
mod table;
mod text;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;

pub(super) use self::footer::Footer;
use super::profile::{Format, Subject};
use crate::dice::Dice;

/// What a class of objects is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) format: Format,
    /// What the dataset may hold: tables have the columns for it whether or not anything is in them.
    pub(super) subject: Subject,
    /// Whether something sensitive is in every block.
    pub(super) is_sensitive: bool,
    /// Whether the blocks are the small ones.
    pub(super) is_small: bool,
}

/// Blocks of one kind. An object is a run of them, which begins again with the first after the last.
#[derive(Debug)]
pub(super) struct Pool {
    /// What comes before the blocks in every object.
    pub(super) head: Bytes,
    blocks: Vec<Block>,
    /// Where each block ends when all follow one another.
    ends: Vec<u64>,
    /// What comes behind the blocks in every object.
    pub(super) tail: Bytes,
    /// How the end of a Parquet file is written, which says where each block is.
    pub(super) footer: Option<Footer>,
    /// Whether a block is a whole file, so that an object is one block.
    pub(super) is_whole: bool,
}

/// A block, and how many values of each class are in it.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) bytes: Bytes,
    pub(super) truth: BTreeMap<&'static str, u64>,
}

impl Block {
    fn new(bytes: impl Into<Bytes>, truth: BTreeMap<&'static str, u64>) -> Self {
        Self { bytes: bytes.into(), truth }
    }
}

impl Pool {
    fn of(blocks: Vec<Block>) -> Self {
        let ends = blocks.iter().scan(0, |end, block| {
            *end += block.bytes.len() as u64;
            Some(*end)
        });
        Self { ends: ends.collect(), head: Bytes::new(), tail: Bytes::new(), footer: None, is_whole: false, blocks }
    }

    /// Returns how many blocks there are before the first comes again.
    pub(super) fn len(&self) -> u64 {
        self.blocks.len() as u64
    }

    pub(super) fn mean_block(&self) -> u64 {
        self.round() / self.len()
    }

    pub(super) fn block(&self, number: u64) -> &Block {
        &self.blocks[(number % self.len()) as usize]
    }

    /// Returns the block whose size is nearest to one.
    pub(super) fn nearest(&self, size: u64) -> u64 {
        let distance = |number: &u64| (self.block(*number).bytes.len() as u64).abs_diff(size);
        (0..self.len()).min_by_key(distance).unwrap_or(0)
    }

    /// Returns the bytes of the first `blocks` blocks from the pool's start.
    pub(super) fn until(&self, blocks: u64) -> u64 {
        let rest = (blocks % self.len()) as usize;
        blocks / self.len() * self.round() + if rest == 0 { 0 } else { self.ends[rest - 1] }
    }

    /// Returns the number of the block that holds a byte, counted from the pool's start, and where the block begins.
    pub(super) fn at(&self, byte: u64) -> (u64, u64) {
        let (round, within) = (byte / self.round(), byte % self.round());
        let block = self.ends.partition_point(|end| *end <= within) as u64;
        let number = round * self.len() + block;
        (number, self.until(number))
    }

    /// The bytes of all blocks.
    fn round(&self) -> u64 {
        self.ends.last().copied().unwrap_or(1).max(1)
    }
}

/// The pools of all seeds that this process has asked for: drawing them takes seconds.
static POOLS: LazyLock<Mutex<Pools>> = LazyLock::new(Mutex::default);

/// Pools by seed and kind.
type Pools = HashMap<(u64, Kind), Arc<Pool>>;

/// Returns a pool, and draws it where it is the first time.
pub(super) fn pool(seed: u64, kind: Kind) -> Arc<Pool> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(pools.entry((seed, kind)).or_insert_with(|| Arc::new(make(seed, kind))))
}

/// Draws a pool. What is in it depends on the seed and the kind alone.
fn make(seed: u64, kind: Kind) -> Pool {
    let Kind { format, subject, is_sensitive, is_small } = kind;
    let dice = Dice::new(seed).fork(&format!("{} {subject:?} {is_sensitive} {is_small}", format.as_str()));
    match format {
        Format::Csv | Format::Ndjson | Format::NdjsonGz | Format::Parquet => table::pool(&dice, kind),
        Format::Log | Format::LogGz => text::pool(&dice, kind),
        Format::Pdf | Format::Docx | Format::Xlsx => file::pool(&dice, kind),
        Format::Jpeg | Format::Mp4 | Format::Binary => media::pool(&dice, kind),
    }
}
