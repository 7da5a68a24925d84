//! Numbers used in health care.

use super::Verdict;
use super::checksum::{luhn, weighted};
use super::digits::Digits;

/// Judges a US national provider identifier: the Luhn check runs over the number behind the prefix 80840.
pub(crate) fn us_npi(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let mut prefixed = [8, 0, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    prefixed[5..].copy_from_slice(&digits);
    Verdict::valid_if(matches!(digits[0], 1 | 2) && luhn(&prefixed))
}

/// Judges a registration number of the US Drug Enforcement Administration by its letters and check digit.
pub(super) fn us_dea(value: &[u8]) -> Verdict {
    let [kind, name, digits @ ..] = value else { return Verdict::Invalid };
    let registrant = b"ABCDEFGHJKLMPRSTUX".contains(&kind.to_ascii_uppercase());
    let named = name.is_ascii_alphabetic() || *name == b'9';
    let Some(digits) = Digits::exactly::<7>(digits) else { return Verdict::Invalid };
    let sum = weighted(&digits, &[1, 2, 1, 2, 1, 2]);
    Verdict::valid_if(registrant && named && sum % 10 == u32::from(digits[6]))
}

/// Judges a British NHS number by its check digit modulo 11.
pub(super) fn uk_nhs_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    Verdict::valid_if((11 - rest) % 11 == u32::from(digits[9]))
}

/// Judges a code of ICD-10 or ICD-10-CM by its layout: a letter, a digit, a digit or letter, and up to four more behind a dot.
/// Three characters alone may be anything.
pub(super) fn icd10(value: &[u8]) -> Verdict {
    let (category, rest) = value.split_at(value.len().min(3));
    let [letter, tens, ones] = category else { return Verdict::Invalid };
    let placed = letter.is_ascii_uppercase() && tens.is_ascii_digit() && (ones.is_ascii_digit() || matches!(ones, b'A' | b'B'));
    let extension = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    match rest {
        [] if placed => Verdict::Plausible,
        [b'.', detail @ ..] => Verdict::valid_if(placed && (1..=4).contains(&detail.len()) && detail.iter().all(extension)),
        _ => Verdict::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn provider_and_registration_numbers() {
        check("us_npi", Verdict::Valid, &["1234567893", "1679576722"]);
        check("us_npi", Verdict::Invalid, &["1234567890", "3234567893", "123456789", "1111111111"]);
        check("us_dea", Verdict::Valid, &["BJ6125341", "fm6125341", "A96125341"]);
        check("us_dea", Verdict::Invalid, &["BJ6125342", "NJ6125341", "B06125341", "BJ612534", "BJ"]);
        check_digit_decides("us_npi", "1679576722", 9, 1);
        check_digit_decides("us_dea", "BJ6125341", 8, 1);
    }

    #[test]
    fn nhs_numbers() {
        check("uk_nhs_number", Verdict::Valid, &["943 476 5919", "9434765919", "401 023 2137"]);
        check("uk_nhs_number", Verdict::Invalid, &["943 476 5918", "0000000000", "943476591"]);
        check_digit_decides("uk_nhs_number", "9434765919", 9, 1);
    }

    #[test]
    fn codes_of_diagnoses() {
        check("icd10", Verdict::Valid, &["E11.9", "S72.141A", "C4A.0", "M1A.09X0"]);
        check("icd10", Verdict::Plausible, &["B20", "Z3A"]);
        check("icd10", Verdict::Invalid, &["11.9", "E1", "E11.", "E11.12345", "EE1.9", "e11.9", "E11-9"]);
    }
}
