//! Encodings of text: what they are told by, and the way to UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding that text is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 or ASCII, passed on as it is, with the length of its byte order mark.
    Utf8 { mark: usize },
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// Windows-1252, of which the printable part of Latin-1 is a part.
    Windows1252,
}

/// Tells the encoding of text by its first bytes; `None` where it is no text.
pub(crate) fn guess(head: &[u8], complete: bool) -> Option<Encoding> {
    match head {
        [0xFF, 0xFE, 0, 0, ..] => return None,
        [0xEF, 0xBB, 0xBF, ..] => return Some(Encoding::Utf8 { mark: 3 }),
        [0xFF, 0xFE, ..] => return Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Some(Encoding::Utf16Be),
        _ => {}
    }
    if memchr::memchr(0, head).is_some() {
        return guess_utf16(head);
    }
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    if controls * 50 > head.len() {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Some(Encoding::Utf8 { mark: 0 }),
        Err(error) if error.error_len().is_none() && !complete => Some(Encoding::Utf8 { mark: 0 }),
        Err(_) if mostly_utf8(head) => Some(Encoding::Utf8 { mark: 0 }),
        Err(_) => guess_single_byte(head, controls),
    }
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x08) || byte == 0x7F
}

/// Tells UTF-16 without a mark by the zeros that text in most alphabets leaves in one half of each unit.
fn guess_utf16(head: &[u8]) -> Option<Encoding> {
    let units = head.len() / 2;
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let controls = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| is_control(**byte)).count();
    let (even, odd) = (zeros(0), zeros(1));
    if units < 4 {
        return None;
    }
    if odd * 10 > units * 7 && controls(0) * 50 <= units {
        return Some(Encoding::Utf16Le);
    }
    if even * 10 > units * 7 && controls(1) * 50 <= units {
        return Some(Encoding::Utf16Be);
    }
    None
}

/// Tells UTF-8 with a few broken places (a log that was cut, a field in another encoding) from single-byte encodings.
fn mostly_utf8(head: &[u8]) -> bool {
    let (mut characters, mut broken) = (0, 0);
    for chunk in head.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    characters > broken * 2
}

fn guess_single_byte(head: &[u8], controls: usize) -> Option<Encoding> {
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    let undefined = head.iter().filter(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)).count();
    (controls == 0 && undefined * 100 <= head.len() && high * 10 <= head.len() * 6).then_some(Encoding::Windows1252)
}

/// Decodes the start of a text, to look at it.
pub(crate) fn decode_head(encoding: Encoding, head: &[u8]) -> Vec<u8> {
    let mut reader = Decoded::new(encoding, head);
    let mut decoded = vec![0; head.len() * 3 + 16];
    let filled = crate::stream::fill(&mut reader, &mut decoded).unwrap_or(0);
    decoded.truncate(filled);
    decoded
}

/// Reads text of any encoding as UTF-8, without its byte order mark.
pub(crate) struct Decoded<R> {
    inner: R,
    skip: usize,
    decoder: Option<Box<Transcoder>>,
}

struct Transcoder {
    decoder: Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

const INPUT: usize = 32 << 10;

impl<R: Read> Decoded<R> {
    pub(crate) fn new(encoding: Encoding, inner: R) -> Self {
        let (skip, decoder) = match encoding {
            Encoding::Utf8 { mark } => (mark, None),
            Encoding::Utf16Le => (0, Some(UTF_16LE.new_decoder_with_bom_removal())),
            Encoding::Utf16Be => (0, Some(UTF_16BE.new_decoder_with_bom_removal())),
            Encoding::Windows1252 => (0, Some(WINDOWS_1252.new_decoder_without_bom_handling())),
        };
        Self { inner, skip, decoder: decoder.map(Transcoder::new) }
    }

    /// Reads text of an encoding that is told, such as that of a part of a message.
    pub(crate) fn of(encoding: &'static encoding_rs::Encoding, inner: R) -> Self {
        Self { inner, skip: 0, decoder: Some(Transcoder::new(encoding.new_decoder_with_bom_removal())) }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.skip > 0 {
            let mut mark = [0; 3];
            crate::stream::fill(&mut self.inner, &mut mark[..self.skip])?;
            self.skip = 0;
        }
        match &mut self.decoder {
            None => self.inner.read(buf),
            Some(transcoder) => transcoder.read(&mut self.inner, buf),
        }
    }
}

impl Transcoder {
    fn new(decoder: Decoder) -> Box<Self> {
        let output = vec![0; decoder.max_utf8_buffer_length(INPUT).unwrap_or(INPUT * 4)];
        Box::new(Self { decoder, input: vec![0; INPUT], output, start: 0, end: 0, ended: false })
    }

    fn read(&mut self, inner: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
        while self.start == self.end && !self.ended {
            let filled = inner.read(&mut self.input)?;
            self.ended = filled == 0;
            // The output has room for whatever the input may become, so that one call takes it all.
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.input[..filled], &mut self.output, self.ended);
            (self.start, self.end) = (0, written);
        }
        let taken = buf.len().min(self.end - self.start);
        buf[..taken].copy_from_slice(&self.output[self.start..self.start + taken]);
        self.start += taken;
        Ok(taken)
    }
}
