//! One rule's pattern, made ready to be tried at a place of a text.

use std::ops::Range;

use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind, Look};

use super::anchored::{self, Anchored};
use super::byte_set::ByteSet;
use super::gate::{self, Anchor, Gate, REACH};
use super::sequence;

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
    longest: usize,
}

impl Pattern {
    /// Reads a pattern.
    pub(crate) fn new(source: &str) -> Result<Self, PatternError> {
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
        let nfa = sequence::nfa(&hir, false).ok_or(PatternError::TooLarge)?;
        Ok(Self {
            anchored: Anchored::new(source),
            gate: Gate::derive(&hir, &nfa),
            value: Value::of(&hir),
            longest: properties.maximum_len().unwrap_or(LONGEST_MATCH),
        })
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Returns how far before its gate a match may start.
    pub(crate) fn reach(&self) -> usize {
        match self.gate.anchor {
            Anchor::Inner { most, .. } => most.min(REACH),
            Anchor::Start => 0,
        }
    }

    pub(crate) fn longest(&self) -> usize {
        self.longest
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
        let starts = sequence::end_bytes(&parts[at], false)?;
        let ends = sequence::end_bytes(&parts[at], true)?;
        (before.intersection(starts).is_empty() && after.intersection(ends).is_empty()).then_some(Self::Trimmed { before, after })
    }
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
