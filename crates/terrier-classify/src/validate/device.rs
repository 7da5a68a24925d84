//! Devices and the cards in them.

use super::Verdict;
use super::checksum::luhn;
use super::digits::{Digits, is_uniform};

/// Judges an international mobile equipment identity (3GPP TS 23.003): 15 digits with a Luhn digit.
pub(super) fn imei(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<15>(value) else { return Verdict::Invalid };
    Verdict::valid_if(luhn(&digits) && !is_uniform(&digits[..8]))
}

/// Judges the number of a SIM card (ITU-T E.118): it begins with 89 and ends with a Luhn digit.
pub(super) fn iccid(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if(matches!(digits.len(), 19 | 20) && digits.starts_with(&[8, 9]) && !is_uniform(&digits[2..]) && luhn(digits))
}

/// Judges a UUID by its digits: the one of zeros stands for none.
pub(super) fn uuid(value: &[u8]) -> Verdict {
    let mut digits = value.iter().filter(|byte| **byte != b'-').map(u8::to_ascii_lowercase);
    let first = digits.next();
    if value.len() == 36 && digits.any(|digit| Some(digit) != first) { Verdict::Plausible } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn devices() {
        check("imei", Verdict::Valid, &["490154203237518", "49-015420-323751-8", "352099001761481"]);
        check("imei", Verdict::Invalid, &["490154203237519", "49015420323751", "000000000000000", "49015420323751x"]);
        check("iccid", Verdict::Valid, &["8941104820193771048", "8941 1048 2019 3771 048"]);
        check("iccid", Verdict::Invalid, &["8941104820193771049", "7941104820193771048", "894110482019377104", ""]);
        check_digit_decides("imei", "490154203237518", 14, 1);
        check_digit_decides("iccid", "8941104820193771048", 18, 1);
        check("uuid", Verdict::Plausible, &["EA7583CD-A667-48BC-B806-42ECB2B48606"]);
        check("uuid", Verdict::Invalid, &["00000000-0000-0000-0000-000000000000", "EA7583CD-A667-48BC-B806", ""]);
    }
}
