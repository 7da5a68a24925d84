//! Excel workbooks (MS-XLS and its forerunner BIFF 5): cells as records, all other text as properties.

mod format;
mod shared;
mod walk;

use std::collections::VecDeque;

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use self::format::Formats;
use self::shared::{Bytes, Shared, Width};
use self::walk::{Record, Walk};
use super::file::{CompoundFile, u16_at, u32_at};
use super::{crypto, property};
use crate::codepage::{decode, utf16};
use crate::context::{Context, Halt};
use crate::sheet::Rows;
use crate::strings;

const BIFF8: u16 = 0x0600;
/// The record that says how a workbook is encrypted.
const FILE_PASS: u16 = 0x002F;
/// The kind of a part of the stream, and of a sheet, that has cells.
const WORKSHEET: u16 = 0x0010;
const OF_WORKSHEET: u8 = 0;

/// Reads a workbook.
pub(super) fn read(context: &mut Context<'_>, _: &CompoundFile<'_>, _: usize, workbook: &[u8]) -> Result<(), Halt> {
    let decrypted = crypto::decrypt_workbook(workbook);
    let workbook = decrypted.as_deref().unwrap_or(workbook);
    let mut walk = Walk::new(workbook);
    let mut book = Book { is_open: decrypted.is_some(), ..Book::default() };
    let mut result = Ok(());
    while let (Ok(()), Some(record)) = (result, walk.next()) {
        result = book.record(context, &record, &mut walk);
    }
    if result != Err(Halt::Stopped) {
        book.end_sheet(context)?;
    }
    result?;
    let unused = book.shared.unused();
    property(context, &unused)?;
    if book.records == 0 || !walk.is_at_end() {
        return Err(Reason::Damaged.into());
    }
    Ok(())
}

/// What is known of the workbook so far.
#[derive(Default)]
struct Book {
    records: u64,
    /// Whether it was encrypted, and is not any more.
    is_open: bool,
    version: u16,
    page: u32,
    shared: Shared,
    formats: Formats,
    /// Of the worksheets that are still to come, in their order.
    names: VecDeque<String>,
    sheet: Option<Sheet>,
    next_record: u64,
    /// The cell whose formula yields the text of the record that follows.
    awaiting: Option<(u16, u16)>,
}

struct Sheet {
    rows: Rows,
    row: Vec<(usize, String)>,
    number: u16,
}

impl Sheet {
    fn add_row(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.rows.add(context, u32::from(self.number) + 1, std::mem::take(&mut self.row))
    }
}

