//! The tokens of an address, and where a run of them ends. What a token is, and where it begins and ends, depends on the bytes in and
//! around it alone, so that all who come upon it from either side agree.

use std::ops::Range;

use super::compound::{Compound, compound};
use super::fold::first_letter;
use super::gazetteer::{Flags, look_up_word};

/// Words longer than this end a run.
const LONGEST_WORD: usize = 64;
/// How far on each side a line is searched for capitals.
const CASE_REACH: usize = 100;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, perhaps with digits behind them.
    Word,
    /// Begins with a digit.
    Number,
    Comma,
    Dot,
    /// A hyphen or dash between blanks, or a slash.
    Dash,
    /// `#`.
    Hash,
    Parenthesis,
    /// One or more line ends, with the signs that mark a quotation behind them.
    Line,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Capital,
    /// More than one letter, and all of them capitals.
    AllCapitals,
    Small,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) case: Case,
    pub(super) flags: Flags,
    /// Whether the word ends as names of streets do.
    pub(super) compound: Compound,
}

/// A place between the tokens, or one of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    Token(Token),
    /// Blanks up to here.
    Blank(usize),
    /// A run does not go on here.
    Break,
}

/// Returns the piece that begins at `at`.
pub(super) fn piece_at(text: &[u8], at: usize) -> Piece {
    let Some(byte) = text.get(at).copied() else { return Piece::Break };
    let sign = |kind, end| Piece::Token(Token { start: at, end, kind, case: Case::Small, flags: Flags::NONE, compound: Compound::No });
    match byte {
        b' ' => Piece::Blank(at + 1),
        b',' => sign(Kind::Comma, at + 1),
        b'.' => sign(Kind::Dot, at + 1),
        b'-' | b'/' => sign(Kind::Dash, at + 1),
        b'#' => sign(Kind::Hash, at + 1),
        b'(' | b')' => sign(Kind::Parenthesis, at + 1),
        b'\r' | b'\n' => sign(Kind::Line, line_end(text, at)),
        b'>' | b'?' | b'*' if is_quotation(text, at) => Piece::Blank(at + 1),
        _ if is_word_at(text, at) => word_at(text, at),
        0x80.. => match (byte, text.get(at + 1), text.get(at + 2)) {
            (0xC2, Some(0xA0), _) => Piece::Blank(at + 2),
            (0xE2, Some(0x80), Some(0x90..=0x95)) => sign(Kind::Dash, at + 3),
            (0xE3, Some(0x80), Some(0x80 | 0x92)) => Piece::Blank(at + 3),
            (0xE3, Some(0x80), Some(0x81)) => sign(Kind::Comma, at + 3),
            _ => Piece::Break,
        },
        _ => Piece::Break,
    }
}

/// Returns where the piece begins that ends before `at`; `None` where a run cannot go on to the left.
pub(super) fn piece_before(text: &[u8], at: usize) -> Option<usize> {
    let last = at.checked_sub(1)?;
    if is_word_at(text, last) {
        let start = word_start(text, last)?;
        return match piece_at(text, start) {
            Piece::Token(_) => Some(start),
            _ => None,
        };
    }
    // Signs of more than one byte.
    let start = (last.saturating_sub(2)..=last).find(|start| match piece_at(text, *start) {
        Piece::Token(token) => token.end == at && token.kind != Kind::Line,
        Piece::Blank(end) => end == at,
        Piece::Break => false,
    });
    match text[last] {
        b'\r' | b'\n' => Some(last),
        _ => start,
    }
}

/// A quotation sign stands at the beginning of its line.
fn is_quotation(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(8)..at];
    let marks = before.iter().rev().take_while(|byte| matches!(byte, b'>' | b'?' | b'*' | b' ')).count();
    marks == at || marks < before.len() && before[before.len() - marks - 1] == b'\n'
}

fn line_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take(4).take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// Tells whether the byte is part of a word: a letter, a digit, or beyond ASCII and no sign.
pub(super) fn is_word_at(text: &[u8], at: usize) -> bool {
    let Some(byte) = text.get(at).copied() else { return false };
    if byte.is_ascii() {
        return byte.is_ascii_alphanumeric();
    }
    !(0..3.min(at + 1)).any(|back| is_sign(text, at - back, back))
}

/// Tells whether a sign beyond ASCII begins at `at` and is longer than `back`.
fn is_sign(text: &[u8], at: usize, back: usize) -> bool {
    match (text[at], text.get(at + 1)) {
        (0xC2, Some(0xA0..=0xA9 | 0xAB..=0xAF | 0xB6 | 0xB7 | 0xBB)) => back < 2,
        // All but the apostrophe.
        (0xE2, Some(0x80)) => back < 3 && text.get(at + 2) != Some(&0x99),
        (0xE3, Some(0x80)) => back < 3,
        _ => false,
    }
}

/// Tells whether the sign at `at` joins two parts of a word.
pub(super) fn joins(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    match text[at] {
        // `Pune-411001` is two words, `D-10115` one.
        b'-' if text.get(at + 1).is_some_and(u8::is_ascii_digit) => text[before].is_ascii_digit() || text[before].is_ascii_uppercase(),
        b'\'' | b'.' | b'-' => is_word_at(text, before) && is_word_at(text, at + 1),
        b'/' => text[before].is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
        _ => false,
    }
}

