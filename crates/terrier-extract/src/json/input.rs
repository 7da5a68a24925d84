//! The buffer that JSON is parsed from, and its smallest parts: white space, strings, numbers, words.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr3;

use crate::context::Halt;
use crate::text::Place;

/// Longest string, number or key that is taken as one value; longer strings are read as text.
pub(crate) const MAX_VALUE: usize = 1 << 20;
const INPUT: usize = 256 << 10;
const SHORT: usize = 16;

/// What keeps a piece of JSON from being read.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is not JSON.
    Damaged,
    /// Reading ended.
    Halt(Halt),
}

impl From<Halt> for Trouble {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// A string in the buffer.
#[derive(Debug, Clone)]
pub(crate) enum Str {
    /// Complete: where its content lies, and whether it has escapes.
    Whole { content: Range<usize>, escaped: bool },
    /// Longer than [`MAX_VALUE`]; the buffer stands at its first character.
    Long,
}

/// Reads ahead of the parser, keeps what lies behind the mark.
pub(crate) struct Input<'r> {
    reader: &'r mut dyn Read,
    pub(crate) buf: Vec<u8>,
    pub(crate) pos: usize,
    end: usize,
    mark: usize,
    ended: bool,
    /// A place up to which lines were counted, and where in the buffer it lies: not behind the mark.
    counted: usize,
    place: Place,
}

impl<'r> Input<'r> {
    pub(crate) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, buf: vec![0; INPUT], pos: 0, end: 0, mark: 0, ended: false, counted: 0, place: Place::START }
    }

    /// Marks where the value begins that is to be read: should it be damaged, it is read as text from here.
    pub(crate) fn mark(&mut self) {
        self.mark = self.pos;
    }

    /// Returns the place of the mark.
    pub(crate) fn marked_place(&mut self) -> Place {
        self.place = self.place.after(&self.buf[self.counted..self.mark]);
        self.counted = self.mark;
        self.place
    }

    /// Reads more. What lies before the mark is dropped, and positions in the buffer move; returns by how much they moved back.
    fn refill(&mut self) -> Result<usize, Halt> {
        let moved = self.mark;
        if self.mark > 0 {
            self.marked_place();
            self.counted = 0;
            self.buf.copy_within(self.mark..self.end, 0);
            self.pos -= self.mark;
            self.end -= self.mark;
            self.mark = 0;
        }
        if self.end == self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        let read = self.reader.read(&mut self.buf[self.end..])?;
        self.end += read;
        self.ended = read == 0;
        Ok(moved)
    }

    /// Returns the byte at hand.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Halt> {
        while self.pos == self.end {
            if self.ended {
                return Ok(None);
            }
            self.refill()?;
        }
        Ok(Some(self.buf[self.pos]))
    }

    /// Skips white space and returns the byte behind it.
    pub(crate) fn token(&mut self) -> Result<Option<u8>, Halt> {
        if self.pos < self.end && self.buf[self.pos] > b' ' {
            return Ok(Some(self.buf[self.pos]));
        }
        loop {
            let rest = &self.buf[self.pos..self.end];
            match rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
                Some(blank) => {
                    self.pos += blank;
                    return Ok(Some(self.buf[self.pos]));
                }
                None => self.pos = self.end,
            }
            if self.peek()?.is_none() {
                return Ok(None);
            }
        }
    }

    /// Reads a string from its opening quote on.
    pub(crate) fn string(&mut self) -> Result<Str, Trouble> {
        self.pos += 1;
        if let Some(len) = short_string(&self.buf[self.pos..self.end]) {
            let content = self.pos..self.pos + len;
            self.pos = content.end + 1;
            return Ok(Str::Whole { content, escaped: false });
        }
        let mut at = self.pos;
        let mut escaped = false;
        loop {
            match memchr3(b'"', b'\\', b'\n', &self.buf[at.min(self.end)..self.end]) {
                Some(found) if self.buf[at + found] == b'"' => {
                    let content = self.pos..at + found;
                    self.pos = at + found + 1;
                    return Ok(Str::Whole { content, escaped });
                }
                Some(found) if self.buf[at + found] == b'\\' => {
                    escaped = true;
                    at += found + 2;
                }
                Some(_) => return Err(Trouble::Damaged),
                None => {
                    if self.end - self.pos > MAX_VALUE {
                        return Ok(Str::Long);
                    }
                    if self.ended {
                        return Err(Trouble::Damaged);
                    }
                    at = at.max(self.end) - self.refill()?;
                }
            }
        }
    }

    /// Reads a run of the bytes that numbers and words are made of.
    pub(crate) fn word(&mut self) -> Result<Range<usize>, Trouble> {
        let mut len = 0;
        loop {
            let rest = &self.buf[self.pos + len..self.end];
            match rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.' | b'_')) {
                Some(more) => {
                    let start = self.pos;
                    self.pos += len + more;
                    return Ok(start..self.pos);
                }
                None => len += rest.len(),
            }
            if len > MAX_VALUE {
                return Err(Trouble::Damaged);
            }
            if self.ended {
                let start = self.pos;
                self.pos += len;
                return Ok(start..self.pos);
            }
            self.refill()?;
        }
    }

    /// Returns the rest of the line from the mark on, and goes behind it; `None` where its end is not near.
    pub(crate) fn rest_of_line(&mut self) -> Result<Option<Range<usize>>, Halt> {
        let mut searched = 0;
        loop {
            if let Some(found) = memchr::memchr(b'\n', &self.buf[self.mark + searched..self.end]) {
                let line = self.mark..self.mark + searched + found + 1;
                self.pos = line.end;
                return Ok(Some(line));
            }
            searched = self.end - self.mark;
            if searched > MAX_VALUE {
                return Ok(None);
            }
            if self.ended {
                self.pos = self.end;
                return Ok(Some(self.mark..self.end));
            }
            self.refill()?;
        }
    }

    /// Returns all that follows the mark.
    pub(crate) fn rest(&mut self) -> impl Read + '_ {
        self.buf[self.mark..self.end].chain(&mut *self.reader)
    }

    /// Returns the rest of a long string as a stream of its characters. Afterwards the buffer stands behind its closing quote.
    pub(crate) fn long_string(&mut self) -> LongString<'_, 'r> {
        LongString { input: self, pending: Vec::new(), taken: 0, done: false, damaged: false }
    }

    /// Makes sure that `count` bytes are at hand, or all there are.
    fn ensure(&mut self, count: usize) -> Result<(), Halt> {
        while self.end - self.pos < count && !self.ended {
            self.mark();
            self.refill()?;
        }
        Ok(())
    }
}

