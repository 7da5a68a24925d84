//! cpio archives with headers in ASCII: those of initial RAM disks and RPM packages, and the older portable ones.

use std::io::Read;

use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::sized;
use crate::stream::fill;

/// Longest name, and longest content of a link.
const MAX_NAME: u64 = 64 << 10;
const FILE_TYPE: u64 = 0o170_000;
const REGULAR: u64 = 0o100_000;

/// Tells an archive.
pub(crate) fn is_cpio(head: &[u8]) -> bool {
    [b"070701", b"070702"]
        .iter()
        .any(|magic| head.starts_with(*magic) && head.get(6..110).is_some_and(|rest| rest.iter().all(u8::is_ascii_hexdigit)))
        || head.starts_with(b"070707") && head.get(6..76).is_some_and(|rest| rest.iter().all(|digit| matches!(digit, b'0'..=b'7')))
}

/// Reads an archive; each file in it is a member.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    while let Some(header) = Header::read(input)? {
        let mut name = Vec::new();
        input.take(header.name).read_to_end(&mut name)?;
        if (name.len() as u64) < header.name {
            return Err(Reason::Damaged.into());
        }
        name.pop();
        sized::skip(input, header.padding(header.len + header.name))?;
        if name == b"TRAILER!!!" {
            return Ok(());
        }
        if header.mode & FILE_TYPE == REGULAR {
            let modified = i64::try_from(header.modified).ok().and_then(|seconds| seconds.checked_mul(1_000_000));
            sized::read(context, input, &name, header.size, modified)?;
        } else {
            sized::skip(input, header.size)?;
        }
        sized::skip(input, header.padding(header.size))?;
    }
    // The last entry says that it is the last.
    Err(Reason::Damaged.into())
}

struct Header {
    len: u64,
    mode: u64,
    modified: u64,
    name: u64,
    size: u64,
    align: u64,
}

impl Header {
    /// Reads the next header; `None` at the end of the input.
    fn read(input: &mut dyn Read) -> Result<Option<Self>, Halt> {
        let mut magic = [0; 6];
        if fill(input, &mut magic)? == 0 {
            return Ok(None);
        }
        let mut rest = [0; 104];
        let header = match &magic {
            b"070701" | b"070702" => {
                input.read_exact(&mut rest)?;
                let field = |index: usize| number(&rest[8 * index..8 * index + 8], 16);
                let (mode, modified, size, name) = (field(1)?, field(5)?, field(6)?, field(11)?);
                Self { len: 110, mode, modified, name, size, align: 4 }
            }
            b"070707" => {
                input.read_exact(&mut rest[..70])?;
                let field = |start: usize, len: usize| number(&rest[start..start + len], 8);
                let (mode, modified, name, size) = (field(12, 6)?, field(42, 11)?, field(53, 6)?, field(59, 11)?);
                Self { len: 76, mode, modified, name, size, align: 1 }
            }
            _ => return Err(Reason::Damaged.into()),
        };
        if header.name == 0 || header.name > MAX_NAME { Err(Reason::Damaged.into()) } else { Ok(Some(header)) }
    }

    fn padding(&self, len: u64) -> u64 {
        len.next_multiple_of(self.align) - len
    }
}

fn number(field: &[u8], radix: u32) -> Result<u64, Halt> {
    let digits = std::str::from_utf8(field).map_err(|_| Reason::Damaged)?;
    Ok(u64::from_str_radix(digits, radix).map_err(|_| Reason::Damaged)?)
}
