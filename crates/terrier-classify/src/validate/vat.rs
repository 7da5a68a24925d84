//! Value added tax numbers of Europe, with or without the code of the country before them.
//!
//! What each consists of stands in the list of the Commission's VIES ("VAT identification number structure"), what its check digits are
//! in the member states' own descriptions. Numbers that are those of persons or companies too are judged where these are.

use super::Verdict;
use super::checksum::{lack_of_11, luhn, mod11_10, mod97, rank_of, weighted, weighted_by_digit};
use super::digits::{Digits, compact, number, prefixed, values, without_prefix};

/// Judges an Austrian number: `U`, seven digits, and a check digit modulo 10 into which 4 counts too.
pub(super) fn at_uid(value: &[u8]) -> Verdict {
    let Some([b'U', digits @ ..]) = compact::<9>(without_prefix(value, "AT")) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<8>(&digits) else { return Verdict::Invalid };
    let sum = 4 + weighted_by_digit(&digits[..7], &[1, 2, 1, 2, 1, 2, 1]);
    Verdict::valid_if((10 - sum % 10) % 10 == u32::from(digits[7]))
}

/// Judges a Bulgarian number: nine digits of a company, whose check digit is computed with a second row of weights where the first gives
/// 10, or ten of a person, a foreigner or another taxpayer.
pub(super) fn bg_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "BG");
    if let Some(digits) = Digits::exactly::<9>(value) {
        let first = weighted(&digits[..8], &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = weighted(&digits[..8], &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
        return Verdict::valid_if(u32::from(digits[8]) == if first < 10 { first } else { second });
    }
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let other = lack_of_11(&digits[..9], &[4, 3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(digits[9]);
    let person = super::balkans::bg_egn(value) == Verdict::Valid || super::balkans::bg_lnch(value) == Verdict::Valid;
    Verdict::valid_if(other || person)
}

/// Judges a Czech number: eight digits of a company, nine that begin with 6 of other taxpayers, or the birth number of a person.
pub(super) fn cz_dic(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "CZ");
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    match *digits.as_slice() {
        [first, .., check] if digits.as_slice().len() == 8 => {
            let lack = lack_of_11(&digits.as_slice()[..7], &[8, 7, 6, 5, 4, 3, 2]);
            Verdict::valid_if(first != 9 && number(digits.as_slice()) != 0 && (if lack == 0 { 1 } else { lack }) % 10 == u32::from(check))
        }
        [6, ref body @ .., check] if body.len() == 7 => {
            let rest = weighted(body, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            Verdict::valid_if((8 + 10 - (21 - rest) % 11) % 10 == u32::from(check))
        }
        _ => super::europe_central::cz_rodne_cislo(value),
    }
}

/// Judges a German number by its check digit (ISO/IEC 7064, MOD 11,10).
pub(super) fn de_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<9>(value, "DE") else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] != 0 && mod11_10(&digits))
}

/// Judges an Estonian number by its check digit modulo 10, whose weights are 3, 7 and 1 by turns.
pub(super) fn ee_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<9>(value, "EE") else { return Verdict::Invalid };
    Verdict::valid_if(weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

/// Judges a French or Monegasque number: a key of two digits or letters over the company's number of nine digits, which in Monaco
/// begins with three zeros.
pub(super) fn fr_vat(value: &[u8]) -> Verdict {
    let Some([first, second, siren @ ..]) = compact::<11>(without_prefix(value, "FR")) else { return Verdict::Invalid };
    let Some(digits) = values::<9>(&siren) else { return Verdict::Invalid };
    if number(&digits) == 0 || number(&digits[..3]) != 0 && !luhn(&digits) {
        return Verdict::Invalid;
    }
    // The alphabet of keys has neither I nor O.
    let rank = |byte: u8| b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|other| *other == byte).map(|rank| rank as u64);
    let (Some(one), Some(two)) = (rank(first), rank(second)) else { return Verdict::Invalid };
    if one < 10 && two < 10 {
        return Verdict::valid_if((number(&digits) * 100 + 12) % 97 == one * 10 + two);
    }
    let key = if one < 10 { (one * 24 + two).checked_sub(10) } else { (one * 34 + two).checked_sub(100) };
    Verdict::valid_if(key.is_some_and(|key| (number(&digits) + 1 + key / 11) % 11 == key % 11))
}

