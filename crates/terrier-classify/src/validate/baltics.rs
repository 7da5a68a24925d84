//! Numbers that Estonia, Latvia and Lithuania give to persons.

use super::Verdict;
use super::calendar::{is_day, is_ddmmyy};
use super::checksum::weighted;
use super::digits::{Digits, number};

/// Judges an Estonian or Lithuanian personal code: a digit for century and sex, a date, and a check digit modulo 11 that is computed
/// with a second row of weights where the first gives 10.
pub(super) fn baltic_personal_code(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let century = match digits[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        7 | 8 => 2100,
        _ => 0,
    };
    // In Lithuania codes that begin with 9 were given where the date of birth is not known.
    let unknown = digits[0] == 9;
    let dated = unknown || century > 0 && is_day(century + number(&digits[1..3]), number(&digits[3..5]), number(&digits[5..7]));
    let first = weighted(&digits[..10], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(&digits[..10], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    let check = if first < 10 { first } else { second % 10 };
    Verdict::valid_if(dated && check == u32::from(digits[10]))
}

/// Judges a Latvian personal code: a date, a digit for the century, and a check digit modulo 11. Codes given since July 2017 begin
/// with 32 to 39 and hold no date: of them nothing is verified.
pub(super) fn lv_personas_kods(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    if digits[0] == 3 && digits[1] >= 2 {
        return Verdict::Plausible;
    }
    let sum = weighted(&digits[..10], &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]) + 1;
    Verdict::valid_if(is_ddmmyy(&digits[..6]) && digits[6] <= 2 && sum % 11 % 10 == u32::from(digits[10]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("baltic_personal_code", Verdict::Valid, &["37605030299", "44705090022", "36204243170"]);
        check("lv_personas_kods", Verdict::Valid, &["16117519997", "08015213145", "15096011996"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("baltic_personal_code", Verdict::Invalid, &["44705090023", "44719090022", "447050900227", "4470509002", "44?05090022"]);
        check("lv_personas_kods", Verdict::Invalid, &["08015213146", "08195213145", "080152131457", "0801521314", "08?15213145"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("lv_personas_kods", "11025213381");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("baltic_personal_code", "34907191127", 10, 1);
    }
}
