//! Which part of a name is all that it says: the rest is an extension, a position, a border.

use std::ops::Range;

use crate::column::fills;

/// How many extensions a file's name may end with: `.csv.gz`.
const MOST_EXTENSIONS: usize = 2;

/// Tells whether the span is all of a column's name, but for the midnight that a table may write behind its dates and the position
/// that tells it from another column of the same name.
pub(crate) fn is_whole_column(name: &[u8], span: &Range<usize>) -> bool {
    let rest = &name[span.end..];
    let has_midnight = [&b"T00:00:00"[..], b" 00:00:00"].iter().any(|midnight| rest.starts_with(midnight));
    let end = if has_midnight { span.end + b"T00:00:00".len() } else { span.end };
    let is_position = matches!(&name[end..], [b' ', b'(', number @ .., b')'] if number.iter().all(u8::is_ascii_digit));
    let name = if is_position { &name[..end] } else { name };
    fills(name, &(span.start..end))
}

/// Tells whether the span is all of a file's or folder's name but for its extensions, and no version.
pub(crate) fn is_whole_stem(path: &[u8], span: &Range<usize>) -> bool {
    let is_border = |byte: &u8| matches!(byte, b'/' | b'\\');
    let rest = &path[span.end..];
    let rest = &rest[..rest.iter().position(is_border).unwrap_or(rest.len())];
    // The path of a container ends with `!` where that of its member begins.
    let extensions = rest.strip_suffix(b"!").unwrap_or(rest);
    let value = &path[span.clone()];
    path[..span.start].last().is_none_or(is_border)
        && are_extensions(extensions)
        && !(extensions.is_empty() && has_extension(value))
        && !is_version(value)
}

/// Tells whether the text may stand behind the last dot of a file's name to say what the file is.
pub(crate) fn is_extension(text: &[u8]) -> bool {
    const LONGEST: usize = 8;
    (1..=LONGEST).contains(&text.len()) && text.iter().all(u8::is_ascii_alphanumeric) && text.iter().any(u8::is_ascii_alphabetic)
}

fn are_extensions(rest: &[u8]) -> bool {
    let Some(extensions) = rest.strip_prefix(b".") else { return rest.is_empty() };
    let mut extensions = extensions.split(|byte| *byte == b'.');
    extensions.by_ref().take(MOST_EXTENSIONS).all(is_extension) && extensions.next().is_none()
}

/// Tells whether the value ends as a file's name does: `A01.PDF` has the form of a diagnosis code.
fn has_extension(value: &[u8]) -> bool {
    value.windows(2).any(|pair| pair[0] == b'.' && !pair[1].is_ascii_digit())
}

/// Tells whether the value is a version: `V10.2` has the form of a diagnosis code, and says why someone was hurt, not of what they suffer.
fn is_version(value: &[u8]) -> bool {
    value.strip_prefix(b"V").is_some_and(|numbers| numbers.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks the span by brackets, which are taken out.
    fn check(is_whole: fn(&[u8], &Range<usize>) -> bool, marked: &str, expected: bool) {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        let name = marked.replace(['[', ']'], "");
        assert_eq!(is_whole(name.as_bytes(), &(start..end)), expected, "{marked}");
    }

    #[test]
    fn a_column_is_whole_but_for_what_a_table_adds() {
        check(is_whole_column, "[1984-02-29]", true);
        check(is_whole_column, "\"[1984-02-29]\"", true);
        check(is_whole_column, "[1984-02-29]T00:00:00", true);
        check(is_whole_column, "[1984-02-29] 00:00:00", true);
        check(is_whole_column, "[E11.9] (12)", true);
        check(is_whole_column, "[1984-02-29] 10:15:00", false);
        check(is_whole_column, "[E11.9] (new)", false);
        check(is_whole_column, "sales [1984-02-29]", false);
        check(is_whole_column, "[E11.9].count", false);
    }

    #[test]
    fn a_stem_is_whole_but_for_its_extensions() {
        check(is_whole_stem, "[E11.9]", true);
        check(is_whole_stem, "[E11.9].pdf", true);
        check(is_whole_stem, "scans/[E11.9].csv.gz", true);
        check(is_whole_stem, "[S72.141A]/scan.pdf", true);
        check(is_whole_stem, "a.zip!/[F32.A].pdf", true);
        check(is_whole_stem, "[E11.9].zip!/a.txt", true);
        check(is_whole_stem, "[A10.2].1", false);
        check(is_whole_stem, "[A10.2].rc1.tar.gz", false);
        check(is_whole_stem, "part-[A10.2].pdf", false);
        check(is_whole_stem, "[A10.2]-notes.pdf", false);
        check(is_whole_stem, "[A01.PDF]", false);
        check(is_whole_stem, "[V10.2].tar.gz", false);
    }
}
