//! Text whose lines are folded and whose values may be encoded: vCard (RFC 6350 and 2.1), iCalendar (RFC 5545) and LDIF (RFC 2849).

use std::io::{BufRead, BufReader, Read};

use encoding_rs::Encoding;
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::decode::Decoded;
use crate::mail::{base64, quoted};
use crate::text::{self, Place};

/// Longest line, put together again, whose value is decoded. What is longer is read as it stands there.
const MAX_LINE: usize = 1 << 20;

/// Tells the format of text by how it begins.
pub(crate) fn format(text: &[u8]) -> Option<&'static str> {
    let text = text.trim_ascii_start();
    let begins = |start: &[u8]| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    let rest = if begins(b"version: 1") { text[10..].trim_ascii_start() } else { text };
    if begins(b"BEGIN:VCARD") {
        Some("vcard")
    } else if begins(b"BEGIN:VCALENDAR") {
        Some("icalendar")
    } else if rest.starts_with(b"dn: ") || rest.starts_with(b"dn:: ") {
        Some("ldif")
    } else {
        None
    }
}

/// Reads text with its lines put together and their values decoded.
pub(crate) fn read<R: Read>(context: &mut Context<'_>, text: &mut Decoded<R>) -> Result<(), Halt> {
    let mut unfolded =
        Unfolded { inner: BufReader::new(text), line: Vec::new(), next: Vec::new(), out: Vec::new(), taken: 0, binary: false };
    text::read(context, &mut unfolded, Place::START)?;
    if unfolded.binary {
        context.miss(Reason::UnsupportedFormat);
    }
    Ok(())
}

struct Unfolded<R> {
    inner: BufReader<R>,
    line: Vec<u8>,
    /// The line behind, which was read to see whether it goes on.
    next: Vec<u8>,
    out: Vec<u8>,
    taken: usize,
    /// Whether a value was no text: a picture, a key.
    binary: bool,
}

impl<R: Read> Unfolded<R> {
    fn physical(&mut self) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.inner).take(MAX_LINE as u64).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Puts the next line together, and what it says into the output; false at the end.
    fn refill(&mut self) -> std::io::Result<bool> {
        self.line = std::mem::take(&mut self.next);
        if self.line.is_empty() {
            self.line = self.physical()?;
        }
        if self.line.is_empty() {
            return Ok(false);
        }
        loop {
            self.next = self.physical()?;
            let soft = self.line.trim_ascii_end().ends_with(b"=") && is_quoted(&self.line);
            if !(soft || matches!(self.next.first(), Some(b' ' | b'\t'))) || self.line.len() > MAX_LINE {
                break;
            }
            let end = if soft { self.line.trim_ascii_end().len() - 1 } else { without_end(&self.line).len() };
            self.line.truncate(end);
            let next = std::mem::take(&mut self.next);
            self.line.extend_from_slice(if soft { &next } else { &next[1..] });
        }
        self.taken = 0;
        self.out = match decoded(&self.line) {
            Value::Plain => std::mem::take(&mut self.line),
            Value::Text(text) => text,
            Value::Binary(name) => {
                self.binary = true;
                name
            }
        };
        Ok(true)
    }
}

impl<R: Read> Read for Unfolded<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while self.taken == self.out.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let taken = buf.len().min(self.out.len() - self.taken);
        buf[..taken].copy_from_slice(&self.out[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

enum Value {
    Plain,
    Text(Vec<u8>),
    /// The name before what is no text.
    Binary(Vec<u8>),
}

/// Returns the name of a value, with its parameters, in lower case.
fn name(line: &[u8]) -> Option<Vec<u8>> {
    let colon = memchr::memchr(b':', &line[..line.len().min(1024)])?;
    Some(line[..colon].to_ascii_lowercase())
}

fn is_quoted(line: &[u8]) -> bool {
    name(line).is_some_and(|name| memchr::memmem::find(&name, b"quoted-printable").is_some())
}

fn decoded(line: &[u8]) -> Value {
    let Some(name) = name(line).filter(|_| line.len() <= MAX_LINE) else { return Value::Plain };
    let (head, value) = line.split_at(name.len() + 1);
    let value = value.trim_ascii();
    let has = |parameter: &[u8]| memchr::memmem::find(&name, parameter).is_some();
    let mut bytes = Vec::new();
    if is_quoted(line) {
        quoted(value, b'=', &mut bytes);
    } else if let Some(encoded) = value.strip_prefix(b":") {
        base64(encoded, &mut bytes);
    } else if has(b";encoding=b") || has(b";base64") {
        base64(value, &mut bytes);
    } else {
        return Value::Plain;
    }
    let charset = name.split(|byte| *byte == b';').find_map(|parameter| Encoding::for_label(parameter.strip_prefix(b"charset=")?));
    let is_text = std::str::from_utf8(&bytes).is_ok() || charset.is_some();
    if !is_text || memchr::memchr(0, &bytes).is_some() {
        return Value::Binary([head, b"\n"].concat());
    }
    let text = charset.map_or(String::from_utf8_lossy(&bytes), |charset| charset.decode(&bytes).0);
    Value::Text([head, b" ", text.as_bytes(), b"\n"].concat())
}
