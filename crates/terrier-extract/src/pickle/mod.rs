//! Pickles of Python: listed, never executed. What is put into a dictionary is a record whose columns are its keys; other text is text.

mod opcode;
mod stack;

use std::io::{BufRead, BufReader, Read};

use terrier_content::{ColumnKind, Origin};
use terrier_model::Reason;

use self::opcode::{Argument, Opcode};
use self::stack::{Slot, Stack};
use crate::context::{Context, Halt};
use crate::json::{OVERFLOW, ROOT, unescape};
use crate::rows::Rows;
use crate::stream::fill;
use crate::strings;
use crate::text::{self, Place};

/// Longest text that is held; longer ones are handed out at once.
const MAX_TEXT: u64 = 1 << 20;
/// Longest line of the opcodes that have one.
const MAX_LINE: u64 = 64 << 10;
/// How much text waits to be handed out.
const MAX_WAITING: usize = 256 << 10;

/// Tells a pickle of protocol 2 or later by its first opcodes.
pub(crate) fn is_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, rest @ ..] if are_opcodes(rest))
}

/// Tells a pickle of the first two protocols, which have no mark, where the name says that it is one.
pub(crate) fn is_unmarked(head: &[u8]) -> bool {
    matches!(head, [b'(' | b']' | b'}' | b'c', ..] if are_opcodes(head))
}

fn are_opcodes(mut rest: &[u8]) -> bool {
    let mut seen = 0;
    while let Some((first, behind)) = rest.split_first() {
        let Some(opcode) = Opcode::of(*first) else { return false };
        if opcode == Opcode::Stop {
            return seen > 0;
        }
        seen += 1;
        match Opcode::argument(*first).length(behind) {
            // Cut off; so few opcodes in a row are no chance.
            None => return seen > 4,
            Some(length) => rest = &behind[length..],
        }
        if seen == 64 {
            return true;
        }
    }
    seen > 4
}

/// Reads one pickle behind the other.
pub(crate) fn read(context: &mut Context<'_>, body: &mut dyn Read) -> Result<(), Halt> {
    let mut pickle =
        Pickle { input: BufReader::with_capacity(64 << 10, body), rows: Rows::new(), stack: Stack::default(), text: Vec::new() };
    let result = pickle.run(context);
    if result == Err(Halt::Stopped) {
        return result;
    }
    pickle.finish(context)?;
    result
}

struct Pickle<R> {
    input: BufReader<R>,
    rows: Rows,
    stack: Stack,
    /// Texts that no key names, one a line.
    text: Vec<u8>,
}

impl<R: Read> Pickle<R> {
    fn run(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        while let Some(first) = self.input.fill_buf()?.first().copied() {
            let Some(opcode) = Opcode::of(first) else {
                // Arrays stand between the opcodes of `joblib`, and whatever else behind the last.
                return strings::read(context, &mut self.input);
            };
            self.input.consume(1);
            let argument = self.argument(context, first, opcode)?;
            self.step(context, opcode, argument)?;
        }
        if self.stack.len() == 0 { Ok(()) } else { Err(Reason::Damaged.into()) }
    }

