//! Codes of banks, companies and securities.

use super::Verdict;
use super::checksum::luhn;
use super::country::is_country;
use super::digits::{compact, is_uniform};

/// Judges a business identifier code (ISO 9362) by its layout and country.
pub(super) fn swift_bic(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().filter(|byte| !matches!(byte, b' ' | b'-')).copied().collect();
    let (Some((institution, rest)), 8 | 11) = (code.split_first_chunk::<4>(), code.len()) else { return Verdict::Invalid };
    let Some((country, place)) = rest.split_first_chunk::<2>() else { return Verdict::Invalid };
    let lettered = institution.iter().all(u8::is_ascii_uppercase);
    let placed = place.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    Verdict::valid_if(lettered && placed && is_country(*country))
}

/// Judges a legal entity identifier (ISO 17442) by its check digits modulo 97.
pub(super) fn lei(value: &[u8]) -> Verdict {
    let upper = value.to_ascii_uppercase();
    let fits = upper.len() == 20 && upper[18..].iter().all(u8::is_ascii_digit) && upper[..18].iter().any(u8::is_ascii_uppercase);
    let rest = upper.iter().try_fold(0, |rest: u32, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A' + 10)) % 97),
        _ => None,
    });
    Verdict::valid_if(fits && rest == Some(1))
}

/// Judges an international securities identification number (ISO 6166) by its country and the Luhn check over letters read as numbers.
pub(super) fn isin(value: &[u8]) -> Verdict {
    let upper = value.to_ascii_uppercase();
    let Some((country, _)) = upper.split_first_chunk::<2>() else { return Verdict::Invalid };
    let issued = is_country(*country) || matches!(country, b"XS" | b"XA" | b"XB" | b"XC" | b"XD" | b"XF" | b"EU");
    let mut digits = Vec::with_capacity(24);
    for byte in &upper {
        match byte {
            b'0'..=b'9' => digits.push(byte - b'0'),
            b'A'..=b'Z' => digits.extend([(byte - b'A' + 10) / 10, (byte - b'A' + 10) % 10]),
            _ => return Verdict::Invalid,
        }
    }
    let empty = upper[2..].iter().all(|byte| *byte == b'0');
    Verdict::valid_if(upper.len() == 12 && upper[11].is_ascii_digit() && issued && !empty && luhn(&digits))
}

/// Judges a CUSIP number: every second value is doubled, and the digits are summed.
pub(super) fn cusip(value: &[u8]) -> Verdict {
    let Some((check, body)) = value.split_last().filter(|(_, body)| body.len() == 8) else { return Verdict::Invalid };
    let sum = body.iter().enumerate().try_fold(0, |sum: u32, (place, byte)| {
        let read = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            b'*' => 36,
            b'@' => 37,
            b'#' => 38,
            _ => return None,
        };
        let weighed = read * (1 + place as u32 % 2);
        Some(sum + weighed / 10 + weighed % 10)
    });
    let agrees = sum.is_some_and(|sum| check.is_ascii_digit() && (10 - sum % 10) % 10 == u32::from(check - b'0'));
    Verdict::valid_if(agrees && !is_uniform(body))
}

/// Judges a SEDOL: digits and consonants, weighed.
pub(super) fn sedol(value: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 7] = [1, 3, 1, 7, 3, 9, 1];
    let sum = value.iter().zip(WEIGHTS).try_fold(0, |sum: u32, (byte, weight)| {
        let read = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A' | b'E' | b'I' | b'O' | b'U' => return None,
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => return None,
        };
        Some(sum + read * weight)
    });
    let closed = value.len() == 7 && value[6].is_ascii_digit() && !is_uniform(value);
    Verdict::valid_if(closed && sum.is_some_and(|sum| sum.is_multiple_of(10)))
}

/// Judges a financial instrument global identifier (ANSI X9.145): consonants and digits, `G` in third place, and a check digit for which
/// every second value is doubled. Prefixes that an ISIN may begin with are not given.
pub(super) fn figi(value: &[u8]) -> Verdict {
    let Some([a, b, g, body @ .., check]) = compact::<12>(value) else { return Verdict::Invalid };
    let code = [&[a, b, g][..], &body].concat();
    let lettered = a.is_ascii_uppercase() && b.is_ascii_uppercase() && !matches!(&[a, b], b"BS" | b"BM" | b"GG" | b"GB" | b"VG");
    let sum: u32 = code
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let weighed = super::checksum::rank_of(*byte).unwrap_or(0) * (1 + place as u32 % 2);
            weighed / 10 + weighed % 10
        })
        .sum();
    let spelt = !code.iter().any(|byte| b"AEIOU".contains(byte));
    Verdict::valid_if(lettered && g == b'G' && spelt && check.is_ascii_digit() && (10 - sum % 10) % 10 == u32::from(check - b'0'))
}

/// Judges a German securities number (WKN) by its layout: six digits and letters but I and O.
pub(super) fn wkn(value: &[u8]) -> Verdict {
    let fits =
        compact::<6>(value).is_some_and(|code| code.iter().all(|byte| !matches!(byte, b'I' | b'O')) && code.iter().any(u8::is_ascii_digit));
    if fits && !is_uniform(value) { Verdict::Plausible } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn codes_of_banks() {
        check("swift_bic", Verdict::Valid, &["DEUTDEFF", "DEUTDEFF500", "BNPAFRPPXXX"]);
        check("figi", Verdict::Valid, &["BBG000BLNNH6", "BBG000C3J3C9"]);
        check("figi", Verdict::Invalid, &["BBG000BLNNH5", "BSG000BLNNH6", "BBX000BLNNH6", "BBG000ALNNH6", "BBG000BLNNH", ""]);
        check("wkn", Verdict::Plausible, &["934057", "A0D85R"]);
        check("wkn", Verdict::Invalid, &["A0I85R", "A0O85R", "ABCDEF", "111111", "93405", ""]);
        check("swift_bic", Verdict::Invalid, &["DEUTZZFF", "DEUTDEFF50", "DEU1DEFF", "deutdeff", "", "DEUTDEF-"]);
    }

    #[test]
    fn codes_of_companies() {
        check("lei", Verdict::Valid, &["5493001KJTIIGC8Y1R12", "HWUPKR0MPOU8FGXBT394"]);
        check("lei", Verdict::Invalid, &["5493001KJTIIGC8Y1R13", "5493001KJTIIGC8Y1R1", "5493001KJTIIGC8Y1RAB", ""]);
    }

    #[test]
    fn codes_of_securities() {
        check("isin", Verdict::Valid, &["US0378331005", "DE0007164600", "GB0002634946", "us0378331005"]);
        check("isin", Verdict::Invalid, &["US0378331006", "ZZ0378331005", "US037833100", "US03783310 5", "US000000000X", ""]);
        check("cusip", Verdict::Valid, &["037833100", "17275R102", "38259P508"]);
        check("cusip", Verdict::Invalid, &["037833101", "03783310", "000000000", "0378331-0", ""]);
        check("sedol", Verdict::Valid, &["0263494", "B0WNLY7"]);
        check("sedol", Verdict::Invalid, &["0263495", "B0WNLA7", "026349", "0000000", "b0wnly7", ""]);
    }
}
