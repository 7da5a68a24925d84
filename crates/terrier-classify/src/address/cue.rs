//! Words that announce an address: `lives at`, `Anschrift:`.

use super::gazetteer::{Flags, look_up_word};
use super::token::is_word_at;

/// How far before an address they stand.
const REACH: usize = 48;
/// Words that are looked at.
const MOST_WORDS: usize = 5;

/// Returns how many other words stand between one of them and `start`; `None` where none is near, or a sentence ends between.
pub(super) fn announced(text: &[u8], start: usize) -> Option<usize> {
    let least = start.saturating_sub(REACH);
    let mut end = start;
    let mut words = 0;
    while end > least && words < MOST_WORDS {
        if !is_word_at(text, end - 1) {
            if matches!(text[end - 1], b';' | b'!' | b'{' | b'}') || text[end - 1] == b'.' && text.get(end) == Some(&b' ') && words > 0 {
                return None;
            }
            end -= 1;
            continue;
        }
        let mut first = end - 1;
        while first > least && is_word_at(text, first - 1) {
            first -= 1;
        }
        if look_up_word(&text[first..end]).any(Flags::CUE) {
            return Some(words);
        }
        end = first;
        words += 1;
    }
    None
}
