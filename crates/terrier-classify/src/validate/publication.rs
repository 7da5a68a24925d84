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
    let fits = value.len() <= 15 && !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'/'));
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
