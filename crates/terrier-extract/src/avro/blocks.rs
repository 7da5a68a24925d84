use std::io::Read;

use terrier_model::Reason;

use super::value::zigzag;
use crate::context::Halt;
use crate::stream::fill;

/// Largest block that is held; writers make them of some 16 kB to a few MB.
const MAX_BLOCK: usize = 64 << 20;
/// What the metadata at the start may take.
const MAX_METADATA: usize = 16 << 20;
/// What is read at once.
const STEP: usize = 256 << 10;
const MAGIC: &[u8; 4] = b"Obj\x01";
const MARKER: usize = 16;

/// The blocks of a file, between which a marker stands that the file chose.
pub(super) struct Blocks<'i> {
    input: &'i mut dyn Read,
    buf: Vec<u8>,
    pos: usize,
    ended: bool,
    marker: [u8; MARKER],
    /// The metadata at the start: keys and values.
    pub(super) metadata: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A block: how many records it says it has, and its bytes as they are packed.
pub(super) struct Block<'b> {
    pub(super) count: u64,
    pub(super) bytes: &'b [u8],
    /// Whether it ends where its size says, and none was lost before it.
    pub(super) whole: bool,
}

impl<'i> Blocks<'i> {
    pub(super) fn open(input: &'i mut dyn Read) -> Result<Self, Halt> {
        let mut blocks = Self { input, buf: Vec::new(), pos: 0, ended: false, marker: [0; MARKER], metadata: Vec::new() };
        if blocks.bytes(MAGIC.len())? != MAGIC {
            return Err(Reason::Damaged.into());
        }
        blocks.read_metadata()?;
        let marker = blocks.bytes(MARKER)?;
        blocks.marker.copy_from_slice(&marker);
        Ok(blocks)
    }

    /// Reads the metadata: a map, whose parts each begin with a count.
    fn read_metadata(&mut self) -> Result<(), Halt> {
        let mut held = 0;
        loop {
            let count = self.long()?;
            if count < 0 {
                self.long()?;
            }
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count.unsigned_abs() {
                let (key, value) = (self.sized()?, self.sized()?);
                held += key.len() + value.len();
                if held > MAX_METADATA {
                    return Err(Reason::MemoryLimit.into());
                }
                self.metadata.push((key, value));
            }
        }
    }

    fn sized(&mut self) -> Result<Vec<u8>, Halt> {
        let len = usize::try_from(self.long()?).map_err(|_| Reason::Damaged)?;
        if len > MAX_METADATA { Err(Reason::MemoryLimit.into()) } else { self.bytes(len) }
    }

    fn bytes(&mut self, len: usize) -> Result<Vec<u8>, Halt> {
        if self.hold(len)? < len {
            return Err(Reason::Damaged.into());
        }
        self.pos += len;
        Ok(self.buf[self.pos - len..self.pos].to_vec())
    }

    fn long(&mut self) -> Result<i64, Halt> {
        self.hold(10)?;
        let (value, len) = zigzag(&self.buf[self.pos..]).ok_or(Reason::Damaged)?;
        self.pos += len;
        Ok(value)
    }

    /// Reads on until so many bytes are at hand, or the input ends; returns how many are.
    fn hold(&mut self, len: usize) -> Result<usize, Halt> {
        while self.buf.len() - self.pos < len && !self.ended {
            self.buf.drain(..self.pos);
            self.pos = 0;
            let filled = self.buf.len();
            self.buf.resize(filled + STEP, 0);
            let read = fill(&mut *self.input, &mut self.buf[filled..])?;
            self.buf.truncate(filled + read);
            self.ended = read < STEP;
        }
        Ok(self.buf.len() - self.pos)
    }

    /// Goes on to the next block; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Block<'_>>, Halt> {
        let mut whole = true;
        loop {
            if self.hold(1)? == 0 {
                return if whole { Ok(None) } else { Err(Reason::Damaged.into()) };
            }
            let start = self.pos;
            if let Some((count, len)) = self.header()? {
                let held = self.hold(len + MARKER)?;
                let marker = self.buf.get(self.pos + len..self.pos + len + MARKER);
                let (from, to) = (self.pos, self.pos + len);
                if marker == Some(&self.marker[..]) {
                    self.pos = to + MARKER;
                    return Ok(Some(Block { count, bytes: &self.buf[from..to], whole }));
                }
                if held < len + MARKER && self.find_marker(self.pos).is_none() {
                    // The file is cut inside the block, whose first records may be whole.
                    let to = to.min(self.buf.len());
                    self.pos = self.buf.len();
                    return Ok(Some(Block { count, bytes: &self.buf[from..to], whole: false }));
                }
            }
            whole = false;
            self.pos = start.min(self.pos);
            self.skip_to_marker()?;
        }
    }

    /// Reads what stands before a block: how many records it has, and its size.
    fn header(&mut self) -> Result<Option<(u64, usize)>, Halt> {
        self.hold(20)?;
        let rest = &self.buf[self.pos..];
        let Some((count, first)) = zigzag(rest) else { return Ok(None) };
        let Some((len, second)) = zigzag(&rest[first..]) else { return Ok(None) };
        let (Ok(count), Ok(len)) = (u64::try_from(count), usize::try_from(len)) else { return Ok(None) };
        if len > MAX_BLOCK {
            return Ok(None);
        }
        self.buf.drain(..self.pos + first + second);
        self.pos = 0;
        Ok(Some((count, len)))
    }

    fn find_marker(&self, from: usize) -> Option<usize> {
        memchr::memmem::find(&self.buf[from..], &self.marker).map(|at| from + at)
    }

    /// Passes over everything up to the marker and itself.
    fn skip_to_marker(&mut self) -> Result<(), Halt> {
        loop {
            if let Some(at) = self.find_marker(self.pos) {
                self.pos = at + MARKER;
                return Ok(());
            }
            let kept = (MARKER - 1).min(self.buf.len() - self.pos);
            self.pos = self.buf.len() - kept;
            if self.hold(MARKER)? < MARKER {
                self.pos = self.buf.len();
                return Ok(());
            }
        }
    }
}
