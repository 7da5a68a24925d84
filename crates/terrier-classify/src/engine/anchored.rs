//! A pattern that is tried at a given place of a text.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Input, meta};

/// Tries that cost less without a table of states than the table costs to make: some milliseconds, which a small input would not earn.
const FEW_TRIES: u32 = 256;

/// Bytes of the largest table: a larger one takes longer to make than most runs of the program would win by it.
const LARGEST: usize = 384 << 10;
/// States of the largest pattern of which a table is tried to be made.
const MOST_STATES: usize = 2048;

/// A pattern for matches that start at a given place. Its automata are made when they are first needed: most rules see no candidate in
/// most runs.
pub(crate) struct Anchored {
    source: String,
    is_tried_often: bool,
    tries: AtomicU32,
    automaton: OnceLock<Option<Box<Automaton>>>,
    general: OnceLock<meta::Regex>,
}

impl Anchored {
    /// Takes a pattern that parses with [`syntax`], and that can be compiled.
    pub(crate) fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            is_tried_often: true,
            tries: AtomicU32::new(0),
            automaton: OnceLock::new(),
            general: OnceLock::new(),
        }
    }

    /// Takes one that is tried so rarely that a table of its states would take longer to make than it saves.
    pub(crate) fn tried_rarely(source: &str) -> Self {
        Self { is_tried_often: false, ..Self::new(source) }
    }

    /// Returns the end of the match that starts at `start`, as `regex` would find it there.
    #[inline]
    pub(crate) fn end_of_match(&self, text: &[u8], start: usize) -> Option<usize> {
        match self.automaton() {
            Some(automaton) => automaton.end_of_match(text, start),
            None => {
                let input = Input::new(text).range(start..).anchored(regex_automata::Anchored::Yes);
                self.general().search_half(&input).map(|end| end.offset())
            }
        }
    }

    /// Tells whether a match may start with a byte behind another one; `None` stands for the start of the text.
    #[cfg(feature = "hyperscan")]
    pub(super) fn can_begin(&self, before: Option<u8>, first: u8) -> bool {
        self.automaton().is_none_or(|automaton| automaton.can_begin(before, first))
    }

    /// Returns the table of states, if it is there or is worth making by now.
    #[inline]
    fn automaton(&self) -> Option<&Automaton> {
        match self.automaton.get() {
            Some(automaton) => automaton.as_deref(),
            None => self.automaton_if_worth_it(),
        }
    }

    #[cold]
    fn automaton_if_worth_it(&self) -> Option<&Automaton> {
        let is_worth_it = self.is_tried_often && self.tries.fetch_add(1, Ordering::Relaxed) >= FEW_TRIES;
        is_worth_it.then(|| self.automaton.get_or_init(|| Automaton::new(&self.source).map(Box::new)).as_deref()).flatten()
    }

    /// Returns the span of a group in a match.
    pub(crate) fn group(&self, text: &[u8], found: Range<usize>, name: &str) -> Option<Range<usize>> {
        let general = self.general();
        let mut captures = general.create_captures();
        general.search_captures(&Input::new(text).range(found).anchored(regex_automata::Anchored::Yes), &mut captures);
        captures.get_group_by_name(name).map(|span| span.range())
    }

    fn general(&self) -> &meta::Regex {
        self.general.get_or_init(|| {
            let config = meta::Config::new().utf8_empty(false).auto_prefilter(false).nfa_size_limit(Some(64 << 20));
            meta::Builder::new().configure(config).syntax(syntax()).build(&self.source).expect("the pattern can be compiled")
        })
    }
}

/// The syntax of all patterns.
pub(crate) fn syntax() -> syntax::Config {
    // A stream has no start or end that a window could see, so `^` and `$` stand for those of lines.
    syntax::Config::new().unicode(false).utf8(false).multi_line(true)
}

/// A table of all states.
struct Automaton {
    dfa: dense::DFA<Vec<u32>>,
    /// The state before a match, for each byte that may stand before it.
    after: Box<[StateID; 256]>,
    at_start_of_text: StateID,
}

impl Automaton {
    /// Builds it, unless it grows too large.
    fn new(source: &str) -> Option<Self> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .accelerate(false)
            .dfa_size_limit(Some(LARGEST))
            .determinize_size_limit(Some(2 * LARGEST));
        let thompson = thompson::Config::new().utf8(false).which_captures(WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(thompson).syntax(syntax()).build(source).ok()?;
        if nfa.states().len() > MOST_STATES {
            return None;
        }
        let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        let begin = |before: Option<u8>| {
            let config = start::Config::new().anchored(regex_automata::Anchored::Yes).look_behind(before);
            dfa.start_state(&config).ok()
        };
        let at_start_of_text = begin(None)?;
        let mut after = Box::new([at_start_of_text; 256]);
        for byte in 0..=u8::MAX {
            after[usize::from(byte)] = begin(Some(byte))?;
        }
        Some(Self { dfa, after, at_start_of_text })
    }

    #[cfg(feature = "hyperscan")]
    fn can_begin(&self, before: Option<u8>, first: u8) -> bool {
        let state = before.map_or(self.at_start_of_text, |before| self.after[usize::from(before)]);
        !self.dfa.is_dead_state(self.dfa.next_state(state, first))
    }

    /// Most candidates end after a few bytes, so that what a general search prepares would take longer than the search.
    #[inline]
    fn end_of_match(&self, text: &[u8], start: usize) -> Option<usize> {
        let mut state = start.checked_sub(1).map_or(self.at_start_of_text, |before| self.after[usize::from(text[before])]);
        let mut end = None;
        for (at, byte) in (start..).zip(&text[start..]) {
            state = self.dfa.next_state(state, *byte);
            if self.dfa.is_special_state(state) {
                if self.dfa.is_dead_state(state) {
                    return end;
                }
                // A state is one byte late to say that a match ended.
                if self.dfa.is_match_state(state) {
                    end = Some(at);
                }
            }
        }
        if self.dfa.is_match_state(self.dfa.next_eoi_state(state)) { Some(text.len()) } else { end }
    }
}
