//! Word documents (MS-DOC): the text of all pieces, which are those of the body, notes, headers, comments and boxes in turn.

use terrier_model::Reason;

use super::file::{CompoundFile, u16_at, u32_at};
use super::{open, word95};
use crate::codepage::decode;
use crate::context::{Context, Halt};
use crate::text::{self, Place};

const ENCRYPTED: u16 = 0x0100;
const SECOND_TABLE: u16 = 0x0200;
/// First version that keeps its pieces in a stream of their own (Word 97).
const WORD_97: u16 = 0x00C1;
/// The place in the header that tells where the pieces are.
const CLX: usize = 0x01A2;

/// Reads the text of a document.
pub(super) fn read(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, document: &[u8]) -> Result<(), Halt> {
    let flags = u16_at(document, 10);
    if !matches!(u16_at(document, 0), 0xA5EC | 0xA5DC) {
        return Err(Reason::Damaged.into());
    }
    if flags & ENCRYPTED != 0 {
        return Err(Reason::Encrypted.into());
    }
    let mut prose = Prose::default();
    let table = file.find(at, if flags & SECOND_TABLE != 0 { "1Table" } else { "0Table" });
    let Some(table) = table.filter(|_| u16_at(document, 2) >= WORD_97) else {
        word95::text(document).ok_or(Reason::Damaged)?.chars().for_each(|character| prose.push(character));
        return prose.hand_out(context);
    };
    let table = open(context, file, table)?.read_all(context.limits.buffered_bytes)?;
    let start = u32_at(document, CLX) as usize;
    let pieces = table.get(start..).and_then(|rest| rest.get(..u32_at(document, CLX + 4) as usize)).ok_or(Reason::Damaged)?;
    read_pieces(document, plc(pieces).ok_or(Reason::Damaged)?, &mut prose)?;
    prose.hand_out(context)
}

/// Finds the list of pieces behind the changes of format that stand before it.
fn plc(mut clx: &[u8]) -> Option<&[u8]> {
    while let [1, ..] = clx {
        clx = clx.get(3 + usize::from(u16_at(clx, 1))..)?;
    }
    let rest = clx.strip_prefix(&[2])?;
    rest.get(4..)?.get(..u32_at(rest, 0) as usize)
}

fn read_pieces(document: &[u8], plc: &[u8], prose: &mut Prose) -> Result<(), Halt> {
    let count = plc.len().saturating_sub(4) / 12;
    // Pieces may not share text, so together they are no longer than the stream.
    let mut left = document.len();
    for piece in 0..count {
        let characters = u32_at(plc, 4 * piece + 4).saturating_sub(u32_at(plc, 4 * piece)) as usize;
        let place = u32_at(plc, 4 * (count + 1) + 8 * piece + 2);
        let narrow = place & 0x4000_0000 != 0;
        let place = (place & 0x3FFF_FFFF) as usize;
        let (start, len) = if narrow { (place / 2, characters) } else { (place, characters.saturating_mul(2)) };
        let bytes = document.get(start..).unwrap_or_default();
        let bytes = &bytes[..len.min(bytes.len())];
        left = left.checked_sub(bytes.len()).ok_or(Reason::Damaged)?;
        decode(bytes, if narrow { 1252 } else { 1200 }).chars().for_each(|character| prose.push(character));
    }
    Ok(())
}

/// Collects running text. What a field is computed from follows the paragraph that it stands in.
#[derive(Default)]
struct Prose {
    text: String,
    instructions: String,
    /// The fields that are open: true where it is their instruction that is being read.
    fields: Vec<bool>,
}

/// Fields inside each other that are told apart.
const MAX_FIELDS: usize = 64;

impl Prose {
    fn push(&mut self, character: char) {
        match character {
            '\u{13}' if self.fields.len() < MAX_FIELDS => self.fields.push(true),
            '\u{14}' => {
                if let Some(field) = self.fields.last_mut() {
                    *field = false;
                    self.instructions.push('\n');
                }
            }
            '\u{15}' => {
                if self.fields.pop() == Some(true) {
                    self.instructions.push('\n');
                }
            }
            '\r' | '\u{0B}' | '\u{0C}' => self.end_paragraph(),
            '\u{7}' => self.put('\t'),
            '\u{1E}' => self.put('-'),
            '\t' => self.put('\t'),
            '\0'..='\u{1F}' | '\u{AD}' => {}
            character => self.put(character),
        }
    }

    fn put(&mut self, character: char) {
        if self.fields.last() == Some(&true) { self.instructions.push(character) } else { self.text.push(character) }
    }

    fn hand_out(mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.end_paragraph();
        text::read(context, &mut self.text.as_bytes(), Place::START)
    }

    fn end_paragraph(&mut self) {
        self.text.push('\n');
        for instruction in std::mem::take(&mut self.instructions).lines().map(str::trim).filter(|line| line.len() > 8) {
            self.text.push_str(instruction);
            self.text.push('\n');
        }
    }
}
