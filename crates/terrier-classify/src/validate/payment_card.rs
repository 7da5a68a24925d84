//! Payment cards: issuer ranges, lengths and the Luhn digit (ISO/IEC 7812).

use super::Verdict;
use super::checksum::luhn;
use super::digits::{Digits, is_uniform, number};

/// Issuer ranges by their first six digits, with the lengths in use.
const RANGES: &[(u64, u64, &[usize])] = &[
    (180_000, 180_099, &[15]),                             // JCB, first series
    (213_100, 213_199, &[15]),                             // JCB, first series
    (222_100, 272_099, &[16]),                             // Mastercard, second series
    (300_000, 305_999, &[14, 16]),                         // Diners Club
    (309_500, 309_599, &[14, 16]),                         // Diners Club
    (340_000, 349_999, &[15]),                             // American Express
    (352_800, 358_999, &[16, 17, 18, 19]),                 // JCB
    (360_000, 369_999, &[14, 16, 19]),                     // Diners Club International
    (370_000, 379_999, &[15]),                             // American Express
    (380_000, 399_999, &[14, 16, 19]),                     // Diners Club International
    (400_000, 499_999, &[13, 16, 19]),                     // Visa
    (501_800, 501_899, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (502_000, 502_099, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (503_800, 503_899, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (506_099, 506_198, &[16, 18, 19]),                     // Verve
    (507_865, 507_964, &[16, 18, 19]),                     // Verve
    (508_500, 508_999, &[16]),                             // RuPay
    (510_000, 559_999, &[16]),                             // Mastercard
    (560_000, 569_999, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (601_100, 601_199, &[16, 19]),                         // Discover
    (606_985, 607_984, &[16]),                             // RuPay
    (608_001, 608_500, &[16]),                             // RuPay
    (620_000, 629_999, &[16, 17, 18, 19]),                 // UnionPay
    (630_400, 630_499, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (636_297, 636_369, &[16]),                             // Elo
    (639_000, 639_099, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (644_000, 659_999, &[16, 19]),                         // Discover
    (670_000, 679_999, &[12, 13, 14, 15, 16, 17, 18, 19]), // Maestro
    (810_000, 817_199, &[16, 17, 18, 19]),                 // UnionPay
    (979_200, 979_289, &[16]),                             // Troy
];

/// Judges a primary account number, plain or in groups.
pub(super) fn payment_card(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if digits.len() < 12 || is_uniform(&digits[6..]) || !luhn(digits) {
        Verdict::Invalid
    } else if is_issued(digits) {
        Verdict::Valid
    } else if digits.len() == 16 && digits[..2] == [3, 5] {
        // The rest of the block that JCB's range was cut from: made-up cards are often drawn from it.
        Verdict::Plausible
    } else {
        Verdict::Invalid
    }
}

fn is_issued(digits: &[u8]) -> bool {
    let issuer = number(&digits[..6]);
    RANGES.iter().any(|(first, last, lengths)| (*first..=*last).contains(&issuer) && lengths.contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn issuers_lengths_and_luhn() {
        check(
            "payment_card",
            Verdict::Valid,
            &["4539 7712 3456 7897", "5221-9300-4821-7731", "374288123450016", "3742 881234 50016", "6011742200319854", "3627 450019 2280"],
        );
        check("payment_card", Verdict::Plausible, &["3598899323053410"]);
        check(
            "payment_card",
            Verdict::Invalid,
            &[
                "4539 7712 3456 7898",
                "1234567812345670",
                "4000000000000000",
                "453977123456789",
                "9539771234567899",
                "4539 77x2 3456 7892",
                "",
            ],
        );
    }

    #[test]
    fn one_last_digit_in_ten_passes() {
        check_digit_decides("payment_card", "4539771234567897", 15, 1);
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_noticed(body in "4[0-9]{14}", place in 1_usize..16, shift in 1_u8..10) {
            let Some(value) = (0..10).map(|check| format!("{body}{check}")).find(|value| payment_card(value.as_bytes()) == Verdict::Valid)
            else { return Ok(()) };
            let mut wrong = value.into_bytes();
            wrong[place] = (wrong[place] - b'0' + shift) % 10 + b'0';
            prop_assert_eq!(payment_card(&wrong), Verdict::Invalid);
        }
    }
}