/// Judges a British number: nine digits, or twelve of a branch, checked modulo 97 in the old way or the one in which 42 or 55 remain;
/// or that of a government department (`GD`) or health authority (`HA`).
pub(super) fn gb_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(without_prefix(value, "GB"), "XI");
    if let Some([first, second, digits @ ..]) = compact::<5>(value) {
        let Some(digits) = values::<3>(&digits) else { return Verdict::Invalid };
        return Verdict::valid_if(match [first, second] {
            [b'G', b'D'] => number(&digits) < 500,
            [b'H', b'A'] => number(&digits) >= 500,
            _ => false,
        });
    }
    if let Some([first, second, b'8', b'8', b'8', b'8', digits @ ..]) = compact::<11>(value) {
        let Some(digits) = values::<5>(&digits) else { return Verdict::Invalid };
        let (office, check) = (number(&digits[..3]), number(&digits[3..]));
        let placed = [first, second] == *b"GD" && office < 500 || [first, second] == *b"HA" && office >= 500;
        return Verdict::valid_if(placed && office % 97 == check);
    }
    let Some(digits) = Digits::read(value).filter(|digits| matches!(digits.as_slice().len(), 9 | 12)) else { return Verdict::Invalid };
    let digits = &digits.as_slice()[..9];
    let rest = weighted(digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    Verdict::valid_if(number(digits) != 0 && (rest == 0 || matches!(rest, 42 | 55) && number(&digits[..3]) >= 100))
}

/// Judges a Hungarian tax number: eight digits with a check digit modulo 10, behind which the kind of taxation and the county may stand.
pub(super) fn hu_vat(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(without_prefix(value, "HU")) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    let complete = match digits.len() {
        8 => true,
        11 => matches!(digits[8], 1..=5) && matches!(number(&digits[9..]), 2..=20 | 22..=44 | 51),
        _ => false,
    };
    Verdict::valid_if(complete && number(&digits[..8]) != 0 && weighted(&digits[..8], &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
}

/// Judges an Irish number: seven digits and a check letter modulo 23, into which a second letter counts nine times; in old numbers the
/// second place is a letter or sign.
pub(super) fn ie_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "IE");
    let code: Vec<u8> = value.iter().filter(|byte| !matches!(byte, b' ' | b'-')).map(u8::to_ascii_uppercase).collect();
    let (front, letters) = match code.split_at_checked(7) {
        Some((front, letters)) if matches!(letters.len(), 1 | 2) => (front, letters),
        _ => return Verdict::Invalid,
    };
    let rank = |byte: &u8| b"WABCDEFGHIJKLMNOPQRSTUV".iter().position(|other| other == byte).map(|rank| rank as u32);
    let (Some(check), Some(second)) = (rank(&letters[0]), letters.get(1).map_or(Some(0), rank)) else { return Verdict::Invalid };
    let sum = match values::<7>(front) {
        Some(digits) => weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + second * 9,
        None if matches!(front[1], b'A'..=b'Z' | b'+' | b'*') => {
            let Some([a, b, c, d, e, f]) = values::<6>(&[front[2], front[3], front[4], front[5], front[6], front[0]]) else {
                return Verdict::Invalid;
            };
            weighted(&[0, a, b, c, d, e, f], &[8, 7, 6, 5, 4, 3, 2])
        }
        None => return Verdict::Invalid,
    };
    Verdict::valid_if(sum % 23 == check)
}

/// Judges a Lithuanian number of nine or twelve digits, the last but one of which is 1, by its check digit modulo 11, which is computed
/// with a second row of weights where the first gives 10.
pub(super) fn lt_vat(value: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 13] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4];
    let Some(digits) = Digits::read(without_prefix(value, "LT")) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let first = weighted(body, &WEIGHTS) % 11;
    let second = weighted(body, &WEIGHTS[2..]) % 11 % 10;
    let agrees = u32::from(*check) == if first < 10 { first } else { second };
    Verdict::valid_if(matches!(body.len(), 8 | 11) && body.last() == Some(&1) && agrees)
}

/// Judges a Luxembourgish number: six digits and their remainder modulo 89.
pub(super) fn lu_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<8>(value, "LU") else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..6]) % 89 == number(&digits[6..]))
}

/// Judges a Latvian number: eleven digits of a company, whose weighted sum leaves 3 modulo 11, or the code of a person.
pub(super) fn lv_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "LV");
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    if digits[0] > 3 {
        return Verdict::valid_if(weighted(&digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3);
    }
    super::baltics::lv_personas_kods(value)
}

/// Judges a Maltese number by its two check digits modulo 37.
pub(super) fn mt_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<8>(value, "MT") else { return Verdict::Invalid };
    let sum = weighted(&digits[..6], &[3, 4, 6, 7, 8, 9]) + number(&digits[6..]) as u32;
    Verdict::valid_if(digits[0] != 0 && sum.is_multiple_of(37))
}

