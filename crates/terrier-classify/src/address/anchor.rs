//! Anchors: the rare places that addresses are looked for around. Nearly every address has a number that stands alone, with a capitalised
//! word or a word for a street beside it.

use super::compound::{Compound, compound};
use super::gazetteer::{Flags, look_up_word, may_be_small_word};
use crate::marks::{Mark, Marks};

/// Digits of the longest number.
const MOST_DIGITS: usize = 6;
/// Bytes of the words beside a number that are looked at.
const REACH: usize = 40;

/// Finds the anchors of a text, from left to right.
pub(super) struct Anchors<'t> {
    text: &'t [u8],
    end: usize,
    numbers: Marks<'t, Number>,
    /// The next number, and the next house without one, `s/n`; `end` where there is none.
    number: usize,
    without: usize,
}

impl<'t> Anchors<'t> {
    /// Looks in a range.
    pub(super) fn new(text: &'t [u8], from: usize, end: usize) -> Self {
        let mut anchors = Self { text, end, numbers: Marks::new(text, from..end), number: end, without: next_without(text, from, end) };
        anchors.number = anchors.next_number(from);
        anchors
    }

    /// Passes over all places before `at`.
    pub(super) fn skip_to(&mut self, at: usize) {
        if self.number < at {
            self.number = self.next_number(at);
        }
        if self.without < at {
            self.without = next_without(self.text, at, self.end);
        }
    }

    pub(super) fn next(&mut self) -> Option<usize> {
        let place = self.number.min(self.without);
        if place >= self.end {
            return None;
        }
        self.skip_to(place + 1);
        Some(place)
    }

    fn next_number(&mut self, mut from: usize) -> usize {
        while let Some(place) = self.numbers.next_from(from) {
            if is_promising(self.text, place) {
                return place;
            }
            from = place + 1;
        }
        self.end
    }
}

/// Returns the next place of `s/n`, which stands for the number of a house that has none.
fn next_without(text: &[u8], from: usize, end: usize) -> usize {
    let is_one = |slash: usize| {
        let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
        matches!((byte(slash - 1), byte(slash + 1)), (b's', b'n') | (b'S', b'N'))
            && (slash < 2 || matches!(byte(slash - 2), b' ' | b',' | b'\n'))
            && !byte(slash + 2).is_ascii_alphanumeric()
    };
    let slashes = memchr::memchr_iter(b'/', text.get(from..end).unwrap_or_default()).map(|at| from + at);
    slashes.filter(|slash| *slash > from && is_one(*slash)).map(|slash| slash - 1).next().unwrap_or(end)
}

/// Marks where numbers begin that may stand alone.
struct Number;

impl Mark for Number {
    #[inline(always)]
    fn is_marked(second_before: u8, before: u8, byte: u8, _: u8) -> bool {
        let is_of = |byte: u8, first: u8, count: u8| byte.wrapping_sub(first) < count;
        // Neither a letter or digit, nor `/`, `@`, `_` and the like.
        let is_apart = (before < b'/') | is_of(before, b':', 5) | (before >= b'|');
        let is_link = is_of(before, b',', 3) | (before == b':');
        let is_letter = is_of(second_before | 0x20, b'a', 26) | (second_before >= 0x80);
        is_of(byte, b'0', 10) & is_apart & (!is_link | is_letter)
    }
}

fn is_promising(text: &[u8], place: usize) -> bool {
    let byte = |at: usize| text.get(at).copied().unwrap_or(b'\n');
    let mut end = place + 1;
    while byte(end).is_ascii_digit() {
        end += 1;
    }
    let mut digits = end;
    if digits - place > MOST_DIGITS {
        return false;
    }
    // `12-14`, `3/5`, `2-11-3`.
    let mut ranges = 0;
    while ranges < 2 && matches!(byte(end), b'-' | b'/') && byte(end + 1).is_ascii_digit() {
        end += 1;
        digits = end;
        while byte(end).is_ascii_digit() && end < digits + 4 {
            end += 1;
        }
        ranges += 1;
    }
    // A letter of the house, `2nd`.
    digits = end;
    while end < digits + 4 && (byte(end).is_ascii_alphabetic() || byte(end) >= 0x80) {
        end += 1;
    }
    let goes_on = match byte(end) {
        b':' | b'_' | b'=' | b'"' => true,
        b'.' => byte(end + 1).is_ascii_digit(),
        _ => false,
    };
    if end == digits + 4 || goes_on || byte(end).is_ascii_digit() {
        return false;
    }
    let is_at_end = matches!(byte(end), b' ' | b'\r' | b'\n')
        || matches!(byte(end), b',' | b'.') && matches!(byte(end + 1), b' ' | b'\r' | b'\n' | b'.');
    if is_quantity(text, end) {
        return false;
    }
    match place.checked_sub(1).map_or(b'\n', byte) {
        b'-' => is_at_end && is_country_before(text, place),
        b',' => is_word_behind(text, end) || is_at_end && is_word_before(text, place),
        b' ' | b'.' | b'#' | 0x80.. => is_word_behind(text, end) || is_word_before(text, place),
        b'\n' | b'\r' | b'\t' | b'"' | b'\'' | b'>' | b'(' | b'|' | b';' | b'=' | b':' => is_word_behind(text, end),
        _ => false,
    }
}

