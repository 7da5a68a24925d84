//! Runs all gates over a text at once: each byte value has, for each place of a gate, a word of 64 bits that says which sequences allow
//! it there. Where the conjunction over the places is not zero, a gate opens.
//!
//! There are more sequences than bits, so they share: a bit of the first level stands for a bucket of like sequences, and buckets of
//! several have words of their own.

use super::gate::{DEPTH, Sequence};

/// Stands for "no byte here" in the tables.
const END: usize = 256;
/// Places of a gate that are tested at every byte of the text, beside the byte before it. More cost more at every byte, fewer let more
/// through.
const HOT: usize = 4;
/// The last place that may be one of them.
const LAST_HOT: usize = 8;
/// Bits of a word.
const BITS: usize = 64;

type Table = [u64; END + 1];

/// A sequence and whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) sequence: Sequence,
    pub(crate) rule: u32,
}

/// All gates, compiled.
pub(crate) struct Filter {
    buckets: Level,
    inside: Vec<Bucket>,
    hot: [usize; HOT],
}

enum Bucket {
    One(u32),
    Several { level: Box<Level>, rules: Vec<u32> },
}

/// Up to 64 sequences, tested together.
struct Level {
    before: Table,
    at: [Table; DEPTH],
}

impl Level {
    fn new(sequences: impl Iterator<Item = Sequence>) -> Self {
        let mut level = Self { before: [0; END + 1], at: [[0; END + 1]; DEPTH] };
        for (index, sequence) in sequences.enumerate() {
            let positions = std::iter::once((&mut level.before, sequence.before)).chain(level.at.iter_mut().zip(sequence.at));
            for (table, position) in positions {
                for (value, word) in table.iter_mut().enumerate() {
                    *word |= u64::from(position.allows(u8::try_from(value).ok())) << index;
                }
            }
        }
        level
    }

    /// Leaves of `sequences` those that apply at `point`.
    #[inline]
    fn narrow(&self, text: &[u8], point: usize, mut sequences: u64) -> u64 {
        if let Some(ahead) = text.get(point..point + DEPTH) {
            for (table, byte) in self.at.iter().zip(ahead) {
                sequences &= table[usize::from(*byte)];
                if sequences == 0 {
                    break;
                }
            }
            return sequences;
        }
        for (offset, table) in self.at.iter().enumerate() {
            sequences &= table[text.get(point + offset).map_or(END, |byte| usize::from(*byte))];
        }
        sequences
    }

    fn before(&self, text: &[u8], point: usize) -> u64 {
        self.before[point.checked_sub(1).map_or(END, |before| usize::from(text[before]))]
    }
}

impl Filter {
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let buckets = fill_buckets(entries);
        let unions: Vec<Sequence> =
            buckets.iter().map(|bucket| bucket.iter().map(|entry| entry.sequence).reduce(Sequence::union).expect("not empty")).collect();
        let inside = buckets.iter().map(|bucket| match bucket.as_slice() {
            [only] => Bucket::One(only.rule),
            several => Bucket::Several {
                level: Box::new(Level::new(several.iter().map(|entry| entry.sequence))),
                rules: several.iter().map(|entry| entry.rule).collect(),
            },
        });
        Self { hot: choose_hot(&unions), inside: inside.collect(), buckets: Level::new(unions.into_iter()) }
    }

    /// Visits, in ascending order, every point in `from..to` at which a gate opens, with the rule it belongs to. A rule may be
    /// named more than once for one point.
    pub(crate) fn scan(&self, text: &[u8], from: usize, to: usize, mut visit: impl FnMut(usize, u32)) {
        let to = to.min(text.len());
        let hot_from = from.max(1).min(to);
        let hot_to = to.min(text.len().saturating_sub(self.hot[HOT - 1])).max(hot_from);
        for point in from..hot_from {
            self.open(text, point, self.buckets.before(text, point), &mut visit);
        }
        if hot_from < hot_to {
            let shifted = |by: usize| &text[hot_from + by..hot_to + by];
            let [first, second, third, fourth] = self.hot.map(|place| (&self.buckets.at[place], shifted(place)));
            let before = &text[hot_from - 1..hot_to - 1];
            let ahead = first.1.iter().zip(second.1).zip(third.1.iter().zip(fourth.1));
            for (offset, (previous, ((a, b), (c, d)))) in before.iter().zip(ahead).enumerate() {
                let buckets = self.buckets.before[usize::from(*previous)]
                    & first.0[usize::from(*a)]
                    & second.0[usize::from(*b)]
                    & third.0[usize::from(*c)]
                    & fourth.0[usize::from(*d)];
                if buckets != 0 {
                    self.open(text, hot_from + offset, buckets, &mut visit);
                }
            }
        }
        for point in hot_to..to {
            self.open(text, point, self.buckets.before(text, point), &mut visit);
        }
    }

    #[inline]
    fn open(&self, text: &[u8], point: usize, buckets: u64, visit: &mut impl FnMut(usize, u32)) {
        let mut buckets = self.buckets.narrow(text, point, buckets);
        while buckets != 0 {
            match &self.inside[buckets.trailing_zeros() as usize] {
                Bucket::One(rule) => visit(point, *rule),
                Bucket::Several { level, rules } => {
                    let mut sequences = level.narrow(text, point, level.before(text, point));
                    while sequences != 0 {
                        visit(point, rules[sequences.trailing_zeros() as usize]);
                        sequences &= sequences - 1;
                    }
                }
            }
            buckets &= buckets - 1;
        }
    }
}

/// Chooses the places at which the buckets open least often, taken together.
fn choose_hot(buckets: &[Sequence]) -> [usize; HOT] {
    let mut best = (f64::INFINITY, [0, 1, 2, 3]);
    for second in 1..LAST_HOT - 1 {
        for third in second + 1..LAST_HOT {
            for fourth in third + 1..=LAST_HOT {
                let places = [0, second, third, fourth];
                let open: f64 = buckets.iter().map(|bucket| bucket.frequency_at(&places)).sum();
                if open < best.0 {
                    best = (open, places);
                }
            }
        }
    }
    best.1
}

/// Puts like sequences together until there are as many groups as bits: of the neighbours in their order, always the two whose union
/// opens least often.
fn fill_buckets(mut entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    entries.sort_by_key(|entry| (entry.sequence.at, entry.sequence.before, entry.rule));
    let mut groups: Vec<(Sequence, f64, Vec<Entry>)> =
        entries.into_iter().map(|entry| (entry.sequence, entry.sequence.frequency(), vec![entry])).collect();
    let growth = |a: &(Sequence, f64, Vec<Entry>), b: &(Sequence, f64, Vec<Entry>)| {
        if a.2.len() + b.2.len() > BITS { f64::INFINITY } else { a.0.union(b.0).frequency() - a.1.max(b.1) }
    };
    let mut costs: Vec<f64> = groups.windows(2).map(|pair| growth(&pair[0], &pair[1])).collect();
    while groups.len() > BITS {
        let cheapest = costs.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(index, _)| index).expect("several groups");
        let (sequence, _, moved) = groups.remove(cheapest + 1);
        let group = &mut groups[cheapest];
        group.0 = group.0.union(sequence);
        group.1 = group.0.frequency();
        group.2.extend(moved);
        costs.remove(cheapest);
        if let Some(before) = cheapest.checked_sub(1) {
            costs[before] = growth(&groups[before], &groups[cheapest]);
        }
        if cheapest < costs.len() {
            costs[cheapest] = growth(&groups[cheapest], &groups[cheapest + 1]);
        }
    }
    groups.into_iter().map(|(.., entries)| entries).collect()
}
