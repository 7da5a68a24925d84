//! Numbers under which European states register companies and taxpayers, beyond their value added tax numbers.

use super::Verdict;
use super::checksum::{lack_of_11, mod11_10, mod97, rank_of, weighted};
use super::digits::{Digits, compact, number, prefixed, values, without_prefix};

/// Judges an Andorran tax number (NRT): a letter for the kind of its holder, six digits, which tell residents from others, and a letter.
pub(super) fn ad_nrt(value: &[u8]) -> Verdict {
    let Some([kind, digits @ .., last]) = compact::<8>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<6>(&digits) else { return Verdict::Invalid };
    let ranged = match kind {
        b'A' | b'L' => matches!(number(&digits), 700_000..=799_999),
        b'F' => number(&digits) < 700_000,
        b'C' | b'D' | b'E' | b'G' | b'O' | b'P' | b'U' => true,
        _ => false,
    };
    Verdict::valid_if(ranged && last.is_ascii_uppercase())
}

/// Judges an Albanian number of a taxpayer (NIPT, NUIS) by its layout: a letter for the decade, eight digits and a letter.
pub(super) fn al_nipt(value: &[u8]) -> Verdict {
    let Some([decade @ b'A'..=b'M', digits @ .., last]) = compact::<10>(without_prefix(value, "AL")) else { return Verdict::Invalid };
    Verdict::valid_if(decade != b'I' && last.is_ascii_uppercase() && values::<8>(&digits).is_some_and(|digits| number(&digits) != 0))
}

/// Judges an Austrian tax number: the number of an office, and a check digit modulo 10.
pub(super) fn at_tax_number(value: &[u8]) -> Verdict {
    const OFFICES: [u64; 40] = [
        3, 4, 6, 7, 8, 9, 10, 12, 15, 16, 18, 22, 23, 29, 33, 38, 41, 46, 51, 52, 53, 54, 57, 59, 61, 65, 67, 68, 69, 71, 72, 81, 82, 83,
        84, 90, 91, 93, 97, 98,
    ];
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let sum: u32 = super::checksum::weighted_by_digit(&digits[..8], &[1, 2, 1, 2, 1, 2, 1, 2]);
    Verdict::valid_if(OFFICES.contains(&number(&digits[..2])) && (10 - sum % 10) % 10 == u32::from(digits[8]))
}

/// Judges an Austrian number of the companies' register by its layout: up to six digits and a letter.
pub(super) fn at_company_register(value: &[u8]) -> Verdict {
    let code = without_prefix(value, "FN");
    let digits: Vec<u8> = code.iter().copied().filter(|byte| !matches!(byte, b' ' | b'-' | b'.' | b'/')).collect();
    let Some((check, digits)) = digits.split_last() else { return Verdict::Invalid };
    let fits = (1..=6).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && digits.iter().any(|digit| *digit != b'0');
    Verdict::valid_if(fits && check.is_ascii_lowercase())
}

/// Judges a number of a Belgian identity card, or the structured reference of a Belgian payment: ten digits and their remainder modulo
/// 97, which is 97 for 0.
pub(super) fn be_mod97(value: &[u8]) -> Verdict {
    let value: Vec<u8> = value.iter().copied().filter(|byte| !matches!(byte, b'+' | b'*')).collect();
    let Some(digits) = Digits::exactly::<12>(&value) else { return Verdict::Invalid };
    let rest = number(&digits[..10]) % 97;
    Verdict::valid_if(number(&digits[..10]) != 0 && (if rest == 0 { 97 } else { rest }) == number(&digits[10..]))
}

