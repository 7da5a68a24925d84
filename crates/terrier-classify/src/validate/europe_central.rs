//! Numbers that Czechia, Slovakia, Hungary and Poland give to persons and companies.

use super::Verdict;
use super::calendar::{is_day, is_day_of_short_year};
use super::checksum::{lack_of_10, lack_of_11, rank_of, weighted};
use super::digits::{Digits, compact, number, prefixed};

/// Judges a Czech or Slovak birth number: a date, to whose month 50 is added for women and 20 where serials are used up, and ten digits
/// that 11 divides. Numbers of nine digits, given before 1954, have no check: they are no more than plausible.
pub(super) fn cz_rodne_cislo(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if !matches!(digits.len(), 9 | 10) || number(&digits[6..9]) == 0 {
        return Verdict::Invalid;
    }
    let (year, month, day) = (number(&digits[..2]), number(&digits[2..4]) % 50, number(&digits[4..6]));
    let [body @ .., check] = digits else { return Verdict::Invalid };
    if digits.len() == 9 {
        return if year < 54 && is_day(1900 + year, month, day) { Verdict::Plausible } else { Verdict::Invalid };
    }
    // The additional months were used from 2004 on only.
    let dated = is_day_of_short_year(year, month, day) || year < 54 && is_day(2000 + year, month.wrapping_sub(20), day);
    // Before 1985 numbers whose remainder is 10 were given with the check digit 0.
    let rest = number(body) % 11;
    let agrees = rest == u64::from(*check) || rest == 10 && *check == 0 && (54..=85).contains(&year);
    Verdict::valid_if(dated && agrees)
}