fn word_start(text: &[u8], last: usize) -> Option<usize> {
    let mut start = last;
    while let Some(before) = start.checked_sub(1) {
        if !(is_word_at(text, before) || joins(text, before)) {
            break;
        }
        start = before;
        if last - start > LONGEST_WORD {
            return None;
        }
    }
    Some(start)
}

fn word_end(text: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while end < text.len() && (is_word_at(text, end) || joins(text, end)) {
        end += 1;
        if end - start > LONGEST_WORD {
            return None;
        }
    }
    Some(end)
}

fn word_at(text: &[u8], start: usize) -> Piece {
    let Some(end) = word_end(text, start) else { return Piece::Break };
    let word = &text[start..end];
    if word[0].is_ascii_digit() {
        return Piece::Token(Token { start, end, kind: Kind::Number, case: Case::Small, flags: Flags::NONE, compound: Compound::No });
    }
    let flags = look_up_word(word);
    let mut case = case_of(word);
    if case == Case::Small && flags.any(Flags::STREET) && is_without_case(text, start, end) {
        case = Case::Capital;
    }
    let compound = if flags.any(Flags::STREET) { Compound::No } else { compound(word) };
    let goes_on = case != Case::Small
        || compound == Compound::Street
        || flags.any(Flags::SMALL)
        || is_without_number(word)
        || is_announced_number(word)
        || !flags.any(Flags::STOP | Flags::CUE) && (is_without_case(text, start, end) || is_behind_street(text, start));
    if goes_on { Piece::Token(Token { start, end, kind: Kind::Word, case, flags, compound }) } else { Piece::Break }
}

/// Words that stand before names in French, and behind them in English, whose texts go on in small letters.
fn is_english(word: &[u8]) -> bool {
    [&b"avenue"[..], b"ave", b"boulevard", b"blvd", b"place", b"square"].iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Words in small letters that may stand between a street's word and the last of its name.
const MOST_SMALL: usize = 3;

/// Tells whether a word in small letters follows a word that the names of streets stand behind: `Calle mayor`.
fn is_behind_street(text: &[u8], start: usize) -> bool {
    let mut end = start;
    for _ in 0..MOST_SMALL {
        let gap = text[..end].iter().rev().take(3).take_while(|byte| matches!(byte, b' ' | b'.' | b'/')).count();
        let Some(last) = end.checked_sub(gap + 1).filter(|last| gap > 0 && is_word_at(text, *last)) else { return false };
        let Some(first) = word_start(text, last) else { return false };
        let word = &text[first..=last];
        let flags = look_up_word(word);
        if flags.any(Flags::STREET_BEFORE) {
            return !is_english(word);
        }
        if text[last + 1] == b'/' && word.eq_ignore_ascii_case(b"c") {
            return true;
        }
        if flags.any(Flags::STOP | Flags::CUE) || word[0].is_ascii_digit() {
            return false;
        }
        end = first;
    }
    false
}

/// `no12`, `nº5`.
pub(super) fn is_announced_number(word: &[u8]) -> bool {
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    (1..5).contains(&digits) && word.len() - digits <= 4 && look_up_word(&word[..word.len() - digits]).any(Flags::NUMBER_WORD)
}

/// The `s` of `s/n`.
fn is_without_number(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"s") || word.eq_ignore_ascii_case(b"n")
}

fn case_of(word: &[u8]) -> Case {
    let Some((first, length)) = first_letter(word) else { return Case::Small };
    if first.is_lowercase() {
        // l'Hospital, d'Ouchy
        let tail = word.iter().position(|byte| *byte == b'\'').and_then(|at| word.get(at + 1));
        return if tail.is_some_and(u8::is_ascii_uppercase) { Case::Capital } else { Case::Small };
    }
    let mut rest = &word[length..];
    let mut letters = 0;
    while let Some((letter, length)) = first_letter(rest) {
        if letter.is_lowercase() && !matches!(letter, 'º' | 'ª') {
            return Case::Capital;
        }
        letters += usize::from(letter.is_alphabetic());
        rest = &rest[length..];
    }
    if letters == 0 { Case::Capital } else { Case::AllCapitals }
}

/// Tells whether the line around a word is written in small letters throughout.
fn is_without_case(text: &[u8], start: usize, end: usize) -> bool {
    let before = &text[start.saturating_sub(CASE_REACH)..start];
    let after = &text[end..text.len().min(end + CASE_REACH)];
    let before = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
    let after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
    !has_capital(before) && !has_capital(after)
}

/// Tells whether there is a capital, in Latin, Greek or Cyrillic letters.
fn has_capital(text: &[u8]) -> bool {
    let is_beyond = |pair: &[u8]| matches!(pair, [0xC3, 0x80..=0x9E] | [0xCE, 0x91..=0xA9] | [0xD0, 0x90..=0xAF]);
    text.iter().any(u8::is_ascii_uppercase) || text.windows(2).any(is_beyond)
}

/// Appends the tokens of a run.
pub(super) fn tokenise(text: &[u8], run: Range<usize>, tokens: &mut Vec<Token>) {
    let mut at = run.start;
    while at < run.end {
        match piece_at(text, at) {
            Piece::Token(token) => {
                at = token.end.max(at + 1);
                tokens.push(token);
            }
            Piece::Blank(end) => at = end,
            Piece::Break => at += 1,
        }
    }
}
