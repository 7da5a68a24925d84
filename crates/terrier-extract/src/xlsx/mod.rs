//! XLSX workbooks: cells as records, all other text of the workbook as properties.

mod markup;
mod sheet;

use std::io::{BufReader, Read};

use calamine::{Reader, SheetType, Xlsx};
use terrier_content::{Origin, Text};
use terrier_model::Reason;

use self::markup::MarkupText;
use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::source::Seeking;
use crate::text::{self, Place};
use crate::zip::{self, Directory, Entry};

/// Size of a property's window.
const BODY: usize = 64 << 10;

/// Reads a workbook.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    zip::read_entries(context, source, directory, read_part)?;
    let mut workbook = Xlsx::new(BufReader::with_capacity(256 << 10, Seeking::new(source))).map_err(|_| Reason::Damaged)?;
    let sheets = workbook.sheets_metadata().to_vec();
    let mut records = 0;
    for sheet in sheets {
        context.text(Text::whole(sheet.name.as_bytes(), Origin::Property))?;
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        match workbook.worksheet_cells_reader(&sheet.name) {
            Ok(cells) => records = sheet::read(context, cells, records)?,
            Err(_) => context.miss(Reason::Damaged),
        }
    }
    Ok(())
}

/// Reads a part of the package other than cells, and checks those that hold cells: their reader has no limits of its own, so what
/// they unpack to is counted before it sees them.
fn read_part(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory, entry: &Entry) -> Result<(), Halt> {
    let name = entry.name.as_slice();
    let is_markup = [&b".xml"[..], b".vml", b".rels"].iter().any(|suffix| name.ends_with(suffix));
    if !is_markup {
        return zip::read_member(context, source, directory, entry);
    }
    if entry.is_encrypted() {
        return Err(Reason::Encrypted.into());
    }
    let mut content = entry.open(source, directory, context.budget)?;
    if holds_cells(name) {
        if entry.size > context.limits.worker_memory && name == b"xl/sharedStrings.xml" {
            return Err(Reason::MemoryLimit.into());
        }
        let mut unpacked = [0; 16 << 10];
        while content.read(&mut unpacked)? > 0 {}
        return Ok(());
    }
    let mut characters = MarkupText::new(&mut content);
    text::windows(context, &mut characters, BODY, Place::START, &|_| Origin::Property)?;
    characters.failure().map_or(Ok(()), |reason| Err(reason.into()))
}

/// Tells the parts that the reader of cells reads.
fn holds_cells(name: &[u8]) -> bool {
    let by_name: [&[u8]; 4] = [b"xl/sharedStrings.xml", b"xl/styles.xml", b"xl/workbook.xml", b"[Content_Types].xml"];
    by_name.contains(&name) || name.starts_with(b"xl/worksheets/") || name.ends_with(b".rels") || name.starts_with(b"xl/theme/")
}
