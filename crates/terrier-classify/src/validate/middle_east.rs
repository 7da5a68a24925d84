//! Numbers that the states of the Middle East give to persons and companies.

use super::Verdict;
use super::calendar::{is_birth_year, is_day};
use super::checksum::{lack_of_11, luhn, weighted};
use super::digits::{Digits, number};

/// Judges an Emirates ID by its layout: the country's number 784, a year of birth, a serial and a last digit, of which nothing is
/// published.
pub(super) fn ae_emirates_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<15>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[..3] == [7, 8, 4] && is_birth_year(number(&digits[3..7])) && number(&digits[7..14]) != 0)
}

/// Judges a Bahraini personal number by its layout: year and month of birth, a serial, and a last digit.
pub(super) fn bh_cpr(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(number(&digits[2..4]), 1..=12) && number(&digits[4..8]) != 0)
}

/// Judges an Israeli identity number by its Luhn digit.
pub(super) fn il_teudat_zehut(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..4]) != 0 && luhn(&digits))
}

/// Judges an Iranian national code by its check digit modulo 11.
pub(super) fn ir_national_code(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { rest } else { 11 - rest };
    Verdict::valid_if(number(&digits[..3]) != 0 && number(&digits[3..9]) != 0 && check == u32::from(digits[9]))
}

/// Judges a Kuwaiti civil number: a digit for the century, a date, a serial, and a check digit modulo 11.
pub(super) fn kw_civil_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let century = match digits[0] {
        2 => 1900,
        3 => 2000,
        _ => return Verdict::Invalid,
    };
    let dated = is_day(century + number(&digits[1..3]), number(&digits[3..5]), number(&digits[5..7]));
    Verdict::valid_if(dated && lack_of_11(&digits[..11], &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) == u32::from(digits[11]))
}

/// Judges a Saudi identity number of a citizen (1) or resident (2) by its Luhn digit.
pub(super) fn sa_national_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(digits[0], 1 | 2) && number(&digits[1..9]) != 0 && luhn(&digits))
}

/// Judges a Turkish identity number by its two check digits.
pub(super) fn tr_kimlik(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    // Minus 1 is 9 modulo 10.
    let tenth = weighted(&digits[..9], &[7, 9, 7, 9, 7, 9, 7, 9, 7]) % 10;
    let last = digits[..10].iter().map(|digit| u32::from(*digit)).sum::<u32>() % 10;
    Verdict::valid_if(digits[0] != 0 && tenth == u32::from(digits[9]) && last == u32::from(digits[10]))
}

/// Judges a Turkish tax number by its check digit: each digit is shifted by its place, then doubled as often modulo 9.
pub(super) fn tr_vkn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let counts = digits[..9].iter().zip(1_u32..).map(|(digit, place)| {
        let shifted = (u32::from(*digit) + 10 - place) % 10;
        if shifted == 9 { 9 } else { (shifted << (10 - place)) % 9 }
    });
    Verdict::valid_if((10 - counts.sum::<u32>() % 10) % 10 == u32::from(digits[9]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("ae_emirates_id", Verdict::Valid, &["784200106697269", "784195158878458"]);
        check("bh_cpr", Verdict::Valid, &["740118417", "460879748"]);
        check("il_teudat_zehut", Verdict::Valid, &["123456782", "221354236", "026013151"]);
        check("ir_national_code", Verdict::Valid, &["0499370899", "0942645901", "0233456600"]);
        check("kw_civil_id", Verdict::Valid, &["279082475886", "250103019822"]);
        check("sa_national_id", Verdict::Valid, &["2915208439", "2665921611"]);
        check("tr_kimlik", Verdict::Valid, &["10000000146", "56533198684", "15170249548"]);
        check("tr_vkn", Verdict::Valid, &["4540536920", "1735867696", "1610689606"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("ae_emirates_id", Verdict::Invalid, &["7842001066972697", "78420010669726", "78?200106697269"]);
        check("bh_cpr", Verdict::Invalid, &["741918417", "7401184177", "74011841", "74?118417"]);
        check("il_teudat_zehut", Verdict::Invalid, &["221354237", "2213542367", "22135423", "22?354236"]);
        check("ir_national_code", Verdict::Invalid, &["0942645902", "09426459017", "094264590", "09?2645901"]);
        check("kw_civil_id", Verdict::Invalid, &["279082475887", "279192475886", "2790824758867", "27908247588", "27?082475886"]);
        check("sa_national_id", Verdict::Invalid, &["2915208430", "29152084397", "291520843", "29?5208439"]);
        check("tr_kimlik", Verdict::Invalid, &["56533198685", "565331986847", "5653319868", "56?33198684"]);
        check("tr_vkn", Verdict::Invalid, &["1735867697", "17358676967", "173586769", "17?5867696"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("il_teudat_zehut", "390261006");
        every_digit_counts("kw_civil_id", "246093075422");
        every_digit_counts("sa_national_id", "1184531984");
        every_digit_counts("tr_kimlik", "75474858716");
        every_digit_counts("tr_vkn", "5753107713");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("ir_national_code", "0124091751", 9, 1);
    }
}
