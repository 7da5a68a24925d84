//! What a number or id is a part of: a longer number, a hash, a UUID, a point in time, a path. Then it is not what it looks like.

use std::ops::Range;

use crate::signal::Signal;

/// How far around a value its token is followed.
const TOKEN_REACH: usize = 80;
/// A token that goes on this far beside the value, mixing letters and digits, is a hash or an encoded blob.
const BLOB_BESIDE: usize = 8;
/// Points in time that look like ids: seconds since 1970 from 2001 to 2036.
const EPOCH_SECONDS: Range<u64> = 1_000_000_000..2_082_758_400;

/// Returns what the value is a part of, if anything.
pub(crate) fn around(text: &[u8], span: &Range<usize>) -> Option<Signal> {
    let value = &text[span.clone()];
    if !value.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if is_in_uuid(text, span) {
        return Some(Signal::InsideUuid);
    }
    if is_in_blob(text, span) {
        return Some(Signal::InsideHash);
    }
    if is_in_time(text, span) {
        return Some(Signal::InsideTimestamp);
    }
    if is_in_number(text, span) {
        return Some(Signal::InsideNumber);
    }
    is_in_path(text, span).then_some(Signal::InsidePath)
}

/// Tells whether the value may be a count of seconds, milliseconds or finer since 1970, or a compact date and time.
pub(crate) fn is_epoch_like(value: &[u8]) -> bool {
    if value.len() > 19 || !value.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = value.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
    let is_since_1970 = |digits: usize, unit: u64| value.len() == digits && EPOCH_SECONDS.contains(&(number / unit));
    is_since_1970(10, 1)
        || is_since_1970(13, 1_000)
        || is_since_1970(16, 1_000_000)
        || is_since_1970(19, 1_000_000_000)
        || (value.len() == 14 && is_compact_time(value))
}

/// Tells whether groups of digits go on before or behind as groups of the same width: a table of numbers, or of codes in hexadecimal digits.
pub(crate) fn is_in_row_of_groups(text: &[u8], span: &Range<usize>) -> bool {
    const WIDTH: usize = 4;
    let value = &text[span.clone()];
    let is_grouped = value.len() >= 2 * WIDTH && [value[WIDTH], value[value.len() - WIDTH - 1]] == [b' ', b' '];
    if !is_grouped {
        return false;
    }
    let groups: Vec<&[u8]> = value.split(|byte| *byte == b' ').collect();
    if groups.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]) {
        return true;
    }
    let is_group = |token: &[u8]| token.iter().all(u8::is_ascii_hexdigit) && token.iter().any(u8::is_ascii_digit);
    // A letter says at once that these are no digits of a card; of numbers alone it takes two, since a date may follow.
    let weight = |token: &[u8]| match token.len() {
        WIDTH | 5 if is_group(token) && token.iter().any(u8::is_ascii_alphabetic) => 2,
        WIDTH if is_group(token) => 1,
        _ => 0,
    };
    let after = text[span.end..].strip_prefix(b" ").map(|rest| &rest[..rest.len().min(2 * WIDTH + 4)]).unwrap_or_default();
    let before = text[span.start.saturating_sub(2 * WIDTH + 5)..span.start].strip_suffix(b" ").unwrap_or_default();
    let is_end = |byte: &u8| byte.is_ascii_whitespace();
    let is_number = |token: &[u8]| !token.is_empty() && token.iter().all(u8::is_ascii_digit);
    let behind: u32 = after.split(is_end).take(2).map(weight).sum();
    let ahead: u32 = before.rsplit(is_end).take(2).map(weight).sum();
    behind + ahead >= 2 || before.rsplit(is_end).take(2).filter(|token| is_number(token)).count() == 2
}

fn is_compact_time(digits: &[u8]) -> bool {
    let number = |range: Range<usize>| digits[range].iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
    (1990..2040).contains(&number(0..4))
        && (1..13).contains(&number(4..6))
        && (1..32).contains(&number(6..8))
        && number(8..10) < 24
        && number(10..12) < 60
        && number(12..14) < 61
}

