use std::io::{self, Read};

use terrier_model::Reason;

use crate::ReadError;
use crate::stream::fill;

/// Width of the first codes.
const NARROWEST: u32 = 9;
/// The code that empties the table, in files that have one.
const CLEAR: u32 = 256;

/// The LZW of Unix `compress`: codes of 9 bits that grow to 16, the lowest bit first. Codes come in groups of eight; where the width
/// changes, what is left of a group is padding.
pub(super) struct Decoder<R> {
    input: R,
    widest: u32,
    has_clear: bool,
    width: u32,
    /// The group of codes that is being read, and how many bits of it were taken.
    group: [u8; 16],
    group_bits: u32,
    taken_bits: u32,
    /// For each code the one it prolongs, and the byte it adds.
    prefixes: Vec<u16>,
    suffixes: Vec<u8>,
    next: u32,
    previous: Option<u32>,
    first: u8,
    /// What the last code stands for, last byte first.
    pending: Vec<u8>,
    failed: bool,
}

impl<R: Read> Decoder<R> {
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut header = [0; 3];
        input.read_exact(&mut header)?;
        let widest = u32::from(header[2] & 0x1F);
        if !(NARROWEST..=16).contains(&widest) {
            return Err(damaged());
        }
        let has_clear = header[2] & 0x80 != 0;
        let mut suffixes = vec![0; 1 << widest];
        for (suffix, byte) in suffixes.iter_mut().zip(0..=u8::MAX) {
            *suffix = byte;
        }
        Ok(Self {
            input,
            widest,
            has_clear,
            width: NARROWEST,
            group: [0; 16],
            group_bits: 0,
            taken_bits: 0,
            prefixes: vec![0; 1 << widest],
            suffixes,
            next: if has_clear { CLEAR + 1 } else { CLEAR },
            previous: None,
            first: 0,
            pending: Vec::new(),
            failed: false,
        })
    }

    fn next_code(&mut self) -> io::Result<Option<u32>> {
        if self.taken_bits + self.width > self.group_bits {
            let read = fill(&mut self.input, &mut self.group[..self.width as usize])?;
            (self.group_bits, self.taken_bits) = (read as u32 * 8, 0);
            if self.group_bits < self.width {
                return Ok(None);
            }
        }
        let (byte, shift) = ((self.taken_bits / 8) as usize, self.taken_bits % 8);
        let at = |index: usize| u32::from(*self.group.get(index).unwrap_or(&0));
        let bits = at(byte) | at(byte + 1) << 8 | at(byte + 2) << 16;
        self.taken_bits += self.width;
        Ok(Some(bits >> shift & ((1 << self.width) - 1)))
    }

    /// Changes the width of codes, which ends the group.
    fn set_width(&mut self, width: u32) {
        self.width = width;
        (self.group_bits, self.taken_bits) = (0, 0);
    }

    /// Puts what the next code stands for into `pending`; false at the end.
    fn decode(&mut self) -> io::Result<bool> {
        let Some(code) = self.next_code()? else { return Ok(false) };
        if self.has_clear && code == CLEAR {
            self.next = CLEAR + 1;
            self.previous = None;
            self.set_width(NARROWEST);
            return Ok(true);
        }
        let Some(previous) = self.previous else {
            let byte = u8::try_from(code).map_err(|_| damaged())?;
            (self.previous, self.first) = (Some(code), byte);
            self.pending.push(byte);
            return Ok(true);
        };
        let mut at = code;
        if code >= self.next {
            // The one code that may be ahead: what came before, and its first byte again.
            if code > self.next || self.next >= 1 << self.widest {
                return Err(damaged());
            }
            self.pending.push(self.first);
            at = previous;
        }
        while at >= CLEAR {
            self.pending.push(self.suffixes[at as usize]);
            at = u32::from(self.prefixes[at as usize]);
        }
        self.first = self.suffixes[at as usize];
        self.pending.push(self.first);
        if self.next < 1 << self.widest {
            self.prefixes[self.next as usize] = previous as u16;
            self.suffixes[self.next as usize] = self.first;
            self.next += 1;
            if self.next == 1 << self.width && self.width < self.widest {
                self.set_width(self.width + 1);
            }
        }
        self.previous = Some(code);
        Ok(true)
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buf.len() {
            if let Some(byte) = self.pending.pop() {
                buf[filled] = byte;
                filled += 1;
                continue;
            }
            if self.failed {
                // What came before the damage is handed out first.
                return if filled > 0 { Ok(filled) } else { Err(damaged()) };
            }
            match self.decode() {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => self.failed = true,
            }
        }
        Ok(filled)
    }
}

fn damaged() -> io::Error {
    ReadError::new(Reason::Damaged).into()
}
