//! Numbers that the states of South East Asia give to persons.

use super::Verdict;
use super::calendar::{is_day_of_short_year, is_yymmdd};
use super::checksum::weighted;
use super::digits::{Digits, compact, number, values};

/// Judges an Indonesian identity number by its layout: a province, a regency and a district, a date (40 more on the day for women), and a
/// serial.
pub(super) fn id_nik(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<16>(value) else { return Verdict::Invalid };
    let province = matches!(number(&digits[..2]), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97);
    let placed = province && number(&digits[2..4]) != 0 && number(&digits[4..6]) != 0;
    let day = number(&digits[6..8]);
    let dated = is_day_of_short_year(number(&digits[10..12]), number(&digits[8..10]), if day > 40 { day - 40 } else { day });
    Verdict::valid_if(placed && dated && number(&digits[12..]) != 0)
}

/// Judges a Malaysian identity card number by its layout: a date, a place of birth, and a serial.
pub(super) fn my_mykad(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let placed = matches!(number(&digits[6..8]), 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99);
    Verdict::valid_if(is_yymmdd(&digits[..6]) && placed && number(&digits[8..]) != 0)
}

/// Judges an identity number of Singapore (NRIC or FIN): a letter for kind and century, seven digits, and a check letter modulo 11.
pub(super) fn sg_nric(value: &[u8]) -> Verdict {
    let Some([kind, digits @ .., check]) = compact::<9>(value) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<7>(&digits) else { return Verdict::Invalid };
    let (offset, letters) = match kind {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return Verdict::Invalid,
    };
    let rest = (weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
    Verdict::valid_if(check == letters[rest as usize])
}

/// Judges a Thai identity number by its check digit modulo 11.
pub(super) fn th_national_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    Verdict::valid_if(matches!(digits[0], 1..=8) && (11 - rest) % 10 == u32::from(digits[12]))
}

/// Judges a Vietnamese citizen identity number by its layout: a province, a digit for sex and century, a year of birth, and a serial.
pub(super) fn vn_citizen_id(value: &[u8]) -> Verdict {
    let Some(digits) = values::<12>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(number(&digits[..3]), 1..=96) && digits[3] <= 3 && number(&digits[6..]) != 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("id_nik", Verdict::Valid, &["3578035603850001", "3174015708980004"]);
        check("my_mykad", Verdict::Valid, &["860206087294", "591103104173"]);
        check("sg_nric", Verdict::Valid, &["S1234567D", "F9008080Q", "S1363058E"]);
        check("th_national_id", Verdict::Valid, &["1234567890121", "1773930184194", "3221609008076"]);
        check("vn_citizen_id", Verdict::Valid, &["079086358366", "001089401024"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("id_nik", Verdict::Invalid, &["3578035619850001", "35780356038500017", "357803560385000", "35?8035603850001"]);
        check("my_mykad", Verdict::Invalid, &["861906087294", "8602060872947", "86020608729", "86?206087294"]);
        check("sg_nric", Verdict::Invalid, &["F9008080A", "F9008080Q7", "F9008080", "F9?08080Q"]);
        check("th_national_id", Verdict::Invalid, &["1773930184195", "17739301841947", "177393018419", "17?3930184194"]);
        check("vn_citizen_id", Verdict::Invalid, &["0790863583667", "07908635836", "07?086358366"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("sg_nric", "S2888834A");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("th_national_id", "1968959461971", 12, 1);
    }
}
