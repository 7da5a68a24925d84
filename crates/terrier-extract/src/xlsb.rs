//! XLSB workbooks: cells as records. Their parts are records of bytes (MS-XLSB, 2.1.4) within a zip.
//!
//! Shared strings are held, up to a limit; a sheet is read cell by cell, so that a cell far out costs nothing.

use std::io::{BufReader, Read};

use terrier_model::Reason;

use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::sheet::{LAST_COLUMN, Row, Rows};
use crate::stream::Tolerant;
use crate::zip::{self, Directory, Entry};

/// Numbers of records.
const ROW: u32 = 0;
const SMALL_NUMBER: u32 = 2;
const NUMBER: u32 = 5;
const TEXT: u32 = 6;
const SHARED_TEXT: u32 = 7;
const TEXT_OF_FORMULA: u32 = 8;
const NUMBER_OF_FORMULA: u32 = 9;
const SHARED_ITEM: u32 = 19;
/// Longest record; the longest cell has 32,767 characters.
const MAX_RECORD: usize = 1 << 20;

/// Reads a workbook: other parts as members, then the sheets.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    zip::read_entries(context, source, directory, &mut |context: &mut Context<'_>,
                                                        source: &dyn ReadAt,
                                                        directory: &Directory,
                                                        entry: &Entry| {
        if is_sheet(&entry.name) || entry.name == b"xl/sharedStrings.bin" {
            Ok(())
        } else {
            zip::read_member(context, source, directory, entry)
        }
    })?;
    let mut strings = Vec::new();
    for entry in directory.entries(source) {
        let entry = entry?;
        if entry.name == b"xl/sharedStrings.bin" {
            read_part(context, source, directory, &entry, |context, records| shared(context, records, &mut strings))?;
        }
    }
    let mut records = 0;
    for entry in directory.entries(source) {
        let entry = entry?;
        if is_sheet(&entry.name) {
            read_part(context, source, directory, &entry, |context, part| {
                let (result, next) = sheet(context, &stem(&entry.name), part, &strings, records)?;
                records = next;
                result
            })?;
        }
    }
    Ok(())
}

fn is_sheet(name: &[u8]) -> bool {
    [&b"xl/worksheets/"[..], b"xl/macrosheets/", b"xl/dialogsheets/"].iter().any(|folder| name.starts_with(folder))
        && name.ends_with(b".bin")
        && !name.contains(&b'~')
        && !is_index(name)
}

/// Names a sheet by its part: the name that people see stands in another one.
fn stem(part: &[u8]) -> String {
    let file = part.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    String::from_utf8_lossy(file.strip_suffix(b".bin").unwrap_or(file)).into_owned()
}

/// The index of a sheet has no cells.
fn is_index(name: &[u8]) -> bool {
    memchr::memmem::find(name, b"binaryIndex").is_some()
}

