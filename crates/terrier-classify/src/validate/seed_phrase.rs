//! Seed phrases of wallets (BIP-39).

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::Verdict;

/// The English list of BIP-39, which is under the MIT licence; in order.
static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("bip39_english.txt").lines().collect());

/// Bits that a word stands for.
const BITS: usize = 11;

/// Judges a phrase of 12 to 24 English words, which may be numbered: all stand in the list, and the last bits are the checksum. Where
/// only that fails, words may have been copied in another order.
pub(super) fn bip39_phrase(value: &[u8]) -> Verdict {
    let words: Vec<&[u8]> = value.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    if !matches!(words.len(), 12 | 15 | 18 | 21 | 24) {
        return Verdict::Invalid;
    }
    let places = words.iter().map(|word| WORDS.binary_search_by(|known| known.as_bytes().cmp(&word.to_ascii_lowercase())).ok());
    let Some(places) = places.collect::<Option<Vec<usize>>>() else { return Verdict::Invalid };
    let mut different = places.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() * 2 < places.len() {
        return Verdict::Invalid;
    }
    if is_checked(&places) { Verdict::Valid } else { Verdict::Plausible }
}

fn is_checked(places: &[usize]) -> bool {
    let bit = |index: usize| places[index / BITS] >> (BITS - 1 - index % BITS) & 1;
    let check_bits = places.len() / 3;
    let entropy_bits = places.len() * BITS - check_bits;
    let entropy: Vec<u8> =
        (0..entropy_bits / 8).map(|byte| (0..8).fold(0, |bits, place| bits << 1 | u8::from(bit(byte * 8 + place) == 1))).collect();
    let hash = Sha256::digest(&entropy);
    (0..check_bits).all(|index| bit(entropy_bits + index) == usize::from(hash[0] >> (7 - index) & 1))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn the_list_is_whole_and_sorted() {
        assert_eq!(WORDS.len(), 2048);
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn phrases() {
        check(
            "bip39_phrase",
            Verdict::Valid,
            &[
                "legal winner thank year wave sausage worth useful legal winner thank yellow",
                "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
                "1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow",
                "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point \
                 ten exist slush involve unfold",
            ],
        );
        check("bip39_phrase", Verdict::Plausible, &["winner legal thank year wave sausage worth useful legal winner thank yellow"]);
        check(
            "bip39_phrase",
            Verdict::Invalid,
            &[
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
                "legal winner thank year wave sausage worth useful legal winner thank",
                "legal winner thank year wave sausage worth useful legal winner thank yours",
                "",
            ],
        );
    }
}
