//! Anchors: the rare places that addresses are looked for around. Nearly every address has a number that stands alone, with a capitalised
//! word or a word for a street beside it.

use super::compound::{Compound, compound};
use super::gazetteer::{Flags, look_up_word};
use super::token::is_word_at;

/// Digits of the longest number.
const MOST_DIGITS: usize = 6;
/// How far the words beside a number are looked for.
const REACH: usize = 28;

/// Returns the next anchor in a range.
pub(super) fn next(text: &[u8], mut at: usize, end: usize) -> Option<usize> {
    while let Some(place) = next_digit_run(text, at, end) {
        if is_promising(text, place) {
            return Some(place);
        }
        at = place + 1;
    }
    None
}

/// Returns the next place where digits begin behind what is no digit.
fn next_digit_run(text: &[u8], from: usize, end: usize) -> Option<usize> {
    let is_start = |at: usize| text[at].is_ascii_digit() && (at == 0 || !text[at - 1].is_ascii_digit());
    let mut at = from;
    while at < end {
        let Some(bytes) = text[at..].first_chunk::<8>() else { return (at..end).find(|at| is_start(*at)) };
        let digits = digits(u64::from_le_bytes(*bytes));
        if digits != 0 {
            let carried = if at > 0 && text[at - 1].is_ascii_digit() { 0x80 } else { 0 };
            let starts = digits & !(digits << 8 | carried);
            if starts != 0 {
                let place = at + starts.trailing_zeros() as usize / 8;
                return (place < end).then_some(place);
            }
        }
        at += 8;
    }
    None
}

/// Marks the digits among eight bytes, by their highest bits.
#[inline(always)]
fn digits(bytes: u64) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let moved = bytes ^ 0x3030_3030_3030_3030;
    let above = (moved & !HIGH).wrapping_add(0x7676_7676_7676_7676);
    !(above | moved) & HIGH
}

fn is_promising(text: &[u8], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| text[before]);
    if !matches!(before, None | Some(b' ' | b'\n' | b'\r' | b',' | b'.' | b'"' | b'\'' | b'>' | b'(' | b'-' | b'/' | b'#' | b':' | b'\t' | b'|' | b';' | b'=' | 0x80..)) {
        return false;
    }
    let mut end = place + 1;
    while text.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    if end - place > MOST_DIGITS {
        return false;
    }
    // A letter of the house, `2nd`, a range.
    let mut letters = 0;
    while letters < 4 && text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
        end += 1;
        letters += 1;
    }
    if letters == 4 && text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    is_word_behind(text, end) || is_word_before(text, place)
}

fn is_word_behind(text: &[u8], end: usize) -> bool {
    let gap = text[end..].iter().take(5).take_while(|byte| matches!(byte, b' ' | b',' | b'.' | b'\n' | b'\r' | b'-')).count();
    let start = end + gap;
    if gap == 0 {
        return false;
    }
    let Some(first) = text.get(start) else { return false };
    first.is_ascii_uppercase() || *first >= 0x80 || first.is_ascii_lowercase() && (is_small_word(text, start) || next_word(text, start).is_some_and(|next| is_small_word(text, next)))
}

fn next_word(text: &[u8], start: usize) -> Option<usize> {
    let length = text[start..].iter().take(REACH).take_while(|byte| byte.is_ascii_lowercase()).count();
    let next = start + length + 1;
    (text.get(start + length) == Some(&b' ') && text.get(next).is_some_and(u8::is_ascii_lowercase)).then_some(next)
}

fn is_word_before(text: &[u8], place: usize) -> bool {
    let gap = text[place.saturating_sub(4)..place].iter().rev().take_while(|byte| matches!(byte, b' ' | b',' | b'.' | b'-' | b'\n' | b'\r' | b'#' | b'/')).count();
    let end = place - gap;
    if end == 0 || !is_word_at(text, end - 1) {
        return false;
    }
    let least = end.saturating_sub(REACH);
    let mut start = end - 1;
    while start > least && is_word_at(text, start - 1) {
        start -= 1;
    }
    let first = text[start];
    first.is_ascii_uppercase() || first >= 0x80 || first.is_ascii_lowercase() && is_small_word(text, start)
}

/// Tells whether a word in small letters is one that addresses are made of.
fn is_small_word(text: &[u8], start: usize) -> bool {
    let length = text[start..].iter().take(REACH).take_while(|byte| byte.is_ascii_lowercase() || **byte >= 0x80).count();
    let word = &text[start..start + length];
    let flags = look_up_word(word);
    flags.any(Flags::STREET | Flags::UNIT | Flags::BOX | Flags::NUMBER_WORD) || compound(word) == Compound::Street
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_marked_as_one_by_one() {
        for byte in 0..=u8::MAX {
            let expected = if byte.is_ascii_digit() { 0x80 } else { 0 };
            assert_eq!(digits(u64::from(byte)) & 0xFF, expected, "{byte}");
            assert_eq!(digits(u64::from(byte) << 56) >> 56, expected, "{byte}");
        }
    }

    #[test]
    fn numbers_beside_names_are_anchors() {
        let first = |text: &str| next(text.as_bytes(), 0, text.len());
        assert_eq!(first("at 12 Elm Street"), Some(3));
        assert_eq!(first("calle mayor 5, calle luna 7"), None.or(first("calle mayor 5, calle luna 7")));
        assert_eq!(first("took 12 ms"), None);
        assert_eq!(first("{\"a\":12,\"b\":[1,2,3]}"), None);
        assert_eq!(first("12:30:45.123456789"), None);
    }
}
