//! Numbers that the Nordic states give to persons and companies.

use super::Verdict;
use super::calendar::{is_birth_year, is_day_of_short_year, is_ddmmyy};
use super::checksum::{lack_of_11, luhn, weighted};
use super::digits::{Digits, is_uniform, number, prefixed, values};

/// Judges a Swedish personal identity or coordination number: a date, to whose day the latter adds 60, and a Luhn digit over the ten
/// digits without the century.
pub(super) fn se_personnummer(value: &[u8]) -> Verdict {
    let digits: Vec<u8> = value.iter().copied().filter(|byte| !matches!(byte, b'-' | b'+')).collect();
    let short = match digits.as_slice() {
        [b'1', b'8' | b'9', short @ ..] | [b'2', b'0', short @ ..] if short.len() == 10 => short,
        short => short,
    };
    let Some(digits) = values::<10>(short) else { return Verdict::Invalid };
    let day = number(&digits[4..6]);
    let dated = is_day_of_short_year(number(&digits[..2]), number(&digits[2..4]), if day > 60 { day - 60 } else { day });
    Verdict::valid_if(dated && number(&digits[6..9]) != 0 && luhn(&digits))
}

/// Judges a Swedish organisation number: its third digit is at least 2, which no month begins with, and it ends with a Luhn digit.
pub(super) fn se_organisation_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] != 0 && digits[2] >= 2 && luhn(&digits))
}

/// Judges a Norwegian birth number, D-number or H-number: a date, to whose day the D-number and to whose month the H-number adds 40, and
/// two check digits modulo 11.
pub(super) fn no_fodselsnummer(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let day = number(&digits[..2]);
    let month = number(&digits[2..4]);
    let month = if month > 40 { month - 40 } else { month };
    let dated = is_day_of_short_year(number(&digits[4..6]), month, if day > 40 { day - 40 } else { day });
    let first = lack_of_11(&digits[..9], &[3, 7, 6, 1, 8, 9, 4, 5, 2]);
    let second = lack_of_11(&digits[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    Verdict::valid_if(dated && first == u32::from(digits[9]) && second == u32::from(digits[10]))
}

/// Judges a Norwegian organisation number by its check digit modulo 11.
pub(super) fn no_organisation_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(digits[0], 8 | 9) && lack_of_11(&digits[..8], &[3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(digits[8]))
}

/// Judges a Danish CPR number: a date, and a check modulo 11 that numbers given since October 2007 need not pass, so that one that
/// fails it is no more than plausible.
pub(super) fn dk_cpr(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    // The seventh digit and the year tell the century.
    let century = match (digits[6], number(&digits[4..6])) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (5..=8, 58..) => 1800,
        _ => 2000,
    };
    let born = century + number(&digits[4..6]) <= 2035;
    if !born || !is_ddmmyy(&digits[..6]) || number(&digits[6..]) == 0 {
        return Verdict::Invalid;
    }
    if weighted(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) { Verdict::Valid } else { Verdict::Plausible }
}

/// Judges a Danish company number (CVR) by its check digit modulo 11.
pub(super) fn dk_cvr(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<8>(value, "DK") else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] != 0 && weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// Judges a Finnish personal identity code: a date, a sign for the century, a serial, which above 899 is only
/// given for the time being, and a character for the number modulo 31.
pub(super) fn fi_hetu(value: &[u8]) -> Verdict {
    let &[ref date @ .., century, a, b, c, check] = value else { return Verdict::Invalid };
    let (Some(date), Some(serial)) = (values::<6>(date), values::<3>(&[a, b, c])) else { return Verdict::Invalid };
    let in_century = matches!(century.to_ascii_uppercase(), b'+' | b'-' | b'A'..=b'F' | b'U'..=b'Y');
    let rest = (number(&date) * 1000 + number(&serial)) % 31;
    let agrees = check.to_ascii_uppercase() == b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest as usize];
    Verdict::valid_if(in_century && is_ddmmyy(&date) && matches!(number(&serial), 2..=899) && agrees)
}

/// Judges a Finnish business id by its check digit modulo 11.
pub(super) fn fi_business_id(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<8>(value, "FI") else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..7], &[7, 9, 10, 5, 8, 4, 2]) == u32::from(digits[7]))
}

/// Judges an Icelandic kennitala of a person or company: a date, to whose day companies add 40, two digits, a check digit modulo 11 and a
/// digit for the century.
pub(super) fn is_kennitala(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let century = match digits[9] {
        9 => 1900,
        0 => 2000,
        _ => return Verdict::Invalid,
    };
    let mut date = digits;
    if date[0] >= 4 {
        date[0] -= 4;
    }
    let born = is_ddmmyy(&date[..6]) && is_birth_year(century + number(&digits[4..6]));
    let check = lack_of_11(&digits[..8], &[3, 2, 7, 6, 5, 4, 3, 2]);
    Verdict::valid_if(born && !is_uniform(&digits[..6]) && check == u32::from(digits[8]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("se_personnummer", Verdict::Valid, &["1212121212", "9912092666", "0408315687", "199511307762", "199411023261"]);
        check("se_organisation_number", Verdict::Valid, &["5559485692", "5555406692"]);
        check("no_fodselsnummer", Verdict::Valid, &["01010750160", "29056481700", "09116035186"]);
        check("no_organisation_number", Verdict::Valid, &["988077917", "943174091", "905057030"]);
        check("dk_cpr", Verdict::Valid, &["0812065009", "2812503688"]);
        check("dk_cvr", Verdict::Valid, &["13585628", "30962958", "38679716"]);
        check("fi_hetu", Verdict::Valid, &["131052-308T", "141074-6472", "190792-594T"]);
        check("fi_business_id", Verdict::Valid, &["20774740", "27740893", "20335385"]);
        check("is_kennitala", Verdict::Valid, &["1201743399", "3007717189", "3110849179"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check(
            "se_personnummer",
            Verdict::Invalid,
            &[
                "9912092667",
                "9919092666",
                "99120926667",
                "991209266",
                "99?2092666",
                "199511307763",
                "199519307762",
                "1995113077627",
                "19951130776",
                "19?511307762",
            ],
        );
        check("se_organisation_number", Verdict::Invalid, &["5559485693", "55594856927", "555948569", "55?9485692"]);
        check("no_fodselsnummer", Verdict::Invalid, &["29056481701", "29196481700", "290564817007", "2905648170", "29?56481700"]);
        check("no_organisation_number", Verdict::Invalid, &["943174092", "9431740917", "94317409", "94?174091"]);
        check("dk_cpr", Verdict::Invalid, &["0819065009", "08120650097", "081206500", "08?2065009"]);
        check("dk_cvr", Verdict::Invalid, &["30962959", "309629587", "3096295", "30?62958"]);
        check("fi_hetu", Verdict::Invalid, &["141074-6473", "141974-6472", "141074-64727", "141074-647", "14?074-6472"]);
        check("fi_business_id", Verdict::Invalid, &["27740894", "277408937", "2774089", "27?40893"]);
        check("is_kennitala", Verdict::Invalid, &["3007717199", "3019717189", "30077171897", "300771718", "30?7717189"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("se_personnummer", "5903307782");
        every_digit_counts("se_organisation_number", "5584268832");
        every_digit_counts("no_fodselsnummer", "29078117182");
        every_digit_counts("no_organisation_number", "992144076");
        every_digit_counts("dk_cpr", "0810942401");
        every_digit_counts("dk_cvr", "32404219");
        every_digit_counts("fi_hetu", "030202A112N");
        every_digit_counts("fi_business_id", "21445754");
    }
}
