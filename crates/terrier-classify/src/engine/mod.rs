//! Finds the spans that the rules' patterns match: gates over the whole text, then each rule's own automaton where its gate opens.
//!
//! **Invariant:** the spans are those that the crate `regex` finds rule by rule, from left to right without overlap.
//!
//! **Invariant:** they do not depend on where a stream is cut into windows, unless matches of one rule touch each other in a chain
//! of more than 4 KiB.

mod anchored;
mod backend;
mod buckets;
mod byte_set;
mod frequency;
mod gate;
#[cfg(feature = "hyperscan")]
mod hyperscan;
mod openings;
mod pattern;
mod search;
mod sequence;
mod sieve;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::ops::Range;

use terrier_content::Match;

use self::gate::Anchor;
use self::openings::Openings;
use self::pattern::Pattern;
use self::search::{Kept, Search};
use crate::rule_set::RuleSet;

pub(crate) use anchored::{Anchored, syntax};
pub use backend::Backend;
pub(crate) use byte_set::ByteSet;
pub(crate) use pattern::{LONGEST_MATCH, PatternError};
pub(crate) use sequence::{DEPTH, LONGEST_LEAD, Position, Sequence};
pub use sieve::Instructions;

/// Gates that open more often than this make a scan slow.
const BUSY_GATE: f32 = 1.0 / 40.0;

/// Longest match of a rule on demand.
pub(crate) const LONGEST_ON_DEMAND: usize = 128;

/// How far beyond a place, and before it, words have been told of when it is asked what is wanted there.
pub(crate) const WORDS_ABOUT: usize = 512;

/// All patterns of a rule pack, ready to run.
pub(crate) struct Engine {
    patterns: Vec<Pattern>,
    /// Rules that are looked at only where they are wanted.
    on_demand: RuleSet,
    openings: Openings,
    #[cfg(feature = "hyperscan")]
    hyperscan: Option<hyperscan::Hyperscan>,
}

thread_local! {
    static KEPT: RefCell<Box<Kept>> = RefCell::new(Kept::new());
}

/// Says where rules on demand are wanted, by what it is told of words.
pub(crate) trait Interest {
    /// Whether every rule is wanted everywhere. Then matches of one rule do not overlap, as the crate `regex` finds them; else
    /// those of rules on demand may.
    const IS_EVERYTHING: bool = false;

    /// Is told that words from the place on will be told of, and none before.
    fn begin(&mut self, _place: usize) {}

    /// Tells whether one of the [words](Engine::compile) may begin at a place. Takes as long whatever the answer is: at most places it is no.
    fn may_be_word(&self, _text: &[u8], _place: usize) -> bool {
        false
    }

    /// Is told of a place for which the answer was yes. They come in order.
    fn word(&mut self, _place: usize) {}

    /// Is told that no other word begins before the place.
    fn words_until(&mut self, _place: usize) {}

    /// Returns the next stretch of these places in which rules on demand may be wanted. [`Interest::wants`] then speaks of it.
    fn next_wanted(&mut self, places: Range<usize>) -> Option<Range<usize>>;

    /// Tells whether a rule on demand may be wanted in the stretch.
    fn wants(&self, rule: u32) -> bool;
}

/// Wants all rules everywhere.
struct Everything;

impl Interest for Everything {
    const IS_EVERYTHING: bool = true;

    fn next_wanted(&mut self, places: Range<usize>) -> Option<Range<usize>> {
        (!places.is_empty()).then_some(places)
    }

    fn wants(&self, _rule: u32) -> bool {
        true
    }
}

impl Engine {
    /// Compiles the patterns; an error names the index of the pattern. Those of the rules `on_demand` are looked at only where they are
    /// wanted, if that is worth it. Where one of the sequences of `words` applies is told on the way.
    pub(crate) fn compile(
        sources: &[&str],
        on_demand: &RuleSet,
        words: Vec<Sequence>,
        backend: Backend,
    ) -> Result<Self, (usize, PatternError)> {
        Self::compile_with(sources, on_demand, words, backend, Instructions::fastest())
    }

    /// Does the same for instructions that this processor must have.
    pub(crate) fn compile_with(
        sources: &[&str],
        on_demand: &RuleSet,
        words: Vec<Sequence>,
        backend: Backend,
        instructions: Instructions,
    ) -> Result<Self, (usize, PatternError)> {
        let patterns = (0..)
            .zip(sources)
            .map(|(index, source)| Pattern::new(source).map_err(|error| (index, error)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut short = RuleSet::with_room(patterns.len());
        for (rule, pattern) in (0..).zip(&patterns) {
            let is_short = pattern.longest() <= LONGEST_ON_DEMAND && pattern.gate().anchor == Anchor::Start;
            if on_demand.contains(rule) && is_short {
                short.insert(rule);
            }
        }
        #[cfg(not(feature = "hyperscan"))]
        let _ = backend;
        Ok(Self {
            openings: Openings::new(&patterns, &short, words, instructions),
            patterns,
            on_demand: short,
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

    /// Does the same, but for rules on demand where they are not wanted.
    pub(crate) fn find_wanted(&self, window: &[u8], body: Range<usize>, interest: &mut impl Interest, out: &mut Vec<Match>) {
        let first = out.len();
        self.search(window, body, interest, out);
        // They come nearly in order, which this sort makes use of.
        out[first..].sort_by_key(|found| (found.start, found.rule, found.end));
        let mut kept = first;
        for at in first..out.len() {
            if at == first || out[at] != out[kept - 1] {
                out[kept] = out[at];
                kept += 1;
            }
        }
        out.truncate(kept);
    }

    fn search<I: Interest>(&self, window: &[u8], body: Range<usize>, interest: &mut I, out: &mut Vec<Match>) {
        #[cfg(feature = "hyperscan")]
        if let Some(hyperscan) = &self.hyperscan
            && hyperscan.find(self, window, &body, !I::IS_EVERYTHING, out)
        {
            let refused = hyperscan.refused();
            if !refused.is_empty() {
                KEPT.with_borrow_mut(|kept| Search::new(self, window, body, interest, kept, out).of_rules(refused).run());
            }
            return;
        }
        KEPT.with_borrow_mut(|kept| Search::new(self, window, body, interest, kept, out).run());
    }

    /// Does the first step of a search alone: returns how many places of a text the sieve lets through, of all kinds.
    pub(crate) fn let_through(&self, text: &[u8]) -> u64 {
        KEPT.with_borrow_mut(|kept| kept.let_through(&self.openings.sieve, text))
    }

    /// Returns the rules whose gates say so little that they make a scan slow, with the share of places where they open. Those on demand
    /// do not, as they are looked at nearly nowhere.
    pub(crate) fn busy_gates(&self) -> impl Iterator<Item = (usize, f32)> {
        let frequencies = self.patterns.iter().map(|pattern| pattern.gate().frequency());
        let is_always = (0..).map(|rule| !self.on_demand.contains(rule));
        frequencies
            .enumerate()
            .zip(is_always)
            .filter(|((_, frequency), is_always)| *is_always && *frequency > BUSY_GATE)
            .map(|(busy, _)| busy)
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a window stays below 4 GiB")
}
