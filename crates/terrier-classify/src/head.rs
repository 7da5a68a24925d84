//! The heads of words: their first four letters and digits, in small letters. What a word may be is looked up by its head.

/// Bytes of a head.
const LENGTH: usize = 4;
/// Bits of a head's hash.
const HASH_BITS: u32 = 16;
const HASHES: usize = 1 << HASH_BITS;

/// The head of a word; zeros stand behind a shorter one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Head(u32);

impl Head {
    /// How many letters and digits a word has that is longer than its head at least.
    pub(crate) const LENGTH: usize = LENGTH;

    /// Of a place where no word begins.
    pub(crate) const NONE: Self = Self(0);

    /// Takes [folded](fold) bytes from the start of a word on.
    #[inline(always)]
    fn new(folded: [u8; LENGTH]) -> Self {
        let bytes = u32::from_le_bytes(folded);
        // The highest bit of the first byte that is zero; above it, others may be wrong.
        let end = bytes.wrapping_sub(0x0101_0101) & !bytes & 0x8080_8080;
        Self(bytes & (end ^ end.wrapping_sub(1)))
    }

    /// Returns the head of the word that a text begins with.
    #[inline]
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut folded = [0; LENGTH];
        match text.first_chunk::<LENGTH>() {
            Some(bytes) => folded = bytes.map(|byte| FOLDED[usize::from(byte)]),
            None => folded.iter_mut().zip(text).for_each(|(folded, byte)| *folded = fold(*byte)),
        }
        Self::new(folded)
    }

    #[inline(always)]
    fn hash(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
    }
}

const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        folded[byte] = fold(byte as u8);
        byte += 1;
    }
    folded
};

/// Returns the form of a part of a word, which is the same for small letters and capitals, and zero for what is no part of a word.
pub(crate) const fn fold(byte: u8) -> u8 {
    if is_part(byte) { byte | 0x20 } else { 0 }
}

/// Tells whether a byte is part of a word: an ASCII letter or digit, or beyond ASCII.
pub(crate) const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Tells places apart at which something of a list may begin, and lets some more through.
pub(crate) struct Filter {
    /// Of what is certain of fewer bytes than [`CERTAIN`], by head.
    short: Box<[u64; HASHES / 64]>,
    /// Of the others, by as many bytes.
    long: Box<[u64; HASHES / 64]>,
}

/// Bytes by which longer words are told apart: few of a language share as many with one of the list.
const CERTAIN: usize = 6;

impl Filter {
    pub(crate) fn new<'h>(lists: impl IntoIterator<Item = &'h ByHead>) -> Self {
        let mut filter = Self { short: Box::new([0; HASHES / 64]), long: Box::new([0; HASHES / 64]) };
        for entry in lists.into_iter().flat_map(|list| &list.entries) {
            if let Some(beginning) = entry.long {
                spellings(beginning).into_iter().for_each(|bytes| insert(&mut filter.long, Self::hash(bytes)));
            } else {
                insert(&mut filter.short, entry.head.hash());
            }
        }
        filter
    }

    #[inline(always)]
    pub(crate) fn may_hold(&self, text: &[u8]) -> bool {
        let Some(bytes) = text.first_chunk::<8>() else { return true };
        let (short, long) = (Head::of(bytes).hash(), Self::hash(u64::from_le_bytes(*bytes)));
        (self.short[short / 64] >> (short % 64) | self.long[long / 64] >> (long % 64)) & 1 != 0
    }

    /// Hashes the first bytes, whatever their case.
    #[inline(always)]
    fn hash(bytes: u64) -> usize {
        let certain = (bytes | 0x2020_2020_2020_2020) << (64 - 8 * CERTAIN);
        (certain.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS)) as usize
    }
}

fn insert(set: &mut [u64; HASHES / 64], hash: usize) {
    set[hash / 64] |= 1 << (hash % 64);
}

/// Returns the first bytes as they may stand in a text: a space of a list is any of the signs between words.
fn spellings(beginning: [u8; CERTAIN]) -> Vec<u64> {
    const BETWEEN: &[u8] = b" _-.";
    let mut all = vec![0];
    for (place, byte) in beginning.iter().enumerate() {
        let signs = if *byte == b' ' { BETWEEN } else { std::slice::from_ref(byte) };
        all = all.iter().flat_map(|bytes| signs.iter().map(move |sign| bytes | u64::from(*sign) << (8 * place))).collect();
    }
    all
}

/// The first eight bytes of a text, in a form that is the same for small letters and capitals, and for what stands between words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning(u64);

impl Beginning {
    #[inline]
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut alike = [0; 8];
        match text.first_chunk::<8>() {
            Some(bytes) => alike = bytes.map(|byte| ALIKE[usize::from(byte)]),
            None => alike.iter_mut().zip(text).for_each(|(alike, byte)| *alike = ALIKE[usize::from(*byte)]),
        }
        Self(u64::from_le_bytes(alike))
    }
}

/// Small letters for capitals, and a space for all signs. What lies beyond ASCII is all the same.
const ALIKE: [u8; 256] = {
    let mut alike = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        alike[byte] = match byte as u8 {
            0x80.. => 0x80,
            part if is_part(part) => part | 0x20,
            _ => b' ',
        };
        byte += 1;
    }
    alike
};

/// Numbers by how words begin.
pub(crate) struct ByHead {
    /// Where each bucket begins in `entries`.
    buckets: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    head: Head,
    /// Of the first bytes those that are certain.
    opening: u64,
    certain: u64,
    /// The first bytes, where so many are certain and none may stand in another case than a search takes for the same.
    long: Option<[u8; CERTAIN]>,
    number: u32,
}

impl ByHead {
    const BUCKET_BITS: u32 = 12;

    /// Takes heads, how what has them begins (longer than the head or not), and numbers.
    pub(crate) fn new(numbers: impl IntoIterator<Item = (Head, Vec<u8>, u32)>) -> Self {
        let mut entries: Vec<Entry> = numbers
            .into_iter()
            .map(|(head, beginning, number)| {
                let certain = if beginning.len() >= 8 { u64::MAX } else { (1 << (8 * beginning.len())) - 1 };
                let long = beginning.first_chunk().copied().filter(|bytes: &[u8; CERTAIN]| bytes.is_ascii());
                Entry { head, opening: Beginning::of(&beginning).0 & certain, certain, long, number }
            })
            .collect();
        entries.sort_unstable_by_key(|entry| (entry.head.hash(), entry.head, entry.number));
        entries.dedup_by_key(|entry| (entry.head, entry.number));
        let mut buckets = vec![0; (1 << Self::BUCKET_BITS) + 1];
        for entry in &entries {
            buckets[Self::bucket(entry.head) + 1] += 1;
        }
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        Self { buckets, entries }
    }

    fn bucket(head: Head) -> usize {
        head.hash() >> (HASH_BITS - Self::BUCKET_BITS)
    }

    /// Returns the numbers of what may begin so, in ascending order.
    #[inline]
    pub(crate) fn get(&self, head: Head, opening: Beginning) -> impl Iterator<Item = u32> {
        let bucket = Self::bucket(head);
        let entries = &self.entries[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
        let begins_so = move |entry: &&Entry| entry.head == head && (entry.opening ^ opening.0) & entry.certain == 0;
        entries.iter().filter(begins_so).map(|entry| entry.number)
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