/// Judges a Belarusian taxpayer number (UNP): nine characters, of which the first two may be letters, Latin or Cyrillic, with a check
/// digit modulo 11.
pub(super) fn by_unp(value: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(value).to_uppercase();
    let text = text.trim_start_matches("УНП").trim_start_matches("UNP");
    // Ten letters look alike in both alphabets.
    let latin =
        |letter: char| "АВСЕНКМОРТ".chars().position(|other| other == letter).map_or(letter, |place| char::from(b"ABCEHKMOPT"[place]));
    let code: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | ':' | '№')).map(latin).collect();
    let Ok(code) = <[u8; 9]>::try_from(code.as_bytes()) else { return Verdict::Invalid };
    if !b"1234567ABCEHKM".contains(&code[0]) || !code[2..].iter().all(u8::is_ascii_digit) {
        return Verdict::Invalid;
    }
    // In a lettered number the second letter counts as its place among the ten.
    let place = b"ABCEHKMOPT".iter().position(|letter| *letter == code[1]).map(|place| place as u32);
    let second = match (code[0].is_ascii_digit(), place) {
        (true, None) if code[1].is_ascii_digit() => u32::from(code[1] - b'0'),
        (false, Some(place)) => place,
        _ => return Verdict::Invalid,
    };
    let ranks = code[2..8].iter().map(|byte| u32::from(byte - b'0'));
    let first = rank_of(code[0]).unwrap_or(0) * 29 + second * 23;
    let sum: u32 = first + ranks.zip([19, 17, 13, 7, 5, 3]).map(|(rank, weight)| rank * weight).sum::<u32>();
    Verdict::valid_if(sum % 11 < 10 && sum % 11 == u32::from(code[8] - b'0'))
}

/// Judges a German tax number by its layout: ten or eleven digits as an office gives it, or thirteen as all states write it, where the
/// fifth is 0.
pub(super) fn de_tax_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value).filter(|digits| !super::digits::is_uniform(digits.as_slice())) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if(match digits.len() {
        10 | 11 => true,
        13 => digits[4] == 0 && matches!(number(&digits[..2]), 10 | 11 | 21..=24 | 26..=28 | 30..=32 | 40 | 41 | 50..=59 | 90..=99),
        _ => false,
    })
}

/// Judges a number that routes invoices to a German authority (Leitweg-ID): a state, and two check digits (ISO/IEC 7064, MOD 97-10).
pub(super) fn de_leitweg_id(value: &[u8]) -> Verdict {
    let parts: Vec<&[u8]> = value.split(|byte| *byte == b'-').collect();
    let (coarse, check) = match parts.as_slice() {
        [coarse, check] | [coarse, _, check] => (*coarse, *check),
        _ => return Verdict::Invalid,
    };
    let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let state = coarse.get(..2).filter(|_| all_digits(coarse) && coarse.len() <= 12).map(|state| (state[0] - b'0') * 10 + state[1] - b'0');
    let placed = matches!(state, Some(1..=16 | 99)) && check.len() == 2 && all_digits(check) && value.len() <= 46;
    Verdict::valid_if(placed && mod97(value.iter().filter(|byte| **byte != b'-')) == Some(1))
}

/// Judges an Estonian number of the commercial register by its first digit and its check digit modulo 11, computed with a second row of
/// weights where the first gives 10.
pub(super) fn ee_registry_code(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    let first = weighted(&digits[..7], &[1, 2, 3, 4, 5, 6, 7]) % 11;
    let second = weighted(&digits[..7], &[3, 4, 5, 6, 7, 8, 9]) % 11 % 10;
    Verdict::valid_if(matches!(digits[0], 1 | 7..=9) && u32::from(digits[7]) == if first < 10 { first } else { second })
}

/// Judges a Moldovan number of a person or company (IDNP, IDNO): the kind of its holder, and a check digit modulo 10 whose weights are
/// 7, 3 and 1 by turns.
pub(super) fn md_idno(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    Verdict::valid_if(weighted(&digits[..12], &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == u32::from(digits[12]))
}

/// Judges a Montenegrin tax number by its check digit modulo 11.
pub(super) fn me_pib(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[7]))
}

/// Judges a tax number of North Macedonia (EDB) by its check digit modulo 11; the country's code may be written in Cyrillic letters.
pub(super) fn mk_edb(value: &[u8]) -> Verdict {
    let value = value.strip_prefix("МК".as_bytes()).unwrap_or(without_prefix(value, "MK"));
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..12], &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[12]))
}

