//! What of a pattern's beginning can be told from the kinds of bytes alone: which of the first ones are digits, capitals, part of a
//! word. All of it makes one small number, and a table says for each number which rules may match there.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::beginning::{Entry, State, Walk};
use super::byte_set::ByteSet;

/// Bytes behind a first letter of which it counts whether they are digits.
const DIGITS_BEHIND_LETTER: usize = 7;
/// Bytes behind a first digit of which it counts whether they are digits.
const DIGITS_BEHIND_DIGIT: usize = 10;
/// Length up to which words are told apart.
const LONGEST_RUN: usize = 15;
/// Beginnings of a rule that are told apart.
const MOST_STATES: usize = 1 << 16;
/// How far ahead the end of a plain word is looked for.
const NEAR_END: usize = 8;
/// Bits of the parts of a shape: the first byte is a capital, so are the next three, digits, length, what ends the word.
const LETTER_BITS: usize = 2 + DIGITS_BEHIND_LETTER + RUN_BITS + KIND_BITS;
const DIGIT_BITS: usize = DIGITS_BEHIND_DIGIT + KIND_BITS + 3;
/// Where a number's first digit (0, 1, 2 or more) and what stands before it have their bits.
const FIRST_AT: usize = DIGITS_BEHIND_DIGIT + KIND_BITS;
const BEFORE_AT: usize = FIRST_AT + 2;
/// Words of a table of the shapes of either kind, a bit each.
const OPEN: usize = (1 << LETTER_BITS) / 64;
const _: () = assert!(LETTER_BITS == DIGIT_BITS, "both tables have one size");
const RUN_BITS: usize = 4;
const KIND_BITS: usize = 4;
const CAPITAL: usize = 1;

/// Bytes ahead that are looked at, at most.
pub(crate) const LOOK: usize = 16;

/// Kinds of bytes, as many as fit in [`KIND_BITS`].
const DIGIT: u8 = 0;
const UPPER: u8 = 1;
const LOWER: u8 = 2;
const KIND_OF: [u8; 256] = {
    let mut kinds = [15; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'-' => 3,
            b'.' => 4,
            b'/' => 5,
            b' ' => 6,
            b':' => 7,
            b',' => 8,
            b'_' => 9,
            b'(' | b')' => 10,
            b'"' | b'\'' => 11,
            b'=' | b'>' => 12,
            0..0x20 => 13,
            0x80.. => 14,
            _ => 15,
        };
        byte += 1;
    }
    kinds
};

/// What stands from a place on.
#[derive(Clone, Copy)]
pub(crate) struct Ahead<'t> {
    pub(crate) kinds: Kinds,
    pub(crate) bytes: &'t [u8; LOOK],
    /// The byte before; a space where there is none.
    pub(crate) before: u8,
}

/// Kinds of the bytes from a place on, as bits; the lowest is the place.
#[derive(Clone, Copy)]
pub(crate) struct Kinds {
    pub(crate) alnum: u64,
    pub(crate) digit: u64,
    pub(crate) upper: u64,
}

impl Ahead<'_> {
    /// Returns the shape of what begins with a letter.
    #[inline]
    fn letter(self) -> usize {
        let Kinds { alnum, digit, upper } = self.kinds;
        let run = (!alnum).trailing_zeros() as usize;
        let capitals = (upper as usize & CAPITAL) | usize::from(upper >> 1 & 7 == 7) << 1;
        let digits = (digit >> 1) as usize & ((1 << DIGITS_BEHIND_LETTER) - 1);
        let end = if run < LONGEST_RUN { KIND_OF[usize::from(self.bytes[run])] } else { 0 };
        capitals | digits << 2 | run.min(LONGEST_RUN) << RUN_AT | usize::from(end) << (RUN_AT + RUN_BITS)
    }

    /// Returns the shape of what begins with a digit.
    #[inline]
    fn digit(self) -> usize {
        let digits = (self.kinds.digit >> 1) as usize & ((1 << DIGITS_BEHIND_DIGIT) - 1);
        let run = digits.trailing_ones() as usize;
        let end = if run < DIGITS_BEHIND_DIGIT { KIND_OF[usize::from(self.bytes[run + 1])] } else { 0 };
        let (first, before) = (first_digit(self.bytes[0]), usize::from(is_sign(self.before)));
        digits | usize::from(end) << DIGITS_BEHIND_DIGIT | first << FIRST_AT | before << BEFORE_AT
    }
}

#[inline]
fn first_digit(digit: u8) -> usize {
    usize::from(digit.wrapping_sub(b'0').min(3))
}