/// Judges a Dutch number: nine digits, `B` and two digits, where the nine pass the check of the citizen service number or, since 2020,
/// the whole with `NL` before it that of ISO/IEC 7064, MOD 97-10.
pub(super) fn nl_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "NL");
    // Leading zeros may be left out.
    let short = || compact::<11>(value).map(|code| [&b"0"[..], &code].concat());
    let shorter = || compact::<10>(value).map(|code| [&b"00"[..], &code].concat());
    let Some(code) = compact::<12>(value).map(|code| code.to_vec()).or_else(short).or_else(shorter) else { return Verdict::Invalid };
    let (Some(digits), Some(serial)) = (values::<9>(&code[..9]), values::<2>(&code[10..])) else { return Verdict::Invalid };
    let agrees =
        weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == u32::from(digits[8]) || mod97(b"NL".iter().chain(&code)) == Some(1);
    Verdict::valid_if(code[9] == b'B' && number(&serial) != 0 && number(&digits) != 0 && agrees)
}

/// Judges a Romanian unique registration code (CUI): up to nine digits and a check digit modulo 11.
pub(super) fn ro_cui(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(without_prefix(value, "RO")) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let sum: u32 = body.iter().rev().zip([2, 3, 5, 7, 1, 2, 3, 5, 7]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    Verdict::valid_if((1..=9).contains(&body.len()) && body[0] > 0 && sum * 10 % 11 % 10 == u32::from(*check))
}

/// Judges a Slovak number of ten digits, which 11 divides.
pub(super) fn sk_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<10>(value, "SK") else { return Verdict::Invalid };
    let company = digits[0] != 0 && matches!(digits[2], 2..=4 | 7..=9) && number(&digits).is_multiple_of(11);
    Verdict::valid_if(company || super::europe_central::cz_rodne_cislo(without_prefix(value, "SK")) == Verdict::Valid)
}

/// Judges a Swedish number: that of an organisation or person, and 01.
pub(super) fn se_vat(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<12>(value, "SE") else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] != 0 && number(&digits[10..]) == 1 && luhn(&digits[..10]))
}

/// Judges a Norwegian number: that of an organisation, and `MVA`.
pub(super) fn no_vat(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "NO");
    let digits = value.len().checked_sub(3).filter(|end| value[*end..].eq_ignore_ascii_case(b"MVA")).map(|end| &value[..end]);
    digits.map_or(Verdict::Invalid, super::nordics::no_organisation_number)
}

/// Judges a Swiss number: that of a company, and what the tax is called in one of the country's languages.
pub(super) fn ch_vat(value: &[u8]) -> Verdict {
    let code = value.to_ascii_uppercase();
    let number = [&b"MWST"[..], b"TVA", b"IVA", b"TPV"].iter().find_map(|tax| code.strip_suffix(*tax));
    number.map_or(Verdict::Invalid, super::europe_west::ch_uid)
}

