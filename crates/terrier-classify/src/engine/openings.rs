//! Finds the places of a text at which rules may match.
//!
//! Nearly every pattern has a first letter or digit, behind at most a few other bytes, where a word begins. Those places are found
//! from masks of a bit per byte, and looked up by their first bytes or by their [shape](super::shape). What may stand inside of words,
//! or begins with no word at all, is looked for at every byte.

use regex_automata::nfa::thompson::NFA;

use super::beginning::{Entry, PlacesByPair, State, Walk};
use super::blocks::{BLOCK, BUCKETS, Masks, PADDING, PLACES, Starts, TILE};
use super::byte_set::ByteSet;
use super::gate::{Anchor, Gate, Sequence};
use super::pattern::Pattern;
use super::shape::{self, Ahead, Bits, Shapes, ShapesOf};
use super::words::{Beginning, Words};

/// Where the matches of a rule start, seen from an opening.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    /// Bytes from the start to the opening.
    pub(crate) lead: usize,
    /// What a match may start with.
    pub(crate) first: ByteSet,
}

/// The openings of all rules.
pub(crate) struct Openings {
    /// For each 64 rules a word.
    width: usize,
    shapes: Shapes,
    beginnings: Words,
    inside: Words,
    starts: Starts,
    /// For each first byte, what begins with it and cannot be looked up by its spelling.
    loose: Vec<Vec<Loose>>,
    is_loose: [bool; 256],
    tries: Vec<Vec<Try>>,
}

struct Loose {
    sequence: Sequence,
    rule: u32,
}

#[derive(Default)]
struct Collected {
    letters: Vec<ShapesOf>,
    digits: Vec<ShapesOf>,
    beginnings: Vec<Beginning>,
    inside: Vec<Beginning>,
    places: PlacesByPair,
    loose: Vec<Loose>,
}

impl Openings {
    pub(crate) fn new(patterns: &[Pattern], automata: Vec<NFA>) -> Self {
        let mut collected = Collected::default();
        let mut tries = Vec::new();
        for (rule, (pattern, nfa)) in (0..).zip(patterns.iter().zip(automata)) {
            tries.push(collected.take(pattern, nfa, rule));
        }
        let width = tries.len().div_ceil(64);
        let starts = collected.starts();
        let Collected { letters, digits, beginnings, inside, loose, .. } = collected;
        let mut by_first: Vec<Vec<Loose>> = (0..=u8::MAX).map(|_| Vec::new()).collect();
        for Loose { sequence, rule } in loose {
            for first in (0..=u8::MAX).filter(|byte| sequence.at[0].bytes.contains(*byte)) {
                by_first[usize::from(first)].push(Loose { sequence, rule });
            }
        }
        let shapes = Shapes::new(letters, digits, width);
        Self {
            width,
            beginnings: Words::new(&beginnings, width),
            inside: Words::new(&inside, width),
            starts: Starts::new(&into_buckets(starts), shapes.ends_of_plain_words()),
            shapes,
            is_loose: std::array::from_fn(|byte| !by_first[byte].is_empty()),
            loose: by_first,
            tries,
        }
    }

    /// Returns of how many words a set of rules is made.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Returns how matches of the rule lie around an opening.
    #[inline]
    pub(crate) fn tries(&self, rule: usize) -> &[Try] {
        &self.tries[rule]
    }

