//! Numbers that American states give to taxpayers, companies and documents, beyond those of persons.

use super::Verdict;
use super::checksum::{lack_of_11, weighted};
use super::digits::{Digits, compact, number, prefixed, values};

/// Judges a Costa Rican identity number of a person by its layout: a province, and two serials that may be written without their zeros.
pub(super) fn cr_cedula(value: &[u8]) -> Verdict {
    let parts: Vec<&[u8]> = value.split(|byte| matches!(byte, b'-' | b' ')).collect();
    let digits = match parts.as_slice() {
        [province, volume, entry] if province.len() <= 2 && volume.len() <= 4 && entry.len() <= 4 => {
            let mut digits = [b'0'; 10];
            digits[2 - province.len()..2].copy_from_slice(province);
            digits[6 - volume.len()..6].copy_from_slice(volume);
            digits[10 - entry.len()..].copy_from_slice(entry);
            values::<10>(&digits)
        }
        _ => Digits::exactly::<10>(value).or_else(|| {
            let digits = Digits::exactly::<9>(value)?;
            let mut padded = [0; 10];
            padded[1..].copy_from_slice(&digits);
            Some(padded)
        }),
    };
    let Some(digits) = digits else { return Verdict::Invalid };
    let fits = digits[0] == 0 && digits[1] != 0 && number(&digits[2..]) != 0;
    if fits { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a Costa Rican identity number of a legal person by the class and kind that it begins with.
pub(super) fn cr_legal_person(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let kind = number(&digits[1..4]);
    Verdict::valid_if(match digits[0] {
        2 => matches!(kind, 100 | 200 | 300 | 400),
        3 => matches!(kind, 2..=14 | 101..=110),
        4 => kind == 0,
        5 => kind == 1,
        _ => false,
    })
}

/// Judges a Costa Rican number of a foreigner (DIMEX) by its layout: eleven or twelve digits that begin with 1.
pub(super) fn cr_dimex(value: &[u8]) -> Verdict {
    let digits = Digits::read(value);
    let fits = digits.is_some_and(|digits| matches!(digits.as_slice().len(), 11 | 12) && digits.as_slice()[0] == 1);
    if fits { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a Dominican taxpayer number (RNC) of nine digits by its check digit modulo 11.
pub(super) fn do_rnc(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits[..8], &[7, 9, 8, 6, 5, 4, 3, 2]) % 11;
    let check = match rest {
        0 => 2,
        1 => 1,
        rest => 11 - rest,
    };
    Verdict::valid_if(check == u32::from(digits[8]))
}

/// Judges a Dominican number of a fiscal receipt (NCF) by its series and kind.
pub(super) fn do_receipt(value: &[u8]) -> Verdict {
    let Some((series, digits)) = value.split_first() else { return Verdict::Invalid };
    let Some(digits) = Digits::read(digits) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    let paper = |kind: u64| matches!(kind, 1..=4 | 11..=17);
    Verdict::valid_if(match (series.to_ascii_uppercase(), digits.len()) {
        (b'E', 12) => matches!(number(&digits[..2]), 31..=34 | 41 | 43..=47),
        (b'B', 10) => paper(number(&digits[..2])),
        (b'A' | b'P', 18) => paper(number(&digits[8..10])),
        _ => false,
    })
}

/// Judges a Peruvian identity number: eight digits, and behind them, if it is written, a check digit or letter modulo 11.
pub(super) fn pe_cui(value: &[u8]) -> Verdict {
    let Some([digits @ .., check]) = compact::<9>(value) else { return super::digits::not_uniform(value) };
    let Some(digits) = Digits::exactly::<8>(&digits) else { return Verdict::Invalid };
    let rest = weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    Verdict::valid_if(check == b"65432110987"[rest as usize] || check == b"KJIHGFEDCBA"[rest as usize])
}

/// Judges a Salvadoran tax number (NIT): a place, a date, a serial, by which the check is made in the old or the new way, and a check
/// digit modulo 11.
pub(super) fn sv_nit(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<14>(value, "SV") else { return Verdict::Invalid };
    let check = if number(&digits[10..13]) <= 100 {
        weighted(&digits[..13], &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
    } else {
        lack_of_11(&digits[..13], &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
    };
    Verdict::valid_if(matches!(digits[0], 0 | 1 | 9) && check % 10 == u32::from(digits[13]))
}

/// Judges a Uruguayan taxpayer number (RUT): an office, a serial, 001, and a check digit modulo 11.
pub(super) fn uy_rut(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<12>(value, "UY") else { return Verdict::Invalid };
    let check = lack_of_11(&digits[..11], &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let placed = matches!(number(&digits[..2]), 1..=22) && number(&digits[2..8]) != 0 && number(&digits[8..11]) == 1;
    Verdict::valid_if(placed && check == u32::from(digits[11]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("cr_legal_person", Verdict::Valid, &["3-102-517559", "3-102-892852", "3-102-033523"]);
        check("cr_dimex", Verdict::Plausible, &["105534537731", "100454449656", "13078616332"]);
        check("do_rnc", Verdict::Valid, &["435176579", "494209769", "490408795"]);
        check("do_receipt", Verdict::Valid, &["B0120527105", "E312215973663", "B0115082154"]);
        check("sv_nit", Verdict::Valid, &["0614-827669-358-0", "0614-417192-959-1", "0614-671333-057-7"]);
        check("uy_rut", Verdict::Valid, &["018682760016", "010879850016", "219591320014"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("cr_legal_person", Verdict::Invalid, &["3-192-517559", "3-182-892852", "3-162-033523", "3-102-51755", "3-102-89285277"]);
        check("cr_dimex", Verdict::Invalid, &["10045444965677"]);
        check("do_rnc", Verdict::Invalid, &["435156579", "494208769", "494408795", "43517657", "49420976977"]);
        check("do_receipt", Verdict::Invalid, &["B012052710", "E31221597366377"]);
        check(
            "sv_nit",
            Verdict::Invalid,
            &["0614-857669-358-0", "0684-417192-959-1", "0614-671332-057-7", "0614-827669-358-", "0614-417192-959-177"],
        );
        check("uy_rut", Verdict::Invalid, &["018682760019", "010879850006", "219591620014", "01868276001", "01087985001677"]);
    }
}
