//! Numbers of publications, of those who make them, and of goods: what the standards of ISO and GS1 say of their check characters.

use super::Verdict;
use super::checksum::{article_number, mod11_2, mod37_36};
use super::digits::{Digits, compact, number, values};

/// Judges a number of a book (ISO 2108): ten characters with a check character modulo 11, which is `X` for 10, or an article number that
/// begins with 978 or 979. Old numbers of nine characters lack a leading zero.
pub(super) fn isbn(value: &[u8]) -> Verdict {
    if let Some(digits) = Digits::exactly::<13>(value) {
        return Verdict::valid_if(digits[..2] == [9, 7] && matches!(digits[2], 8 | 9) && article_number(&digits));
    }
    let padded = |code: [u8; 9]| {
        let mut padded = [b'0'; 10];
        padded[1..].copy_from_slice(&code);
        padded
    };
    let Some(code) = compact::<10>(value).or_else(|| compact::<9>(value).map(padded)) else { return Verdict::Invalid };
    let (Some(digits), Some(check)) = (values::<9>(&code[..9]), checked_by_x(code[9])) else { return Verdict::Invalid };
    let sum: u32 = digits.iter().zip(1..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    Verdict::valid_if(number(&digits) != 0 && !super::digits::is_uniform(&digits) && sum % 11 == check)
}

/// Returns what a check character counts, of which `X` is 10.
fn checked_by_x(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'X' => Some(10),
        _ => None,
    }
}

/// Judges a number of a serial (ISO 3297): seven digits and a check character modulo 11.
pub(super) fn issn(value: &[u8]) -> Verdict {
    let Some([digits @ .., check]) = compact::<8>(value) else { return Verdict::Invalid };
    let (Some(digits), Some(check)) = (Digits::exactly::<7>(&digits), checked_by_x(check)) else { return Verdict::Invalid };
    Verdict::valid_if(super::checksum::lack_of_11(&digits, &[8, 7, 6, 5, 4, 3, 2]) == check)
}

/// Judges a number of printed music (ISO 10957): an article number that begins with 979-0, for which old ones have `M`.
pub(super) fn ismn(value: &[u8]) -> Verdict {
    let digits = match compact::<10>(value) {
        Some([b'M', rest @ ..]) => values::<9>(&rest).map(|[a, b, c, d, e, f, g, h, i]| [9, 7, 9, 0, a, b, c, d, e, f, g, h, i]),
        _ => Digits::exactly::<13>(value),
    };
    Verdict::valid_if(digits.is_some_and(|digits| digits[..4] == [9, 7, 9, 0] && article_number(&digits)))
}

/// Judges a number of an audiovisual work (ISO 15706): 16 hexadecimal digits, 8 more of a version, and behind either a check character,
/// if it is written.
pub(super) fn isan(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().filter(|byte| !matches!(byte, b' ' | b'-')).map(u8::to_ascii_uppercase).collect();
    let (root, first, version, second) = match code.len() {
        16 => (&code[..], None, &code[..0], None),
        17 => (&code[..16], Some(code[16]), &code[..0], None),
        24 => (&code[..16], None, &code[16..], None),
        25 => (&code[..16], None, &code[16..24], Some(code[24])),
        26 => (&code[..16], Some(code[16]), &code[17..25], Some(code[25])),
        _ => return Verdict::Invalid,
    };
    let hexadecimal = root.iter().chain(version).all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let agrees = |body: &[u8], check: Option<u8>| check.is_none_or(|check| mod37_36(&[body, &[check]].concat()));
    if !hexadecimal || root.iter().all(|byte| *byte == b'0') || !agrees(root, first) || !agrees(&[root, version].concat(), second) {
        return Verdict::Invalid;
    }
    if first.or(second).is_some() { Verdict::Valid } else { Verdict::Plausible }
}

/// Judges a number of a contributor (ISO 27729): 15 digits and a check character (ISO/IEC 7064, MOD 11-2). ORCID gives such numbers too.
pub(super) fn isni(value: &[u8]) -> Verdict {
    let Some([digits @ .., check]) = compact::<16>(value) else { return Verdict::Invalid };
    let (Some(digits), Some(check)) = (values::<15>(&digits), checked_by_x(check)) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits) != 0 && mod11_2(&digits) == check)
}

