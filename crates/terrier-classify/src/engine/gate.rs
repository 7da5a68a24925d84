//! Derives from a pattern a cheap necessary condition, the *gate*: sets of bytes for the places around a point of the text. Where
//! no gate of a rule opens, the rule cannot match.
//!
//! Nothing here is typed by hand. The gate at the start of a match comes from walking the pattern's NFA some steps deep and
//! noting which bytes each step can take. Where that says too little (an e-mail address may start with any letter), the gate sits
//! at a literal inside the pattern (`@`) that what precedes it cannot contain.

use std::collections::{BTreeMap, BTreeSet};

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::byte_set::{ByteSet, FOLLOWS, KINDS, OCCURS};

/// How many places a gate looks at, from its point on.
pub(crate) const DEPTH: usize = 12;
/// How far before its gate a match may start.
pub(crate) const REACH: usize = 512;
/// A gate at the start that opens less often than this needs no better one.
const RARE: f64 = 0.01;
/// Alternatives with more beginnings than this share one sequence.
const MOST_SEQUENCES: usize = 64;

/// What may stand at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) bytes: ByteSet,
    /// Whether the text may end here.
    pub(crate) end: bool,
}

impl Position {
    const NOTHING: Self = Self { bytes: ByteSet::EMPTY, end: false };
    const ANYTHING: Self = Self { bytes: ByteSet::FULL, end: true };

    pub(crate) fn union(self, other: Self) -> Self {
        Self { bytes: self.bytes.union(other.bytes), end: self.end || other.end }
    }

    pub(crate) fn allows(&self, byte: Option<u8>) -> bool {
        byte.map_or(self.end, |byte| self.bytes.contains(byte))
    }
}

/// One way in which a pattern can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence {
    /// From the point of the gate on.
    pub(crate) at: [Position; DEPTH],
    /// The byte before the point; `end` stands for the start of the text.
    pub(crate) before: Position,
}

impl Sequence {
    /// Estimates at which share of the places of mixed text the sequence applies.
    fn frequency(&self) -> f64 {
        let first = self.at[0].bytes.shares();
        let before = self.before.bytes.shares();
        let mut odds: [f64; KINDS] = std::array::from_fn(|kind| {
            let fits_before: f64 = (0..KINDS).map(|previous| OCCURS[previous] * before[previous] * FOLLOWS[previous][kind]).sum();
            fits_before * first[kind]
        });
        for position in &self.at[1..] {
            let shares = position.bytes.shares();
            odds =
                std::array::from_fn(|kind| (0..KINDS).map(|previous| odds[previous] * FOLLOWS[previous][kind]).sum::<f64>() * shares[kind]);
        }
        odds.iter().sum()
    }

    /// Tells whether it applies at a point of the text.
    pub(crate) fn applies(&self, text: &[u8], point: usize) -> bool {
        let before = point.checked_sub(1).and_then(|at| text.get(at)).copied();
        self.before.allows(before) && self.at.iter().zip(point..).all(|(position, at)| position.allows(text.get(at).copied()))
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self { at: std::array::from_fn(|k| self.at[k].union(other.at[k])), before: self.before.union(other.before) }
    }
}

/// Where the point of a gate lies in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// At its start.
    Start,
    /// Inside: between `least` and `most` bytes after the start, and all of them are in `prefix`, which the byte at the point is not.
    Inner { prefix: ByteSet, least: usize, most: usize },
}

/// A necessary condition for a match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gate {
    pub(crate) anchor: Anchor,
    /// At least one of them applies at the point. Of a gate at the start they are only [derived](Gate::at_start) where they are asked for.
    pub(crate) sequences: Vec<Sequence>,
}

