//! The checksums that several families share. Digits are values from 0 to 9, the check digit last.

/// Tells whether the number passes the Luhn check (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(*digit) * (1 + (place as u32 & 1));
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Returns the sum of digits, each times its weight.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Returns the sum of digits, each times its weight, where of each product the digits are added up.
pub(super) fn weighted_by_digit(digits: &[u8], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight);
    products.map(|product| product / 100 + product / 10 % 10 + product % 10).sum()
}

/// Returns what the weighted sum lacks of a multiple of 11: from 0 to 10, which is no digit.
pub(super) fn lack_of_11(digits: &[u8], weights: &[u32]) -> u32 {
    (11 - weighted(digits, weights) % 11) % 11
}

/// Returns what the weighted sum lacks of a multiple of 10.
pub(super) fn lack_of_10(digits: &[u8], weights: &[u32]) -> u32 {
    (10 - weighted(digits, weights) % 10) % 10
}

/// Tells whether the number passes the check of article numbers (EAN, GTIN): weights 1 and 3 by turns.
pub(super) fn article_number(digits: &[u8]) -> bool {
    digits.iter().rev().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>().is_multiple_of(10)
}

/// Returns the check digit of travel documents (ICAO Doc 9303, part 3): weights 7, 3 and 1 by turns, letters count 10 to 35, `<`
/// counts 0. `None` where there is anything else.
pub(super) fn icao<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> Option<u32> {
    let mut sum = 0;
    for (byte, weight) in bytes.into_iter().zip([7, 3, 1].into_iter().cycle()) {
        sum += rank_of(*byte)? * weight;
    }
    Some(sum % 10)
}

/// Returns what a byte counts in numbers with letters: digits 0 to 9, capital letters 10 to 35, the filler `<` 0.
pub(super) fn rank_of(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// Tells whether the number passes the Verhoeff check.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    let mut check = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        check = dihedral_product(check, permuted(*digit, place));
    }
    check == 0
}

/// Multiplies in the dihedral group of order ten: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral_product(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Applies Verhoeff's permutation `place` times.
fn permuted(digit: u8, place: usize) -> u8 {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..place % 8).fold(digit, |digit, _| PERMUTATION[usize::from(digit)])
}

/// Tells whether the number passes ISO/IEC 7064, MOD 11,10.
pub(super) fn mod11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// Returns the check value of ISO/IEC 7064, MOD 11-2, for what stands before it: 10 is written `X`.
pub(super) fn mod11_2(body: &[u8]) -> u32 {
    let product = body.iter().fold(0, |product, digit| (product + u32::from(*digit)) * 2 % 11);
    (12 - product) % 11
}

/// Returns what remains of digits and letters modulo 97, where letters count as 10 to 35 (ISO/IEC 7064, MOD 97-10: 1 remains). `None`
/// where there is anything else.
pub(super) fn mod97<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> Option<u32> {
    bytes.into_iter().try_fold(0, |rest, byte| {
        let rank = rank_of(byte.to_ascii_uppercase()).filter(|_| *byte != b'<')?;
        Some((rest * (if rank < 10 { 10 } else { 100 }) + rank) % 97)
    })
}

/// Tells whether digits and capital letters, the last of which is the check character, pass ISO/IEC 7064, MOD 37,36.
pub(super) fn mod37_36(code: &[u8]) -> bool {
    let Some((check, body)) = code.split_last() else { return false };
    let product = body.iter().try_fold(36, |product, byte| {
        let sum = (rank_of(*byte).filter(|_| *byte != b'<')? + product) % 36;
        Some((if sum == 0 { 36 } else { sum }) * 2 % 37)
    });
    product.is_some_and(|product| rank_of(*check).is_some_and(|check| (product + check) % 36 == 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passing_last_digits(body: &[u8], passes: fn(&[u8]) -> bool) -> usize {
        (0..10).filter(|check| passes(&[body, &[*check]].concat())).count()
    }

    proptest! {
        #[test]
        fn exactly_one_last_digit_passes(body in proptest::collection::vec(0_u8..10, 5..20)) {
            prop_assert_eq!(passing_last_digits(&body, luhn), 1);
            prop_assert_eq!(passing_last_digits(&body, verhoeff), 1);
            prop_assert_eq!(passing_last_digits(&body, mod11_10), 1);
            prop_assert_eq!(passing_last_digits(&body, article_number), 1);
        }

        #[test]
        fn verhoeff_notices_every_swap_of_neighbours(body in proptest::collection::vec(0_u8..10, 11), place in 0_usize..10) {
            let check = (0..10).find(|check| verhoeff(&[&body[..], &[*check]].concat())).unwrap();
            let mut swapped = body.clone();
            swapped.push(check);
            swapped.swap(place, place + 1);
            prop_assert!(body.get(place) == swapped.get(place) || !verhoeff(&swapped));
        }
    }

    #[test]
    fn standards_give_these_examples() {
        assert_eq!(icao(b"L898902C3"), Some(6));
        assert_eq!(icao(b"D23145890"), Some(7));
        assert_eq!(icao(b"D2314589-"), None);
        assert_eq!(mod11_2(&[0, 7, 9, 4]), 0);
        assert_eq!(mod11_2(&[1, 1, 0, 1, 0, 5, 1, 9, 4, 9, 1, 2, 3, 1, 0, 0, 2]), 10);
        assert!(article_number(&[7, 5, 6, 9, 2, 1, 7, 0, 7, 6, 9, 8, 5]));
        assert_eq!(weighted_by_digit(&[9, 7], &[2, 1]), 16);
        assert_eq!(mod97(b"539007547034RF18"), Some(1));
        assert_eq!(mod97(b"53900-RF18"), None);
        assert!(mod37_36(b"A12425GABC1234002M") && !mod37_36(b"A12425GABC1234003M") && !mod37_36(b"") && !mod37_36(b"<M"));
        assert_eq!((lack_of_11(&[1, 1], &[5, 6]), lack_of_10(&[3], &[1])), (0, 7));
    }
}
