//! Compressed RTF (MS-OXRTFCP).

use terrier_model::Reason;

use super::u32_at;
use crate::context::{Context, Halt};

const COMPRESSED: u32 = 0x7546_5A4C;
const PLAIN: u32 = 0x414C_454D;
/// What the window holds before the first byte.
const PRESET: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;

/// Unpacks, as far as it goes.
pub(super) fn unpack(context: &Context<'_>, bytes: &[u8]) -> Result<Vec<u8>, Halt> {
    let content = bytes.get(16..).ok_or(Reason::Damaged)?;
    match u32_at(bytes, 8) {
        PLAIN => return Ok(content.to_vec()),
        COMPRESSED => {}
        _ => return Err(Reason::Damaged.into()),
    }
    let mut window = [0; WINDOW];
    window[..PRESET.len()].copy_from_slice(PRESET);
    let (mut at, mut out, mut bytes) = (PRESET.len(), Vec::new(), content.iter().copied());
    while let Some(flags) = bytes.next() {
        context.budget.allowance()?;
        let before = out.len();
        for bit in 0..8 {
            let Some(first) = bytes.next() else { return Ok(out) };
            if flags >> bit & 1 == 0 {
                window[at % WINDOW] = first;
                out.push(first);
                at += 1;
                continue;
            }
            let Some(second) = bytes.next() else { return Ok(out) };
            let (from, len) = (usize::from(first) << 4 | usize::from(second) >> 4, usize::from(second & 15) + 2);
            if from == at % WINDOW {
                return Ok(out);
            }
            for step in 0..len {
                let byte = window[(from + step) % WINDOW];
                window[at % WINDOW] = byte;
                out.push(byte);
                at += 1;
            }
        }
        context.budget.spend((out.len() - before) as u64);
    }
    Ok(out)
}
