//! Numbers that Asian states give to taxpayers, companies and residents, beyond those of persons.

use super::Verdict;
use super::checksum::{luhn, verhoeff, weighted};
use super::digits::{Digits, compact, number, values};

/// Judges an Azerbaijani taxpayer number (VÖEN): a check digit modulo 11 in ninth place, and 1 for companies or 2 for persons. A leading
/// zero may be left out.
pub(super) fn az_voen(value: &[u8]) -> Verdict {
    let padded = |value: &[u8]| {
        let digits = Digits::exactly::<9>(value)?;
        let mut padded = [0; 10];
        padded[1..].copy_from_slice(&digits);
        Some(padded)
    };
    let Some(digits) = Digits::exactly::<10>(value).or_else(|| padded(value)) else { return Verdict::Invalid };
    let check = weighted(&digits[..8], &[4, 1, 8, 6, 2, 7, 5, 3]) % 11;
    Verdict::valid_if(matches!(digits[9], 1 | 2) && check == u32::from(digits[8]))
}

/// Judges an Indonesian taxpayer number (NPWP): nine digits with a Luhn digit, an office and a branch, since 2024 with a zero before
/// them, or the identity number of a person.
pub(super) fn id_npwp(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    match digits.len() {
        15 => Verdict::valid_if(number(&digits[..9]) != 0 && luhn(&digits[..9])),
        16 if digits[0] == 0 => Verdict::valid_if(number(&digits[..10]) != 0 && luhn(&digits[..10])),
        _ => super::asia_southeast::id_nik(value),
    }
}

/// Judges an Israeli number of a company: it begins with 5 and ends with a Luhn digit.
pub(super) fn il_company_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] == 5 && luhn(&digits))
}

/// Judges an Indian voter number (EPIC) by its Luhn digit.
pub(super) fn in_voter(value: &[u8]) -> Verdict {
    let Some([a, b, c, digits @ ..]) = compact::<10>(value) else { return Verdict::Invalid };
    let lettered = [a, b, c].iter().all(u8::is_ascii_uppercase);
    Verdict::valid_if(lettered && Digits::exactly::<7>(&digits).is_some_and(|digits| luhn(&digits)))
}

/// Judges an Indian virtual identity number, which stands for an Aadhaar number: 16 digits with a Verhoeff digit.
pub(super) fn in_virtual_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<16>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] >= 2 && !digits.iter().eq(digits.iter().rev()) && verhoeff(&digits))
}

/// Judges a Singaporean number of an entity (UEN): of a business, of a company with its year, or of another entity with its year and
/// kind, each with a check letter modulo 11.
pub(super) fn sg_uen(value: &[u8]) -> Verdict {
    /// The kinds of entities, two letters each.
    const KINDS: &[u8] = b"CCCDCHCLCMCPCSCXDPFBFCFMFNGAGBGSHSLLLPMBMCMDMHMMMQNBNRPAPBPFRFRPSMSSTCTUVHXL";
    if let Some([digits @ .., check]) = compact::<9>(value) {
        let Some(digits) = Digits::exactly::<8>(&digits) else { return Verdict::Invalid };
        let rest = weighted(&digits, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11;
        return Verdict::valid_if(check == b"XMKECAWLJDB"[rest as usize]);
    }
    let Some(code) = compact::<10>(value) else { return Verdict::Invalid };
    let [body @ .., check] = code;
    if let Some(digits) = values::<9>(&body) {
        let rest = weighted(&digits, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11;
        return Verdict::valid_if(matches!(number(&digits[..4]), 1900..=2035) && check == b"ZKCMDNERGWH"[rest as usize]);
    }
    let ranks = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let rank = |byte: &u8| ranks.iter().position(|other| other == byte).map(|rank| rank as u32);
    let sum = body.iter().zip([4, 3, 5, 3, 10, 2, 2, 5, 7]).try_fold(0, |sum, (byte, weight)| Some(sum + rank(byte)? * weight));
    let (Some(year), Some(_), Some(sum)) = (values::<2>(&body[1..3]), values::<4>(&body[5..]), sum) else { return Verdict::Invalid };
    let dated = matches!(body[0], b'R' | b'S') || body[0] == b'T' && number(&year) <= 35;
    let known = KINDS.chunks(2).any(|kind| kind == &body[3..5]);
    Verdict::valid_if(dated && known && check == ranks[((sum + 11 - 5) % 11) as usize])
}

/// Judges a Thai taxpayer number of a company, which begins with 0, or of a person by its check digit modulo 11.
pub(super) fn th_tax_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    Verdict::valid_if(digits[0] != 9 && (11 - rest) % 10 == u32::from(digits[12]))
}

/// Judges a Taiwanese number of a business (UBN): of the weighted digits the digits are summed, and 5, or formerly 10, divides the sum; where the
/// seventh digit is 7, whose product has two sums, the sum and 1 too.
pub(super) fn tw_business_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    let sum = super::checksum::weighted_by_digit(&digits, &[1, 2, 1, 2, 1, 2, 4, 1]);
    Verdict::valid_if(sum.is_multiple_of(10) || digits[6] == 7 && (sum + 1).is_multiple_of(10))
}

/// Judges a Vietnamese tax number: ten digits with a check digit modulo 11, and three of a branch.
pub(super) fn vn_tax_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if !matches!(digits.len(), 10 | 13) {
        return Verdict::Invalid;
    }
    let rest = weighted(&digits[..9], &[31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11;
    let branched = digits.len() == 10 || number(&digits[10..]) != 0;
    Verdict::valid_if(branched && number(&digits[2..9]) != 0 && 10 - rest == u32::from(digits[9]))
}
