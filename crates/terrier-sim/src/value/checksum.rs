//! Check digits, written from the standards that define them and independently of the validators that test them.

/// Returns the Luhn check digit for `body` (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(body: &str) -> u8 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            if place % 2 == 1 {
                return digit;
            }
            let doubled = digit * 2;
            doubled / 10 + doubled % 10
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// Returns `text`, letters as 10 to 35, modulo 97 (ISO/IEC 7064, MOD 97-10).
pub(crate) fn mod97(text: &str) -> u32 {
    text.bytes().fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

/// Returns the check digit of ISO/IEC 7064, MOD 11,10, used by the German tax id.
pub(crate) fn mod11_10(body: &str) -> u8 {
    let product = body.bytes().fold(10, |product, byte| {
        let sum = (u32::from(byte - b'0') + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    ((11 - product) % 10) as u8
}

/// Returns the weighted sum of the digits of `body`.
pub(crate) fn weighted(body: &str, weights: impl IntoIterator<Item = u32>) -> u32 {
    body.bytes().zip(weights).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum()
}

/// Returns the Verhoeff check digit, used by Aadhaar: the dihedral group of order ten.
pub(crate) fn verhoeff(body: &str) -> u8 {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0;
    for (place, byte) in body.bytes().rev().enumerate() {
        let mut digit = byte - b'0';
        for _ in 0..(place + 1) % 8 {
            digit = PERMUTATION[usize::from(digit)];
        }
        check = dihedral(check, digit);
    }
    if (1..5).contains(&check) { 5 - check } else { check }
}

/// Multiplies two elements of the dihedral group of order ten: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right - 5) % 5,
        (false, true) => 5 + (left - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

/// Returns the check digit of a machine-readable zone (ICAO Doc 9303-3, 4.9): weights 7, 3, 1.
pub(crate) fn mrz(field: &str) -> u8 {
    let sum: u32 = field
        .bytes()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(byte, weight)| match byte {
            b'0'..=b'9' => u32::from(byte - b'0') * weight,
            b'A'..=b'Z' => (u32::from(byte - b'A') + 10) * weight,
            _ => 0,
        })
        .sum();
    (sum % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        assert_eq!(luhn("7992739871"), 3);
        assert_eq!(mod97("3214282912345698765432161182"), 1);
        assert_eq!(mod11_10("8609574271"), 9);
        assert_eq!(verhoeff("236"), 3);
        assert_eq!(verhoeff("99994105705"), 8);
        assert_eq!(mrz("520727"), 3);
        assert_eq!(weighted("943476591", (2..=10).rev()) % 11, 2);
    }
}
