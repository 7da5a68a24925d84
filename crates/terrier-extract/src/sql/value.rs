//! Values as dumps write them.

use terrier_content::ColumnKind;

use super::insert::end_of_string;
use crate::context::{Context, Halt};
use crate::json::Node;
use crate::rows::Rows;

/// Adds a value of an `INSERT` to the record.
pub(super) fn push(context: &mut Context<'_>, rows: &mut Rows, node: Node, written: &[u8], backslashes: bool) -> Result<(), Halt> {
    let written = written.trim_ascii();
    if written.is_empty() || written.eq_ignore_ascii_case(b"null") {
        return Ok(());
    }
    if let Some(bytes) = hexadecimal(written) {
        return rows.push_bytes(context, node, &bytes);
    }
    // Prefixes of strings: `N'…'`, `E'…'`, `_utf8mb4'…'`.
    let quote = written.iter().position(|byte| matches!(byte, b'\'' | b'"'));
    let is_prefix = |prefix: &[u8]| prefix.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' '));
    if let Some(start) = quote.filter(|start| is_prefix(&written[..*start])) {
        let backslashes = backslashes || matches!(written[..start], [b'E' | b'e']);
        let end = end_of_string(written, start, written[start], backslashes, true).unwrap_or(written.len());
        // What is computed, such as `'a' || 'b'`, is read as it is written; a type may stand behind (`::date`).
        if end + 1 >= written.len() || written[end + 1..].starts_with(b"::") {
            let mut value = Vec::with_capacity(end - start);
            unescape(&written[start + 1..end], written[start], backslashes, &mut value);
            return rows.push(context, node, ColumnKind::Text, &value);
        }
    }
    rows.push(context, node, ColumnKind::Text, written)
}

/// Reads `0x414243` and `X'414243'`.
fn hexadecimal(written: &[u8]) -> Option<Vec<u8>> {
    let digits = match written {
        [b'0', b'x' | b'X', digits @ ..] => digits,
        [b'x' | b'X', b'\'', digits @ .., b'\''] => digits,
        _ => return None,
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4 | digit(*low)?) as u8)).collect()
}

fn unescape(content: &[u8], quote: u8, backslashes: bool, out: &mut Vec<u8>) {
    let mut rest = content;
    while let Some(found) = memchr::memchr2(quote, b'\\', rest) {
        out.extend_from_slice(&rest[..found]);
        let (sign, next) = (rest[found], rest.get(found + 1).copied());
        let length = match (sign == quote, next) {
            (true, _) => 2,
            (false, Some(next)) if backslashes || next == quote => {
                out.push(escaped(next));
                rest = &rest[(found + 2).min(rest.len())..];
                continue;
            }
            (false, _) => 1,
        };
        out.push(sign);
        rest = &rest[(found + length).min(rest.len())..];
    }
    out.extend_from_slice(rest);
}

fn escaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'0' => b' ',
        other => other,
    }
}

/// Writes a value of `COPY` without its escapes; false where it is null.
pub(super) fn unescape_copied(written: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    if written == b"\\N" {
        return false;
    }
    let mut rest = written;
    while let Some(found) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..found]);
        if let Some(next) = rest.get(found + 1) {
            out.push(escaped(*next));
        }
        rest = &rest[(found + 2).min(rest.len())..];
    }
    out.extend_from_slice(rest);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_away() {
        let check = |content: &str, backslashes, expect: &str| {
            let mut out = Vec::new();
            unescape(content.as_bytes(), b'\'', backslashes, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expect);
        };
        check("it''s", false, "it's");
        check("C:\\dir\\", false, "C:\\dir\\");
        check("it\\'s", false, "it's");
        check("a\\nb\\\\c\\'", true, "a\nb\\c'");
        let mut out = Vec::new();
        assert!(unescape_copied(b"a\\tb\\\\N", &mut out) && out == b"a\tb\\N");
        assert!(!unescape_copied(b"\\N", &mut out));
    }

    #[test]
    fn bytes_are_read_by_their_digits() {
        assert_eq!(hexadecimal(b"0x416e6E"), Some(b"Ann".to_vec()));
        assert_eq!(hexadecimal(b"X'41'"), Some(b"A".to_vec()));
        assert_eq!(hexadecimal(b"0x4"), None);
        assert_eq!(hexadecimal(b"0xZZ"), None);
    }
}
