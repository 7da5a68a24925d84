use std::collections::BTreeMap;

use super::{Block, Kind, Pool};
use crate::dice::Dice;
use crate::virtual_estate::profile::Format;

/// Draws what has no words in it: noise between a beginning and an end of the format.
pub(super) fn pool(dice: &Dice, kind: Kind) -> Pool {
    let (blocks, bytes) = if kind.is_small { (4, 4 << 10) } else { (4, 128 << 10) };
    let noise = |number: usize| {
        let mut noise = dice.fork(&number.to_string()).bytes(bytes);
        // In a photograph this byte would begin a marker; nowhere is a byte printable, so that no string is there by chance.
        noise.iter_mut().for_each(|byte| *byte = if *byte & 1 == 0 { *byte >> 4 } else { (*byte | 0x80) & 0xfe });
        Block::new(noise, BTreeMap::new())
    };
    let (head, tail): (Vec<u8>, &'static [u8]) = match kind.format {
        Format::Jpeg => (jpeg_head(), b"\xff\xd9"),
        Format::Mp4 => (mp4_head(), b""),
        _ => (b"TSIM\x00\x01\x02\x03".to_vec(), b""),
    };
    Pool { head: head.into(), tail: tail.into(), ..Pool::of((0..blocks).map(noise).collect()) }
}

/// A JFIF header, a table of quantisation, and the headers of a frame and of a scan (ITU-T T.81).
fn jpeg_head() -> Vec<u8> {
    let mut head = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x48\x00\x48\x00\x00".to_vec();
    head.extend_from_slice(b"\xff\xdb\x00\x43\x00");
    head.extend((1..=64).map(|step| step / 2 + 8));
    head.extend_from_slice(b"\xff\xc0\x00\x0b\x08\x06\x00\x08\x00\x01\x01\x11\x00");
    head.extend_from_slice(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00");
    head
}

/// The type of the file, and a box of data that reaches to its end (ISO/IEC 14496-12).
fn mp4_head() -> Vec<u8> {
    let mut head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41".to_vec();
    head.extend_from_slice(b"\x00\x00\x00\x00mdat");
    head
}