/// Judges a number of the one-stop shops: `EU` for traders of third countries, `IM` for imports, the country that gave it, and digits.
pub(super) fn eu_oss(value: &[u8]) -> Verdict {
    let (scheme, digits) = match compact::<11>(value) {
        Some([b'E', b'U', rest @ ..]) => (true, rest.to_vec()),
        _ => match compact::<12>(value) {
            Some([b'I', b'M', rest @ ..]) => (true, rest.to_vec()),
            _ => (false, Vec::new()),
        },
    };
    let state: u32 = digits.iter().take(3).filter_map(|byte| rank_of(*byte)).fold(0, |state, digit| state * 10 + digit);
    let member = matches!(
        state,
        40 | 56
            | 100
            | 191
            | 196
            | 203
            | 208
            | 233
            | 246
            | 250
            | 276
            | 300
            | 348
            | 372
            | 380
            | 428
            | 440
            | 442
            | 470
            | 528
            | 616
            | 620
            | 642
            | 703
            | 705
            | 724
            | 752
            | 900
    );
    Verdict::valid_if(scheme && member && digits.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("at_uid", Verdict::Valid, &["ATU85607175", "U33519190", "U70776957"]);
        check("bg_vat", Verdict::Valid, &["356631939", "BG060195327", "755285299"]);
        check("cz_dic", Verdict::Valid, &["44534779", "CZ61273830", "CZ53593901"]);
        check("de_vat", Verdict::Valid, &["DE517657933", "DE 669 358 084", "DE 764 432 733"]);
        check("ee_vat", Verdict::Valid, &["EE812231180", "EE517657933", "EE 077 444 534"]);
        check("fr_vat", Verdict::Valid, &["FR 30 699 186 482", "FR 29 501 642 813", "FR96993910140"]);
        check("gb_vat", Verdict::Valid, &["GB444636400", "GB723151176", "GB 189 8027 16"]);
        check("hu_vat", Verdict::Valid, &["HU97897853", "HU46764432", "75227953"]);
        check("ie_vat", Verdict::Valid, &["IE1809935C", "IE7974071FA", "IE0980523NA"]);
        check("lt_vat", Verdict::Valid, &["LT991075612", "LT203415612", "LT594030488511"]);
        check("lu_vat", Verdict::Valid, &["LU28015774", "LU46550838", "LU95085871"]);
        check("lv_vat", Verdict::Valid, &["LV 98 804 519 714", "LV56631939252", "LV 62 851 936 194"]);
        check("mt_vat", Verdict::Valid, &["MT28015774", "MT 8727 9785", "MT 9420 9769"]);
        check("nl_vat", Verdict::Valid, &["NL886351765B79", "NL709708798B56", "515768455B73"]);
        check("ro_cui", Verdict::Valid, &["3308499", "RO91418539", "RO84849687"]);
        check("sk_vat", Verdict::Valid, &["SK 918 487 70 09", "SK4707097087", "SK3848496872"]);
        check("se_vat", Verdict::Valid, &["SE896302514601", "SE908560717501", "SE470709708701"]);
        check("no_vat", Verdict::Valid, &["941 719 295 MVA", "NO 932498804MVA", "NO 910557246MVA"]);
        check("ch_vat", Verdict::Valid, &["CHE-688.694.309 TVA", "CHE-302.514.659 TVA", "CHE-519.714.647 TVA"]);
        check("eu_oss", Verdict::Valid, &["IM2766886943", "EU372908122", "EU372118099"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("at_uid", Verdict::Invalid, &["ATU85687175", "U33519198", "U70776457", "ATU8560717", "U3351919077"]);
        check("bg_vat", Verdict::Invalid, &["356631839", "BG060145327", "755285292", "35663193", "BG06019532777"]);
        check("cz_dic", Verdict::Invalid, &["44534719", "CZ61073830", "CZ53597901", "4453477", "CZ6127383077"]);
        check("de_vat", Verdict::Invalid, &["DE517657963", "DE 661 358 084", "DE 764 432 033", "DE51765793", "DE 669 358 08477"]);
        check("ee_vat", Verdict::Invalid, &["EE812238180", "EE517657033", "EE 077 944 534", "EE81223118", "EE51765793377"]);
        check(
            "fr_vat",
            Verdict::Invalid,
            &["FR 30 699 106 482", "FR 29 501 642 213", "FR96993912140", "FR 30 699 186 48", "FR 29 501 642 81377"],
        );
        check("gb_vat", Verdict::Invalid, &["GB444633400", "GB723151116", "GB 189 8097 16", "GB44463640", "GB72315117677"]);
        check("hu_vat", Verdict::Invalid, &["HU97897873", "HU46764732", "75827953", "HU9789785", "HU4676443277"]);
        check("ie_vat", Verdict::Invalid, &["IE1829935C", "IE7974471FA", "IE0980323NA", "IE1809935", "IE7974071FA77"]);
        check("lt_vat", Verdict::Invalid, &["LT990075612", "LT203415618", "LT594030788511", "LT99107561", "LT20341561277"]);
        check("lu_vat", Verdict::Invalid, &["LU28015779", "LU46550898", "LU95085870", "LU2801577", "LU4655083877"]);
        check(
            "lv_vat",
            Verdict::Invalid,
            &["LV 98 104 519 714", "LV56631919252", "LV 62 851 936 196", "LV 98 804 519 71", "LV5663193925277"],
        );
        check("mt_vat", Verdict::Invalid, &["MT28015174", "MT 8727 4785", "MT 9420 6769", "MT2801577", "MT 8727 978577"]);
        check("nl_vat", Verdict::Invalid, &["NL886351165B79", "NL709738798B56", "514768455B73", "NL886351765B7", "NL709708798B5677"]);
        check("ro_cui", Verdict::Invalid, &["3307499", "RO91418537", "RO84849689", "330849", "RO9141853977"]);
        check("sk_vat", Verdict::Invalid, &["SK 918 487 70 07", "SK4707097187", "SK3868496872", "SK 918 487 70 0", "SK470709708777"]);
        check("se_vat", Verdict::Invalid, &["SE896302514609", "SE908560777501", "SE470709701701", "SE89630251460", "SE90856071750177"]);
        check(
            "no_vat",
            Verdict::Invalid,
            &["947 719 295 MVA", "NO 932498854MVA", "NO 910557846MVA", "941 719 295 MV", "NO 932498804MVA77"],
        );
        check(
            "ch_vat",
            Verdict::Invalid,
            &["CHE-688.694.609 TVA", "CHE-302.514.689 TVA", "CHE-519.734.647 TVA", "CHE-688.694.309 TV", "CHE-302.514.659 TVA77"],
        );
        check("eu_oss", Verdict::Invalid, &["IM2706886943", "EU378908122", "EU370118099", "IM276688694", "EU37290812277"]);
    }
}
