//! Running text of any size, in windows.

use std::io::Read;

use memchr::{memchr_iter, memrchr};
use terrier_content::{Origin, Sensitive, Text};

use crate::context::{Context, Halt};
use crate::stream::fill;

/// Text of the neighbours that a window carries on each side.
pub(crate) const NEIGHBOUR: usize = 4 << 10;
/// Size of a body, before it is cut back to a line's end.
pub(crate) const BODY: usize = 1 << 20;
/// How far a cut is moved back to find a line's end.
const LINE_SEARCH: usize = 64 << 10;

/// A place in a decoded stream: where a body begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) byte: u64,
}

impl Place {
    /// The start of a stream.
    pub(crate) const START: Self = Self { line: 1, byte: 0 };

    /// Returns the place behind `bytes`.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        Self { line: self.line + memchr_iter(b'\n', bytes).count() as u64, byte: self.byte + bytes.len() as u64 }
    }

    pub(crate) fn lines(self) -> Origin {
        Origin::Lines { line: self.line, byte: self.byte }
    }
}

/// Hands out a stream of lines that begins at `from`.
pub(crate) fn read(context: &mut Context<'_>, reader: &mut dyn Read, from: Place) -> Result<(), Halt> {
    windows(context, reader, BODY, from, &Place::lines)
}

/// Hands out text that is in memory as a whole.
pub(crate) fn whole(context: &mut Context<'_>, bytes: &[u8], from: Place) -> Result<(), Halt> {
    context.text(Text::whole(bytes, from.lines()))
}

/// Hands out a stream in windows whose bodies have about `body` bytes. Uses the memory of one window, whatever the stream's size.
pub(crate) fn windows(
    context: &mut Context<'_>,
    reader: &mut dyn Read,
    body: usize,
    from: Place,
    origin: &dyn Fn(Place) -> Origin,
) -> Result<(), Halt> {
    let mut buf = vec![0; NEIGHBOUR + body + NEIGHBOUR];
    let (mut start, mut len, mut place) = (0, 0, from);
    loop {
        let wanted = (start + body + NEIGHBOUR).min(buf.len());
        len += fill(reader, &mut buf[len..wanted])?;
        let at_end = len < wanted;
        let end = if at_end { len } else { cut(&buf[start..start + body]) + start };
        let window_start = start.saturating_sub(NEIGHBOUR);
        let window_end = len.min(end + NEIGHBOUR);
        context.text(Text {
            bytes: Sensitive::new(&buf[window_start..window_end]),
            body_start: start - window_start,
            body_end: end - window_start,
            origin: origin(place),
        })?;
        if at_end {
            return Ok(());
        }
        place = place.after(&buf[start..end]);
        let keep = end.saturating_sub(NEIGHBOUR);
        buf.copy_within(keep..len, 0);
        start = end - keep;
        len -= keep;
    }
}

/// Returns where to cut a body: behind a line's end if one is near, else not inside a character.
pub(crate) fn cut(body: &[u8]) -> usize {
    let near = body.len() - LINE_SEARCH.min(body.len() / 2);
    if let Some(newline) = memrchr(b'\n', &body[near..]) {
        return near + newline + 1;
    }
    let continues = body.iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
    let lead = body.len() - continues - 1;
    if body[lead] >= 0xC0 { lead } else { body.len() }
}
