//! How the matches of a pattern begin: walked through its automaton, so that nothing is left out and little is added.

use std::collections::{BTreeMap, BTreeSet};

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::NFA;
use regex_automata::util::start;

use super::blocks::PLACES;
use super::byte_set::ByteSet;
use super::head::{self, Head};
use super::words;

/// Most bytes before the first letter or digit of a match.
pub(crate) const LONGEST_LEAD: usize = 8;

/// Beginnings that are collected before equal ones are dropped.
const MOST_AT_ONCE: usize = 16 * words::MOST_SPELLINGS;

/// Bytes that may stand before a match, one of each kind that makes a difference; none is the start of the text.
const BEFORE: [Option<u8>; 6] = [None, Some(b' '), Some(b'\n'), Some(b'\r'), Some(b'_'), Some(b'a')];

/// A pattern's automaton, walked from the start of a match.
pub(crate) struct Walk {
    dfa: DFA,
    cache: Cache,
    /// For each class of bytes that the automaton does not tell apart, one byte.
    bytes: Vec<(u8, ByteSet)>,
}

/// A place in the automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    /// Inside of a match.
    Inside(LazyStateID),
    /// Behind a match, where anything may follow.
    Behind,
}

/// Where the first letter or digit of a match stands.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Bytes before it.
    pub(crate) lead: usize,
    /// What the match may start with.
    pub(crate) first: ByteSet,
    /// What may stand directly before that letter or digit.
    pub(crate) before: ByteSet,
    /// The automaton before that letter or digit.
    pub(crate) states: Vec<State>,
}

impl Walk {
    pub(crate) fn new(nfa: NFA) -> Option<Self> {
        let config = DFA::config()
            .cache_capacity(64 << 20)
            .minimum_cache_clear_count(Some(0))
            .skip_cache_capacity_check(true)
            .byte_classes(true)
            .specialize_start_states(false);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let mut by_class: BTreeMap<u8, (u8, ByteSet)> = BTreeMap::new();
        for byte in 0..=u8::MAX {
            by_class.entry(dfa.byte_classes().get(byte)).or_insert((byte, ByteSet::EMPTY)).1.insert(byte);
        }
        let cache = dfa.create_cache();
        Some(Self { dfa, cache, bytes: by_class.into_values().collect() })
    }

    fn start(&mut self, before: Option<u8>) -> Option<State> {
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let state = self.dfa.start_state(&mut self.cache, &config).ok()?;
        Some(State::Inside(state))
    }

    /// Returns what follows by one byte; `None` where no match goes on so. Where the automaton grows too large to tell, anything may.
    pub(crate) fn next(&mut self, state: State, byte: u8) -> Option<State> {
        let State::Inside(state) = state else { return Some(State::Behind) };
        let Ok(next) = self.dfa.next_state(&mut self.cache, state, byte) else { return Some(State::Behind) };
        // A state is one byte late to say that a match ended.
        match () {
            () if next.is_match() || next.is_quit() => Some(State::Behind),
            () if next.is_dead() => None,
            () => Some(State::Inside(next)),
        }
    }

    /// Tells whether a match ends there if the text does.
    pub(crate) fn ends(&mut self, state: State) -> bool {
        let State::Inside(state) = state else { return true };
        self.dfa.next_eoi_state(&mut self.cache, state).map_or(true, |next| next.is_match())
    }

    /// Finds the first letters or digits of matches, where words begin. `None` where a match may begin with none of them near, or
    /// inside of a word.
    pub(crate) fn entries(&mut self) -> Option<Vec<Entry>> {
        let alnum = ByteSet::alnum();
        let inside_word = self.start(Some(b'a'))?;
        if self.follow(inside_word).iter().any(|(set, _)| !set.intersection(alnum).is_empty()) {
            return None;
        }
        let mut entries: Vec<Entry> = Vec::new();
        // For each state, what the match may start with, and what was last.
        let mut states: Vec<(State, [ByteSet; 2])> = Vec::new();
        for before in BEFORE {
            states.push((self.start(before)?, [ByteSet::EMPTY, alnum.complement()]));
        }
        for lead in 0..=LONGEST_LEAD {
            let mut entry = Entry { lead, first: ByteSet::EMPTY, before: ByteSet::EMPTY, states: Vec::new() };
            let mut further: BTreeMap<State, [ByteSet; 2]> = BTreeMap::new();
            for (state, [first, before]) in states {
                if self.ends(state) {
                    return None;
                }
                for (set, next) in self.follow(state) {
                    let first = |part: ByteSet| if lead == 0 { part } else { first };
                    let (word, other) = (set.intersection(alnum), set.intersection(alnum.complement()));
                    if !word.is_empty() {
                        entry.first = entry.first.union(first(word));
                        entry.before = entry.before.union(before);
                        entry.states.push(state);
                    }
                    if !other.is_empty() {
                        if next == State::Behind {
                            return None;
                        }
                        let known = further.entry(next).or_insert([ByteSet::EMPTY; 2]);
                        *known = [known[0].union(first(other)), known[1].union(other)];
                    }
                }
            }
            if !entry.states.is_empty() {
                entry.states.sort_unstable();
                entry.states.dedup();
                entries.push(entry);
            }
            states = further.into_iter().collect();
            if states.is_empty() {
                return Some(entries);
            }
        }
        None
    }

    /// Returns the states in which a match may start, wherever it stands.
    pub(crate) fn starts(&mut self) -> Option<Vec<State>> {
        let mut starts = BEFORE.into_iter().map(|before| self.start(before)).collect::<Option<Vec<_>>>()?;
        starts.sort_unstable();
        starts.dedup();
        Some(starts)
    }