    /// Visits, in ascending order, every place in `from..to` at which rules may match, with sets of them.
    pub(crate) fn scan(&self, text: &[u8], from: usize, to: usize, mut visit: impl FnMut(usize, &[&[u64]])) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor has the instructions.
            #[allow(unsafe_code, reason = "vector instructions")]
            return unsafe { self.scan_with_bmi(text, from, to, &mut visit) };
        }
        self.scan_plainly(text, from, to, &mut visit);
    }

    /// The same, compiled for processors that handle single bits well.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn scan_with_bmi(&self, text: &[u8], from: usize, to: usize, visit: &mut impl FnMut(usize, &[&[u64]])) {
        self.scan_plainly(text, from, to, visit);
    }

    #[inline(always)]
    fn scan_plainly(&self, text: &[u8], from: usize, to: usize, visit: &mut impl FnMut(usize, &[&[u64]])) {
        let to = to.min(text.len());
        let mut union = vec![0; self.width];
        let mut masks = Masks::ZERO;
        let mut padded = [0; LOADED];
        let mut places = [0; ROOM];
        let mut kept = [0; ROOM];
        let mut at = from;
        while at < to {
            let length = (to - at).min(SPAN);
            let blocks = length.div_ceil(BLOCK);
            let rest = &text[at..];
            let bytes: &[u8; LOADED] = rest.first_chunk().unwrap_or_else(|| {
                let rest = &rest[..rest.len().min((blocks + 1) * BLOCK + PADDING)];
                padded[..rest.len()].copy_from_slice(rest);
                padded[rest.len()..(blocks + 1) * BLOCK + PADDING].fill(0);
                &padded
            });
            self.starts.masks(bytes, blocks + 1, &mut masks);
            let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
            let tile = Tile { bytes, before, masks: &masks };
            let begins = tile.begins(blocks, length);
            let inside = self.open(&tile, &begins, blocks, length, [&mut places, &mut kept]);
            for (block, [open, inside]) in inside.iter().enumerate().take(blocks) {
                let mut rest = *open;
                while rest != 0 {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    let place = block * BLOCK + bit as usize;
                    let first = tile.first_bytes(place);
                    let mut found = Found { sets: [&[]; MOST_SETS], count: 0 };
                    if begins[block] >> bit & 1 != 0 {
                        let ahead = tile.ahead(place);
                        if first[0].is_ascii_digit() {
                            found.add(self.shapes.rules_at_digit(ahead));
                        } else {
                            found.add(self.shapes.rules_at_letter(ahead));
                            self.beginnings.rules(&first).for_each(|rules| found.add(rules));
                        }
                    }
                    if inside >> bit & 1 != 0 {
                        self.inside.rules(&first).for_each(|rules| found.add(rules));
                        union.fill(0);
                        for loose in self.loose[usize::from(first[0])].iter().filter(|loose| loose.sequence.applies(text, at + place)) {
                            union[loose.rule as usize / 64] |= 1 << (loose.rule % 64);
                        }
                        found.add(&union);
                    }
                    if found.count > 0 {
                        visit(at + place, &found.sets[..found.count]);
                    }
                }
            }
            at += length;
        }
    }

    /// Finds, for each block, the places at which rules may match, and which of them may be inside of words. Each question is asked for
    /// all places of the tile in one loop without a branch: the answers are in no order that a processor could guess.
    #[inline(always)]
    fn open(
        &self,
        tile: &Tile<'_>,
        begins: &[u64; TILE],
        blocks: usize,
        length: usize,
        [places, kept]: [&mut [u16; ROOM]; 2],
    ) -> [[u64; 2]; TILE] {
        let mut open = [[0; 2]; TILE];
        let mut mark = |kept: &[u16], which: usize| {
            for place in kept {
                let (block, bit) = (usize::from(*place) / BLOCK % TILE, *place % 64);
                open[block][0] |= 1 << bit;
                open[block][which] |= 1 << bit;
            }
        };
        let masks = tile.masks;
        let letters = spread(begins.iter().zip(&masks.digit).take(blocks).map(|(begins, digit)| begins & !digit), places);
        mark(keep(letters, kept, |place| self.beginnings.may_begin(&tile.first_bytes(place))), 0);
        let worth = |block: usize| {
            let ends = u128::from(masks.mark[block]) | u128::from(masks.mark[block + 1]) << 64;
            self.shapes.worth_a_look(begins[block] & !masks.digit[block], masks.at(block), masks.at(block + 1), ends)
        };
        let letters = spread((0..blocks).map(worth), places);
        mark(keep(letters, kept, |place| self.shapes.opens_at_letter(tile.ahead(place))), 0);
        let digits = spread(begins.iter().zip(&masks.digit).take(blocks).map(|(begins, digit)| begins & digit), places);
        mark(keep(digits, kept, |place| self.shapes.opens_at_digit(tile.ahead(place))), 0);
        let starts = spread((0..blocks).map(|block| masks.start[block] & within(block, length)), places);
        let may_begin = |place: usize| {
            let first = tile.first_bytes(place);
            self.inside.may_begin(&first) | self.is_loose[usize::from(first[0])]
        };
        mark(keep(starts, kept, may_begin), 1);
        open
    }
}

