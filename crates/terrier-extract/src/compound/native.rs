//! Files that were put into a document as they are.

use super::chain::Stream;
use super::file::{u16_at, u32_at};
use super::member;
use crate::ReadAt;
use crate::asset::{self, Input};
use crate::codepage;
use crate::context::{Context, Halt};

/// Reads the file that the stream of an embedded object holds: its name, the paths it came from, and its bytes.
pub(super) fn read(context: &mut Context<'_>, stream: &Stream<'_>, path: &str) -> Result<(), Halt> {
    let bytes = stream.read_all(context.limits.buffered_bytes)?;
    let (name, content) = parts(&bytes).unwrap_or_else(|| (path.to_owned(), bytes.get(4..).unwrap_or_default()));
    member(context, &name, Some(stream.size()), |context| asset::read(context, Input::Source(&content.to_vec()), name.as_bytes()))
}

fn parts(bytes: &[u8]) -> Option<(String, &[u8])> {
    if u16_at(bytes, 4) != 2 {
        return None;
    }
    let (label, rest) = terminated(bytes.get(6..)?)?;
    let (_, rest) = terminated(rest)?;
    let rest = rest.get(4..)?;
    let rest = rest.get((u32_at(rest, 0) as usize).checked_add(4)?..)?;
    let content = rest.get(4..)?.get(..u32_at(rest, 0) as usize)?;
    Some((codepage::decode(label, 0), content)).filter(|(label, _)| !label.is_empty())
}

fn terminated(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, &bytes[..bytes.len().min(4096)])?;
    Some((&bytes[..end], &bytes[end + 1..]))
}
