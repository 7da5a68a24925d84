//! The heads of words: their first four letters and digits, in small letters. What a word may be is looked up by its head.

/// Bytes of a head.
pub(crate) const LENGTH: usize = 4;
/// Bits of a head's hash.
const HASH_BITS: u32 = 16;
const HASHES: usize = 1 << HASH_BITS;

/// The head of a word; zeros stand behind a shorter one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Head(u32);

impl Head {
    /// Of a place where no word begins.
    pub(crate) const NONE: Self = Self(0);

    /// Takes [folded](fold) bytes from the start of a word on.
    #[inline(always)]
    pub(crate) fn new(folded: [u8; LENGTH]) -> Self {
        let bytes = u32::from_le_bytes(folded);
        // The highest bit of the first byte that is zero; above it, others may be wrong.
        let end = bytes.wrapping_sub(0x0101_0101) & !bytes & 0x8080_8080;
        Self(bytes & (end ^ end.wrapping_sub(1)))
    }

    /// Returns the head of the word that a text begins with.
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut folded = [0; LENGTH];
        folded.iter_mut().zip(text).for_each(|(folded, byte)| *folded = fold(*byte));
        Self::new(folded)
    }

    /// Returns the head with one more [folded](fold) byte behind `length` others.
    pub(crate) fn and(self, length: usize, folded: u8) -> Self {
        Self(self.0 | u32::from(folded) << (8 * length))
    }

    pub(crate) fn begins_with_digit(self) -> bool {
        self.0.to_le_bytes()[0].is_ascii_digit()
    }

    #[inline(always)]
    fn hash(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
    }
}

/// Returns the form of a part of a word, which is the same for small letters and capitals, and zero for what is no part of a word.
pub(crate) const fn fold(byte: u8) -> u8 {
    if is_part(byte) { byte | 0x20 } else { 0 }
}

/// Tells whether a byte is part of a word: an ASCII letter or digit, or beyond ASCII.
pub(crate) const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Up to eight sets of heads, asked at once: a bit for each set that a head may be in.
pub(crate) struct Filter(Box<[u8; HASHES]>);

impl Filter {
    pub(crate) fn new() -> Self {
        Self(Box::new([0; HASHES]))
    }

    pub(crate) fn insert(&mut self, head: Head, set: u8) {
        self.0[head.hash()] |= set;
    }

    #[inline(always)]
    pub(crate) fn sets(&self, head: Head) -> u8 {
        self.0[head.hash()]
    }
}

/// Numbers by head.
pub(crate) struct ByHead {
    /// Where each bucket begins in `entries`.
    buckets: Vec<u32>,
    entries: Vec<(Head, u32)>,
}

impl ByHead {
    const BUCKET_BITS: u32 = 12;

    pub(crate) fn new(mut entries: Vec<(Head, u32)>) -> Self {
        entries.sort_unstable_by_key(|(head, number)| (head.hash(), *head, *number));
        let mut buckets = vec![0; (1 << Self::BUCKET_BITS) + 1];
        for (head, _) in &entries {
            buckets[Self::bucket(*head) + 1] += 1;
        }
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        Self { buckets, entries }
    }

    fn bucket(head: Head) -> usize {
        head.hash() >> (HASH_BITS - Self::BUCKET_BITS)
    }

    /// Returns the numbers of a head, in ascending order.
    #[inline]
    pub(crate) fn get(&self, head: Head) -> impl Iterator<Item = u32> {
        let bucket = Self::bucket(head);
        let entries = &self.entries[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
        entries.iter().filter(move |(known, _)| *known == head).map(|(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_its_word() {
        for (text, same) in [("Ssn: 1", "ssn"), ("ID_no", "id"), ("number", "NUMB"), ("x", "X."), ("\u{e9}t\u{e9}", "\u{c9}t\u{e9}")] {
            assert_eq!(Head::of(text.as_bytes()), Head::of(same.as_bytes()), "{text}");
        }
        assert_eq!(Head::of(b"-x"), Head::NONE);
        assert_ne!(Head::of(b"ssn"), Head::of(b"ssns"));
    }
}
