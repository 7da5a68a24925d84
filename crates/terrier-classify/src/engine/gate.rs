//! Derives from a pattern a cheap necessary condition, the *gate*: sets of bytes for the places around a point of the text. Where
//! no gate of a rule opens, the rule cannot match.
//!
//! Nothing here is typed by hand. The gate at the start of a match says how it can [begin](super::sequence). Where that says too little
//! (an e-mail address may start with any letter), the gate sits at a literal inside the pattern (`@`) that what precedes it cannot
//! contain.

use regex_automata::nfa::thompson::NFA;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::byte_set::ByteSet;
use super::frequency::frequency;
use super::sequence::{Position, Sequence, beginnings, beginnings_at_word, nfa};

/// How far before its gate a match may start.
pub(crate) const REACH: usize = 512;
/// A gate at the start that opens less often than this needs no better one.
const RARE: f32 = 0.001;

/// Where the point of a gate lies in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// At its start, or behind the [lead](Sequence::lead) of the sequence that applies.
    Start,
    /// Inside: between `least` and `most` bytes after the start, and all of them are in `prefix`, which the byte at the point is not.
    Inner { prefix: ByteSet, least: usize, most: usize },
}

/// A necessary condition for a match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gate {
    pub(crate) anchor: Anchor,
    /// At least one of them applies at the point.
    pub(crate) sequences: Vec<Sequence>,
}

impl Gate {
    /// Derives the gate that opens least often, of those that the pattern has; `nfa` is [built](nfa) from it.
    pub(crate) fn derive(hir: &Hir, nfa: &NFA) -> Self {
        let at_start = Self { anchor: Anchor::Start, sequences: beginnings_at_word(nfa) };
        if at_start.frequency() <= RARE {
            return at_start;
        }
        let inner = inner_gates(hir).into_iter().min_by(|a, b| a.frequency().total_cmp(&b.frequency()));
        // Behind an inner gate the start must still be looked for, so it has to be much rarer.
        inner.filter(|inner| inner.frequency() * 4.0 < at_start.frequency()).unwrap_or(at_start)
    }

    /// Estimates at which share of the places of mixed text the gate opens.
    pub(crate) fn frequency(&self) -> f32 {
        self.sequences.iter().map(frequency).sum::<f32>().min(1.0)
    }
}

/// Returns the gates at literals that what precedes them cannot contain.
fn inner_gates(hir: &Hir) -> Vec<Gate> {
    let mut elements = Vec::new();
    flatten(hir, &mut elements);
    let mut prefix = ByteSet::EMPTY;
    let (mut least, mut most) = (0_usize, Some(0_usize));
    let mut gates = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let Some(reach) = most.filter(|most| *most <= REACH) else { break };
        if let Some(first) = literal_start(element).filter(|first| reach > 0 && first.intersection(prefix).is_empty()) {
            let rest = Hir::concat(elements[index..].iter().map(|hir| (*hir).clone()).collect());
            gates.extend(inner_gate(&rest, first, Anchor::Inner { prefix, least, most: reach }));
        }
        prefix = prefix.union(bytes_of(element));
        least += element.properties().minimum_len().unwrap_or(0);
        most = most.zip(element.properties().maximum_len()).map(|(a, b)| a + b);
    }
    gates
}

fn inner_gate(rest: &Hir, first: ByteSet, anchor: Anchor) -> Option<Gate> {
    let Anchor::Inner { prefix, least, .. } = anchor else { return None };
    let mut sequences = beginnings(&nfa(rest, false)?);
    for sequence in &mut sequences {
        sequence.at[0].bytes = sequence.at[0].bytes.intersection(first);
        sequence.before = if least > 0 { Position::of(sequence.before.bytes.intersection(prefix)) } else { Position::ANYTHING };
    }
    sequences.retain(|sequence| !sequence.at[0].bytes.is_empty() && (least == 0 || !sequence.before.bytes.is_empty()));
    Some(Gate { anchor, sequences })
}

fn flatten<'h>(hir: &'h Hir, elements: &mut Vec<&'h Hir>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| flatten(part, elements)),
        HirKind::Capture(capture) => flatten(&capture.sub, elements),
        _ => elements.push(hir),
    }
}

/// Returns the first byte of an element that is a literal or nearly one.
fn literal_start(element: &Hir) -> Option<ByteSet> {
    match element.kind() {
        HirKind::Literal(literal) => {
            let mut set = ByteSet::EMPTY;
            set.insert(*literal.0.first()?);
            Some(set)
        }
        HirKind::Class(_) => Some(bytes_of(element)).filter(|set| set.len() <= 4),
        _ => None,
    }
}

/// Returns every byte that a match of the element can contain.
pub(crate) fn bytes_of(hir: &Hir) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| set.insert(*byte)),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().for_each(|range| set.insert_range(range.start(), range.end())),
        HirKind::Class(Class::Unicode(_)) => set = ByteSet::FULL,
        HirKind::Repetition(repetition) => set = bytes_of(&repetition.sub),
        HirKind::Capture(capture) => set = bytes_of(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            set = parts.iter().map(bytes_of).fold(set, ByteSet::union);
        }
    }
    set
}