/// Judges a code of a recording (ISO 3901) by its layout: a country or agency, a registrant, a year and a serial.
pub(super) fn isrc(value: &[u8]) -> Verdict {
    /// Codes in use that are not a country's.
    const AGENCIES: &[u8] = b"BCBKBPBXCBCPDGFXGXKSQMQNQTQZUKYUZBZZ";
    let Some(code) = compact::<12>(value) else { return Verdict::Invalid };
    let placed = super::country::is_country([code[0], code[1]]) || AGENCIES.chunks(2).any(|agency| agency == &code[..2]);
    if placed && values::<7>(&code[5..]).is_some() { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a code of a library (ISO 15511) by its layout: a country or another agency, a hyphen, and up to eleven characters.
pub(super) fn isil(value: &[u8]) -> Verdict {
    let Some(hyphen) = value.iter().position(|byte| *byte == b'-') else { return Verdict::Invalid };
    let (agency, rest) = (value[..hyphen].to_ascii_uppercase(), &value[hyphen + 1..]);
    let placed = match *agency {
        [a, b] => super::country::is_country([a, b]),
        _ => matches!(&*agency, b"EUR" | b"GTB" | b"O" | b"OCLC" | b"ZDB"),
    };
    let fits =
        value.len() <= 15 && !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'/'));
    if placed && fits { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a number of a digital release (GRid): 17 characters and a check character (ISO/IEC 7064, MOD 37,36).
pub(super) fn grid(value: &[u8]) -> Verdict {
    let value = match value.split_at_checked(5) {
        Some((head, rest)) if head.eq_ignore_ascii_case(b"grid:") => rest,
        _ => value,
    };
    Verdict::valid_if(compact::<18>(value).is_some_and(|code| code.starts_with(b"A1") && mod37_36(&code)))
}

/// Judges a global trade item number (GS1) of 8, 12, 13 or 14 digits by its check digit.
pub(super) fn article(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if(matches!(digits.len(), 8 | 12..=14) && number(digits) != 0 && article_number(digits))
}

/// Judges the number of a ship (IMO resolution A.1117(30)): six digits and a check digit modulo 10.
pub(super) fn imo(value: &[u8]) -> Verdict {
    let Some(digits) = super::digits::prefixed::<7>(value, "IMO") else { return Verdict::Invalid };
    Verdict::valid_if(super::checksum::weighted(&digits[..6], &[7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[6]))
}

/// Judges the code of a freight container (ISO 6346): an owner, a letter for the equipment, a serial, and a check digit modulo 11, for
/// which letters count from 10 on but no multiple of 11.
pub(super) fn container(value: &[u8]) -> Verdict {
    let Some(code) = compact::<11>(value) else { return Verdict::Invalid };
    let rank = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => (10..).filter(|rank| rank % 11 != 0).nth(usize::from(byte.saturating_sub(b'A'))).unwrap_or(0),
    };
    let lettered = code[..3].iter().all(u8::is_ascii_uppercase) && b"UJZR".contains(&code[3]);
    let Some(digits) = values::<7>(&code[4..]) else { return Verdict::Invalid };
    let sum: u32 = code[..10].iter().zip(0_u32..).map(|(byte, place)| rank(*byte) << place).sum();
    Verdict::valid_if(lettered && number(&digits) != 0 && sum % 11 % 10 == u32::from(digits[6]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("isbn", Verdict::Valid, &["4-905-06729-4", "0-107-43628-0", "5-935-68535-3"]);
        check("issn", Verdict::Valid, &["2343-8819", "0059-5187", "8447-0550"]);
        check("ismn", Verdict::Valid, &["979-0-4160-3921-3", "979-0-1719-7974-8", "M-4929-2886-9"]);
        check("isan", Verdict::Valid, &["81C7-A734-4874-FE43-B", "82D1-7537-F189-A4AF-Q", "65E5-A9BE-AB45-C607-G"]);
        check("isni", Verdict::Valid, &["0000-0004-9383-7095", "0000-0009-6050-5840", "0000-0003-7764-3605"]);
        check("isrc", Verdict::Plausible, &["GBBWM3531822", "GBSHZ2797214", "US-Y41-60-39213"]);
        check("isil", Verdict::Plausible, &["FR-063531W822", "FR-932797E141", "FR-160392D370"]);
        check("grid", Verdict::Valid, &["A1-7RCZO-VOH9JIROI4-Q", "A1-IGQEQ-F1CPLGP4DQ-3", "A1-UJU46-G6JMK62LVS-C"]);
        check("article", Verdict::Valid, &["1311553555671", "62714600", "2047568204776"]);
        check("imo", Verdict::Valid, &["IMO0606359", "IMO3876876", "IMO 0940987"]);
        check("container", Verdict::Valid, &["ZRDU5726511", "WMVU8762051", "ZBSU7008130"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("isbn", Verdict::Invalid, &["4-905-06789-4", "0-107-40628-0", "5-935-68534-3", "4-905-06729-", "0-107-43628-077"]);
        check("issn", Verdict::Invalid, &["2346-8819", "0059-5087", "8448-0550", "2343-881", "0059-518777"]);
        check(
            "ismn",
            Verdict::Invalid,
            &["979-1-4160-3921-3", "973-0-1719-7974-8", "M-4929-2884-9", "979-0-4160-3921-", "979-0-1719-7974-877"],
        );
        check(
            "isan",
            Verdict::Invalid,
            &["81C7-A734-3874-FE43-B", "82D1-7537-F189-A9AF-Q", "65E7-A9BE-AB45-C607-G", "82D1-7537-F189-A4AF-Q77"],
        );
        check(
            "isni",
            Verdict::Invalid,
            &["0000-0004-9381-7095", "0000-0009-5050-5840", "0090-0003-7764-3605", "0000-0004-9383-709", "0000-0009-6050-584077"],
        );
        check("isrc", Verdict::Invalid, &["GBBWM353182", "GBSHZ279721477"]);
        check(
            "grid",
            Verdict::Invalid,
            &["A1-7RCZO-VOH9JIROI6-Q", "A1-IGQEQ-F1CPLGP2DQ-3", "A1-UJU46-G7JMK62LVS-C", "A1-7RCZO-VOH9JIROI4-", "A1-IGQEQ-F1CPLGP4DQ-377"],
        );
        check("article", Verdict::Invalid, &["1311553535671", "62214600", "2047558204776", "131155355567", "6271460077"]);
        check("imo", Verdict::Invalid, &["IMO0606389", "IMO3846876", "IMO 0940984", "IMO060635", "IMO387687677"]);
        check("container", Verdict::Invalid, &["ZRDU5726311", "WMVU8762551", "ZBSU7008230", "ZRDU572651", "WMVU876205177"]);
    }
}
