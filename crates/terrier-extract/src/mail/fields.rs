//! Header fields (RFC 5322), with encoded words (RFC 2047) and parameters in parts (RFC 2231).

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::lines::Lines;
use super::transfer::{base64, quoted};
use crate::context::Halt;

/// Most bytes of a header. What comes behind is read as the body.
const MAX_HEADER: usize = 1 << 20;
/// Longest encoded word. The standard has 75 characters, which not all who write them keep to.
const MAX_WORD: usize = 8 << 10;
/// Fields that hold no words of people: names of messages, which look like addresses, and signatures on the way.
const MACHINE: [&str; 9] = [
    "message-id",
    "in-reply-to",
    "references",
    "content-id",
    "dkim-signature",
    "domainkey-signature",
    "arc-seal",
    "arc-message-signature",
    "x-google-dkim-signature",
];

/// The fields of a header: names in lower case, values unfolded.
#[derive(Debug, Default)]
pub(super) struct Fields {
    fields: Vec<(String, Vec<u8>)>,
}

impl Fields {
    /// Reads a header to the empty line that ends it, or to where it is no header any more.
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, Halt> {
        let mut fields = Self::default();
        let mut read = 0;
        loop {
            let place = lines.place();
            let Some(line) = lines.next()? else { break };
            let bytes = lines.bytes(&line);
            read += bytes.len();
            if matches!(bytes, b"\n" | b"\r\n") {
                break;
            }
            if !fields.add(bytes) || read > MAX_HEADER {
                lines.give_back(&line, place);
                break;
            }
        }
        Ok(fields)
    }

    fn add(&mut self, line: &[u8]) -> bool {
        let text = line.trim_ascii_end();
        if let ([b' ' | b'\t', ..], Some((_, value))) = (line, self.fields.last_mut()) {
            value.extend_from_slice(text);
            return true;
        }
        if self.fields.is_empty() && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            self.fields.push(("envelope".to_owned(), text.to_vec()));
            return true;
        }
        let Some(colon) = name_len(line) else { return false };
        let name = String::from_utf8_lossy(line[..colon].trim_ascii()).to_ascii_lowercase();
        self.fields.push((name, text.get(colon + 1..).unwrap_or_default().trim_ascii().to_vec()));
        true
    }

    /// Returns the value of the first field of a name.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }

    /// Returns a field with parameters, such as `Content-Type`.
    pub(super) fn structured(&self, name: &str) -> Structured {
        self.get(name).map(Structured::parse).unwrap_or_default()
    }

    /// Returns the fields that people wrote or are named in, decoded, one a line.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = String::new();
        for (name, value) in &self.fields {
            if !MACHINE.contains(&name.as_str()) {
                text.push_str(name);
                text.push_str(": ");
                text.push_str(&decoded(value));
                text.push('\n');
            }
        }
        text.into_bytes()
    }
}

/// Returns the length of the name of the field that a line begins; `None` where it begins none.
pub(super) fn name_len(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', &line[..line.len().min(80)])?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic())).then_some(colon)
}

/// A value with parameters.
#[derive(Debug, Default)]
pub(super) struct Structured {
    /// The value before the parameters, in lower case.
    pub(super) value: String,
    parameters: Vec<(String, Vec<u8>)>,
}

impl Structured {
    fn parse(field: &[u8]) -> Self {
        let mut pieces = split(field).into_iter();
        let value = String::from_utf8_lossy(pieces.next().unwrap_or_default().trim_ascii()).to_ascii_lowercase();
        let parameters = pieces.filter_map(parameter).collect();
        Self { value, parameters }
    }

    /// Returns a parameter as it is.
    pub(super) fn raw(&self, name: &str) -> Option<&[u8]> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }

    /// Returns a parameter that people may have written, such as a file's name: put together from its parts, and decoded.
    pub(super) fn decoded(&self, name: &str) -> Option<String> {
        if let Some(plain) = self.raw(name) {
            return Some(decoded(plain));
        }
        let mut parts: Vec<(u32, bool, &[u8])> = self.parameters.iter().filter_map(|(other, value)| part(other, name, value)).collect();
        parts.sort_by_key(|(number, ..)| *number);
        let (_, first_escaped, first) = parts.first()?;
        let mut marks = first.splitn(3, |byte| *byte == b'\'');
        let (charset, skip) = match (first_escaped, marks.next(), marks.next()) {
            (true, Some(charset), Some(language)) => (charset, charset.len() + language.len() + 2),
            _ => (&b""[..], 0),
        };
        let mut bytes = Vec::new();
        for (index, (_, escaped, value)) in parts.iter().enumerate() {
            let value = if index == 0 { value.get(skip..).unwrap_or_default() } else { value };
            if *escaped { quoted(value, b'%', &mut bytes) } else { bytes.extend_from_slice(value) }
        }
        Some(to_utf8(&bytes, Encoding::for_label(charset)))
    }
}