/// Judges a Serbian tax number (PIB) by its check digit (ISO/IEC 7064, MOD 11,10).
pub(super) fn rs_pib(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<9>(value, "RS") else { return Verdict::Invalid };
    Verdict::valid_if(mod11_10(&digits))
}

/// Judges a Romanian number of the trade register: `J`, `F` or `C`, county, serial and year, or in numbers since July 2024 year, serial,
/// county and a check digit.
pub(super) fn ro_trade_register(value: &[u8]) -> Verdict {
    let Some((b'J' | b'F' | b'C' | b'j' | b'f' | b'c', rest)) = value.split_first() else { return Verdict::Invalid };
    let kind = value[0].to_ascii_uppercase();
    let is_county = |county: u64| matches!(county, 1..=40 | 51 | 52);
    let parts: Vec<&[u8]> = rest.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let read = |part: &[u8]| part.iter().fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
    match parts.as_slice() {
        [county, serial, year] if county.len() <= 2 && serial.len() <= 5 && year.len() == 4 => {
            Verdict::valid_if(is_county(read(county)) && (1990..=2024).contains(&read(year)))
        }
        [county, serial, day, month, year] if year.len() == 4 && day.len() == 2 && month.len() == 2 => {
            Verdict::valid_if(is_county(read(county)) && serial.len() <= 5 && (1990..=2024).contains(&read(year)))
        }
        [one] => {
            let Some(digits) = values::<13>(one) else { return Verdict::Invalid };
            let (year, county) = (number(&digits[..4]), number(&digits[10..12]));
            let placed = match year {
                1990..=2023 => is_county(county),
                2024 => county == 0 || is_county(county),
                2025..=2035 => county == 0,
                _ => false,
            };
            let sum = u32::from(kind % 10) + digits[..12].iter().map(|digit| u32::from(*digit)).sum::<u32>();
            Verdict::valid_if(placed && sum % 10 == u32::from(digits[12]))
        }
        _ => Verdict::Invalid,
    }
}

/// Judges a Russian state registration number: of a company (13 digits) by the remainder modulo 11, of a sole trader (15) modulo 13.
pub(super) fn ru_ogrn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let expected = match (body.len(), body.first()) {
        (12, Some(1..)) => number(body) % 11 % 10,
        (14, Some(3 | 4)) => number(body) % 13 % 10,
        _ => return Verdict::Invalid,
    };
    Verdict::valid_if(u64::from(*check) == expected && (body.len() == 12 || number(body) % 13 < 10))
}

/// Judges a Slovenian registration number of seven digits, or ten for a branch, by its check digit modulo 11.
pub(super) fn si_registration_number(value: &[u8]) -> Verdict {
    let value: Vec<u8> = value.iter().copied().filter(|byte| !matches!(byte, b' ' | b'.')).collect();
    let (Some((head, branch)), 7 | 10) = (value.split_at_checked(7), value.len()) else { return Verdict::Invalid };
    let Some(digits) = values::<7>(head) else { return Verdict::Invalid };
    let check = lack_of_11(&digits[..6], &[7, 6, 5, 4, 3, 2]);
    let branched = branch.is_empty() || branch[0].is_ascii_alphanumeric() && branch[1..].iter().all(u8::is_ascii_digit);
    Verdict::valid_if(branched && number(&digits) != 0 && check != 0 && check % 10 == u32::from(digits[6]))
}

