//! Finds the spans that the rules' patterns match: gates over the whole text, then each rule's own automaton where its gate opens.
//!
//! **Invariant:** the spans are those that the crate `regex` finds rule by rule, from left to right without overlap.
//!
//! **Invariant:** they do not depend on where a stream is cut into windows, unless matches of one rule touch each other in a chain
//! of more than 4 KiB.

mod beginning;
mod blocks;
mod byte_set;
mod gate;
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
use openings::Openings;
use pattern::Pattern;

pub(crate) use blocks::{BLOCK, parts_of_words};
pub(crate) use pattern::{LONGEST_MATCH, PatternError};

/// Gates that open more often than this make a scan slow.
const BUSY_GATE: f64 = 1.0 / 40.0;

/// All patterns of a rule pack, ready to run.
pub(crate) struct Engine {
    patterns: Vec<Pattern>,
    openings: Openings,
    reach: usize,
}

thread_local! {
    static PROGRESS: RefCell<Progress> = RefCell::default();
}

/// Where the next match of each rule may start: behind its last one, and behind every place already tried. Kept from search to search,
/// so that a short text does not pay for every rule.
#[derive(Default)]
struct Progress {
    search: u64,
    /// For each rule, the search it was last set in.
    free_from: Vec<(u64, usize)>,
    /// Room for a set of rules.
    rules: Vec<u64>,
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
    /// Compiles the patterns; an error names the index of the pattern.
    pub(crate) fn compile<'p>(sources: impl IntoIterator<Item = &'p str>) -> Result<Self, (usize, PatternError)> {
        let (mut patterns, mut automata) = (Vec::new(), Vec::new());
        for (index, source) in sources.into_iter().enumerate() {
            let (pattern, nfa) = Pattern::new(source).map_err(|error| (index, error))?;
            patterns.push(pattern);
            automata.push(nfa);
        }
        let reaches = patterns.iter().map(|pattern| match pattern.gate().anchor {
            Anchor::Inner { most, .. } => most.min(REACH),
            Anchor::Start => 0,
        });
        let reach = reaches.max().unwrap_or(0);
        Ok(Self { openings: Openings::new(&patterns, automata), patterns, reach })
    }

    /// Appends the spans that start in `body`, ordered by start, then by rule.
    pub(crate) fn find(&self, window: &[u8], body: Range<usize>, out: &mut Vec<Match>) {
        self.find_wanted(window, body, |_, sets, rules| unite(sets, rules), out);
    }

    /// Does the same for those rules and places that are wanted: `narrow` is given a place and sets of rules that may match about it, a
    /// bit each, and writes down those of them that are of interest there.
    pub(crate) fn find_wanted(
        &self,
        window: &[u8],
        body: Range<usize>,
        mut narrow: impl FnMut(usize, &[&[u64]], &mut [u64]),
        out: &mut Vec<Match>,
    ) {
        let first = out.len();
        let starts = body.start.saturating_sub(LONGEST_MATCH)..body.end;
        let to = starts.end.saturating_add(self.reach.max(beginning::LONGEST_LEAD));
        PROGRESS.with_borrow_mut(|progress| {
            progress.begin(self.patterns.len());
            let mut rules = std::mem::take(&mut progress.rules);
            rules.resize(self.openings.width(), 0);
            self.openings.scan(window, starts.start, to, |point, sets| {
                narrow(point, sets, &mut rules);
                for (word, bits) in rules.iter().enumerate() {
                    let mut bits = *bits;
                    while bits != 0 {
                        let rule = word * 64 + bits.trailing_zeros() as usize;
                        bits &= bits - 1;
                        self.look_at(rule, window, point, &starts, &body, progress.of(rule, starts.start), out);
                    }
                }
            });
            progress.rules = rules;
        });
        out[first..].sort_unstable_by_key(|found| (found.start, found.rule, found.end));
    }

    /// Adds what the rule matches about the point.
    #[expect(clippy::too_many_arguments, reason = "the state of one search")]
    fn look_at(
        &self,
        rule: usize,
        window: &[u8],
        point: usize,
        starts: &Range<usize>,
        body: &Range<usize>,
        free_from: &mut usize,
        out: &mut Vec<Match>,
    ) {
        let pattern = &self.patterns[rule];
        let found = match pattern.gate().anchor {
            Anchor::Start => self.openings.tries(rule).iter().find_map(|attempt| {
                let start = point.checked_sub(attempt.lead)?;
                if start < *free_from || start >= starts.end {
                    return None;
                }
                let end = pattern.end_of_match(window, start)?;
                *free_from = end;
                Some(start..end)
            }),
            Anchor::Inner { .. } if point < *free_from => None,
            Anchor::Inner { .. } => next_match(pattern, window, point, starts, free_from),
        };
        let Some(found) = found else { return };
        let value = pattern.value_span(window, found);
        if body.contains(&value.start) {
            out.push(Match { start: offset(value.start), end: offset(value.end), rule: offset(rule) });
        }
    }

    /// Returns the length of the longest match of a rule, where its values start at the place that [`Engine::find_wanted`] gives or one
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
