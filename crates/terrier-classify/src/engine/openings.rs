//! Finds the places of a text at which rules may match.
//!
//! Nearly every pattern has a first letter or digit, behind at most a few other bytes, where a word begins. Those places are found
//! from masks of a bit per byte, and looked up by their first bytes or by their [shape](super::shape). What may stand inside of words,
//! or begins with no word at all, is looked for at every byte.

use std::collections::{BTreeMap, HashMap};

use regex_automata::nfa::thompson::NFA;

use super::beginning::{Entry, PlacesByPair, State, Walk};
use super::blocks::{BLOCK, BUCKETS, Bits, Masks, PADDING, PLACES, Starts, TILE};
use super::byte_set::ByteSet;
use super::gate::{Anchor, Gate, Sequence};
use super::head::{ByHead, Filter, Head, is_part};
use super::pattern::Pattern;
use super::shape::{self, Ahead, Kinds, Shape, Shapes, ShapesOf};
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
    /// Heads with which rules begin, and those that are listed.
    heads: Filter,
    /// Whether what is listed may stand where no word is.
    lists_symbols: bool,
    /// Whether words that begin with a digit may be listed.
    lists_digits: bool,
    rules_by_head: ByHead,
    /// The sets of rules that begin with one head; the first is empty.
    sets: Vec<Vec<u64>>,
    inside: Words,
    starts: Starts,
    /// For each first byte, what begins with it and cannot be looked up by its spelling.
    loose: Vec<Vec<Loose>>,
    is_loose: [bool; 256],
    tries: Vec<Vec<Try>>,
}

/// Of a head: rules may begin with it.
const BEGINS: u8 = 1;
/// Of a head: something listed begins with it.
const LISTED: u8 = 2;

/// What a scan tells of, in the order of the text.
pub(crate) trait Visit {
    /// Something listed may begin at the place, with the head.
    fn listed(&mut self, place: usize, head: Head);
    /// Everything listed that begins before the place, and not before the scan, was told of.
    fn listed_until(&mut self, place: usize);
    /// Sets of rules that may match at the place. At least [`LISTED_AHEAD`] bytes beyond it, or to the end of the scan, what is listed
    /// was told of.
    fn opening(&mut self, place: usize, sets: &[&[u64]]);
}

/// How far what is listed is told of before openings are.
pub(crate) const LISTED_AHEAD: usize = SPAN;

/// Room for a scan, to be used again.
pub(crate) struct Room {
    masks: Masks,
    padded: [u8; LOADED],
    places: [u16; ROOM],
    kept: [u16; ROOM],
    listed: [u16; ROOM],
    union: Vec<u64>,
    /// The openings of the tile before, which wait for what is listed behind them.
    waiting: Vec<Opening>,
    found: Vec<Opening>,
}

impl Room {
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self {
            masks: Masks::ZERO,
            padded: [0; LOADED],
            places: [0; ROOM],
            kept: [0; ROOM],
            listed: [0; ROOM],
            union: Vec::new(),
            waiting: Vec::new(),
            found: Vec::new(),
        })
    }
}

/// A place at which rules may match.
#[derive(Clone, Copy)]
struct Opening {
    place: usize,
    /// Sets of rules, by number: those that open by shape, and those that begin with the head.
    shape: Shape,
    head: u32,
    /// Whether rules may match inside of a word.
    is_inside: bool,
}

struct Loose {
    sequence: Sequence,
    rule: u32,
}

#[derive(Default)]
struct Collected {
    letters: Vec<ShapesOf>,
    digits: Vec<ShapesOf>,
    heads: Vec<(Vec<Head>, u32)>,
    inside: Vec<Beginning>,
    places: PlacesByPair,
    loose: Vec<Loose>,
}

