use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Draws everything that is random in generated content.
///
/// Built on ChaCha8 and on arithmetic of its own instead of a distribution crate's, so that a seed gives the same bytes on
/// every platform and after every upgrade.
#[derive(Debug, Clone)]
pub struct Dice {
    seed: [u8; 32],
    rng: ChaCha8Rng,
}

impl Dice {
    /// Makes the dice of a seed.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self::from_seed(bytes)
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, rng: ChaCha8Rng::from_seed(seed) }
    }

    /// Makes dice for a part of the whole. They depend on the seed and the label only, not on what was drawn before, so a new
    /// file in an estate leaves all others as they were.
    pub fn fork(&self, label: &str) -> Self {
        let mut seed = self.seed;
        for (lane, chunk) in seed.chunks_exact_mut(8).enumerate() {
            let mixed = fnv1a(lane as u64, chunk, label.as_bytes());
            chunk.copy_from_slice(&mixed.to_le_bytes());
        }
        Self::from_seed(seed)
    }

    /// Draws 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Draws a number below `bound`; 0 when `bound` is 0. The bias of the multiplication is below 2^-32 for all uses here.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// Draws a number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Is true once in `n` draws, on average.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Picks one of `items`.
    ///
    /// # Panics
    /// When `items` is empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &'a [&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }

    /// Picks the index of one of `count` items.
    pub fn index(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }

    /// Draws a text from a pattern: `#` becomes a digit, `%` a digit from 1 to 9, `@` an upper-case letter, `^` a lower-case
    /// one; all else stands for itself.
    pub fn fill(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| match c {
                '#' => char::from(b'0' + self.below(10) as u8),
                '%' => char::from(b'1' + self.below(9) as u8),
                '@' => char::from(b'A' + self.below(26) as u8),
                '^' => char::from(b'a' + self.below(26) as u8),
                other => other,
            })
            .collect()
    }

    /// Draws `length` digits.
    pub fn digits(&mut self, length: usize) -> String {
        self.text(length, b"0123456789")
    }

    /// Draws `length` characters of an ASCII alphabet.
    pub fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        (0..length).map(|_| char::from(alphabet[self.index(alphabet.len())])).collect()
    }

    /// Draws `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

/// The upper-case letters.
pub const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Digits and letters of both cases, in the order that base-62 numerals use.
pub const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The digits of hexadecimal numbers.
pub const HEX: &[u8] = b"0123456789abcdef";

fn fnv1a(lane: u64, seed: &[u8], label: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ lane.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    seed.iter().chain(label).fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_everywhere() {
        let mut dice = Dice::new(7);
        assert_eq!([dice.below(1000), dice.below(1000), dice.below(1000)], [764, 465, 5]);
        assert_eq!(dice.fork("a").fill("@@-##-^^"), Dice::new(7).fork("a").fill("@@-##-^^"));
    }

    #[test]
    fn forks_differ() {
        let dice = Dice::new(7);
        assert_ne!(dice.fork("a").bits(), dice.fork("b").bits());
        assert_ne!(dice.fork("a").bits(), dice.clone().bits());
        assert_ne!(dice.fork("a").bits(), Dice::new(8).fork("a").bits());
    }

    #[test]
    fn bounds_hold() {
        let mut dice = Dice::new(1);
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert_eq!(dice.below(0), 0);
    }
}
