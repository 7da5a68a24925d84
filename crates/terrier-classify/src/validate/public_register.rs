//! Numbers of European registers that are about things, places and pupils, and of chemicals.

use super::Verdict;
use super::checksum::weighted;
use super::digits::{Digits, compact, number, values};

/// Judges the number of a chemical substance in the CAS registry: up to ten digits, the last of which is a check digit modulo 10.
pub(super) fn cas_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let sum: u32 = body.iter().rev().zip(1..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    Verdict::valid_if((4..=9).contains(&body.len()) && body[0] != 0 && sum % 10 == u32::from(*check))
}

/// Judges the number of a chemical substance in the European inventories (EC number) by its check digit modulo 11.
pub(super) fn ec_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<7>(value) else { return Verdict::Invalid };
    let check = match weighted(&digits[..6], &[1, 2, 3, 4, 5, 6]) % 11 {
        10 => 1,
        rest => rest,
    };
    Verdict::valid_if(digits[0] >= 2 && check == u32::from(digits[6]))
}

/// Judges a Spanish code of an activity under excise duties (CAE): an office, an activity, a serial and a letter.
pub(super) fn es_excise(value: &[u8]) -> Verdict {
    /// The activities, two characters each (Orden HAP/2456/2013 and later ones).
    const ACTIVITIES: &[u8] =
        b"A1B1B9B0BAC1DAECF1V1A7ATB7BTC7DBE7M7OAOBOEOVV7B6A2A6A9A0ACAVAWAXH1H2H4H6H9H0HDHHH7H8HBHFHIHJHKHLHMHNHTHUHVHXHZ\
OHHAHCHEHPHQHRHSHWT1OTT7TTL1L2L0L3L7AFDFDMDPORPFRFVD";
    let Some(code) = compact::<13>(value) else { return Verdict::Invalid };
    let (Some(office), Some(_)) = (values::<2>(&code[5..7]), values::<3>(&code[9..12])) else { return Verdict::Invalid };
    let placed = code.starts_with(b"ES000") && matches!(number(&office), 1..=56);
    Verdict::valid_if(placed && ACTIVITIES.chunks(2).any(|activity| activity == &code[7..9]) && code[12].is_ascii_uppercase())
}

/// Judges a Spanish code of a point of supply (CUPS): 16 digits, two letters for their remainder modulo 529, and a digit and a letter of
/// the meter, if they are written.
pub(super) fn es_cups(value: &[u8]) -> Verdict {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let short = compact::<20>(value).map(|code| (code, None));
    let long = || compact::<22>(value).and_then(|code| Some((*code.first_chunk::<20>()?, Some([code[20], code[21]]))));
    let Some((code, meter)) = short.or_else(long) else { return Verdict::Invalid };
    let Some(digits) = values::<16>(&code[2..18]) else { return Verdict::Invalid };
    let rest = (number(&digits) % 529) as usize;
    let metered = meter.is_none_or(|[serial, kind]| serial.is_ascii_digit() && b"FPRCXYZ".contains(&kind));
    Verdict::valid_if(code.starts_with(b"ES") && metered && code[18..] == [LETTERS[rest / 23], LETTERS[rest % 23]])
}

/// Judges a Spanish cadastral reference: seven characters of the parcel, seven of the sheet or the place, four of the charge, and a
/// check letter modulo 23 for either seven with the four.
pub(super) fn es_cadastral_reference(value: &[u8]) -> Verdict {
    /// What a character counts: letters their place in the alphabet, in which Ñ follows N.
    fn rank(letter: char) -> Option<u32> {
        letter
            .to_digit(10)
            .or_else(|| "ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".chars().position(|other| other == letter).map(|place| place as u32 + 1))
    }
    let text = String::from_utf8_lossy(value).to_uppercase();
    let code: Vec<char> = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let Ok(code) = <[char; 20]>::try_from(code) else { return Verdict::Invalid };
    let check = |part: &[char]| {
        let counts = part.iter().chain(&code[14..18]).zip([13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1]);
        let sum = counts.map(|(letter, weight)| rank(*letter).map(|rank| rank * weight)).sum::<Option<u32>>()?;
        Some(char::from(b"MQWERTYUIOPASDFGHJKLBZX"[(sum % 23) as usize]))
    };
    let numbered = code[14..18].iter().all(char::is_ascii_digit) && code.iter().any(char::is_ascii_digit);
    Verdict::valid_if(numbered && check(&code[..7]) == Some(code[18]) && check(&code[7..14]) == Some(code[19]))
}

