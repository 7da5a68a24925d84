//! Codes of medicine: observations, terms and devices.

use super::Verdict;
use super::checksum::{luhn, verhoeff};
use super::digits::{Digits, is_uniform};

/// Judges a LOINC code by its check digit behind the hyphen.
pub(super) fn loinc(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if((3..=8).contains(&digits.len()) && value.iter().rev().nth(1) == Some(&b'-') && !is_uniform(digits) && luhn(digits))
}

/// Judges an identifier of SNOMED CT by the kind of component that it names and its Verhoeff digit.
pub(super) fn snomed_ct(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    let [first, .., namespace, component, _] = digits else { return Verdict::Invalid };
    let is_component = *namespace <= 1 && *component <= 2;
    Verdict::valid_if((6..=18).contains(&digits.len()) && *first != 0 && is_component && !is_uniform(digits) && verhoeff(digits))
}

/// Judges a code of ICD-10-PCS by its seven places, of which some hold letters and some digits; I and O are not in use.
pub(super) fn icd10_pcs(value: &[u8]) -> Verdict {
    let in_use = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O');
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_uppercase);
    if value.len() == 7 && mixed && value.iter().all(in_use) { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a unique device identifier of GS1 by the check digit of the trade item number that it begins with.
pub(super) fn gs1_udi(value: &[u8]) -> Verdict {
    let Some(item) = value.strip_prefix(b"(01)").and_then(|rest| rest.first_chunk::<14>()) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<14>(item) else { return Verdict::Invalid };
    let sum: u32 = digits.iter().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    Verdict::valid_if(sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn codes() {
        check("loinc", Verdict::Valid, &["2345-7", "718-7", "94500-6"]);
        check("loinc", Verdict::Invalid, &["2345-6", "23457", "1-1", "2-345-7-", ""]);
        check("snomed_ct", Verdict::Valid, &["22298006", "73211009", "195967001"]);
        check("snomed_ct", Verdict::Invalid, &["22298007", "73211", "022298006", "22298306", ""]);
        check("gs1_udi", Verdict::Valid, &["(01)00844588003288(17)141120(10)7654321D", "(01)00614141007349"]);
        check("gs1_udi", Verdict::Invalid, &["(01)00844588003289(17)141120", "(01)0084458800328", "(02)00844588003288", ""]);
        check("icd10_pcs", Verdict::Plausible, &["0DTJ4ZZ", "B2151ZZ"]);
        check("icd10_pcs", Verdict::Invalid, &["2024001", "CHARGES", "0DTO4ZZ", "0DTJ4Z", ""]);
        check_digit_decides("loinc", "2345-7", 5, 1);
        check_digit_decides("snomed_ct", "22298006", 7, 1);
        check_digit_decides("gs1_udi", "(01)00844588003288", 17, 1);
    }
}
