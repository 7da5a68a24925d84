//! Automata over digits, for many short patterns at once: one walk over a number tells all of those that it begins with.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use regex_syntax::hir::{Class, Hir, HirKind};

/// How often a part without a bound is taken to repeat: more digits than a number has.
const UNBOUNDED: u32 = 24;

/// The state from which nothing more can match.
const DEAD: u32 = 0;

/// A state: the patterns that end in it, as bits, and the next state for each digit. It is never its own successor, so that a walk
/// ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct State<I> {
    ended: u32,
    next: [I; 10],
}

/// Patterns of digits, each of which has a bit.
#[derive(Debug)]
pub(super) struct DigitAutomaton {
    states: Box<[State<u16>]>,
    start: u16,
}

impl DigitAutomaton {
    /// Builds the automaton of patterns and their bits, written with white space that does not count; `None` where one of them asks
    /// for more than digits in their order, or where there are too many states.
    pub(super) fn new<'p>(patterns: impl IntoIterator<Item = (&'p str, u32)>) -> Option<Self> {
        let mut builder = Builder::new();
        let mut start = DEAD;
        for (pattern, bits) in patterns {
            let end = builder.intern(State { ended: bits, ..State::default() });
            let first = builder.before(&parse(pattern)?, end)?;
            start = builder.either(start, first);
        }
        builder.finish(start)
    }

    /// Returns the number of states.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// Returns the bits of the patterns that match at the start of the number, given as values from 0 to 9.
    #[inline]
    pub(super) fn patterns_at_start(&self, digits: &[u8]) -> u32 {
        let mut state = &self.states[usize::from(self.start)];
        let mut ended = state.ended;
        for digit in digits {
            let next = state.next[usize::from(*digit)];
            if u32::from(next) == DEAD {
                break;
            }
            state = &self.states[usize::from(next)];
            ended |= state.ended;
        }
        ended
    }
}

/// Parses a pattern of the numbering plans.
pub(super) fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).ignore_whitespace(true).build().parse(pattern).ok()
}

/// Returns the digits of a class, as bits.
pub(super) fn digits_of_class(class: &Class) -> u16 {
    let has = |byte: u8| match class {
        Class::Bytes(class) => class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte)),
        Class::Unicode(class) => class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&char::from(byte))),
    };
    (0..10).filter(|digit| has(b'0' + digit)).fold(0, |digits, digit| digits | 1 << digit)
}

/// States, by something that is made of small numbers.
type Quickly<K> = HashMap<K, u32, BuildHasherDefault<NumberHasher>>;

/// Hashes the numbers of states: nobody chooses them to collide.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.write_u64(word);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// Makes states from the ends of patterns towards their starts, each of them once.
struct Builder {
    states: Vec<State<u32>>,
    known: Quickly<State<u32>>,
    merged: Quickly<(u32, u32)>,
}

impl Builder {
    fn new() -> Self {
        let dead = State::default();
        Self { states: vec![dead], known: [(dead, DEAD)].into_iter().collect(), merged: Quickly::default() }
    }

    fn intern(&mut self, state: State<u32>) -> u32 {
        *self.known.entry(state).or_insert_with(|| {
            self.states.push(state);
            u32::try_from(self.states.len() - 1).expect("numbers are short and their patterns few")
        })
    }

    fn step(&mut self, digits: u16, then: u32) -> u32 {
        let mut state = State::default();
        for digit in (0..10).filter(|digit| digits >> digit & 1 != 0) {
            state.next[digit] = then;
        }
        self.intern(state)
    }

