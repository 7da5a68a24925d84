//! Recognises the names of persons.

mod cell;
mod chain;
mod context;
mod ending;
mod evidence;
pub(crate) mod fold;
mod neighbours;
mod segment;
mod starts;
mod table;
mod traits;
mod word;

use std::ops::Range;

use crate::marks::Marks;
use crate::recognizer::Recognised;
use crate::signal::SignalSet;

use self::chain::Chain;
use self::fold::LONGEST;
use self::segment::segment;
use self::starts::Start;
use self::table::{Kind, Known, look_up_letters};
use self::traits::{Traits, span, traits};
use self::word::{Word, capitalised_at};

/// How far beyond the places a word may stand that a name beginning inside of them is found by.
const BEYOND: usize = 512;
/// How far before the places a title or a greeting may stand that a name is found by.
const BEFORE: usize = 128;

/// Finds names of persons that start at the places.
pub(crate) fn find(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Recognised)) {
    find_traits(text, places, &mut |span, traits| {
        if let Some(signals) = traits.evidence() {
            found(Recognised { span, signals });
        }
    });
}

/// Says what speaks for a cell being a name.
pub(crate) fn whole(cell: &[u8]) -> Option<SignalSet> {
    cell::whole(cell).map(|traits| traits.evidence_of_cell())
}

pub(crate) fn find_traits(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Range<usize>, Traits)) {
    let mut chain = Chain::default();
    let mut next_start = places.start;
    let mut at = places.start.saturating_sub(BEFORE);
    let mut starts = Marks::<Start>::new(text, at..places.end.saturating_add(BEYOND));
    while let Some(place) = starts.next_from(at) {
        at = place + 1;
        let Some(word) = worth_a_look(text, place) else { continue };
        chain.collect(text, word);
        let Some(segment) = segment(&chain) else { continue };
        let span = span(&chain, &segment);
        // Each word of a name finds the same name.
        at = at.max(span.end);
        if span.start < next_start || span.start >= places.end {
            continue;
        }
        next_start = span.end;
        if is_in_code(text, &span) {
            continue;
        }
        found(span, traits(text, &chain, &segment));
    }
}

/// Tells whether signs touch it on both sides that encodings and paths are made of, and sentences are not.
fn is_in_code(text: &[u8], span: &Range<usize>) -> bool {
    let is_code = |byte: Option<&u8>| matches!(byte, Some(b'/' | b'+' | b'='));
    is_code(span.start.checked_sub(1).and_then(|at| text.get(at))) && is_code(text.get(span.end))
}

/// Reads the word that begins at a place, where it may lead to a name.
#[inline]
fn worth_a_look(text: &[u8], place: usize) -> Option<Word> {
    let rest = &text[place..text.len().min(place + LONGEST)];
    let length = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    let is_plain = match rest[length..] {
        [joint @ (b'-' | b'\''), next, ..] => !next.is_ascii_alphabetic() && next < 0x80 || joint == b'\'' && matches!(next, b's' | b'S'),
        [next, ..] => next < 0x80,
        [] => true,
    };
    if !is_plain {
        return capitalised_at(text, place).filter(|word| may_lead(word.known) || is_spoken_of(text, word));
    }
    let letters = &rest[..length];
    let known = look_up_letters(letters);
    if may_lead(known) {
        return capitalised_at(text, place);
    }
    if known.is_small_place() {
        // Villages have the names of families.
        return capitalised_at(text, place).filter(|word| neighbours::is_named_nearby(text, word.start, word.end));
    }
    if !known.is_nothing() {
        return None;
    }
    let hump = letters.iter().skip(1).position(u8::is_ascii_uppercase).map(|at| at + 1);
    match hump {
        // Text from pages may have lost its spaces.
        Some(hump) if hump >= 3 && look_up_letters(&letters[..hump]).given() >= 4 => {
            capitalised_at(text, place).filter(Word::is_run_together)
        }
        Some(_) => None,
        None => {
            may_be_prose(text, place, place + length).then(|| capitalised_at(text, place)).flatten().filter(|word| is_spoken_of(text, word))
        }
    }
}

/// Tells whether a word stands between spaces and small letters, as in sentences.
fn may_be_prose(text: &[u8], start: usize, end: usize) -> bool {
    end - start >= 4
        && match text[..start] {
            [.., before, b' '] => before.is_ascii_lowercase() || matches!(before, b',' | b'.' | b':' | b'"' | b')' | b'?'),
            [] | [.., b'\n'] => matches!(text.get(end), Some(b' ' | b'\'' | b'\n')),
            [.., b'"' | b'>' | b':'] => true,
            _ => false,
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
    if before.kind == Some(Kind::Grammar) && before.further == Some(Kind::NameKey) {
        return true;
    }
    let behind = context::behind(text, word.end);
    !before.sentence_start && matches!(behind.kind, Some(Kind::Says | Kind::Does))
        || behind.who
        || ending::has_surname_ending(word.letters(text))
        || neighbours::is_named_nearby(text, word.start, word.end)
}

/// Tells whether a word may lead to a name: as one of it, or as what stands before it.
fn may_lead(known: Known) -> bool {
    match known.kind() {
        Kind::Title | Kind::Salutation => true,
        Kind::Grammar | Kind::By | Kind::NameKey => false,
        _ => known.is_whole_name() || known.given() >= 4 && known.common_in_name() <= 1 || known.surname() >= 1 && known.common() <= 1,
    }
}

#[cfg(test)]
mod tests;
