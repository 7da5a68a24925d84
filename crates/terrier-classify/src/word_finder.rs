//! Finds words and phrases, as wholes and without regard to ASCII case, by the first bytes of each word of the text.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::engine::{BLOCK, parts_of_words};

/// A word of the list, found in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) word: u32,
}

/// Bytes by which a word is looked up.
const PREFIX: usize = 4;
/// Bits of the hash of a prefix.
const HASH_BITS: u32 = 17;
const HASHES: usize = (1 << HASH_BITS) / 64;
const TRIPLE_BITS: u32 = 17;
const TRIPLES: usize = (1 << TRIPLE_BITS) / 64;
/// Bits of it that choose a bucket.
const BUCKET_BITS: u32 = 13;

/// A list of words, ready to be found.
pub(crate) struct WordFinder {
    /// In lower case.
    words: Vec<Vec<u8>>,
    /// Which hashes the first four bytes of a word's places in a text may have.
    hashes: Box<[u64; HASHES]>,
    /// Which hashes the first three bytes of the places of words of two or three have.
    triples: Box<[u64; TRIPLES]>,
    /// Where each bucket begins in `prefixes`.
    buckets: Vec<u32>,
    /// By bucket: four bytes, and a word that they may begin.
    prefixes: Vec<(u32, u32)>,
    /// Words of one byte. They are tried wherever a word begins.
    single: Vec<u32>,
    has_single: bool,
    /// Whether a word has no letter or digit, so that places inside of words matter. Of others, what is before their first letter or
    /// digit is only looked at where that was found.
    has_symbols: bool,
}

impl WordFinder {
    /// Takes words in lower case. A space in a word also stands for `_`, `-` and `.`.
    pub(crate) fn new(words: Vec<Vec<u8>>) -> Self {
        let mut prefixes: Vec<(u32, u32)> = Vec::new();
        let mut single = Vec::new();
        let mut triples = Box::new([0; TRIPLES]);
        for (index, word) in (0..).zip(&words) {
            let word = if lead(word) == word.len() { word } else { &word[lead(word)..] };
            if word.len() < 2 {
                single.push(index);
            } else if word.len() < PREFIX {
                for bytes in spellings(word, PREFIX - 1) {
                    set(&mut *triples, triple_hash(bytes));
                    prefixes.push((bytes, index));
                }
            } else {
                prefixes.extend(spellings(word, PREFIX).into_iter().map(|bytes| (bytes, index)));
            }
        }
        prefixes.sort_unstable_by_key(|(bytes, word)| (bucket(*bytes), *bytes, *word));
        let mut hashes = Box::new([0; HASHES]);
        let mut buckets = vec![0; (1 << BUCKET_BITS) + 1];
        for (bytes, _) in &prefixes {
            set(&mut *hashes, hash(*bytes));
            buckets[bucket(*bytes) + 1] += 1;
        }
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        let has_symbols = words.iter().any(|word| lead(word) == word.len());
        Self { words, hashes, triples, buckets, prefixes, has_single: !single.is_empty(), single, has_symbols }
    }

    /// Finds the words that start in `starts`, ordered by start.
    pub(crate) fn find(&self, text: &[u8], starts: Range<usize>, mut found: impl FnMut(Hit)) {
        let mut after_part = u64::from(starts.start > 0 && is_part(text[starts.start - 1]));
        let mut places = [0; BLOCK];
        let mut padded = [0; AHEAD];
        for start in starts.clone().step_by(BLOCK) {
            let rest = &text[start..];
            let bytes: &[u8; AHEAD] = rest.first_chunk().unwrap_or_else(|| {
                padded[..rest.len()].copy_from_slice(rest);
                padded[rest.len()..].fill(0);
                &padded
            });
            let within = u64::MAX >> (BLOCK - (starts.end - start).min(BLOCK));
            let parts = parts_of_words(bytes.first_chunk().expect("a block is shorter"));
            let mut word_starts = parts & !(parts << 1 | after_part);
            if self.has_symbols {
                word_starts |= !parts;
            }
            word_starts &= within;
            after_part = parts >> (BLOCK - 1);
            // Most words are of no interest, in no order that a processor could guess: they are passed over without a branch.
            let mut count = 0;
            while word_starts != 0 {
                let at = word_starts.trailing_zeros() as usize % BLOCK;
                word_starts &= word_starts - 1;
                places[count % BLOCK] = at;
                count += usize::from(self.may_begin(first_bytes(bytes, at)));
            }
            for at in &places[..count] {
                self.look_at(text, start + at, first_bytes(bytes, *at), &mut found);
            }
        }
    }