fn read_part(
    context: &mut Context<'_>,
    source: &dyn ReadAt,
    directory: &Directory,
    entry: &Entry,
    read: impl FnOnce(&mut Context<'_>, &mut Records<'_>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    if entry.is_encrypted() {
        context.miss(Reason::Encrypted);
        return Ok(());
    }
    let mut unpacked = Tolerant::new(entry.open(source, directory, context.budget)?);
    let result = read(context, &mut Records { input: BufReader::new(&mut unpacked), bytes: Vec::new() });
    match (result, unpacked.failure()) {
        (Err(Halt::Stopped), _) => Err(Halt::Stopped),
        // A part that is broken is as far as it goes; the others are whole.
        (_, Some(Reason::Damaged)) | (Err(Halt::Because(Reason::Damaged)), None) => {
            context.miss(Reason::Damaged);
            Ok(())
        }
        (_, Some(reason)) => Err(reason.into()),
        (result, None) => result,
    }
}

/// Collects the shared strings.
fn shared(context: &mut Context<'_>, records: &mut Records<'_>, strings: &mut Vec<Box<str>>) -> Result<(), Halt> {
    let mut held = 0;
    while let Some((kind, record)) = records.next()? {
        if kind == SHARED_ITEM {
            let text = record.get(1..).and_then(wide).ok_or(Reason::Damaged)?;
            held += (text.len() + size_of::<Box<str>>()) as u64;
            if held > context.limits.dictionary_bytes() {
                return Err(Reason::MemoryLimit.into());
            }
            strings.push(text.into());
        }
    }
    Ok(())
}

/// Reads the cells of a sheet; returns how it ended, and the number of the next record.
fn sheet(
    context: &mut Context<'_>,
    name: &str,
    records: &mut Records<'_>,
    strings: &[Box<str>],
    first_record: u64,
) -> Result<(Result<(), Halt>, u64), Halt> {
    let mut rows = Rows::new(name, first_record);
    let mut row = Row::new();
    let mut number = 1;
    let result = loop {
        let (kind, record) = match records.next() {
            Ok(Some(next)) => next,
            Ok(None) => break Ok(()),
            Err(halt) => break Err(halt),
        };
        if kind == ROW {
            rows.add(context, number, std::mem::take(&mut row))?;
            number = u32_at(record, 0).unwrap_or(0).saturating_add(1);
        } else if let Some(value) = cell(kind, record, strings) {
            let column = u32_at(record, 0).unwrap_or(0) as usize;
            row.push((column.min(LAST_COLUMN), value));
        }
        // Rows that never end are ended, so that memory stays bounded.
        if row.len() > LAST_COLUMN {
            rows.add(context, number, std::mem::take(&mut row))?;
        }
    };
    rows.add(context, number, row)?;
    Ok((result, rows.finish(context)?))
}

/// Returns what a cell holds: behind its column and its style.
fn cell(kind: u32, record: &[u8], strings: &[Box<str>]) -> Option<String> {
    let value = record.get(8..)?;
    let text = match kind {
        SMALL_NUMBER => small(u32_at(value, 0)?).to_string(),
        NUMBER | NUMBER_OF_FORMULA => f64::from_le_bytes(*value.first_chunk()?).to_string(),
        TEXT | TEXT_OF_FORMULA => wide(value)?,
        SHARED_TEXT => strings.get(u32_at(value, 0)? as usize)?.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Unpacks a number of 30 bits: a whole one, or the upper part of a float, either in hundredths or not (MS-XLSB, 2.5.122).
fn small(packed: u32) -> f64 {
    let value = if packed & 2 != 0 { f64::from(packed.cast_signed() >> 2) } else { f64::from_bits(u64::from(packed & !3) << 32) };
    if packed & 1 != 0 { value / 100.0 } else { value }
}

/// Reads a string in UTF-16 behind the number of its units.
fn wide(bytes: &[u8]) -> Option<String> {
    let len = usize::try_from(u32_at(bytes, 0)?).ok()?.checked_mul(2)?;
    let units = bytes.get(4..)?.get(..len)?;
    Some(encoding_rs::UTF_16LE.decode_without_bom_handling(units).0.into_owned())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Records, each with its number and its length before it.
struct Records<'r> {
    input: BufReader<&'r mut dyn Read>,
    bytes: Vec<u8>,
}

impl Records<'_> {
    /// Goes on to the next record; `None` at the end.
    fn next(&mut self) -> Result<Option<(u32, &[u8])>, Halt> {
        let Some(kind) = self.number(2)? else { return Ok(None) };
        let len = self.number(4)?.ok_or(Reason::Damaged)? as usize;
        if len > MAX_RECORD {
            let skipped = std::io::copy(&mut (&mut self.input).take(len as u64), &mut std::io::sink())?;
            return if skipped < len as u64 { Err(Reason::Damaged.into()) } else { Ok(Some((kind, &[]))) };
        }
        self.bytes.resize(len, 0);
        self.input.read_exact(&mut self.bytes)?;
        Ok(Some((kind, &self.bytes)))
    }

    /// Reads a number of seven bits a byte, the lowest first.
    fn number(&mut self, most: u32) -> Result<Option<u32>, Halt> {
        let mut value = 0;
        for index in 0..most {
            let mut byte = [0; 1];
            if self.input.read(&mut byte)? == 0 {
                return if index == 0 { Ok(None) } else { Err(Reason::Damaged.into()) };
            }
            value |= u32::from(byte[0] & 0x7F) << (7 * index);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Ok(Some(value))
    }
}