    /// Returns by which bytes a match goes on, and where to.
    pub(crate) fn follow(&mut self, state: State) -> Vec<(ByteSet, State)> {
        if state == State::Behind {
            return vec![(ByteSet::FULL, State::Behind)];
        }
        let bytes = self.bytes.clone();
        bytes.into_iter().filter_map(|(byte, set)| Some((set, self.next(state, byte)?))).collect()
    }

    /// Returns what may stand at the first places of a match, whatever the case, by its first two bytes.
    pub(crate) fn places(&mut self, from: &[State]) -> PlacesByPair {
        let mut by_pair: PlacesByPair = BTreeMap::new();
        for state in from {
            for (first, next) in self.follow(*state) {
                if self.ends(next) {
                    // Behind the end of the text stand zeros.
                    for first in first.bytes().map(|byte| byte | 0x20) {
                        let places = by_pair.entry([first, 0x20]).or_insert([ByteSet::FULL; PLACES]);
                        places[0] = ByteSet::EMPTY;
                        places[0].insert(first);
                        places[1] = ByteSet::EMPTY;
                        places[1].insert(0x20);
                        places[2..].fill(ByteSet::FULL);
                    }
                }
                for (second, next) in self.follow(next) {
                    let folded = |set: ByteSet| -> BTreeSet<u8> { set.bytes().map(|byte| byte | 0x20).collect() };
                    let mut rest = [ByteSet::EMPTY; PLACES];
                    let mut states = BTreeSet::from([next]);
                    for place in &mut rest[2..] {
                        let mut further = BTreeSet::new();
                        for state in states {
                            if self.ends(state) {
                                place.insert(0);
                                further.insert(State::Behind);
                            }
                            for (set, next) in self.follow(state) {
                                *place = place.union(set);
                                further.insert(next);
                            }
                        }
                        states = further;
                    }
                    for first in folded(first) {
                        for second in folded(second) {
                            let places = by_pair.entry([first, second]).or_insert([ByteSet::EMPTY; PLACES]);
                            places[0].insert(first);
                            places[1].insert(second);
                            places.iter_mut().zip(rest).for_each(|(place, rest)| *place = place.union(rest));
                        }
                    }
                }
            }
        }
        by_pair
    }

    /// Returns the heads of the words with which everything goes on from there, where that is a letter. `None` where there are too many.
    pub(crate) fn heads(&mut self, from: &[State]) -> Option<Vec<Head>> {
        let letters = ByteSet::alnum().intersection(ByteSet::digits().complement());
        let mut heads = Vec::new();
        let mut open: Vec<(Head, State)> = from.iter().map(|state| (Head::NONE, *state)).collect();
        for length in 0..head::LENGTH {
            let mut longer = Vec::new();
            for (head, state) in open {
                if length > 0 && self.ends(state) {
                    heads.push(head);
                }
                for (set, next) in self.follow(state) {
                    let set = if length == 0 { set.intersection(letters) } else { set };
                    if set.bytes().any(|byte| !head::is_part(byte)) {
                        heads.push(head);
                    }
                    let parts = set.bytes().filter(|byte| head::is_part(*byte));
                    longer.extend(parts.map(|byte| (head.and(length, head::fold(byte)), next)));
                }
                if longer.len() + heads.len() > MOST_AT_ONCE {
                    return None;
                }
            }
            longer.sort_unstable();
            longer.dedup();
            if longer.len() > words::MOST_SPELLINGS {
                return None;
            }
            open = longer;
        }
        heads.extend(open.into_iter().map(|(head, _)| head));
        heads.sort_unstable();
        heads.dedup();
        Some(heads)
    }

    /// Returns the first bytes of everything that goes on from there. `None` where there are too many.
    pub(crate) fn spellings(&mut self, from: &[State]) -> Option<Spellings> {
        let mut pairs = Vec::new();
        let mut words: Vec<(u32, State)> = from.iter().map(|state| (0, *state)).collect();
        for place in 0..words::LENGTH {
            let mut longer = Vec::new();
            for (word, state) in words {
                if state == State::Behind {
                    // Two bytes are all that is looked at of what ends so early.
                    if place < 2 {
                        return None;
                    }
                    pairs.push((word & 0xFFFF) as u16);
                    continue;
                }
                if self.ends(state) {
                    // Behind the end of the text stand zeros.
                    let rest = 0x2020_2020 << (8 * place);
                    if place == 0 { return None } else { longer.push((word | rest & (0xFF << (8 * place)), State::Behind)) }
                }
                if longer.len() > MOST_AT_ONCE {
                    return None;
                }
                for (set, next) in self.follow(state) {
                    longer.extend(set.bytes().map(|byte| (word | u32::from(byte | 0x20) << (8 * place), next)));
                }
            }
            longer.sort_unstable();
            longer.dedup();
            if longer.len() > words::MOST_SPELLINGS {
                return None;
            }
            words = longer;
        }
        pairs.sort_unstable();
        pairs.dedup();
        let is_common = |pair: &&u16| pair.to_le_bytes().iter().all(u8::is_ascii_alphanumeric);
        let mut words: Vec<u32> = words.into_iter().map(|(word, _)| word).collect();
        words.dedup();
        (pairs.iter().filter(is_common).count() <= words::MOST_PAIRS).then_some(Spellings { words, pairs })
    }
}

/// For each pair of first bytes, what may stand at each of the first places.
pub(crate) type PlacesByPair = BTreeMap<[u8; 2], [ByteSet; PLACES]>;

/// How matches may begin, in the form in which that is looked up.
pub(crate) struct Spellings {
    /// Four bytes.
    pub(crate) words: Vec<u32>,
    /// Two bytes, of what may end before the fourth.
    pub(crate) pairs: Vec<u16>,
}
