//! JPEG (ITU-T T.81, B.1.1): the comments, and the Photoshop resources in which IPTC's properties lie.

use super::{Properties, iptc, text_of};
use crate::stream::fill_at;
use crate::{ReadAt, ReadError};

const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;
const COMMENT: u8 = 0xFE;
const PHOTOSHOP: u8 = 0xED;

/// Most segments before the picture.
const MOST_SEGMENTS: usize = 4096;

/// Goes through the segments before the picture. A broken one ends it: EXIF and XMP are looked for by others.
pub(super) fn read(source: &dyn ReadAt, properties: &mut Properties) -> Result<(), ReadError> {
    let mut at = 2;
    for _ in 0..MOST_SEGMENTS {
        let mut head = [0; 4];
        if fill_at(source, at, &mut head)? < head.len() || head[0] != 0xFF {
            break;
        }
        let [_, marker, length @ ..] = head;
        // Fill bytes may stand before a marker.
        if marker == 0xFF {
            at += 1;
            continue;
        }
        if matches!(marker, START_OF_SCAN | END_OF_IMAGE) {
            break;
        }
        let length = usize::from(u16::from_be_bytes(length));
        if matches!(marker, COMMENT | PHOTOSHOP) {
            let mut content = vec![0; length.saturating_sub(2)];
            let filled = fill_at(source, at + 4, &mut content)?;
            content.truncate(filled);
            match marker {
                COMMENT => properties.add("Comment", &text_of(&content)),
                _ => iptc::read_resources(&content, properties),
            }
        }
        at += 2 + length.max(2) as u64;
    }
    Ok(())
}
