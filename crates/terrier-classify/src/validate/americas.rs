//! Numbers that states of the Americas give to persons and employers.

use super::Verdict;
use super::calendar::is_day_of_short_year;
use super::checksum::{lack_of_11, luhn, weighted};
use super::digits::{Digits, compact, is_uniform, number, values};

/// Judges a US Social Security number by the areas, groups and serials that are never assigned.
pub(super) fn us_ssn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let (area, group, serial) = (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]));
    Verdict::valid_if(area != 0 && area != 666 && area < 900 && group != 0 && serial != 0)
}

/// Judges an individual taxpayer identification number: area 9xx and a group in the ranges that the tax office assigns.
pub(super) fn us_itin(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let group = number(&digits[3..5]);
    let assigned = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    Verdict::valid_if(digits[0] == 9 && assigned && number(&digits[5..]) != 0)
}

/// Judges an employer identification number by the prefixes that the tax office assigns.
pub(super) fn us_ein(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let prefix = number(&digits[..2]);
    let unassigned = matches!(prefix, 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97);
    Verdict::valid_if(!unassigned && !is_uniform(&digits[2..]))
}

/// Judges a Canadian social insurance number by its first digit and the Luhn digit.
pub(super) fn ca_sin(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] != 0 && digits[0] != 8 && luhn(&digits))
}

/// Judges a health number of Ontario by its Luhn digit; the version code of two letters may stand behind it.
pub(super) fn ca_ohip(value: &[u8]) -> Verdict {
    let letters = value.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let Some(digits) = Digits::exactly::<10>(&value[..value.len() - letters]) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(letters, 0 | 2) && digits[0] != 0 && luhn(&digits))
}

/// Judges a personal health number of British Columbia: it begins with 9 and ends with a check digit modulo 11.
pub(super) fn ca_bc_phn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] == 9 && lack_of_11(&digits[1..9], &[2, 4, 8, 5, 10, 9, 7, 3]) == u32::from(digits[9]))
}

/// Judges a health insurance number of Quebec by its layout: four letters of the name, a date (50 more on the month for women), and two
/// digits.
pub(super) fn ca_ramq(value: &[u8]) -> Verdict {
    let Some(code) = compact::<12>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<8>(&code[4..]) else { return Verdict::Invalid };
    let month = number(&digits[2..4]);
    let dated = is_day_of_short_year(number(&digits[..2]), if month > 50 { month - 50 } else { month }, number(&digits[4..6]));
    Verdict::valid_if(code[..4].iter().all(u8::is_ascii_uppercase) && dated)
}

/// Judges a Canadian business number, with or without a program account, by the Luhn digit of its first nine digits.
pub(super) fn ca_business_number(value: &[u8]) -> Verdict {
    if let Some(digits) = Digits::exactly::<9>(value) {
        return Verdict::valid_if(digits[0] != 0 && luhn(&digits));
    }
    let Some(code) = compact::<15>(value) else { return Verdict::Invalid };
    let (Some(digits), Some(account)) = (Digits::exactly::<9>(&code[..9]), values::<4>(&code[11..])) else { return Verdict::Invalid };
    Verdict::valid_if(luhn(&digits) && number(&account) != 0 && code[9] == b'R')
}

/// Judges a Brazilian CPF by its two check digits.
pub(super) fn br_cpf(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let check = |body: &[u8], weights: &[u32]| match weighted(body, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    let first = check(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&digits[..10], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    Verdict::valid_if(first == u32::from(digits[9]) && second == u32::from(digits[10]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn social_security_numbers() {
        check("us_ssn", Verdict::Valid, &["536-90-4399", "536 90 4399", "536904399", "001-01-0001", "772-31-9044"]);
        check(
            "us_ssn",
            Verdict::Invalid,
            &["000-12-3456", "666-12-3456", "900-12-3456", "536-00-4399", "536-90-0000", "555555555", "53690439"],
        );
    }

    #[test]
    fn taxpayer_numbers() {
        check("us_itin", Verdict::Valid, &["912-70-3456", "900-50-1234", "999-99-1234", "912943456"]);
        check("us_itin", Verdict::Invalid, &["912-49-3456", "912-66-3456", "912-89-3456", "912-93-3456", "812-70-3456", "912-70-0000"]);
        check("us_ein", Verdict::Valid, &["04-2937716", "20-1839402", "95-4402173", "98-0042318"]);
        check("us_ein", Verdict::Invalid, &["00-2937716", "07-2937716", "89-4402173", "96-1234567", "12-0000000", "12-345678"]);
    }

    #[test]
    fn canadian_and_brazilian_numbers() {
        check("ca_sin", Verdict::Valid, &["130 692 544", "130-692-544", "130692544"]);
        check("ca_sin", Verdict::Invalid, &["130 692 545", "046 454 286", "800 000 002", "13069254"]);
        check("br_cpf", Verdict::Valid, &["295.379.955-93", "29537995593"]);
        check("br_cpf", Verdict::Invalid, &["295.379.955-94", "295.379.955-83", "111.111.111-11", "295.379.955-9"]);
    }

    #[test]
    fn canadian_health_and_business_numbers() {
        check("ca_ohip", Verdict::Valid, &["4755931732HE", "3062305424VU", "7419264853", "2034024097"]);
        check("ca_bc_phn", Verdict::Valid, &["9698658215", "9927992275", "9514060082"]);
        check("ca_ramq", Verdict::Valid, &["BOUC51622051", "GAGN76080774"]);
        check("ca_business_number", Verdict::Valid, &["572764116RT0001", "387991706RP0001"]);
        check("ca_ohip", Verdict::Invalid, &["4755931733HE", "4755931732HE77", "475", "47?5931732HE", "7419264854", "741", "74?9264853"]);
        check("ca_bc_phn", Verdict::Invalid, &["9927992276", "99279922757", "992799227", "99?7992275"]);
        check("ca_ramq", Verdict::Invalid, &["BOUC51192051", "BOUC516220517", "BOUC5162205", "BO?C51622051"]);
        check("ca_business_number", Verdict::Invalid, &["572764117RT0001", "572764116RT00017", "572764116RT000", "57?764116RT0001"]);
        every_digit_counts("ca_ohip", "5716217889RH");
        every_digit_counts("ca_bc_phn", "9272058876");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("ca_sin", "130692544", 8, 1);
        check_digit_decides("br_cpf", "29537995593", 10, 1);
        check_digit_decides("br_cpf", "29537995593", 9, 1);
    }
}
