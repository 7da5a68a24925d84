//! Finds the spans that the rules' patterns match: gates over the whole text, then each rule's own automaton where its gate opens.
//!
//! **Invariant:** the spans are those that the crate `regex` finds rule by rule, from left to right without overlap.
//!
//! **Invariant:** they do not depend on where a stream is cut into windows, unless matches of one rule touch each other in a chain
//! of more than 4 KiB.

mod anchored;
mod backend;
mod beginning;
mod blocks;
mod byte_set;
mod gate;
mod head;
#[cfg(feature = "hyperscan")]
mod hyperscan;
mod openings;
mod pattern;
mod shape;
#[cfg(test)]
mod tests;
mod words;

use std::cell::RefCell;
use std::ops::Range;

use terrier_content::Match;

use gate::{Anchor, REACH};
use openings::{Openings, Room, Visit};
use pattern::Pattern;

pub(crate) use anchored::{Anchored, syntax};
pub use backend::Backend;
pub(crate) use head::{ByHead, Head, is_part};
pub(crate) use openings::LISTED_AHEAD;
pub(crate) use pattern::{LONGEST_MATCH, PatternError};

/// Gates that open more often than this make a scan slow.
const BUSY_GATE: f64 = 1.0 / 40.0;

/// All patterns of a rule pack, ready to run.
pub(crate) struct Engine {
    patterns: Vec<Pattern>,
    openings: Openings,
    reach: usize,
    #[cfg(feature = "hyperscan")]
    hyperscan: Option<hyperscan::Hyperscan>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::new(Kept { progress: Progress::default(), room: Room::new(), rules: Vec::new() });
}

/// Where the next match of each rule may start: behind its last one, and behind every place already tried. Kept from search to search,
/// so that a short text does not pay for every rule.
#[derive(Default)]
struct Progress {
    search: u64,
    /// For each rule, the search it was last set in.
    free_from: Vec<(u64, usize)>,
}

/// What a thread keeps from search to search.
struct Kept {
    progress: Progress,
    room: Box<Room>,
    /// Room for a set of rules.
    rules: Vec<u64>,
}

/// Asks which rules are of interest, and is told of words on the way.
pub(crate) trait Interest {
    /// Is told where the search begins.
    fn begin(&mut self, _place: usize) {}

    /// Is told of a place where a word with one of the [listed](Engine::compile) heads begins, and of the head.
    fn listed(&mut self, _place: usize, _head: Head) {}

    /// Is told that all such words before the place were told of.
    fn listed_until(&mut self, _place: usize) {}

    /// Is given a place and sets of rules that may match about it, a bit each, and writes down those of them that are of interest
    /// there. It was told of the listed words up to [`LISTED_AHEAD`] bytes beyond the place, or to the end of the search.
    fn narrow(&mut self, place: usize, sets: &[&[u64]], rules: &mut [u64]);
}

/// Is interested in all rules, and in no words.
struct Everything;

impl Interest for Everything {
    fn narrow(&mut self, _: usize, sets: &[&[u64]], rules: &mut [u64]) {
        unite(sets, rules);
    }
}

/// Is interested in some rules only.
#[cfg(feature = "hyperscan")]
struct Among<'a, I> {
    /// A bit for each.
    rules: &'a [u64],
    interest: &'a mut I,
}

#[cfg(feature = "hyperscan")]
impl<I: Interest> Interest for Among<'_, I> {
    fn begin(&mut self, place: usize) {
        self.interest.begin(place);
    }

    fn listed(&mut self, place: usize, head: Head) {
        self.interest.listed(place, head);
    }

    fn listed_until(&mut self, place: usize) {
        self.interest.listed_until(place);
    }

    fn narrow(&mut self, place: usize, sets: &[&[u64]], rules: &mut [u64]) {
        self.interest.narrow(place, sets, rules);
        rules.iter_mut().zip(self.rules).for_each(|(rules, among)| *rules &= among);
    }
}

