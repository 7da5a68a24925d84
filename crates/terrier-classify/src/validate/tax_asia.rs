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

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("az_voen", Verdict::Valid, &["667264772", "2374111902", "7614176731"]);
        check("il_company_number", Verdict::Valid, &["577932155", "522358605", "51-4003748"]);
        check("in_virtual_id", Verdict::Valid, &["3118 8472 2332 8257", "9111 4805 9970 4766", "9404 6533 8534 1911"]);
        check("sg_uen", Verdict::Valid, &["T16CC6886B", "T12FC0908K", "22311809E"]);
        check("th_tax_number", Verdict::Valid, &["0-7955-06260-89-3", "0431121315212", "0-1653-24595-77-1"]);
        check("tw_business_number", Verdict::Valid, &["20749031", "63593966", "96059350"]);
        check("vn_tax_number", Verdict::Valid, &["2120384263-001", "1140393962-001", "4223561084-001"]);
        check("id_npwp", Verdict::Valid, &["172816977898550", "25 . 293 . 542 . 4 - 217 . 000", "94 . 700 . 020 . 4 - 756 . 000"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("az_voen", Verdict::Invalid, &["667264762", "2374111802", "7614176761", "66726477", "237411190277"]);
        check("il_company_number", Verdict::Invalid, &["577832155", "522358608", "51-4003745", "57793215", "52235860577"]);
        check(
            "in_virtual_id",
            Verdict::Invalid,
            &["3178 8472 2332 8257", "9111 4805 9970 4736", "9404 6533 8534 1961", "3118 8472 2332 825", "9111 4805 9970 476677"],
        );
        check("sg_uen", Verdict::Invalid, &["T16CC6586B", "T12FC8908K", "22301809E", "T16CC6886", "T12FC0908K77"]);
        check(
            "th_tax_number",
            Verdict::Invalid,
            &["0-7955-06260-89-6", "0431121315213", "0-1653-24595-70-1", "0-7955-06260-89-", "043112131521277"],
        );
        check("tw_business_number", Verdict::Invalid, &["20449031", "63593466", "96959350", "2074903", "6359396677"]);
        check(
            "vn_tax_number",
            Verdict::Invalid,
            &["2120384663-001", "1190393962-001", "4223461084-001", "2120384263-00", "1140393962-00177"],
        );
        check(
            "id_npwp",
            Verdict::Invalid,
            &[
                "175816977898550",
                "25 . 293 . 542 . 7 - 217 . 000",
                "94 . 200 . 020 . 4 - 756 . 000",
                "17281697789855",
                "25 . 293 . 542 . 4 - 217 . 00077",
            ],
        );
    }
}
