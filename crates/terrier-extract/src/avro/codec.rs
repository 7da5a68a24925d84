use std::io::{Cursor, Read};

use flate2::bufread::DeflateDecoder;
use terrier_model::Reason;

use crate::context::{Budget, Halt};
use crate::layer::{self, Codec};
use crate::stream::Capped;

/// What a byte of Snappy may become at the most: a copy of 64 bytes takes three.
const MOST_OF_SNAPPY: usize = 32;

/// Opens what a block has packed.
#[expect(clippy::disallowed_methods, reason = "runs inside a Capped")]
pub(super) fn open<'b>(name: &[u8], packed: &'b [u8], budget: &'b Budget) -> Result<Box<dyn Read + 'b>, Halt> {
    let unpacked: Box<dyn Read + 'b> = match name {
        b"null" => return Ok(Box::new(packed)),
        b"snappy" => return Ok(Box::new(Cursor::new(snappy(packed, budget)?))),
        b"deflate" => Box::new(DeflateDecoder::new(packed)),
        b"bzip2" => layer::decoder(Codec::Bzip2, packed, budget)?,
        b"xz" => layer::decoder(Codec::Xz, packed, budget)?,
        b"zstandard" => layer::decoder(Codec::Zstd, packed, budget)?,
        _ => return Err(Reason::UnsupportedFormat.into()),
    };
    Ok(Box::new(Capped::new(unpacked, budget)))
}

/// Unpacks Snappy, which has no parts that could be read one by one; a checksum of four bytes follows it.
fn snappy(packed: &[u8], budget: &Budget) -> Result<Vec<u8>, Halt> {
    let packed = packed.len().checked_sub(4).map(|len| &packed[..len]).ok_or(Reason::Damaged)?;
    let len = snap::raw::decompress_len(packed).map_err(|_| Reason::Damaged)?;
    if len > packed.len().saturating_mul(MOST_OF_SNAPPY) {
        return Err(Reason::Damaged.into());
    }
    if len as u64 > budget.allowance()? {
        budget.spend(len as u64);
        budget.allowance()?;
    }
    budget.spend(len as u64);
    Ok(snap::raw::Decoder::new().decompress_vec(packed).map_err(|_| Reason::Damaged)?)
}