/// Words in small letters that say of what there are so many.
const UNITS: [&[u8]; 24] = [
    b"bytes",
    b"cent",
    b"days",
    b"degrees",
    b"dollars",
    b"euros",
    b"hours",
    b"km",
    b"metres",
    b"miles",
    b"millones",
    b"million",
    b"millions",
    b"minutes",
    b"months",
    b"per",
    b"percent",
    b"pounds",
    b"procent",
    b"prozent",
    b"seconds",
    b"times",
    b"weeks",
    b"years",
];

/// Tells whether a number that ends at a place counts something: `88 percent`.
fn is_quantity(text: &[u8], end: usize) -> bool {
    text.get(end) == Some(&b' ') && UNITS.contains(&&text[end + 1..small_word(text, end + 1)])
}

fn is_word_behind(text: &[u8], end: usize) -> bool {
    let start = match text.get(end..).and_then(|rest| rest.first_chunk::<3>()) {
        Some([b' ', b' ', _] | [b',', b' ', _]) => end + 2,
        Some([b' ', ..]) => end + 1,
        _ => return false,
    };
    let Some(first) = text.get(start) else { return false };
    if !first.is_ascii_lowercase() {
        return first.is_ascii_uppercase() || *first >= 0x80;
    }
    let word = small_word(text, start);
    is_small_word(&text[start..word]) || text.get(word) == Some(&b' ') && is_small_word(&text[word + 1..small_word(text, word + 1)])
}

/// Returns the end of a word in small letters.
fn small_word(text: &[u8], start: usize) -> usize {
    start + text[start..].iter().take(REACH).take_while(|byte| byte.is_ascii_lowercase() || **byte >= 0x80).count()
}

fn is_word_before(text: &[u8], place: usize) -> bool {
    let before = &text[place.saturating_sub(REACH)..place];
    let gap = match before {
        [.., b'.' | b',', b' '] => 2,
        [.., letter, b',' | b'.'] if letter.is_ascii_alphabetic() => 1,
        [.., b' ', b'#'] => 2,
        [.., b' '] => 1,
        [.., byte] if !byte.is_ascii() => 0,
        _ => return false,
    };
    let before = &before[..before.len() - gap];
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
    let word = &before[before.len() - length..];
    let Some(first) = word.first() else { return false };
    if first.is_ascii_uppercase() {
        // The day of a date.
        return word.len() != 3 || !look_up_word(word).any(Flags::STOP);
    }
    *first >= 0x80 || first.is_ascii_lowercase() && (is_small_word(word) || is_small_name(&before[..before.len() - length]))
}

/// Tells whether words in small letters stand behind one for a street: `Calle de la luna`.
fn is_small_name(before: &[u8]) -> bool {
    let mut end = before.len();
    for _ in 0..3 {
        if end < 2 || !matches!(before[end - 1], b' ' | b'/') {
            return false;
        }
        end -= 1 + usize::from(matches!(before[end - 2], b'.' | b'/'));
        let length = before[..end].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
        let word = &before[end - length..end];
        match word.first() {
            None => return false,
            Some(_) if word.eq_ignore_ascii_case(b"c") || may_be_small_word(word) && look_up_word(word).any(Flags::STREET_BEFORE) => {
                return true;
            }
            Some(_) => end -= length,
        }
    }
    false
}

/// Tells whether a country's code and a hyphen stand before a postcode.
fn is_country_before(text: &[u8], place: usize) -> bool {
    let before = &text[place.saturating_sub(5)..place - 1];
    let letters = before.iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
    let is_alone = letters == before.len() || matches!(before[before.len() - letters - 1], b' ' | b',' | b'\n' | b'(' | b'.' | b'"' | b'>');
    (1..4).contains(&letters) && is_alone
}

/// Tells whether a word in small letters is one that addresses are made of.
fn is_small_word(word: &[u8]) -> bool {
    may_be_small_word(word) && {
        let flags = look_up_word(word);
        flags.any(Flags::STREET | Flags::UNIT | Flags::BOX | Flags::NUMBER_WORD) || compound(word) == Compound::Street
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_the_end_is_no_anchor() {
        let text = b"at Elm 12 Street";
        assert_eq!(Anchors::new(text, 0, 4).next(), None);
    }

    #[test]
    fn a_number_far_behind_a_house_without_one_is_not_passed_over() {
        let text = format!("Calle Mayor s/n {}at 12 Elm Street", "and so on ".repeat(300));
        let mut anchors = Anchors::new(text.as_bytes(), 0, text.len());
        assert_eq!([anchors.next(), anchors.next(), anchors.next()], [Some(12), text.find("12"), None]);
    }

    #[test]
    fn numbers_beside_names_are_anchors() {
        let first = |text: &str| Anchors::new(text.as_bytes(), 0, text.len()).next();
        assert_eq!(first("at 12 Elm Street"), Some(3));
        assert_eq!(first("calle mayor 5 bis"), Some(12));
        assert_eq!(first("postfach 5, lindenstrasse 7"), Some(9));
        assert_eq!(first("Calle Mayor,5"), Some(12));
        assert_eq!(first("Calle Mayor s/n y calle 5"), Some(12));
        assert_eq!(first("D-10115 Berlin"), Some(2));
        assert_eq!(first("took 12 ms"), None);
        assert_eq!(first("last house new follow well 88 percent."), None);
        assert_eq!(first("calle mayor 5 perro"), Some(12));
        assert_eq!(first("{\"a\":12,\"b\":[1,2,3]}"), None);
        assert_eq!(first("12:30:45.123456789"), None);
    }
}
