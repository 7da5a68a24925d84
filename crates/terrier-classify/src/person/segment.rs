//! Which words of a row are the name.

use std::ops::Range;

use super::chain::{Chain, Gap};
use super::table::Kind;
use super::word::Word;

/// Most titles in a row: `Prof. Dr.`
pub(super) const MOST_TITLES: usize = 2;
/// Most words of a name. Longer rows are headings and lists.
const MOST_WORDS: usize = 6;

/// Finds the words of the row that may be the name that the anchor is a part of, or that follows it where it is a title.
pub(super) fn segment(chain: &Chain) -> Option<Range<usize>> {
    let mut anchor = chain.anchor;
    while !may_be_part(chain, anchor) {
        // A title is found by itself; what it stands before may be unknown.
        let is_address = matches!(chain.words[anchor].known.kind(), Kind::Title | Kind::Role | Kind::Salutation);
        anchor += 1;
        if !is_address || anchor >= chain.words.len() || anchor > chain.anchor + MOST_TITLES {
            return None;
        }
    }
    let mut start = anchor;
    while start > 0 && may_join(chain, start) && may_be_part(chain, start - 1) {
        start -= 1;
    }
    let mut end = anchor + 1;
    while end < chain.words.len() && may_join(chain, end) && may_be_part(chain, end) {
        end += 1;
    }
    if end - start > MOST_WORDS {
        return None;
    }
    // What only stands inside of names does not begin or end one.
    while start < end && is_weak_start(&chain.words[start]) {
        start += 1;
    }
    while end > start + 1 && is_weak_end(&chain.words[end - 1]) {
        end -= 1;
    }
    (start < end && start <= anchor && anchor < end).then_some(start..end)
}

/// Tells whether the word at `index` may stand in one name with the word before.
fn may_join(chain: &Chain, index: usize) -> bool {
    let (left, right) = (&chain.words[index - 1], &chain.words[index]);
    match chain.gaps[index] {
        Gap::Space => left.is_all_capitals == right.is_all_capitals || left.is_initial || right.is_initial || right.end - right.start <= 4,
        Gap::Particles => true,
        // A name is broken at the end of a line where what stands there is half a name.
        Gap::Line => {
            left.known.given() >= 3
                && left.known.common_in_name() == 0
                && right.known.given() <= 3
                && right.known.surname() >= 3
                && right.known.common() <= 1
                && (index < 2 || chain.gaps[index - 1] == Gap::Line || !may_be_part(chain, index - 2))
        }
    }
}

/// Tells whether a word may be a part of a name.
fn may_be_part(chain: &Chain, index: usize) -> bool {
    let word = &chain.words[index];
    let known = word.known;
    if word.is_initial {
        // `A` and `I` are words where no stop follows.
        return word.has_stop || index > 0;
    }
    if word.is_run_together() {
        return true;
    }
    let follows_given = index > 0 && chain.gaps[index] == Gap::Space && {
        let before = &chain.words[index - 1];
        before.is_initial && index > 1 || before.known.given() >= 4 && before.known.common_in_name() <= 1
    };
    let is_last = index + 1 >= chain.words.len();
    match known.kind() {
        Kind::Title | Kind::Salutation | Kind::Grammar | Kind::By | Kind::NameKey => false,
        Kind::Suffix => index > 0,
        Kind::Particle => true,
        Kind::People if follows_given => known.given() >= 4,
        Kind::Role | Kind::PlaceWord | Kind::Organisation | Kind::People | Kind::PlaceBefore => {
            follows_given && is_last && known.surname() >= 5 || known.given() >= 5 && known.common() <= 1
        }
        Kind::Calendar => known.given() >= 4 && !is_last && chain.words[index + 1].known.surname() >= 2,
        Kind::Says | Kind::Does => known.given() >= 3 || follows_given && known.surname() >= 3,
        Kind::None => match if is_last && index == 0 { known.common() } else { known.common_in_name() } {
            0 | 1 => true,
            2 => known.given() >= 2 || known.surname() >= 2 || follows_given,
            _ => known.given() >= 4 || known.surname() >= 3 && follows_given,
        },
    }
}

fn is_weak_start(word: &Word) -> bool {
    match word.known.kind() {
        Kind::Suffix => true,
        Kind::Particle => word.known.given() < 4,
        _ => false,
    }
}

fn is_weak_end(word: &Word) -> bool {
    word.known.kind() == Kind::Particle && word.known.given() < 4 || word.is_initial && !word.has_stop
}
