use std::io::{self, Read};
use std::ops::Range;

use crate::text::Place;

/// Longest piece of a line that is handed out at once. A delimiter is far shorter.
const PIECE: usize = 64 << 10;

/// Why no further line comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The stream ends.
    End,
    /// The next message of a mailbox begins.
    Message,
    /// A delimiter of the multipart at this level; `last` where it closes it.
    Delimiter { level: usize, last: bool },
}

/// The lines of a message or a mailbox, up to the next delimiter of any multipart that is open.
pub(super) struct Lines<'r> {
    reader: &'r mut dyn Read,
    buf: Vec<u8>,
    start: usize,
    ended: bool,
    at_start: bool,
    after_blank: bool,
    mailbox: bool,
    boundaries: Vec<Vec<u8>>,
    stop: Option<Stop>,
    place: Place,
}

impl<'r> Lines<'r> {
    pub(super) fn new(reader: &'r mut dyn Read, mailbox: bool) -> Self {
        Self {
            reader,
            buf: Vec::new(),
            start: 0,
            ended: false,
            at_start: true,
            after_blank: true,
            mailbox,
            boundaries: Vec::new(),
            stop: None,
            place: Place::START,
        }
    }

    /// Returns where the next line begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Opens a multipart and returns its level.
    pub(super) fn open(&mut self, boundary: Vec<u8>) -> usize {
        self.boundaries.push(boundary);
        self.boundaries.len() - 1
    }

    /// Closes the multipart at `level` and all inside it.
    pub(super) fn close(&mut self, level: usize) {
        self.boundaries.truncate(level);
    }

    /// Returns how many multiparts are open.
    pub(super) fn level(&self) -> usize {
        self.boundaries.len()
    }

    /// Goes past the delimiter of the multipart at `level` that was reached. Any other stop stays, and this returns `None`.
    pub(super) fn pass(&mut self, level: usize) -> Option<bool> {
        match self.stop {
            Some(Stop::Delimiter { level: reached, last }) if reached == level => {
                self.stop = None;
                Some(last)
            }
            _ => None,
        }
    }

    /// Goes on to the next message of a mailbox, passing over what is left of the one at hand.
    pub(super) fn next_message(&mut self) -> io::Result<bool> {
        self.boundaries.clear();
        while !matches!(self.stop, Some(Stop::End | Stop::Message)) {
            self.stop = None;
            while self.next()?.is_some() {}
        }
        Ok(self.stop.take_if(|stop| *stop == Stop::Message).is_some())
    }

    /// Returns the bytes of a line that [`Lines::next`] returned.
    pub(super) fn bytes(&self, line: &Range<usize>) -> &[u8] {
        &self.buf[line.clone()]
    }

    /// Gives back the line that was returned last, so that it comes again.
    pub(super) fn give_back(&mut self, line: &Range<usize>, place: Place) {
        (self.start, self.place, self.at_start) = (line.start, place, true);
    }

    /// Returns the next line with its end, or a piece of one that is very long; `None` at a stop.
    pub(super) fn next(&mut self) -> io::Result<Option<Range<usize>>> {
        if self.stop.is_some() {
            return Ok(None);
        }
        let end = self.fill_line()?;
        let line = self.start..end;
        if line.is_empty() {
            self.stop = Some(Stop::End);
            return Ok(None);
        }
        let line = if self.at_start { self.begin(line) } else { line };
        if self.stop == Some(Stop::Message) {
            // The line comes again, as the first of the message's header.
            self.after_blank = false;
            return Ok(None);
        }
        let bytes = &self.buf[line.clone()];
        let whole = bytes.ends_with(b"\n");
        self.after_blank = self.at_start && matches!(bytes, b"\n" | b"\r\n");
        self.at_start = whole;
        self.start = end;
        self.place.byte += bytes.len() as u64;
        self.place.line += u64::from(whole);
        Ok(self.stop.is_none().then_some(line))
    }

    /// Looks at the start of a line: whether it is a delimiter, and in a mailbox whether it begins a message or was quoted for not to.
    fn begin(&mut self, line: Range<usize>) -> Range<usize> {
        let bytes = &self.buf[line.clone()];
        if self.mailbox && self.after_blank && is_envelope(bytes) {
            self.stop = Some(Stop::Message);
        } else if bytes.starts_with(b"--") {
            self.stop = self.boundaries.iter().enumerate().rev().find_map(|(level, boundary)| delimits(bytes, boundary, level));
        } else if self.mailbox && bytes.starts_with(b">") && bytes.trim_ascii_start_matches(b'>').starts_with(b"From ") {
            return line.start + 1..line.end;
        }
        line
    }

