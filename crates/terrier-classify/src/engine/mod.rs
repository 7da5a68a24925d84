//! Finds the spans that the rules' patterns match: gates over the whole text, then each rule's own automaton where its gate opens.
//!
//! **Invariant:** the spans are those that the crate `regex` finds rule by rule, from left to right without overlap.
//!
//! **Invariant:** they do not depend on where a stream is cut into windows, unless matches of one rule touch each other in a chain
//! of more than 4 KiB.

mod byte_set;
mod filter;
mod gate;
mod pattern;
#[cfg(test)]
mod tests;

use std::ops::Range;

use terrier_content::Match;

use filter::{Entry, Filter};
use gate::{Anchor, REACH};
use pattern::Pattern;

pub(crate) use pattern::{LONGEST_MATCH, PatternError};

/// Gates that open more often than this make a scan slow.
const BUSY_GATE: f64 = 1.0 / 40.0;

/// All patterns of a rule pack, ready to run.
pub(crate) struct Engine {
    patterns: Vec<Pattern>,
    filter: Filter,
    reach: usize,
}

impl Engine {
    /// Compiles the patterns; an error names the index of the pattern.
    pub(crate) fn compile<'p>(sources: impl IntoIterator<Item = &'p str>) -> Result<Self, (usize, PatternError)> {
        let patterns = sources
            .into_iter()
            .enumerate()
            .map(|(index, source)| Pattern::new(source).map_err(|error| (index, error)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut entries = Vec::new();
        let mut reach = 0;
        for (rule, pattern) in (0..).zip(&patterns) {
            let gate = pattern.gate();
            entries.extend(gate.sequences.iter().map(|sequence| Entry { sequence: *sequence, rule }));
            if let Anchor::Inner { most, .. } = gate.anchor {
                reach = reach.max(most.min(REACH));
            }
        }
        Ok(Self { patterns, filter: Filter::new(entries), reach })
    }

    /// Appends the spans that start in `body`, ordered by start, then by rule.
    pub(crate) fn find(&self, window: &[u8], body: Range<usize>, out: &mut Vec<Match>) {
        self.find_wanted(window, body, |_, _| true, out);
    }

    /// Does the same for those rules and places that are wanted: `wanted` is asked about a rule and a place in, or at most one byte
    /// before, a match.
    pub(crate) fn find_wanted(&self, window: &[u8], body: Range<usize>, mut wanted: impl FnMut(usize, u32) -> bool, out: &mut Vec<Match>) {
        let first = out.len();
        let starts = body.start.saturating_sub(LONGEST_MATCH)..body.end;
        // Where the next match of a rule may start: behind its last one, and behind every place already tried.
        let mut free_from = vec![starts.start; self.patterns.len()];
        self.filter.scan(window, starts.start, starts.end.saturating_add(self.reach), |point, rule| {
            let index = rule as usize;
            let pattern = &self.patterns[index];
            if point < free_from[index] || !wanted(point, rule) {
                return;
            }
            let Some(found) = next_match(pattern, window, point, &starts, &mut free_from[index]) else { return };
            let value = pattern.value_span(window, found);
            if body.contains(&value.start) {
                out.push(Match { start: offset(value.start), end: offset(value.end), rule });
            }
        });
        out[first..].sort_unstable_by_key(|found| (found.start, found.rule, found.end));
    }

    /// Returns the length of the longest match of a rule, where its gate stands at the start of a match.
    pub(crate) fn longest_match_from_gate(&self, rule: u32) -> Option<usize> {
        let pattern = &self.patterns[rule as usize];
        matches!(pattern.gate().anchor, Anchor::Start).then(|| pattern.longest())
    }

    /// Returns the rules whose gates say so little that they make a scan slow, with the share of places where they open.
    pub(crate) fn busy_gates(&self) -> impl Iterator<Item = (usize, f64)> {
        let frequencies = self.patterns.iter().map(|pattern| pattern.gate().frequency());
        frequencies.enumerate().filter(|(_, frequency)| *frequency > BUSY_GATE)
    }
}

/// Tries the places at which a match with its gate at `point` may start.
fn next_match(pattern: &Pattern, text: &[u8], point: usize, starts: &Range<usize>, free_from: &mut usize) -> Option<Range<usize>> {
    let candidates = match pattern.gate().anchor {
        Anchor::Start => point..point + 1,
        Anchor::Inner { prefix, least, most } => {
            let floor = point.saturating_sub(most).max(*free_from);
            let run = text.get(floor..point)?.iter().rev().take_while(|byte| prefix.contains(**byte)).count();
            point - run..(point + 1).saturating_sub(least)
        }
    };
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
