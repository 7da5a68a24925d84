//! Numbers that the states of Africa give to persons.

use super::Verdict;
use super::calendar::{is_birth_year, is_day, is_ddmmyy, is_yymmdd, is_yyyymmdd};
use super::checksum::luhn;
use super::digits::{Digits, compact, number, values};

/// Judges an Egyptian national number by its layout: a digit for the century, a date, a governorate, a serial, and a last digit, of
/// which nothing is published.
pub(super) fn eg_national_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<14>(value) else { return Verdict::Invalid };
    let century = match digits[0] {
        2 => 1900,
        3 => 2000,
        _ => return Verdict::Invalid,
    };
    let year = century + number(&digits[1..3]);
    let dated = is_birth_year(year) && is_day(year, number(&digits[3..5]), number(&digits[5..7]));
    let placed = matches!(number(&digits[7..9]), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88);
    Verdict::valid_if(dated && placed && number(&digits[9..13]) != 0)
}

/// Judges a Mauritian identity number by its layout: the first letter of the surname, a date, six digits and a
/// check character modulo 17.
pub(super) fn mu_identity_number(value: &[u8]) -> Verdict {
    let Some(code) = compact::<14>(value) else { return Verdict::Invalid };
    let (Some(date), Some(serial)) = (values::<6>(&code[1..7]), values::<6>(&code[7..13])) else { return Verdict::Invalid };
    let ranks = code.map(|byte| super::checksum::rank_of(byte).unwrap_or(0));
    let sum: u32 = ranks[..13].iter().zip((2..=14).rev()).map(|(rank, weight)| rank * weight).sum();
    let checked = ranks[13] == (17 - sum % 17) % 17;
    Verdict::valid_if(code[0].is_ascii_uppercase() && is_ddmmyy(&date) && number(&serial) != 0 && checked)
}

/// Judges a Rwandan identity number by its layout: a digit for the status, the year of birth, a digit for the sex, a serial, and
/// digits for issue and check.
pub(super) fn rw_national_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<16>(value) else { return Verdict::Invalid };
    let placed = matches!(digits[0], 1..=3) && matches!(digits[5], 7 | 8);
    Verdict::valid_if(placed && is_birth_year(number(&digits[1..5])) && number(&digits[6..13]) != 0)
}

/// Judges a Tanzanian identity number by its layout: a date of birth and twelve more digits.
pub(super) fn tz_nida(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<20>(value) else { return Verdict::Invalid };
    Verdict::valid_if(is_yyyymmdd(&digits[..8]) && number(&digits[8..18]) != 0)
}

/// Judges a South African identity number: a date, a serial, a digit for the citizenship, a digit, and a Luhn digit.
pub(super) fn za_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    Verdict::valid_if(is_yymmdd(&digits[..6]) && digits[10] <= 2 && luhn(&digits))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("eg_national_id", Verdict::Valid, &["28804172844299", "25102170239281"]);
        check("mu_identity_number", Verdict::Valid, &["G1004470512984", "G310367890774D"]);
        check("rw_national_id", Verdict::Valid, &["1195474423817200", "1195781854467475"]);
        check("tz_nida", Verdict::Valid, &["19880323066590814858", "19900205730343015294"]);
        check("za_id", Verdict::Valid, &["8001015009087", "5010220098085", "5311039499088"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("eg_national_id", Verdict::Invalid, &["28819172844299", "288041728442997", "2880417284429", "28?04172844299"]);
        check("mu_identity_number", Verdict::Invalid, &["G1004470512994", "G10044705129847", "G100447051298", "G1?0447051298H"]);
        check("rw_national_id", Verdict::Invalid, &["11954744238172007", "119547442381720", "11?5474423817200"]);
        check(
            "tz_nida",
            Verdict::Invalid,
            &["19881923066590814858", "198803230665908148587", "1988032306659081485", "19?80323066590814858"],
        );
        check("za_id", Verdict::Invalid, &["5010220098086", "5019220098085", "50102200980857", "501022009808", "50?0220098085"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("za_id", "6207298808085");
    }
}