fn run_before(text: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> usize {
    text[at.saturating_sub(TOKEN_REACH)..at].iter().rev().take_while(|byte| is_part(**byte)).count()
}

fn run_after(text: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> usize {
    text[at..].iter().take(TOKEN_REACH).take_while(|byte| is_part(**byte)).count()
}

/// Tells whether the value is a part of a UUID.
pub(crate) fn is_in_uuid(text: &[u8], span: &Range<usize>) -> bool {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    if span.len() >= 36 {
        return false;
    }
    let token = span.start - run_before(text, span.start, is_part)..span.end + run_after(text, span.end, is_part);
    token.len() == 36 && [8, 13, 18, 23].iter().all(|dash| text[token.start + dash] == b'-')
}

fn is_in_blob(text: &[u8], span: &Range<usize>) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-' | b'%');
    let (before, after) = (run_before(text, span.start, is_part), run_after(text, span.end, is_part));
    let mixed = |token: &[u8]| {
        let turns = token.windows(2).filter(|pair| pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic()).count();
        token.len() >= BLOB_BESIDE && turns >= 2 && turns * 12 >= token.len()
    };
    mixed(&text[span.start - before..span.start]) || mixed(&text[span.end..span.end + after])
}

fn is_in_time(text: &[u8], span: &Range<usize>) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
    let follows_colon = byte(span.start.checked_sub(1)) == Some(b':') && digit(span.start.checked_sub(2)) && digit(Some(span.start));
    let precedes_colon = byte(Some(span.end)) == Some(b':') && digit(Some(span.end + 1)) && digit(Some(span.end - 1));
    let precedes_t = byte(Some(span.end)) == Some(b'T') && digit(Some(span.end + 1)) && digit(Some(span.end - 1));
    follows_colon || precedes_colon || precedes_t
}

fn is_in_number(text: &[u8], span: &Range<usize>) -> bool {
    let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let is_link = |byte: u8| matches!(byte, b'.' | b',' | b'-');
    let (first, last) = (text[span.start], text[span.end - 1]);
    let before = byte(span.start.checked_sub(1));
    let linked_before = first.is_ascii_digit()
        && (before.is_ascii_digit()
            || before == b'.'
            || is_link(before) && before != b',' && byte(span.start.checked_sub(2)).is_ascii_digit());
    let after = byte(Some(span.end));
    let linked_after =
        last.is_ascii_digit() && (after.is_ascii_digit() || is_link(after) && after != b',' && byte(Some(span.end + 1)).is_ascii_digit());
    let exponent = last.is_ascii_digit()
        && matches!(after, b'e' | b'E')
        && (byte(Some(span.end + 1)).is_ascii_digit()
            || matches!(byte(Some(span.end + 1)), b'+' | b'-') && byte(Some(span.end + 2)).is_ascii_digit());
    linked_before || linked_after || exponent
}

fn is_in_path(text: &[u8], span: &Range<usize>) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-' | b'~' | b'%' | b':');
    let before = run_before(text, span.start, is_part);
    let after = run_after(text, span.end, is_part);
    let slashes = |token: &[u8]| token.contains(&b'/');
    let starts_as_url = memchr::memmem::find(&text[span.start - before..span.start], b"://").is_some();
    starts_as_url
        || text[span.start - before..span.start].ends_with(b"/") && before > 1
        || text[span.end..span.end + after].starts_with(b"/") && slashes(&text[span.end..span.end + after]) && after > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks the value by brackets, which are taken out.
    fn check(marked: &str, expected: Option<Signal>) {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        let text = marked.replace(['[', ']'], "");
        assert_eq!(around(text.as_bytes(), &(start..end)), expected, "{marked}");
    }

    #[test]
    fn surroundings_are_recognised() {
        check("card [4012888888881881].", None);
        check("0.[4012888888881881]", Some(Signal::InsideNumber));
        check("12.[401288888]", Some(Signal::InsideNumber));
        check("[401288888]e-12", Some(Signal::InsideNumber));
        check("[536-90-4399]-12", Some(Signal::InsideNumber));
        check("1,[401288888],2", None);
        check("id=123e4567-e89b-12d3-a456-[426614174000]", Some(Signal::InsideUuid));
        check("sha/9f86d081884c7d65-[401288888]", Some(Signal::InsideHash));
        check("12:[401288888]", Some(Signal::InsideTimestamp));
        check("https://example.org/a/[401288888]", Some(Signal::InsidePath));
        check("either/or [401288888]", None);
        check("ssn_[536-90-4399]", None);
    }

    #[test]
    fn rows_of_groups_are_recognised() {
        let check = |marked: &str, expected: bool| {
            let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
            assert_eq!(is_in_row_of_groups(marked.replace(['[', ']'], "").as_bytes(), &(start..end)), expected, "{marked}");
        };
        check("52BB [5352 5354 5353 5351] 5366 5377", true);
        check("[5352 5354 5353 5351] 52BB", true);
        check("1185 [4539 5787 6362 1486] 2907 2908", true);
        check("0 0 [4539 5787 6362 1486] -", true);
        check("[4537 4537 4537 4392]", true);
        check("[4539 5787 6362 1486]", false);
        check("500 [4539 5787 6362 1486] 0627 123", false);
        check("1185 2907 [4539578763621486]", false);
    }

    #[test]
    fn points_in_time_are_recognised() {
        for (value, expected) in
            [("1700000000", true), ("1700000000123", true), ("20240102101112", true), ("9434765919", false), ("20241302101112", false)]
        {
            assert_eq!(is_epoch_like(value.as_bytes()), expected, "{value}");
        }
    }
}