impl Openings {
    pub(crate) fn new(patterns: &[Pattern], automata: Vec<NFA>, listed: &[Head]) -> Self {
        let mut collected = Collected::default();
        let mut tries = Vec::new();
        for (rule, (pattern, nfa)) in (0..).zip(patterns.iter().zip(automata)) {
            tries.push(collected.take(pattern, nfa, rule));
        }
        let width = tries.len().div_ceil(64);
        let starts = collected.starts();
        let Collected { letters, digits, heads, inside, loose, .. } = collected;
        let mut by_first: Vec<Vec<Loose>> = (0..=u8::MAX).map(|_| Vec::new()).collect();
        for Loose { sequence, rule } in loose {
            for first in (0..=u8::MAX).filter(|byte| sequence.at[0].bytes.contains(*byte)) {
                by_first[usize::from(first)].push(Loose { sequence, rule });
            }
        }
        let shapes = Shapes::new(letters, digits, width);
        let mut filter = Filter::new();
        listed.iter().for_each(|head| filter.insert(*head, LISTED));
        heads.iter().flat_map(|(heads, _)| heads).for_each(|head| filter.insert(*head, BEGINS));
        let (rules_by_head, sets) = sets_by_head(&heads, width);
        Self {
            width,
            heads: filter,
            lists_symbols: listed.contains(&Head::NONE),
            lists_digits: listed.iter().any(|head| head.begins_with_digit()),
            rules_by_head,
            sets,
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

    /// Visits what is listed and every place at which rules may match that begins in `from..to`, each in ascending order.
    pub(crate) fn scan(&self, text: &[u8], from: usize, to: usize, room: &mut Room, visit: &mut impl Visit) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor has the instructions.
            #[allow(unsafe_code, reason = "vector instructions")]
            return unsafe { self.scan_with_bmi(text, from, to, room, visit) };
        }
        self.scan_plainly(text, from, to, room, visit);
    }

