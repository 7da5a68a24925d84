//! What a payment card holds beside its number: magnetic tracks (ISO/IEC 7813) and blocks of a PIN (ISO 9564-1).

use super::Verdict;
use super::digits::number;
use super::payment_card::payment_card;

/// Judges the first or second track of a card, without its sentinels, or the second track's equivalent on a chip: card number, month
/// of expiry and service code.
pub(super) fn card_track(value: &[u8]) -> Verdict {
    let value = value.strip_prefix(b"B").unwrap_or(value);
    let Some(end) = value.iter().position(|byte| !byte.is_ascii_digit()) else { return Verdict::Invalid };
    let (card, rest) = value.split_at(end);
    let behind = match rest {
        [b'^', rest @ ..] => rest.iter().position(|byte| *byte == b'^').map(|name| &rest[name + 1..]),
        [b'=' | b'D' | b'd', rest @ ..] => Some(rest),
        _ => None,
    };
    let dated = |behind: &[u8]| {
        let expiry_and_service = behind.first_chunk::<7>().filter(|digits| digits.iter().all(u8::is_ascii_digit));
        let month = expiry_and_service.map(|digits| digits[2..4].iter().map(|digit| digit - b'0').collect::<Vec<u8>>());
        month.is_some_and(|month| (1..=12).contains(&number(&month)))
    };
    Verdict::valid_if(behind.is_some_and(dated) && payment_card(card) != Verdict::Invalid)
}

/// Judges an encrypted PIN block: 8 or 16 bytes in hexadecimal digits, which look like noise.
pub(super) fn pin_block(value: &[u8]) -> Verdict {
    let mut seen = [false; 256];
    value.iter().for_each(|byte| seen[usize::from(byte.to_ascii_uppercase())] = true);
    let variety = seen.iter().filter(|seen| **seen).count();
    let is_hex = matches!(value.len(), 16 | 32) && value.iter().all(u8::is_ascii_hexdigit);
    if is_hex && variety >= 6 { Verdict::Plausible } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn tracks() {
        check(
            "card_track",
            Verdict::Valid,
            &[
                "B4539771234567897^OKAFOR/OLIVER^2912101000000000",
                "4539771234567897=29121010000012345",
                "4539771234567897D29121010000012345F",
            ],
        );
        check(
            "card_track",
            Verdict::Invalid,
            &[
                "B4539771234567898^OKAFOR/OLIVER^2912101",
                "4539771234567897=2913101",
                "4539771234567897=291",
                "4539771234567897",
                "B4539771234567897^OKAFOR",
                "",
            ],
        );
    }

    #[test]
    fn blocks() {
        check("pin_block", Verdict::Plausible, &["A3F1097C5B2E84D6", "1c9f03b75ae2648d", "A3F1097C5B2E84D61C9F03B75AE2648D"]);
        check("pin_block", Verdict::Invalid, &["0000000000000000", "A3F1097C5B2E84D", "A3F1097C5B2E84DG", ""]);
    }
}
