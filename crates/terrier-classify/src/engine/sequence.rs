//! How matches begin: for each of the first places, which bytes may stand there. A necessary condition for a match, derived by walking
//! the pattern's NFA some steps deep; nothing is typed by hand.

use std::collections::BTreeMap;

use regex_automata::nfa::thompson::{Compiler, NFA, State, WhichCaptures};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::{Hir, HirKind, Repetition};

use super::buckets;
use super::byte_set::ByteSet;

/// How many places a sequence looks at, from its point on.
pub(crate) const DEPTH: usize = 12;

/// The byte before a point, and the places from it on.
pub(crate) const OFFSETS: usize = DEPTH + 1;

/// Most bytes of a match before its first letter or digit, where sequences are lined up at that.
pub(crate) const LONGEST_LEAD: usize = 4;

/// How deep the automaton is walked.
const STEPS: usize = DEPTH + LONGEST_LEAD;

/// A pattern with more beginnings than this has the most similar ones united.
const MOST_SEQUENCES: usize = 24;

/// Sequences are united that let no larger share of mixed text through together than apart.
const NOT_WORTH_TELLING_APART: f32 = 1e-6;

/// Where matches of one pattern go on in different ways, that is told apart in so many ways at most, and in the first steps only.
const MOST_WALKS: usize = 48;
const TOLD_APART: usize = 6;

/// What may stand at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) bytes: ByteSet,
    /// Whether the text may end here, or begin behind here.
    pub(crate) end: bool,
}

impl Position {
    const NOTHING: Self = Self { bytes: ByteSet::EMPTY, end: false };
    pub(crate) const ANYTHING: Self = Self { bytes: ByteSet::FULL, end: true };

    pub(crate) fn of(bytes: ByteSet) -> Self {
        Self { bytes, end: false }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self { bytes: self.bytes.union(other.bytes), end: self.end || other.end }
    }

    pub(crate) fn allows(&self, byte: Option<u8>) -> bool {
        byte.map_or(self.end, |byte| self.bytes.contains(byte))
    }
}

/// One way in which a match can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence {
    /// The byte before the point.
    pub(crate) before: Position,
    /// From the point on.
    pub(crate) at: [Position; DEPTH],
    /// Bytes of the match before the point.
    pub(crate) lead: usize,
}

impl Sequence {
    /// Applies everywhere.
    pub(crate) const ANYWHERE: Self = Self { before: Position::ANYTHING, at: [Position::ANYTHING; DEPTH], lead: 0 };

    /// Tells whether it applies at a point of the text.
    pub(crate) fn applies(&self, text: &[u8], point: usize) -> bool {
        let before = point.checked_sub(1).and_then(|at| text.get(at)).copied();
        self.before.allows(before) && self.at.iter().zip(point..).all(|(position, at)| position.allows(text.get(at).copied()))
    }

    /// Returns what may stand before the point, and from it on.
    pub(crate) fn positions(&self) -> impl Iterator<Item = &Position> {
        std::iter::once(&self.before).chain(&self.at)
    }

    /// Returns one that looks at fewer places.
    pub(crate) fn cut_to(mut self, depth: usize) -> Self {
        self.at[depth..].fill(Position::ANYTHING);
        self
    }

    /// Returns one that applies wherever one of the two does.
    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            before: self.before.union(other.before),
            at: std::array::from_fn(|place| self.at[place].union(other.at[place])),
            lead: self.lead,
        }
    }
}

/// Builds a pattern's automaton as far as it matters for the beginnings of matches, or with `reverse` for their ends: what repeats often
/// repeats for ever, which takes a hundredth of the states and only adds to what may follow beyond the walk.
pub(crate) fn nfa(hir: &Hir, reverse: bool) -> Option<NFA> {
    let config = NFA::config().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(8 << 20)).reverse(reverse);
    Compiler::new().configure(config).build_from_hir(&without_high_counts(hir)).ok()
}

fn without_high_counts(hir: &Hir) -> Hir {
    let high = STEPS as u32;
    match hir.kind() {
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let is_walked_past = sub.properties().minimum_len().is_some_and(|least| least > 0);
            let goes_on = is_walked_past && max.is_none_or(|most| most > high);
            Hir::repetition(Repetition {
                min: if is_walked_past { (*min).min(high) } else { *min },
                max: if goes_on { None } else { *max },
                greedy: *greedy,
                sub: Box::new(without_high_counts(sub)),
            })
        }
        HirKind::Capture(capture) => without_high_counts(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_high_counts).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_high_counts).collect()),
        _ => hir.clone(),
    }
}