/// Bytes that are worked on together.
const SPAN: usize = TILE * BLOCK;
/// Bytes of them that are looked at.
const LOADED: usize = SPAN + BLOCK + PADDING;
/// Places of a tile, and as many as are written at once.
const ROOM: usize = SPAN + AT_ONCE;
const AT_ONCE: usize = 8;

/// Bytes that are worked on together.
struct Tile<'t> {
    bytes: &'t [u8; LOADED],
    /// The byte before; a space where there is none.
    before: u8,
    masks: &'t Masks,
}

impl Tile<'_> {
    /// Finds where words begin.
    #[inline(always)]
    fn begins(&self, blocks: usize, length: usize) -> [u64; TILE] {
        let mut begins = [0; TILE];
        let mut after_alnum = u64::from(self.before.is_ascii_alphanumeric());
        for (block, begins) in begins.iter_mut().enumerate().take(blocks) {
            let alnum = self.masks.alnum[block];
            *begins = alnum & !(alnum << 1 | after_alnum) & within(block, length);
            after_alnum = alnum >> (BLOCK - 1);
        }
        begins
    }

    #[inline(always)]
    fn first_bytes(&self, place: usize) -> [u8; 4] {
        let at = place % SPAN;
        [self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]]
    }

    #[inline(always)]
    fn ahead(&self, place: usize) -> Ahead<'_> {
        let at = place % SPAN;
        let (block, bit) = (at / BLOCK, at % BLOCK);
        let from = |words: &[u64; TILE + 1]| words[block] >> bit | words[block + 1] << 1 << (63 - bit);
        let bits = Bits { alnum: from(&self.masks.alnum), digit: from(&self.masks.digit), upper: from(&self.masks.upper) };
        let before = if at == 0 { self.before } else { self.bytes[at - 1] };
        Ahead { bits, bytes: self.bytes[at..].first_chunk().expect("a tile is padded"), before }
    }
}

/// Returns the bits of a block that lie within the tile.
#[inline(always)]
fn within(block: usize, length: usize) -> u64 {
    u64::MAX >> (BLOCK - (length - block * BLOCK).min(BLOCK))
}

/// Writes down the places of all bits.
#[inline(always)]
fn spread(words: impl Iterator<Item = u64>, places: &mut [u16; ROOM]) -> &[u16] {
    let mut count = 0;
    for (block, word) in words.enumerate() {
        let mut rest = word;
        let end = count + word.count_ones() as usize;
        let mut at = count;
        while at < end {
            let room: &mut [u16; AT_ONCE] = places[at..].first_chunk_mut().expect("there is room for as many more");
            for place in room {
                *place = (block * BLOCK) as u16 + rest.trailing_zeros() as u16;
                rest &= rest.wrapping_sub(1);
            }
            at += AT_ONCE;
        }
        count = end;
    }
    &places[..count]
}

/// Writes down the places for which the answer is yes.
#[inline(always)]
fn keep<'k>(places: &[u16], kept: &'k mut [u16; ROOM], is_open: impl Fn(usize) -> bool) -> &'k [u16] {
    let mut count = 0;
    for place in places {
        kept[count % SPAN] = *place;
        count += usize::from(is_open(usize::from(*place)));
    }
    &kept[..count]
}

impl Masks {
    #[inline]
    fn at(&self, block: usize) -> Bits {
        Bits { alnum: self.alnum[block], digit: self.digit[block], upper: self.upper[block] }
    }
}

/// Sets of rules that may open at one place: by shape, by four bytes and by two, the same inside of words, and the loose ones.
const MOST_SETS: usize = 6;

/// The sets that open at a place.
struct Found<'o> {
    sets: [&'o [u64]; MOST_SETS],
    count: usize,
}

impl<'o> Found<'o> {
    #[inline]
    fn add(&mut self, rules: &'o [u64]) {
        if rules.iter().any(|rules| *rules != 0) {
            self.sets[self.count] = rules;
            self.count += 1;
        }
    }
}

