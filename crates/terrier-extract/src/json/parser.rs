//! The grammar of JSON, without recursion.

use std::io::Read;

use terrier_content::ColumnKind;

use super::input::{Input, Str, Trouble, unescape};
use super::joined::Joined;
use super::paths::{Node, OVERFLOW, Paths, ROOT};
use crate::context::{Context, Halt};
use crate::table::{BATCH_BYTES, BATCH_RECORDS, next_batch};
use crate::text;

/// Containers inside each other; what nests deeper is read as text.
const MAX_DEPTH: usize = 128;
/// Damaged lines after which the rest is read as text, beside one in ten.
const PATIENCE: u64 = 100;

/// Hands out a stream of JSON values as records. What is not JSON is handed out as text: a line of it where values stand on lines,
/// else all the rest.
pub(crate) fn read(context: &mut Context<'_>, reader: &mut dyn Read, lines: bool) -> Result<(), Halt> {
    Parser::new(reader, lines, None).run(context)
}

/// Hands out a notebook: as other JSON, but for lists of strings, which are the lines of a text.
pub(crate) fn read_notebook(context: &mut Context<'_>, reader: &mut dyn Read) -> Result<(), Halt> {
    Parser::new(reader, false, Some(Joined::new())).run(context)
}

/// An open array or object.
struct Frame {
    node: Node,
    is_object: bool,
    /// Whether its elements are records.
    holds_records: bool,
    /// Whether a value stands before the next one.
    needs_comma: bool,
}

struct Parser<'r> {
    input: Input<'r>,
    paths: Paths,
    stack: Vec<Frame>,
    lines: bool,
    values_of_record: u64,
    damaged: u64,
    scratch: Vec<u8>,
    joined: Option<Joined>,
}

impl<'r> Parser<'r> {
    fn new(reader: &'r mut dyn Read, lines: bool, joined: Option<Joined>) -> Self {
        Self {
            input: Input::new(reader),
            paths: Paths::new(),
            stack: Vec::new(),
            lines,
            values_of_record: 0,
            damaged: 0,
            scratch: Vec::new(),
            joined,
        }
    }

