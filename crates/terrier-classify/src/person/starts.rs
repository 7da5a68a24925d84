//! Where words with a capital begin: the first pass over all text.

use std::ops::Range;

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// The places at which a word of two letters or more may begin with a capital, in order.
pub(super) struct Starts<'t> {
    text: &'t [u8],
    /// The end of the places.
    end: usize,
    /// The block that is being gone through, and its places that are left, a bit each.
    block: usize,
    left: u64,
}

impl<'t> Starts<'t> {
    pub(super) fn new(text: &'t [u8], places: Range<usize>) -> Self {
        let mut starts = Self { text, end: places.end.min(text.len()), block: places.start, left: 0 };
        starts.left = starts.look_at(places.start);
        starts
    }

    /// The next place from `at` on.
    #[inline]
    pub(super) fn next_from(&mut self, at: usize) -> Option<usize> {
        if at >= self.block + BLOCK {
            let skipped = (at - self.block) / BLOCK * BLOCK;
            self.block += skipped;
            self.left = self.look_at(self.block);
        }
        if at > self.block {
            self.left &= u64::MAX << (at - self.block);
        }
        while self.left == 0 {
            self.block += BLOCK;
            if self.block >= self.end {
                return None;
            }
            self.left = self.look_at(self.block);
        }
        let place = self.block + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        (place < self.end).then_some(place)
    }

    /// A bit for each place of the block at which a word may begin.
    #[inline]
    fn look_at(&self, block: usize) -> u64 {
        if let Some(bytes) = block.checked_sub(1).and_then(|before| self.text.get(before..block + BLOCK + 1))
            && let Some(bytes) = bytes.first_chunk::<{ BLOCK + 2 }>()
        {
            return mask(bytes);
        }
        let mut bytes = [b' '; BLOCK + 2];
        let from = block.saturating_sub(1);
        let to = self.text.len().min(block + BLOCK + 1);
        if from < to {
            let at = usize::from(block == 0);
            bytes[at..at + to - from].copy_from_slice(&self.text[from..to]);
        }
        mask(&bytes)
    }
}

/// The bits of a block, of which the byte before and the one behind are known. The loops are of a form that compilers turn into vectors.
#[inline]
fn mask(bytes: &[u8; BLOCK + 2]) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (index, flag) in flags.iter_mut().enumerate() {
        let (before, byte, behind) = (bytes[index], bytes[index + 1], bytes[index + 2]);
        let is_capital =
            (byte.wrapping_sub(b'A') < 26) & (((behind | 0x20).wrapping_sub(b'a') < 26) | (behind >= 0x80) | (behind == b'\''));
        // The first bytes of letters beyond ASCII: Latin, Greek and Cyrillic ones and all that follow.
        let is_lead = byte.wrapping_sub(0xC3) < 0x32;
        let follows_letter =
            ((before | 0x20).wrapping_sub(b'a') < 26) | (before.wrapping_sub(b'0') < 10) | (before >= 0x80) | (before == b'_');
        *flag = u8::from((is_capital | is_lead) & !follows_letter);
    }
    let mut bits = 0;
    for (index, chunk) in flags.chunks_exact(8).enumerate() {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        // Brings the lowest bits of eight bytes together in the highest byte.
        let gathered = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (index * 8);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &[u8]) -> Vec<usize> {
        let mut starts = Starts::new(text, 0..text.len());
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(place) = starts.next_from(at) {
            found.push(place);
            at = place + 1;
        }
        found
    }

    #[test]
    fn words_with_capitals_begin_where_no_letter_stands_before() {
        assert_eq!(starts(b"Ada saw iPhone, O'Neil_X and B."), [0, 16, 18]);
        assert_eq!(starts("la \u{c9}lodie".as_bytes()), [3]);
        let long = [b"x".repeat(200), b" Ada".to_vec(), b" ".repeat(77), b"Bob".to_vec()].concat();
        assert_eq!(starts(&long), [201, 281]);
    }
}
