//! Masks the numbers in names that are more likely data than a name, though no rule can tell of which class: a bare account or
//! patient number looks like any other number, and a name that is masked for nothing costs less than a leak.

use std::ops::Range;

use crate::surroundings::{is_epoch_like, is_in_uuid};
use crate::validate::{Verdict, us_npi};

/// A token of at least this length in which letters and digits take turns is a hash or an encoded id.
const SHORTEST_HASH: usize = 16;

/// Where a name stands, which decides what is ordinary in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a path: files are numbered and dated.
    Path,
    /// In the name of a column. Where objects are keyed by account or patient numbers, or a table's first row is data, it is a value.
    Column,
}

impl Place {
    fn fewest_digits(self) -> usize {
        match self {
            Self::Path => 7,
            Self::Column => 6,
        }
    }

    /// Tells whether the digits are a point in time rather than a provider's number, which has as many and begins alike.
    fn is_time(self, digits: &[u8]) -> bool {
        self == Self::Path && is_epoch_like(digits) && us_npi(digits) != Verdict::Valid
    }

    fn is_separator(self, byte: u8) -> bool {
        matches!(byte, b'-' | b' ') || self == Self::Column && matches!(byte, b'/' | b'\'')
    }
}

/// Replaces by `‹number›` what is long enough to be a person's number and makes no date, time, counter, hash or UUID.
pub(crate) fn mask_numbers(name: &str, place: Place) -> String {
    let bytes = name.as_bytes();
    let mut masked = String::with_capacity(name.len());
    let (mut copied_to, mut at) = (0, 0);
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|ahead| at + ahead) {
        let groups = groups(bytes, start, place);
        at = groups.last().map_or(start + 1, |group| group.end);
        if let Some(span) = telling(bytes, &groups, place) {
            masked.push_str(&name[copied_to..span.start]);
            masked.push_str("‹number›");
            copied_to = span.end;
        }
    }
    masked.push_str(&name[copied_to..]);
    masked
}

/// Finds the groups of digits, one separator between each, of which the first begins at `start`.
fn groups(name: &[u8], start: usize, place: Place) -> Vec<Range<usize>> {
    let is_digit = |at: usize| name.get(at).is_some_and(u8::is_ascii_digit);
    let mut groups = Vec::new();
    let mut at = start;
    loop {
        let end = at + name[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        groups.push(at..end);
        if !(name.get(end).is_some_and(|byte| place.is_separator(*byte)) && is_digit(end + 1)) {
            return groups;
        }
        at = end + 1;
    }
}

/// Returns the part of a grouped number that tells of someone, if it does.
fn telling(name: &[u8], groups: &[Range<usize>], place: Place) -> Option<Range<usize>> {
    let is_dated = groups.iter().any(|group| is_date(&name[group.clone()]));
    let is_ordinary = |group: &Range<usize>| {
        let digits = &name[group.clone()];
        digits.starts_with(b"000") || place.is_time(digits) || is_date(digits) || is_dated && digits.len() <= 2
    };
    let mut rest = groups.iter().filter(|group| !is_ordinary(group));
    let (first, mut end, mut digits) = rest.next().map(|group| (group.start, group.end, group.len()))?;
    for group in rest {
        end = group.end;
        digits += group.len();
    }
    let span = first..end;
    let is_told = digits >= place.fewest_digits() && !is_in_uuid(name, &span) && !is_in_hash(name, &span);
    is_told.then_some(span)
}

/// Tells whether the digits are a year, a month or a day of it, down to the second.
fn is_date(digits: &[u8]) -> bool {
    let number = |range: Range<usize>| digits[range].iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
    let within = |range: Range<usize>, values: Range<u32>| digits.len() < range.end || values.contains(&number(range));
    matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14)
        && (1900..2100).contains(&number(0..4))
        && within(4..6, 1..13)
        && within(6..8, 1..32)
        && within(8..10, 0..24)
        && within(10..12, 0..60)
        && within(12..14, 0..61)
}

fn is_in_hash(name: &[u8], span: &Range<usize>) -> bool {
    let start = span.start - name[..span.start].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let end = span.end + name[span.end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let token = &name[start..end];
    let turns = token.windows(2).filter(|pair| pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic()).count();
    token.len() >= SHORTEST_HASH && turns >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_dates_are_data() {
        let check = |name: &str, expect: &str| assert_eq!(mask_numbers(name, Place::Column), expect);
        check("patients.60006911.name", "patients.‹number›.name");
        check("84-4647845", "‹number›");
        check("610 083 6416", "‹number›");
        check("12/345/67890", "‹number›");
        check("Q55452730248", "Q‹number›");
        check("2024-01-31", "2024-01-31");
        check("31/01/2024", "31/01/2024");
        check("sales 2023 2024", "sales 2023 2024");
        check("20240131", "20240131");
        check("20241331", "‹number›");
        check("1700000000", "‹number›");
        check("column 12", "column 12");
        check("sha256_of_utf8", "sha256_of_utf8");
    }

    #[test]
    fn numbered_and_dated_files_keep_their_names() {
        let check = |name: &str, expect: &str| assert_eq!(mask_numbers(name, Place::Path), expect);
        check("patients/60006911.pdf", "patients/‹number›.pdf");
        check("84-4647845.pdf", "‹number›.pdf");
        check("2024-01-31-60006911.pdf", "2024-01-31-‹number›.pdf");
        check("dt=2024-01-02/part-00000123-of-000400.csv", "dt=2024-01-02/part-00000123-of-000400.csv");
        check("1700000000.log", "1700000000.log");
        check("1700000007.log", "‹number›.log"); // a provider's number by its checksum
        check("backup_20240102101112.tar.gz", "backup_20240102101112.tar.gz");
        check("invoice-123456.pdf", "invoice-123456.pdf");
        check("ab1234567cd89ef0a1b2.bin", "ab1234567cd89ef0a1b2.bin");
        check("123e4567-e89b-12d3-a456-426614174000.json", "123e4567-e89b-12d3-a456-426614174000.json");
        check("‹number›.pdf", "‹number›.pdf");
    }
}
