//! Numbers that African states give to taxpayers and companies.

use super::Verdict;
use super::checksum::{luhn, mod97, weighted};
use super::digits::{Digits, compact, is_uniform, number, values};

/// Judges an Algerian tax number (NIF) by its layout: 15 digits, or 20 for a branch.
pub(super) fn dz_nif(value: &[u8]) -> Verdict {
    let digits = Digits::read(value);
    let fits = digits.is_some_and(|digits| matches!(digits.as_slice().len(), 15 | 20) && !is_uniform(digits.as_slice()));
    if fits { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a Ghanaian taxpayer number: a letter for the kind of its holder, two zeros, seven digits, and a check character modulo 11.
pub(super) fn gh_tin(value: &[u8]) -> Verdict {
    let Some([kind, digits @ .., check]) = compact::<11>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<9>(&digits) else { return Verdict::Invalid };
    let expected = match weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    Verdict::valid_if(b"PCGQV".contains(&kind) && digits[..2] == [0, 0] && number(&digits) != 0 && check == expected)
}

/// Judges a Guinean tax number (NIFP) by its Luhn digit.
pub(super) fn gn_nifp(value: &[u8]) -> Verdict {
    Digits::exactly::<9>(value).map_or(Verdict::Invalid, |digits| Verdict::valid_if(luhn(&digits)))
}

/// Judges a Kenyan PIN by its layout: `A` for persons or `P` for others, nine digits and a letter.
pub(super) fn ke_pin(value: &[u8]) -> Verdict {
    let Some([b'A' | b'P', digits @ .., last]) = compact::<11>(value) else { return Verdict::Invalid };
    let numbered = Digits::exactly::<9>(&digits).is_some();
    if numbered && last.is_ascii_uppercase() { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a Moroccan common identifier of an enterprise (ICE) by its two check digits (ISO/IEC 7064, MOD 97-10, without the final 1).
pub(super) fn ma_ice(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<15>(value) else { return Verdict::Invalid };
    let rest = mod97(digits.map(|digit| digit + b'0').iter());
    Verdict::valid_if(rest == Some(0))
}

/// Judges a Mozambican tax number (NUIT) by its check digit modulo 11.
pub(super) fn mz_nuit(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let check = match weighted(&digits[..8], &[8, 9, 4, 5, 6, 7, 8, 9]) % 11 {
        10 => 1,
        rest => rest,
    };
    Verdict::valid_if(check == u32::from(digits[8]))
}

/// Judges a Senegalese number of an enterprise (NINEA): seven or nine digits with a check digit modulo 10, and the three characters of
/// its taxation, if they are written.
pub(super) fn sn_ninea(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let (digits, regime) = match code.len() {
        7 | 9 => (&code[..], None),
        10 | 12 => (&code[..code.len() - 3], code.last_chunk::<3>()),
        _ => return Verdict::Invalid,
    };
    let regime = regime.is_none_or(|[kind, tax, last]| {
        matches!(kind, b'0'..=b'2') && b"ABCDEFGHJKLMNPQRSTUVWZ".contains(&tax.to_ascii_uppercase()) && last.is_ascii_digit()
    });
    let Some(digits) = Digits::read(digits) else { return Verdict::Invalid };
    let sum: u32 = digits.as_slice().iter().rev().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    Verdict::valid_if(regime && !is_uniform(digits.as_slice()) && sum.is_multiple_of(10))
}

/// Judges a Tunisian tax number (matricule fiscal) by its layout: up to seven digits, a key letter, and, if they are written, letters for
/// the tax and the category and the number of the branch, which only category `E` has.
pub(super) fn tn_matricule(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().copied().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (Some(key), true) = (code.get(digits), (3..=7).contains(&digits)) else { return Verdict::Invalid };
    let keyed = key.is_ascii_uppercase() && !b"IOU".contains(key) && code[..digits].iter().any(|digit| *digit != b'0');
    let placed = match code[digits + 1..] {
        [] => true,
        [tax, category, ref branch @ ..] => {
            let branched = branch.len() == 3 && branch.iter().all(u8::is_ascii_digit) && (category == b'E' || branch == b"000");
            b"APBDN".contains(&tax) && b"MPCNE".contains(&category) && branched
        }
        _ => false,
    };
    if keyed && placed { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a South African tax reference number by its first digit and its Luhn digit.
pub(super) fn za_tax_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(digits[0], 0..=3 | 9) && luhn(&digits))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("dz_nif", Verdict::Plausible, &["06886943090812231180", "000517308931165", "000848770097022"]);
        check("gh_tin", Verdict::Valid, &["C0099351730", "P0044534779", "P0084329580"]);
        check("gn_nifp", Verdict::Valid, &["532679065", "640608436", "850915216"]);
        check("ma_ice", Verdict::Valid, &["004730251220015", "002018907458538", "000463600773837"]);
        check("mz_nuit", Verdict::Valid, &["485623833", "106084361", "472816977"]);
        check("sn_ninea", Verdict::Valid, &["6670653562G3", "2184034", "9570278842G3"]);
        check("tn_matricule", Verdict::Plausible, &["8378311/M/A/E/001", "3013934A/A/M/000", "7531478/M/A/E/001"]);
        check("za_tax_number", Verdict::Valid, &["0260173786", "0262519572", "0085894707"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("dz_nif", Verdict::Invalid, &["0688694309081223118", "00051730893116577"]);
        check("gh_tin", Verdict::Invalid, &["C0099351740", "P0044534179", "P0084329780", "C009935173", "P004453477977"]);
        check("gn_nifp", Verdict::Invalid, &["532679035", "640008436", "850965216", "53267906", "64060843677"]);
        check(
            "ma_ice",
            Verdict::Invalid,
            &["004730251290015", "002018907358538", "000463800773837", "00473025122001", "00201890745853877"],
        );
        check("mz_nuit", Verdict::Invalid, &["485623839", "106084369", "472866977", "48562383", "10608436177"]);
        check("sn_ninea", Verdict::Invalid, &["6690653562G3", "2184734", "9570278849G3", "6670653562G", "218403477"]);
        check("tn_matricule", Verdict::Invalid, &["3013934A/A/M/009", "8378311/M/A/E/00", "3013934A/A/M/00077"]);
        check("za_tax_number", Verdict::Invalid, &["0260473786", "0262519512", "0085814707", "026017378", "026251957277"]);
    }
}
