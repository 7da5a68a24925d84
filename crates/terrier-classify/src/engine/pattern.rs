//! One rule's pattern, made ready to be tried at a place of a text.

use std::ops::Range;

use regex_automata::nfa::thompson::NFA;
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind, Look};

use super::anchored::{self, Anchored};
use super::byte_set::ByteSet;
use super::gate::{self, Anchor, Gate};

/// The longest match that a pattern may have. Windows carry 4 KiB of their neighbours; a match and its context must fit in.
pub(crate) const LONGEST_MATCH: usize = 4096;

/// The group whose span counts.
const VALUE: &str = "value";

/// Why a pattern cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternError {
    /// It does not parse.
    Syntax,
    /// It matches the empty text.
    Empty,
    /// It has no upper bound on its length, or one beyond [`LONGEST_MATCH`].
    TooLong,
    /// It asks for the start or end of the whole text (`\A`, `\z`), which depends on how a stream is cut.
    TextEnds,
    /// It asks for Unicode word boundaries.
    UnicodeWords,
    /// It grows too large.
    TooLarge,
}

/// A pattern that can be run.
pub(crate) struct Pattern {
    anchored: Anchored,
    gate: Gate,
    value: Value,
    /// What may stand before the value in a match, where that is one byte at most.
    before_value: Option<ByteSet>,
    longest: usize,
}

impl Pattern {
    /// Reads a pattern. Its automaton comes with it: it is only needed to find out how matches begin.
    pub(crate) fn new(source: &str) -> Result<(Self, NFA), PatternError> {
        let hir = syntax::parse_with(source, &anchored::syntax()).map_err(|_| PatternError::Syntax)?;
        let properties = hir.properties();
        if properties.minimum_len().unwrap_or(0) == 0 {
            return Err(PatternError::Empty);
        }
        if properties.maximum_len().is_none_or(|most| most > LONGEST_MATCH) {
            return Err(PatternError::TooLong);
        }
        let looks = properties.look_set();
        if looks.contains(Look::Start) || looks.contains(Look::End) {
            return Err(PatternError::TextEnds);
        }
        if looks.contains_word_unicode() {
            return Err(PatternError::UnicodeWords);
        }
        let nfa = gate::nfa(&hir).ok_or(PatternError::TooLarge)?;
        let pattern = Self {
            anchored: Anchored::new(source),
            gate: Gate::derive(&hir, &nfa),
            value: Value::of(&hir),
            before_value: before_value(&hir),
            longest: properties.maximum_len().unwrap_or(LONGEST_MATCH),
        };
        Ok((pattern, nfa))
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Estimates at which share of the places of mixed text the gate opens.
    pub(crate) fn gate_frequency(&self) -> f64 {
        match self.gate.anchor {
            Anchor::Inner { .. } => self.gate.frequency(),
            Anchor::Start => Self::new(self.anchored.source()).map_or(1.0, |(_, nfa)| Gate::at_start(&nfa).frequency()),
        }
    }

    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Tells whether the value of a match that starts `lead` bytes before a place, with one of `first`, starts at that place or one byte
    /// before.
    pub(crate) fn value_starts_near(&self, lead: usize, first: ByteSet) -> bool {
        let Some(before) = self.before_value else { return false };
        match lead {
            0 => before.intersection(first).is_empty(),
            1 => true,
            2 => before.union(first) == before,
            _ => false,
        }
    }

    /// Returns the end of the match that starts at `start`, as `regex` would find it there.
    #[inline]
    pub(crate) fn end_of_match(&self, text: &[u8], start: usize) -> Option<usize> {
        self.anchored.end_of_match(text, start)
    }

    /// Tells whether a match may start with a byte behind another one; `None` stands for the start of the text.
    #[cfg(feature = "hyperscan")]
    pub(super) fn can_begin(&self, before: Option<u8>, first: u8) -> bool {
        self.anchored.can_begin(before, first)
    }

    /// Returns the span that counts of a match.
    pub(crate) fn value_span(&self, text: &[u8], found: Range<usize>) -> Range<usize> {
        match &self.value {
            Value::Whole => return found,
            Value::Trimmed { before, after } => {
                let start = found.start + usize::from(before.contains(text[found.start]));
                return start..found.end - usize::from(after.contains(text[found.end - 1]));
            }
            Value::Group => {}
        }
        self.anchored.group(text, found.clone(), VALUE).unwrap_or(found)
    }
}

/// Where the value stands in a match.
enum Value {
    /// It is the match.
    Whole,
    /// It is the match but for at most one byte at each end, which a value cannot have there.
    Trimmed { before: ByteSet, after: ByteSet },
    /// It is a group, to be found by running the pattern again.
    Group,
}

impl Value {
    fn of(hir: &Hir) -> Self {
        if !has_group(hir, VALUE) {
            return Self::Whole;
        }
        Self::trimmed(hir).unwrap_or(Self::Group)
    }

    fn trimmed(hir: &Hir) -> Option<Self> {
        let parts = match hir.kind() {
            HirKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(hir),
        };
        let at =
            parts.iter().position(|part| matches!(part.kind(), HirKind::Capture(capture) if capture.name.as_deref() == Some(VALUE)))?;
        let before = one_byte_at_most(&parts[..at])?;
        let after = one_byte_at_most(&parts[at + 1..])?;
        let starts = gate::end_bytes(&parts[at], false)?;
        let ends = gate::end_bytes(&parts[at], true)?;
        (before.intersection(starts).is_empty() && after.intersection(ends).is_empty()).then_some(Self::Trimmed { before, after })
    }
}

/// Returns what may stand before the value in a match, where that is at most one byte with which no value starts.
fn before_value(hir: &Hir) -> Option<ByteSet> {
    if !has_group(hir, VALUE) {
        return Some(ByteSet::EMPTY);
    }
    let HirKind::Concat(parts) = hir.kind() else { return matches!(hir.kind(), HirKind::Capture(_)).then_some(ByteSet::EMPTY) };
    let at = parts.iter().position(|part| matches!(part.kind(), HirKind::Capture(capture) if capture.name.as_deref() == Some(VALUE)))?;
    let before = one_byte_at_most(&parts[..at])?;
    before.intersection(gate::end_bytes(&parts[at], false)?).is_empty().then_some(before)
}

/// Returns the bytes that the parts can match, where they match one byte or none.
fn one_byte_at_most(parts: &[Hir]) -> Option<ByteSet> {
    let most: usize = parts.iter().map(|part| part.properties().maximum_len()).sum::<Option<usize>>()?;
    (most <= 1).then(|| parts.iter().map(gate::bytes_of).fold(ByteSet::EMPTY, ByteSet::union))
}

fn has_group(hir: &Hir, name: &str) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => capture.name.as_deref() == Some(name) || has_group(&capture.sub, name),
        HirKind::Repetition(repetition) => has_group(&repetition.sub, name),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|part| has_group(part, name)),
        _ => false,
    }
}