impl Progress {
    fn begin(&mut self, rules: usize) {
        self.search += 1;
        if self.free_from.len() < rules {
            self.free_from.resize(rules, (0, 0));
        }
    }

    fn of(&mut self, rule: usize, first: usize) -> &mut usize {
        let (search, free_from) = &mut self.free_from[rule];
        if *search != self.search {
            (*search, *free_from) = (self.search, first);
        }
        free_from
    }
}

impl Engine {
    /// Compiles the patterns; an error names the index of the pattern. The words that `listed` are heads of are looked for on the way.
    #[cfg_attr(not(feature = "hyperscan"), expect(unused_variables, reason = "there is one backend"))]
    pub(crate) fn compile(sources: &[&str], listed: &[Head], backend: Backend) -> Result<Self, (usize, PatternError)> {
        let (mut patterns, mut automata) = (Vec::new(), Vec::new());
        for (index, source) in sources.iter().enumerate() {
            let (pattern, nfa) = Pattern::new(source).map_err(|error| (index, error))?;
            patterns.push(pattern);
            automata.push(nfa);
        }
        let reaches = patterns.iter().map(|pattern| match pattern.gate().anchor {
            Anchor::Inner { most, .. } => most.min(REACH),
            Anchor::Start => 0,
        });
        let reach = reaches.max().unwrap_or(0);
        Ok(Self {
            openings: Openings::new(&patterns, automata, listed),
            patterns,
            reach,
            #[cfg(feature = "hyperscan")]
            hyperscan: if backend == Backend::Hyperscan { hyperscan::Hyperscan::compile(sources) } else { None },
        })
    }

    /// Returns what finds the places: that which was asked for, unless this processor cannot run it.
    pub(crate) fn backend(&self) -> Backend {
        #[cfg(feature = "hyperscan")]
        if self.hyperscan.is_some() {
            return Backend::Hyperscan;
        }
        Backend::Rust
    }

    /// Appends the spans that start in `body`, ordered by start, then by rule.
    pub(crate) fn find(&self, window: &[u8], body: Range<usize>, out: &mut Vec<Match>) {
        self.find_wanted(window, body, &mut Everything, out);
    }

    /// Does the same for those rules and places that are of interest.
    pub(crate) fn find_wanted(&self, window: &[u8], body: Range<usize>, interest: &mut impl Interest, out: &mut Vec<Match>) {
        #[cfg(feature = "hyperscan")]
        if let Some(hyperscan) = &self.hyperscan {
            let first = out.len();
            if hyperscan.find(&self.patterns, window, &body, interest, out) {
                let refused = hyperscan.refused();
                if refused.iter().any(|rules| *rules != 0) {
                    self.find_by_openings(window, body, &mut Among { rules: refused, interest }, out);
                }
                out[first..].sort_by_key(|found| (found.start, found.rule, found.end));
                return;
            }
        }
        self.find_by_openings(window, body, interest, out);
    }

    /// Does what [`Engine::find_wanted`] says, without a library.
    fn find_by_openings(&self, window: &[u8], body: Range<usize>, interest: &mut impl Interest, out: &mut Vec<Match>) {
        let first = out.len();
        let starts = body.start.saturating_sub(LONGEST_MATCH)..body.end;
        // What is listed may matter before the first start.
        let from = starts.start.saturating_sub(LISTED_AHEAD);
        let to = starts.end.saturating_add(self.reach.max(beginning::LONGEST_LEAD));
        KEPT.with_borrow_mut(|Kept { progress, room, rules }| {
            progress.begin(self.patterns.len());
            rules.clear();
            rules.resize(self.openings.width(), 0);
            interest.begin(from);
            let mut search = Search { engine: self, window, starts, body, progress, rules, interest, out };
            self.openings.scan(window, from, to, room, &mut search);
        });
        // They come nearly in order, which this sort makes use of.
        out[first..].sort_by_key(|found| (found.start, found.rule, found.end));
    }

