//! One search of a window: tile by tile what the sieve lets through, there what may match, and that tried.

use std::cmp::Reverse;
use std::ops::Range;

use terrier_content::Match;

use super::gate::Anchor;
use super::openings::{Chosen, Opening};
use super::pattern::{LONGEST_MATCH, Pattern};
use super::sequence::LONGEST_LEAD;
use super::sieve::{BLOCK, Kind, Masks, PLACES, Room, SPAN, Sieve, TILE};
use super::{Engine, Interest, WORDS_ABOUT, offset};
use crate::rule_set::RuleSet;

/// What a thread keeps from search to search, so that a short text does not pay for room and for every rule.
pub(crate) struct Kept {
    pub(crate) progress: Progress,
    room: Room,
    masks: Masks,
    /// Where rules on demand may match in the last two tiles.
    on_demand: [u64; 2 * TILE],
    openings: Vec<Opening>,
    /// Of the rules on demand, what is wanted in a stretch.
    chosen: Vec<Chosen>,
    places: Box<[u16; PLACES]>,
}

/// Where the next match of each rule may start: behind its last one, and behind every place already tried.
#[derive(Default)]
pub(crate) struct Progress {
    search: u64,
    /// For each rule, the search it was last set in.
    free_from: Vec<(u64, usize)>,
}

impl Kept {
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self {
            progress: Progress::default(),
            room: Room::ZERO,
            masks: Masks::ZERO,
            on_demand: [0; 2 * TILE],
            openings: Vec::new(),
            chosen: Vec::new(),
            places: Box::new([0; PLACES]),
        })
    }
}

impl Kept {
    pub(crate) fn let_through(&mut self, sieve: &Sieve, text: &[u8]) -> u64 {
        let mut count = 0;
        for tile in (0..text.len()).step_by(SPAN) {
            let blocks = (text.len() - tile).min(SPAN).div_ceil(BLOCK);
            sieve.scan(text, tile, blocks, &mut self.room, &mut self.masks);
            let places = Kind::ALL.into_iter().flat_map(|kind| &self.masks.of(kind)[..blocks]);
            count += places.map(|bits| u64::from(bits.count_ones())).sum::<u64>();
        }
        count
    }
}

impl Progress {
    pub(crate) fn begin(&mut self, rules: usize) {
        self.search += 1;
        if self.free_from.len() < rules {
            self.free_from.resize(rules, (0, 0));
        }
    }

    pub(crate) fn of(&mut self, rule: usize, first: usize) -> &mut usize {
        let (search, free_from) = &mut self.free_from[rule];
        if *search != self.search {
            (*search, *free_from) = (self.search, first);
        }
        free_from
    }
}

/// A search that is about to be run.
pub(crate) struct Search<'s, I> {
    engine: &'s Engine,
    window: &'s [u8],
    /// Where matches may start: also before the body, since what begins there may keep a match from beginning in it.
    starts: Range<usize>,
    body: Range<usize>,
    /// The rules that are looked for, where not all are.
    among: Option<&'s RuleSet>,
    interest: &'s mut I,
    kept: &'s mut Kept,
    out: &'s mut Vec<Match>,
}

impl<'s, I: Interest> Search<'s, I> {
    pub(crate) fn new(
        engine: &'s Engine,
        window: &'s [u8],
        body: Range<usize>,
        interest: &'s mut I,
        kept: &'s mut Kept,
        out: &'s mut Vec<Match>,
    ) -> Self {
        let starts = body.start.saturating_sub(LONGEST_MATCH)..body.end.min(window.len());
        Self { engine, window, starts, body, among: None, interest, kept, out }
    }

    /// Looks for these rules only.
    #[cfg(feature = "hyperscan")]
    pub(crate) fn of_rules(self, rules: &'s RuleSet) -> Self {
        Self { among: Some(rules), ..self }
    }

    pub(crate) fn run(mut self) {
        self.kept.progress.begin(self.engine.patterns.len());
        let about = self.engine.openings.reach().max(LONGEST_LEAD).max(WORDS_ABOUT);
        let from = self.starts.start.saturating_sub(WORDS_ABOUT);
        let to = self.starts.end.saturating_add(about).min(self.window.len());
        self.interest.begin(from);
        let mut settled = from;
        for tile in (from..to).step_by(SPAN) {
            let end = to.min(tile + SPAN);
            let blocks = (end - tile).div_ceil(BLOCK);
            self.engine.openings.sieve.scan(self.window, tile, blocks, &mut self.kept.room, &mut self.kept.masks);
            self.tell_words(tile..end, blocks);
            self.look_everywhere(tile..end, blocks, Kind::Spelled);
            self.look_everywhere(tile..end, blocks, Kind::Shaped);
            let half = (tile - from) / SPAN % 2 * TILE;
            self.kept.on_demand[half..half + blocks].copy_from_slice(&self.kept.masks.of(Kind::OnDemand)[..blocks]);
            // Behind this, words that are not yet told of may say what is wanted.
            let known = if end == to { to } else { settled.max(end - WORDS_ABOUT) };
            while settled < known
                && let Some(stretch) = self.interest.next_wanted(settled..known)
            {
                settled = stretch.end;
                self.look_on_demand(stretch, from);
            }
            settled = known;
        }
    }

