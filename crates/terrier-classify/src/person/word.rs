//! Words that begin with a capital, and the words beside them.

use std::ops::Range;

use super::fold::{LONGEST, fold};
use super::table::{Known, look_up, look_up_letters};

/// A word that begins with a capital.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    /// Where its letters end; an `'s` is not among them.
    pub(super) end: usize,
    pub(super) known: Known,
    /// Whether it is a single letter: `J.`, `J`.
    pub(super) is_initial: bool,
    pub(super) is_all_capitals: bool,
    pub(super) is_possessive: bool,
    /// Whether a full stop follows directly.
    pub(super) has_stop: bool,
}

impl Word {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Where what belongs to it ends: the full stop of an initial does.
    pub(super) fn letters<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        &text[self.range()]
    }

    /// Whether it is a given name and a surname without a space between them.
    pub(super) fn is_run_together(&self) -> bool {
        self.known.is_whole_name()
    }

    pub(super) fn full_end(&self) -> usize {
        self.end + usize::from(self.is_initial && self.has_stop)
    }
}

/// The character that begins at a place, and its length.
pub(super) fn character_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    let rest = &text[at..text.len().min(at + 4)];
    let first = *rest.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let character = std::str::from_utf8(rest.get(..length)?).ok()?.chars().next()?;
    Some((character, length))
}

/// The character that ends before a place, and its length.
pub(super) fn character_before(text: &[u8], at: usize) -> Option<(char, usize)> {
    let last = *text.get(at.checked_sub(1)?)?;
    if last < 0x80 {
        return Some((char::from(last), 1));
    }
    (2..=4.min(at)).find_map(|length| character_at(text, at - length).filter(|(_, found)| *found == length))
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '\u{300}'..='\u{36F}')
}

fn is_joint(character: char) -> bool {
    matches!(character, '-' | '\'' | '’' | '‐')
}

/// Where the run of letters ends that begins at a place, with hyphens and apostrophes inside of it.
fn end_of_letters(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < start + LONGEST {
        if text.get(at).is_some_and(u8::is_ascii_alphabetic) {
            at += 1;
            continue;
        }
        let Some((character, length)) = character_at(text, at) else { break };
        let joins = || at > start && is_joint(character) && character_at(text, at + length).is_some_and(|(next, _)| is_letter(next));
        if !is_letter(character) && !joins() {
            break;
        }
        at += length;
    }
    at
}

/// Where the run of letters begins that ends at a place.
fn start_of_letters(text: &[u8], end: usize) -> usize {
    let mut at = end;
    while end - at < LONGEST {
        if at > 0 && text[at - 1].is_ascii_alphabetic() {
            at -= 1;
            continue;
        }
        let Some((character, length)) = character_before(text, at) else { break };
        let joins = || at < end && is_joint(character) && character_before(text, at - length).is_some_and(|(next, _)| is_letter(next));
        if !is_letter(character) && !joins() {
            break;
        }
        at -= length;
    }
    at
}

/// Reads a word of ASCII letters that spaces, commas and the like stand around: what most are.
#[inline]
fn plain_at(text: &[u8], start: usize) -> Option<Word> {
    let before = start.checked_sub(1).map_or(b' ', |before| text[before]);
    if !text.get(start)?.is_ascii_uppercase() || !matches!(before, b' ' | b'\n' | b'"' | b'>' | b',') {
        return None;
    }
    let length = 1 + text[start + 1..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_lowercase()).count();
    let end = start + length;
    let is_plain = matches!(text[end..], [] | [b' ' | b'\n' | b'"' | b',' | b';' | b')', ..] | [b'.'] | [b'.', b' ' | b'\n', ..]);
    (is_plain && (2..LONGEST).contains(&length)).then(|| Word {
        start,
        end,
        known: look_up_letters(&text[start..end]),
        is_initial: false,
        is_all_capitals: false,
        is_possessive: false,
        has_stop: text.get(end) == Some(&b'.'),
    })
}

/// Reads the word that begins with a capital at a place; `None` where there is none, or where it is a part of an identifier, an address or a
/// path.
pub(super) fn capitalised_at(text: &[u8], start: usize) -> Option<Word> {
    if let Some(word) = plain_at(text, start) {
        return Some(word);
    }
    let (first, first_length) = character_at(text, start)?;
    if !first.is_uppercase() || !may_begin(text, start) {
        return None;
    }
    let mut end = end_of_letters(text, start);
    let mut is_possessive = false;
    for ending in ["'s", "’s", "'S", "’S", "\\'s"] {
        if text[start..end].ends_with(ending.as_bytes()) && end - start > ending.len() + 1 {
            end -= ending.len();
            is_possessive = true;
        }
    }
    let letters = &text[start..end];
    if end - start >= LONGEST || !may_end(text, if is_possessive { end + 1 } else { end }) {
        return None;
    }
    let is_initial = end == start + first_length;
    let (is_all_capitals, known) = match Shape::of(letters) {
        Some(shape) => {
            let known = if is_initial { Known::default() } else { known(letters) };
            (shape == Shape::AllCapitals && !is_initial, known)
        }
        None => (false, run_together(letters)?),
    };
    let has_stop = text.get(end) == Some(&b'.');
    Some(Word { start, end, known, is_initial, is_all_capitals, is_possessive, has_stop })
}

/// What is known of a word, or of the parts that it is joined of.
pub(super) fn known(letters: &[u8]) -> Known {
    if letters.iter().all(u8::is_ascii_alphabetic) {
        return look_up_letters(letters);
    }
    let whole = look_up(&fold(letters));
    if !whole.is_nothing() || !letters.contains(&b'-') {
        return whole;
    }
    let parts = letters.split(|byte| *byte == b'-').filter(|part| part.len() > 1).map(|part| look_up(&fold(part)));
    parts.reduce(Known::joined_with).unwrap_or_default()
}

