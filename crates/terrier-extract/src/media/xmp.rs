//! XMP (ISO 16684-1): a packet of XML that lies in a file as it is, whatever the format, so that it is found without knowing that.

use memchr::memmem;

use super::{Properties, text_of};
use crate::stream::fill_at;
use crate::{ReadAt, ReadError};

const BEGIN: &[u8] = b"<x:xmpmeta";
const END: &[u8] = b"</x:xmpmeta>";

/// Packets lie near the begin or the end of a file, where writers can get at them.
const FROM_BEGIN: u64 = 8 << 20;
const FROM_END: u64 = 2 << 20;

/// Most bytes of a packet.
const MOST: usize = 1 << 20;

/// Adds the packets as they stand.
pub(super) fn read(source: &dyn ReadAt, properties: &mut Properties) -> Result<(), ReadError> {
    let size = source.size();
    let head = size.min(FROM_BEGIN);
    read_part(source, 0, head, properties)?;
    read_part(source, head.max(size.saturating_sub(FROM_END)), size, properties)
}

fn read_part(source: &dyn ReadAt, start: u64, end: u64, properties: &mut Properties) -> Result<(), ReadError> {
    let mut part = vec![0; end.saturating_sub(start) as usize];
    let filled = fill_at(source, start, &mut part)?;
    let mut rest = &part[..filled];
    while let Some(begin) = memmem::find(rest, BEGIN) {
        let packet = &rest[begin..];
        let length = memmem::find(packet, END).map_or(packet.len(), |end| end + END.len());
        properties.add("", &text_of(&packet[..length.min(MOST)]));
        rest = &packet[length..];
    }
    Ok(())
}
