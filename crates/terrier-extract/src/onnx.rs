//! Models as ONNX: what describes them and names their parts is read, field by field of Protocol Buffers; weights are numbers.

use std::io::{BufRead, BufReader, Read};

use terrier_content::Origin;
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::sized;
use crate::text::{self, Place};

/// Longest text that is held; longer ones are handed out at once.
const MAX_HELD: u64 = 1 << 20;
/// How much text waits to be handed out.
const MAX_WAITING: usize = 64 << 10;
/// Messages inside each other: graphs lie in attributes of nodes of graphs.
const MAX_DEPTH: usize = 64;

/// A kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    /// An input or output of a graph.
    Value,
    Function,
    /// The name of a set of operators.
    Operators,
    /// A key and a value.
    Entry,
}

/// What a field holds.
enum Field {
    Text,
    Message(Kind),
    /// Numbers, or what says nothing.
    Other,
}

impl Kind {
    /// Returns what a field with a length holds (`onnx.proto`).
    fn field(self, number: u64) -> Field {
        use Field::{Message, Text};
        match (self, number) {
            (Self::Model, 2..=4 | 6) | (Self::Graph, 2 | 10) | (Self::Node, 1..=4 | 6 | 7 | 8) | (Self::Attribute, 1 | 4 | 9 | 13) => Text,
            (Self::Tensor, 6 | 8 | 12) | (Self::Value, 1 | 3) | (Self::Function, 1 | 4..=6 | 8 | 10 | 13) | (Self::Operators, 1) => Text,
            (Self::Entry, 1 | 2) => Text,
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Message(Self::Graph),
            (Self::Model, 25) => Message(Self::Function),
            (Self::Model, 8) | (Self::Function, 9) => Message(Self::Operators),
            (Self::Graph, 1) | (Self::Function, 7) => Message(Self::Node),
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Message(Self::Tensor),
            (Self::Graph, 11..=13) | (Self::Function, 12) => Message(Self::Value),
            (Self::Node, 5) | (Self::Function, 11) => Message(Self::Attribute),
            (Self::Model | Self::Function, 14)
            | (Self::Graph | Self::Tensor, 16)
            | (Self::Node, 9)
            | (Self::Value, 4)
            | (Self::Tensor, 13) => Message(Self::Entry),
            _ => Field::Other,
        }
    }
}

/// Tells a model by the version of its format and what follows: the name of the program that made it, or where so named any field.
pub(crate) fn is_onnx(head: &[u8], named: bool) -> bool {
    let [0x08, 1..=31, rest @ ..] = head else { return false };
    match rest {
        [0x12, length @ 1..=127, rest @ ..] => {
            let (name, behind) = rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]));
            let is_name = name.iter().all(|byte| (0x20..0x7F).contains(byte));
            is_name && matches!(behind, [0x1A | 0x22 | 0x28 | 0x32 | 0x3A | 0x42, ..])
        }
        [0x1A | 0x22 | 0x28 | 0x32 | 0x3A | 0x42 | 0x72, ..] => named,
        _ => false,
    }
}

/// Reads a model.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut model = Model { input: BufReader::with_capacity(64 << 10, input), at: 0, text: Vec::new() };
    let result = model.run(context);
    if result != Err(Halt::Stopped) {
        model.hand_out(context)?;
    }
    result
}

struct Model<R> {
    input: BufReader<R>,
    at: u64,
    /// Texts, one a line; keys stand before their values.
    text: Vec<u8>,
}

impl<R: Read> Model<R> {
    fn run(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        // The messages that are open, and where they end.
        let mut open = vec![(Kind::Model, u64::MAX)];
        while !self.input.fill_buf()?.is_empty() {
            while open.len() > 1 && open.last().is_some_and(|(_, end)| *end <= self.at) {
                open.pop();
            }
            let (kind, end) = *open.last().expect("the model itself stays open");
            let key = self.varint()?;
            match key & 7 {
                0 => {
                    self.varint()?;
                }
                1 => self.skip(8)?,
                2 => {
                    let length = self.varint()?;
                    let behind = self.at.checked_add(length).filter(|behind| *behind <= end).ok_or(Reason::Damaged)?;
                    match kind.field(key >> 3) {
                        Field::Text => self.field(context, length, kind == Kind::Entry && key >> 3 == 1)?,
                        Field::Message(inner) if open.len() < MAX_DEPTH => open.push((inner, behind)),
                        Field::Message(_) => {
                            context.miss(Reason::DepthLimit);
                            self.skip(length)?;
                        }
                        Field::Other => self.skip(length)?,
                    }
                }
                5 => self.skip(4)?,
                _ => return Err(Reason::Damaged.into()),
            }
        }
        if open[1..].iter().any(|(_, end)| *end > self.at) { Err(Reason::Damaged.into()) } else { Ok(()) }
    }

    fn varint(&mut self) -> Result<u64, Halt> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            self.input.read_exact(&mut byte)?;
            self.at += 1;
            number |= u64::from(byte[0] & 0x7F) << shift;
            if byte[0] < 0x80 {
                return Ok(number);
            }
        }
        Err(Reason::Damaged.into())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Halt> {
        self.at += bytes;
        sized::skip(&mut self.input, bytes)
    }

    /// Reads a text. Bytes that are none say nothing.
    fn field(&mut self, context: &mut Context<'_>, length: u64, is_key: bool) -> Result<(), Halt> {
        self.at += length;
        let mut content = (&mut self.input).take(length);
        let mut held = Vec::new();
        if length > MAX_HELD {
            text::windows(context, &mut content, MAX_WAITING, Place::START, &|_| Origin::Property)?;
        } else {
            content.read_to_end(&mut held)?;
        }
        if content.limit() > 0 {
            return Err(Reason::Damaged.into());
        }
        if std::str::from_utf8(&held).is_ok_and(|text| !text.is_empty() && !text.contains('\0')) {
            self.text.extend_from_slice(&held);
            self.text.extend_from_slice(if is_key { b": " } else { b"\n" });
        }
        if self.text.len() > MAX_WAITING { self.hand_out(context) } else { Ok(()) }
    }

    fn hand_out(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = text::windows(context, &mut self.text.as_slice(), text::BODY, Place::START, &|_| Origin::Property);
        self.text.clear();
        result
    }
}