/// Judges the number of a euro banknote: letters count as their code, and 9 divides the sum.
pub(super) fn euro_banknote(value: &[u8]) -> Verdict {
    let Some(code) = compact::<12>(value) else { return Verdict::Invalid };
    let printed = code[0].is_ascii_uppercase() && !b"AIKOQ".contains(&code[0]);
    let sum: u32 = code.iter().map(|byte| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(*byte) }).sum();
    Verdict::valid_if(printed && code[2..].iter().all(u8::is_ascii_digit) && sum.is_multiple_of(9))
}

/// Judges a code of the European energy market (EIC): 15 characters, and a check character modulo 37.
pub(super) fn energy_code(value: &[u8]) -> Verdict {
    let Some((code, [])) = value.split_first_chunk::<16>() else { return Verdict::Invalid };
    let rank = |byte: &u8| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-".iter().position(|other| other == byte);
    let sum = code[..15].iter().zip((2..=16).rev()).try_fold(0, |sum, (byte, weight)| Some(sum + rank(byte)? * weight));
    let office = code[..2].iter().all(u8::is_ascii_digit) && code[2].is_ascii_uppercase();
    let expected = sum.map(|sum| 36 - (sum + 36) % 37);
    Verdict::valid_if(office && code[15] != b'-' && rank(&code[15]) == expected)
}

/// Judges a French number of an excise operator by its layout: a year, a customs office, a kind of operator, a serial, and a digit or
/// letter that tells nothing.
pub(super) fn fr_excise(value: &[u8]) -> Verdict {
    let Some(code) = compact::<13>(value) else { return Verdict::Invalid };
    let numbered = code[3..8].iter().chain(&code[9..12]).all(u8::is_ascii_digit);
    Verdict::valid_if(code.starts_with(b"FR0") && numbered && b"ENCB".contains(&code[8]))
}

/// Judges an English number of a pupil (UPN): a check letter modulo 23, the local authority, nine more digits, the last of which may be
/// a letter.
pub(super) fn uk_upn(value: &[u8]) -> Verdict {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let Some([check, code @ ..]) = compact::<13>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<11>(&code[..11]) else { return Verdict::Invalid };
    let rank = |byte: &u8| LETTERS.iter().chain(b"0123456789").position(|other| other == byte);
    let sum = code.iter().zip(2..).try_fold(0, |sum, (byte, weight)| Some(sum + rank(byte)? * weight));
    let authority = number(&digits[..3]);
    let placed = matches!(authority, 201..=213 | 301..=320 | 330..=336 | 340..=344 | 350..=359 | 370..=373 | 380..=384 | 390..=394 | 420)
        || matches!(authority, 800..=803 | 805..=808 | 810..=813 | 815 | 816 | 821..=823 | 825 | 826 | 830 | 831 | 835..=841 | 845 | 846)
        || matches!(authority, 850..=852 | 855..=857 | 860 | 861 | 865..=874 | 876..=896 | 908 | 909 | 916 | 919 | 921 | 925 | 926 | 928)
        || matches!(authority, 929 | 931 | 933 | 935..=938);
    Verdict::valid_if(placed && sum.is_some_and(|sum| LETTERS[sum % 23] == check))
}

/// Judges an Italian code of a medicine (AIC): nine digits with a check digit modulo 10, or six characters that hold the same number to
/// the base 32.
pub(super) fn it_medicine(value: &[u8]) -> Verdict {
    let lettered = compact::<6>(value).and_then(|code| {
        let rank = |byte: &u8| b"0123456789BCDFGHJKLMNPQRSTUVWXYZ".iter().position(|other| other == byte).map(|rank| rank as u32);
        let mut rest = code.iter().try_fold(0, |sum, byte| Some(sum * 32 + rank(byte)?))?;
        let mut digits = [0; 9];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        (rest == 0).then_some(digits)
    });
    let Some(digits) = lettered.or_else(|| Digits::exactly::<9>(value)) else { return Verdict::Invalid };
    let sum = super::checksum::weighted_by_digit(&digits[..8], &[1, 2, 1, 2, 1, 2, 1, 2]);
    Verdict::valid_if(digits[0] == 0 && number(&digits) != 0 && sum % 10 == u32::from(digits[8]))
}