/// See [`Input::long_string`].
pub(crate) struct LongString<'i, 'r> {
    input: &'i mut Input<'r>,
    pending: Vec<u8>,
    taken: usize,
    done: bool,
    damaged: bool,
}

impl LongString<'_, '_> {
    /// Tells whether the string had a proper end.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged
    }

    fn next_piece(&mut self) -> Result<(), Halt> {
        self.pending.clear();
        self.taken = 0;
        let input = &mut *self.input;
        // A surrogate pair is the longest escape.
        input.ensure(12)?;
        let rest = &input.buf[input.pos..input.end];
        let plain = memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
        if plain > 0 {
            self.pending.extend_from_slice(&rest[..plain]);
            input.pos += plain;
            return Ok(());
        }
        match rest.first() {
            Some(b'\\') => input.pos += unescape_one(rest, &mut self.pending),
            Some(b'"') => {
                input.pos += 1;
                self.done = true;
            }
            _ => {
                self.done = true;
                self.damaged = true;
            }
        }
        input.mark();
        Ok(())
    }
}

impl Read for LongString<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.pending.len() && !self.done {
            self.next_piece().map_err(|halt| match halt {
                Halt::Because(reason) => io::Error::from(crate::ReadError::new(reason)),
                Halt::Stopped | Halt::NeedsWorker => io::ErrorKind::Other.into(),
            })?;
        }
        let taken = buf.len().min(self.pending.len() - self.taken);
        buf[..taken].copy_from_slice(&self.pending[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

/// Returns the length of a short string without escapes: most keys and values are, and to set up a search costs more.
fn short_string(rest: &[u8]) -> Option<usize> {
    let len = rest[..rest.len().min(SHORT)].iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n'))?;
    (rest[len] == b'"').then_some(len)
}

/// Writes the content of a string without its escapes.
pub(crate) fn unescape(content: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = content;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        rest = &rest[backslash..];
        rest = &rest[unescape_one(rest, out)..];
    }
    out.extend_from_slice(rest);
}

/// Writes the character of the escape that `rest` begins with, and returns its length. Escapes that are none stay as they are.
fn unescape_one(rest: &[u8], out: &mut Vec<u8>) -> usize {
    let plain = match rest.get(1) {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'u') => return unescape_unicode(rest, out),
        Some(other) => *other,
        None => {
            out.push(b'\\');
            return 1;
        }
    };
    out.push(plain);
    2
}

fn unescape_unicode(rest: &[u8], out: &mut Vec<u8>) -> usize {
    let unit = |at: usize| {
        let digits = std::str::from_utf8(rest.get(at + 2..at + 6)?).ok()?;
        (rest[at] == b'\\' && rest[at + 1] == b'u').then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let Some(first) = unit(0) else {
        out.push(b'u');
        return 2;
    };
    let (character, len) = match (first, unit(6)) {
        (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) => (char::decode_utf16([first, second]).next().and_then(Result::ok), 12),
        _ => (char::from_u32(u32::from(first)), 6),
    };
    let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    len
}