    fn tell_words(&mut self, tile: Range<usize>, blocks: usize) {
        let (window, interest) = (self.window, &mut *self.interest);
        let places = &mut *self.kept.places;
        let may_begin = |place: usize| tile.start + place < tile.end && interest.may_be_word(window, tile.start + place);
        let count = self.engine.openings.sieve.filter(&self.kept.masks.of(Kind::Word)[..blocks], places, may_begin);
        places[..count].iter().for_each(|place| interest.word(tile.start + usize::from(*place)));
        interest.words_until(tile.end);
    }

    fn look_everywhere(&mut self, tile: Range<usize>, blocks: usize, kind: Kind) {
        let (window, openings) = (self.window, &self.engine.openings);
        let may_open = |place: usize| tile.start + place < tile.end && openings.may_open(window, tile.start + place, kind);
        let count = openings.sieve.filter(&self.kept.masks.of(kind)[..blocks], &mut self.kept.places, may_open);
        for index in 0..count {
            self.look_at(tile.start + usize::from(self.kept.places[index]), kind);
        }
    }

    fn look_on_demand(&mut self, stretch: Range<usize>, from: usize) {
        let mut chosen = std::mem::take(&mut self.kept.chosen);
        // Most stretches of running text have no place where a rule on demand may match: then nothing is to be chosen.
        let mut is_chosen = false;
        for block in (stretch.start - from) / BLOCK..(stretch.end - from).div_ceil(BLOCK) {
            let start = from + block * BLOCK;
            let mut bits = self.kept.on_demand[block % (2 * TILE)];
            while let Some(place) = next_bit(&mut bits, start) {
                if stretch.contains(&place) {
                    if !is_chosen {
                        self.engine.openings.choose(|rule| self.interest.wants(rule), &mut chosen);
                        is_chosen = true;
                    }
                    self.look_at_chosen(place, &chosen);
                }
            }
        }
        self.kept.chosen = chosen;
    }

    /// Adds what of the chosen rules on demand matches about a place.
    fn look_at_chosen(&mut self, place: usize, chosen: &[Chosen]) {
        let mut openings = std::mem::take(&mut self.kept.openings);
        self.engine.openings.chosen_at(self.window, place, chosen, &mut openings);
        for opening in &openings {
            if self.among.is_none_or(|among| among.contains(opening.rule)) {
                self.look_for(*opening, place, Kind::OnDemand);
            }
        }
        self.kept.openings = openings;
    }

    /// Adds what matches about a place.
    fn look_at(&mut self, place: usize, kind: Kind) {
        let mut openings = std::mem::take(&mut self.kept.openings);
        self.engine.openings.at(self.window, place, kind, &mut openings);
        for opening in &openings {
            if self.among.is_none_or(|among| among.contains(opening.rule)) {
                self.look_for(*opening, place, kind);
            }
        }
        self.kept.openings = openings;
    }

    fn look_for(&mut self, Opening { rule, lead: Reverse(lead) }: Opening, place: usize, kind: Kind) {
        let pattern = &self.engine.patterns[rule as usize];
        let found = if kind == Kind::OnDemand && !I::IS_EVERYTHING {
            start_of(place, lead, &self.starts).and_then(|start| Some(start..pattern.end_of_match(self.window, start)?))
        } else {
            let free_from = self.kept.progress.of(rule as usize, self.starts.start);
            next_match(pattern, self.window, place, lead, &self.starts, free_from)
        };
        let Some(found) = found else { return };
        let value = pattern.value_span(self.window, found);
        if self.body.contains(&value.start) {
            self.out.push(Match { start: offset(value.start), end: offset(value.end), rule });
        }
    }
}

fn start_of(place: usize, lead: usize, starts: &Range<usize>) -> Option<usize> {
    place.checked_sub(lead).filter(|start| starts.contains(start))
}

/// Tries the places at which a match may start whose gate is at `place`, from left to right.
fn next_match(
    pattern: &Pattern,
    text: &[u8],
    place: usize,
    lead: usize,
    starts: &Range<usize>,
    free_from: &mut usize,
) -> Option<Range<usize>> {
    let Anchor::Inner { prefix, least, most } = pattern.gate().anchor else {
        let start = start_of(place, lead, starts).filter(|start| start >= free_from)?;
        let end = pattern.end_of_match(text, start)?;
        *free_from = end;
        return Some(start..end);
    };
    if place < *free_from {
        return None;
    }
    let floor = place.saturating_sub(most).max(*free_from);
    let run = text.get(floor..place)?.iter().rev().take_while(|byte| prefix.contains(**byte)).count();
    let candidates = place - run..(place + 1).saturating_sub(least);
    for start in candidates.start.max(starts.start)..candidates.end.min(starts.end) {
        if let Some(end) = pattern.end_of_match(text, start) {
            *free_from = end;
            return Some(start..end);
        }
    }
    *free_from = (*free_from).max(candidates.end);
    None
}

/// Takes the lowest bit out; returns its place.
fn next_bit(bits: &mut u64, start: usize) -> Option<usize> {
    let bit = (*bits != 0).then(|| bits.trailing_zeros() as usize)?;
    *bits &= *bits - 1;
    Some(start + bit)
}