    /// Returns the length of the longest match of a rule, where its values start at the place that [`Interest::narrow`] is given or one
    /// byte before.
    pub(crate) fn longest_match_from_point(&self, rule: u32) -> Option<usize> {
        let pattern = &self.patterns[rule as usize];
        let is_near = self.openings.tries(rule as usize).iter().all(|attempt| pattern.value_starts_near(attempt.lead, attempt.first));
        (is_near && matches!(pattern.gate().anchor, Anchor::Start)).then(|| pattern.longest())
    }

    /// Returns the rules whose gates say so little that they make a scan slow, with the share of places where they open.
    pub(crate) fn busy_gates(&self) -> impl Iterator<Item = (usize, f64)> {
        let frequencies = self.patterns.iter().map(Pattern::gate_frequency);
        frequencies.enumerate().filter(|(_, frequency)| *frequency > BUSY_GATE)
    }
}

/// The state of one search.
struct Search<'s, I> {
    engine: &'s Engine,
    window: &'s [u8],
    starts: Range<usize>,
    body: Range<usize>,
    progress: &'s mut Progress,
    rules: &'s mut [u64],
    interest: &'s mut I,
    out: &'s mut Vec<Match>,
}

impl<I: Interest> Visit for Search<'_, I> {
    #[inline]
    fn listed(&mut self, place: usize, head: Head) {
        self.interest.listed(place, head);
    }

    #[inline]
    fn listed_until(&mut self, place: usize) {
        self.interest.listed_until(place);
    }

    #[inline]
    fn opening(&mut self, place: usize, sets: &[&[u64]]) {
        if place < self.starts.start {
            return;
        }
        self.interest.narrow(place, sets, self.rules);
        for word in 0..self.rules.len() {
            let mut bits = self.rules[word];
            while bits != 0 {
                let rule = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                self.look_at(rule, place);
            }
        }
    }
}

impl<I> Search<'_, I> {
    /// Adds what the rule matches about the point.
    fn look_at(&mut self, rule: usize, point: usize) {
        let pattern = &self.engine.patterns[rule];
        let free_from = self.progress.of(rule, self.starts.start);
        let found = match pattern.gate().anchor {
            Anchor::Start => self.engine.openings.tries(rule).iter().find_map(|attempt| {
                let start = point.checked_sub(attempt.lead)?;
                if start < *free_from || start >= self.starts.end {
                    return None;
                }
                let end = pattern.end_of_match(self.window, start)?;
                *free_from = end;
                Some(start..end)
            }),
            Anchor::Inner { .. } if point < *free_from => None,
            Anchor::Inner { .. } => next_match(pattern, self.window, point, &self.starts, free_from),
        };
        let Some(found) = found else { return };
        let value = pattern.value_span(self.window, found);
        if self.body.contains(&value.start) {
            self.out.push(Match { start: offset(value.start), end: offset(value.end), rule: offset(rule) });
        }
    }
}

/// Writes down the rules of all sets.
#[inline]
pub(crate) fn unite(sets: &[&[u64]], rules: &mut [u64]) {
    // Plain loops: a set is a few words, too few for a call to copy them.
    for (word, all) in rules.iter_mut().enumerate() {
        *all = sets.iter().fold(0, |all, set| all | set.get(word).copied().unwrap_or(0));
    }
}

/// Tries the places at which a match with its inner gate at `point` may start.
fn next_match(pattern: &Pattern, text: &[u8], point: usize, starts: &Range<usize>, free_from: &mut usize) -> Option<Range<usize>> {
    let Anchor::Inner { prefix, least, most } = pattern.gate().anchor else { return None };
    let floor = point.saturating_sub(most).max(*free_from);
    let run = text.get(floor..point)?.iter().rev().take_while(|byte| prefix.contains(**byte)).count();
    let candidates = point - run..(point + 1).saturating_sub(least);
    for start in candidates.start.max(*free_from).max(starts.start)..candidates.end.min(starts.end) {
        if let Some(end) = pattern.end_of_match(text, start) {
            *free_from = end;
            return Some(start..end);
        }
    }
    *free_from = (*free_from).max(candidates.end);
    None
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a window stays below 4 GiB")
}
