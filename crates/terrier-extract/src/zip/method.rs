//! The methods that entries are packed with, numbered in PKWARE's APPNOTE, 4.4.5.

use std::io::{BufRead, Read};

use deflate64::Deflate64Decoder;
use flate2::bufread::DeflateDecoder;
use lzma_rust2::{LzmaReader, lzma_get_memory_usage_by_props};
use terrier_model::Reason;

use crate::context::{Budget, Halt};
use crate::layer::{self, Bites, Codec};

/// Makes the decoder of a method for an entry that unpacks to `size` bytes.
#[expect(clippy::disallowed_methods, reason = "the caller runs it inside a Capped")]
pub(super) fn decoder<'s>(method: u16, packed: impl BufRead + 's, size: u64, budget: &Budget) -> Result<Box<dyn Read + 's>, Halt> {
    Ok(match method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        9 => Box::new(Deflate64Decoder::with_buffer(packed)),
        12 => layer::decoder(Codec::Bzip2, packed, budget)?,
        14 => lzma(packed, size, budget)?,
        // Zstandard has two numbers: the first writers took the one before it was given.
        20 | 93 => layer::decoder(Codec::Zstd, packed, budget)?,
        95 => layer::decoder(Codec::Xz, packed, budget)?,
        _ => return Err(Reason::UnsupportedFormat.into()),
    })
}

/// LZMA has a header of its own here: a version, and the length of the properties that follow (APPNOTE, 5.8.8). It may end with the
/// size or with a marker, which the decoder takes either way.
#[expect(clippy::disallowed_methods, reason = "the caller runs it inside a Capped")]
fn lzma<'s>(mut packed: impl BufRead + 's, size: u64, budget: &Budget) -> Result<Box<dyn Read + 's>, Halt> {
    let mut header = [0; 9];
    packed.read_exact(&mut header)?;
    let [_, _, 5, 0, properties, a, b, c, d] = header else { return Err(Reason::Damaged.into()) };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    let kib = lzma_get_memory_usage_by_props(dictionary, properties)?;
    if u64::from(kib) << 10 > budget.dictionary() {
        return Err(Reason::MemoryLimit.into());
    }
    Ok(Box::new(Bites(LzmaReader::new_with_props(packed, size, properties, dictionary, None)?)))
}