impl Book {
    fn record<'w>(&mut self, context: &mut Context<'_>, record: &Record<'w>, walk: &mut Walk<'w>) -> Result<(), Halt> {
        let body = record.body;
        self.records += 1;
        match record.of {
            0x0809 => {
                self.version = u16_at(body, 0);
                self.end_sheet(context)?;
                let name = if u16_at(body, 2) == WORKSHEET { self.names.pop_front() } else { None };
                let rows = Rows::new(&name.unwrap_or_default(), self.next_record);
                self.sheet = Some(Sheet { rows, row: Vec::new(), number: 0 });
            }
            FILE_PASS if self.is_open => {}
            FILE_PASS => return Err(Reason::Encrypted.into()),
            0x0042 => self.page = u32::from(u16_at(body, 0)),
            0x0022 => self.formats.from_1904 = u16_at(body, 0) == 1,
            0x041E => {
                let text = if self.version == BIFF8 { self.text(body, 2, Width::Two) } else { self.text(body, 2, Width::One) };
                self.formats.add(u16_at(body, 0), &text);
            }
            0x00E0 => self.formats.add_cell_format(u16_at(body, 2)),
            0x0085 => {
                let name = self.text(body, 6, Width::One);
                context.text(Text::whole(name.as_bytes(), Origin::Property))?;
                if body.get(5) == Some(&OF_WORKSHEET) {
                    self.names.push_back(name);
                }
            }
            0x00FC => self.shared = Shared::read(&walk.with_rest(record)),
            0x005C => property(context, &self.text(body, 0, if self.version == BIFF8 { Width::Two } else { Width::One }))?,
            0x0014 | 0x0015 if !body.is_empty() => {
                property(context, &self.text(body, 0, if self.version == BIFF8 { Width::Two } else { Width::One }))?;
            }
            0x100D => property(context, &self.text(body, 2, Width::One))?,
            0x001C => property(context, &self.text(body, 8, Width::Two))?,
            0x01B6 => {
                let parts = walk.with_rest(record);
                let length = usize::from(u16_at(body, 10));
                if let (Some((_, rest)), true) = (parts.split_first(), length > 0) {
                    property(context, &Bytes::new(rest).characters_of_part(length))?;
                }
            }
            // Links, names, checks of what is typed in, and other workbooks: forms of their own for little text.
            0x01B8 | 0x0800 | 0x01BE | 0x01AE | 0x0018 | 0x00CD | 0x0023 => {
                property(context, &String::from_utf8_lossy(&strings::printable(body)))?;
            }
            _ => return self.cell(context, record, walk),
        }
        Ok(())
    }

    fn cell<'w>(&mut self, context: &mut Context<'_>, record: &Record<'w>, walk: &mut Walk<'w>) -> Result<(), Halt> {
        let body = record.body;
        let (row, column, format) = (u16_at(body, 0), u16_at(body, 2), u16_at(body, 4));
        match record.of {
            0x00FD => {
                let text = self.shared.get(u32_at(body, 6)).to_owned();
                // A long text in a million cells is a bomb.
                context.budget.allowance()?;
                context.budget.spend(text.len() as u64);
                self.put(context, row, column, text)
            }
            0x0204 | 0x00D6 => {
                let text = self.text(body, 6, Width::Two);
                self.put(context, row, column, text)
            }
            0x0203 => self.number(context, row, column, format, number_at(body, 6)),
            0x027E => self.number(context, row, column, format, packed_number(u32_at(body, 6))),
            0x00BD => {
                for (index, cell) in body.get(4..body.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6).enumerate() {
                    let column = column.saturating_add(u16::try_from(index).unwrap_or(u16::MAX));
                    self.number(context, row, column, u16_at(cell, 0), packed_number(u32_at(cell, 2)))?;
                }
                Ok(())
            }
            0x0205 if body.get(7) == Some(&0) => {
                let flag = body.get(6) == Some(&1);
                self.put(context, row, column, flag.to_string())
            }
            0x0006 => {
                self.awaiting = None;
                match (u16_at(body, 12), body.get(6)) {
                    (0xFFFF, Some(0)) => self.awaiting = Some((row, column)),
                    (0xFFFF, Some(1)) => self.put(context, row, column, (body.get(8) == Some(&1)).to_string())?,
                    (0xFFFF, _) => {}
                    _ => self.number(context, row, column, format, number_at(body, 6))?,
                }
                // Texts that stand in the formula itself.
                Ok(())
            }
            0x0207 => {
                let Some((row, column)) = self.awaiting.take() else { return Ok(()) };
                let text = if self.version == BIFF8 {
                    Bytes::new(&walk.with_rest(record)).text(Width::Two)
                } else {
                    self.text(body, 0, Width::Two)
                };
                self.put(context, row, column, text)
            }
            _ => Ok(()),
        }
    }

    fn number(&mut self, context: &mut Context<'_>, row: u16, column: u16, format: u16, number: f64) -> Result<(), Halt> {
        let text = self.formats.shown(format, number);
        self.put(context, row, column, text)
    }

    fn put(&mut self, context: &mut Context<'_>, row: u16, column: u16, text: String) -> Result<(), Halt> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        if row != sheet.number {
            sheet.add_row(context)?;
            sheet.number = row;
        }
        if !text.is_empty() {
            sheet.row.push((usize::from(column), text));
        }
        Ok(())
    }

    fn end_sheet(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.awaiting = None;
        if let Some(mut sheet) = self.sheet.take() {
            sheet.add_row(context)?;
            self.next_record = sheet.rows.finish(context)?;
        }
        Ok(())
    }

    /// Reads a text that lies in one record: its length, and in BIFF 8 how wide its characters are, before it.
    fn text(&self, body: &[u8], at: usize, width: Width) -> String {
        let body = body.get(at..).unwrap_or_default();
        if self.version == BIFF8 {
            return Bytes::new(&[body]).text(width);
        }
        let (len, start) = match width {
            Width::One => (usize::from(body.first().copied().unwrap_or(0)), 1),
            Width::Two => (usize::from(u16_at(body, 0)), 2),
        };
        let body = body.get(start..).unwrap_or_default();
        decode(&body[..len.min(body.len())], self.page)
    }
}

fn number_at(body: &[u8], at: usize) -> f64 {
    f64::from_bits(u64::from(u32_at(body, at)) | u64::from(u32_at(body, at + 4)) << 32)
}

/// Unpacks a number of 30 bits: the upper part of a double or an integer, perhaps of hundredths.
fn packed_number(packed: u32) -> f64 {
    let number = if packed & 2 == 0 { f64::from_bits(u64::from(packed & !3) << 32) } else { f64::from(packed.cast_signed() >> 2) };
    if packed & 1 == 0 { number } else { number / 100.0 }
}

fn characters(bytes: &[u8], wide: bool) -> String {
    if wide { utf16(bytes) } else { decode(bytes, 28591) }
}
