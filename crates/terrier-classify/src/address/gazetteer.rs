//! What is known of a name: a table of fingerprints and flags, built by `scripts/build-places.py`.

use std::ops::BitOr;

use super::fold::NameHash;

static PLACES: &[u8] = include_bytes!("../../data/places/places.bin");

const BUCKET_BITS: u32 = 14;
const ENTRIES_AT: usize = 4 * ((1 << BUCKET_BITS) + 1);
/// Bits of the filter of words, behind the entries.
const SMALL_BITS: u32 = 14;
/// Three bytes of fingerprint, two of flags.
const ENTRY: usize = 5;

/// What a word or name may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) const NONE: Self = Self(0);
    pub(super) const STREET_AFTER: Self = Self(1);
    pub(super) const STREET_AFTER_WEAK: Self = Self(1 << 1);
    pub(super) const STREET_BEFORE: Self = Self(1 << 2);
    pub(super) const STREET_BEFORE_WEAK: Self = Self(1 << 3);
    pub(super) const UNIT: Self = Self(1 << 4);
    pub(super) const BOX: Self = Self(1 << 5);
    pub(super) const NUMBER_WORD: Self = Self(1 << 6);
    pub(super) const PARTICLE: Self = Self(1 << 7);
    pub(super) const DIRECTION: Self = Self(1 << 8);
    pub(super) const CUE: Self = Self(1 << 9);
    pub(super) const STOP: Self = Self(1 << 10);
    pub(super) const CODE: Self = Self(1 << 11);
    pub(super) const TOWN: Self = Self(1 << 12);
    pub(super) const VILLAGE: Self = Self(1 << 13);
    pub(super) const REGION: Self = Self(1 << 14);
    pub(super) const COUNTRY: Self = Self(1 << 15);

    /// Any word for a street.
    pub(super) const STREET: Self =
        Self(Self::STREET_AFTER.0 | Self::STREET_AFTER_WEAK.0 | Self::STREET_BEFORE.0 | Self::STREET_BEFORE_WEAK.0);
    /// Any place that is known by name.
    pub(super) const PLACE: Self = Self(Self::TOWN.0 | Self::VILLAGE.0 | Self::REGION.0 | Self::COUNTRY.0);
    /// Words that stand within addresses in small letters, and are no names.
    pub(super) const SMALL_WORD: Self =
        Self(Self::STREET.0 | Self::UNIT.0 | Self::BOX.0 | Self::NUMBER_WORD.0 | Self::PARTICLE.0 | Self::DIRECTION.0);
    /// The same, and regions.
    pub(super) const SMALL: Self = Self(Self::SMALL_WORD.0 | Self::REGION.0);

    pub(super) fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Returns what is known of a name.
pub(super) fn look_up(name: NameHash) -> Flags {
    let value = name.value();
    let bucket = (value >> (64 - BUCKET_BITS)) as usize;
    let print = (value >> (40 - BUCKET_BITS)) as u32 & 0xFF_FFFF;
    let entries = &PLACES[ENTRIES_AT + start(bucket) * ENTRY..ENTRIES_AT + start(bucket + 1) * ENTRY];
    for entry in entries.as_chunks::<ENTRY>().0 {
        if u32::from_le_bytes([entry[0], entry[1], entry[2], 0]) == print {
            return Flags(u16::from_le_bytes([entry[3], entry[4]]));
        }
    }
    Flags::NONE
}

/// Returns what is known of a single word.
pub(super) fn look_up_word(word: &[u8]) -> Flags {
    let mut name = NameHash::NEW;
    name.add_word(word);
    look_up(name)
}

/// Tells words apart that addresses are made of, by their last four bytes, and lets some more through.
pub(super) fn may_be_small_word(word: &[u8]) -> bool {
    let mut last = [0; 4];
    for (place, byte) in last.iter_mut().rev().zip(word.iter().rev()) {
        if !byte.is_ascii() {
            return true;
        }
        *place = byte.to_ascii_lowercase();
    }
    let hash = (u32::from_le_bytes(last).wrapping_mul(0x9E37_79B1) >> (32 - SMALL_BITS)) as usize;
    PLACES[PLACES.len() - (1 << SMALL_BITS) / 8 + hash / 8] >> (hash % 8) & 1 != 0
}

fn start(bucket: usize) -> usize {
    let bytes = PLACES[4 * bucket..].first_chunk::<4>().copied().unwrap_or_default();
    u32::from_le_bytes(bytes) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(words: &str) -> Flags {
        let mut name = NameHash::NEW;
        words.split(' ').for_each(|word| name.add_word(word.as_bytes()));
        look_up(name)
    }

    #[test]
    fn words_of_the_list_are_in_the_table() {
        let kinds = [
            ("street_after", Flags::STREET_AFTER),
            ("street_before", Flags::STREET_BEFORE),
            ("unit", Flags::UNIT),
            ("stop", Flags::STOP),
            ("region", Flags::REGION),
        ];
        let list = include_str!("../../data/places/words.txt");
        let mut kind = None;
        for line in list.lines().filter(|line| !line.starts_with("# ")) {
            if let Some(header) = line.strip_prefix('[') {
                kind = header.split(']').next().and_then(|header| kinds.iter().find(|(name, _)| *name == header));
            } else if let Some((_, flag)) = kind {
                for word in line.split_ascii_whitespace() {
                    assert!(name(&word.replace('_', " ")).any(*flag), "{word}");
                }
            }
        }
    }

    #[test]
    fn the_filter_lets_words_of_streets_through() {
        for word in ["calle", "ul", "straße", "hauptstrasse", "parkweg", "apt", "rue"] {
            assert!(may_be_small_word(word.as_bytes()), "{word}");
        }
        let others = ["took", "bytes", "files", "found", "seconds", "errors", "with", "retry", "items", "code"];
        assert!(others.iter().filter(|word| may_be_small_word(word.as_bytes())).count() < 4);
    }

    #[test]
    fn places_are_known_by_their_names() {
        for town in ["München", "MUNICH", "Łódź", "San Sebastián de los Reyes", "Seinäjoki", "Αθήνα", "Grand Rapids", "Москва"]
        {
            assert!(name(town).any(Flags::TOWN), "{town}");
        }
        for country in ["Deutschland", "South Africa", "España", "República Dominicana", "Polska"] {
            assert!(name(country).any(Flags::COUNTRY), "{country}");
        }
        assert!(name("Illinois").any(Flags::REGION));
        assert_eq!(name("Qwxzv"), Flags::NONE);
    }
}
