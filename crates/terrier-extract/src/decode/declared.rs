//! What a text says of its own encoding: XML, HTML, style sheets, source code.

use encoding_rs::Encoding;
use memchr::memmem;

/// How far a declaration is looked for, as browsers do.
const FAR: usize = 1024;

/// Returns the encoding that a text declares, if ASCII reads the same in it.
pub(super) fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head[..head.len().min(FAR)].to_ascii_lowercase();
    let label = in_xml(&head).or_else(|| in_html(&head)).or_else(|| in_style_sheet(&head)).or_else(|| in_source(&head))?;
    Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible())
}

fn in_xml(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memmem::find(declaration, b"?>")?];
    value(&declaration[memmem::find(declaration, b"encoding")? + 8..])
}

/// `<meta charset="…">`, also inside `content="text/html; charset=…"`.
fn in_html(head: &[u8]) -> Option<&[u8]> {
    let meta = &head[memmem::find(head, b"<meta")?..];
    value(&meta[memmem::find(meta, b"charset")? + 7..])
}

fn in_style_sheet(head: &[u8]) -> Option<&[u8]> {
    head.strip_prefix(b"@charset ").map(label)
}

/// `# -*- coding: latin-1 -*-` in one of the first two lines, as Python, Ruby and Emacs have it.
fn in_source(head: &[u8]) -> Option<&[u8]> {
    let line = head.split(|byte| *byte == b'\n').take(2).find(|line| memmem::find(line, b"coding").is_some())?;
    value(&line[memmem::find(line, b"coding")? + 6..])
}

/// Returns the label behind `=` or `:`.
fn value(text: &[u8]) -> Option<&[u8]> {
    match text.trim_ascii_start() {
        [b'=' | b':', rest @ ..] => Some(label(rest)),
        _ => None,
    }
}

fn label(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"'")).unwrap_or(text);
    let end = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')));
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use encoding_rs::{KOI8_R, SHIFT_JIS, WINDOWS_1252, WINDOWS_1253};

    use super::*;

    #[test]
    fn texts_say_what_they_are_in() {
        let check = |text: &str, expect| assert_eq!(declared(text.as_bytes()), expect, "{text}");
        check("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", Some(WINDOWS_1252));
        check("<html><head><META http-equiv=Content-Type content=\"text/html; charset=KOI8-R\">", Some(KOI8_R));
        check("<meta charset=shift_jis>", Some(SHIFT_JIS));
        check("@charset \"iso-8859-7\";\nbody {}", Encoding::for_label(b"iso-8859-7"));
        check("#!/usr/bin/python\n# -*- coding: cp1253 -*-\n", Some(WINDOWS_1253));
        check("# vim: set fileencoding=cp1253 :\n", Some(WINDOWS_1253));
        check("encoding is a word\n", None);
        check("<?xml version='1.0' encoding='UTF-16'?>", None);
        check("<?xml version='1.0' encoding='no such'?>", None);
    }
}