/// Tells whether a telephone number may begin with the byte.
#[inline]
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'+' | b'(')
}

const RUN_AT: usize = 2 + DIGITS_BEHIND_LETTER;

/// The rules that open by the shape of what begins at a place, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape(u32);

impl Shape {
    /// No rule opens.
    pub(crate) const NONE: Self = Self(0);
}

/// Which rules may match where a word of some shape begins.
pub(crate) struct Shapes {
    letter: Table,
    digit: Table,
    plain: PlainWords,
}

/// Which words without a digit near their start may matter, other than the longest.
struct PlainWords {
    /// Kinds of the bytes behind them, where they are short and begin with a small letter.
    ends: u16,
    /// Whether some do that are longer than [`NEAR_END`].
    long: bool,
    /// Whether some do that begin with a capital.
    capital: bool,
}

/// For each shape, a set of rules.
struct Table {
    set_of: Vec<u16>,
    open: Box<[u64; OPEN]>,
    /// One behind the other, each of `words`.
    sets: Vec<u64>,
    words: usize,
}

/// The shapes of a rule's beginnings.
pub(crate) type ShapesOf = (Vec<u32>, u32);

impl Shapes {
    pub(crate) fn new(letters: Vec<ShapesOf>, digits: Vec<ShapesOf>, words: usize) -> Self {
        let letter = Table::new(letters, words, LETTER_BITS);
        let mut plain = PlainWords { ends: 0, long: false, capital: false };
        for shape in (0..1 << LETTER_BITS).filter(|shape| letter.is_open(*shape)) {
            let (run, end) = (shape >> RUN_AT & ((1 << RUN_BITS) - 1), shape >> (RUN_AT + RUN_BITS));
            let has_digits = shape >> 2 & ((1 << DIGITS_BEHIND_LETTER) - 1) != 0;
            match () {
                () if has_digits || run == LONGEST_RUN => {}
                () if run > NEAR_END => plain.long = true,
                () if shape & CAPITAL != 0 => plain.capital = true,
                () => plain.ends |= 1 << end,
            }
        }
        Self { letter, digit: Table::new(digits, words, DIGIT_BITS), plain }
    }

    /// Returns the bytes that may end a plain word of interest.
    pub(crate) fn ends_of_plain_words(&self) -> ByteSet {
        let mut ends = ByteSet::EMPTY;
        for byte in (0..=u8::MAX).filter(|byte| self.plain.ends >> KIND_OF[usize::from(*byte)] & 1 != 0) {
            ends.insert(byte);
        }
        ends
    }

    /// Leaves of places where words begin those that begin with a letter and whose shape matters. `next` holds the bits of the block
    /// behind, `ends` which bytes are [ends of plain words](Shapes::ends_of_plain_words).
    #[inline(always)]
    pub(crate) fn worth_a_look(&self, begins: u64, now: Kinds, next: Kinds, ends: u64) -> u64 {
        let joined = |now: u64, next: u64| u128::from(now) | u128::from(next) << 64;
        let (alnum, digit, upper) = (joined(now.alnum, next.alnum), joined(now.digit, next.digit), now.upper);
        // Seven digits ahead, nine or fifteen of a word: each by doubling.
        let two = digit >> 1 | digit >> 2;
        let four = two | two >> 2;
        let soon = four | four >> 3;
        let two = alnum & alnum >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        let long = eight & if self.plain.long { eight >> 1 } else { eight >> (LONGEST_RUN - 8) };
        let capital = if self.plain.capital { upper } else { 0 };
        begins & !now.digit & ((soon | long) as u64 | capital | ends_with(begins, now.alnum, ends))
    }

    #[inline]
    pub(crate) fn opens_at_letter(&self, ahead: Ahead<'_>) -> bool {
        self.letter.is_open(ahead.letter())
    }

    #[inline]
    pub(crate) fn opens_at_digit(&self, ahead: Ahead<'_>) -> bool {
        self.digit.is_open(ahead.digit())
    }

    #[inline]
    pub(crate) fn at_letter(&self, ahead: Ahead<'_>) -> Shape {
        Shape(u32::from(self.letter.set_of[ahead.letter()]) << 1)
    }

    #[inline]
    pub(crate) fn at_digit(&self, ahead: Ahead<'_>) -> Shape {
        match self.digit.set_of[ahead.digit()] {
            0 => Shape::NONE,
            set => Shape(u32::from(set) << 1 | 1),
        }
    }

    /// Returns the rules that open at a place.
    #[inline]
    pub(crate) fn rules(&self, shape: Shape) -> &[u64] {
        let table = if shape.0 & 1 == 0 { &self.letter } else { &self.digit };
        &table.sets[(shape.0 >> 1) as usize * table.words..][..table.words]
    }
}

