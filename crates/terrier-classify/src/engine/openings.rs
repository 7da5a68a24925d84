//! Finds the places of a text at which rules may match: those that the sieve lets through, and there the rules one of whose sequences
//! applies.

use std::cmp::Reverse;

use super::pattern::Pattern;
use super::sequence::{OFFSETS, Sequence};
use super::sieve::{Instructions, Kind, Sieve};
use crate::rule_set::RuleSet;

/// Where the matches of a rule may start, seen from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Opening {
    pub(crate) rule: u32,
    /// Where a match starts, in bytes before the place: the highest first.
    pub(crate) lead: Reverse<usize>,
}

/// The openings of all rules.
pub(crate) struct Openings {
    pub(crate) sieve: Sieve,
    by_shape: Vec<Needles>,
    spelled: Spelled,
    on_demand: Vec<Needles>,
    /// The sequences of each rule on demand.
    of_rule: Vec<(u32, Vec<Chosen>)>,
    /// How far before a place a match may start that is found there.
    reach: usize,
}

/// Words of a set of needles.
const WIDTH: usize = 4;

/// Some of the sequences of a set of needles, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    needles: usize,
    bits: [u64; WIDTH],
}

/// Up to 256 sequences, asked at once which of them apply at a place: the sieve only tells that one of many may.
struct Needles {
    /// For each offset and byte, which of `rows` holds the sequences that allow it, a bit each.
    row_of: Box<[[u16; END + 1]; OFFSETS]>,
    rows: Vec<[u64; WIDTH]>,
    /// What may match where a sequence applies.
    openings: Vec<Opening>,
}

/// After so many offsets of a place it is often certain that none of many sequences applies.
const TELLING: usize = 5;

/// Stands in place of a byte for the start and end of the text.
const END: usize = 256;

impl Openings {
    pub(crate) fn new(patterns: &[Pattern], on_demand: &RuleSet, words: Vec<Sequence>, instructions: Instructions) -> Self {
        let mut sequences: Vec<(Kind, Sequence, Option<u32>)> = Vec::new();
        let mut spelled = Spelled::new();
        for (rule, pattern) in (0..).zip(patterns) {
            let of_rule = &pattern.gate().sequences;
            let kind = match () {
                () if on_demand.contains(rule) => Kind::OnDemand,
                () if spelled.insert_all(of_rule, rule) => Kind::Spelled,
                () => Kind::Shaped,
            };
            sequences.extend(of_rule.iter().map(|sequence| (kind, *sequence, Some(rule))));
        }
        sequences.extend(words.into_iter().map(|sequence| (Kind::Word, sequence, None)));
        let of_kind = |kind: Kind| {
            let mut needles: Vec<(Sequence, u32)> =
                sequences.iter().filter(|(of, ..)| *of == kind).filter_map(|(_, sequence, rule)| Some((*sequence, (*rule)?))).collect();
            // Those of one rule on demand stand together, since it is asked for some rules only.
            needles.sort_unstable_by_key(|(sequence, rule)| (if kind == Kind::OnDemand { *rule } else { 0 }, *sequence, *rule));
            needles.chunks(64 * WIDTH).map(Needles::new).collect()
        };
        let on_demand_needles: Vec<Needles> = of_kind(Kind::OnDemand);
        Self {
            by_shape: of_kind(Kind::Shaped),
            spelled: spelled.sorted(),
            of_rule: by_rule(&on_demand_needles),
            on_demand: on_demand_needles,
            sieve: Sieve::new(&sequences.iter().map(|(kind, sequence, _)| (*kind, *sequence)).collect::<Vec<_>>(), instructions),
            reach: patterns.iter().map(Pattern::reach).max().unwrap_or(0),
        }
    }

    /// Returns how far before a place a match may start that is found there.
    pub(crate) fn reach(&self) -> usize {
        self.reach
    }

    /// Tells whether something may match at a place that was let through. Takes as long whatever the answer is: at most places it is no.
    #[inline]
    pub(crate) fn may_open(&self, text: &[u8], place: usize, kind: Kind) -> bool {
        match kind {
            Kind::Spelled => self.spelled.may_begin(&text[place..]),
            _ => self.of_kind(kind).iter().fold(false, |open, needles| open | needles.any_applies(text, place)),
        }
    }

    fn of_kind(&self, kind: Kind) -> &[Needles] {
        match kind {
            Kind::Shaped => &self.by_shape,
            Kind::OnDemand => &self.on_demand,
            Kind::Spelled | Kind::Word => &[],
        }
    }