/// What is known of a given name and a surname that lost the space between them, as text from pages does.
fn run_together(letters: &[u8]) -> Option<Known> {
    let text = std::str::from_utf8(letters).ok()?;
    let mut humps = text.char_indices().skip(1).filter(|(_, character)| character.is_uppercase());
    let (hump, _) = humps.next().filter(|_| humps.next().is_none())?;
    let (given, surname) = (known(&letters[..hump]), known(&letters[hump..]));
    let is_name = given.given() >= 4 && given.common() == 0 && surname.surname() >= 3 && surname.common() <= 1 && hump >= 3;
    is_name.then(|| Known::of_name(given, surname))
}

#[derive(PartialEq, Eq)]
enum Shape {
    Capitalised,
    AllCapitals,
}

impl Shape {
    /// `None` for identifiers such as `camelCase` and `HashMap`.
    fn of(letters: &[u8]) -> Option<Self> {
        let [_, rest @ ..] = letters else { return None };
        if rest.iter().all(u8::is_ascii_lowercase) && letters[0].is_ascii_uppercase() {
            return Some(Self::Capitalised);
        }
        let (mut capitals, mut small, mut humps) = (0_usize, 0_usize, 0_usize);
        let mut previous_is_small = false;
        let mut before_hump = 0;
        for chunk in letters.utf8_chunks() {
            for character in chunk.valid().chars() {
                let is_small = character.is_lowercase();
                let is_capital = character.is_uppercase();
                if is_capital && previous_is_small {
                    humps += 1;
                    before_hump = capitals + small;
                }
                capitals += usize::from(is_capital);
                small += usize::from(is_small);
                previous_is_small = is_small;
            }
        }
        let may_have_hump =
            [b"Mc".as_slice(), b"Mac", b"De", b"Di", b"Da", b"La", b"Le", b"Van", b"Von", b"Fitz", b"Du", b"Al", b"El", b"Ben"]
                .iter()
                .any(|prefix| letters.starts_with(prefix) && before_hump == prefix.len());
        match (humps, small) {
            (_, 0) => Some(Self::AllCapitals),
            (0, _) if capitals <= 1 + letters.iter().filter(|byte| matches!(byte, b'-' | b'\'' | 0x80..)).count() => {
                Some(Self::Capitalised)
            }
            (1, _) if may_have_hump => Some(Self::Capitalised),
            _ => None,
        }
    }
}

/// Tells whether a name may begin here, by what stands before it.
fn may_begin(text: &[u8], start: usize) -> bool {
    let Some((before, length)) = character_before(text, start) else { return true };
    match before {
        '@' | '#' | '$' | '\\' | '&' | '_' | '%' | '+' | '.' | '-' => false,
        // Inside of `O'Connor` no word begins, but behind the article of `d'Artagnan` one does.
        '\'' | '’' => is_elided(text, start - length),
        '<' => false,
        ':' => text.get(start.wrapping_sub(2)) != Some(&b':'),
        '(' | '[' | '{' => character_before(text, start - length).is_none_or(|(other, _)| !other.is_alphanumeric() && other != '_'),
        '/' => character_before(text, start - length).is_none_or(|(other, _)| other.is_alphabetic() || other == ' '),
        _ => !before.is_alphanumeric(),
    }
}

/// Tells whether no letter stands before an apostrophe, or one small one alone.
fn is_elided(text: &[u8], apostrophe: usize) -> bool {
    match character_before(text, apostrophe) {
        Some((letter, length)) if letter.is_alphabetic() => {
            letter.is_lowercase() && character_before(text, apostrophe - length).is_none_or(|(before, _)| !before.is_alphanumeric())
        }
        Some((before, _)) => !before.is_numeric(),
        None => true,
    }
}

/// Tells whether a name may end here, by what stands behind it.
fn may_end(text: &[u8], end: usize) -> bool {
    let at = |offset: usize| text.get(end + offset).copied();
    match at(0) {
        None => true,
        Some(b'_' | b'@' | b'0'..=b'9' | b'=' | b'$' | b'(' | b'{' | b'[' | b'<') => at(0) == Some(b'<') && at(1) == Some(b'/'),
        Some(b'\\') => matches!(at(1), Some(b'\'' | b'"' | b'n' | b'r' | b't')),
        Some(b':') => at(1) != Some(b':'),
        Some(b'.') => !at(1).is_some_and(|next| next.is_ascii_lowercase() || next == b'_' || next.is_ascii_digit()),
        Some(b'-' | b'/') => !at(1).is_some_and(|next| next.is_ascii_digit() || next == b'>'),
        Some(_) => true,
    }
}

/// Where the word stands that ends right before a place, whatever its case.
pub(super) fn word_before(text: &[u8], end: usize) -> Option<Range<usize>> {
    let start = start_of_letters(text, end);
    (start < end && end - start < LONGEST).then_some(start..end)
}

/// Where the word stands that begins at a place, whatever its case.
pub(super) fn word_after(text: &[u8], start: usize) -> Option<Range<usize>> {
    let end = end_of_letters(text, start);
    (start < end && end - start < LONGEST).then_some(start..end)
}

/// Tells whether a word has a capital.
pub(super) fn is_capital(text: &[u8], start: usize) -> bool {
    character_at(text, start).is_some_and(|(first, _)| first.is_uppercase())
}
