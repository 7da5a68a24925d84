//! Numbers of accounts and payments in the form of one country, and the references of ISO.

use super::Verdict;
use super::checksum::{lack_of_10, lack_of_11, luhn, mod97, weighted};
use super::digits::{Digits, number};

/// Judges an Argentine number of an account (CBU): bank and branch with a check digit modulo 10, and the account with another.
pub(super) fn ar_cbu(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<22>(value) else { return Verdict::Invalid };
    let bank = lack_of_10(&digits[..7], &[7, 1, 3, 9, 7, 1, 3]) == u32::from(digits[7]);
    let account = lack_of_10(&digits[8..21], &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3]) == u32::from(digits[21]);
    Verdict::valid_if(number(&digits[..7]) != 0 && bank && account)
}

/// Judges the reference of a Swiss payment slip (ESR, QR reference) by its check digit, which a table carries from digit to digit (modulo
/// 10, recursive).
pub(super) fn ch_esr(value: &[u8]) -> Verdict {
    const CARRY: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let carried = body.iter().fold(0, |carry, digit| CARRY[usize::from((digit + carry) % 10)]);
    let length = (6..27).contains(&body.len()) && body.iter().any(|digit| *digit != 0);
    Verdict::valid_if(length && (10 - carried) % 10 == *check)
}

/// Judges a Czech number of an account: an optional prefix and the number, each checked modulo 11, and the code of the bank.
pub(super) fn cz_bank_account(value: &[u8]) -> Verdict {
    let Some(slash) = value.iter().position(|byte| *byte == b'/') else { return Verdict::Invalid };
    let (account, bank) = (&value[..slash], &value[slash + 1..]);
    let (prefix, root) = match account.iter().position(|byte| *byte == b'-') {
        Some(dash) => (&account[..dash], &account[dash + 1..]),
        None => (&account[..0], account),
    };
    let (Some(prefix), Some(root), Some(bank)) = (Digits::read(prefix), Digits::read(root), Digits::read(bank)) else {
        return Verdict::Invalid;
    };
    let (prefix, root, bank) = (prefix.as_slice(), root.as_slice(), bank.as_slice());
    let agrees = |digits: &[u8]| {
        let sum: u32 = digits.iter().rev().zip([1, 2, 4, 8, 5, 10, 9, 7, 3, 6]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
        sum.is_multiple_of(11)
    };
    let lengths = prefix.len() <= 6 && (2..=10).contains(&root.len()) && bank.len() == 4;
    Verdict::valid_if(lengths && matches!(number(bank), 100..=8299) && number(root) != 0 && agrees(prefix) && agrees(root))
}

/// Judges a Spanish number of an account (CCC): bank and branch, two check digits modulo 11, and the account.
pub(super) fn es_ccc(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<20>(value) else { return Verdict::Invalid };
    let check = |body: &[u8], weights: &[u32]| match weighted(body, weights) % 11 {
        rest @ 0..2 => rest,
        rest => 11 - rest,
    };
    let bank = check(&digits[..8], &[4, 8, 5, 10, 9, 7, 3, 6]);
    let account = check(&digits[10..], &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6]);
    Verdict::valid_if(number(&digits[..4]) != 0 && bank == u32::from(digits[8]) && account == u32::from(digits[9]))
}

/// Judges a Norwegian number of an account by its check digit modulo 11, or the Luhn digit of a number of seven digits.
pub(super) fn no_bank_account(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = match digits.as_slice() {
        [0, 0, 0, 0, short @ ..] if short.len() == 7 => short,
        digits => digits,
    };
    Verdict::valid_if(match digits {
        [_, _, _, _, _, _, _] => number(digits) != 0 && luhn(digits),
        [body @ .., check] if body.len() == 10 => lack_of_11(body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(*check),
        _ => false,
    })
}

/// Judges a New Zealand number of an account by its bank and, as the banks' own validation rules say, the check modulo 11 or 10 that
/// belongs to it.
pub(super) fn nz_bank_account(value: &[u8]) -> Verdict {
    let parts: Vec<&[u8]> = value.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let mut code = [b'0'; 16];
    let mut put = |range: std::ops::Range<usize>, part: &[u8]| {
        let width = range.len();
        let fits = part.len() <= width;
        if fits {
            code[range.end - part.len()..range.end].copy_from_slice(part);
        }
        fits
    };
    let complete = match parts.as_slice() {
        [bank, branch, account, suffix] => put(0..2, bank) && put(2..6, branch) && put(6..13, account) && put(13..16, suffix),
        [bank, branch, account, more, suffix] => {
            let account = [*account, *more].concat();
            put(0..2, bank) && put(2..6, branch) && account.len() <= 7 && put(6..13, &account) && put(13..16, suffix)
        }
        [whole] if matches!(whole.len(), 15 | 16) => put(0..13, &whole[..13]) && put(13..16, &whole[13..]),
        _ => false,
    };
    let Some(digits) = super::digits::values::<16>(&code).filter(|digits| complete && !super::digits::is_uniform(&digits[2..])) else {
        return Verdict::Invalid;
    };
    let folded = |weights: [u32; 16], inner: u32, outer: u32| {
        let products = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight);
        products.map(|product| if product > inner { product % inner } else { product }).sum::<u32>().is_multiple_of(outer)
    };
    let small = number(&digits[6..13]) < 990_000;
    Verdict::valid_if(match number(&digits[..2]) {
        8 => folded([0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0], 11, 11),
        9 => folded([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 0, 0, 1], 9, 11),
        25 | 33 => folded([0, 0, 0, 0, 0, 0, 1, 7, 3, 1, 7, 3, 1, 0, 0, 0], 10, 10),
        26 | 28 | 29 => folded([0, 0, 0, 0, 0, 0, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1], 9, 10),
        31 => true,
        1..=4 | 6 | 10..=24 | 27 | 30 | 35 | 38 if small => folded([0, 0, 6, 3, 7, 9, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0], 11, 11),
        1..=4 | 6 | 10..=24 | 27 | 30 | 35 | 38 => folded([0, 0, 0, 0, 0, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0], 11, 11),
        _ => false,
    })
}

