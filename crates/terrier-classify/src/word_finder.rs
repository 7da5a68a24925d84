//! Finds words and phrases, as wholes and without regard to ASCII case, by the first bytes of each word of the text.

use std::collections::HashMap;
use std::ops::Range;

/// A word of the list, found in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) word: u32,
}

/// Most bytes of a word by which it is looked up.
const PREFIX: usize = 4;
/// How many bytes are looked at together.
const BLOCK: usize = 64;
/// Bits of the hash of a prefix.
const HASH_BITS: u32 = 16;

/// A list of words, ready to be found.
pub(crate) struct WordFinder {
    /// In lower case.
    words: Vec<Vec<u8>>,
    /// By the length of the prefix, for words that are at least as long.
    tables: Vec<Table>,
    /// Which two bytes words begin with; words of one byte, with whatever follows.
    beginnings: Vec<u64>,
    /// Whether a word begins with something that is no letter or digit, so that places inside of words matter.
    has_symbols: bool,
}

/// Words that are looked up by prefixes of one length.
struct Table {
    prefix: usize,
    /// Which hashes there are.
    bits: Vec<u64>,
    words: HashMap<u32, Vec<u32>>,
}

impl WordFinder {
    /// Takes words in lower case. A space in a word also stands for `_`, `-` and `.`.
    pub(crate) fn new(words: Vec<Vec<u8>>) -> Self {
        let mut tables: Vec<Table> = Vec::new();
        let mut beginnings = vec![0; (1 << 16) / 64];
        for (index, word) in (0..).zip(&words) {
            let length = word.len().min(PREFIX);
            let at = tables.iter().position(|table| table.prefix == length).unwrap_or_else(|| {
                tables.push(Table { prefix: length, bits: vec![0; (1 << HASH_BITS) / 64], words: HashMap::new() });
                tables.len() - 1
            });
            let prefix = pack(word, length);
            set(&mut tables[at].bits, hash(prefix));
            tables[at].words.entry(prefix).or_default().push(index);
            match word.as_slice() {
                [] => {}
                [only] => (0..=u8::MAX).for_each(|next| set(&mut beginnings, beginning(*only, next))),
                [first, second, ..] => set(&mut beginnings, beginning(*first, *second)),
            }
        }
        let has_symbols = words.iter().any(|word| word.first().is_some_and(|first| !is_part(*first)));
        Self { words, tables, beginnings, has_symbols }
    }

    /// Finds the words that start in `starts`, ordered by start.
    pub(crate) fn find(&self, text: &[u8], starts: Range<usize>, mut found: impl FnMut(Hit)) {
        let mut after_part = u64::from(starts.start > 0 && is_part(text[starts.start - 1]));
        let mut places = [0; BLOCK];
        for (block_start, block) in (starts.start..).step_by(BLOCK).zip(text[starts].chunks(BLOCK)) {
            let parts = parts_of(block);
            let mut word_starts = parts & !(parts << 1 | after_part);
            if self.has_symbols {
                word_starts |= !parts & (u64::MAX >> (BLOCK - block.len()));
            }
            after_part = parts >> (BLOCK - 1);
            // Most words are of no interest, in no order that a processor could guess: they are passed over without a branch.
            let mut count = 0;
            while word_starts != 0 {
                let place = block_start + word_starts.trailing_zeros() as usize;
                places[count] = place;
                count += usize::from(self.may_begin(text, place));
                word_starts &= word_starts - 1;
            }
            for place in &places[..count] {
                self.look_at(text, *place, &mut found);
            }
        }
    }

    fn may_begin(&self, text: &[u8], place: usize) -> bool {
        match text.get(place + 1) {
            Some(second) => has(&self.beginnings, beginning(text[place], *second)),
            None => true,
        }
    }

    fn look_at(&self, text: &[u8], start: usize, found: &mut impl FnMut(Hit)) {
        let ahead = &text[start..];
        for table in self.tables.iter().filter(|table| table.prefix <= ahead.len()) {
            let prefix = pack(ahead, table.prefix);
            if !has(&table.bits, hash(prefix)) {
                continue;
            }
            for word in table.words.get(&prefix).into_iter().flatten() {
                let expected = &self.words[*word as usize];
                let end = start + expected.len();
                if ahead.len() >= expected.len() && is_same(ahead, expected) && ends_whole(text, end) {
                    found(Hit { start, end, word: *word });
                }
            }
        }
    }
}

fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] & (1 << (at % 64)) != 0
}

fn beginning(first: u8, second: u8) -> usize {
    usize::from(fold(first)) << 8 | usize::from(fold(second))
}

/// Returns which bytes of a block are part of a word, the first in the lowest bit. Written so that it compiles to vector instructions.
fn parts_of(block: &[u8]) -> u64 {
    /// Brings the lowest bits of eight bytes together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        *flag = u8::from(is_letter | (byte.wrapping_sub(b'0') < 10) | (*byte >= 0x80));
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |parts, eight| parts << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
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

fn pack(bytes: &[u8], length: usize) -> u32 {
    bytes[..length].iter().fold(0, |packed, byte| packed << 8 | u32::from(fold(*byte)))
}

fn hash(prefix: u32) -> usize {
    (prefix.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
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
