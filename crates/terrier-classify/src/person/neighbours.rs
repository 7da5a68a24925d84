//! Other names in the same list, and the same name in full nearby.

use std::ops::Range;

use super::context::{back_over_spaces, skip};
use super::table::Kind;
use super::word::{character_at, character_before, is_capital, known, word_after, word_before};

/// Tells whether another name stands beside this one in a list: `Alice, Bob and Carol`.
pub(super) fn is_among_names(text: &[u8], start: usize, end: usize) -> bool {
    let mut at = back_over_spaces(text, start);
    if at > 0 && text[at - 1] == b',' {
        at = back_over_spaces(text, at - 1);
    } else if let Some(range) = word_before(text, at).filter(|range| is_and(&text[range.clone()])) {
        at = back_over_spaces(text, range.start);
        if at > 0 && text[at - 1] == b',' {
            at = back_over_spaces(text, at - 1);
        }
    } else {
        at = 0;
    }
    let before = at > 0 && word_before(text, at).is_some_and(|range| is_name_alone(text, range));
    let mut at = skip(text, end);
    if text.get(at) == Some(&b',') {
        at = skip(text, at + 1);
    }
    let and = word_after(text, at).filter(|range| is_and(&text[range.clone()]));
    if let Some(range) = &and {
        at = skip(text, range.end);
    }
    let is_parted = and.is_some() || text.get(skip(text, end)) == Some(&b',');
    before || is_parted && word_after(text, at).is_some_and(|range| is_name_alone(text, range))
}

fn is_and(word: &[u8]) -> bool {
    matches!(word, b"and" | b"y" | b"e" | b"und" | b"et" | b"i" | b"oraz" | b"en" | b"och" | b"og" | b"or")
}

fn is_name_alone(text: &[u8], range: Range<usize>) -> bool {
    if !is_capital(text, range.start) {
        return false;
    }
    let known = known(&text[range]);
    (known.given() >= 3 || known.surname() >= 3) && known.common() == 0 && known.place() <= 1 && known.kind() == Kind::None
}

/// How far away a name in full counts for its parts. With what is recognised beyond a body's ends, no more than windows show of their neighbours.
const NEARBY: usize = 2800;
/// How many places of the same word are looked at.
const MOST_PLACES: usize = 6;

/// Endings of names in languages that inflect them, without the vowel that may go: `Nowaka`, `Nowakiem`, `Horákovi`.
const INFLECTIONS: [&[u8]; 7] = [b"owi", b"iem", b"ovi", b"em", b"om", b"a", b"u"];
/// The least that is left of a word without its ending.
const SHORTEST_STEM: usize = 4;

/// Tells whether the same word stands in a full name shortly before: texts give a name in full first.
pub(super) fn is_named_nearby(text: &[u8], start: usize, end: usize) -> bool {
    let word = &text[start..end];
    let before = &text[start.saturating_sub(NEARBY)..start];
    is_named_in(before, word)
        || INFLECTIONS
            .iter()
            .filter_map(|ending| word.strip_suffix(*ending))
            .any(|stem| stem.len() >= SHORTEST_STEM && is_named_in(before, stem))
}

fn is_named_in(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find_iter(text, word).take(MOST_PLACES).any(|at| stands_in_full(text, at, at + word.len()))
}

fn stands_in_full(text: &[u8], start: usize, end: usize) -> bool {
    let is_whole = character_before(text, start).is_none_or(|(before, _)| !before.is_alphanumeric())
        && character_at(text, end).is_none_or(|(after, _)| !after.is_alphanumeric());
    if !is_whole {
        return false;
    }
    let space = start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b' ');
    let mut before = start.saturating_sub(1);
    if space && text.get(before.wrapping_sub(1)) == Some(&b'.') {
        before -= 1;
    }
    let given_before = space
        && word_before(text, before).filter(|range| is_capital(text, range.start)).is_some_and(|range| {
            let is_initial = range.len() == 1 && text[range.start] != b'A' && text[range.start] != b'I';
            let known = known(&text[range]);
            is_initial || known.given() >= 3 && known.common_in_name() <= 1 && known.kind() == Kind::None || known.kind() == Kind::Title
        });
    let surname_behind = text.get(end) == Some(&b' ')
        && word_after(text, end + 1).filter(|range| is_capital(text, range.start) && range.len() > 2).is_some_and(|range| {
            let known = known(&text[range]);
            known.surname() >= 2 && known.common() <= 1 && known.kind() == Kind::None
        })
        && known(&text[start..end]).given() >= 3;
    given_before || surname_behind
}
