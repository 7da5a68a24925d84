use std::io::Read;

use terrier_content::Origin;

use super::strings::Strings;
use super::{Book, dates};
use crate::context::{Context, Halt};
use crate::markup::{self, Element, Ending, Visitor, local};
use crate::office::attributes::Attributes;
use crate::office::narrator::Narrator;
use crate::office::roles;
use crate::sheet::{LAST_COLUMN, Row, Rows};
use crate::story::{Naming, Story};

/// Largest value of a cell; what is longer goes on as a property.
const MAX_VALUE: usize = 1 << 20;

/// Reads the part of a sheet. `next` is the number of the next record.
pub(super) fn read(
    context: &mut Context<'_>,
    content: &mut dyn Read,
    name: &str,
    book: &Book,
    strings: &mut Strings,
    next: &mut u64,
) -> Result<Ending, Halt> {
    let mut story = Story::new(Naming::At(Origin::Property));
    let mut cells = Cells {
        beside: Narrator::new(&mut story, roles::OFFICE_OPEN, Attributes::Speaking),
        book,
        strings,
        rows: Rows::new(name, *next),
        open: Vec::new(),
        row: Row::new(),
        row_number: 0,
        column: 0,
        cell: Cell::default(),
    };
    let result = markup::read(context, content, &mut cells);
    if result == Err(Halt::Stopped) {
        return result;
    }
    cells.end_cell();
    cells.end_row(context)?;
    let Cells { rows, .. } = cells;
    *next = rows.finish(context)?;
    story.finish(context)?;
    result
}

/// What an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Row,
    Cell,
    /// A value, or the text of an inline string.
    Value,
    Formula,
    /// An element between a cell and its text.
    InCell,
    Beside,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Flag,
    Error,
}

#[derive(Default)]
struct Cell {
    kind: Kind,
    format: usize,
    value: Vec<u8>,
    formula: Vec<u8>,
}

struct Cells<'c> {
    beside: Narrator<'c>,
    book: &'c Book,
    strings: &'c mut Strings,
    rows: Rows,
    open: Vec<Open>,
    row: Row,
    row_number: u32,
    /// The column of the next cell that does not name its own.
    column: usize,
    cell: Cell,
}

impl Cells<'_> {
    fn begin_row(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        self.end_row(context)?;
        let number = element.number(b"r").and_then(|number| u32::try_from(number).ok());
        self.row_number = number.unwrap_or(self.row_number.saturating_add(1));
        self.column = 0;
        Ok(())
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        self.cell.value.clear();
        self.cell.formula.clear();
        (self.cell.kind, self.cell.format) = (Kind::Number, 0);
        for (name, value) in element.attributes() {
            match local(name) {
                b"r" => self.column = column(value.as_bytes()).unwrap_or(self.column),
                b"s" => self.cell.format = value.parse().unwrap_or(0),
                b"t" => {
                    self.cell.kind = match value.as_bytes() {
                        b"s" => Kind::Shared,
                        b"b" => Kind::Flag,
                        b"e" => Kind::Error,
                        b"n" => Kind::Number,
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
        }
    }

    fn end_cell(&mut self) {
        if let Some(value) = self.value()
            && !value.is_empty()
        {
            self.row.push((self.column.min(LAST_COLUMN), value));
        }
        self.cell.value.clear();
        self.column = self.column.saturating_add(1);
    }

    fn value(&mut self) -> Option<String> {
        let text = std::str::from_utf8(&self.cell.value).ok()?;
        Some(match self.cell.kind {
            Kind::Error => return None,
            Kind::Shared => self.strings.get(text.trim().parse().ok()?)?.to_owned(),
            Kind::Text => text.to_owned(),
            Kind::Flag if text == "1" => "true".to_owned(),
            Kind::Flag if text == "0" => "false".to_owned(),
            Kind::Flag => text.to_owned(),
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(number) if self.book.formats.shows_date(self.cell.format) => {
                    dates::shown(number, self.book.from_1904).unwrap_or_else(|| number.to_string())
                }
                Ok(number) if number.is_finite() => number.to_string(),
                _ => text.to_owned(),
            },
        })
    }

    fn end_row(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let row = std::mem::take(&mut self.row);
        self.rows.add(context, self.row_number, row)
    }
}

impl Visitor for Cells<'_> {
    fn open(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let opened = match (self.open.last(), element.name()) {
            (Some(Open::Row), b"c") => {
                self.begin_cell(element);
                Open::Cell
            }
            (Some(Open::Cell), b"v") | (Some(Open::InCell), b"t") => Open::Value,
            (Some(Open::Cell), b"f") => Open::Formula,
            (Some(Open::Cell), b"is") | (Some(Open::InCell), b"r") => Open::InCell,
            (_, b"row") => {
                self.begin_row(context, element)?;
                Open::Row
            }
            _ => {
                self.beside.open(context, element)?;
                Open::Beside
            }
        };
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
            // A formula's words are in its strings.
            Some(Open::Formula) if self.cell.formula.contains(&b'"') => self.beside.remark(context, &self.cell.formula),
            Some(Open::Beside) => self.beside.close(context),
            _ => Ok(()),
        }
    }

    fn text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        let target = match self.open.last() {
            Some(Open::Value) => &mut self.cell.value,
            Some(Open::Formula) => &mut self.cell.formula,
            _ => return self.beside.text(context, text),
        };
        if target.len() > MAX_VALUE {
            return self.beside.text(context, text);
        }
        target.extend_from_slice(text);
        Ok(())
    }

    fn remark(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.beside.remark(context, text)
    }
}

/// Returns the number of the column that a reference such as `AB12` names, from 0.
fn column(reference: &[u8]) -> Option<usize> {
    let letters = reference.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(4);
    letters.fold(None, |column: Option<usize>, letter| {
        Some(column.map_or(0, |column| (column + 1) * 26) + usize::from(letter.to_ascii_uppercase() - b'A'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_columns() {
        assert_eq!(
            ["A1", "Z9", "AA1", "XFD1048576", "7", ""].map(|reference| column(reference.as_bytes())),
            [Some(0), Some(25), Some(26), Some(16_383), None, None]
        );
    }
}
