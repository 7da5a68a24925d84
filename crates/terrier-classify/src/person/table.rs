//! What is known of a word: how usual it is as a given name, a surname, a place, a common word, and what it says of its neighbours.
//!
//! The table is made by `scripts/name-table.py` and read where it lies. A word's hash has 17 bits for its bucket and 16 more that tell it
//! from the other words of the bucket: one unknown word in ten thousand is taken for a known one.

use super::fold::Folded;

static TABLE: &[u8] = include_bytes!("../../data/names/names.bin");

/// Buckets, and how many of them share one start in full.
const BUCKETS: usize = 1 << 17;
const GROUP: usize = 64;

const GROUPS_AT: usize = 8;
const WITHIN_AT: usize = GROUPS_AT + (BUCKETS / GROUP + 1) * 4;
const PRINTS_AT: usize = WITHIN_AT + (BUCKETS + 1) * 2;

/// What a word says of the words beside it, or that it is none of a name. In the order of `KINDS` in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    None,
    /// `Mr`, `Frau`
    Title,
    /// `president`, `captain`, `brother`
    Role,
    /// `Dear`
    Salutation,
    /// `said`
    Says,
    /// `born`
    Does,
    /// `by`
    By,
    /// `near`, `Lake`
    PlaceBefore,
    /// `River`, `Street`
    PlaceWord,
    /// `Inc`, `University`
    Organisation,
    /// `Monday`
    Calendar,
    /// `Polish`
    People,
    /// `van`, `de`
    Particle,
    /// `Jr`
    Suffix,
    /// `the`
    Grammar,
    /// `Name`, `called`
    NameKey,
}

/// A bit that no word of the table has.
const WHOLE_NAME: u16 = 1 << 15;

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known(u16);

impl Known {
    /// How usual it is as a given name: 0 is not known as one, 4 is each one of a list of a country's names, 7 the most usual.
    pub(super) fn given(self) -> u8 {
        (self.0 & 7) as u8
    }

    /// How usual it is as a surname.
    pub(super) fn surname(self) -> u8 {
        (self.0 >> 3 & 7) as u8
    }

    /// How common it is as a word: 3 is the most common.
    pub(super) fn common(self) -> u8 {
        (self.0 >> 6 & 3) as u8
    }

    /// The same beside other names, where the most usual names are hardly meant as words: `Grace Hill`.
    pub(super) fn common_in_name(self) -> u8 {
        self.common().saturating_sub(self.given().saturating_sub(4))
    }

    /// How great a place has this name: 3 is a country or a city of a million.
    pub(super) fn place(self) -> u8 {
        (self.0 >> 8 & 3) as u8
    }

    pub(super) fn kind(self) -> Kind {
        const KINDS: [Kind; 16] = [
            Kind::None,
            Kind::Title,
            Kind::Role,
            Kind::Salutation,
            Kind::Says,
            Kind::Does,
            Kind::By,
            Kind::PlaceBefore,
            Kind::PlaceWord,
            Kind::Organisation,
            Kind::Calendar,
            Kind::People,
            Kind::Particle,
            Kind::Suffix,
            Kind::Grammar,
            Kind::NameKey,
        ];
        KINDS[usize::from(self.0 >> 10 & 15)]
    }

    /// A whole name in one word.
    pub(super) fn of_name(given: Self, surname: Self) -> Self {
        Self(given.0 & 7 | surname.0 & 7 << 3 | WHOLE_NAME)
    }

    pub(super) fn is_whole_name(self) -> bool {
        self.0 & WHOLE_NAME != 0
    }

    /// What is known of a word that is joined of two.
    pub(super) fn joined_with(self, other: Self) -> Self {
        let most = |mask: u16| (self.0 & mask).max(other.0 & mask);
        let kind = [self, other].into_iter().find(|known| known.kind() == Kind::People).map_or(0, |known| known.0 & 15 << 10);
        Self(most(7) | most(7 << 3) | (self.0 & other.0 & 3 << 6) | (self.0 & other.0 & 3 << 8) | kind)
    }

    pub(super) fn is_nothing(self) -> bool {
        self.0 == 0
    }
}

/// Looks up a word.
pub(super) fn look_up(word: &Folded) -> Known {
    let hash = hash(word.bytes());
    let bucket = (hash >> 47) as usize;
    let print = (hash >> 31) as u16;
    let (start, end) = (start_of(bucket), start_of(bucket + 1));
    (start..end).find(|at| u16_at(PRINTS_AT + at * 2) == print).map_or(Known::default(), |at| {
        let values_at = PRINTS_AT + words() * 2;
        Known(u16_at(values_at + at * 2))
    })
}

fn start_of(bucket: usize) -> usize {
    u32_at(GROUPS_AT + bucket / GROUP * 4) + usize::from(u16_at(WITHIN_AT + bucket * 2))
}

fn words() -> usize {
    u32_at(0)
}

fn u16_at(at: usize) -> u16 {
    TABLE.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(at: usize) -> usize {
    TABLE.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

/// Spreads the bytes of a word over 64 bits, eight at a time.
fn hash(word: &[u8]) -> u64 {
    const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(word.len() as u64 + 1);
    for chunk in word.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        state = (state ^ u64::from_le_bytes(bytes)).wrapping_mul(FACTOR);
        state ^= state >> 32;
    }
    state = state.wrapping_mul(FACTOR);
    state ^ state >> 32
}
