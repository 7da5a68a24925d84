use std::io::Read;

use arrow_buffer::Buffer;
use arrow_ipc::{Message, RecordBatch, root_as_message};
use terrier_model::Reason;

use crate::context::Halt;
use crate::stream::fill;

/// What stands before the length of a message, since version 0.15.
const CONTINUATION: [u8; 4] = [0xFF; 4];
/// Longest description of a message: that of a schema of many columns.
const MAX_DESCRIPTION: usize = 16 << 20;
/// What is read of a body at once, so that a length that lies costs no memory.
const STEP: usize = 1 << 20;

/// Tells a stream: its first message is a schema.
pub(crate) fn is_stream(head: &[u8]) -> bool {
    let Some((CONTINUATION, rest)) = head.split_first_chunk().map(|(marker, rest)| (*marker, rest)) else { return false };
    let Some((len, rest)) = rest.split_first_chunk() else { return false };
    let description = rest.get(..u32::from_le_bytes(*len) as usize);
    description.is_some_and(|description| root_as_message(description).is_ok_and(|message| message.header_as_schema().is_some()))
}

/// A message: how it is described, and its buffers one behind the other.
pub(super) struct Framed {
    description: Vec<u8>,
    pub(super) body: Buffer,
}

impl Framed {
    /// Reads the next message of a stream; `None` where the stream says that it ends, or ends. A body beyond `limit` ends it.
    pub(super) fn read(input: &mut dyn Read, limit: u64) -> Result<Option<Self>, Halt> {
        let Some(len) = length(input)? else { return Ok(None) };
        if len > MAX_DESCRIPTION {
            return Err(Reason::Damaged.into());
        }
        let mut description = vec![0; len];
        input.read_exact(&mut description)?;
        let message = root_as_message(&description).map_err(|_| Reason::Damaged)?;
        let len = u64::try_from(message.bodyLength()).map_err(|_| Reason::Damaged)?;
        if len > limit {
            return Err(Reason::MemoryLimit.into());
        }
        let body = body(input, usize::try_from(len).map_err(|_| Reason::MemoryLimit)?)?;
        Ok(Some(Self { description, body: body.into() }))
    }

    /// Returns the description, which was checked.
    pub(super) fn message(&self) -> Result<Message<'_>, Halt> {
        Ok(root_as_message(&self.description).map_err(|_| Reason::Damaged)?)
    }

    /// Returns how many bytes the buffers of a batch say they unpack to: none where they are not packed. Fails where a buffer lies
    /// outside the body.
    pub(super) fn unpacked_len(&self, batch: &RecordBatch<'_>) -> Result<u64, Halt> {
        let mut unpacked = 0_u64;
        for buffer in batch.buffers().into_iter().flatten() {
            let start = usize::try_from(buffer.offset()).map_err(|_| Reason::Damaged)?;
            let len = usize::try_from(buffer.length()).map_err(|_| Reason::Damaged)?;
            let bytes = start.checked_add(len).and_then(|end| self.body.get(start..end)).ok_or(Reason::Damaged)?;
            if batch.compression().is_some()
                && let Some(len) = bytes.first_chunk()
            {
                unpacked = unpacked.saturating_add(u64::try_from(i64::from_le_bytes(*len)).unwrap_or(0));
            }
        }
        Ok(unpacked)
    }
}

/// Reads the length of a description: behind a mark, or, as it was before there was one, as it is. 0 ends a stream.
fn length(input: &mut dyn Read) -> Result<Option<usize>, Halt> {
    let mut word = [0; 4];
    match fill(input, &mut word)? {
        0 => return Ok(None),
        4 => {}
        _ => return Err(Reason::Damaged.into()),
    }
    if word == CONTINUATION {
        input.read_exact(&mut word)?;
    }
    let len = u32::from_le_bytes(word) as usize;
    Ok((len > 0).then_some(len))
}

fn body(input: &mut dyn Read, len: usize) -> Result<Vec<u8>, Halt> {
    let mut body = Vec::new();
    while body.len() < len {
        let filled = body.len();
        body.resize(len.min(filled + STEP), 0);
        input.read_exact(&mut body[filled..])?;
    }
    Ok(body)
}