/// Returns the bytes with which a match can begin or, with `reverse`, end.
pub(crate) fn end_bytes(hir: &Hir, reverse: bool) -> Option<ByteSet> {
    let nfa = nfa(hir, reverse)?;
    let mut steps = Steps::new(&nfa);
    let mut bytes = ByteSet::EMPTY;
    for after_word in [false, true] {
        let step = steps.from(Node { state: nfa.start_anchored(), after_word });
        step.moves.iter().for_each(|(of_move, _)| bytes = bytes.union(*of_move));
    }
    Some(bytes)
}

/// Returns the ways in which a match can begin, from its start on.
pub(crate) fn beginnings(nfa: &NFA) -> Vec<Sequence> {
    let shallow: Vec<Sequence> = walks(nfa).into_iter().map(|walk| walk.from(0)).collect();
    united(shallow)
}

/// Returns the same from the first letter or digit on, where every match has one near its start; else from its start on.
pub(crate) fn beginnings_at_word(nfa: &NFA) -> Vec<Sequence> {
    let walks = walks(nfa);
    let leads: Option<Vec<usize>> = walks.iter().map(Walk::lead).collect();
    let lead_of = |index: usize| leads.as_ref().map_or(0, |leads| leads[index]);
    let sequences = walks.iter().enumerate().map(|(index, walk)| walk.from(lead_of(index)));
    let mut by_lead: BTreeMap<usize, Vec<Sequence>> = BTreeMap::new();
    sequences.for_each(|sequence| by_lead.entry(sequence.lead).or_default().push(sequence));
    by_lead.into_values().flat_map(united).collect()
}

fn united(sequences: Vec<Sequence>) -> Vec<Sequence> {
    buckets::unite(sequences, MOST_SEQUENCES, NOT_WORTH_TELLING_APART)
}

/// What may stand at the first places of a match.
#[derive(Clone)]
struct Walk {
    before: Position,
    at: [Position; STEPS],
}

impl Walk {
    /// Returns how many bytes stand before the first letter or digit. `None` where that is not certain.
    fn lead(&self) -> Option<usize> {
        let alnum = ByteSet::ALNUM;
        let lead = self.at[..=LONGEST_LEAD].iter().position(|position| !position.bytes.intersection(alnum).is_empty())?;
        let is_certain = self.at[lead].bytes.intersection(alnum) == self.at[lead].bytes && self.at[..=lead].iter().all(|at| !at.end);
        is_certain.then_some(lead)
    }

    fn from(&self, lead: usize) -> Sequence {
        let before = lead.checked_sub(1).map_or(self.before, |last| self.at[last]);
        Sequence { before, at: std::array::from_fn(|place| self.at[lead + place]), lead }
    }
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
            Self::Word => ByteSet::WORD,
            Self::NoWord => ByteSet::WORD.complement(),
        }
    }
}

/// A state of the NFA, with what is known of the byte before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    state: StateID,
    after_word: bool,
}

/// A node on the way to the next byte, with what assertions demand of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Passing {
    node: Node,
    need: Need,
}

/// What can happen at one step: bytes that lead on, and whether the pattern can end.
#[derive(Default)]
struct Step {
    moves: Vec<(ByteSet, StateID)>,
    ends: Vec<Need>,
}

/// The steps from each node, found out when they are first asked for: many ways lead through one node.
struct Steps<'n> {
    nfa: &'n NFA,
    /// For each state two, by what is before.
    known: Vec<Option<Step>>,
}

impl<'n> Steps<'n> {
    fn new(nfa: &'n NFA) -> Self {
        Self { nfa, known: (0..2 * nfa.states().len()).map(|_| None).collect() }
    }

    fn from(&mut self, node: Node) -> &Step {
        let index = 2 * node.state.as_usize() + usize::from(node.after_word);
        self.known[index].get_or_insert_with(|| step(self.nfa, node))
    }
}

fn step(nfa: &NFA, from: Node) -> Step {
    let mut step = Step::default();
    let mut seen = Vec::new();
    let mut stack = vec![Passing { node: from, need: Need::Anything }];
    while let Some(passing) = stack.pop() {
        if seen.contains(&passing) {
            continue;
        }
        seen.push(passing);
        let Passing { node, need } = passing;
        let to = |next: StateID| Passing { node: Node { state: next, ..node }, need };
        let mut range = |first: u8, last: u8, next: StateID| {
            let mut bytes = ByteSet::EMPTY;
            bytes.insert_range(first, last);
            let bytes = bytes.intersection(need.bytes());
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
            State::Look { look, next } => stack.extend(through(*look, passing, *next)),
            State::Union { alternates } => stack.extend(alternates.iter().map(|next| to(*next))),
            State::BinaryUnion { alt1, alt2 } => stack.extend([*alt1, *alt2].map(to)),
            State::Capture { next, .. } => stack.push(to(*next)),
            State::Fail => {}
            State::Match { .. } => step.ends.push(need),
        }
    }
    step
}