    /// Reads what stands behind an opcode.
    fn argument(&mut self, context: &mut Context<'_>, byte: u8, opcode: Opcode) -> Result<Vec<u8>, Halt> {
        match Opcode::argument(byte) {
            Argument::Bytes(length) => self.bytes(length),
            Argument::Line => self.line(),
            Argument::Lines => {
                let mut lines = self.line()?;
                lines.push(b'.');
                lines.extend_from_slice(&self.line()?);
                Ok(lines)
            }
            Argument::Sized(size) => {
                let length = self.bytes(size)?.iter().rev().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
                if length <= MAX_TEXT {
                    return self.bytes(length as usize);
                }
                let mut long = (&mut self.input).take(length);
                if opcode == Opcode::Text {
                    text::windows(context, &mut long, text::BODY, Place::START, &|_| Origin::Property)?;
                } else {
                    strings::read(context, &mut long)?;
                }
                if long.limit() > 0 { Err(Reason::Damaged.into()) } else { Ok(Vec::new()) }
            }
        }
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, Halt> {
        let mut bytes = vec![0; length];
        if fill(&mut self.input, &mut bytes)? < length { Err(Reason::Damaged.into()) } else { Ok(bytes) }
    }

    fn line(&mut self) -> Result<Vec<u8>, Halt> {
        let mut line = Vec::new();
        (&mut self.input).take(MAX_LINE).read_until(b'\n', &mut line)?;
        match line.pop() {
            Some(b'\n') => Ok(line),
            _ => Err(Reason::Damaged.into()),
        }
    }

    fn step(&mut self, context: &mut Context<'_>, opcode: Opcode, argument: Vec<u8>) -> Result<(), Halt> {
        match opcode {
            Opcode::Nothing => {}
            Opcode::Stop => {
                self.consume(context, 0)?;
                self.stack.forget();
            }
            Opcode::Mark => self.push(context, Slot::Mark)?,
            Opcode::Other => self.push(context, Slot::Other)?,
            Opcode::Text => self.push(context, Slot::Text(argument))?,
            Opcode::Line => {
                let mut text = Vec::new();
                unescape(opcode::without_quotes(&argument), &mut text);
                self.push(context, Slot::Text(text))?;
            }
            Opcode::Name => {
                self.line_of_text(context, &argument)?;
                self.push(context, Slot::Other)?;
            }
            Opcode::Bytes => {
                let is_text = std::str::from_utf8(&argument).is_ok() && !argument.contains(&0);
                let text = if is_text { argument } else { strings::printable(&argument) };
                self.push(context, Slot::Text(text))?;
            }
            Opcode::Integer(written) => self.push(context, Slot::Number(opcode::integer(&argument, written)))?,
            Opcode::Float => self.push(context, Slot::Number(opcode::float(&argument)))?,
            Opcode::Put(written) => self.stack.put(opcode::number(&argument, written)),
            Opcode::Memoize => self.stack.memoize(),
            Opcode::Get(written) => {
                let slot = self.stack.get(opcode::number(&argument, written));
                // What is named again is text again; however often, it counts.
                context.budget.spend_decoded(slot.text().len() as u64)?;
                self.push(context, slot)?;
            }
            Opcode::Pops(count) => {
                let from = self.stack.len().saturating_sub(count);
                self.consume(context, from)?;
                self.push(context, Slot::Other)?;
            }
            Opcode::Pop => self.consume(context, self.stack.len().saturating_sub(1))?,
            Opcode::PopsToMark { yields } => {
                let mark = self.stack.mark();
                self.consume(context, mark)?;
                if yields {
                    self.push(context, Slot::Other)?;
                }
            }
            Opcode::Item => self.items(context, self.stack.len().saturating_sub(2))?,
            Opcode::Items { yields } => {
                let mark = self.stack.mark();
                self.items(context, mark)?;
                if yields {
                    self.push(context, Slot::Other)?;
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, context: &mut Context<'_>, slot: Slot) -> Result<(), Halt> {
        if self.stack.is_full() {
            self.consume(context, 0)?;
        }
        self.stack.push(slot);
        Ok(())
    }

    /// Takes what lies on the stack from a place on; the texts in it are text.
    fn consume(&mut self, context: &mut Context<'_>, from: usize) -> Result<(), Halt> {
        for slot in self.stack.take(from) {
            if let Slot::Text(text) = slot {
                self.line_of_text(context, &text)?;
            }
        }
        Ok(())
    }

    /// Takes keys and values from the stack as a record.
    fn items(&mut self, context: &mut Context<'_>, from: usize) -> Result<(), Halt> {
        let mut slots = self.stack.take(from).into_iter().filter(|slot| !matches!(slot, Slot::Mark));
        let mut has_values = false;
        while let Some(key) = slots.next() {
            let Some(value) = slots.next() else {
                self.line_of_text(context, key.text())?;
                break;
            };
            if value.text().is_empty() {
                // The value was a list or a dictionary, whose content came before.
                self.line_of_text(context, key.text())?;
                continue;
            }
            let node = if key.text().is_empty() { ROOT } else { self.rows.child(ROOT, key.text()) };
            if node == OVERFLOW {
                self.rows.push(context, OVERFLOW, ColumnKind::Text, key.text())?;
            }
            self.rows.push(context, node, value.kind(), value.text())?;
            has_values = true;
        }
        if has_values { self.rows.end_record(context) } else { Ok(()) }
    }

    fn line_of_text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        if text.is_empty() {
            return Ok(());
        }
        self.text.extend_from_slice(text);
        self.text.push(b'\n');
        if self.text.len() > MAX_WAITING { self.hand_out(context) } else { Ok(()) }
    }

    fn hand_out(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = text::windows(context, &mut self.text.as_slice(), text::BODY, Place::START, &|_| Origin::Property);
        self.text.clear();
        result
    }

    fn finish(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.consume(context, 0)?;
        self.hand_out(context)?;
        self.rows.flush(context)
    }
}