    /// The same, compiled for processors that handle single bits well.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn scan_with_bmi(&self, text: &[u8], from: usize, to: usize, room: &mut Room, visit: &mut impl Visit) {
        self.scan_plainly(text, from, to, room, visit);
    }

    #[inline(always)]
    fn scan_plainly(&self, text: &[u8], from: usize, to: usize, room: &mut Room, visit: &mut impl Visit) {
        let to = to.min(text.len());
        room.waiting.clear();
        let mut at = from;
        while at < to {
            let length = (to - at).min(SPAN);
            self.scan_tile(text, at, length, room, visit);
            at += length;
            visit.listed_until(at);
            self.tell(text, &room.waiting, &mut room.union, visit);
            std::mem::swap(&mut room.waiting, &mut room.found);
        }
        self.tell(text, &room.waiting, &mut room.union, visit);
    }

    /// Tells of what is listed in a tile, and notes its openings.
    #[inline(always)]
    fn scan_tile(&self, text: &[u8], at: usize, length: usize, room: &mut Room, visit: &mut impl Visit) {
        let Room { masks, padded, places, kept, listed, found, .. } = room;
        let blocks = length.div_ceil(BLOCK);
        let rest = &text[at..];
        let bytes: &[u8; LOADED] = rest.first_chunk().unwrap_or_else(|| {
            let rest = &rest[..rest.len().min((blocks + 1) * BLOCK + PADDING)];
            padded[..rest.len()].copy_from_slice(rest);
            padded[rest.len()..(blocks + 1) * BLOCK + PADDING].fill(0);
            padded
        });
        self.starts.masks(bytes, blocks + 1, masks);
        let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
        let tile = Tile { bytes, before, masks };
        let begins = tile.begins(&masks.alnum, before.is_ascii_alphanumeric(), blocks, length);
        let begins_part = tile.begins(&masks.part, is_part(before), blocks, length);

        // Plain loops, and not iterators: what those are made of would be compiled for any processor.
        let [mut with_head, mut letters, mut digits, mut starts] = [[0; TILE]; 4];
        for block in 0..blocks {
            let digit = masks.digit.of_block(block);
            let symbols = if self.lists_symbols { !masks.part.of_block(block) & within(block, length) } else { 0 };
            let unlisted = if self.lists_digits { 0 } else { digit };
            with_head[block] = (begins[block] | begins_part[block]) & !unlisted | symbols;
            letters[block] = self.shapes.worth_a_look(begins[block], masks.at(block), masks.at(block + 1), masks.mark.of_block(block));
            digits[block] = begins[block] & digit;
            starts[block] = masks.start.of_block(block) & within(block, length);
        }
        let mut open = Open([[0; 2]; TILE]);
        let words = spread::<MANY>(&with_head[..blocks], places);
        let (with_head, listed) = self.look_up_heads(masks, words, kept, listed);
        for place in listed.iter().map(|place| usize::from(*place)) {
            if begins_part[place / BLOCK] >> (place % BLOCK) & 1 != 0 || !is_part(bytes[place]) {
                visit.listed(at + place, masks.head(place));
            }
        }
        open.mark(with_head, 0);
        let letters = spread::<FEW>(&letters[..blocks], places);
        open.mark(keep(letters, kept, |place| self.shapes.opens_at_letter(tile.ahead(place))), 0);
        let digits = spread::<FEW>(&digits[..blocks], places);
        open.mark(keep(digits, kept, |place| self.shapes.opens_at_digit(tile.ahead(place))), 0);
        let starts = spread::<FEW>(&starts[..blocks], places);
        let may_begin = |place: usize| {
            let first = tile.first_bytes(place);
            self.inside.may_begin(&first) | self.is_loose[usize::from(first[0])]
        };
        open.mark(keep(starts, kept, may_begin), 1);

        found.clear();
        for (block, [open, inside]) in open.0.iter().enumerate().take(blocks) {
            let mut rest = *open;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                let place = block * BLOCK + bit as usize;
                let mut opening = Opening { place: at + place, shape: Shape::NONE, head: 0, is_inside: inside >> bit & 1 != 0 };
                if begins[block] >> bit & 1 != 0 {
                    let ahead = tile.ahead(place);
                    if masks.digit.from(place) & 1 != 0 {
                        opening.shape = self.shapes.at_digit(ahead);
                    } else {
                        opening.shape = self.shapes.at_letter(ahead);
                        opening.head = self.rules_by_head.get(masks.head(place)).next().unwrap_or_default();
                    }
                }
                found.push(opening);
            }
        }
    }

    /// Sorts the places of words with whose heads rules begin, and those that may be listed.
    #[inline(always)]
    fn look_up_heads<'k>(
        &self,
        masks: &Masks,
        words: &[u16],
        begins: &'k mut [u16; ROOM],
        listed: &'k mut [u16; ROOM],
    ) -> (&'k [u16], &'k [u16]) {
        let mut count = [0; 2];
        for place in words {
            let sets = self.heads.sets(masks.head(usize::from(*place)));
            begins[count[0] % SPAN] = *place;
            listed[count[1] % SPAN] = *place;
            count[0] += usize::from(sets & BEGINS);
            count[1] += usize::from(sets / LISTED);
        }
        (&begins[..count[0]], &listed[..count[1]])
    }

    /// Tells of openings.
    #[inline(always)]
    fn tell(&self, text: &[u8], openings: &[Opening], union: &mut Vec<u64>, visit: &mut impl Visit) {
        for opening in openings {
            let mut sets: [&[u64]; MOST_SETS] = [&[]; MOST_SETS];
            let mut count = 0;
            let mut add = |set| {
                sets[count] = set;
                count += 1;
            };
            if opening.shape != Shape::NONE {
                add(self.shapes.rules(opening.shape));
            }
            if opening.head != 0 {
                add(&self.sets[opening.head as usize]);
            }
            if opening.is_inside {
                let ahead = &text[opening.place..];
                let first = std::array::from_fn(|at| ahead.get(at).copied().unwrap_or(0));
                self.inside.rules(&first).for_each(&mut add);
                union.clear();
                union.resize(self.width, 0);
                for loose in self.loose[usize::from(first[0])].iter().filter(|loose| loose.sequence.applies(text, opening.place)) {
                    union[loose.rule as usize / 64] |= 1 << (loose.rule % 64);
                }
                add(union);
            }
            if count > 0 {
                visit.opening(opening.place, &sets[..count]);
            }
        }
    }
}

