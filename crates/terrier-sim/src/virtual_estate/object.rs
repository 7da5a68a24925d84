use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::hash::{Purpose, below, bits, share};
use super::pool::{Kind, Pool};
use super::profile::{Format, Layout};
use super::{Dataset, Estate};

/// Objects smaller than this are made of small blocks.
const SMALL: u64 = 256 << 10;

/// An object: all that is known of it follows from its index.
#[derive(Debug)]
pub struct Object<'a> {
    estate: &'a Estate,
    /// The dataset it belongs to.
    pub dataset: Dataset,
    /// Its place in the order of keys, from 0.
    pub index: u64,
    /// Its format.
    pub format: Format,
    /// Whether something sensitive is in it.
    pub is_sensitive: bool,
    shape: Shape,
}

/// What an object's bytes are: a head, runs of blocks, and a tail.
#[derive(Debug)]
struct Shape {
    runs: Vec<Run>,
    /// Bytes of head, blocks and tail together.
    size: u64,
}

/// Blocks of a pool, one after another.
#[derive(Debug)]
struct Run {
    pool: Arc<Pool>,
    first: u64,
    blocks: u64,
}

impl Run {
    fn size(&self) -> u64 {
        self.pool.until(self.first + self.blocks) - self.pool.until(self.first)
    }
}

impl<'a> Object<'a> {
    pub(super) fn of(estate: &'a Estate, dataset: Dataset, index: u64) -> Self {
        let family = &estate.families[dataset.family].family;
        let format = match family.layout {
            Layout::Share => estate.draw_format(dataset.family, index),
            _ => dataset.format,
        };
        let is_sensitive = format.holds_text() && share(estate.seed, Purpose::Sensitive, index) < dataset.prevalence;
        let target = family.sizes.at(share(estate.seed, Purpose::Size, index));
        let shape = shape(estate, &dataset, index, format, is_sensitive, target);
        Self { estate, dataset, index, format, is_sensitive, shape }
    }

    /// Returns its key.
    pub fn key(&self) -> String {
        self.estate.key_in(&self.dataset, self.place(), self.format)
    }

    /// Returns its size in bytes.
    pub fn size(&self) -> u64 {
        self.shape.size
    }

    /// Returns what names its content: 32 hexadecimal digits.
    pub fn version(&self) -> String {
        let half = |salt| bits(self.estate.seed, Purpose::Version, self.index.wrapping_mul(2).wrapping_add(salt));
        format!("{:016x}{:016x}", half(0), half(1))
    }

    /// Returns when it was last modified, in microseconds after 1970.
    pub fn modified(&self) -> i64 {
        self.estate.modified(&self.dataset, self.place())
    }

    /// Returns how many values of each class are in it.
    pub fn truth(&self) -> BTreeMap<&'static str, u64> {
        let mut truth = BTreeMap::new();
        for run in &self.shape.runs {
            let (rounds, rest) = (run.blocks / run.pool.len(), run.blocks % run.pool.len());
            for number in 0..run.pool.len() {
                let times = rounds + u64::from(number < rest);
                for (class, count) in &run.pool.block(run.first + number).truth {
                    *truth.entry(*class).or_default() += count * times;
                }
            }
        }
        truth.retain(|_, count| *count > 0);
        truth
    }

    /// Returns the bytes of a range, in pieces that are lent from the pools. What lies beyond the end is left out.
    pub fn read(&self, range: Range<u64>) -> Vec<Bytes> {
        let range = range.start.min(self.size())..range.end.min(self.size());
        let mut pieces = Vec::new();
        let mut begin = 0;
        let mut add = |piece: &Bytes, begin: &mut u64| {
            let end = *begin + piece.len() as u64;
            if end > range.start && *begin < range.end {
                let from = range.start.saturating_sub(*begin) as usize;
                let to = (range.end.min(end) - *begin) as usize;
                pieces.push(piece.slice(from..to));
            }
            *begin = end;
        };
        let outer = &self.shape.runs[0].pool;
        add(&outer.head, &mut begin);
        for run in &self.shape.runs {
            let end = begin + run.size();
            if end > range.start && begin < range.end {
                let start = run.pool.until(run.first);
                let (mut number, block) = run.pool.at(start + range.start.saturating_sub(begin));
                let mut at = begin + (block - start);
                while number < run.first + run.blocks && at < range.end {
                    add(&run.pool.block(number).bytes, &mut at);
                    number += 1;
                }
            }
            begin = end;
        }
        if begin < range.end {
            match &outer.footer {
                Some(_) => add(&self.estate.footers.get(self.index, || self.footer()), &mut begin),
                None => add(&outer.tail, &mut begin),
            }
        }
        pieces
    }

    fn footer(&self) -> Bytes {
        let run = &self.shape.runs[0];
        let footer = run.pool.footer.as_ref().expect("only asked for where there is one");
        footer.write(&run.pool, run.first, run.blocks)
    }

    fn place(&self) -> u64 {
        self.index - self.dataset.first
    }
}

/// Chooses the blocks of an object.
fn shape(estate: &Estate, dataset: &Dataset, index: u64, format: Format, is_sensitive: bool, target: u64) -> Shape {
    let seed = estate.seed;
    let kind = Kind { format, subject: dataset.subject, is_sensitive, is_small: target < SMALL };
    if is_sensitive && !format.is_table() && !estate.pool(kind).is_whole {
        return leak(estate, kind, index, target);
    }
    let pool = estate.pool(kind);
    let (first, blocks) =
        if pool.is_whole { (pool.nearest(target), 1) } else { (below(seed, Purpose::Start, index, pool.len()), blocks_of(&pool, target)) };
    closed(vec![Run { pool, first, blocks }])
}

/// Of running text, one block has something in it and the others have not.
fn leak(estate: &Estate, kind: Kind, index: u64, target: u64) -> Shape {
    let (clean, leaking) = (estate.pool(Kind { is_sensitive: false, ..kind }), estate.pool(kind));
    let blocks = blocks_of(&clean, target);
    let first = below(estate.seed, Purpose::Start, index, clean.len());
    let before = below(estate.seed, Purpose::Leak, index, blocks);
    let leaking_first = below(estate.seed, Purpose::Leak, !index, leaking.len());
    let runs = vec![
        Run { pool: Arc::clone(&clean), first, blocks: before },
        Run { pool: leaking, first: leaking_first, blocks: 1 },
        Run { pool: clean, first: first + before + 1, blocks: blocks - before - 1 },
    ];
    closed(runs)
}

fn blocks_of(pool: &Pool, target: u64) -> u64 {
    ((target + pool.mean_block() / 2) / pool.mean_block()).max(1)
}

fn closed(runs: Vec<Run>) -> Shape {
    let outer = &runs[0].pool;
    let end = match &outer.footer {
        Some(footer) => footer.room(runs[0].blocks),
        None => outer.tail.len() as u64,
    };
    let size = outer.head.len() as u64 + runs.iter().map(Run::size).sum::<u64>() + end;
    Shape { runs, size }
}
