//! Recognises the names of persons.

mod cell;
mod chain;
mod context;
mod ending;
mod evidence;
mod fold;
mod segment;
mod table;
pub(crate) mod traits;
mod word;

use std::ops::Range;

use crate::recognizer::Recognised;
use crate::signal::SignalSet;

use self::chain::Chain;
use self::segment::segment;
use self::table::Kind;
use self::traits::{Traits, span, traits};
use self::word::{Word, capitalised_at};

/// How far beyond the places a word may stand that a name beginning inside of them is found by.
const BEYOND: usize = 256;

/// Finds names of persons that start at the places.
pub(crate) fn find(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Recognised)) {
    find_traits(text, places, &mut |span, traits| found(Recognised { span, signals: traits.signals() }));
}

/// Says what speaks for a cell being a name.
pub(crate) fn whole(cell: &[u8]) -> Option<SignalSet> {
    cell::whole(cell).map(|traits| traits.signals())
}

pub(crate) fn find_traits(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Range<usize>, Traits)) {
    let mut chain = Chain::default();
    let mut next_start = places.start;
    let end = text.len().min(places.end + BEYOND);
    let mut at = places.start;
    while at < end {
        let Some(offset) = text[at..end].iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3) else { return };
        let place = at + offset;
        at = place + 1;
        let Some(word) = capitalised_at(text, place) else { continue };
        at = word.end;
        if !is_anchor(&word) && !is_spoken_of(text, &word) {
            continue;
        }
        chain.collect(text, word);
        let Some(segment) = segment(&chain) else { continue };
        let span = span(&chain, &segment);
        if span.start < next_start || span.start >= places.end {
            continue;
        }
        next_start = span.start + 1;
        found(span, traits(text, &chain, &segment));
    }
}

/// Tells whether a word that is not known stands where a name would.
fn is_spoken_of(text: &[u8], word: &Word) -> bool {
    if word.is_initial || !word.known.is_nothing() {
        return false;
    }
    let before = context::before(text, word.start);
    if matches!(before.kind, Some(Kind::Title | Kind::Role | Kind::Salutation | Kind::Says | Kind::By | Kind::NameKey)) {
        return true;
    }
    let behind = context::behind(text, word.end);
    !before.sentence_start && matches!(behind.kind, Some(Kind::Says | Kind::Does))
        || behind.who
        || ending::has_surname_ending(word.letters(text))
        || context::is_named_nearby(text, word.start, word.end)
}

fn is_anchor(word: &Word) -> bool {
    let known = word.known;
    known.given() >= 1 || known.surname() >= 1 || matches!(known.kind(), Kind::Title | Kind::Salutation)
}
