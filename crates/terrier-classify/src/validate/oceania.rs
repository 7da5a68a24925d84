//! Numbers that Australia and New Zealand give to persons and companies.

use super::Verdict;
use super::checksum::{lack_of_10, lack_of_11, weighted};
use super::digits::{Digits, number, values};

/// Judges an Australian business number: two check digits in front, by which 89 divides the weighted sum once 1 is taken from the
/// first.
pub(super) fn au_abn(value: &[u8]) -> Verdict {
    let Some(mut digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    if digits[0] == 0 {
        return Verdict::Invalid;
    }
    digits[0] -= 1;
    Verdict::valid_if(weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]).is_multiple_of(89))
}

/// Judges an Australian company number by its check digit modulo 10.
pub(super) fn au_acn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_10(&digits[..8], &[8, 7, 6, 5, 4, 3, 2, 1]) == u32::from(digits[8]))
}

/// Judges an Australian Medicare card number: a first digit from 2 to 6, a check digit modulo 10 in ninth place, the number of the issue
/// and, where it is written, of the person.
pub(super) fn au_medicare(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if !matches!(digits.len(), 10 | 11) {
        return Verdict::Invalid;
    }
    let check = weighted(&digits[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    let issued = digits[9..].iter().all(|digit| *digit != 0);
    Verdict::valid_if(matches!(digits[0], 2..=6) && issued && check == u32::from(digits[8]))
}

/// Judges an Australian tax file number by its check modulo 11.
pub(super) fn au_tfn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(weighted(&digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11))
}

/// Judges a New Zealand tax number (IRD) of eight or nine digits: its range, and a check digit modulo 11 that is computed with a second
/// row of weights where the first gives 10.
pub(super) fn nz_ird(value: &[u8]) -> Verdict {
    let Some(read) = Digits::read(super::digits::without_prefix(value, "NZ")) else { return Verdict::Invalid };
    let read = read.as_slice();
    let mut digits = [0; 9];
    match read.len() {
        8 => digits[1..].copy_from_slice(read),
        9 => digits.copy_from_slice(read),
        _ => return Verdict::Invalid,
    }
    let first = lack_of_11(&digits[..8], &[3, 2, 7, 6, 5, 4, 3, 2]);
    let check = if first < 10 { first } else { lack_of_11(&digits[..8], &[7, 4, 3, 2, 5, 2, 7, 6]) };
    Verdict::valid_if(matches!(number(&digits), 10_000_000..=200_000_000) && check == u32::from(digits[8]))
}

/// Judges a New Zealand health index number: three letters but I and O, three digits, and a check digit modulo 11. Numbers of the form
/// of 2022, which end with a digit and two letters, are no more than plausible.
pub(super) fn nz_nhi(value: &[u8]) -> Verdict {
    let &[a, b, c, ref rest @ ..] = value else { return Verdict::Invalid };
    let rank = |letter: u8| b"ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|other| *other == letter.to_ascii_uppercase());
    let (Some(a), Some(b), Some(c)) = (rank(a), rank(b), rank(c)) else { return Verdict::Invalid };
    if let Some(digits) = values::<4>(rest) {
        let sum = weighted(&[a as u8 + 1, b as u8 + 1, c as u8 + 1, digits[0], digits[1], digits[2]], &[7, 6, 5, 4, 3, 2]);
        let check = 11 - sum % 11;
        return Verdict::valid_if(check != 11 && check % 10 == u32::from(digits[3]));
    }
    match rest {
        [digits @ .., d, e] if values::<2>(digits).is_some() && rank(*d).is_some() && rank(*e).is_some() => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("au_abn", Verdict::Valid, &["51824753556", "28279811071", "34250807233"]);
        check("au_acn", Verdict::Valid, &["678327074", "124364450"]);
        check("au_medicare", Verdict::Valid, &["2428778132", "4412440163", "4558449234"]);
        check("au_tfn", Verdict::Valid, &["123456782", "992495732", "207437671"]);
        check("nz_ird", Verdict::Valid, &["136410132", "195804982", "179103834"]);
        check("nz_nhi", Verdict::Valid, &["ZZZ0016", "UPJ0681", "KBV3071"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("au_abn", Verdict::Invalid, &["28279811072", "282798110717", "2827981107", "28?79811071"]);
        check("au_acn", Verdict::Invalid, &["678327075", "6783270747", "67832707", "67?327074"]);
        check("au_medicare", Verdict::Invalid, &["4412440173", "441244016377", "441", "44?2440163"]);
        check("au_tfn", Verdict::Invalid, &["992495733", "9924957327", "99249573", "99?495732"]);
        check("nz_ird", Verdict::Invalid, &["195804983", "19580498277", "195", "19?804982"]);
        check("nz_nhi", Verdict::Invalid, &["UPJ0682", "UPJ06817", "UPJ068", "UP?0681"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("au_abn", "50492703653");
        every_digit_counts("au_tfn", "365196322");
        every_digit_counts("nz_nhi", "BDV2628");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("au_acn", "090464092", 8, 1);
        check_digit_decides("nz_ird", "177149098", 8, 1);
    }
}
