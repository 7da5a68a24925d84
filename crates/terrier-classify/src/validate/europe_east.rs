//! Numbers that states of Eastern Europe and Central Asia give to persons and companies.

use super::Verdict;
use super::calendar::{is_day, is_day_of_short_year, is_ddmmyy};
use super::checksum::weighted;
use super::digits::{Digits, compact, number, values};

/// Judges a Belarusian identification number by its layout: a digit for sex and century, a date, a letter for the region, a serial, two
/// letters for the citizenship and a digit.
pub(super) fn by_personal_number(value: &[u8]) -> Verdict {
    let Some(code) = compact::<14>(value) else { return Verdict::Invalid };
    let (Some(front), Some(serial)) = (values::<7>(&code[..7]), values::<3>(&code[8..11])) else { return Verdict::Invalid };
    let placed = b"ABCEHKM".contains(&code[7]) && matches!(&code[11..13], b"PB" | b"BA" | b"BI");
    let dated = matches!(front[0], 1..=6) && is_ddmmyy(&front[1..]);
    Verdict::valid_if(placed && dated && number(&serial) != 0 && code[13].is_ascii_digit())
}

/// Judges a Kazakh individual identification number: a date, a digit for sex and century, a serial, and a check digit modulo 11 that is
/// computed with a second row of weights where the first gives 10.
pub(super) fn kz_iin(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let century = match digits[6] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return Verdict::Invalid,
    };
    let dated = is_day(century + number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]));
    let first = weighted(&digits[..11], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let second = weighted(&digits[..11], &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
    Verdict::valid_if(dated && u32::from(digits[11]) == if first < 10 { first } else { second })
}

/// Judges a Russian taxpayer number of a person by its two check digits modulo 11.
pub(super) fn ru_inn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let first = weighted(&digits[..10], &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    let second = weighted(&digits[..11], &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    Verdict::valid_if(number(&digits[..2]) != 0 && first == u32::from(digits[10]) && second == u32::from(digits[11]))
}

/// Judges a Russian taxpayer number of a company by its check digit modulo 11.
pub(super) fn ru_inn_company(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let check = weighted(&digits[..9], &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    Verdict::valid_if(number(&digits[..2]) != 0 && check == u32::from(digits[9]))
}

/// Judges a Russian insurance number of a person (SNILS) by its two check digits modulo 101. Numbers up to 001-001-998 had none.
pub(super) fn ru_snils(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let check = weighted(&digits[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    Verdict::valid_if(number(&digits[..9]) > 1_001_998 && u64::from(check) == number(&digits[9..]))
}

/// Judges a Ukrainian taxpayer number: the days from 1900 to birth, a serial, and a check digit modulo 11.
pub(super) fn ua_rnokpp(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    // Up to 2035. The first weight is -1, which is 10 modulo 11.
    let born = matches!(number(&digits[..5]), 1..=49_700);
    let check = weighted(&digits[..9], &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10;
    Verdict::valid_if(born && check == u32::from(digits[9]))
}

/// Judges an Uzbek personal number by its layout: a digit for sex and century, a date, and seven more digits.
pub(super) fn uz_pinfl(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<14>(value) else { return Verdict::Invalid };
    let dated = is_day_of_short_year(number(&digits[5..7]), number(&digits[3..5]), number(&digits[1..3]));
    Verdict::valid_if(matches!(digits[0], 3..=6) && dated && number(&digits[7..10]) != 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("by_personal_number", Verdict::Valid, &["4300945K253PB6", "4200673H395PB1"]);
        check("kz_iin", Verdict::Valid, &["651026483911", "460525383130"]);
        check("ru_inn", Verdict::Valid, &["500100732259", "784926337270", "169286311017"]);
        check("ru_inn_company", Verdict::Valid, &["7707083893", "5098384092", "6605601914"]);
        check("ru_snils", Verdict::Valid, &["11223344595", "14575230362", "19595114816"]);
        check("ua_rnokpp", Verdict::Valid, &["3184710691", "2963000961", "3041175126"]);
        check("uz_pinfl", Verdict::Valid, &["40501670075407", "32906747087392"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("by_personal_number", Verdict::Invalid, &["4301945K253PB6", "4300945K253PB67", "4300945K253PB", "43?0945K253PB6"]);
        check("kz_iin", Verdict::Invalid, &["651026483912", "651926483911", "6510264839117", "65102648391", "65?026483911"]);
        check("ru_inn", Verdict::Invalid, &["784926337271", "7849263372707", "78492633727", "78?926337270"]);
        check("ru_inn_company", Verdict::Invalid, &["5098384093", "50983840927", "509838409", "50?8384092"]);
        check("ru_snils", Verdict::Invalid, &["14575230363", "145752303627", "1457523036", "14?75230362"]);
        check("ua_rnokpp", Verdict::Invalid, &["2963000962", "29630009617", "296300096", "29?3000961"]);
        check("uz_pinfl", Verdict::Invalid, &["40519670075407", "405016700754077", "4050167007540", "40?01670075407"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("ru_inn", "775714732179");
        every_digit_counts("ru_snils", "13473330341");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("kz_iin", "720708314831", 11, 1);
        check_digit_decides("ru_inn_company", "7740897970", 9, 1);
        check_digit_decides("ua_rnokpp", "3249488270", 9, 1);
    }
}
