use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;
use terrier_model::Reason;

use crate::ReadError;
use crate::stream::fill;

/// Magic of the frames of LZ4's first version, which end with the file and have no end of their own.
const LEGACY: [u8; 4] = [0x02, 0x21, 0x4C, 0x18];

/// All frames of a stream. The library's decoder ends behind a frame, and takes a frame that was cut between two blocks for one that
/// ended.
pub(super) struct Frames<R: BufRead> {
    decoder: FrameDecoder<Frame<R>>,
    legacy: bool,
    inside: bool,
}

impl<R: BufRead> Frames<R> {
    #[expect(clippy::disallowed_methods, reason = "the caller runs it inside a Capped")]
    pub(super) fn new(input: R) -> Self {
        Self { decoder: FrameDecoder::new(Frame { input, magic: [0; 4], left: 0, ended: false }), legacy: false, inside: false }
    }

    /// Goes on to the next frame with content; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let frame = self.decoder.get_mut();
            let mut magic = [0; 4];
            match fill(&mut frame.input, &mut magic)? {
                0 => return Ok(false),
                4 => {}
                _ => return Err(ReadError::new(Reason::Damaged).into()),
            }
            if !matches!(magic, [0x50..=0x5F, 0x2A, 0x4D, 0x18]) {
                (frame.magic, frame.left, self.legacy) = (magic, magic.len(), magic == LEGACY);
                return Ok(true);
            }
            let mut len = [0; 4];
            frame.input.read_exact(&mut len)?;
            let len = u64::from(u32::from_le_bytes(len));
            if io::copy(&mut frame.input.by_ref().take(len), &mut io::sink())? < len {
                return Err(ReadError::new(Reason::Damaged).into());
            }
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside {
                if !self.next_frame()? {
                    return Ok(0);
                }
                self.inside = true;
            }
            let read = self.decoder.read(buf)?;
            if read > 0 || buf.is_empty() {
                return Ok(read);
            }
            if self.decoder.get_ref().ended {
                return if self.legacy { Ok(0) } else { Err(ReadError::new(Reason::Damaged).into()) };
            }
            self.inside = false;
        }
    }
}

/// The input with the magic, which was read to tell the frame, put back; it remembers whether its end was met.
struct Frame<R> {
    input: R,
    magic: [u8; 4],
    left: usize,
    ended: bool,
}

impl<R: Read> Read for Frame<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left > 0 {
            let taken = buf.len().min(self.left);
            let start = self.magic.len() - self.left;
            buf[..taken].copy_from_slice(&self.magic[start..start + taken]);
            self.left -= taken;
            return Ok(taken);
        }
        let read = self.input.read(buf)?;
        self.ended |= read == 0 && !buf.is_empty();
        Ok(read)
    }
}