    /// Holds the next line, or a piece of it, in the buffer and returns its end.
    fn fill_line(&mut self) -> io::Result<usize> {
        let mut searched = self.start;
        loop {
            if let Some(newline) = memchr::memchr(b'\n', &self.buf[searched..]) {
                return Ok(searched + newline + 1);
            }
            if self.ended || self.buf.len() - self.start >= PIECE {
                return Ok(self.buf.len());
            }
            self.buf.drain(..self.start);
            self.start = 0;
            searched = self.buf.len();
            self.buf.resize(searched + PIECE, 0);
            let read = self.reader.read(&mut self.buf[searched..])?;
            self.buf.truncate(searched + read);
            self.ended = read == 0;
        }
    }
}

trait TrimByte {
    fn trim_ascii_start_matches(&self, byte: u8) -> &[u8];
}

impl TrimByte for [u8] {
    fn trim_ascii_start_matches(&self, byte: u8) -> &[u8] {
        &self[self.iter().take_while(|other| **other == byte).count()..]
    }
}

/// Tells whether a line is a delimiter of a boundary.
fn delimits(line: &[u8], boundary: &[u8], level: usize) -> Option<Stop> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let (rest, last) = rest.strip_prefix(b"--").map_or((rest, false), |rest| (rest, true));
    rest.trim_ascii().is_empty().then_some(Stop::Delimiter { level, last })
}

/// Tells the line with which a mailbox begins a message: `From`, an address, and a date with its time.
pub(super) fn is_envelope(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = &rest[..rest.len().min(512)];
    rest.windows(5)
        .any(|window| matches!(window, [a, b, b':', c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit() || **digit == b' ')))
}

/// Reads the body of a part, up to the delimiter that ends it, without the line's end that belongs to the delimiter.
pub(super) struct Body<'l, 'r> {
    lines: &'l mut Lines<'r>,
    line: Range<usize>,
    held: &'static [u8],
    out: &'static [u8],
}

impl<'l, 'r> Body<'l, 'r> {
    pub(super) fn new(lines: &'l mut Lines<'r>) -> Self {
        Self { lines, line: 0..0, held: b"", out: b"" }
    }
}

impl Read for Body<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.out.is_empty() && self.line.is_empty() {
            let Some(line) = self.lines.next()? else { return Ok(0) };
            let bytes = self.lines.bytes(&line);
            let end: &[u8] = if bytes.ends_with(b"\r\n") {
                b"\r\n"
            } else if bytes.ends_with(b"\n") {
                b"\n"
            } else {
                b""
            };
            self.line = line.start..line.end - end.len();
            self.out = std::mem::replace(&mut self.held, end);
            if self.out.is_empty() && self.line.is_empty() {
                return self.read(buf);
            }
        }
        if !self.out.is_empty() {
            let taken = buf.len().min(self.out.len());
            buf[..taken].copy_from_slice(&self.out[..taken]);
            self.out = &self.out[taken..];
            return Ok(taken);
        }
        let taken = buf.len().min(self.line.len());
        let from = self.line.start;
        buf[..taken].copy_from_slice(self.lines.bytes(&(from..from + taken)));
        self.line.start += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_before_the_line_end_of_its_delimiter() {
        let mut input = &b"one\r\n\r\ntwo\r\n--b\r\nthree\n--b--\nrest"[..];
        let mut lines = Lines::new(&mut input, false);
        let level = lines.open(b"b".to_vec());
        let mut parts = Vec::new();
        for _ in 0..2 {
            let mut part = String::new();
            Body::new(&mut lines).read_to_string(&mut part).unwrap();
            parts.push(part);
            assert!(lines.pass(level).is_some());
        }
        assert_eq!(parts, ["one\r\n\r\ntwo", "three"]);
    }

    #[test]
    fn an_envelope_has_a_time() {
        assert!(is_envelope(b"From a@example.com Mon Jan  1 00:00:00 2024\n"));
        assert!(!is_envelope(b"From here on it is text\n"));
    }
}
