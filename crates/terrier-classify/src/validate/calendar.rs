//! Dates of birth, written as such or as a part of a number.

use super::Verdict;
use super::digits::number;

/// Judges a date written with digits, or with a month's name, as one on which someone alive may have been born.
///
/// Both orders of day and month are allowed, since a single date does not tell which one is meant.
pub(super) fn date_of_birth(value: &[u8]) -> Verdict {
    let mut numbers = value.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty());
    let parts = [numbers.next(), numbers.next(), numbers.next()];
    let passed = match parts {
        [Some(compact), None, None] if compact.len() == 8 => is_birth(&compact[..4], &compact[4..6], &compact[6..]),
        [Some(a), Some(b), None] if a.len() == 4 => is_year(a) && matches!(read(b), 1..=31),
        [Some(a), Some(b), None] => matches!(read(a), 1..=31) && is_year(b),
        [Some(a), Some(b), Some(c)] if a.len() == 4 => is_birth(a, b, c),
        [Some(a), Some(b), Some(c)] => is_birth(c, a, b) || is_birth(c, b, a),
        _ => false,
    };
    Verdict::valid_if(passed)
}

fn is_birth(year: &[u8], month: &[u8], day: &[u8]) -> bool {
    is_year(year) && (1..=days_of(read(month), read(year))).contains(&read(day))
}

/// Tells whether someone alive may have been born in the year; a year of two digits always passes.
fn is_year(year: &[u8]) -> bool {
    match year.len() {
        2 => true,
        4 => (1900..=2035).contains(&read(year)),
        _ => false,
    }
}

/// Tells whether the calendar has such a day.
pub(super) fn is_day(year: u64, month: u64, day: u64) -> bool {
    (1..=u64::from(days_of(month as u32, year as u32))).contains(&day)
}

/// Tells whether the calendar has such a day in a year of two digits, in whichever century.
pub(super) fn is_day_of_short_year(year: u64, month: u64, day: u64) -> bool {
    is_day(2000 + year % 100, month, day)
}

/// Tells whether six digits, as values, are year, month and day.
pub(super) fn is_yymmdd(digits: &[u8]) -> bool {
    digits.len() == 6 && is_day_of_short_year(number(&digits[..2]), number(&digits[2..4]), number(&digits[4..]))
}

/// Tells whether six digits, as values, are day, month and year.
pub(super) fn is_ddmmyy(digits: &[u8]) -> bool {
    digits.len() == 6 && is_day_of_short_year(number(&digits[4..]), number(&digits[2..4]), number(&digits[..2]))
}

/// Tells whether eight digits, as values, are year, month and day, and someone on record may have been born on it.
pub(super) fn is_yyyymmdd(digits: &[u8]) -> bool {
    digits.len() == 8 && is_birth_year(number(&digits[..4])) && is_day(number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]))
}

/// Tells whether someone on record may have been born in the year.
pub(super) fn is_birth_year(year: u64) -> bool {
    (1900..=2035).contains(&year)
}

fn read(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number: u32, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
}

/// Returns how many days the month has, 0 where there is no such month. Years of two digits are taken for leap years in doubt.
fn days_of(month: u32, year: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn days_within_numbers() {
        assert!(is_yymmdd(&[0, 0, 0, 2, 2, 9]) && is_yymmdd(&[9, 9, 1, 2, 3, 1]) && is_ddmmyy(&[2, 9, 0, 2, 8, 4]));
        assert!(!is_yymmdd(&[8, 5, 0, 2, 2, 9]) && !is_yymmdd(&[8, 5, 1, 3, 0, 1]) && !is_ddmmyy(&[0, 0, 0, 1, 8, 4]));
        assert!(is_yyyymmdd(&[1, 9, 8, 4, 0, 2, 2, 9]) && !is_yyyymmdd(&[1, 8, 8, 4, 0, 2, 2, 9]) && !is_yyyymmdd(&[1, 9, 8, 4]));
    }

    #[test]
    fn calendar_dates() {
        check(
            "date_of_birth",
            Verdict::Valid,
            &[
                "1984-02-29",
                "29.02.1984",
                "02/29/1984",
                "19840229",
                "7 March 1991",
                "March 7, 1991",
                "7 de marzo de 1991",
                "31/12/64",
                "2000-02-29",
            ],
        );
        check(
            "date_of_birth",
            Verdict::Invalid,
            &[
                "1985-02-29",
                "31.04.1984",
                "13/13/1984",
                "1884-02-01",
                "2091-02-01",
                "00/01/1984",
                "19841329",
                "32 March 1991",
                "1900-02-29",
                "1984",
            ],
        );
    }
}
