//! International bank account numbers (ISO 13616).

use super::Verdict;

/// The layout behind country and check digits, by country, as in the registry of ISO 13616: lengths of runs of digits (`n`),
/// letters (`a`) and either (`c`).
const LAYOUTS: &[(&[u8; 2], &str)] = &[
    (b"AD", "8n12c"),
    (b"AE", "19n"),
    (b"AL", "8n16c"),
    (b"AT", "16n"),
    (b"AZ", "4a20c"),
    (b"BA", "16n"),
    (b"BE", "12n"),
    (b"BG", "4a6n8c"),
    (b"BH", "4a14c"),
    (b"BI", "23n"),
    (b"BR", "23n1a1c"),
    (b"BY", "4c4n16c"),
    (b"CH", "5n12c"),
    (b"CR", "18n"),
    (b"CY", "8n16c"),
    (b"CZ", "20n"),
    (b"DE", "18n"),
    (b"DJ", "23n"),
    (b"DK", "14n"),
    (b"DO", "4c20n"),
    (b"EE", "16n"),
    (b"EG", "25n"),
    (b"ES", "20n"),
    (b"FI", "14n"),
    (b"FK", "2a12n"),
    (b"FO", "14n"),
    (b"FR", "10n11c2n"),
    (b"GB", "4a14n"),
    (b"GE", "2a16n"),
    (b"GI", "4a15c"),
    (b"GL", "14n"),
    (b"GR", "7n16c"),
    (b"GT", "24c"),
    (b"HN", "4a20n"),
    (b"HR", "17n"),
    (b"HU", "24n"),
    (b"IE", "4a14n"),
    (b"IL", "19n"),
    (b"IQ", "4a15n"),
    (b"IS", "22n"),
    (b"IT", "1a10n12c"),
    (b"JO", "4a4n18c"),
    (b"KW", "4a22c"),
    (b"KZ", "3n13c"),
    (b"LB", "4n20c"),
    (b"LC", "4a24c"),
    (b"LI", "5n12c"),
    (b"LT", "16n"),
    (b"LU", "3n13c"),
    (b"LV", "4a13c"),
    (b"LY", "21n"),
    (b"MC", "10n11c2n"),
    (b"MD", "20c"),
    (b"ME", "18n"),
    (b"MK", "3n10c2n"),
    (b"MN", "16n"),
    (b"MR", "23n"),
    (b"MT", "4a5n18c"),
    (b"MU", "4a19n3a"),
    (b"NI", "4a20n"),
    (b"NL", "4a10n"),
    (b"NO", "11n"),
    (b"OM", "3n16c"),
    (b"PK", "4a16c"),
    (b"PL", "24n"),
    (b"PS", "4a21c"),
    (b"PT", "21n"),
    (b"QA", "4a21c"),
    (b"RO", "4a16c"),
    (b"RS", "18n"),
    (b"RU", "14n15c"),
    (b"SA", "2n18c"),
    (b"SC", "4a20n3a"),
    (b"SD", "14n"),
    (b"SE", "20n"),
    (b"SI", "15n"),
    (b"SK", "20n"),
    (b"SM", "1a10n12c"),
    (b"SO", "19n"),
    (b"ST", "21n"),
    (b"SV", "4a20n"),
    (b"TL", "19n"),
    (b"TN", "20n"),
    (b"TR", "6n16c"),
    (b"UA", "6n19c"),
    (b"VA", "18n"),
    (b"VG", "4a16n"),
    (b"XK", "16n"),
    (b"YE", "4a4n18c"),
];

/// Judges an IBAN, compact or in groups: the country's layout and the check digits modulo 97.
pub(super) fn iban(value: &[u8]) -> Verdict {
    let mut compact = [0_u8; 34];
    let mut len = 0;
    for byte in value.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if len == compact.len() || !byte.is_ascii_alphanumeric() {
            return Verdict::Invalid;
        }
        compact[len] = byte.to_ascii_uppercase();
        len += 1;
    }
    let compact = &compact[..len];
    let Some((head, account)) = compact.split_first_chunk::<4>() else { return Verdict::Invalid };
    let empty = account.iter().all(|byte| *byte == b'0');
    Verdict::valid_if(!empty && layout_of([head[0], head[1]]).is_some_and(|layout| fits(account, layout)) && mod97(account, head) == 1)
}

fn layout_of(country: [u8; 2]) -> Option<&'static str> {
    /// The index in [`LAYOUTS`] of each country, by its letters, and one more.
    const INDICES: [[u8; 26]; 26] = {
        let mut indices = [[0; 26]; 26];
        let mut index = 0;
        while index < LAYOUTS.len() {
            let country = LAYOUTS[index].0;
            index += 1;
            indices[(country[0] - b'A') as usize][(country[1] - b'A') as usize] = index as u8;
        }
        indices
    };
    let [first, second] = country.map(|letter| usize::from(letter.wrapping_sub(b'A')));
    let index = INDICES.get(first)?.get(second)?.checked_sub(1)?;
    Some(LAYOUTS[usize::from(index)].1)
}

fn fits(mut account: &[u8], layout: &str) -> bool {
    let mut length = 0;
    for byte in layout.bytes() {
        if byte.is_ascii_digit() {
            length = length * 10 + usize::from(byte - b'0');
            continue;
        }
        let Some((run, rest)) = account.split_at_checked(length) else { return false };
        let fits = match byte {
            b'n' => run.iter().all(u8::is_ascii_digit),
            b'a' => run.iter().all(u8::is_ascii_uppercase),
            _ => true,
        };
        if !fits {
            return false;
        }
        account = rest;
        length = 0;
    }
    account.is_empty()
}

/// Returns the number's rest modulo 97, head moved to the end and letters read as 10 to 35.
fn mod97(account: &[u8], head: &[u8]) -> u32 {
    // Five letters at most are read before the rest is taken again: 97 * 100^5 fits.
    let rest = account.chunks(5).chain([head]).fold(0_u64, |rest, chunk| {
        let read = |rest: u64, byte: &u8| match byte {
            b'0'..=b'9' => rest * 10 + u64::from(byte - b'0'),
            _ => rest * 100 + u64::from(byte - b'A') + 10,
        };
        chunk.iter().fold(rest, read) % 97
    });
    rest as u32
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn layouts_are_sorted() {
        assert!(LAYOUTS.is_sorted_by_key(|(country, _)| *country));
    }

    #[test]
    fn countries_lengths_and_check_digits() {
        check(
            "iban",
            Verdict::Valid,
            &[
                "DE89 3704 0044 0532 0130 00",
                "GB29NWBK60161331926819",
                "fr1420041010050500013m02606",
                "NO93 8601 1117 947",
                "MT84MALT011000012345MTLCAST001S",
            ],
        );
        check(
            "iban",
            Verdict::Invalid,
            &[
                "DE88 3704 0044 0532 0130 00",
                "DE8937040044053201300",
                "GB29123460161331926819",
                "ZZ89370400440532013000",
                "DE00000000000000000000",
                "DE89",
            ],
        );
    }

    #[test]
    fn one_pair_of_check_digits_passes() {
        let passing: Vec<String> = (0..100)
            .map(|check| format!("AT{check:02}1904300234573201"))
            .filter(|value| iban(value.as_bytes()) == Verdict::Valid)
            .collect();
        assert_eq!(passing, ["AT611904300234573201"]);
    }
}
