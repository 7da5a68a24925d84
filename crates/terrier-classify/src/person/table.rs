//! What is known of a word: how usual it is as a given name, a surname, a place, a common word, and what it says of its neighbours.
//!
//! The table is made by `scripts/name-table.py` and read where it lies. A word's hash has 15 bits for its bucket, which is a line of the
//! processor's cache, and 16 more that tell it from the other words of the bucket: of five thousand unknown words one is taken for a known
//! one.

use super::fold::{Folded, fold};

static TABLE: &[u8; BUCKETS * BUCKET + CUE_SLOTS / 8] = include_bytes!("../../data/names/names.bin");

const BUCKETS: usize = 1 << 15;
/// Bytes of a bucket, and of an entry in it: two of the hash, two of what is known.
const BUCKET: usize = 64;
const ENTRY: usize = 4;
/// Most buckets that are looked at, where full ones spill over into the next.
const MOST_BUCKETS: usize = 64;
/// Behind the buckets stands a bit for each of as many slots: whether a word of the slot says something of its neighbours.
const CUE_SLOTS: usize = 1 << 15;

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

    /// Whether nothing but a small place has this name.
    pub(super) fn is_small_place(self) -> bool {
        self.0 == 1 << 8
    }

    pub(super) fn is_nothing(self) -> bool {
        self.0 == 0
    }
}

/// Looks up a word.
pub(super) fn look_up(word: &Folded) -> Known {
    look_up_hash(hash(word.bytes()))
}

/// Looks up a word of ASCII letters in either case.
#[inline]
pub(super) fn look_up_letters(word: &[u8]) -> Known {
    look_up_hash(hash_letters(word))
}

/// What a word says of its neighbours: most words nothing, which is soon told.
pub(super) fn kind_of(word: &[u8]) -> Kind {
    let hash = if word.iter().all(u8::is_ascii_alphabetic) { hash_letters(word) } else { hash(fold(word).bytes()) };
    let slot = hash as usize & (CUE_SLOTS - 1);
    if TABLE[BUCKETS * BUCKET + slot / 8] >> (slot % 8) & 1 == 0 {
        return Kind::None;
    }
    look_up_hash(hash).kind()
}

/// Looks up a word by its hash.
#[inline]
fn look_up_hash(hash: u64) -> Known {
    let print = (hash >> 32) as u16;
    let first = (hash >> 49) as usize;
    for bucket in first..first + MOST_BUCKETS {
        let bucket = &TABLE[bucket % BUCKETS * BUCKET..][..BUCKET];
        // All entries are looked at, so that compilers take several at once.
        let known = bucket.chunks_exact(ENTRY).fold(0, |known, entry| {
            let entry = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            known | if entry as u16 == print { entry >> 16 } else { 0 }
        });
        let is_full = bucket[BUCKET - ENTRY..] != [0; ENTRY];
        if known != 0 || !is_full {
            return Known(known as u16);
        }
    }
    Known::default()
}

const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bytes of a folded word over 64 bits, eight at a time.
fn hash(word: &[u8]) -> u64 {
    hash_with(word, 0)
}

/// The same of a word of ASCII letters in either case: the bit that tells the cases apart is set in all.
#[inline]
fn hash_letters(word: &[u8]) -> u64 {
    hash_with(word, 0x2020_2020_2020_2020)
}

#[inline]
fn hash_with(word: &[u8], fold: u64) -> u64 {
    let mut state = SEED.wrapping_mul(word.len() as u64 + 1);
    let mut chunks = word.chunks_exact(8);
    for chunk in &mut chunks {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(bytes) | fold);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let mut bytes = [0; 8];
        bytes[..rest.len()].copy_from_slice(rest);
        state = mix(state, u64::from_le_bytes(bytes) | fold & (u64::MAX >> (64 - rest.len() * 8)));
    }
    state = state.wrapping_mul(FACTOR);
    state ^ state >> 32
}

#[inline]
fn mix(state: u64, chunk: u64) -> u64 {
    let state = (state ^ chunk).wrapping_mul(FACTOR);
    state ^ state >> 32
}