/// Numbers the sets of rules that begin with one head.
fn sets_by_head(beginnings: &[(Vec<Head>, u32)], width: usize) -> (ByHead, Vec<Vec<u64>>) {
    let mut by_head: BTreeMap<Head, Vec<u64>> = BTreeMap::new();
    for (heads, rule) in beginnings {
        for head in heads {
            by_head.entry(*head).or_insert_with(|| vec![0; width])[*rule as usize / 64] |= 1 << (rule % 64);
        }
    }
    let mut sets = vec![vec![0; width]];
    let mut known = HashMap::new();
    let mut number = |set: Vec<u64>| {
        *known.entry(set).or_insert_with_key(|set: &Vec<u64>| {
            sets.push(set.clone());
            u32::try_from(sets.len() - 1).expect("no more sets than heads")
        })
    };
    let numbers = by_head.into_iter().map(|(head, set)| (head, number(set))).collect();
    (ByHead::new(numbers), sets)
}

/// For each block, the places at which rules may match, and which of them may be inside of words.
struct Open([[u64; 2]; TILE]);

impl Open {
    #[inline(always)]
    fn mark(&mut self, places: &[u16], which: usize) {
        for place in places {
            let (block, bit) = (usize::from(*place) / BLOCK % TILE, *place % 64);
            self.0[block][0] |= 1 << bit;
            self.0[block][which] |= 1 << bit;
        }
    }
}

/// Bytes that are worked on together.
const SPAN: usize = TILE * BLOCK;
/// Bytes of them that are looked at.
const LOADED: usize = SPAN + BLOCK + PADDING;
/// Places of a tile, and as many as are written at once.
const ROOM: usize = SPAN + MANY;
/// Places that are written at once, where most blocks have some or several.
const FEW: usize = 2;
const MANY: usize = 4;

/// Bytes that are worked on together.
struct Tile<'t> {
    bytes: &'t [u8; LOADED],
    /// The byte before; a space where there is none.
    before: u8,
    masks: &'t Masks,
}

impl Tile<'_> {
    /// Finds where words of certain bytes begin.
    #[inline(always)]
    fn begins(&self, words: &Bits, mut is_inside: bool, blocks: usize, length: usize) -> [u64; TILE] {
        let mut begins = [0; TILE];
        for (block, begins) in begins.iter_mut().enumerate().take(blocks) {
            let words = words.of_block(block);
            *begins = words & !(words << 1 | u64::from(is_inside)) & within(block, length);
            is_inside = words >> (BLOCK - 1) != 0;
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
        let masks = self.masks;
        let kinds = Kinds { alnum: masks.alnum.from(at), digit: masks.digit.from(at), upper: masks.upper.from(at) };
        let before = if at == 0 { self.before } else { self.bytes[at - 1] };
        Ahead { kinds, bytes: self.bytes[at..].first_chunk().expect("a tile is padded"), before }
    }
}

/// Returns the bits of a block that lie within the tile.
#[inline(always)]
fn within(block: usize, length: usize) -> u64 {
    u64::MAX >> (BLOCK - (length - block * BLOCK).min(BLOCK))
}

/// Writes down the places of all bits, so many at once: how many there are is not known before, so that a loop would end by surprise.
#[inline(always)]
fn spread<'p, const AT_ONCE: usize>(words: &[u64], places: &'p mut [u16; ROOM]) -> &'p [u16] {
    let mut count = 0;
    for (block, word) in words.iter().enumerate() {
        let mut rest = *word;
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
    #[inline(always)]
    fn head(&self, place: usize) -> Head {
        let at = place % SPAN;
        Head::new([self.folded[at], self.folded[at + 1], self.folded[at + 2], self.folded[at + 3]])
    }

    #[inline(always)]
    fn at(&self, block: usize) -> Kinds {
        let Self { alnum, digit, upper, .. } = self;
        Kinds { alnum: alnum.of_block(block), digit: digit.of_block(block), upper: upper.of_block(block) }
    }
}

/// Sets of rules that may open at one place: by shape, by head, by four bytes inside of words and by two, and the loose ones.
const MOST_SETS: usize = 5;

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
                && let Some(spellings) = walk.spellings(&starts)
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
        match walk.heads(&states) {
            Some(heads) => self.heads.push((heads, rule)),
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
