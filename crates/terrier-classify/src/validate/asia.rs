//! Numbers that India gives to persons and taxpayers.

use super::Verdict;
use super::checksum::verhoeff;
use super::digits::Digits;

/// Judges an Aadhaar number: it does not begin with 0 or 1 and ends with a Verhoeff digit.
pub(super) fn in_aadhaar(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let palindrome = digits.iter().eq(digits.iter().rev());
    Verdict::valid_if(digits[0] >= 2 && !palindrome && verhoeff(&digits))
}

/// Judges a permanent account number by its layout: five letters, the fourth of which names the kind of holder, four digits, a letter.
pub(super) fn in_pan(value: &[u8]) -> Verdict {
    let &[a, b, c, kind, e, ref digits @ .., check] = value else { return Verdict::Invalid };
    let letters = [a, b, c, e, check].iter().all(u8::is_ascii_alphabetic);
    let known_kind = b"ABCFGHJLPT".contains(&kind.to_ascii_uppercase());
    let numbered = digits.len() == 4 && digits.iter().all(u8::is_ascii_digit) && digits != b"0000";
    Verdict::valid_if(letters && known_kind && numbered)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn indian_numbers() {
        check("in_aadhaar", Verdict::Valid, &["2341 2341 2346", "234123412346"]);
        check("in_aadhaar", Verdict::Invalid, &["2341 2341 2347", "1341 2341 2346", "0341 2341 2346", "2222 2222 2222", "234123412"]);
        check("in_pan", Verdict::Valid, &["BNZPM2501F", "aaacr5055k", "AABTS0042Q"]);
        check("in_pan", Verdict::Invalid, &["BNZXM2501F", "BNZPM0000F", "BNZPM25017", "BNZP12501F", "BNZPM2501"]);
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("in_aadhaar", "234123412346", 11, 1);
    }
}
