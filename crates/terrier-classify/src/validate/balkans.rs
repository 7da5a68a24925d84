//! Numbers that the states of the Balkans give to persons.

use super::Verdict;
use super::calendar::{is_day, is_day_of_short_year};
use super::checksum::{lack_of_11, mod11_10, weighted};
use super::digits::{Digits, compact, number, prefixed, values};

/// Judges an Albanian identity number by its layout: a letter for the decade of birth, the year's digit, month (50 more for women), day,
/// a serial and a letter.
pub(super) fn al_identity_number(value: &[u8]) -> Verdict {
    let Some([decade, digits @ .., last]) = compact::<10>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<8>(&digits) else { return Verdict::Invalid };
    let (month, day) = (number(&digits[1..3]), number(&digits[3..5]));
    let lettered = matches!(decade, b'A'..=b'N') && last.is_ascii_uppercase();
    // The decade, and with it whether the year is a leap year, is left open.
    let dated = is_day_of_short_year(0, if month > 50 { month - 50 } else { month }, day);
    Verdict::valid_if(lettered && dated && number(&digits[5..]) != 0)
}

/// Judges a Bulgarian uniform civil number (EGN): a date, whose month also tells the century, a serial, and a check digit modulo 11.
pub(super) fn bg_egn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let month = number(&digits[2..4]);
    let century = match month / 20 {
        0 => 1900,
        1 => 1800,
        2 => 2000,
        _ => return Verdict::Invalid,
    };
    let dated = is_day(century + number(&digits[..2]), month % 20, number(&digits[4..6]));
    Verdict::valid_if(dated && weighted(&digits[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == u32::from(digits[9]))
}

/// Judges a Bulgarian number of a foreigner (LNCh) by its check digit modulo 10.
pub(super) fn bg_lnch(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(weighted(&digits[..9], &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == u32::from(digits[9]))
}

/// Judges a Croatian personal identification number (OIB) by its check digit (ISO/IEC 7064, MOD 11,10).
pub(super) fn hr_oib(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<11>(value, "HR") else { return Verdict::Invalid };
    Verdict::valid_if(mod11_10(&digits))
}

/// Judges a unique master citizen number of the states of former Yugoslavia: a date with the last three digits of the year, a region, a
/// serial, and a check digit modulo 11.
pub(super) fn jmbg(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let short = number(&digits[4..7]);
    let year = if short >= 800 { 1000 + short } else { 2000 + short };
    let dated = year < 2036 && is_day(year, number(&digits[2..4]), number(&digits[..2]));
    Verdict::valid_if(dated && lack_of_11(&digits[..12], &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(digits[12]))
}

/// Judges a Romanian personal numerical code (CNP): a digit for sex and century, a date, a county, a serial, and a check digit modulo 11.
pub(super) fn ro_cnp(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let (year, month, day) = (number(&digits[1..3]), number(&digits[3..5]), number(&digits[5..7]));
    let dated = match digits[0] {
        1 | 2 => is_day(1900 + year, month, day),
        3 | 4 => is_day(1800 + year, month, day),
        5 | 6 => is_day(2000 + year, month, day),
        7..=9 => is_day_of_short_year(year, month, day),
        _ => false,
    };
    let check = match weighted(&digits[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
        10 => 1,
        rest => rest,
    };
    let placed = matches!(number(&digits[7..9]), 1..=48 | 51 | 52 | 70) && number(&digits[9..12]) != 0;
    Verdict::valid_if(dated && placed && check == u32::from(digits[12]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("al_identity_number", Verdict::Valid, &["H75418935S", "I65412016K"]);
        check("bg_egn", Verdict::Valid, &["7523169263", "8405192250", "8912295728"]);
        check("bg_lnch", Verdict::Valid, &["8261557413", "6375262258"]);
        check("hr_oib", Verdict::Valid, &["33392005961", "40547807098", "62585633748"]);
        check(
            "jmbg",
            Verdict::Valid,
            &[
                "2802969188089",
                "0406004182738",
                "1008971213846",
                "2608988265247",
                "1906993450823",
                "0803976453285",
                "2308984800950",
                "2104961806825",
                "1003971504369",
                "1611978509870",
            ],
        );
        check("ro_cnp", Verdict::Valid, &["1630615123457", "6020819124961", "2450722132889"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("al_identity_number", Verdict::Invalid, &["H71918935S", "H75418935S7", "H75418935", "H7?418935S"]);
        check("bg_egn", Verdict::Invalid, &["8405192251", "8419192250", "84051922507", "840519225", "84?5192250"]);
        check("bg_lnch", Verdict::Invalid, &["8261557414", "82615574137", "826155741", "82?1557413"]);
        check("hr_oib", Verdict::Invalid, &["40547807099", "405478070987", "4054780709", "40?47807098"]);
        check(
            "jmbg",
            Verdict::Invalid,
            &[
                "2802969188080",
                "2819969188089",
                "28029691880897",
                "280296918808",
                "28?2969188089",
                "1008971213847",
                "1019971213846",
                "10089712138467",
                "100897121384",
                "10?8971213846",
                "1906993450824",
                "1919993450823",
                "19069934508237",
                "190699345082",
                "19?6993450823",
                "2308984800951",
                "2319984800950",
                "23089848009507",
                "230898480095",
                "23?8984800950",
                "1003971504360",
                "1019971504369",
                "10039715043697",
                "100397150436",
                "10?3971504369",
            ],
        );
        check("ro_cnp", Verdict::Invalid, &["6020819124962", "6021919124961", "60208191249617", "602081912496", "60?0819124961"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("bg_lnch", "6968156296");
        every_digit_counts("hr_oib", "28768240577");
        every_digit_counts("jmbg", "1210994100244");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("bg_egn", "6008122407", 9, 1);
        check_digit_decides("ro_cnp", "6060320052037", 12, 1);
    }
}