impl Gate {
    /// Derives the gate that opens least often, of those that the pattern has; `nfa` is built from it.
    pub(crate) fn derive(hir: &Hir, nfa: &NFA) -> Self {
        let at_start = Self { anchor: Anchor::Start, sequences: Vec::new() };
        let inner = inner_gates(hir).into_iter().map(|gate| (gate.frequency(), gate)).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((inner_frequency, inner)) = inner else { return at_start };
        let frequency = Self::at_start(nfa).frequency();
        // Behind an inner gate the start must still be looked for, so it has to be much rarer.
        if frequency > RARE && inner_frequency * 4.0 < frequency { inner } else { at_start }
    }

    /// Derives the gate at the start of a match.
    pub(crate) fn at_start(nfa: &NFA) -> Self {
        Self { anchor: Anchor::Start, sequences: sequences(nfa) }
    }

    /// Estimates at which share of the places of mixed text the gate opens.
    pub(crate) fn frequency(&self) -> f64 {
        self.sequences.iter().map(Sequence::frequency).sum::<f64>().min(1.0)
    }
}

pub(crate) fn nfa(hir: &Hir) -> Option<NFA> {
    nfa_in(hir, false)
}

fn nfa_in(hir: &Hir, reverse: bool) -> Option<NFA> {
    use regex_automata::nfa::thompson::{Compiler, WhichCaptures};
    let config = NFA::config().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(8 << 20)).reverse(reverse);
    Compiler::new().configure(config).build_from_hir(hir).ok()
}

/// Returns the bytes with which a match can begin or, with `reverse`, end.
pub(crate) fn end_bytes(hir: &Hir, reverse: bool) -> Option<ByteSet> {
    let nfa = nfa_in(hir, reverse)?;
    let starts = [false, true].map(|after_word| Node { state: nfa.start_anchored(), after_word, need: Need::Anything });
    Some(step(&nfa, &BTreeSet::from(starts)).moves.into_iter().map(|(bytes, _)| bytes).fold(ByteSet::EMPTY, ByteSet::union))
}

/// What an assertion demands of the next byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Anything,
    Word,
    NoWord,
}

impl Need {
    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Anything, need) | (need, Self::Anything) => Some(need),
            (a, b) => (a == b).then_some(a),
        }
    }

    fn bytes(self) -> ByteSet {
        match self {
            Self::Anything => ByteSet::FULL,
            Self::Word => ByteSet::word(),
            Self::NoWord => ByteSet::word().complement(),
        }
    }
}

/// A state of the NFA, with what is known of the bytes around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    state: StateID,
    after_word: bool,
    need: Need,
}

/// What can happen at one step: bytes that lead on, and whether the pattern can end.
#[derive(Default)]
struct Step {
    moves: Vec<(ByteSet, StateID)>,
    ends: Vec<Need>,
}

fn step(nfa: &NFA, nodes: &BTreeSet<Node>) -> Step {
    let mut step = Step::default();
    let mut seen = BTreeSet::new();
    let mut stack: Vec<Node> = nodes.iter().copied().collect();
    while let Some(node) = stack.pop() {
        if !seen.insert(node) {
            continue;
        }
        let mut range = |first: u8, last: u8, next: StateID| {
            let mut bytes = ByteSet::EMPTY;
            bytes.insert_range(first, last);
            let bytes = bytes.intersection(node.need.bytes());
            if !bytes.is_empty() {
                step.moves.push((bytes, next));
            }
        };
        match nfa.state(node.state) {
            State::ByteRange { trans } => range(trans.start, trans.end, trans.next),
            State::Sparse(sparse) => sparse.transitions.iter().for_each(|trans| range(trans.start, trans.end, trans.next)),
            State::Dense(dense) => {
                (0..=u8::MAX).for_each(|byte| dense.matches_byte(byte).into_iter().for_each(|next| range(byte, byte, next)));
            }
            State::Look { look, next } => stack.extend(through(*look, node, *next)),
            State::Union { alternates } => stack.extend(alternates.iter().map(|next| Node { state: *next, ..node })),
            State::BinaryUnion { alt1, alt2 } => stack.extend([*alt1, *alt2].map(|next| Node { state: next, ..node })),
            State::Capture { next, .. } => stack.push(Node { state: *next, ..node }),
            State::Fail => {}
            State::Match { .. } => step.ends.push(node.need),
        }
    }
    step
}

