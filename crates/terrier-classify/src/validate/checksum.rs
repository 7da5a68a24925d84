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
}