/// Passes an assertion, where it can hold. Those that are not about words are taken to hold, which only widens the gate.
fn through(look: Look, Passing { node, need: known }: Passing, next: StateID) -> Option<Passing> {
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
    Some(Passing { node: Node { state: next, ..node }, need: known.and(need)? })
}

fn walks(nfa: &NFA) -> Vec<Walk> {
    let mut steps = Steps::new(nfa);
    let mut beginnings: BTreeMap<StateID, [ByteSet; 2]> = BTreeMap::new();
    for after_word in [false, true] {
        for (bytes, next) in &steps.from(Node { state: nfa.start_anchored(), after_word }).moves {
            let set = &mut beginnings.entry(*next).or_default()[usize::from(after_word)];
            *set = set.union(*bytes);
        }
    }
    let mut open: Vec<(Walk, Vec<Node>)> = beginnings.into_iter().map(|(next, bytes)| begin(next, bytes)).collect();
    let mut ended = Vec::new();
    let mut by_next = ByNext::new(nfa);
    for place in 1..STEPS {
        let mut further = Vec::new();
        let mut room = MOST_WALKS.saturating_sub(open.len() + ended.len());
        for (mut walk, nodes) in open {
            let mut ends = Vec::new();
            for node in nodes {
                let step = steps.from(node);
                step.moves.iter().for_each(|(bytes, next)| by_next.add(*next, *bytes));
                ends.extend_from_slice(&step.ends);
            }
            let by_next = by_next.take();
            if ends.is_empty() && place <= TOLD_APART && by_next.len() > 1 && by_next.len() - 1 <= room {
                room -= by_next.len() - 1;
                for (next, bytes) in by_next {
                    let mut walk = walk.clone();
                    walk.at[place] = Position::of(bytes);
                    let mut nodes = Vec::new();
                    arrive(&mut nodes, bytes, next);
                    further.push((walk, nodes));
                }
                continue;
            }
            let mut nodes = Vec::new();
            walk.at[place] = Position::NOTHING;
            for (next, bytes) in by_next {
                walk.at[place].bytes = walk.at[place].bytes.union(bytes);
                arrive(&mut nodes, bytes, next);
            }
            for need in &ends {
                walk.at[place] = walk.at[place].union(Position { bytes: need.bytes(), end: *need != Need::Word });
            }
            if ends.is_empty() {
                further.push((walk, nodes));
            } else {
                ended.push(walk);
            }
        }
        open = further;
    }
    ended.extend(open.into_iter().map(|(walk, _)| walk));
    ended
}

/// For each state that bytes lead to, these; in the order of the first that does.
struct ByNext {
    moves: Vec<(StateID, ByteSet)>,
    /// For each state one more than where it stands among them, or 0.
    index_of: Vec<u32>,
}

impl ByNext {
    fn new(nfa: &NFA) -> Self {
        Self { moves: Vec::new(), index_of: vec![0; nfa.states().len()] }
    }

    fn add(&mut self, next: StateID, bytes: ByteSet) {
        let index = &mut self.index_of[next.as_usize()];
        match index.checked_sub(1).and_then(|index| self.moves.get_mut(index as usize)) {
            Some((_, known)) => *known = known.union(bytes),
            None => {
                self.moves.push((next, bytes));
                *index = u32::try_from(self.moves.len()).expect("an NFA has fewer states than 4 billion");
            }
        }
    }

    fn take(&mut self) -> Vec<(StateID, ByteSet)> {
        self.moves.iter().for_each(|(next, _)| self.index_of[next.as_usize()] = 0);
        std::mem::take(&mut self.moves)
    }
}

fn begin(next: StateID, [after_none, after_word]: [ByteSet; 2]) -> (Walk, Vec<Node>) {
    let mut before = Position::NOTHING;
    if !after_none.is_empty() {
        before = before.union(Position { bytes: ByteSet::WORD.complement(), end: true });
    }
    if !after_word.is_empty() {
        before = before.union(Position::of(ByteSet::WORD));
    }
    let mut at = [Position::ANYTHING; STEPS];
    at[0] = Position::of(after_none.union(after_word));
    let mut nodes = Vec::new();
    arrive(&mut nodes, at[0].bytes, next);
    (Walk { before, at }, nodes)
}

/// Adds where bytes lead; each state is arrived at once.
fn arrive(nodes: &mut Vec<Node>, bytes: ByteSet, state: StateID) {
    let words = bytes.intersection(ByteSet::WORD);
    if !words.is_empty() {
        nodes.push(Node { state, after_word: true });
    }
    if words != bytes {
        nodes.push(Node { state, after_word: false });
    }
}