    /// Writes down what may match at a place that was let through, ordered by rule and start.
    #[inline]
    pub(crate) fn at(&self, text: &[u8], place: usize, kind: Kind, out: &mut Vec<Opening>) {
        out.clear();
        match kind {
            Kind::Spelled => self.spelled.at(text, place, out),
            _ => self.of_kind(kind).iter().for_each(|needles| needles.at(text, place, [u64::MAX; WIDTH], out)),
        }
        in_order(out);
    }

    /// Chooses the sequences of the rules on demand that are wanted.
    pub(super) fn choose(&self, wants: impl Fn(u32) -> bool, chosen: &mut Vec<Chosen>) {
        chosen.clear();
        // The rules, and with them the sets of needles, come in order.
        for some in self.of_rule.iter().filter(|(rule, _)| wants(*rule)).flat_map(|(_, some)| some) {
            match chosen.last_mut() {
                Some(last) if last.needles == some.needles => last.bits.iter_mut().zip(some.bits).for_each(|(all, some)| *all |= some),
                _ => chosen.push(*some),
            }
        }
    }

    /// Writes down what of the chosen may match at a place that was let through, ordered by rule and start.
    #[inline]
    pub(super) fn chosen_at(&self, text: &[u8], place: usize, chosen: &[Chosen], out: &mut Vec<Opening>) {
        out.clear();
        chosen.iter().for_each(|chosen| self.on_demand[chosen.needles].at(text, place, chosen.bits, out));
        in_order(out);
    }
}

impl Needles {
    fn new(needles: &[(Sequence, u32)]) -> Self {
        let mut this = Self { row_of: Box::new([[0; END + 1]; OFFSETS]), rows: Vec::new(), openings: Vec::new() };
        for offset in 0..OFFSETS {
            let mut rows = vec![[0; WIDTH]; END + 1];
            for (index, (sequence, _)) in needles.iter().enumerate() {
                let (word, bit) = (index / 64, 1 << (index % 64));
                if let Some(position) = sequence.positions().nth(offset) {
                    position.bytes.bytes().for_each(|byte| rows[usize::from(byte)][word] |= bit);
                    rows[END][word] |= if position.end { bit } else { 0 };
                }
            }
            let first = this.rows.len();
            for (row_of, row) in this.row_of[offset].iter_mut().zip(rows) {
                // Most bytes are allowed by the same sequences as another one.
                let known = this.rows[first..].iter().position(|known| *known == row).map(|index| first + index);
                let index = known.unwrap_or_else(|| {
                    this.rows.push(row);
                    this.rows.len() - 1
                });
                *row_of = u16::try_from(index).expect("there are fewer rows than bytes and offsets");
            }
        }
        this.openings = needles.iter().map(|(sequence, rule)| Opening { rule: *rule, lead: Reverse(sequence.lead) }).collect();
        this
    }

    fn at(&self, text: &[u8], place: usize, among: [u64; WIDTH], out: &mut Vec<Opening>) {
        for (word, mut bits) in self.applying(text, place, among).into_iter().enumerate() {
            while bits != 0 {
                out.push(self.openings[word * 64 + bits.trailing_zeros() as usize]);
                bits &= bits - 1;
            }
        }
    }

    #[inline]
    fn any_applies(&self, text: &[u8], place: usize) -> bool {
        self.applying(text, place, [u64::MAX; WIDTH]).iter().fold(0, |any, applying| any | applying) != 0
    }

    /// Returns which of some sequences apply at a place, a bit each.
    #[inline]
    fn applying(&self, text: &[u8], place: usize, among: [u64; WIDTH]) -> [u64; WIDTH] {
        let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).map_or(END, |byte| usize::from(*byte));
        let mut applying = among;
        let take = |applying: &mut [u64; WIDTH], row_of: &[u16; END + 1], byte: usize| {
            let row = &self.rows[usize::from(row_of[byte])];
            applying.iter_mut().zip(row).for_each(|(applying, row)| *applying &= row);
        };
        match place.checked_sub(1).and_then(|before| text[before..].first_chunk::<OFFSETS>()) {
            Some(bytes) => {
                let mut offsets = self.row_of.iter().zip(bytes);
                offsets.by_ref().take(TELLING).for_each(|(row_of, byte)| take(&mut applying, row_of, usize::from(*byte)));
                if applying.iter().fold(0, |any, applying| any | applying) != 0 {
                    offsets.for_each(|(row_of, byte)| take(&mut applying, row_of, usize::from(*byte)));
                }
            }
            None => {
                take(&mut applying, &self.row_of[0], byte(place.checked_sub(1)));
                self.row_of[1..].iter().zip(place..).for_each(|(row_of, at)| take(&mut applying, row_of, byte(Some(at))));
            }
        }
        applying
    }
}

fn in_order(openings: &mut Vec<Opening>) {
    if openings.len() > 1 {
        openings.sort_unstable();
        openings.dedup();
    }
}

