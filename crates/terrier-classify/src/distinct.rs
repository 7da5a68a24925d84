//! How many distinct values there are, and which: sketches of bounded size.

use std::num::NonZeroU32;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use terrier_content::FingerprintKey;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How many hashes a sketch keeps. Counts up to it are exact; beyond, the standard error is 1 / sqrt(k - 2), some 6 %. Two assets'
/// sketches estimate what share of their values they have in common with a like error.
pub(crate) const SKETCH_SIZE: usize = 256;

/// Part of the definition of the counts: changing it changes estimates.
const SEED: u64 = 0x7465_7272_6965_7231;

/// Keeps fingerprints apart from other uses of the same key.
const PURPOSE: &[u8] = b"terrier/fingerprint/1\0";

/// How many recent values' fingerprints are remembered, so that a value that keeps coming back costs one MAC.
const REMEMBERED: usize = 128;

/// The smallest of the hashes seen, ascending and without repetition.
#[derive(Debug, Clone, Default)]
pub(crate) struct BottomK {
    smallest: Vec<u64>,
}

impl BottomK {
    pub(crate) fn insert(&mut self, hash: u64) {
        let is_full = self.smallest.len() == SKETCH_SIZE;
        if is_full && self.smallest.last().is_some_and(|largest| hash >= *largest) {
            return;
        }
        if let Err(at) = self.smallest.binary_search(&hash) {
            if is_full {
                self.smallest.pop();
            }
            self.smallest.insert(at, hash);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        other.smallest.iter().for_each(|hash| self.insert(*hash));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.smallest.is_empty()
    }

    /// Estimates how many distinct hashes there were, which are spread over `bits` bits.
    pub(crate) fn estimate(&self, bits: NonZeroU32) -> u64 {
        match self.smallest.last() {
            Some(largest) if self.smallest.len() == SKETCH_SIZE => {
                let space = 2_f64.powi(i32::try_from(bits.get()).unwrap_or(i32::MAX));
                ((SKETCH_SIZE - 1) as f64 / ((*largest as f64 + 1.0) / space)).round() as u64
            }
            _ => self.smallest.len() as u64,
        }
    }

    /// Returns the hashes as the tables hold them; they have at most 63 bits.
    pub(crate) fn as_signed(&self) -> Vec<i64> {
        self.smallest.iter().map(|hash| i64::try_from(*hash).expect("fingerprints have 63 bits")).collect()
    }
}

/// Bits of a hash by which distinct values are counted.
pub(crate) const COUNT_BITS: NonZeroU32 = NonZeroU32::new(64).expect("not zero");
/// Bits of a fingerprint.
pub(crate) const FINGERPRINT_BITS: NonZeroU32 = NonZeroU32::new(63).expect("not zero");

/// Returns the hash by which distinct values are counted. It never leaves the process.
pub(crate) fn count_hash(comparable: &[u8]) -> u64 {
    xxh3_64_with_seed(comparable, SEED)
}

/// Computes fingerprints under a key: HMAC-SHA-256 of purpose, class and comparable value, of which the first 63 bits count.
pub(crate) struct Fingerprinter {
    keyed: Hmac<Sha256>,
    remembered: Vec<(u32, u64, u64)>,
}

impl Fingerprinter {
    pub(crate) fn new(key: &FingerprintKey) -> Self {
        let keyed = Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of every length");
        Self { keyed, remembered: Vec::new() }
    }

    /// Returns the fingerprint of a value whose count hash is `hash`. `class` is the class's index, for the memory of recent ones.
    pub(crate) fn fingerprint(&mut self, class: u32, class_id: &str, comparable: &[u8], hash: u64) -> u64 {
        if self.remembered.is_empty() {
            self.remembered = vec![(u32::MAX, 0, 0); REMEMBERED];
        }
        let slot = (hash as usize ^ class as usize) % REMEMBERED;
        let (of_class, of_hash, print) = self.remembered[slot];
        if (of_class, of_hash) == (class, hash) {
            return print;
        }
        let mut mac = self.keyed.clone();
        mac.update(PURPOSE);
        mac.update(class_id.as_bytes());
        mac.update(&[0]);
        mac.update(comparable);
        let bytes = mac.finalize().into_bytes();
        let print = bytes[..8].iter().fold(0_u64, |print, byte| print << 8 | u64::from(*byte)) >> 1;
        self.remembered[slot] = (class, hash, print);
        print
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_near() {
        for count in [0_u64, 1, 255, 256, 1_000, 50_000] {
            let mut sketch = BottomK::default();
            for value in 0..count {
                sketch.insert(count_hash(&value.to_le_bytes()));
                sketch.insert(count_hash(&(value / 2).to_le_bytes()));
            }
            let error = (sketch.estimate(COUNT_BITS) as f64 - count as f64).abs() / (count as f64).max(1.0);
            assert!(error < if count <= 256 { 0.001 } else { 0.2 }, "{count}: off by {error}");
        }
    }

    #[test]
    fn fingerprints_depend_on_key_class_and_value() {
        let print =
            |key: u8, class: &str, value: &[u8]| Fingerprinter::new(&FingerprintKey::new([key; 32])).fingerprint(0, class, value, 1);
        let base = print(1, "us_ssn", b"536904399");
        assert_eq!(base, print(1, "us_ssn", b"536904399"));
        assert_ne!(base, print(2, "us_ssn", b"536904399"));
        assert_ne!(base, print(1, "us_itin", b"536904399"));
        assert_ne!(base, print(1, "us_ssn", b"536904398"));
        assert_eq!(base >> 63, 0);
    }
}
