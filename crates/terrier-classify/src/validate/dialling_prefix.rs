//! What is dialled before a number: the prefixes of long-distance and international calls, and the codes of carriers.

use std::num::NonZeroU8;

use regex_syntax::hir::{Hir, HirKind, Look};

use super::digit_automaton::{digits_of_class, parse};

/// How often a part without a bound is taken to repeat: more digits than a number has.
const UNBOUNDED: u32 = 24;

/// A pattern with groups, matched at the start of a number as `regex` does it: of all ways to match, the one that the pattern names
/// first.
#[derive(Debug)]
pub(super) struct DiallingPrefix {
    steps: Vec<Step>,
    /// The digits that a match may begin with, as bits; all where it may be empty.
    first: u16,
    groups: usize,
}

/// Where a match ended, and the groups in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dialled {
    pub(super) end: usize,
    /// Starts and ends by turns, of the groups 1 to [`Self::MOST_GROUPS`], and one more.
    places: [Option<NonZeroU8>; 2 * Self::MOST_GROUPS],
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Digit(u16),
    /// Goes on at either place, the first one preferred.
    Fork(usize, usize),
    GoOn(usize),
    Mark(usize),
    EndOfNumber,
    Matched,
}

impl Dialled {
    const MOST_GROUPS: usize = 4;

    /// Returns the digits of a group that took part in the match.
    pub(super) fn group<'d>(&self, digits: &'d [u8], index: usize) -> Option<&'d [u8]> {
        let place = 2 * index.checked_sub(1)?;
        let at = |place: usize| self.places.get(place).copied().flatten().map(|behind| usize::from(behind.get()) - 1);
        Some(&digits[at(place)?..at(place + 1)?])
    }
}

impl DiallingPrefix {
    /// Compiles a pattern written with white space that does not count; `None` where it asks for more than digits in their order.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = parse(pattern)?;
        let groups = hir.properties().explicit_captures_len();
        let mut steps = Vec::new();
        compile(&hir, &mut steps)?;
        steps.push(Step::Matched);
        (groups <= Dialled::MOST_GROUPS).then(|| Self { first: first_digits(&steps, 0), steps, groups })
    }

    /// Returns how many groups the pattern has.
    pub(super) fn groups(&self) -> usize {
        self.groups
    }

    /// Returns the match at the start of the number, given as values from 0 to 9.
    #[inline]
    pub(super) fn at_start(&self, digits: &[u8]) -> Option<Dialled> {
        if self.first != ANY && digits.first().is_none_or(|digit| self.first >> digit & 1 == 0) {
            return None;
        }
        let mut dialled = Dialled::default();
        self.matches(digits, 0, 0, &mut dialled).then_some(dialled)
    }

    fn matches(&self, digits: &[u8], mut at: usize, mut step: usize, dialled: &mut Dialled) -> bool {
        loop {
            match self.steps[step] {
                Step::Digit(class) => {
                    if digits.get(at).is_none_or(|digit| class >> digit & 1 == 0) {
                        return false;
                    }
                    at += 1;
                    step += 1;
                }
                Step::Fork(preferred, other) => {
                    let before = *dialled;
                    if self.matches(digits, at, preferred, dialled) {
                        return true;
                    }
                    *dialled = before;
                    step = other;
                }
                Step::GoOn(next) => step = next,
                Step::Mark(place) => {
                    dialled.places[place] = u8::try_from(at + 1).ok().and_then(NonZeroU8::new);
                    step += 1;
                }
                Step::EndOfNumber if at == digits.len() => step += 1,
                Step::EndOfNumber => return false,
                Step::Matched => {
                    dialled.end = at;
                    return true;
                }
            }
        }
    }
}

/// Stands for all digits and for the end of the number.
const ANY: u16 = u16::MAX;