/// Takes a parameter apart that is a part of `name`: `name*1*` has the number 1 and is escaped.
fn part<'p>(key: &str, name: &str, value: &'p [u8]) -> Option<(u32, bool, &'p [u8])> {
    let rest = key.strip_prefix(name)?.strip_prefix('*')?;
    let (number, escaped) = rest.strip_suffix('*').map_or((rest, rest.is_empty()), |number| (number, true));
    if number.is_empty() { Some((0, escaped, value)) } else { Some((number.parse().ok()?, escaped, value)) }
}

/// Splits at the semicolons that are not quoted.
fn split(field: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in field.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                pieces.push(&field[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&field[start..]);
    pieces
}

fn parameter(piece: &[u8]) -> Option<(String, Vec<u8>)> {
    let equals = memchr::memchr(b'=', piece)?;
    let name = String::from_utf8_lossy(piece[..equals].trim_ascii()).to_ascii_lowercase();
    let value = piece[equals + 1..].trim_ascii();
    let Some(inside) = value.strip_prefix(b"\"") else { return Some((name, value.to_vec())) };
    let (mut unquoted, mut escaped) = (Vec::new(), false);
    for byte in inside {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => break,
            _ => {
                escaped = false;
                unquoted.push(*byte);
            }
        }
    }
    Some((name, unquoted))
}

/// Decodes the encoded words of a value; what is not ASCII beside them is UTF-8, or Windows-1252 where it is not.
pub(super) fn decoded(value: &[u8]) -> String {
    let mut text = String::new();
    // Characters may be cut between words that follow each other, so their bytes are put together first.
    let mut words: Option<(Option<&'static Encoding>, Vec<u8>)> = None;
    let mut rest = value;
    while !rest.is_empty() {
        let start = memchr::memmem::find(rest, b"=?").unwrap_or(rest.len());
        let Some((encoding, bytes, len)) = encoded_word(&rest[start..]) else {
            let plain = rest.len().min(start + 2);
            flush(&mut text, &mut words);
            text.push_str(&to_utf8(&rest[..plain], None));
            rest = &rest[plain..];
            continue;
        };
        if words.is_none() || !rest[..start].trim_ascii().is_empty() {
            flush(&mut text, &mut words);
            text.push_str(&to_utf8(&rest[..start], None));
        }
        match &mut words {
            Some((of, pending)) if *of == encoding => pending.extend_from_slice(&bytes),
            _ => {
                flush(&mut text, &mut words);
                words = Some((encoding, bytes));
            }
        }
        rest = &rest[start + len..];
    }
    flush(&mut text, &mut words);
    text
}

fn flush(text: &mut String, words: &mut Option<(Option<&'static Encoding>, Vec<u8>)>) {
    if let Some((encoding, bytes)) = words.take() {
        text.push_str(&to_utf8(&bytes, encoding));
    }
}

/// Decodes the encoded word that `text` begins with; its length is the last of what is returned.
fn encoded_word(text: &[u8]) -> Option<(Option<&'static Encoding>, Vec<u8>, usize)> {
    let inside = text.strip_prefix(b"=?")?;
    let charset_len = memchr::memchr(b'?', &inside[..inside.len().min(64)])?;
    let charset = inside[..charset_len].split(|byte| *byte == b'*').next()?;
    let rest = &inside[charset_len + 1..];
    let (kind, rest) = (rest.first()?, rest.get(1..)?.strip_prefix(b"?")?);
    let len = memchr::memmem::find(&rest[..rest.len().min(MAX_WORD)], b"?=")?;
    let mut bytes = Vec::new();
    match kind {
        b'B' | b'b' => base64(&rest[..len], &mut bytes),
        b'Q' | b'q' => {
            let spaced: Vec<u8> = rest[..len].iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
            quoted(&spaced, b'=', &mut bytes);
        }
        _ => return None,
    }
    Some((Encoding::for_label(charset), bytes, 2 + charset_len + 3 + len + 2))
}

/// Decodes bytes of an encoding; of none that is known they are UTF-8, or Windows-1252 where they are not.
pub(super) fn to_utf8(bytes: &[u8], encoding: Option<&'static Encoding>) -> String {
    let encoding = encoding.unwrap_or(if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_joined() {
        assert_eq!(
            decoded(b"=?iso-8859-1?Q?J=FCrgen_?= =?iso-8859-1?B?TfxsbGVy?= <j@example.com>"),
            "J\u{fc}rgen M\u{fc}ller <j@example.com>"
        );
        assert_eq!(decoded(b"=?utf-8?Q?J=C3?= =?utf-8?Q?=BCrgen?="), "J\u{fc}rgen");
        assert_eq!(decoded(b"a =?b =?x?Z?c?= d"), "a =?b =?x?Z?c?= d");
    }

    #[test]
    fn names_come_in_parts() {
        let field = Structured::parse(b"attachment; filename*1*=%20list.csv; filename*0*=iso-8859-1''J%FCrgen's");
        assert_eq!(field.decoded("filename").as_deref(), Some("J\u{fc}rgen's list.csv"));
        let field = Structured::parse(b"Attachment; filename=\"a;\\\"b\\\".txt\"");
        assert_eq!((field.value.as_str(), field.decoded("filename").as_deref()), ("attachment", Some("a;\"b\".txt")));
    }
}