/// Returns where words begin that end before one of `ends`, or beyond the block.
#[inline(always)]
fn ends_with(begins: u64, words: u64, ends: u64) -> u64 {
    // What is added where a word begins is carried on to its end.
    let (carried, is_beyond) = words.overflowing_add(begins);
    let mut rest = carried & !words & ends;
    let begin_before = |place: u32| (1 << 63) >> (begins & !(u64::MAX << place)).leading_zeros();
    let mut found = if is_beyond { (1 << 63) >> begins.leading_zeros() } else { 0 };
    while rest != 0 {
        found |= begin_before(rest.trailing_zeros());
        rest &= rest - 1;
    }
    found
}

impl Table {
    fn new(beginnings: Vec<ShapesOf>, words: usize, bits: usize) -> Self {
        let mut by_shapes: BTreeMap<Vec<u32>, Vec<u64>> = BTreeMap::new();
        for (shapes, rule) in beginnings {
            set(by_shapes.entry(shapes).or_insert_with(|| vec![0; words]), rule);
        }
        // Sets grow rule by rule; a set is only kept once.
        let mut sets = vec![vec![0; words]];
        let mut known: HashMap<Vec<u64>, u32> = HashMap::from([(vec![0; words], 0)]);
        let mut set_of = vec![0_u32; 1 << bits];
        for (shapes, rules) in by_shapes {
            let mut grown: HashMap<u32, u32> = HashMap::new();
            for shape in shapes {
                let slot = &mut set_of[shape as usize];
                *slot = *grown.entry(*slot).or_insert_with(|| {
                    let union: Vec<u64> = sets[*slot as usize].iter().zip(&rules).map(|(a, b)| a | b).collect();
                    *known.entry(union).or_insert_with_key(|union| {
                        sets.push(union.clone());
                        u32::try_from(sets.len() - 1).expect("fewer sets than shapes times beginnings")
                    })
                });
            }
        }
        Self::compact(&set_of, &sets, words)
    }

    /// Drops the sets that only were a step to others.
    fn compact(set_of: &[u32], sets: &[Vec<u64>], words: usize) -> Self {
        let mut new_ids: HashMap<u32, u16> = HashMap::from([(0, 0)]);
        let mut table = Self { set_of: Vec::with_capacity(set_of.len()), open: Box::new([0; OPEN]), sets: sets[0].clone(), words };
        for (shape, old) in set_of.iter().enumerate() {
            let id = *new_ids.entry(*old).or_insert_with(|| {
                table.sets.extend_from_slice(&sets[*old as usize]);
                u16::try_from(table.sets.len() / words - 1).expect("few shapes have sets of their own")
            });
            table.set_of.push(id);
            table.open[shape / 64] |= u64::from(id != 0) << (shape % 64);
        }
        table
    }

    #[inline]
    fn is_open(&self, shape: usize) -> bool {
        self.open[shape / 64 % OPEN] >> (shape % 64) & 1 != 0
    }
}

fn set(words: &mut [u64], rule: u32) {
    words[rule as usize / 64] |= 1 << (rule % 64);
}

const fn is_part(kind: u8) -> bool {
    kind <= LOWER
}

/// Where an automaton goes by bytes of each kind. Its states are numbered as they are met.
struct ByKind<'w> {
    walk: &'w mut Walk,
    numbers: HashMap<State, u32>,
    states: Vec<State>,
    next: Vec<Option<Vec<(u8, u32)>>>,
}

impl<'w> ByKind<'w> {
    fn new(walk: &'w mut Walk) -> Self {
        Self { walk, numbers: HashMap::new(), states: Vec::new(), next: Vec::new() }
    }

    fn number(&mut self, state: State) -> u32 {
        *self.numbers.entry(state).or_insert_with(|| {
            self.states.push(state);
            self.next.push(None);
            u32::try_from(self.states.len() - 1).expect("few states")
        })
    }

    /// Makes sure that it is known where a state leads to.
    fn look_up(&mut self, number: u32) {
        if self.next[number as usize].is_some() {
            return;
        }
        let state = self.states[number as usize];
        let mut next: Vec<(u8, State)> = if state == State::Behind {
            (0..1 << KIND_BITS).map(|kind| (kind, State::Behind)).collect()
        } else {
            let of_class = |(set, next): (ByteSet, State)| set.bytes().map(move |byte| (KIND_OF[usize::from(byte)], next));
            self.walk.follow(state).into_iter().flat_map(of_class).collect()
        };
        if self.walk.ends(state) {
            // Behind the end of the text stand zeros.
            next.push((KIND_OF[0], State::Behind));
        }
        let next = sorted(next).into_iter().map(|(kind, next)| (kind, self.number(next))).collect();
        self.next[number as usize] = Some(next);
    }

