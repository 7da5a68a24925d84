//! Vehicles.

use super::Verdict;

/// Judges a vehicle identification number (ISO 3779) of North America, where the ninth place is a check digit.
pub(super) fn vin_checked(value: &[u8]) -> Verdict {
    Verdict::valid_if(is_layout(value) && is_checked(value))
}

/// Judges a vehicle identification number of any region: where the check digit holds, it says so.
pub(super) fn vin(value: &[u8]) -> Verdict {
    match (is_layout(value), is_checked(value)) {
        (false, _) => Verdict::Invalid,
        (true, true) => Verdict::Valid,
        (true, false) => Verdict::Plausible,
    }
}

/// Letters and digits are mixed, and the number ends with a serial number of four digits at least.
fn is_layout(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    value.len() == 17 && (3..=12).contains(&letters) && value[13..].iter().all(u8::is_ascii_digit) && &value[11..] != b"000000"
}

fn is_checked(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum = value.iter().zip(WEIGHTS).try_fold(0, |sum, (byte, weight)| Some(sum + read(byte.to_ascii_uppercase())? * weight));
    let Some(check) = value.get(8) else { return false };
    sum.is_some_and(|sum| match sum % 11 {
        10 => check.eq_ignore_ascii_case(&b'X'),
        rest => check.is_ascii_digit() && rest == u32::from(check - b'0'),
    })
}

/// Reads a character as 49 CFR 565.15 does.
fn read(byte: u8) -> Option<u32> {
    Some(match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'N' => u32::from(byte - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => u32::from(byte - b'S') + 2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};

    use super::*;

    #[test]
    fn vehicle_identification_numbers() {
        check("vin_checked", Verdict::Valid, &["1M8GDM9AXKP042788", "1HGCM82633A004352", "5gzcz43d13s812715"]);
        check("vin_checked", Verdict::Invalid, &["1M8GDM9A1KP042788", "1M8GDM9AXKP04278", "11111111111111111", "1M8GDM9AXKP04278A", ""]);
        check("vin", Verdict::Valid, &["1HGCM82633A004352"]);
        check("vin", Verdict::Plausible, &["WDB1240511C123456", "VF1RFA00956789012"]);
        check("vin", Verdict::Invalid, &["WDB1240511C12345A", "ABCDEFGHJKLMN1234", ""]);
        check_digit_decides("vin_checked", "1HGCM82633A004352", 8, 1);
    }
}
