//! Finds the rules that begin with given bytes, whatever their case: four bytes, or two of what may be shorter.

use std::collections::{BTreeMap, HashMap};

use super::beginning::Spellings;

/// Bytes by which a beginning is looked up.
pub(crate) const LENGTH: usize = 4;
/// Bits of the hash of a beginning.
const HASH_BITS: u32 = 17;
const HASHES: usize = (1 << HASH_BITS) / 64;
const PAIRS: usize = (1 << 16) / 64;
/// Bits of it that choose a bucket.
const BUCKET_BITS: u32 = 12;
/// Pairs of letters or digits by which a rule may be looked up; more would be found in every other word.
pub(crate) const MOST_PAIRS: usize = 64;
/// Beginnings with more spellings than this are not looked up by them.
pub(crate) const MOST_SPELLINGS: usize = 2048;

/// The beginnings of many rules.
pub(crate) struct Words {
    hashes: Box<[u64; HASHES]>,
    pairs: Box<[u64; PAIRS]>,
    /// Where each bucket begins in `words`.
    buckets: Vec<u32>,
    /// By bucket: four bytes, and which of the sets they stand for.
    words: Vec<(u32, u32)>,
    /// Ordered: two bytes, and which of the sets they stand for.
    sets_of_pairs: Vec<(u16, u32)>,
    sets: Vec<Vec<u64>>,
}

/// A beginning, or many, of a rule.
pub(crate) type Beginning = (Spellings, u32);

impl Words {
    pub(crate) fn new(beginnings: &[Beginning], width: usize) -> Self {
        let mut by_word: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        let mut by_pair: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
        for (Spellings { words, pairs }, rule) in beginnings {
            let add = |set: &mut Vec<u64>| {
                set.resize(width, 0);
                set[*rule as usize / 64] |= 1 << (rule % 64);
            };
            words.iter().for_each(|word| add(by_word.entry(*word).or_default()));
            pairs.iter().for_each(|pair| add(by_pair.entry(*pair).or_default()));
        }
        let (mut sets, mut known) = (Vec::new(), HashMap::new());
        let mut number = |set: Vec<u64>| {
            *known.entry(set).or_insert_with_key(|set: &Vec<u64>| {
                sets.push(set.clone());
                u32::try_from(sets.len() - 1).expect("no more sets than beginnings")
            })
        };
        let mut words: Vec<(u32, u32)> = by_word.into_iter().map(|(word, set)| (word, number(set))).collect();
        let sets_of_pairs: Vec<(u16, u32)> = by_pair.into_iter().map(|(pair, set)| (pair, number(set))).collect();
        words.sort_by_key(|(word, _)| bucket(*word));
        let (mut hashes, mut pairs) = (Box::new([0; HASHES]), Box::new([0; PAIRS]));
        let mut buckets = vec![0; (1 << BUCKET_BITS) + 1];
        for (word, _) in &words {
            let hash = hash(*word);
            hashes[hash / 64] |= 1 << (hash % 64);
            buckets[bucket(*word) + 1] += 1;
        }
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        for (pair, _) in &sets_of_pairs {
            pairs[usize::from(*pair) / 64] |= 1 << (pair % 64);
        }
        Self { hashes, pairs, buckets, words, sets_of_pairs, sets }
    }

    /// Tells whether a beginning may stand there.
    #[inline]
    pub(crate) fn may_begin(&self, text: &[u8; LENGTH]) -> bool {
        let word = fold(text);
        self.may_be_word(word) | self.may_be_pair(word)
    }

    #[inline(always)]
    fn may_be_word(&self, word: u32) -> bool {
        let hash = hash(word);
        self.hashes[hash / 64] >> (hash % 64) & 1 != 0
    }

    #[inline(always)]
    fn may_be_pair(&self, word: u32) -> bool {
        let pair = (word & 0xFFFF) as usize;
        self.pairs[pair / 64] >> (pair % 64) & 1 != 0
    }

    /// Returns the rules that begin so.
    pub(crate) fn rules(&self, text: &[u8; LENGTH]) -> impl Iterator<Item = &[u64]> {
        let word = fold(text);
        let long = self.may_be_word(word).then(|| {
            let bucket = bucket(word);
            let words = &self.words[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
            words.iter().find(|(known, _)| *known == word).map(|(_, set)| *set)
        });
        let short = self.may_be_pair(word).then(|| {
            let pair = self.sets_of_pairs.binary_search_by_key(&((word & 0xFFFF) as u16), |(pair, _)| *pair);
            pair.ok().map(|index| self.sets_of_pairs[index].1)
        });
        let (long, short) = (long.flatten(), short.flatten());
        long.into_iter().chain(short).map(|set| self.sets[set as usize].as_slice())
    }
}

#[inline]
fn fold(text: &[u8; LENGTH]) -> u32 {
    u32::from_le_bytes(*text) | 0x2020_2020
}

#[inline]
fn hash(word: u32) -> usize {
    (word.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

fn bucket(word: u32) -> usize {
    hash(word) >> (HASH_BITS - BUCKET_BITS)
}
