//! Finds matches through Hyperscan or Vectorscan, where it was built in.
//!
//! The library only tells where the beginnings of matches *end*: asking it for starts halves its speed, and it would tell the leftmost
//! start of all that ends there, not that of the match that a search from left to right finds. From the ends follow the places where
//! the match may start; each is tried once, from left to right, with the rule's own automaton. So the spans are those of the other
//! backend, byte by byte, whatever the library thinks is greedy, and if it tells too many ends.

mod expression;
mod library;

use std::cell::RefCell;
use std::ffi::CString;
use std::ops::Range;
use std::sync::OnceLock;

use terrier_content::Match;

use self::expression::{Expression, Reach};
use self::library::{CompileError, Database, Scratch};
use super::byte_set::ByteSet;
use super::pattern::{LONGEST_MATCH, Pattern};
use super::{Engine, KEPT, offset};
use crate::rule_set::RuleSet;

pub(crate) use library::version;

/// Ends of a rule that lie in one block of so many bytes are remembered as one stretch: a text full of ends does not fill the memory.
const BLOCK: u32 = 64;

/// The patterns that Hyperscan runs.
pub(super) struct Hyperscan {
    database: Database,
    rules: Vec<Prepared>,
    /// The rules that it refuses.
    refused: RuleSet,
}

/// What is known of a rule beside its pattern.
#[derive(Default)]
struct Prepared {
    reach: Reach,
    /// For each byte with which a match may start, behind which kinds of bytes; found out when it is first needed.
    beginnings: OnceLock<Box<[u8; 256]>>,
}

/// A stretch in which matches of a rule end.
struct Ends {
    rule: u32,
    first: u32,
    last: u32,
}

/// What one search found, kept from search to search for its room.
struct Found {
    ends: Vec<Ends>,
    /// For each rule, which of `ends` was added last. What is left from earlier searches may point anywhere.
    latest: Vec<usize>,
    scratch: Scratch,
}

thread_local! {
    static FOUND: RefCell<Found> = const { RefCell::new(Found { ends: Vec::new(), latest: Vec::new(), scratch: Scratch::new() }) };
}

impl Hyperscan {
    /// Compiles the patterns. `None` where the library can run none of them here.
    pub(super) fn compile(sources: &[&str]) -> Option<Self> {
        let mut expressions: Vec<(CString, u32)> = Vec::new();
        let mut rules = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            let mut prepared = Prepared::default();
            if let Some(Expression { text, reach }) = Expression::of(source) {
                prepared.reach = reach;
                expressions.push((text, offset(index)));
            }
            rules.push(prepared);
        }
        let database = loop {
            match Database::compile(&expressions) {
                Ok(database) => break database,
                Err(CompileError::Expression(index)) if index < expressions.len() => drop(expressions.remove(index)),
                Err(_) => return None,
            }
        };
        let mut refused = RuleSet::default();
        let is_taken = |rule: u32| expressions.iter().any(|(_, taken)| *taken == rule);
        (0..offset(sources.len())).filter(|rule| !is_taken(*rule)).for_each(|rule| refused.insert(rule));
        Some(Self { database, rules, refused })
    }

    /// Returns the rules that it does not look for.
    pub(super) fn refused(&self) -> &RuleSet {
        &self.refused
    }

    /// Adds the matches that start in the body, in no particular order, but for those of refused rules. Words are not told of, so that
    /// those of rules on demand are found wherever they are, and may overlap where that is asked for. `false` where the library failed; nothing is added then.
    pub(super) fn find(&self, engine: &Engine, window: &[u8], body: &Range<usize>, overlap_on_demand: bool, out: &mut Vec<Match>) -> bool {
        let starts = body.start.saturating_sub(LONGEST_MATCH)..body.end.min(window.len());
        FOUND.with_borrow_mut(|found| {
            if !self.collect(window, &starts, found) {
                return false;
            }
            KEPT.with_borrow_mut(|kept| {
                let progress = &mut kept.progress;
                progress.begin(engine.patterns.len());
                for ends in &found.ends {
                    let rule = ends.rule as usize;
                    let next = progress.of(rule, starts.start);
                    let may_overlap = overlap_on_demand && engine.on_demand.contains(ends.rule);
                    self.try_starts(&engine.patterns[rule], ends, window, &starts, next, |value| {
                        if body.contains(&value.start) {
                            out.push(Match { start: offset(value.start), end: offset(value.end), rule: ends.rule });
                        }
                        !may_overlap
                    });
                }
            });
            true
        })
    }

    /// Collects where matches end that may start in `starts`, ordered by the first end of each stretch.
    fn collect(&self, window: &[u8], starts: &Range<usize>, found: &mut Found) -> bool {
        let Found { ends, latest, scratch } = found;
        ends.clear();
        latest.resize(latest.len().max(self.rules.len()), 0);
        // A byte more on both sides: what assertions look at.
        let from = starts.start.saturating_sub(1);
        let to = starts.end.saturating_add(LONGEST_MATCH + 1).min(window.len());
        let searched = self.database.scan(&window[from..to], scratch, |rule, end| {
            let end = offset(from + end);
            let latest = &mut latest[rule as usize];
            match ends.get_mut(*latest) {
                Some(last) if last.rule == rule && last.first / BLOCK == end / BLOCK => {
                    (last.first, last.last) = (last.first.min(end), last.last.max(end));
                }
                _ => {
                    *latest = ends.len();
                    ends.push(Ends { rule, first: end, last: end });
                }
            }
        });
        // The library promises no order.
        ends.sort_by_key(|ends| ends.first);
        searched
    }

    /// Tries the starts from which matches may reach the ends, but for those tried before, and goes on behind a match where `take` says so.
    /// Any start left out here is too far from these ends, so that it was tried, or will be, for an end nearer by.
    fn try_starts(
        &self,
        pattern: &Pattern,
        ends: &Ends,
        window: &[u8],
        starts: &Range<usize>,
        next: &mut usize,
        mut take: impl FnMut(Range<usize>) -> bool,
    ) {
        let Prepared { reach, beginnings } = &self.rules[ends.rule as usize];
        let beginnings = beginnings.get_or_init(|| beginnings_of(pattern));
        let mut start = (ends.first as usize).saturating_sub(reach.most).max(*next);
        let behind = (ends.last as usize + 1).saturating_sub(reach.least).min(starts.end);
        while start < behind {
            let before = start.checked_sub(1).map(|before| window[before]);
            let end = if beginnings[usize::from(window[start])] & kind(before) == 0 { None } else { pattern.end_of_match(window, start) };
            start = match end {
                Some(end) if take(pattern.value_span(window, start..end)) => end,
                _ => start + 1,
            };
        }
        *next = (*next).max(start);
    }
}

/// The kinds of bytes that assertions tell apart before a match, one of each.
const BEFORE: [Option<u8>; 5] = [None, Some(b'\n'), Some(b'\r'), Some(b'a'), Some(b' ')];

/// Returns the bit of the kind that a byte is of.
fn kind(before: Option<u8>) -> u8 {
    match before {
        None => 1,
        Some(b'\n') => 2,
        Some(b'\r') => 4,
        Some(byte) if ByteSet::WORD.contains(byte) => 8,
        Some(_) => 16,
    }
}

fn beginnings_of(pattern: &Pattern) -> Box<[u8; 256]> {
    let mut beginnings = Box::new([0; 256]);
    for (first, kinds) in (0..=u8::MAX).zip(beginnings.iter_mut()) {
        *kinds = BEFORE.into_iter().filter(|before| pattern.can_begin(*before, first)).map(kind).sum();
    }
    beginnings
}
