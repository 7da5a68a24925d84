//! Machine-readable zones of travel documents (ICAO Doc 9303, parts 4 to 7).

use super::Verdict;
use super::checksum::icao;

/// Judges a zone of two lines of 44 (passports), two of 36 or three of 30 characters by all its check digits.
pub(super) fn mrz(value: &[u8]) -> Verdict {
    let mut lines = value.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let passed = match (lines.next(), lines.next(), lines.next(), lines.next()) {
        (Some(first), Some(second), None, None) if first.len() == 44 && second.len() == 44 => is_passport(second),
        (Some(first), Some(second), None, None) if first.len() == 36 && second.len() == 36 => is_two_line_card(second),
        (Some(first), Some(second), Some(third), None) if [first, second, third].iter().all(|line| line.len() == 30) => {
            is_three_line_card(first, second)
        }
        _ => false,
    };
    Verdict::valid_if(passed)
}

fn is_passport(line: &[u8]) -> bool {
    let optional = line[42] == b'<' && line[28..42].iter().all(|byte| *byte == b'<') || checks(&[&line[28..42]], line[42]);
    checks(&[&line[..9]], line[9])
        && checks(&[&line[13..19]], line[19])
        && checks(&[&line[21..27]], line[27])
        && optional
        && checks(&[&line[..10], &line[13..20], &line[21..43]], line[43])
}

fn is_two_line_card(line: &[u8]) -> bool {
    checks(&[&line[..9]], line[9])
        && checks(&[&line[13..19]], line[19])
        && checks(&[&line[21..27]], line[27])
        // A visa of this size has no composite digit: its last place is optional data.
        && (checks(&[&line[..10], &line[13..20], &line[21..35]], line[35]) || line[35] == b'<')
}

fn is_three_line_card(first: &[u8], second: &[u8]) -> bool {
    // A `<` in the place of the number's check digit says that a longer number continues in the optional data.
    (first[14] == b'<' || checks(&[&first[5..14]], first[14]))
        && checks(&[&second[..6]], second[6])
        && checks(&[&second[8..14]], second[14])
        && checks(&[&first[5..30], &second[..7], &second[8..15], &second[18..29]], second[29])
}

/// Tells whether `check` is the check digit over the parts.
fn checks(parts: &[&[u8]], check: u8) -> bool {
    check.is_ascii_digit() && icao(parts.iter().flat_map(|part| part.iter())) == Some(u32::from(check - b'0'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn zones_of_each_size() {
        check(
            "mrz",
            Verdict::Valid,
            &[
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6",
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            ],
        );
        check(
            "mrz",
            Verdict::Invalid,
            &[
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C37UTO7408122F1204159ZE184226B<<<<<10",
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11",
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408123F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            ],
        );
    }
}
