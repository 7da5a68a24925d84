//! Words with capitals that stand in a row, such as `Dr. Maria van der Berg Ltd`.

use std::ops::Range;

use super::segment::MOST_TITLES;
use super::table::{Kind, kind_of};
use super::word::{Word, capitalised_at, character_before, is_capital, word_before};

/// Most words of a row that are looked at before and after the one that it was found by: those of the longest name and two more, so that
/// each of its words finds the same name.
const BEFORE: usize = 8;
const AFTER: usize = BEFORE + MOST_TITLES;

/// What stands between two words of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    /// The end of a line.
    Line,
    /// Small words such as `van der`.
    Particles,
}

/// A row of words with capitals.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) words: Vec<Word>,
    /// What stands before each word; before the first, nothing that counts.
    pub(super) gaps: Vec<Gap>,
    /// The word that it was found by.
    pub(super) anchor: usize,
}

impl Chain {
    /// Collects the row that a word stands in.
    pub(super) fn collect(&mut self, text: &[u8], anchor: Word) {
        self.words.clear();
        self.gaps.clear();
        self.words.push(anchor);
        let mut first = anchor;
        while self.words.len() <= BEFORE {
            let Some((word, gap)) = before(text, &first) else { break };
            self.words.push(word);
            self.gaps.push(gap);
            first = word;
        }
        self.gaps.push(Gap::Space);
        self.words.reverse();
        self.gaps.reverse();
        self.anchor = self.words.len() - 1;
        let mut last = anchor;
        while self.words.len() - self.anchor <= AFTER {
            let Some((word, gap)) = after(text, &last) else { break };
            self.words.push(word);
            self.gaps.push(gap);
            last = word;
        }
    }
}

/// Passes over spaces; returns where they end and how many there are.
fn spaces(text: &[u8], mut at: usize) -> (usize, usize) {
    let start = at;
    loop {
        match text.get(at) {
            Some(b' ') => at += 1,
            Some(0xC2) if text.get(at + 1) == Some(&0xA0) => at += 2,
            _ => return (at, at - start),
        }
        if at - start > 8 {
            return (at, at - start);
        }
    }
}

/// The next word of the row, and what stands before it.
fn after(text: &[u8], word: &Word) -> Option<(Word, Gap)> {
    let (next, gap) = next_place(text, word)?;
    let is_apart = character_before(text, next).is_some_and(|(before, _)| matches!(before, ' ' | '\n' | '\u{A0}'));
    let found = if is_apart { capitalised_at(text, next) } else { capitalised_after_stop(text, next) };
    found.map(|word| (word, gap))
}

/// Where the next word of the row begins, if it is one, and what stands before it.
fn next_place(text: &[u8], word: &Word) -> Option<(usize, Gap)> {
    if word.is_possessive {
        return None;
    }
    let mut at = word.end;
    if word.has_stop {
        let is_short = word.is_initial || word.end - word.start <= 3 || matches!(word.known.kind(), Kind::Title | Kind::Role);
        if !is_short {
            return None;
        }
        at += 1;
    } else if word.is_initial && text[at..].starts_with(b" . ") {
        // Texts whose words and signs were parted.
        at += 2;
    }
    let (next, width) = spaces(text, at);
    if width > 2 {
        return None;
    }
    if let Some(b'\n' | b'\r') = text.get(next) {
        let next = next + usize::from(text[next..].starts_with(b"\r\n")) + 1;
        let (next, width) = spaces(text, next);
        return (width <= 8 && is_capital(text, next)).then_some((next, Gap::Line));
    }
    if width == 0 && !(word.is_initial && word.has_stop) {
        return None;
    }
    if is_capital(text, next) {
        return Some((next, Gap::Space));
    }
    particles(text, next).map(|next| (next, Gap::Particles))
}

/// `J.R.R. Tolkien`: an initial right behind another's stop.
fn capitalised_after_stop(text: &[u8], start: usize) -> Option<Word> {
    let blank = [b" ", &text[start..text.len().min(start + 64)]].concat();
    let mut word = capitalised_at(&blank, 1)?;
    (word.start, word.end) = (start, start + word.end - 1);
    Some(word)
}

/// Where the word begins behind up to three particles.
fn particles(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for _ in 0..3 {
        let (range, known) = small_word(text, at)?;
        let is_apostrophe = matches!(text.get(range.end), Some(b'\''));
        if known != Kind::Particle && !(is_apostrophe && range.len() == 1) {
            return None;
        }
        let hyphen = text[range.end..].strip_prefix(b" - ").map(|_| 3).or((text.get(range.end) == Some(&b'-')).then_some(1));
        let next = hyphen.map_or_else(|| spaces(text, range.end + usize::from(is_apostrophe)).0, |width| range.end + width);
        if next == range.end {
            return None;
        }
        if is_capital(text, next) {
            return Some(next);
        }
        at = next;
    }
    None
}

/// The run of letters at a place, without hyphens, and what kind of word it is.
fn small_word(text: &[u8], start: usize) -> Option<(Range<usize>, Kind)> {
    let length = text[start..].iter().take(LONGEST_PARTICLE + 1).take_while(|byte| byte.is_ascii_lowercase()).count();
    (1..=LONGEST_PARTICLE).contains(&length).then(|| (start..start + length, kind_of(&text[start..start + length])))
}

/// `van`, `bint`
const LONGEST_PARTICLE: usize = 4;

/// The word before in the row, and what stands between.
fn before(text: &[u8], word: &Word) -> Option<(Word, Gap)> {
    let mut at = word.start;
    // Back over up to three small words, and what parts them.
    for _ in 0..4 {
        let mut passed = 0;
        while let Some((character, length)) = character_before(text, at) {
            if !matches!(character, ' ' | '\u{A0}' | '\n' | '\r' | '.' | '-' | '\'') || passed > 10 {
                break;
            }
            at -= length;
            passed += length;
        }
        let range = word_before(text, at)?;
        if is_capital(text, range.start) {
            let found = if character_before(text, range.start).is_some_and(|(before, _)| before == '.') {
                capitalised_after_stop(text, range.start)?
            } else {
                capitalised_at(text, range.start)?
            };
            let (next, gap) = next_place(text, &found)?;
            return (next == word.start).then_some((found, gap));
        }
        if range.len() > 4 {
            return None;
        }
        at = range.start;
    }
    None
}
