//! WARC (ISO 28500): what web crawlers keep. What a server answered is a member, everything else is text.

use std::io::{self, BufRead, BufReader, Read};

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::layer::{self, Codec};
use crate::sized;
use crate::text::{self, Place};

/// Longest head of a record, or of an answer.
const MAX_HEAD: u64 = 256 << 10;

/// Tells an archive.
pub(crate) fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/") && head.get(5).is_some_and(u8::is_ascii_digit)
}

/// Reads an archive, record by record.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut input = BufReader::with_capacity(64 << 10, input);
    loop {
        // Empty lines stand between records.
        while let Some(b'\r' | b'\n') = input.fill_buf()?.first() {
            input.consume(1);
        }
        if input.fill_buf()?.is_empty() {
            return Ok(());
        }
        let head = Head::read(&mut input)?;
        if !is_warc(&head.0) {
            return Err(Reason::Damaged.into());
        }
        let len = head.number("content-length").ok_or(Reason::Damaged)?;
        let kind = head.value("warc-type").unwrap_or_default();
        let name = head.value("warc-target-uri").or_else(|| head.value("warc-record-id")).unwrap_or_default();
        let is_http = head.value("content-type").is_some_and(|value| value.starts_with(b"application/http"));
        match kind {
            b"response" | b"revisit" if is_http => {
                sized::read_by(context, &mut input, name, len, None, |context, content| answer(context, content, name))?
            }
            b"response" | b"resource" | b"conversion" => sized::read(context, &mut input, name, len, None)?,
            _ => {
                let mut content = (&mut input).take(len);
                text::read(context, &mut content, Place::START)?;
                if content.limit() > 0 {
                    return Err(Reason::Damaged.into());
                }
            }
        }
    }
}

/// Reads what a server answered: its head as a property, its body as what it is.
fn answer(context: &mut Context<'_>, content: &mut dyn Read, name: &[u8]) -> Result<(), Halt> {
    let mut content = BufReader::new(content);
    let head = Head::read(&mut content)?;
    context.text(Text::whole(&head.0, Origin::Property))?;
    let has = |name: &str, value: &[u8]| head.value(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    let mut plain = content;
    let mut chunked;
    let body: &mut dyn Read = if has("transfer-encoding", b"chunked") {
        chunked = Chunked::new(plain);
        &mut chunked
    } else {
        &mut plain
    };
    // Gzip tells itself; Brotli is told by the head only.
    if has("content-encoding", b"br") {
        layer::read(context, Codec::Brotli, body, name)
    } else {
        asset::read(context, Input::Stream(body), name)
    }
}

/// Lines up to an empty one: names and values behind a line that says what it is.
struct Head(Vec<u8>);

impl Head {
    fn read(input: &mut impl BufRead) -> Result<Self, Halt> {
        let mut head = Vec::new();
        let mut limited = input.take(MAX_HEAD);
        loop {
            let before = head.len();
            limited.read_until(b'\n', &mut head)?;
            let line = &head[before..];
            if line.trim_ascii().is_empty() && line.ends_with(b"\n") {
                head.truncate(before);
                return Ok(Self(head));
            }
            if !line.ends_with(b"\n") {
                return Err(Reason::Damaged.into());
            }
        }
    }

    fn value(&self, name: &str) -> Option<&[u8]> {
        self.0.split(|byte| *byte == b'\n').skip(1).find_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            line[..colon].trim_ascii().eq_ignore_ascii_case(name.as_bytes()).then(|| line[colon + 1..].trim_ascii())
        })
    }

    fn number(&self, name: &str) -> Option<u64> {
        std::str::from_utf8(self.value(name)?).ok()?.parse().ok()
    }
}

/// A body in chunks (RFC 9112, 7.1). One that is not, though its head says so, as crawlers leave them behind, is passed on as it is.
struct Chunked<R> {
    input: R,
    left: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Chunk,
    Plain,
    Ended,
}

impl<R: BufRead> Chunked<R> {
    fn new(input: R) -> Self {
        Self { input, left: 0, state: State::Start }
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        if self.state == State::Start {
            let head = self.input.fill_buf()?;
            let line = &head[..head.len().min(16)];
            let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            if digits == 0 || !matches!(line.get(digits), Some(b'\r' | b';' | b' ')) {
                self.state = State::Plain;
                return Ok(());
            }
        }
        let mut line = Vec::new();
        for _ in 0..2 {
            line.clear();
            (&mut self.input).take(1024).read_until(b'\n', &mut line)?;
            // The end of the chunk before is an empty line.
            if self.state == State::Start || !line.trim_ascii().is_empty() {
                break;
            }
        }
        let digits = line.split(|byte| matches!(byte, b';' | b'\r' | b'\n' | b' ')).next().unwrap_or_default();
        let len = std::str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let len = len.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        (self.left, self.state) = (len, if len == 0 { State::Ended } else { State::Chunk });
        Ok(())
    }
}

impl<R: BufRead> Read for Chunked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && matches!(self.state, State::Start | State::Chunk) {
            self.next_chunk()?;
        }
        match self.state {
            State::Plain => self.input.read(buf),
            State::Ended => Ok(0),
            State::Start | State::Chunk => {
                let len = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
                let read = self.input.read(&mut buf[..len])?;
                if read == 0 && len > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.left -= read as u64;
                Ok(read)
            }
        }
    }
}
