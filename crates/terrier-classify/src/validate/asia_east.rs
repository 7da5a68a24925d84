//! Numbers that the states of East Asia give to persons and companies.

use super::Verdict;
use super::calendar::{is_day_of_short_year, is_yyyymmdd};
use super::checksum::{lack_of_10, lack_of_11, mod11_2, rank_of, weighted};
use super::digits::{Digits, compact, number, values};

/// Tells whether two digits are the number of a Chinese province.
fn is_province(number: u64) -> bool {
    matches!(number, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

/// Judges a Chinese resident identity number: a region, a date, a serial, and a check character (ISO/IEC 7064, MOD 11-2).
pub(super) fn cn_resident_id(value: &[u8]) -> Verdict {
    let Some(code) = compact::<18>(value) else { return Verdict::Invalid };
    let Some(body) = values::<17>(&code[..17]) else { return Verdict::Invalid };
    let check = match mod11_2(&body) {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    Verdict::valid_if(is_province(number(&body[..2])) && is_yyyymmdd(&body[6..14]) && code[17] == check)
}

/// Judges a Chinese unified social credit code of an organisation: kind and region, and a check character modulo 31 over digits and the
/// letters but I, O, S, V and Z, whose weights are the powers of 3.
pub(super) fn cn_social_credit_code(value: &[u8]) -> Verdict {
    let Some(code) = compact::<18>(value) else { return Verdict::Invalid };
    let Some(region) = values::<6>(&code[2..8]) else { return Verdict::Invalid };
    let rank = |byte: &u8| b"0123456789ABCDEFGHJKLMNPQRTUWXY".iter().position(|other| other == byte);
    let (mut sum, mut weight) = (0, 1);
    for byte in &code[..17] {
        let Some(rank) = rank(byte) else { return Verdict::Invalid };
        sum += rank * weight;
        weight = weight * 3 % 31;
    }
    let placed = b"159AENY".contains(&code[0]) && (is_province(number(&region[..2])) || number(&region) == 100_000);
    Verdict::valid_if(placed && rank(&code[17]) == Some((31 - sum % 31) % 31))
}

/// Judges a Hong Kong identity card number: one or two letters, six digits, and a check digit modulo 11, in brackets or not. A single
/// letter has a space before it, which counts 36.
pub(super) fn hk_id_card(value: &[u8]) -> Verdict {
    let mut ranks = [36; 9];
    let mut places = (0..9).rev();
    for byte in value.iter().rev().filter(|byte| !matches!(byte, b'(' | b')' | b' ' | b'-')) {
        let (Some(place), Some(rank)) = (places.next(), rank_of(byte.to_ascii_uppercase())) else { return Verdict::Invalid };
        let fits = match place {
            0 | 1 => byte.is_ascii_alphabetic(),
            8 => byte.is_ascii_digit() || matches!(byte, b'A' | b'a'),
            _ => byte.is_ascii_digit(),
        };
        if !fits {
            return Verdict::Invalid;
        }
        ranks[place] = rank;
    }
    let sum: u32 = ranks.iter().zip((1..=9).rev()).map(|(rank, weight)| rank * weight).sum();
    let complete = ranks[1] != 36;
    let uniform = ranks[2..8].iter().all(|rank| *rank == ranks[2]);
    Verdict::valid_if(complete && !uniform && sum.is_multiple_of(11))
}

/// Judges a Japanese individual number (My Number) by its check digit modulo 11.
pub(super) fn jp_my_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[11]))
}

/// Judges a Japanese corporate number: its first digit is a check digit modulo 9.
pub(super) fn jp_corporate_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let sum = weighted(&digits[1..], &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
    Verdict::valid_if(9 - sum % 9 == u32::from(digits[0]))
}

/// Judges a South Korean registration number of a resident or foreigner: a date, a digit for sex and century, and a check digit modulo
/// 11. Numbers given since October 2020 have none, so that one of somebody born since then who fails is no more than plausible.
pub(super) fn kr_rrn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let dated = is_day_of_short_year(number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]));
    if !dated || number(&digits[7..]) == 0 || number(&digits[7..9]) > 96 {
        return Verdict::Invalid;
    }
    let rest = weighted(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
    // Foreigners' numbers were given with either complement.
    let agrees = |complement: u32| (complement - rest) % 10 == u32::from(digits[12]);
    let checked = agrees(11) || matches!(digits[6], 5..=8) && agrees(13);
    let unchecked = matches!(digits[6], 3 | 4 | 7 | 8) && matches!(number(&digits[..4]), 2010..=3512);
    match (checked, unchecked) {
        (true, _) => Verdict::Valid,
        (false, true) => Verdict::Plausible,
        (false, false) => Verdict::Invalid,
    }
}