    /// Returns the state that matches a part and goes on from `then`.
    fn before(&mut self, part: &Hir, then: u32) -> Option<u32> {
        Some(match part.kind() {
            HirKind::Empty => then,
            HirKind::Literal(literal) => literal.0.iter().rev().fold(then, |then, byte| match byte {
                b'0'..=b'9' => self.step(1 << (byte - b'0'), then),
                _ => DEAD,
            }),
            HirKind::Class(class) => self.step(digits_of_class(class), then),
            HirKind::Look(_) => return None,
            HirKind::Repetition(repetition) => {
                let mut first = then;
                for _ in repetition.min..repetition.max.unwrap_or(repetition.min + UNBOUNDED) {
                    let once_more = self.before(&repetition.sub, first)?;
                    first = self.either(once_more, then);
                }
                for _ in 0..repetition.min {
                    first = self.before(&repetition.sub, first)?;
                }
                first
            }
            HirKind::Capture(capture) => self.before(&capture.sub, then)?,
            HirKind::Concat(parts) => {
                let mut first = then;
                for part in parts.iter().rev() {
                    first = self.before(part, first)?;
                }
                first
            }
            HirKind::Alternation(parts) => {
                let mut first = DEAD;
                for part in parts {
                    let other = self.before(part, then)?;
                    first = self.either(first, other);
                }
                first
            }
        })
    }

    /// Returns the state that does what both do.
    fn either(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == DEAD {
            return a;
        }
        if a == DEAD {
            return b;
        }
        let pair = (a.min(b), a.max(b));
        if let Some(merged) = self.merged.get(&pair) {
            return *merged;
        }
        let (left, right) = (self.states[a as usize], self.states[b as usize]);
        let mut state = State { ended: left.ended | right.ended, ..State::default() };
        for digit in 0..10 {
            state.next[digit] = self.either(left.next[digit], right.next[digit]);
        }
        let merged = self.intern(state);
        self.merged.insert(pair, merged);
        merged
    }

    /// Leaves out the states that were only needed on the way.
    fn finish(self, start: u32) -> Option<DigitAutomaton> {
        let mut places = vec![None; self.states.len()];
        let mut kept = Vec::new();
        for state in [DEAD, start] {
            if places[state as usize].is_none() {
                places[state as usize] = Some(u16::try_from(kept.len()).ok()?);
                kept.push(state);
            }
        }
        let mut done = 0;
        while let Some(state) = kept.get(done) {
            for next in self.states[*state as usize].next {
                if places[next as usize].is_none() {
                    places[next as usize] = Some(u16::try_from(kept.len()).ok()?);
                    kept.push(next);
                }
            }
            done += 1;
        }
        let place = |state: u32| places[state as usize].expect("states that are kept lead to states that are kept");
        let states = kept.iter().map(|state| self.states[*state as usize]);
        let states = states.map(|state| State { ended: state.ended, next: state.next.map(place) }).collect();
        Some(DigitAutomaton { states, start: place(start) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::RegexSet;

    use super::*;

    fn values(number: &str) -> Vec<u8> {
        number.bytes().map(|digit| digit - b'0').collect()
    }

    #[test]
    fn only_patterns_of_digits_are_taken() {
        assert!(DigitAutomaton::new([(r"\d{4}$", 1)]).is_none());
        assert!(DigitAutomaton::new([("(", 1)]).is_none());
        let none = DigitAutomaton::new([]).unwrap();
        assert_eq!(none.patterns_at_start(&[1, 2]), 0);
        let empty = DigitAutomaton::new([("", 4), ("1 2", 2)]).unwrap();
        assert_eq!((empty.patterns_at_start(&[]), empty.patterns_at_start(&[1, 2, 3])), (4, 6));
    }

    proptest! {
        #[test]
        fn a_walk_tells_what_a_general_engine_tells(number in "[0-4]{0,9}") {
            const PATTERNS: [&str; 6] =
                [r"[1-3]\d{3}", r"(?:1[02]|2(?:0[1-3]|33?)|4)\d{2,4}", r"0?1(?:2|24)?3", r"4*1", r"(?:0|1(?:2|3)?){2,3}4", r"12|34[0-2]"];
            let automaton = DigitAutomaton::new(PATTERNS.iter().enumerate().map(|(bit, pattern)| (*pattern, 1 << bit))).unwrap();
            let general = RegexSet::new(PATTERNS.map(|pattern| format!("^(?:{pattern})"))).unwrap();
            let expected = general.matches(&number).into_iter().fold(0, |bits, bit| bits | 1 << bit);
            prop_assert_eq!(automaton.patterns_at_start(&values(&number)), expected);
        }
    }
}