/// Judges a Dutch number of a pupil without a citizen service number: it begins with 10, and its weighted sum leaves 5 modulo 11.
pub(super) fn nl_education_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    let sum = weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) + 11 - u32::from(digits[8]);
    Verdict::valid_if(digits[..2] == [1, 0] && sum % 11 == 5)
}

/// Judges a Dutch postal code by its layout: four digits, and two letters that are none of those never given.
pub(super) fn nl_postcode(value: &[u8]) -> Verdict {
    let Some([first, _, _, _, a, b]) = compact::<6>(super::digits::without_prefix(value, "NL")) else { return Verdict::Invalid };
    let fits = first != b'0' && a.is_ascii_uppercase() && b.is_ascii_uppercase() && !matches!(&[a, b], b"SA" | b"SD" | b"SS");
    if fits { Verdict::Plausible } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("cas_number", Verdict::Valid, &["82150-82-1", "79715-87-0", "630009-85-7"]);
        check("ec_number", Verdict::Valid, &["262-955-1", "297-008-1", "288-842-7"]);
        check("es_excise", Verdict::Valid, &["ES00026V1193R", "ES00036V1727H", "ES00031BA568R"]);
        check("es_cups", Verdict::Valid, &["ES 9161509071068439AQ", "ES 4108098507005092GH", "ES 7008809512603853GJ"]);
        check("es_cadastral_reference", Verdict::Valid, &["2082411 QV6162Z 0004 JK", "5301387 EV2885N 0003 UU", "5905934 OX2621J 0009 SW"]);
        check("euro_banknote", Verdict::Valid, &["SD3299968910", "SD6210565076", "P23561084935"]);
        check("energy_code", Verdict::Valid, &["10YVZQT--------3", "10YAOMI--------7", "10YROOC--------9"]);
        check("fr_excise", Verdict::Valid, &["FR012925E6467", "FR014652N1261", "FR012818E2574"]);
        check("uk_upn", Verdict::Valid, &["Z841884688694", "Z823090812231", "F301809935173"]);
        check("it_medicine", Verdict::Valid, &["089988671", "006794655", "045410545"]);
        check("nl_education_number", Verdict::Valid, &["109172079", "102788607", "104597222"]);
        check("nl_postcode", Verdict::Plausible, &["3746 NP", "5372 ML", "NL-9309VC"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("cas_number", Verdict::Invalid, &["82151-82-1", "79725-87-0", "632009-85-7", "82150-82-", "79715-87-077"]);
        check("ec_number", Verdict::Invalid, &["267-955-1", "297-908-1", "288-812-7", "262-955-", "297-008-177"]);
        check("es_excise", Verdict::Invalid, &["ES00026V5193R", "ES00036V8727H", "ES00071BA568R", "ES00026V1193", "ES00036V1727H77"]);
        check(
            "es_cups",
            Verdict::Invalid,
            &["ES 9161509071068489AQ", "ES 4108098507065092GH", "ES 7008809012603853GJ", "ES 9161509071068439A", "ES 4108098507005092GH77"],
        );
        check(
            "es_cadastral_reference",
            Verdict::Invalid,
            &[
                "2086411 QV6162Z 0004 JK",
                "5301387 EV2885N 0103 UU",
                "5905934 OX2629J 0009 SW",
                "2082411 QV6162Z 0004 J",
                "5301387 EV2885N 0003 UU77",
            ],
        );
        check("euro_banknote", Verdict::Invalid, &["SD3299962910", "SD6210566076", "P23561004935", "SD329996891", "SD621056507677"]);
        check(
            "energy_code",
            Verdict::Invalid,
            &["12YVZQT--------3", "20YAOMI--------7", "17YROOC--------9", "10YVZQT--------", "10YAOMI--------777"],
        );
        check("fr_excise", Verdict::Invalid, &["FR012925E646", "FR014652N126177"]);
        check("uk_upn", Verdict::Invalid, &["Z849884688694", "Z823090812234", "F301109935173", "Z84188468869", "Z82309081223177"]);
        check("it_medicine", Verdict::Invalid, &["089488671", "001794655", "048410545", "08998867", "00679465577"]);
        check("nl_education_number", Verdict::Invalid, &["109672079", "102788601", "104597262", "10917207", "10278860777"]);
        check("nl_postcode", Verdict::Invalid, &["0746 NP", "0372 ML", "NL-0309VC", "3746 N", "5372 ML77"]);
    }
}
