//! Numbers of American driving licences.

use super::Verdict;
use super::digits::is_uniform;

/// Layouts that the states use (AAMVA): `A` stands for a letter, `9` for a digit. Numbers of digits only, 7 to 13 of them as in
/// most states, are told by their length instead.
const LAYOUTS: &[&str] = &[
    "A99999",
    "A999999",
    "A9999999",
    "A99999999",
    "A999999999",
    "A9999999999",
    "A99999999999",
    "A999999999999",
    "A9999999999999",
    "A99999999999999",
    "AA99999",
    "AA999999",
    "AA9999999",
    "AA999999A",
    "AAA999999",
    "99AAA99999",
    "999AA9999",
    "9999999A",
    "99999999A",
    "A9A9A9",
];

/// Judges a licence number by its layout. No state adds a checksum that it publishes, so a match is plausible at best.
pub(super) fn us_driving_licence(value: &[u8]) -> Verdict {
    let mut compact = [0_u8; 20];
    let mut len = 0;
    for byte in value.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if len == compact.len() {
            return Verdict::Invalid;
        }
        compact[len] = *byte;
        len += 1;
    }
    let compact = &compact[..len];
    let digits: usize = compact.iter().filter(|byte| byte.is_ascii_digit()).count();
    let trailing = &compact[compact.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |place| place + 1)..];
    let repeats = trailing.len() > 3 && is_uniform(trailing);
    let numeric = digits == len && (7..=13).contains(&len);
    let known = numeric || is_washington(compact) || LAYOUTS.iter().any(|layout| fits(compact, layout.as_bytes()));
    if known && !repeats { Verdict::Plausible } else { Verdict::Invalid }
}

fn fits(value: &[u8], layout: &[u8]) -> bool {
    value.len() == layout.len()
        && value.iter().zip(layout).all(|(byte, kind)| match kind {
            b'A' => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        })
}

/// Washington: `WDL` and nine letters or digits.
fn is_washington(value: &[u8]) -> bool {
    value.len() == 12
        && value[..3].eq_ignore_ascii_case(b"WDL")
        && value[3..].iter().all(u8::is_ascii_alphanumeric)
        && value[3..].iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn layouts_of_states() {
        check(
            "us_driving_licence",
            Verdict::Plausible,
            &["D4820193", "S530-4607-2118", "48201937", "WDLABCD456DG", "M82041937724461", "12ABC34567", "K8B2C4", "J12-3456-7890"],
        );
        check("us_driving_licence", Verdict::Invalid, &["ABCDEFGH", "D0000000", "123", "AB-12", "123456789012345678901234"]);
    }
}