/// Judges a Czech or Slovak company number (IČO) by its check digit modulo 11.
pub(super) fn cz_ico(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    let check = (11 - weighted(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10;
    Verdict::valid_if(number(&digits[..3]) != 0 && check == u32::from(digits[7]))
}

/// Judges a Hungarian tax number of a person: 8, the days from 1867 to birth, a serial, and a check digit modulo 11.
pub(super) fn hu_tax_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    // From 1900 to 2035.
    let born = matches!(number(&digits[1..6]), 12_000..=61_700);
    let check = weighted(&digits[..9], &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    Verdict::valid_if(digits[0] == 8 && born && check == u32::from(digits[9]))
}

/// Judges a Hungarian social insurance number (TAJ) by its check digit modulo 10.
pub(super) fn hu_taj(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(weighted(&digits[..8], &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == u32::from(digits[8]))
}

/// Judges a Hungarian personal number: a digit for sex and century, a date, a serial, and a check digit modulo 11, whose weights fall
/// for those born from 1997 on and rise for the others.
pub(super) fn hu_personal_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let short = number(&digits[1..3]);
    let (year, recent) = match digits[0] {
        1 | 2 => (1900 + short, short >= 97),
        3 | 4 => (2000 + short, true),
        _ => return Verdict::Invalid,
    };
    let rising = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    let falling = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let check = weighted(&digits[..10], if recent { &falling } else { &rising }) % 11;
    Verdict::valid_if(is_day(year, number(&digits[3..5]), number(&digits[5..7])) && check == u32::from(digits[10]))
}

/// Judges a Polish PESEL number: a date, whose month also tells the century, a serial, and a check digit modulo 10.
pub(super) fn pl_pesel(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let month = number(&digits[2..4]);
    let century = match month / 20 {
        0 => 1900,
        1 => 2000,
        4 => 1800,
        _ => return Verdict::Invalid,
    };
    let dated = is_day(century + number(&digits[..2]), month % 20, number(&digits[4..6]));
    Verdict::valid_if(dated && lack_of_10(&digits[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) == u32::from(digits[10]))
}

/// Judges a Polish tax number (NIP) by its check digit modulo 11.
pub(super) fn pl_nip(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<10>(value, "PL") else { return Verdict::Invalid };
    let check = weighted(&digits[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
    Verdict::valid_if(digits[0] != 0 && check == u32::from(digits[9]))
}

/// Judges a Polish company number (REGON) of nine digits, or fourteen of a branch, by its check digits modulo 11.
pub(super) fn pl_regon(value: &[u8]) -> Verdict {
    let long = Digits::exactly::<14>(value);
    let short = long.and_then(|digits| digits.first_chunk::<9>().copied()).or_else(|| Digits::exactly::<9>(value));
    let Some(short) = short else { return Verdict::Invalid };
    let branch =
        long.is_none_or(|digits| weighted(&digits[..13], &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10 == u32::from(digits[13]));
    Verdict::valid_if(branch && weighted(&short[..8], &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == u32::from(short[8]))
}

/// Judges the number of a Polish identity card: three letters and six digits, the first of which is a check digit modulo 10.
pub(super) fn pl_id_card(value: &[u8]) -> Verdict {
    document::<3>(value, &[7, 3, 1, 0, 7, 3, 1, 7, 3])
}

/// Judges the number of a Polish passport: two letters and seven digits, the first of which is a check digit modulo 10.
pub(super) fn pl_passport(value: &[u8]) -> Verdict {
    document::<2>(value, &[7, 3, 0, 1, 7, 3, 1, 7, 3])
}

/// Judges a number that begins with `LETTERS` letters, whose first digit is the weighted sum of the rest modulo 10.
fn document<const LETTERS: usize>(value: &[u8], weights: &[u32; 9]) -> Verdict {
    let Some(code) = compact::<9>(value) else { return Verdict::Invalid };
    let (letters, digits) = code.split_at(LETTERS);
    if !letters.iter().all(u8::is_ascii_uppercase) || !digits.iter().all(u8::is_ascii_digit) {
        return Verdict::Invalid;
    }
    let sum: u32 = code.iter().zip(weights).map(|(byte, weight)| rank_of(*byte).unwrap_or(0) * weight).sum();
    Verdict::valid_if(sum % 10 == u32::from(digits[0] - b'0') && digits[1..].iter().any(|digit| *digit != digits[1]))
}

/// Judges a Slovenian tax number by its check digit modulo 11.
pub(super) fn si_tax_number(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<8>(value, "SI") else { return Verdict::Invalid };
    let sum = weighted(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]);
    let check = lack_of_11(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]) % 10;
    Verdict::valid_if(digits[0] != 0 && !sum.is_multiple_of(11) && check == u32::from(digits[7]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("cz_rodne_cislo", Verdict::Valid, &["7103192745", "5601075018", "9906049549"]);
        check("cz_ico", Verdict::Valid, &["25295012", "23925299"]);
        check("hu_tax_id", Verdict::Valid, &["8570600402", "8381545129"]);
        check("hu_taj", Verdict::Valid, &["111111110", "130634106", "479727813"]);
        check("hu_personal_number", Verdict::Valid, &["25201206650", "25803318008"]);
        check("pl_pesel", Verdict::Valid, &["44051401359", "82102745027", "01262839346"]);
        check("pl_nip", Verdict::Valid, &["8567346215", "6792709779", "7826248436"]);
        check("pl_regon", Verdict::Valid, &["192598184", "308464801", "366834463"]);
        check("pl_id_card", Verdict::Valid, &["ABS123456", "CBT362140", "DPT931996"]);
        check("pl_passport", Verdict::Valid, &["ZS0000177", "EA9992333", "EB4490046"]);
        check("si_tax_number", Verdict::Valid, &["50223054", "44738170", "72744294"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("cz_rodne_cislo", Verdict::Invalid, &["5601075019", "5619075018", "56010750187", "560107501", "56?1075018"]);
        check("cz_ico", Verdict::Invalid, &["25295013", "252950127", "2529501", "25?95012"]);
        check("hu_tax_id", Verdict::Invalid, &["8570600403", "85706004027", "857060040", "85?0600402"]);
        check("hu_taj", Verdict::Invalid, &["130634107", "1306341067", "13063410", "13?634106"]);
        check("hu_personal_number", Verdict::Invalid, &["25201206651", "25219206650", "252012066507", "2520120665", "25?01206650"]);
        check("pl_pesel", Verdict::Invalid, &["82102745028", "82192745027", "821027450277", "8210274502", "82?02745027"]);
        check("pl_nip", Verdict::Invalid, &["6792709770", "67927097797", "679270977", "67?2709779"]);
        check("pl_regon", Verdict::Invalid, &["308464802", "3084648017", "30846480", "30?464801"]);
        check("pl_id_card", Verdict::Invalid, &["CBT462140", "CBT3621407", "CBT36214", "CB?362140"]);
        check("pl_passport", Verdict::Invalid, &["EA0992333", "EA99923337", "EA999233", "EA?992333"]);
        check("si_tax_number", Verdict::Invalid, &["44738171", "447381707", "4473817", "44?38170"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("cz_rodne_cislo", "6509061042");
        every_digit_counts("hu_tax_id", "8476866380");
        every_digit_counts("hu_taj", "724696534");
        every_digit_counts("pl_pesel", "99111093274");
        every_digit_counts("pl_nip", "5834184069");
        every_digit_counts("pl_id_card", "DPR085275");
        every_digit_counts("pl_passport", "EJ8906079");
        every_digit_counts("si_tax_number", "47907444");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("cz_ico", "25534289", 7, 1);
        check_digit_decides("hu_personal_number", "28404147044", 10, 1);
        check_digit_decides("pl_regon", "348601840", 8, 1);
    }
}
