use std::io::{self, Read};

use terrier_model::Reason;

use crate::source::reason_of;

/// Longest entity that is resolved.
const MAX_ENTITY: usize = 10;

/// Reads the text and the attributes' values of an XML document, one a line.
///
/// It keeps no structure and so has none to trip over: what is not well-formed comes out as text.
pub(super) struct MarkupText<'a> {
    inner: &'a mut dyn Read,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    state: State,
    entity: Vec<u8>,
    attribute: Vec<u8>,
    ended: bool,
    failure: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Content,
    Tag,
    Value(u8),
}

impl<'a> MarkupText<'a> {
    pub(super) fn new(inner: &'a mut dyn Read) -> Self {
        Self {
            inner,
            input: vec![0; 32 << 10],
            output: Vec::new(),
            taken: 0,
            state: State::Content,
            entity: Vec::new(),
            attribute: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Returns why the document ended before its end.
    pub(super) fn failure(&self) -> Option<Reason> {
        self.failure
    }

    fn refill(&mut self) {
        self.output.clear();
        self.taken = 0;
        let filled = self.inner.read(&mut self.input).unwrap_or_else(|error| {
            self.failure = Some(reason_of(&error));
            0
        });
        self.ended = filled == 0;
        let input = std::mem::take(&mut self.input);
        for byte in &input[..filled] {
            self.byte(*byte);
        }
        self.input = input;
    }

    fn byte(&mut self, byte: u8) {
        match (self.state, byte) {
            (State::Content, b'<') => {
                self.end_line();
                self.state = State::Tag;
                self.attribute.clear();
            }
            (State::Tag, b'>') => self.state = State::Content,
            (State::Tag, b'"' | b'\'') => self.state = State::Value(byte),
            (State::Tag, b' ' | b'\n' | b'\t' | b'\r') => self.attribute.clear(),
            (State::Tag, _) => {
                if self.attribute.len() < 5 {
                    self.attribute.push(byte);
                }
            }
            (State::Value(quote), byte) if byte == quote => {
                self.end_line();
                self.state = State::Tag;
            }
            // Namespaces are addresses that say nothing.
            (State::Value(_), _) if self.attribute == b"xmlns" => {}
            (State::Content | State::Value(_), byte) => self.character(byte),
        }
    }

    fn character(&mut self, byte: u8) {
        if !self.entity.is_empty() || byte == b'&' {
            self.entity.push(byte);
            if byte == b';' {
                match resolve(&self.entity) {
                    Some(character) => self.output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => self.output.extend_from_slice(&self.entity),
                }
                self.entity.clear();
            } else if self.entity.len() > MAX_ENTITY {
                self.output.append(&mut self.entity);
            }
        } else {
            self.output.push(byte);
        }
    }

    fn end_line(&mut self) {
        self.output.append(&mut self.entity);
        if self.output.last().is_some_and(|byte| *byte != b'\n') {
            self.output.push(b'\n');
        }
    }
}

fn resolve(entity: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(&entity[1..entity.len() - 1]).ok()?;
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

impl Read for MarkupText<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.refill();
        }
        let taken = buf.len().min(self.output.len() - self.taken);
        buf[..taken].copy_from_slice(&self.output[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}
