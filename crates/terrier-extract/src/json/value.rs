//! A JSON value that stands in a cell of a table: its keys become columns beside the cell's own.

use std::ops::Range;

use terrier_content::ColumnKind;

use super::parser::number_kind;
use super::paths::{Node, OVERFLOW};
use super::unescape;
use crate::context::{Context, Halt};
use crate::rows::Rows;

/// Containers inside each other; what nests deeper stays text.
const MAX_DEPTH: usize = 64;

/// Opens values, and keeps its memory from one to the next.
#[derive(Default)]
pub(crate) struct Cells {
    leaves: Vec<Leaf>,
    unescaped: Vec<u8>,
}

struct Leaf {
    node: Node,
    kind: ColumnKind,
    value: Range<usize>,
    escaped: bool,
}

/// It is not JSON, or nests too deep.
struct NoJson;

impl Cells {
    /// Adds the value's leaves to the record that is being collected; false, and nothing was added, where it is no object or list.
    pub(crate) fn push(&mut self, context: &mut Context<'_>, rows: &mut Rows, node: Node, value: &[u8]) -> Result<bool, Halt> {
        if !matches!(value.trim_ascii_start().first(), Some(b'{' | b'[')) {
            return Ok(false);
        }
        self.leaves.clear();
        let mut scan = Scan { value, at: 0, leaves: &mut self.leaves, unescaped: &mut self.unescaped };
        if scan.value(rows, node, 0).is_err() || scan.token().is_some() {
            return Ok(false);
        }
        for leaf in &self.leaves {
            let content = &value[leaf.value.clone()];
            if leaf.escaped {
                unescape(content, &mut self.unescaped);
            }
            rows.push(context, leaf.node, leaf.kind, if leaf.escaped { &self.unescaped } else { content })?;
        }
        Ok(true)
    }
}

struct Scan<'s> {
    value: &'s [u8],
    at: usize,
    leaves: &'s mut Vec<Leaf>,
    unescaped: &'s mut Vec<u8>,
}

impl Scan<'_> {
    /// Skips white space and returns the byte behind it.
    fn token(&mut self) -> Option<u8> {
        let rest = &self.value[self.at..];
        self.at += rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(rest.len());
        self.value.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Result<(), NoJson> {
        if self.token() != Some(expected) {
            return Err(NoJson);
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, rows: &mut Rows, node: Node, depth: usize) -> Result<(), NoJson> {
        if depth > MAX_DEPTH {
            return Err(NoJson);
        }
        match self.token().ok_or(NoJson)? {
            b'{' => self.object(rows, node, depth),
            b'[' => {
                let element = rows.element(node);
                self.items(b']', |scan| scan.value(rows, element, depth + 1))
            }
            b'"' => {
                let (value, escaped) = self.string()?;
                self.leaves.push(Leaf { node, kind: ColumnKind::Text, value, escaped });
                Ok(())
            }
            _ => self.word(node),
        }
    }

    fn object(&mut self, rows: &mut Rows, node: Node, depth: usize) -> Result<(), NoJson> {
        self.items(b'}', |scan| {
            if scan.token() != Some(b'"') {
                return Err(NoJson);
            }
            let (key, escaped) = scan.string()?;
            let raw = &scan.value[key.clone()];
            if escaped {
                unescape(raw, scan.unescaped);
            }
            let child = rows.child(node, if escaped { scan.unescaped } else { raw });
            if child == OVERFLOW {
                // A key without a column of its own would be seen nowhere.
                scan.leaves.push(Leaf { node: OVERFLOW, kind: ColumnKind::Text, value: key, escaped });
            }
            scan.take(b':')?;
            scan.value(rows, child, depth + 1)
        })
    }

    /// Reads what stands between brackets, with commas between.
    fn items(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Result<(), NoJson>) -> Result<(), NoJson> {
        self.at += 1;
        if self.token() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self)?;
            match self.token() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == end => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(NoJson),
            }
        }
    }

    /// Reads a string from its opening quote on; says where its content lies and whether it has escapes.
    fn string(&mut self) -> Result<(Range<usize>, bool), NoJson> {
        let start = self.at + 1;
        let (mut at, mut escaped) = (start, false);
        loop {
            at += memchr::memchr2(b'"', b'\\', self.value.get(at..).ok_or(NoJson)?).ok_or(NoJson)?;
            if self.value[at] == b'"' {
                self.at = at + 1;
                return Ok((start..at, escaped));
            }
            escaped = true;
            at += 2;
        }
    }

    fn word(&mut self, node: Node) -> Result<(), NoJson> {
        let start = self.at;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        self.at += self.value[start..].iter().take_while(|byte| is_word(byte)).count();
        let kind = match &self.value[start..self.at] {
            b"null" => return Ok(()),
            b"true" | b"false" => ColumnKind::Boolean,
            word => number_kind(word).ok_or(NoJson)?,
        };
        self.leaves.push(Leaf { node, kind, value: start..self.at, escaped: false });
        Ok(())
    }
}
