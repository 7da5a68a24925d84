//! Macros (MS-OVBA): the source of a module, unpacked.

use terrier_model::Reason;

use super::chain::Stream;
use super::file::u16_at;
use super::member;
use crate::ReadAt;
use crate::codepage::decode;
use crate::context::{Budget, Context, Halt};
use crate::text::{self, Place};

/// What every module begins with, behind the byte that says that eight characters follow as they are.
const START: &[u8] = b"\0Attribut";
const CHUNK: usize = 4096;

/// Reads the source in a stream as a member; false where there is none.
pub(super) fn read(context: &mut Context<'_>, stream: &Stream<'_>, path: &str) -> Result<bool, Halt> {
    let bytes = stream.read_all(context.limits.buffered_bytes)?;
    let Some(container) = memchr::memmem::find(&bytes, START).and_then(|at| at.checked_sub(3)) else { return Ok(false) };
    if bytes[container] != 1 {
        return Ok(false);
    }
    member(context, path, Some(stream.size()), |context| {
        context.set_format("text");
        let (source, reason) = unpack(&bytes[container + 1..], context.budget);
        text::read(context, &mut decode(&source, 1252).as_bytes(), Place::START)?;
        reason.map_or(Ok(()), |reason| Err(reason.into()))
    })?;
    Ok(true)
}

/// Unpacks chunk by chunk; why it ended early is the second of what is returned.
fn unpack(mut rest: &[u8], budget: &Budget) -> (Vec<u8>, Option<Reason>) {
    let mut source = Vec::new();
    while rest.len() > 2 {
        if let Err(error) = budget.allowance() {
            return (source, Some(error.reason));
        }
        let header = u16_at(rest, 0);
        let len = usize::from(header & 0x0FFF) + 1;
        if header & 0x7000 != 0x3000 {
            return (source, None);
        }
        let chunk = &rest[2..rest.len().min(len + 2)];
        let start = source.len();
        if header & 0x8000 == 0 {
            source.extend_from_slice(chunk);
        } else if !unpack_chunk(chunk, &mut source, start) {
            return (source, Some(Reason::Damaged));
        }
        budget.spend((source.len() - start) as u64);
        rest = &rest[2 + chunk.len()..];
    }
    (source, None)
}

/// Unpacks a chunk: groups of eight, each told by a bit to be a character or a copy of what came before in the chunk.
fn unpack_chunk(chunk: &[u8], source: &mut Vec<u8>, start: usize) -> bool {
    let mut bytes = chunk.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { return true };
            if flags >> bit & 1 == 0 {
                source.push(first);
                continue;
            }
            let Some(second) = bytes.next() else { return true };
            let token = usize::from(u16::from_le_bytes([first, second]));
            let done = source.len() - start;
            let bits = (done.max(2) - 1).ilog2().max(3) + 1;
            let (len, distance) = ((token & (0xFFFF >> bits)) + 3, (token >> (16 - bits)) + 1);
            if distance > done || done + len > 2 * CHUNK {
                return false;
            }
            for _ in 0..len {
                source.push(source[source.len() - distance]);
            }
        }
    }
    true
}