/// Returns the sequences of each rule, which stand together.
fn by_rule(sets: &[Needles]) -> Vec<(u32, Vec<Chosen>)> {
    let mut by_rule: Vec<(u32, Vec<Chosen>)> = Vec::new();
    for (needles, set) in sets.iter().enumerate() {
        for (index, opening) in set.openings.iter().enumerate() {
            if by_rule.last().is_none_or(|(rule, _)| *rule != opening.rule) {
                by_rule.push((opening.rule, Vec::new()));
            }
            if let Some((_, chosen)) = by_rule.last_mut() {
                if chosen.last().is_none_or(|chosen| chosen.needles != needles) {
                    chosen.push(Chosen { needles, bits: [0; WIDTH] });
                }
                if let Some(chosen) = chosen.last_mut() {
                    chosen.bits[index / 64] |= 1 << (index % 64);
                }
            }
        }
    }
    by_rule
}

/// Sequences whose first bytes have few spellings, found by them.
struct Spelled {
    /// A bit for the hash of each spelling.
    filter: Box<[u64; HASHES / 64]>,
    /// Ordered by the hash of the spelling: where those of each hash's highest bits begin, and they.
    first: Box<[u32; BUCKETS + 1]>,
    entries: Vec<(u32, u32)>,
    sequences: Vec<(Sequence, Opening)>,
}

const HASH_BITS: u32 = 16;
const HASHES: usize = 1 << HASH_BITS;
const BUCKETS: usize = 1 << 10;
/// Bytes of a spelling.
const SPELLED: usize = 4;
/// A sequence with more spellings than this is told from others by its shape.
const MOST_SPELLINGS: usize = 64;

impl Spelled {
    fn new() -> Self {
        Self { filter: Box::new([0; HASHES / 64]), first: Box::new([0; BUCKETS + 1]), entries: Vec::new(), sequences: Vec::new() }
    }

    /// Adds all sequences of a rule, or none of them: `false` where one has too many spellings.
    fn insert_all(&mut self, sequences: &[Sequence], rule: u32) -> bool {
        let Some(spellings) = sequences.iter().map(spellings).collect::<Option<Vec<_>>>() else { return false };
        for (sequence, spellings) in sequences.iter().zip(spellings) {
            let index = u32::try_from(self.sequences.len()).expect("fewer sequences than 4 billion");
            self.sequences.push((*sequence, Opening { rule, lead: Reverse(sequence.lead) }));
            for spelling in spellings {
                self.filter[hash(spelling) / 64] |= 1 << (hash(spelling) % 64);
                self.entries.push((spelling, index));
            }
        }
        true
    }

    fn sorted(mut self) -> Self {
        self.entries.sort_unstable_by_key(|(spelling, index)| (hash(*spelling), *spelling, *index));
        for (spelling, _) in &self.entries {
            self.first[bucket(*spelling) + 1] += 1;
        }
        for at in 1..self.first.len() {
            self.first[at] += self.first[at - 1];
        }
        self
    }

    #[inline]
    fn may_begin(&self, text: &[u8]) -> bool {
        let Some(bytes) = text.first_chunk::<SPELLED>() else { return true };
        let hash = hash(folded(*bytes));
        self.filter[hash / 64] >> (hash % 64) & 1 != 0
    }

    fn at(&self, text: &[u8], place: usize, out: &mut Vec<Opening>) {
        // No match is that short: a spelling does not go beyond the end.
        let Some(spelling) = text[place..].first_chunk::<SPELLED>().map(|bytes| folded(*bytes)) else { return };
        let bucket = bucket(spelling);
        for (known, index) in &self.entries[self.first[bucket] as usize..self.first[bucket + 1] as usize] {
            let (sequence, opening) = &self.sequences[*index as usize];
            if *known == spelling && sequence.applies(text, place) {
                out.push(*opening);
            }
        }
    }
}

#[inline(always)]
fn hash(spelling: u32) -> usize {
    (spelling.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

fn bucket(spelling: u32) -> usize {
    hash(spelling) * BUCKETS / HASHES
}

/// Brings letters to one case, and some other bytes together.
#[inline(always)]
fn folded(bytes: [u8; SPELLED]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

fn spellings(sequence: &Sequence) -> Option<Vec<u32>> {
    let mut all = vec![0];
    for (place, position) in sequence.at[..SPELLED].iter().enumerate() {
        let mut bytes: Vec<u32> = position.bytes.bytes().map(|byte| u32::from(byte | 0x20) << (8 * place)).collect();
        bytes.sort_unstable();
        bytes.dedup();
        if position.end || all.len() * bytes.len() > MOST_SPELLINGS {
            return None;
        }
        all = all.iter().flat_map(|known| bytes.iter().map(move |byte| known | byte)).collect();
    }
    Some(all)
}
