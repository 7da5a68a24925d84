//! `ar` archives: Debian packages and static libraries.

use std::io::Read;

use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::sized;
use crate::stream::fill;

/// What every archive begins with.
pub(crate) const MAGIC: &[u8; 8] = b"!<arch>\n";
const HEADER: usize = 60;
/// What the table of long names may take.
const MAX_NAMES: u64 = 16 << 20;

/// Reads an archive; each file in it is a member.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    sized::skip(input, MAGIC.len() as u64)?;
    let mut long_names = Vec::new();
    loop {
        let mut header = [0; HEADER];
        match fill(input, &mut header)? {
            0 => return Ok(()),
            HEADER if header.ends_with(b"`\n") => {}
            // Padding behind the last member.
            filled if header[..filled].iter().all(|byte| *byte == b'\n') => return Ok(()),
            _ => return Err(Reason::Damaged.into()),
        }
        let name = header[..16].trim_ascii_end();
        let mut size = number(&header[48..58]).ok_or(Reason::Damaged)?;
        let padding = size % 2;
        match name {
            b"//" => {
                if size > MAX_NAMES {
                    return Err(Reason::MemoryLimit.into());
                }
                long_names = taken(input, size)?;
            }
            // The index of symbols.
            b"/" | b"/SYM64/" => sized::skip(input, size)?,
            b"debian-binary" => {
                context.set_format("deb");
                sized::skip(input, size)?;
            }
            _ => {
                let mut name = name.to_vec();
                if let Some(len) = name.strip_prefix(b"#1/").and_then(number) {
                    // In the manner of BSD the name stands before the content.
                    size = size.checked_sub(len).filter(|_| len <= MAX_NAMES).ok_or(Reason::Damaged)?;
                    name = taken(input, len)?;
                    name.truncate(name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
                } else if let Some(at) = name.strip_prefix(b"/").and_then(number) {
                    let rest = usize::try_from(at).ok().and_then(|at| long_names.get(at..)).unwrap_or_default();
                    name = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
                }
                let name = name.strip_suffix(b"/").unwrap_or(&name);
                let modified = number(&header[16..28]).and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1_000_000));
                sized::read(context, input, name, size, modified)?;
            }
        }
        // Some writers leave out what fills up the last member.
        let mut filling = [0; 1];
        fill(input, &mut filling[..usize::from(padding == 1)])?;
    }
}

fn taken(input: &mut dyn Read, len: u64) -> Result<Vec<u8>, Halt> {
    let mut bytes = Vec::new();
    input.take(len).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < len { Err(Reason::Damaged.into()) } else { Ok(bytes) }
}

fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.trim().parse().ok()
}