/// Judges a Ukrainian register number of a company (EDRPOU) by its check digit modulo 11, whose weights depend on the first digit, and
/// are 2 greater where the sum gives 10.
pub(super) fn ua_edrpou(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    let weights = if matches!(digits[0], 3..=5) { [7, 1, 2, 3, 4, 5, 6] } else { [1, 2, 3, 4, 5, 6, 7] };
    let first = weighted(&digits[..7], &weights) % 11;
    let second = weighted(&digits[..7], &weights.map(|weight| weight + 2)) % 11 % 10;
    Verdict::valid_if(u32::from(digits[7]) == if first < 10 { first } else { second })
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("ad_nrt", Verdict::Valid, &["E-688694-Z", "U-090812-X", "U-311809-X"]);
        check("al_nipt", Verdict::Valid, &["K85623833R", "L93961168L", "L59268470A"]);
        check("at_tax_number", Verdict::Valid, &["08-589/4707", "46 200/9556", "57-706/7739"]);
        check("at_company_register", Verdict::Valid, &["FN 718651x", "FN 482355x", "FN 649331x"]);
        check("be_mod97", Verdict::Valid, &["472-6137499-97", "433-6176301-45", "900-0112625-23"]);
        check("by_unp", Verdict::Valid, &["УНП 790280157", "УНП 409789785", "УНП 191906199"]);
        check("de_tax_number", Verdict::Valid, &["86/517/29258", "53/847/21000", "10/782/87707"]);
        check("de_leitweg_id", Verdict::Valid, &["04011000-77721-09", "991-56737-78", "04011000-67757-25"]);
        check("ee_registry_code", Verdict::Valid, &["15214669", "75856500", "72216929"]);
        check("md_idno", Verdict::Valid, &["1961168555926", "1767126581022", "1608436158079"]);
        check("me_pib", Verdict::Valid, &["01577409", "02676443", "02171929"]);
        check("mk_edb", Verdict::Valid, &["4056631939252", "4052106732927", "MK4018966713330"]);
        check("rs_pib", Verdict::Valid, &["181223118", "190485652", "119658714"]);
        check("ro_trade_register", Verdict::Valid, &["J12/7779/2005", "J12/0090/2005", "J27/255/2012"]);
        check("ru_ogrn", Verdict::Valid, &["370035326790654", "1309830763990", "1289298798326"]);
        check("si_registration_number", Verdict::Valid, &["5088461", "5320666000", "8531757"]);
        check("ua_edrpou", Verdict::Valid, &["56886467", "25567481", "88842706"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("ad_nrt", Verdict::Invalid, &["E-688694-", "U-090812-X77"]);
        check("al_nipt", Verdict::Invalid, &["K85623833", "L93961168L77"]);
        check("at_tax_number", Verdict::Invalid, &["08-589/3707", "46 200/9256", "57-706/4739", "08-589/470", "46 200/955677"]);
        check("at_company_register", Verdict::Invalid, &["FN 718651", "FN 482355x77"]);
        check("be_mod97", Verdict::Invalid, &["472-6337499-97", "433-6176301-43", "900-0112025-23", "472-6137499-9", "433-6176301-4577"]);
        check("by_unp", Verdict::Invalid, &["УНП 790280117", "УНП 409749785", "УНП 192906199", "УНП 79028015", "УНП 40978978577"]);
        check("de_tax_number", Verdict::Invalid, &["86/517/2925", "53/847/2100077"]);
        check(
            "de_leitweg_id",
            Verdict::Invalid,
            &["04013000-77721-09", "991-56739-78", "04011000-67751-25", "04011000-77721-0", "991-56737-7877"],
        );
        check("ee_registry_code", Verdict::Invalid, &["15244669", "75456500", "72216829", "1521466", "7585650077"]);
        check("md_idno", Verdict::Invalid, &["1961168558926", "1767125581022", "1608436158075", "196116855592", "176712658102277"]);
        check("me_pib", Verdict::Invalid, &["01571409", "02626443", "02179929", "0157740", "0267644377"]);
        check("mk_edb", Verdict::Invalid, &["4056631739252", "4052106732928", "MK4018946713330", "405663193925", "405210673292777"]);
        check("rs_pib", Verdict::Invalid, &["181220118", "196485652", "119658704", "18122311", "19048565277"]);
        check(
            "ro_trade_register",
            Verdict::Invalid,
            &["J12/7779/2045", "J12/0090/5005", "J27/255/0012", "J12/7779/200", "J12/0090/200577"],
        );
        check("ru_ogrn", Verdict::Invalid, &["370235326790654", "1309830763090", "1289298718326", "37003532679065", "130983076399077"]);
        check("si_registration_number", Verdict::Invalid, &["5088463", "5320606000", "8531457", "508846", "532066600077"]);
        check("ua_edrpou", Verdict::Invalid, &["56896467", "25567485", "88842726", "5688646", "2556748177"]);
    }
}
