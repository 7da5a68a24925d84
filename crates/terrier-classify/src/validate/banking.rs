//! Bank accounts of the Americas.

use super::Verdict;
use super::checksum::weighted;
use super::digits::{Digits, is_uniform, number};

/// Judges an ABA routing number by its Federal Reserve district and the 3-7-1 checksum.
pub(super) fn us_aba_routing(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let district = matches!(number(&digits[..2]), 1..=12 | 21..=32 | 61..=72 | 80);
    Verdict::valid_if(district && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

/// Judges an account number, which has no checksum: one that repeats a digit is no one's.
pub(super) fn us_bank_account(value: &[u8]) -> Verdict {
    match Digits::read(value) {
        Some(digits) if (6..=17).contains(&digits.as_slice().len()) && !is_uniform(digits.as_slice()) => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

/// Judges a Mexican CLABE of 18 digits by its bank and the 3-7-1 checksum, of which only the last digits are summed.
pub(super) fn mx_clabe(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<18>(value) else { return Verdict::Invalid };
    let sum: u32 = digits[..17].iter().zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight % 10).sum();
    Verdict::valid_if(number(&digits[..3]) >= 2 && (10 - sum % 10) % 10 == u32::from(digits[17]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn routing_and_account_numbers() {
        check("us_aba_routing", Verdict::Valid, &["021000021", "122105155", "0710-0001-3"]);
        check("us_aba_routing", Verdict::Invalid, &["021000022", "132105155", "000000000", "12210515", "991000021"]);
        check("us_bank_account", Verdict::Plausible, &["004821993771", "48219937", "12-3456-7890"]);
        check("us_bank_account", Verdict::Invalid, &["00000000", "12345", "123456789012345678", "12a4567"]);
        check_digit_decides("us_aba_routing", "122105155", 8, 1);
        check("mx_clabe", Verdict::Valid, &["032180000118359719", "002010077777777771"]);
        check("mx_clabe", Verdict::Invalid, &["032180000118359718", "03218000011835971", "000000000000000000", "000180000118359710"]);
        check_digit_decides("mx_clabe", "032180000118359719", 17, 1);
    }
}
