//! Printable strings of binaries: ASCII, and ASCII in UTF-16 (little end first) as programs of Windows keep it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};

use terrier_content::Origin;
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::text::{self, Place};

/// Shortest string that is handed out. Shorter ones are noise, and no value of a class is shorter.
pub(crate) const SHORTEST: usize = 6;
const INPUT: usize = 64 << 10;
/// The signatures of an entry of a zip and of the record at its end (PKWARE's APPNOTE, 4.3.7 and 4.3.16).
const ENTRY_OF_ZIP: u32 = 0x504b_0304;
const END_OF_ZIP: u32 = 0x504b_0506;
/// Size of a window's body: small, since the strings of a window share the place of its first.
const BODY: usize = 16 << 10;

/// Where strings of the joined stream lie in the binary: offset in the stream, offset in the binary.
type Places = RefCell<VecDeque<(u64, u64)>>;

/// Hands out the strings of a binary, one a line.
pub(crate) fn read(context: &mut Context<'_>, reader: &mut dyn Read) -> Result<(), Halt> {
    let seen = read_part(context, reader, 0)?;
    // Not the signature of an entry: what is large and looks random holds any four bytes, and one signature is enough.
    if seen.end {
        context.miss(Reason::UnsupportedFormat);
    }
    Ok(())
}

/// Hands out the strings of a part of a zip that its directory does not speak of, which begins at `from`.
pub(crate) fn read_unlisted(context: &mut Context<'_>, reader: &mut dyn Read, from: u64) -> Result<(), Halt> {
    let seen = read_part(context, reader, from)?;
    if seen.entry || seen.end {
        context.miss(Reason::UnsupportedFormat);
    }
    Ok(())
}

fn read_part(context: &mut Context<'_>, reader: &mut dyn Read, from: u64) -> Result<OfZip, Halt> {
    let places = Places::default();
    let mut joined = Joined::new(reader, &places, from);
    text::windows(context, &mut joined, BODY, Place::START, &|place| Origin::Binary { byte: in_binary(&places, place.byte) })?;
    Ok(joined.of_zip)
}

/// Returns where in the binary the place of the joined stream lies, and forgets what lies before it.
fn in_binary(places: &Places, joined: u64) -> u64 {
    let mut places = places.borrow_mut();
    while places.get(1).is_some_and(|(next, _)| *next <= joined) {
        places.pop_front();
    }
    places.front().map_or(0, |(start, binary)| binary + joined.saturating_sub(*start))
}

/// Returns the strings in `bytes`, one a line.
pub(crate) fn printable(bytes: &[u8]) -> Vec<u8> {
    let places = Places::default();
    let mut reader = bytes;
    let mut joined = Joined::new(&mut reader, &places, 0);
    let mut strings = vec![0; bytes.len() + bytes.len() / SHORTEST + 1];
    let filled = crate::stream::fill(&mut joined, &mut strings).unwrap_or(0);
    strings.truncate(filled);
    strings
}

/// A run of printable characters that is being collected.
#[derive(Default)]
struct Run {
    pending: Vec<u8>,
    start: u64,
    long: bool,
}

/// Which signatures of a zip were seen, as in an installer that unpacks itself: its members are not read.
#[derive(Debug, Clone, Copy, Default)]
struct OfZip {
    entry: bool,
    end: bool,
}

/// Reads a binary as the lines of its strings.
struct Joined<'a> {
    reader: &'a mut dyn Read,
    places: &'a Places,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    produced: u64,
    offset: u64,
    narrow: Run,
    wide: Run,
    before: Option<u8>,
    ended: bool,
    /// The last four bytes.
    last: u32,
    of_zip: OfZip,
}

impl<'a> Joined<'a> {
    fn new(reader: &'a mut dyn Read, places: &'a Places, from: u64) -> Self {
        Self {
            reader,
            places,
            input: vec![0; INPUT],
            output: Vec::new(),
            taken: 0,
            produced: 0,
            offset: from,
            narrow: Run::default(),
            wide: Run::default(),
            before: None,
            ended: false,
            last: 0,
            of_zip: OfZip::default(),
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.taken = 0;
        let filled = self.reader.read(&mut self.input)?;
        let input = std::mem::take(&mut self.input);
        for byte in &input[..filled] {
            self.byte(*byte);
            self.offset += 1;
        }
        self.input = input;
        if filled == 0 {
            self.ended = true;
            self.end_narrow();
            self.end_wide();
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        self.last = self.last << 8 | u32::from(byte);
        self.of_zip.entry |= self.last == ENTRY_OF_ZIP;
        self.of_zip.end |= self.last == END_OF_ZIP;
        match (byte, self.before) {
            (0, Some(character)) => {
                let start = self.offset - 1;
                self.push(true, character, start);
                self.end_narrow();
                self.before = None;
            }
            (b'\t' | 0x20..=0x7E, before) => {
                if before.is_some() {
                    self.end_wide();
                }
                self.push(false, byte, self.offset);
                self.before = Some(byte);
            }
            _ => {
                self.end_narrow();
                self.end_wide();
                self.before = None;
            }
        }
    }

    fn push(&mut self, wide: bool, byte: u8, at: u64) {
        let run = if wide { &mut self.wide } else { &mut self.narrow };
        if run.long {
            self.output.push(byte);
            self.produced += 1;
            return;
        }
        if run.pending.is_empty() {
            run.start = at;
        }
        run.pending.push(byte);
        if run.pending.len() >= SHORTEST {
            run.long = true;
            self.places.borrow_mut().push_back((self.produced, run.start));
            self.output.extend_from_slice(&run.pending);
            self.produced += run.pending.len() as u64;
            run.pending.clear();
        }
    }

    fn end_narrow(&mut self) {
        if std::mem::take(&mut self.narrow.long) {
            self.end_line();
        }
        self.narrow.pending.clear();
    }

    fn end_wide(&mut self) {
        if std::mem::take(&mut self.wide.long) {
            self.end_line();
        }
        self.wide.pending.clear();
    }

    fn end_line(&mut self) {
        self.output.push(b'\n');
        self.produced += 1;
    }
}

impl Read for Joined<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.refill()?;
        }
        let taken = buf.len().min(self.output.len() - self.taken);
        buf[..taken].copy_from_slice(&self.output[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}