/// Passes an assertion, where it can hold. Those that are not about words are taken to hold, which only widens the gate.
fn through(look: Look, node: Node, next: StateID) -> Option<Node> {
    let opposite = if node.after_word { Need::NoWord } else { Need::Word };
    let same = if node.after_word { Need::Word } else { Need::NoWord };
    let need = match look {
        Look::WordAscii => opposite,
        Look::WordAsciiNegate => same,
        Look::WordStartAscii if !node.after_word => Need::Word,
        Look::WordEndAscii if node.after_word => Need::NoWord,
        Look::WordStartAscii | Look::WordEndAscii => return None,
        Look::WordStartHalfAscii | Look::StartLF | Look::StartCRLF if node.after_word => return None,
        Look::WordEndHalfAscii | Look::EndLF | Look::EndCRLF => Need::NoWord,
        _ => Need::Anything,
    };
    Some(Node { state: next, after_word: node.after_word, need: node.need.and(need)? })
}

/// Returns the ways in which the pattern can begin.
fn sequences(nfa: &NFA) -> Vec<Sequence> {
    let mut beginnings: BTreeMap<StateID, [ByteSet; 2]> = BTreeMap::new();
    for after_word in [false, true] {
        let start = Node { state: nfa.start_anchored(), after_word, need: Need::Anything };
        let first = step(nfa, &BTreeSet::from([start]));
        for (bytes, next) in first.moves {
            let set = &mut beginnings.entry(next).or_default()[usize::from(after_word)];
            *set = set.union(bytes);
        }
    }
    let all = beginnings.iter().map(|(next, bytes)| follow(nfa, *next, *bytes));
    if beginnings.len() > MOST_SEQUENCES { all.reduce(Sequence::union).into_iter().collect() } else { all.collect() }
}

fn follow(nfa: &NFA, next: StateID, [after_none, after_word]: [ByteSet; 2]) -> Sequence {
    let mut before = Position::NOTHING;
    if !after_none.is_empty() {
        before = before.union(Position { bytes: ByteSet::word().complement(), end: true });
    }
    if !after_word.is_empty() {
        before = before.union(Position { bytes: ByteSet::word(), end: false });
    }
    let mut at = [Position::ANYTHING; DEPTH];
    at[0] = Position { bytes: after_none.union(after_word), end: false };
    let mut nodes = BTreeSet::new();
    arrive(&mut nodes, at[0].bytes, next);
    for position in &mut at[1..] {
        let step = step(nfa, &nodes);
        *position = Position::NOTHING;
        nodes.clear();
        for (bytes, next) in step.moves {
            position.bytes = position.bytes.union(bytes);
            arrive(&mut nodes, bytes, next);
        }
        for need in &step.ends {
            *position = position.union(Position { bytes: need.bytes(), end: *need != Need::Word });
        }
        if !step.ends.is_empty() {
            break;
        }
    }
    Sequence { at, before }
}

fn arrive(nodes: &mut BTreeSet<Node>, bytes: ByteSet, state: StateID) {
    let words = bytes.intersection(ByteSet::word());
    if !words.is_empty() {
        nodes.insert(Node { state, after_word: true, need: Need::Anything });
    }
    if words != bytes {
        nodes.insert(Node { state, after_word: false, need: Need::Anything });
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
    let mut sequences = sequences(&nfa(rest)?);
    for sequence in &mut sequences {
        sequence.at[0].bytes = sequence.at[0].bytes.intersection(first);
        sequence.before =
            if least > 0 { Position { bytes: sequence.before.bytes.intersection(prefix), end: false } } else { Position::ANYTHING };
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
