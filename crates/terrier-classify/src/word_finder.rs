//! Finds words and phrases, as wholes and without regard to ASCII case, by the first bytes of each word of the text.

use std::ops::Range;

use crate::engine::{DEPTH, Position, Sequence};
use crate::head::{Beginning, ByHead, Head, is_part};

/// A word of the list, found in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) word: u32,
}

/// A list of words, ready to be found.
pub(crate) struct WordFinder {
    /// In lower case.
    words: Vec<Vec<u8>>,
    /// What is before a word's first letter or digit is only looked at where that was found.
    by_head: ByHead,
    /// Whether some have no letter or digit.
    has_symbols: bool,
}

impl WordFinder {
    /// Takes words in lower case. A space in a word also stands for `_`, `-` and `.`.
    pub(crate) fn new(words: Vec<Vec<u8>>) -> Self {
        let mut entries = Vec::new();
        for (index, word) in (0..).zip(&words) {
            let behind_lead = &word[lead(word)..];
            entries.push((Head::of(behind_lead), behind_lead.to_vec(), index));
            if behind_lead.iter().all(|byte| is_part(*byte)) {
                entries.push((Head::of(&[behind_lead, b"s"].concat()), behind_lead.to_vec(), index));
            }
        }
        Self { has_symbols: entries.iter().any(|(head, ..)| *head == Head::NONE), by_head: ByHead::new(entries), words }
    }

    /// Returns the words by how they begin.
    pub(crate) fn by_head(&self) -> &ByHead {
        &self.by_head
    }

    /// Returns, for each word, what stands about a place at which it is to be [looked for](WordFinder::look_at).
    pub(crate) fn sequences(&self) -> impl Iterator<Item = Sequence> {
        self.words.iter().map(|word| sequence(word))
    }

    /// Finds the words that start in `starts`, ordered by start.
    pub(crate) fn find(&self, text: &[u8], starts: Range<usize>, mut found: impl FnMut(Hit)) {
        let mut after_part = starts.start > 0 && is_part(text[starts.start - 1]);
        for at in starts {
            let is_part = is_part(text[at]);
            if is_part && !after_part || self.has_symbols && !is_part {
                self.look_at(text, at, Head::of(&text[at..]), &mut found);
            }
            after_part = is_part;
        }
    }

    /// Finds the words that have their first letter or digit at a place where a word begins, or stand at one where none is.
    #[inline]
    pub(crate) fn look_at(&self, text: &[u8], at: usize, head: Head, mut found: impl FnMut(Hit)) {
        for word in self.by_head.get(head, Beginning::of(&text[at..])) {
            let expected = &self.words[word as usize];
            let Some(start) = at.checked_sub(lead(expected)) else { continue };
            let (ahead, end) = (&text[start..], start + expected.len());
            if ahead.len() >= expected.len() && is_same(ahead, expected) && ends_whole(text, end) {
                found(Hit { start, end, word });
            }
        }
    }
}

/// Returns how many bytes of a word stand before its first letter or digit, if it has one.
fn lead(word: &[u8]) -> usize {
    word.iter().position(|byte| is_part(*byte)).unwrap_or(0)
}

/// Brings a byte to the form in which words are compared.
const fn fold(byte: u8) -> u8 {
    const FOLDED: [u8; 256] = {
        let mut folded = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            folded[byte] = match byte as u8 {
                upper @ b'A'..=b'Z' => upper | 0x20,
                b'_' | b'-' | b'.' => b' ',
                other => other,
            };
            byte += 1;
        }
        folded
    };
    FOLDED[byte as usize]
}

fn sequence(word: &[u8]) -> Sequence {
    let set = |is: &dyn Fn(u8) -> bool| Position::of((0..=u8::MAX).filter(|byte| is(*byte)).collect());
    let same_as = |expected: u8| set(&|byte| is_same(&[byte], &[expected]));
    let lead = lead(word);
    let mut sequence = Sequence::ANYWHERE;
    sequence.before = match word[..lead].last() {
        Some(last) => same_as(*last),
        None if is_part(word[0]) => Position { end: true, ..set(&|byte| !is_part(byte)) },
        None => Position::ANYTHING,
    };
    let behind_lead = &word[lead..];
    for (position, expected) in sequence.at.iter_mut().zip(behind_lead) {
        *position = same_as(*expected);
    }
    if behind_lead.len() < DEPTH && word.last().copied().is_some_and(is_part) {
        sequence.at[behind_lead.len()] = Position { end: true, ..set(&|byte| !is_part(byte) || matches!(byte, b's' | b'S')) };
    }
    sequence
}

fn is_same(text: &[u8], word: &[u8]) -> bool {
    text.iter().zip(word).all(|(byte, expected)| if *expected == b' ' { fold(*byte) == b' ' } else { byte.eq_ignore_ascii_case(expected) })
}

/// A word ends where letters and digits do, so `user_ssn` holds the word `ssn`; a plural `s` is allowed.
fn ends_whole(text: &[u8], end: usize) -> bool {
    let is_part_at = |at: usize| text.get(at).is_some_and(|byte| is_part(*byte));
    !is_part_at(end) || !is_part_at(end - 1) || (matches!(text[end], b's' | b'S') && !is_part_at(end + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::head::Filter;

    const WORDS: &[&str] = &[
        "ssn",
        "id",
        "dx",
        "s3",
        "card number",
        "no.",
        "__token__",
        "patient id",
        "iban",
        "ärzte",
        "инн",
        "e mail",
        "cvv2",
        "x",
        "social security",
    ];

    /// What a search at every place finds.
    fn expected(text: &[u8]) -> Vec<(usize, u32)> {
        let stands = |start: usize, word: &str| {
            let end = start + word.len();
            let begins_whole = start == 0 || !is_part(text[start - 1]) || !is_part(word.as_bytes()[0]);
            begins_whole && text.len() >= end && is_same(&text[start..], word.as_bytes()) && ends_whole(text, end)
        };
        (0..text.len())
            .flat_map(|start| (0..).zip(WORDS).filter(move |(_, word)| stands(start, word)).map(move |(word, _)| (start, word)))
            .collect()
    }

    proptest! {
        #[test]
        fn every_word_is_found(
            pieces in prop::collection::vec(prop_oneof![prop::sample::select(WORDS).prop_map(str::to_owned), "[ _.,S3sX-]{1,2}", "\\PC{1,3}"], 0..40),
            upper in any::<bool>(),
        ) {
            let text = if upper { pieces.concat().to_ascii_uppercase() } else { pieces.concat() };
            let finder = WordFinder::new(WORDS.iter().map(|word| word.as_bytes().to_vec()).collect());
            let mut found = Vec::new();
            finder.find(text.as_bytes(), 0..text.len(), |hit| found.push((hit.start, hit.word)));
            let filter = Filter::new([finder.by_head()]);
            for (start, word) in &found {
                let place = start + lead(WORDS[*word as usize].as_bytes());
                let sequences: Vec<Sequence> = finder.sequences().collect();
                prop_assert!(sequences[*word as usize].applies(text.as_bytes(), place), "the sieve would not tell of it");
                prop_assert!(filter.may_hold(&text.as_bytes()[place..]), "the filter would not let it through");
            }
            found.sort_unstable();
            prop_assert_eq!(found, expected(text.as_bytes()));
        }
    }
}
