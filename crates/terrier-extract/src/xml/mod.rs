//! XML that holds records: elements that repeat, with elements inside that name what they hold. Their paths are columns, as those of JSON.
//! In rows, whose elements all have the same name, a `name` that they have names the column, else their position.

mod shape;

use std::io::Read;

use terrier_content::{ColumnKind, Origin};

use self::shape::Records;
pub(crate) use self::shape::records;
use crate::context::{Context, Halt};
use crate::decode;
use crate::json::{Node, OVERFLOW, ROOT};
use crate::markup::{self, Ending, Visitor, local, push_unescaped};
use crate::rows::Rows;
use crate::story::{Naming, Story};
use crate::stream::{HEAD, fill};

/// The attribute that names a cell, as dumps of MySQL have it: `<field name="email">`.
const NAME: &[u8] = b"name";
/// Text of an element that is collected before it is handed out.
const MAX_TEXT: usize = 1 << 20;

/// Reads a document whose records were told by its head.
pub(crate) fn read(context: &mut Context<'_>, body: &mut dyn Read) -> Result<(), Halt> {
    let mut head = vec![0; HEAD];
    let filled = fill(body, &mut head)?;
    head.truncate(filled);
    let encoding = decode::guess(&head, filled < HEAD).unwrap_or(decode::Encoding::Utf8 { mark: 0 });
    let shape = records(&decode::decode_head(encoding, &head)).unwrap_or(Records { depth: 1, are_rows: false });
    let remarks = Story::new(Naming::At(Origin::Property));
    let mut elements = Elements { records: shape, cells: 0, rows: Rows::new(), open: Vec::new(), text: Vec::new(), remarks };
    let ending = markup::read(context, &mut head.as_slice().chain(body), &mut elements);
    if ending != Err(Halt::Stopped) {
        elements.finish(context)?;
    }
    match ending? {
        Ending::Whole => Ok(()),
        Ending::Broken => Err(terrier_model::Reason::Damaged.into()),
    }
}

struct Elements {
    records: Records,
    /// Elements in the record so far.
    cells: usize,
    rows: Rows,
    open: Vec<Node>,
    /// The text of the innermost open element since the last tag.
    text: Vec<u8>,
    remarks: Story,
}

impl Elements {
    /// Adds the text before a tag to the element that it stands in.
    fn end_text(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let text = std::mem::take(&mut self.text);
        let node = self.open.last().copied().unwrap_or(ROOT);
        let result = match text.trim_ascii() {
            [] => Ok(()),
            value => self.rows.push(context, node, ColumnKind::Text, value),
        };
        self.text = text;
        self.text.clear();
        result
    }

    /// Returns the place of an element or attribute inside of another one.
    fn child(&mut self, context: &mut Context<'_>, node: Node, name: &[u8]) -> Result<Node, Halt> {
        let child = self.rows.child(node, name);
        if child == OVERFLOW {
            // A name without a column of its own would be seen nowhere.
            self.rows.push(context, OVERFLOW, ColumnKind::Text, name)?;
        }
        Ok(child)
    }

    fn finish(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.end_text(context)?;
        self.rows.end_started(context)?;
        self.rows.flush(context)?;
        self.remarks.finish(context)
    }
}

impl Visitor for Elements {
    fn open(&mut self, context: &mut Context<'_>, element: &markup::Element<'_>) -> Result<(), Halt> {
        self.end_text(context)?;
        let depth = self.open.len();
        let mut parent = self.open.last().copied().unwrap_or(ROOT);
        if depth == self.records.depth {
            self.rows.end_started(context)?;
            self.cells = 0;
            parent = ROOT;
        }
        let is_cell = self.records.are_rows && depth == self.records.depth + 1;
        let column = if is_cell { element.attribute(NAME).filter(|name| may_name(name)) } else { None };
        self.cells += usize::from(is_cell);
        let node = match &column {
            Some(name) => self.child(context, parent, name)?,
            None if is_cell => self.child(context, parent, &[element.name(), format!(" {}", self.cells).as_bytes()].concat())?,
            None => self.child(context, parent, element.name())?,
        };
        self.open.push(node);
        let mut value = Vec::new();
        for (name, written) in element.attributes().filter(|(name, _)| column.is_none() || local(name) != NAME) {
            value.clear();
            push_unescaped(&mut value, written.as_bytes());
            if !value.trim_ascii().is_empty() {
                let attribute = self.child(context, node, local(name))?;
                self.rows.push(context, attribute, ColumnKind::Text, value.trim_ascii())?;
            }
        }
        Ok(())
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.end_text(context)?;
        self.open.pop();
        if self.open.len() == self.records.depth { self.rows.end_started(context) } else { Ok(()) }
    }

    fn text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.text.extend_from_slice(text);
        if self.text.len() > MAX_TEXT { self.end_text(context) } else { Ok(()) }
    }

    fn remark(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.remarks.verbatim(context, text.trim_ascii())?;
        self.remarks.end_line();
        Ok(())
    }
}

/// Tells whether a name is one of a column, and no value.
fn may_name(name: &[u8]) -> bool {
    name.len() <= 64
        && name.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_' || *first >= 0x80)
        && !name.iter().any(|byte| matches!(byte, b'@' | b'\n'))
}
