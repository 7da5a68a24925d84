//! S/MIME (RFC 8551): what is signed holds a message, what is encrypted does not show it.

use std::io::Read;

use terrier_model::Reason;

use crate::context::{Context, Halt};

/// Object identifiers of PKCS #7 (RFC 5652), as they are encoded.
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const PKCS7: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];
/// The identifier of what is encrypted.
pub(crate) const ENVELOPED: &[u8] = &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
/// Pieces that a string may come in, and tags that stand before it.
const MAX_PIECES: usize = 1 << 20;

/// Reads what a signature was put around; anything else of these types is encrypted.
pub(super) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    context.set_format("pkcs7");
    let limit = context.limits.buffered_bytes;
    let mut bytes = Vec::new();
    (&mut *input).take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Reason::MemoryLimit.into());
    }
    match kind(&bytes) {
        Some(SIGNED) => {}
        Some(kind) if kind.starts_with(PKCS7) => return Err(Reason::Encrypted.into()),
        _ => return Err(Reason::UnsupportedFormat.into()),
    }
    let message = signed_content(&bytes).ok_or(Reason::Damaged)?;
    context.deeper(|context| super::read(context, &mut message.as_slice()))
}

/// A value of BER: its tag, where its content begins, and its length where it is told.
struct Value {
    tag: u8,
    start: usize,
    len: Option<usize>,
}

fn value(bytes: &[u8], at: usize) -> Option<Value> {
    let (tag, first) = (*bytes.get(at)?, *bytes.get(at + 1)?);
    if first == 0x80 {
        return Some(Value { tag, start: at + 2, len: None });
    }
    let more = usize::from(first & 0x7F);
    if first < 0x80 {
        return Some(Value { tag, start: at + 2, len: Some(more) });
    }
    let digits = bytes.get(at + 2..at + 2 + more).filter(|digits| digits.len() <= 7)?;
    let len = digits.iter().fold(0, |len, digit| len << 8 | usize::from(*digit));
    Some(Value { tag, start: at + 2 + more, len: Some(len) })
}

fn kind(bytes: &[u8]) -> Option<&[u8]> {
    let outer = value(bytes, 0).filter(|outer| outer.tag == 0x30)?;
    let id = value(bytes, outer.start).filter(|id| id.tag == 6)?;
    bytes.get(id.start..id.start.checked_add(id.len?)?)
}

/// Finds the content of `SignedData` behind the inner identifier, and puts its pieces together.
fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = memchr::memmem::find(bytes, SIGNED)? + SIGNED.len();
    let inner = first + memchr::memmem::find(bytes.get(first..)?, PKCS7)? + PKCS7.len() + 1;
    let explicit = value(bytes, inner).filter(|value| value.tag == 0xA0)?;
    let string = value(bytes, explicit.start)?;
    if string.tag == 4 {
        return bytes.get(string.start..bytes.len().min(string.start.checked_add(string.len?)?)).map(<[u8]>::to_vec);
    }
    let mut content = Vec::new();
    let mut at = string.start;
    for _ in 0..MAX_PIECES {
        let Some(piece) = value(bytes, at).filter(|piece| piece.tag == 4) else { break };
        let end = bytes.len().min(piece.start.checked_add(piece.len?)?);
        content.extend_from_slice(bytes.get(piece.start..end)?);
        at = end;
    }
    Some(content)
}