/// Judges a South Korean business registration number by its check digit modulo 10.
pub(super) fn kr_business_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let carried = u32::from(digits[8]) * 5 / 10;
    let check = (lack_of_10(&digits[..9], &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + 10 - carried) % 10;
    Verdict::valid_if(number(&digits[..3]) > 100 && check == u32::from(digits[9]))
}

/// Judges a Taiwanese identity number: a letter for the place of registration, a digit for the sex, seven digits, and a check digit
/// modulo 10, for which the letter counts as a number of two digits.
pub(super) fn tw_national_id(value: &[u8]) -> Verdict {
    /// What the letters count, from A.
    const PLACES: [u32; 26] = [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];
    let Some([letter, digits @ ..]) = compact::<10>(value) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<9>(&digits) else { return Verdict::Invalid };
    let Some(place) = PLACES.get(usize::from(letter.wrapping_sub(b'A'))) else { return Verdict::Invalid };
    let sum = place / 10 + place % 10 * 9 + weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    Verdict::valid_if(matches!(digits[0], 1 | 2 | 8 | 9) && sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("cn_resident_id", Verdict::Valid, &["11010519491231002X", "320102200003066398", "320102199107286269"]);
        check("cn_social_credit_code", Verdict::Valid, &["91110000600037341L", "91330106MAB2BR1XNX", "91440300MA05ECLY5H"]);
        check("hk_id_card", Verdict::Valid, &["A1234563", "G5319144", "G5510294"]);
        check("jp_my_number", Verdict::Valid, &["123456789018", "246585495599", "183575162638"]);
        check("jp_corporate_number", Verdict::Valid, &["7000012050002", "4010076865435", "3010038878179"]);
        check("kr_rrn", Verdict::Valid, &["7903315274086", "4812061149274"]);
        check("kr_business_number", Verdict::Valid, &["1208147521", "3143449080", "3148649546"]);
        check("tw_national_id", Verdict::Valid, &["A123456789", "A168831122", "Q227658426"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check(
            "cn_resident_id",
            Verdict::Invalid,
            &["320102200003066399", "320102200019066398", "3201022000030663987", "32010220000306639", "32?102200003066398"],
        );
        check(
            "cn_social_credit_code",
            Verdict::Invalid,
            &["91330106MAB2BR1XNA", "91330106MAB2BR1XNX7", "91330106MAB2BR1XN", "91?30106MAB2BR1XNX"],
        );
        check("hk_id_card", Verdict::Invalid, &["G5319145", "G53191447", "G531914", "G5?19144"]);
        check("jp_my_number", Verdict::Invalid, &["246585495590", "2465854955997", "24658549559", "24?585495599"]);
        check("jp_corporate_number", Verdict::Invalid, &["5010076865435", "40100768654357", "401007686543", "40?0076865435"]);
        check("kr_rrn", Verdict::Invalid, &["7919315274086", "79033152740867", "790331527408", "79?3315274086"]);
        check("kr_business_number", Verdict::Invalid, &["3143449081", "31434490807", "314344908", "31?3449080"]);
        check("tw_national_id", Verdict::Invalid, &["A168831123", "A1688311227", "A16883112", "A1?8831122"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("cn_resident_id", "110105194902051386");
        every_digit_counts("cn_social_credit_code", "91310115MAL6W2T2N8");
        every_digit_counts("hk_id_card", "A978113A");
        every_digit_counts("kr_business_number", "2142445640");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("jp_my_number", "837608315036", 11, 1);
        check_digit_decides("jp_corporate_number", "7120035390115", 12, 1);
        check_digit_decides("kr_rrn", "8603012835427", 12, 1);
        check_digit_decides("tw_national_id", "T188682381", 9, 1);
    }
}