    fn run(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        loop {
            match self.step(context) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Trouble::Halt(halt)) => return Err(halt),
                Err(Trouble::Damaged) => {
                    if self.read_as_text(context)? {
                        break;
                    }
                }
            }
        }
        self.end_partial_record(context)?;
        if let Some(joined) = &mut self.joined {
            joined.hand_out(context)?;
        }
        self.flush(context)
    }

    /// Reads one value or one end; false at the end of the input.
    fn step(&mut self, context: &mut Context<'_>) -> Result<bool, Trouble> {
        let Some(byte) = self.input.token()? else {
            return if self.stack.is_empty() { Ok(false) } else { self.cut_short() };
        };
        self.input.mark();
        let Some(frame) = self.stack.last_mut() else {
            self.value(context, byte, ROOT)?;
            return Ok(true);
        };
        if byte == if frame.is_object { b'}' } else { b']' } {
            self.input.pos += 1;
            self.close(context)?;
            return Ok(true);
        }
        if std::mem::replace(&mut frame.needs_comma, true) {
            if byte != b',' {
                return Err(Trouble::Damaged);
            }
            self.input.pos += 1;
            frame.needs_comma = false;
            return Ok(true);
        }
        let (node, is_object, holds_records) = (frame.node, frame.is_object, frame.holds_records);
        if is_object {
            let child = self.key(byte, node)?;
            let byte = self.input.token()?.ok_or(Trouble::Damaged)?;
            self.value(context, byte, child)?;
        } else {
            let element = self.paths.element(node, self.stack.len() == 1 && !self.lines);
            if holds_records && byte == b'{' {
                self.end_partial_record(context)?;
            }
            self.value(context, byte, element)?;
        }
        Ok(true)
    }

    /// Ends where the input ends inside a value: all there was has been seen.
    fn cut_short(&mut self) -> Result<bool, Trouble> {
        self.stack.clear();
        Ok(false)
    }

    /// Reads a key and its colon, and returns the place of its value.
    fn key(&mut self, byte: u8, node: Node) -> Result<Node, Trouble> {
        if byte != b'"' {
            return Err(Trouble::Damaged);
        }
        let Str::Whole { content, escaped } = self.input.string()? else { return Err(Trouble::Damaged) };
        let raw = &self.input.buf[content];
        if escaped {
            unescape(raw, &mut self.scratch);
        }
        let key = if escaped { self.scratch.as_slice() } else { raw };
        let child = self.paths.child(node, key);
        if child == OVERFLOW {
            // A key without a column of its own would be seen nowhere.
            self.paths.push(OVERFLOW, ColumnKind::Text, key);
            self.values_of_record += 1;
        }
        if self.input.token()? != Some(b':') {
            return Err(Trouble::Damaged);
        }
        self.input.pos += 1;
        Ok(child)
    }

    fn value(&mut self, context: &mut Context<'_>, byte: u8, node: Node) -> Result<(), Trouble> {
        match byte {
            b'{' => return self.open(true, node),
            b'[' => return self.open(false, node),
            b'"' => self.string_value(context, node)?,
            _ if self.stack.is_empty() => return Err(Trouble::Damaged),
            _ => self.word_value(node)?,
        }
        self.values_of_record += 1;
        if self.paths.bytes >= 2 * BATCH_BYTES {
            // A record beyond all measure is cut, so that memory stays bounded.
            self.end_record(context)?;
        }
        self.end_value(context, false)
    }

    fn string_value(&mut self, context: &mut Context<'_>, node: Node) -> Result<(), Trouble> {
        let is_line = self.stack.last().is_some_and(|frame| !frame.is_object && !frame.holds_records);
        match self.input.string()? {
            Str::Whole { content, escaped } if is_line && self.joined.is_some() => {
                if let Some(joined) = &mut self.joined {
                    let place = if joined.is_empty() { Some(self.input.marked_place()) } else { None };
                    let raw = &self.input.buf[content];
                    if escaped {
                        unescape(raw, &mut self.scratch);
                    }
                    joined.push(context, if escaped { &self.scratch } else { raw }, place)?;
                }
            }
            Str::Whole { content, escaped: false } => self.paths.push(node, ColumnKind::Text, &self.input.buf[content]),
            Str::Whole { content, escaped: true } => {
                unescape(&self.input.buf[content], &mut self.scratch);
                self.paths.push(node, ColumnKind::Text, &self.scratch);
            }
            Str::Long => {
                let place = self.input.marked_place();
                let mut characters = self.input.long_string();
                text::read(context, &mut characters, place)?;
                if characters.is_damaged() {
                    return Err(Trouble::Damaged);
                }
            }
        }
        Ok(())
    }

    fn word_value(&mut self, node: Node) -> Result<(), Trouble> {
        let range = self.input.word()?;
        let word = &self.input.buf[range];
        let kind = match word {
            b"true" | b"false" => ColumnKind::Boolean,
            b"null" | b"NaN" | b"Infinity" | b"-Infinity" => return Ok(()),
            _ => number_kind(word).ok_or(Trouble::Damaged)?,
        };
        self.paths.push(node, kind, word);
        Ok(())
    }

    fn open(&mut self, is_object: bool, node: Node) -> Result<(), Trouble> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(Trouble::Damaged);
        }
        self.input.pos += 1;
        let holds_records = !self.lines
            && !is_object
            && match self.stack.as_slice() {
                [] => true,
                [top] => top.is_object,
                _ => false,
            };
        self.stack.push(Frame { node, is_object, holds_records, needs_comma: false });
        Ok(())
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Trouble> {
        let closed = self.stack.pop();
        if let Some(joined) = &mut self.joined {
            joined.hand_out(context)?;
        }
        // An array of records is no record itself.
        if closed.as_ref().is_some_and(|frame| frame.holds_records) && self.stack.is_empty() {
            return Ok(self.end_partial_record(context)?);
        }
        self.end_value(context, closed.is_some_and(|frame| frame.is_object))
    }

    /// Ends the record that a value was, if it was one: of the arrays inside a top-level object only objects are.
    fn end_value(&mut self, context: &mut Context<'_>, was_object: bool) -> Result<(), Trouble> {
        match self.stack.as_slice() {
            [] => self.end_record(context)?,
            [array] if array.holds_records => self.end_record(context)?,
            [_, array] if array.holds_records && was_object => self.end_record(context)?,
            _ => {}
        }
        Ok(())
    }

    fn end_partial_record(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        if self.values_of_record > 0 { self.end_record(context) } else { Ok(()) }
    }

    fn end_record(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.values_of_record = 0;
        self.paths.batch.records += 1;
        let full = self.paths.bytes >= BATCH_BYTES || self.paths.batch.records >= BATCH_RECORDS;
        if full { self.flush(context) } else { Ok(()) }
    }

    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = context.records(&self.paths.batch);
        next_batch(&mut self.paths.batch);
        self.paths.bytes = 0;
        result
    }

    /// Hands out as text what is damaged, from the mark on; true where that was all the rest.
    fn read_as_text(&mut self, context: &mut Context<'_>) -> Result<bool, Halt> {
        self.end_partial_record(context)?;
        if let Some(joined) = &mut self.joined {
            joined.hand_out(context)?;
        }
        self.stack.clear();
        self.damaged += 1;
        let place = self.input.marked_place();
        if self.lines
            && self.damaged <= PATIENCE + self.paths.batch.first_record / 10
            && let Some(line) = self.input.rest_of_line()?
        {
            text::whole(context, &self.input.buf[line], place)?;
            return Ok(false);
        }
        self.flush(context)?;
        text::read(context, &mut self.input.rest(), place)?;
        Ok(true)
    }
}

/// Tells the kind of a number; `None` where it is none. Leading zeros are let pass: they are common, and identifiers have them.
pub(super) fn number_kind(word: &[u8]) -> Option<ColumnKind> {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    let mut rest = skip_digits(digits);
    if rest.is_empty() {
        return Some(ColumnKind::Integer);
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = skip_digits(fraction);
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let digits = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        rest = if digits.is_empty() { b"e" } else { skip_digits(digits) };
    }
    rest.is_empty().then_some(ColumnKind::Float)
}

fn skip_digits(word: &[u8]) -> &[u8] {
    &word[word.iter().take_while(|byte| byte.is_ascii_digit()).count()..]
}
