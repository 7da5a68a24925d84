//! RPM packages: two headers of strings, then a compressed cpio archive.

use std::io::Read;

use terrier_content::{Origin, Sensitive};
use terrier_model::Reason;

use crate::Member;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::sized;
use crate::stream::Counting;
use crate::text::{self, Place};

/// What every package begins with.
pub(crate) const MAGIC: &[u8; 4] = &[0xED, 0xAB, 0xEE, 0xDB];
const LEAD: u64 = 96;
const HEADER_MAGIC: &[u8; 3] = &[0x8E, 0xAD, 0xE8];
const WINDOW: usize = 64 << 10;

/// Reads a package: the strings of its headers are properties, what it installs is a member.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    sized::skip(input, LEAD)?;
    let signature = read_header(context, input, false)?;
    sized::skip(input, signature.next_multiple_of(8) - signature)?;
    read_header(context, input, true)?;
    let member = Member { name: Sensitive::new(b"payload"), size: None, modified: None };
    context.member(member, |context, consumed| asset::read(context, Input::Stream(&mut Counting::new(input, consumed)), b"payload"))
}

/// Reads a header: an index of 16 bytes an entry, and the strings it leads to. Returns how long those are.
fn read_header(context: &mut Context<'_>, input: &mut dyn Read, strings: bool) -> Result<u64, Halt> {
    let mut start = [0; 16];
    input.read_exact(&mut start)?;
    if !start.starts_with(HEADER_MAGIC) {
        return Err(Reason::Damaged.into());
    }
    let [.., a, b, c, d, e, f, g, h] = start;
    let (entries, len) = (u64::from(u32::from_be_bytes([a, b, c, d])), u64::from(u32::from_be_bytes([e, f, g, h])));
    sized::skip(input, 16 * entries)?;
    let mut store = input.take(len);
    if strings {
        text::windows(context, &mut Lines(&mut store), WINDOW, Place::START, &|_| Origin::Property)?;
    }
    let left = store.limit();
    sized::skip(input, left)?;
    Ok(len)
}

/// Reads strings, each of which ends with a zero, as lines; numbers between them become spaces.
struct Lines<'r>(&'r mut dyn Read);

impl Read for Lines<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buf)?;
        for byte in &mut buf[..read] {
            *byte = match *byte {
                0 => b'\n',
                b'\t' | b'\n' | 0x20..=0x7E | 0x80.. => *byte,
                _ => b' ',
            };
        }
        Ok(read)
    }
}