/// Judges the reference of a creditor (ISO 11649): `RF`, two check digits modulo 97, and up to 21 letters and digits.
pub(super) fn creditor_reference(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect();
    let Some((head, rest)) = code.split_at_checked(4) else { return Verdict::Invalid };
    let fits = head.starts_with(b"RF") && head[2..].iter().all(u8::is_ascii_digit) && (1..=21).contains(&rest.len());
    Verdict::valid_if(fits && rest.iter().any(|byte| *byte != b'0') && mod97(rest.iter().chain(head)) == Some(1))
}

/// Judges the identifier of a creditor in SEPA (European Payments Council, AT-02): country, two check digits modulo 97, the creditor's own
/// three characters, which do not count, and the national number.
pub(super) fn sepa_creditor(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect();
    let Some((head, rest)) = code.split_at_checked(7).filter(|(_, rest)| (1..=28).contains(&rest.len())) else { return Verdict::Invalid };
    let [a, b, c, d, ..] = *head else { return Verdict::Invalid };
    let placed = super::country::is_country([a, b]) && c.is_ascii_digit() && d.is_ascii_digit();
    Verdict::valid_if(placed && mod97(rest.iter().chain(&head[..4])) == Some(1))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("ar_cbu", Verdict::Valid, &["9884688569430908122310", "80993517 73089311659181", "8770097602288635176572"]);
        check("ch_esr", Verdict::Valid, &["41 99089", "65 29539", "86 56988"]);
        check("cz_bank_account", Verdict::Valid, &["461549864/0100", "929583620/0100", "7150136175/0300"]);
        check("es_ccc", Verdict::Valid, &["01828846958869430908", "00492311758099351730", "00491659141848770097"]);
        check("no_bank_account", Verdict::Valid, &["5571 77 65043", "6872.74.53230", "9412.44.87646"]);
        check("nz_bank_account", Verdict::Valid, &["38-9000-0189078-00", "38-9000-0740392-00", "38-9000-0332540-00"]);
        check("creditor_reference", Verdict::Valid, &["RF72 500 3166 9322", "RF24 786 1741 6150", "RF23 782 0051 5212"]);
        check("sepa_creditor", Verdict::Valid, &["NL46ZZZ815384721000", "NL23ZZZ868717569680", "AT19ZZZ01379900448"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check(
            "ar_cbu",
            Verdict::Invalid,
            &[
                "9884688539430908122310",
                "80993517 73089318659181",
                "8770097602218635176572",
                "988468856943090812231",
                "80993517 7308931165918177",
            ],
        );
        check("ch_esr", Verdict::Invalid, &["41 99079", "65 89539", "86 56968", "41 9908", "65 2953977"]);
        check("cz_bank_account", Verdict::Invalid, &["461549064/0100", "929583610/0100", "7151136175/0300", "461549864/010"]);
        check(
            "es_ccc",
            Verdict::Invalid,
            &["01828842958869430908", "00492311758099351790", "00491659141848370097", "0182884695886943090", "0049231175809935173077"],
        );
        check("no_bank_account", Verdict::Invalid, &["5577 77 65043", "6872.74.52230", "9412.44.87686", "5571 77 6504", "6872.74.5323077"]);
        check(
            "nz_bank_account",
            Verdict::Invalid,
            &["38-9000-0189048-00", "38-9001-0740392-00", "38-9004-0332540-00", "38-9000-0740392-0077"],
        );
        check(
            "creditor_reference",
            Verdict::Invalid,
            &["RF72 500 3166 1322", "RF24 746 1741 6150", "RF23 782 0050 5212", "RF72 500 3166 932", "RF24 786 1741 615077"],
        );
        check(
            "sepa_creditor",
            Verdict::Invalid,
            &["NL46ZZZ815384721500", "NL23ZZZ868717559680", "AT19ZZZ01379000448", "NL46ZZZ81538472100", "NL23ZZZ86871756968077"],
        );
    }
}