    #[inline]
    fn may_begin(&self, bytes: u32) -> bool {
        has(&self.hashes, hash(bytes)) | has(&self.triples, triple_hash(bytes & TRIPLE)) | self.has_single
    }

    /// Compares the words that may stand at a place, given its first bytes.
    fn look_at(&self, text: &[u8], start: usize, bytes: u32, found: &mut impl FnMut(Hit)) {
        let long = [bytes, bytes & TRIPLE].into_iter().flat_map(|bytes| {
            let bucket = bucket(bytes);
            let prefixes = &self.prefixes[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
            prefixes.iter().filter(move |(prefix, _)| *prefix == bytes).map(|(_, word)| *word)
        });
        for word in long.chain(self.single.iter().copied()) {
            let expected = &self.words[word as usize];
            let lead = if lead(expected) == expected.len() { 0 } else { lead(expected) };
            let Some(start) = start.checked_sub(lead) else { continue };
            let (ahead, end) = (&text[start..], start + expected.len());
            if ahead.len() >= expected.len() && is_same(ahead, expected) && ends_whole(text, end) {
                found(Hit { start, end, word });
            }
        }
    }
}

/// Returns how many bytes of a word stand before its first letter or digit.
fn lead(word: &[u8]) -> usize {
    word.iter().take_while(|byte| !is_part(**byte)).count()
}

/// A block, and what is looked at behind it.
const AHEAD: usize = BLOCK + PREFIX;

/// Returns the first bytes at a place in the form in which they are looked up; zeros stand behind the end.
#[inline]
fn first_bytes(bytes: &[u8; AHEAD], at: usize) -> u32 {
    let at = at % BLOCK;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) | 0x2020_2020
}

/// Returns the first `length` bytes, in the form in which they are looked up, of the places where the word may stand.
fn spellings(word: &[u8], length: usize) -> Vec<u32> {
    let folded =
        |is: &dyn Fn(u8) -> bool| -> BTreeSet<u32> { (0..=u8::MAX).filter(|byte| is(*byte)).map(|byte| u32::from(byte | 0x20)).collect() };
    let mut spellings = vec![0];
    for place in 0..length {
        let bytes = match word.get(place) {
            Some(b' ') => folded(&|byte| fold(byte) == b' '),
            Some(expected) => BTreeSet::from([u32::from(expected | 0x20)]),
            // Behind a word stands no part of another, but for a plural's `s`.
            None if place == word.len() && word.last().is_some_and(|last| is_part(*last)) => {
                folded(&|byte| !is_part(byte) || byte.eq_ignore_ascii_case(&b's'))
            }
            None => folded(&|_| true),
        };
        spellings = spellings.iter().flat_map(|spelling| bytes.iter().map(move |byte| spelling | byte << (8 * place))).collect();
    }
    spellings
}

/// The three bytes of a word of three.
const TRIPLE: u32 = 0x00FF_FFFF;

fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

#[inline]
fn has<const WORDS: usize>(bits: &[u64; WORDS], at: usize) -> bool {
    bits[at / 64 % WORDS] & (1 << (at % 64)) != 0
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

#[inline]
fn hash(prefix: u32) -> usize {
    (prefix.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

#[inline]
fn triple_hash(bytes: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> (32 - TRIPLE_BITS)) as usize
}

fn bucket(prefix: u32) -> usize {
    hash(prefix) >> (HASH_BITS - BUCKET_BITS)
}

fn is_same(text: &[u8], word: &[u8]) -> bool {
    text.iter().zip(word).all(|(byte, expected)| if *expected == b' ' { fold(*byte) == b' ' } else { byte.eq_ignore_ascii_case(expected) })
}

/// A word ends where letters and digits do, so `user_ssn` holds the word `ssn`; a plural `s` is allowed.
fn ends_whole(text: &[u8], end: usize) -> bool {
    let is_part_at = |at: usize| text.get(at).is_some_and(|byte| is_part(*byte));
    !is_part_at(end) || !is_part_at(end - 1) || (matches!(text[end], b's' | b'S') && !is_part_at(end + 1))
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] =
        &["ssn", "id", "dx", "s3", "card number", "no.", "__token__", "patient id", "iban", "ärzte", "инн", "e mail", "cvv2", "x"];

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
            found.sort_unstable();
            prop_assert_eq!(found, expected(text.as_bytes()));
        }
    }
}
