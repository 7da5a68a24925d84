//! Spreadsheets of OpenDocument: cells as records, everything else as properties.

use std::io::Read;

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use super::attributes::Attributes;
use super::narrator::Narrator;
use super::roles;
use crate::context::{Context, Halt};
use crate::markup::{self, Element, Ending, Visitor};
use crate::sheet::{LAST_COLUMN, Row, Rows};
use crate::story::{Naming, Story};

/// What repeated cells and rows may yield beyond their first, in bytes. A count costs a file nothing, so it is not believed.
const MAX_REPEATED: usize = 1 << 20;
/// Largest value of a cell; what is longer goes on as a property.
const MAX_VALUE: usize = 1 << 20;

/// Attributes in which a cell keeps its value in a form that does not depend on how it is shown.
const VALUES: [&[u8]; 5] = [b"value", b"date-value", b"time-value", b"boolean-value", b"string-value"];

/// Reads the part that holds the sheets.
pub(super) fn read(context: &mut Context<'_>, content: &mut dyn Read) -> Result<(), Halt> {
    let mut story = Story::new(Naming::At(Origin::Property));
    let mut sheets = Sheets {
        beside: Narrator::new(&mut story, roles::OPEN_DOCUMENT, Attributes::Speaking),
        open: Vec::new(),
        rows: Rows::new("", 0),
        row: Row::new(),
        row_number: 1,
        row_repeat: 1,
        has_row: false,
        column: 0,
        cell: Cell::default(),
        repeated: 0,
    };
    let result = markup::read(context, content, &mut sheets);
    if result == Err(Halt::Stopped) {
        return Err(Halt::Stopped);
    }
    sheets.end_row(context)?;
    let Sheets { rows, .. } = sheets;
    rows.finish(context)?;
    story.finish(context)?;
    if result? == Ending::Broken { Err(Reason::Damaged.into()) } else { Ok(()) }
}

/// What an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Sheet,
    Row,
    Cell,
    /// Inside a cell, where text is its value.
    InCell,
    /// Everything else; inside a cell it is a comment or a drawing.
    Beside,
}

#[derive(Default)]
struct Cell {
    repeat: usize,
    value: Option<Vec<u8>>,
    text: Vec<u8>,
    space: bool,
}

struct Sheets<'s> {
    beside: Narrator<'s>,
    open: Vec<Open>,
    rows: Rows,
    row: Row,
    /// Number of the row at hand, from 1.
    row_number: u32,
    row_repeat: usize,
    has_row: bool,
    column: usize,
    cell: Cell,
    repeated: usize,
}

impl Sheets<'_> {
    fn begin(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<Open, Halt> {
        let in_cell = matches!(self.open.last(), Some(Open::Cell | Open::InCell));
        match element.name() {
            b"p" | b"span" | b"a" | b"h" if in_cell => {
                if element.name() == b"p" && !self.cell.text.is_empty() {
                    self.cell.text.push(b'\n');
                    self.cell.space = false;
                }
                self.beside.read_attributes(context, element)?;
                Ok(Open::InCell)
            }
            b"s" | b"tab" | b"line-break" if in_cell => {
                self.cell.space = true;
                Ok(Open::InCell)
            }
            b"table" if !in_cell => {
                self.begin_sheet(context, &element.attribute(b"name").unwrap_or_default())?;
                Ok(Open::Sheet)
            }
            b"table-row" if !in_cell => {
                self.end_row(context)?;
                self.row_repeat = repeat(element, b"number-rows-repeated");
                self.has_row = true;
                Ok(Open::Row)
            }
            b"table-cell" | b"covered-table-cell" if !in_cell => {
                self.begin_cell(context, element)?;
                Ok(Open::Cell)
            }
            _ => {
                self.beside.open(context, element)?;
                Ok(Open::Beside)
            }
        }
    }

    fn begin_sheet(&mut self, context: &mut Context<'_>, name: &[u8]) -> Result<(), Halt> {
        self.end_row(context)?;
        let next = std::mem::replace(&mut self.rows, Rows::new("", 0)).finish(context)?;
        self.rows = Rows::new(&String::from_utf8_lossy(name), next);
        self.row_number = 1;
        context.text(Text::whole(name, Origin::Property))
    }

    fn begin_cell(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let value = VALUES.iter().find_map(|name| element.attribute(name));
        self.cell = Cell { repeat: repeat(element, b"number-columns-repeated"), value, ..Cell::default() };
        if let Some(formula) = element.attribute(b"formula")
            && formula.contains(&b'"')
        {
            self.beside.remark(context, &formula)?;
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        let Cell { repeat, value, text, .. } = std::mem::take(&mut self.cell);
        let value = value.unwrap_or(text);
        let repeat = repeat.max(1);
        if !value.is_empty() {
            let value = String::from_utf8_lossy(&value).into_owned();
            for number in 0..repeat {
                if number > 0 && !self.may_repeat(value.len()) {
                    break;
                }
                self.row.push((self.column.saturating_add(number).min(LAST_COLUMN), value.clone()));
            }
        }
        self.column = self.column.saturating_add(repeat);
    }

    fn end_row(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let row = std::mem::take(&mut self.row);
        let size = row.iter().map(|(_, value)| value.len()).sum();
        let mut number = self.row_number;
        for _ in 1..self.row_repeat {
            if row.is_empty() || !self.may_repeat(size) {
                break;
            }
            self.rows.add(context, number, row.clone())?;
            number = number.saturating_add(1);
        }
        self.rows.add(context, number, row)?;
        if self.has_row {
            self.row_number = self.row_number.saturating_add(u32::try_from(self.row_repeat).unwrap_or(u32::MAX));
        }
        (self.has_row, self.row_repeat, self.column) = (false, 1, 0);
        Ok(())
    }

    /// Books what a repetition yields; each costs as much as a short value.
    fn may_repeat(&mut self, bytes: usize) -> bool {
        self.repeated += bytes.max(16);
        self.repeated <= MAX_REPEATED
    }
}

fn repeat(element: &Element<'_>, name: &[u8]) -> usize {
    element.number(name).and_then(|count| usize::try_from(count).ok()).unwrap_or(1).max(1)
}

impl Visitor for Sheets<'_> {
    fn open(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let opened = self.begin(context, element)?;
        self.open.push(opened);
        Ok(())
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        match self.open.pop() {
            Some(Open::Row) => self.end_row(context),
            Some(Open::Cell) => {
                self.end_cell();
                Ok(())
            }
            Some(Open::Beside) => self.beside.close(context),
            Some(Open::Sheet | Open::InCell) | None => Ok(()),
        }
    }

    fn text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        if self.open.last() != Some(&Open::InCell) || self.cell.text.len() > MAX_VALUE {
            return self.beside.text(context, text);
        }
        let cell = &mut self.cell;
        for piece in text.split_inclusive(u8::is_ascii_whitespace) {
            let word = piece.trim_ascii_end();
            if !word.is_empty() {
                if cell.space && !cell.text.is_empty() {
                    cell.text.push(b' ');
                }
                cell.text.extend_from_slice(word);
                cell.space = false;
            }
            cell.space |= word.len() < piece.len();
        }
        Ok(())
    }

    fn remark(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.beside.remark(context, text)
    }
}
