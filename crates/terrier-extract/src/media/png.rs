//! PNG (ISO/IEC 15948, 11.3.4): the chunks of text.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Properties, text_of};
use crate::context::Budget;
use crate::stream::{Capped, fill_at};
use crate::{ReadAt, ReadError};

const SIGNATURE: u64 = 8;
/// Bytes of a chunk beside its content: length, type, checksum.
const FRAME: u64 = 12;
const MOST_CHUNKS: usize = 100_000;
/// Most bytes of a chunk that is read, and of what it unpacks to.
const MOST: u64 = 1 << 20;

/// Goes through the chunks; what does not follow their form ends it.
pub(super) fn read(source: &dyn ReadAt, budget: &Budget, properties: &mut Properties) -> Result<(), ReadError> {
    let mut at = SIGNATURE;
    for _ in 0..MOST_CHUNKS {
        let mut head = [0; 8];
        if fill_at(source, at, &mut head)? < head.len() {
            break;
        }
        let [a, b, c, d, kind @ ..] = head;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        if matches!(&kind, b"tEXt" | b"zTXt" | b"iTXt") {
            let mut content = vec![0; length.min(MOST) as usize];
            let filled = fill_at(source, at + 8, &mut content)?;
            content.truncate(filled);
            read_text(kind, &content, budget, properties);
        }
        at += FRAME + length;
    }
    Ok(())
}

/// Reads a chunk of text: a keyword, and a text that may be packed and, in `iTXt`, has a language and a translated keyword before it.
fn read_text(kind: [u8; 4], content: &[u8], budget: &Budget, properties: &mut Properties) {
    let Some((keyword, rest)) = split_at_zero(content) else { return };
    let text = match (&kind, rest) {
        (b"tEXt", text) => text_of(text),
        (b"zTXt", [0, packed @ ..]) => unpacked(packed, budget),
        (b"iTXt", [is_packed, _, rest @ ..]) => {
            let Some((_, rest)) = split_at_zero(rest) else { return };
            let Some((_, text)) = split_at_zero(rest) else { return };
            if *is_packed == 0 { text_of(text) } else { unpacked(text, budget) }
        }
        _ => return,
    };
    properties.add(&text_of(keyword), &text);
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let zero = memchr::memchr(0, bytes)?;
    Some((&bytes[..zero], &bytes[zero + 1..]))
}

fn unpacked(packed: &[u8], budget: &Budget) -> String {
    let mut text = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "runs inside a Capped")]
    let decoder = ZlibDecoder::new(packed);
    // What could be unpacked counts; a picture is not scanned in full anyway.
    let _ = Capped::new(decoder, budget).take(MOST).read_to_end(&mut text);
    text_of(&text)
}