fn first_digits(steps: &[Step], step: usize) -> u16 {
    match steps[step] {
        Step::Digit(class) => class,
        Step::Fork(preferred, other) => first_digits(steps, preferred) | first_digits(steps, other),
        Step::GoOn(next) => first_digits(steps, next),
        Step::Mark(_) => first_digits(steps, step + 1),
        Step::EndOfNumber | Step::Matched => ANY,
    }
}

fn compile(part: &Hir, steps: &mut Vec<Step>) -> Option<()> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                steps.push(Step::Digit(if byte.is_ascii_digit() { 1 << (byte - b'0') } else { 0 }));
            }
        }
        HirKind::Class(class) => steps.push(Step::Digit(digits_of_class(class))),
        HirKind::Look(Look::End) => steps.push(Step::EndOfNumber),
        HirKind::Look(_) => return None,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                compile(&repetition.sub, steps)?;
            }
            let mut forks = Vec::new();
            for _ in repetition.min..repetition.max.unwrap_or(repetition.min + UNBOUNDED) {
                forks.push(steps.len());
                steps.push(Step::Matched);
                compile(&repetition.sub, steps)?;
            }
            let end = steps.len();
            for fork in forks {
                steps[fork] = if repetition.greedy { Step::Fork(fork + 1, end) } else { Step::Fork(end, fork + 1) };
            }
        }
        HirKind::Capture(capture) => {
            let place = 2 * (capture.index as usize).checked_sub(1)?;
            if place + 1 >= 2 * Dialled::MOST_GROUPS {
                return None;
            }
            steps.push(Step::Mark(place));
            compile(&capture.sub, steps)?;
            steps.push(Step::Mark(place + 1));
        }
        HirKind::Concat(parts) => {
            for part in parts {
                compile(part, steps)?;
            }
        }
        HirKind::Alternation(parts) => {
            let (last, others) = parts.split_last()?;
            let mut ends = Vec::new();
            for part in others {
                let fork = steps.len();
                steps.push(Step::Matched);
                compile(part, steps)?;
                ends.push(steps.len());
                steps.push(Step::Matched);
                steps[fork] = Step::Fork(fork + 1, steps.len());
            }
            compile(last, steps)?;
            let end = steps.len();
            for place in ends {
                steps[place] = Step::GoOn(end);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    proptest! {
        #[test]
        fn groups_are_those_of_a_general_engine(number in "[0-3]{0,9}") {
            const PATTERNS: [&str; 7] = [
                r"0?(?:(11|2(?:2(?:02?|[13])|3))12)?",
                r"(?:0|30)(?:(1[23]|2[1-3]|33)(\d{3,4}))?",
                r"([1-3]\d{4})$|1",
                r"0|1300",
                r"(000[23]\d{2,3})$|(?:(?:0031)0?)|0",
                r"(1(?:[12]\d|3)\d??)",
                r"0*(1)*2",
            ];
            for pattern in PATTERNS {
                let prefix = DiallingPrefix::new(pattern).unwrap();
                let digits: Vec<u8> = number.bytes().map(|digit| digit - b'0').collect();
                let general = Regex::new(&format!("^(?:{pattern})")).unwrap();
                let expected = general.captures(&number);
                let found = prefix.at_start(&digits);
                prop_assert_eq!(found.map(|found| found.end), expected.as_ref().map(|found| found[0].len()));
                prop_assert_eq!(prefix.groups(), general.captures_len() - 1);
                if let (Some(found), Some(expected)) = (found, expected) {
                    for index in 1..general.captures_len() {
                        let group = expected.get(index).map(|group| group.range());
                        prop_assert_eq!(found.group(&digits, index), group.map(|range| &digits[range]), "{}", pattern);
                    }
                }
            }
        }
    }

    #[test]
    fn only_patterns_of_digits_are_taken() {
        assert!(DiallingPrefix::new(r"\b1").is_none());
        assert!(DiallingPrefix::new("(").is_none());
        assert!(DiallingPrefix::new("(1)(2)(3)(4)(5)").is_none());
    }
}
