//! Encodings of text: what they are told by, and the way to UTF-8.

mod declared;
mod dos;
mod guess;
mod legacy;
mod utf32;

use std::io::{self, Read};

use encoding_rs::{UTF_16BE, UTF_16LE};

pub(crate) use self::guess::guess;
use self::utf32::Utf32;

/// An encoding that text is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 or ASCII, passed on as it is, with the length of its byte order mark.
    Utf8 { mark: usize },
    /// ASCII as far as was looked. What it goes on in is told where it ceases to be ASCII.
    Ascii,
    /// One of those that browsers know.
    Named(&'static encoding_rs::Encoding),
    /// UTF-32, and whether the big end comes first.
    Utf32 { big: bool },
    /// The code page of DOS in the west of Europe, 850.
    Dos,
}

impl Encoding {
    /// UTF-16, little end first.
    pub(crate) const UTF16_LE: Self = Self::Named(UTF_16LE);
    /// UTF-16, big end first.
    pub(crate) const UTF16_BE: Self = Self::Named(UTF_16BE);
    /// Windows-1252, of which the printable part of Latin-1 is a part.
    pub(crate) const WINDOWS_1252: Self = Self::Named(encoding_rs::WINDOWS_1252);
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
    inner: Replayed<R>,
    skip: usize,
    state: State,
}

enum State {
    /// Passed on as it is.
    Plain,
    /// As it is until it ceases to be ASCII. What stood last is kept, since letters are told by those before them.
    Watching {
        before: Vec<u8>,
    },
    Transcoding(Box<Transcoder>),
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(encoding: Encoding, inner: R) -> Self {
        let skip = if let Encoding::Utf8 { mark } = encoding { mark } else { 0 };
        let state = match encoding {
            Encoding::Utf8 { .. } => State::Plain,
            Encoding::Ascii => State::Watching { before: Vec::new() },
            other => State::Transcoding(Transcoder::new(Decoder::new(other))),
        };
        Self { inner: Replayed { inner, ahead: Vec::new(), taken: 0 }, skip, state }
    }

    /// Reads text of an encoding that is told, such as that of a part of a message.
    pub(crate) fn of(encoding: &'static encoding_rs::Encoding, inner: R) -> Self {
        Self::new(Encoding::Named(encoding), inner)
    }
}

/// How much is looked at where text ceases to be ASCII.
const SAMPLE: usize = 16 << 10;
/// How much of what stood before is looked at too.
const BEFORE: usize = 64;

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.skip > 0 {
            let mut mark = [0; 3];
            crate::stream::fill(&mut self.inner, &mut mark[..self.skip])?;
            self.skip = 0;
        }
        loop {
            match &mut self.state {
                State::Plain => return self.inner.read(buf),
                State::Transcoding(transcoder) => return transcoder.read(&mut self.inner, buf),
                State::Watching { before } => {
                    let read = self.inner.read(buf)?;
                    let ascii = encoding_rs::Encoding::ascii_valid_up_to(&buf[..read]);
                    before.extend_from_slice(&buf[ascii.saturating_sub(BEFORE)..ascii]);
                    before.drain(..before.len().saturating_sub(BEFORE));
                    if ascii == read {
                        return Ok(read);
                    }
                    let before = std::mem::take(before);
                    self.inner.put_back(&buf[ascii..read]);
                    self.state = next_state(&before, &mut self.inner)?;
                    if ascii > 0 {
                        return Ok(ascii);
                    }
                }
            }
        }
    }
}

/// Tells the encoding of what follows ASCII. How much is looked at does not depend on how the bytes come.
fn next_state<R: Read>(before: &[u8], inner: &mut Replayed<R>) -> io::Result<State> {
    let complete = inner.look_ahead(SAMPLE)?;
    let ahead = inner.ahead();
    let sample = [before, &ahead[..ahead.len().min(SAMPLE)]].concat();
    Ok(match guess(&sample, complete && ahead.len() <= SAMPLE) {
        // What is no text is passed on as it is, since what came before was.
        None | Some(Encoding::Utf8 { .. } | Encoding::Ascii) => State::Plain,
        Some(other) => State::Transcoding(Transcoder::new(Decoder::new(other))),
    })
}

/// A reader of which a part was read ahead.
struct Replayed<R> {
    inner: R,
    ahead: Vec<u8>,
    taken: usize,
}

impl<R: Read> Replayed<R> {
    fn put_back(&mut self, bytes: &[u8]) {
        self.ahead = [bytes, self.ahead()].concat();
        self.taken = 0;
    }

    fn ahead(&self) -> &[u8] {
        &self.ahead[self.taken..]
    }

    /// Has so many bytes at hand, or all there are: then true.
    fn look_ahead(&mut self, bytes: usize) -> io::Result<bool> {
        let filled = self.ahead.len();
        let wanted = bytes.saturating_sub(filled - self.taken);
        self.ahead.resize(filled + wanted, 0);
        let read = crate::stream::fill(&mut self.inner, &mut self.ahead[filled..]);
        self.ahead.truncate(filled + read.as_ref().copied().unwrap_or(0));
        Ok(read? < wanted)
    }
}

impl<R: Read> Read for Replayed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.ahead().is_empty() {
            return self.inner.read(buf);
        }
        let mut ahead = self.ahead();
        let read = ahead.read(buf)?;
        self.taken += read;
        if self.ahead().is_empty() {
            (self.ahead, self.taken) = (Vec::new(), 0);
        }
        Ok(read)
    }
}

/// The way from an encoding's bytes to UTF-8.
enum Decoder {
    Named(encoding_rs::Decoder),
    Utf32(Utf32),
    Dos,
}

impl Decoder {
    fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Named(encoding) => Self::Named(encoding.new_decoder_with_bom_removal()),
            Encoding::Utf32 { big } => Self::Utf32(Utf32::new(big)),
            Encoding::Dos => Self::Dos,
            Encoding::Utf8 { .. } | Encoding::Ascii => Self::Named(encoding_rs::UTF_8.new_decoder_with_bom_removal()),
        }
    }

    /// Returns how many bytes of output have room for whatever the input may become.
    fn room_for(&self, input: usize) -> usize {
        match self {
            Self::Named(decoder) => decoder.max_utf8_buffer_length(input).unwrap_or(input * 4),
            // A character of UTF-32 takes no more in UTF-8, a broken one takes three bytes, as do all of a code page at most.
            Self::Utf32(_) | Self::Dos => input * 3 + 8,
        }
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8], last: bool) -> usize {
        match self {
            Self::Named(decoder) => decoder.decode_to_utf8(input, output, last).2,
            Self::Utf32(decoder) => decoder.decode(input, output, last),
            Self::Dos => dos::decode(input, output),
        }
    }
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

impl Transcoder {
    fn new(decoder: Decoder) -> Box<Self> {
        let output = vec![0; decoder.room_for(INPUT)];
        Box::new(Self { decoder, input: vec![0; INPUT], output, start: 0, end: 0, ended: false })
    }

    fn read(&mut self, inner: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
        while self.start == self.end && !self.ended {
            let filled = inner.read(&mut self.input)?;
            self.ended = filled == 0;
            (self.start, self.end) = (0, self.decoder.decode(&self.input[..filled], &mut self.output, self.ended));
        }
        let taken = buf.len().min(self.end - self.start);
        buf[..taken].copy_from_slice(&self.output[self.start..self.start + taken]);
        self.start += taken;
        Ok(taken)
    }
}