    /// Returns what `grow` makes of everything that goes on from the states, kind by kind.
    fn collect(&mut self, from: Vec<(u32, State)>, places: Range<usize>, grow: impl Fn(u32, usize, u8) -> Option<u32>) -> Vec<u32> {
        // A shape and a state in one number: many are sorted.
        let join = |shape: u32, number: u32| u64::from(shape) << 32 | u64::from(number);
        let from = from.into_iter().map(|(shape, state)| join(shape, self.number(state)));
        let mut states = sorted(from.collect());
        for at in places {
            let mut longer = Vec::new();
            for state in states {
                let (shape, number) = ((state >> 32) as u32, state as u32);
                self.look_up(number);
                let next = self.next[number as usize].iter().flatten();
                for (kind, next) in next {
                    let grown = grow(shape, at, *kind).map(|shape| join(shape, *next));
                    if grown.is_some() && longer.last().copied() != grown {
                        longer.extend(grown);
                    }
                }
            }
            states = sorted(longer);
            if states.len() > MOST_STATES {
                // Too many to be told apart: anything may follow.
                let behind = self.number(State::Behind);
                states = sorted(states.into_iter().map(|state| join((state >> 32) as u32, behind)).collect());
            }
        }
        let mut shapes: Vec<u32> = states.into_iter().map(|state| (state >> 32) as u32).collect();
        shapes.dedup();
        shapes
    }
}

/// Bits of a word that is being collected: as in a shape, but for the capitals, which are counted, and with one that says that it ended.
const COUNT_AT: usize = RUN_AT + RUN_BITS + KIND_BITS;
const ENDED_AT: usize = COUNT_AT + 2;

/// Returns the shapes of everything that goes on from there with a letter.
pub(crate) fn letter_shapes(walk: &mut Walk, entries: &[Entry]) -> Vec<u32> {
    let grow = |word: u32, at: usize, kind: u8| {
        let mut word = word;
        match at {
            0 if !matches!(kind, UPPER | LOWER) => return None,
            0 => word |= u32::from(kind == UPPER),
            1..4 if kind == UPPER => word += 1 << COUNT_AT,
            _ => {}
        }
        if kind == DIGIT && (1..=DIGITS_BEHIND_LETTER).contains(&at) {
            word |= 1 << (2 + at - 1);
        }
        if word >> ENDED_AT == 0 {
            word += if is_part(kind) { 1 << RUN_AT } else { 1 << ENDED_AT | u32::from(kind) << (RUN_AT + RUN_BITS) };
        }
        Some(word)
    };
    let shape = |word: u32| word & ((1 << COUNT_AT) - 1) | u32::from(word >> COUNT_AT & 3 == 3) << 1;
    let from = entries.iter().flat_map(|entry| &entry.states).map(|state| (0, *state)).collect();
    sorted(ByKind::new(walk).collect(from, 0..LONGEST_RUN, grow).into_iter().map(shape).collect())
}

/// Returns the shapes of everything that goes on from there with a digit.
pub(crate) fn digit_shapes(walk: &mut Walk, entries: &[Entry]) -> Vec<u32> {
    /// Says, of a number that is being collected, that its first digits ended.
    const ENDED: u32 = 1 << DIGIT_BITS;
    let mut from = Vec::new();
    for entry in entries {
        let signs = [false, true].into_iter().filter(|sign| entry.before.bytes().any(|byte| is_sign(byte) == *sign));
        let signs: Vec<u32> = signs.map(u32::from).collect();
        for state in &entry.states {
            for (set, next) in walk.follow(*state) {
                for digit in set.intersection(ByteSet::digits()).bytes() {
                    let first = (first_digit(digit) as u32) << FIRST_AT;
                    from.extend(signs.iter().map(|sign| (first | sign << BEFORE_AT, next)));
                }
            }
        }
    }
    let grow = |number: u32, at: usize, kind: u8| {
        let number = number | u32::from(kind == DIGIT) << (at - 1);
        let ends = kind != DIGIT && number & ENDED == 0;
        Some(if ends { number | ENDED | u32::from(kind) << DIGITS_BEHIND_DIGIT } else { number })
    };
    let numbers = ByKind::new(walk).collect(from, 1..DIGITS_BEHIND_DIGIT + 1, grow);
    sorted(numbers.into_iter().map(|number| number & !ENDED).collect())
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
}