impl Collected {
    fn take(&mut self, pattern: &Pattern, nfa: NFA, rule: u32) -> Vec<Try> {
        let gate = pattern.gate();
        if gate.anchor == Anchor::Start
            && let Some(mut walk) = Walk::new(nfa.clone())
        {
            if let Some(entries) = walk.entries() {
                return self.take_words(&mut walk, entries, rule);
            }
            if let Some(starts) = walk.starts()
                && let Some(spellings) = walk.spellings(&starts, ByteSet::FULL)
            {
                for (pair, places) in walk.places(&starts) {
                    let known = self.places.entry(pair).or_insert([ByteSet::EMPTY; PLACES]);
                    known.iter_mut().zip(places).for_each(|(known, place)| *known = known.union(place));
                }
                self.inside.push((spellings, rule));
                return vec![Try { lead: 0, first: ByteSet::FULL }];
            }
        }
        let sequences = if gate.anchor == Anchor::Start { Gate::at_start(&nfa).sequences } else { gate.sequences.clone() };
        self.loose.extend(sequences.into_iter().map(|sequence| Loose { sequence, rule }));
        vec![Try { lead: 0, first: ByteSet::FULL }]
    }

    /// Takes what begins with a letter or digit at the start of a word.
    fn take_words(&mut self, walk: &mut Walk, entries: Vec<Entry>, rule: u32) -> Vec<Try> {
        let mut states: Vec<State> = entries.iter().flat_map(|entry| entry.states.iter().copied()).collect();
        states.sort_unstable();
        states.dedup();
        let digits = shape::digit_shapes(walk, &entries);
        if !digits.is_empty() {
            self.digits.push((digits, rule));
        }
        match walk.spellings(&states, ByteSet::alnum().intersection(ByteSet::digits().complement())) {
            Some(spellings) => self.beginnings.push((spellings, rule)),
            None => self.letters.push((shape::letter_shapes(walk, &entries), rule)),
        }
        // The start farthest to the left comes first.
        entries.into_iter().rev().map(|Entry { lead, first, .. }| Try { lead, first }).collect()
    }

    /// Returns what may stand at the first places of everything that is looked for anywhere.
    fn starts(&self) -> Vec<[ByteSet; PLACES]> {
        let loose = self.loose.iter().map(|loose| {
            std::array::from_fn(|place| {
                let position = loose.sequence.at[place];
                let mut bytes = position.bytes;
                if position.end {
                    bytes.insert(0);
                }
                bytes
            })
        });
        self.places.values().copied().chain(loose).collect()
    }
}

/// Puts what may stand anywhere into as many groups as are told apart: of neighbours in their order, always the two that together let
/// least through.
fn into_buckets(mut starts: Vec<[ByteSet; PLACES]>) -> Vec<[ByteSet; PLACES]> {
    let union =
        |a: &[ByteSet; PLACES], b: &[ByteSet; PLACES]| -> [ByteSet; PLACES] { std::array::from_fn(|place| a[place].union(b[place])) };
    let growth = |pair: &[[ByteSet; PLACES]]| let_through(&union(&pair[0], &pair[1])) - let_through(&pair[0]) - let_through(&pair[1]);
    starts.sort_unstable();
    starts.dedup();
    let mut costs: Vec<f64> = starts.windows(2).map(growth).collect();
    while starts.len() > BUCKETS {
        let cheapest = costs.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(index, _)| index).expect("several");
        starts[cheapest] = union(&starts[cheapest], &starts[cheapest + 1]);
        starts.remove(cheapest + 1);
        costs.remove(cheapest);
        for index in cheapest.saturating_sub(1)..costs.len().min(cheapest + 1) {
            costs[index] = growth(&starts[index..index + 2]);
        }
    }
    starts
}

/// Estimates at which share of the places of mixed text a bucket opens, tested by halves of bytes.
fn let_through(places: &[ByteSet; PLACES]) -> f64 {
    let share = |set: &ByteSet| -> f64 {
        let (mut low, mut high) = (0_u16, 0_u16);
        for byte in set.bytes() {
            low |= 1 << ((byte | 0x20) & 15);
            high |= 1 << ((byte | 0x20) >> 4);
        }
        let passes = |byte: &u8| low >> (byte & 15) & high >> (byte >> 4) & 1 != 0;
        let occurs = |byte: u8| match byte {
            b'a'..=b'z' => 0.022,
            b'0'..=b'9' => 0.016,
            b' ' => 0.11,
            0x80.. => 0.0001,
            _ => 0.003,
        };
        (0..=u8::MAX).filter(|byte| byte & 0x20 != 0).filter(passes).map(occurs).sum()
    };
    places.iter().map(share).product()
}
