//! Where words with a capital begin: the first pass over all text.

use crate::marks::Mark;

/// Marks the places at which a word of two letters or more may begin with a capital.
pub(super) struct Start;

impl Mark for Start {
    #[inline(always)]
    fn is_marked(_: u8, before: u8, byte: u8, behind: u8) -> bool {
        let is_capital =
            (byte.wrapping_sub(b'A') < 26) & (((behind | 0x20).wrapping_sub(b'a') < 26) | (behind >= 0x80) | (behind == b'\''));
        // The first bytes of letters beyond ASCII: Latin, Greek and Cyrillic ones and all that follow.
        let is_lead = byte.wrapping_sub(0xC3) < 0x32;
        let follows_letter =
            ((before | 0x20).wrapping_sub(b'a') < 26) | (before.wrapping_sub(b'0') < 10) | (before >= 0x80) | (before == b'_');
        (is_capital | is_lead) & !follows_letter
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;

    fn starts(text: &[u8]) -> Vec<usize> {
        let mut starts = Marks::<Start>::new(text, 0..text.len());
        std::iter::successors(starts.next_from(0), |start| starts.next_from(start + 1)).collect()
    }

    #[test]
    fn words_with_capitals_begin_where_no_letter_stands_before() {
        assert_eq!(starts(b"Ada saw iPhone, O'Neil_X and B."), [0, 16, 18]);
        assert_eq!(starts("la \u{c9}lodie".as_bytes()), [3]);
        let long = [b"x".repeat(200), b" Ada".to_vec(), b" ".repeat(77), b"Bob".to_vec()].concat();
        assert_eq!(starts(&long), [201, 281]);
    }
}
