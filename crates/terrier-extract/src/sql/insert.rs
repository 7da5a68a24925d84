//! The head of an `INSERT` and the rows behind it.

use super::input::Row;
use super::statement::{Insert, Words};

/// What came of looking for something.
pub(super) enum Scan<T> {
    Found(T),
    /// It is something else.
    Other,
    /// The text ends before that is certain.
    Cut,
}

/// Longest head.
const MAX_HEAD: usize = 256 << 10;

/// Reads up to `VALUES`: `INSERT INTO people (id, name) VALUES`.
pub(super) fn head(text: &[u8]) -> Scan<Insert> {
    let looked_at = &text[..text.len().min(MAX_HEAD)];
    match head_of(looked_at) {
        Some(Some(head)) => Scan::Found(head),
        Some(None) => Scan::Other,
        None if looked_at.len() < text.len() => Scan::Other,
        None => Scan::Cut,
    }
}

/// `None` where the text ends, `Some(None)` where it is no head.
fn head_of(text: &[u8]) -> Option<Option<Insert>> {
    const MODIFIERS: [&[u8]; 9] =
        [b"ignore", b"or", b"replace", b"abort", b"rollback", b"fail", b"low_priority", b"delayed", b"high_priority"];
    let mut words = Words(text);
    words.next()?;
    while MODIFIERS.iter().any(|modifier| words.peek().is_some_and(|word| word.is(modifier))) {
        words.next()?;
    }
    // SQL Server needs no INTO.
    for word in [&b"into"[..], b"only"] {
        if words.peek()?.is(word) {
            words.next()?;
        }
    }
    if !words.peek()?.is_name() {
        return Some(None);
    }
    let table = words.name()?;
    let columns = words.list()?;
    loop {
        let word = words.next()?;
        if word.is(b"values") || word.is(b"value") {
            break;
        }
        // PostgreSQL: `OVERRIDING SYSTEM VALUE VALUES`; what selects its rows has none here.
        if !(word.is(b"overriding") || word.is(b"system") || word.is(b"user")) {
            return Some(None);
        }
        if words.peek()?.is(b"value") {
            words.next()?;
        }
    }
    let length = text.len() - words.0.len();
    let head = &text[..length];
    let has_comments = memchr::memmem::find(head, b"--").is_some() || memchr::memmem::find(head, b"/*").is_some();
    Some(Some(Insert { table, columns, length, backslashes: memchr::memchr(b'`', head).is_some(), has_comments }))
}

/// Reads a row: `(1, 'Ann', NULL),`.
pub(super) fn row(text: &[u8], backslashes: bool) -> Scan<Row> {
    let blank = text.len() - text.trim_ascii_start().len();
    match text.get(blank) {
        Some(b'(') => {}
        Some(_) => return Scan::Other,
        None => return Scan::Cut,
    }
    let (mut at, mut cells, mut start, mut depth) = (blank + 1, Vec::new(), blank + 1, 0_usize);
    loop {
        let Some(found) = text[at.min(text.len())..].iter().position(|byte| matches!(byte, b'\'' | b'"' | b'`' | b'(' | b')' | b','))
        else {
            return Scan::Cut;
        };
        at += found;
        match text[at] {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b')' => {
                cells.push(start..at);
                break;
            }
            b',' if depth == 0 => {
                cells.push(start..at);
                start = at + 1;
            }
            b',' => {}
            quote => match end_of_string(text, at, quote, backslashes, false) {
                Some(end) => at = end,
                None => return Scan::Cut,
            },
        }
        at += 1;
        if cells.len() > MAX_CELLS {
            return Scan::Other;
        }
    }
    at += 1;
    let behind = at + text[at..].len() - text[at..].trim_ascii_start().len();
    match text.get(behind) {
        Some(b',') => Scan::Found(Row { cells, length: behind + 1, is_last: false }),
        Some(b';') => Scan::Found(Row { cells, length: behind + 1, is_last: true }),
        // SQL Server ends a statement by `GO`, or not at all; `ON CONFLICT` follows.
        Some(_) => Scan::Found(Row { cells, length: at, is_last: true }),
        None => Scan::Cut,
    }
}

const MAX_CELLS: usize = 4096;

/// Returns where the string that begins at `start` ends: at its closing quote. `whole` where nothing follows the text.
pub(super) fn end_of_string(text: &[u8], start: usize, quote: u8, backslashes: bool, whole: bool) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(quote, b'\\', text.get(at..)?)?;
        if text[at] == b'\\' {
            at += if is_escape(text, at, quote, backslashes, whole)? { 2 } else { 1 };
        } else if text.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at);
        }
    }
}

/// Tells whether a backslash takes away the meaning of what follows. Where the dump does not tell, it does so before a quote behind
/// which the value does not end.
fn is_escape(text: &[u8], at: usize, quote: u8, backslashes: bool, whole: bool) -> Option<bool> {
    let next = *text.get(at + 1)?;
    if backslashes || next != quote {
        return Some(backslashes);
    }
    match text[at + 2..].iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(behind) => Some(!matches!(behind, b',' | b')' | b':' | b'\'')),
        None => whole.then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, backslashes: bool) -> Option<(Vec<&str>, bool)> {
        let Scan::Found(row) = row(text.as_bytes(), backslashes) else { return None };
        Some((row.cells.into_iter().map(|cell| text[cell].trim()).collect(), row.is_last))
    }

    #[test]
    fn rows_end_where_their_values_do() {
        assert_eq!(cells(" (1, 'a,b)', f(2, 'x')),\n(", false), Some((vec!["1", "'a,b)'", "f(2, 'x')"], false)));
        assert_eq!(cells("('it''s', \"q\");", false), Some((vec!["'it''s'", "\"q\""], true)));
        assert_eq!(cells("('it\\'s', 'C:\\');", false), Some((vec!["'it\\'s'", "'C:\\'"], true)));
        assert_eq!(cells("('a\\', ', 2) ON CONFLICT", true), Some((vec!["'a\\', '", "2"], true)));
        assert_eq!(cells("(1, 'a", false), None);
        assert_eq!(cells("SELECT 1", false), None);
    }

    #[test]
    fn heads_are_read_to_their_rows() {
        let check = |text: &str, table: &str, columns: usize| {
            let Scan::Found(head) = head(text.as_bytes()) else { panic!("{text}") };
            assert_eq!((head.table.as_slice(), head.columns.map_or(0, |columns| columns.len())), (table.as_bytes(), columns), "{text}");
            assert!(text[head.length..].trim_start().starts_with('('));
        };
        check("INSERT INTO `a` VALUES (1)", "a", 0);
        check("insert or ignore into main.\"a b\"(x,\"y z\") values(1,2)", "a b", 2);
        check("INSERT [dbo].[T] ([A], [B]) VALUES (1, 2)", "T", 2);
        check("INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)", "t", 1);
        check("REPLACE INTO t(a)\nVALUES (1)", "t", 1);
        for text in ["INSERT INTO t SELECT * FROM u;", "insert coin (now);", "INSERT INTO t (SELECT 1);"] {
            assert!(matches!(head(text.as_bytes()), Scan::Other), "{text}");
        }
        assert!(matches!(head(b"INSERT INTO t (a, b"), Scan::Cut));
    }
}
