//! Devices and the cards in them.

use super::Verdict;
use super::checksum::luhn;
use super::digits::{Digits, is_uniform};

/// Judges an international mobile equipment identity (3GPP TS 23.003): 14 digits and a Luhn digit, or two of the version of its software,
/// which nothing verifies.
pub(super) fn imei(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    match digits.len() {
        15 => Verdict::valid_if(luhn(digits) && !is_uniform(&digits[..8])),
        14 | 16 if !is_uniform(&digits[..8]) => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

/// Judges the number of a SIM card (ITU-T E.118): it begins with 89 and ends with a Luhn digit.
pub(super) fn iccid(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if(matches!(digits.len(), 19 | 20) && digits.starts_with(&[8, 9]) && !is_uniform(&digits[2..]) && luhn(digits))
}

/// Judges a UUID by its digits: the one of zeros stands for none.
pub(super) fn uuid(value: &[u8]) -> Verdict {
    let mut digits = value.iter().filter(|byte| **byte != b'-').map(u8::to_ascii_lowercase);
    let first = digits.next();
    if value.len() == 36 && digits.any(|digit| Some(digit) != first) { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a mobile equipment identifier (3GPP2 S.R0048): 14 hexadecimal digits or 18 decimal ones, and a Luhn digit of either kind, if it is
/// written. One of decimal digits alone is an IMEI.
pub(super) fn meid(value: &[u8]) -> Verdict {
    let code: Vec<u8> = value.iter().filter(|byte| !matches!(byte, b' ' | b'-')).map(u8::to_ascii_uppercase).collect();
    let Some(digits) = code.iter().map(|byte| char::from(*byte).to_digit(16)).collect::<Option<Vec<u32>>>() else {
        return Verdict::Invalid;
    };
    let decimal = digits.iter().all(|digit| *digit < 10);
    let base = if decimal { 10 } else { 16 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| digit * (1 + place as u32 % 2))
        .map(|double| double / base + double % base)
        .sum();
    let uniform = digits.iter().all(|digit| *digit == digits[0]);
    match (digits.len(), decimal) {
        (14 | 15, true) => imei(&code),
        (14, false) if !uniform => Verdict::Plausible,
        (18, true) if !uniform => {
            let part = |digits: &[u32]| digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
            if part(&digits[..10]) < 1 << 32 && part(&digits[10..]) < 1 << 24 { Verdict::Plausible } else { Verdict::Invalid }
        }
        (15, false) | (19, true) => Verdict::valid_if(sum.is_multiple_of(base)),
        _ => Verdict::Invalid,
    }
}

/// Judges an international mobile subscriber identity (ITU-T E.212) by the country that it begins with.
pub(super) fn imsi(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if !matches!(digits.len(), 14 | 15) || is_uniform(&digits[5..]) {
        return Verdict::Invalid;
    }
    let country = super::digits::number(&digits[..3]);
    let europe = matches!(country, 202 | 204 | 206 | 208 | 212..=214 | 216 | 218..=222 | 226 | 228 | 230..=232 | 234 | 235 | 238 | 240 | 242 | 244)
        || matches!(country, 246..=248 | 250 | 255 | 257 | 259 | 260 | 262 | 266 | 268 | 270 | 272 | 274 | 276 | 278 | 280 | 282..=284)
        || matches!(country, 286 | 288..=290 | 292..=295 | 297);
    let america =
        matches!(country, 302 | 308 | 310..=316 | 330 | 334 | 338 | 340 | 342 | 344 | 346 | 348 | 350 | 352 | 354 | 356 | 358 | 360)
            || matches!(
                country,
                362..=366 | 368 | 370 | 372 | 374 | 376 | 702 | 704 | 706 | 708 | 710 | 712 | 714 | 716 | 722 | 724 | 730 | 732 | 734
            )
            || matches!(country, 736 | 738 | 740 | 742 | 744 | 746 | 748 | 750);
    let asia = matches!(country, 400..=402 | 404 | 405 | 410 | 412..=422 | 424..=429 | 432 | 434 | 436..=438 | 440 | 441 | 450 | 452 | 454..=457)
        || matches!(country, 460 | 466 | 467 | 470 | 472);
    let pacific = matches!(country, 502 | 505 | 510 | 514 | 515 | 520 | 525 | 528 | 530 | 536 | 537 | 539..=555);
    let africa = matches!(country, 602..=643 | 645..=655 | 657..=659);
    if europe || america || asia || pacific || africa || matches!(country, 1 | 901 | 999) { Verdict::Plausible } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn devices() {
        check("imei", Verdict::Valid, &["490154203237518", "49-015420-323751-8", "352099001761481"]);
        check("imei", Verdict::Invalid, &["490154203237519", "4901542032375", "000000000000000", "49015420323751x"]);
        check("iccid", Verdict::Valid, &["8941104820193771048", "8941 1048 2019 3771 048"]);
        check("iccid", Verdict::Invalid, &["8941104820193771049", "7941104820193771048", "894110482019377104", ""]);
        check("imei", Verdict::Plausible, &["49-015420-323751-82", "35209900176148"]);
        check("meid", Verdict::Plausible, &["AF 01 23 45 0A BC DE", "29360 87365 0070 3710"]);
        check("meid", Verdict::Valid, &["AF0123450ABCDEC", "490154203237518"]);
        check("meid", Verdict::Invalid, &["AF0123450ABCDED", "AF0123450ABCD", "999999999999999999", "000000000000000", ""]);
        check("imsi", Verdict::Plausible, &["262014820193771", "310 26 066209154"]);
        check("imsi", Verdict::Invalid, &["439014820193771", "2620148201937", "262010000000000", ""]);
        check_digit_decides("imei", "490154203237518", 14, 1);
        check_digit_decides("iccid", "8941104820193771048", 18, 1);
        check("uuid", Verdict::Plausible, &["EA7583CD-A667-48BC-B806-42ECB2B48606"]);
        check("uuid", Verdict::Invalid, &["00000000-0000-0000-0000-000000000000", "EA7583CD-A667-48BC-B806", ""]);
    }
}
