use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use terrier_model::Reason;

use crate::source::reason_of;
use crate::stream::fill;

const INPUT: usize = 16 << 10;

/// Lends a document to the tokeniser as valid UTF-8, and pretends to end where a token would become too long.
///
/// A failed read is an end too, whose reason is kept: the tokeniser's own error would lose it.
pub(super) struct Bounded<'r> {
    inner: &'r mut dyn Read,
    decoder: Decoder,
    input: Vec<u8>,
    /// How much of the input was read ahead, to tell the encoding.
    ahead: usize,
    output: Vec<u8>,
    start: usize,
    end: usize,
    left: usize,
    failure: Option<Reason>,
    ended: bool,
}

impl<'r> Bounded<'r> {
    pub(super) fn new(inner: &'r mut dyn Read) -> Self {
        let mut input = vec![0; INPUT];
        let mut failure = None;
        let ahead = fill(inner, &mut input[..DECLARATION]).unwrap_or_else(|error| {
            failure = Some(reason_of(&error));
            0
        });
        let decoder = encoding(&input[..ahead]).new_decoder_with_bom_removal();
        let output = vec![0; decoder.max_utf8_buffer_length(INPUT).unwrap_or(INPUT * 3 + 16)];
        Self { inner, decoder, input, ahead, output, start: 0, end: 0, left: 0, failure, ended: false }
    }

    /// Lets the next token have so many bytes.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }

    /// Tells whether the token at hand was cut off, though the document goes on.
    pub(super) fn cut_token(&self) -> bool {
        self.left == 0 && !self.ended
    }

    /// Returns why the document ended before its end.
    pub(super) fn failure(&self) -> Option<Reason> {
        self.failure
    }

    fn refill(&mut self) {
        (self.start, self.end) = (0, 0);
        while self.end == 0 && !self.ended {
            let filled = match std::mem::take(&mut self.ahead) {
                0 if self.failure.is_some() => 0,
                0 => self.inner.read(&mut self.input).unwrap_or_else(|error| {
                    self.failure = Some(reason_of(&error));
                    0
                }),
                ahead => ahead,
            };
            self.ended = filled == 0;
            // The output has room for whatever the input may become, so that one call takes it all. It ends with a whole character.
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.input[..filled], &mut self.output, self.ended);
            self.end = written;
        }
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let taken = available.len().min(buf.len());
        buf[..taken].copy_from_slice(&available[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

impl BufRead for Bounded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end && self.left > 0 {
            self.refill();
        }
        let available = &self.output[self.start..self.end];
        if available.len() <= self.left {
            return Ok(available);
        }
        let end = (0..=self.left).rev().find(|at| available[*at] & 0xC0 != 0x80).unwrap_or(0);
        self.left = end;
        Ok(&available[..end])
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.left = self.left.saturating_sub(bytes);
    }
}

/// How far the declaration of an encoding is looked for.
const DECLARATION: usize = 256;

/// Tells a document's encoding: UTF-16 where its first bytes say so, what it declares otherwise (XML 1.0, appendix F).
pub(crate) fn encoding(head: &[u8]) -> &'static Encoding {
    match head {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] | [0, b'<', ..] => UTF_16BE,
        _ => declared(head).filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8),
    }
}

fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memmem::find(declaration, b"?>")?];
    let label = &declaration[memchr::memmem::find(declaration, b"encoding")? + 8..];
    let start = memchr::memchr2(b'"', b'\'', label)? + 1;
    let label = &label[start..start + memchr::memchr2(b'"', b'\'', &label[start..])?];
    Encoding::for_label(label)
}
