//! Workbooks (ECMA-376, SpreadsheetML): cells as records, all other text as properties.

mod cells;
mod dates;
mod formats;
mod strings;

use terrier_content::Origin;
use terrier_model::Reason;

use self::formats::Formats;
use self::strings::Strings;
use super::part::Package;
use super::parts::Parts;
use super::relations::{Relations, of_part, resolve};
use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::markup::{Element, Ending, Visitor, local};
use crate::story::Naming;
use crate::stream::ReadAhead;
use crate::zip::{self, Directory};

const WORKBOOK: &[u8] = b"xl/workbook.xml";
const STRINGS: &[u8] = b"xl/sharedStrings.xml";
const STYLES: &[u8] = b"xl/styles.xml";
/// Sheets that are read under their names.
const MOST_SHEETS: usize = 1 << 14;
/// Longest name of a sheet; programs allow 31 characters.
const LONGEST_NAME: usize = 1024;

/// Reads a workbook.
pub(super) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    let mut parts = Parts::find(source, directory, |name| name.starts_with(b"xl/") && super::open_xml::is_markup(name))?;
    let ahead = ReadAhead::new(source);
    let package = Package { source: &ahead, directory };
    let book = Book::read(context, package, &parts)?;
    let held_back = |name: &[u8]| name == STRINGS || name.starts_with(b"xl/worksheets/") && name.ends_with(b".xml");
    zip::read_entries(context, source, directory, &mut |context, source, directory, entry| {
        if held_back(&entry.name) && parts.holds(entry) {
            return Ok(());
        }
        super::open_xml::read_part(context, Package { source, directory }, entry, Naming::At(Origin::Property))
    })?;
    read_sheets(context, package, &mut parts, &book)
}

/// Reads the sheets in the order of the workbook, then those that it does not list, then the strings that no cell showed.
fn read_sheets(context: &mut Context<'_>, package: Package<'_>, parts: &mut Parts, book: &Book) -> Result<(), Halt> {
    let mut strings = Strings::new(context.limits.buffered_bytes);
    if let Some(part) = parts.get(STRINGS) {
        package.open(context, &part, |context, content| whole(strings.read(context, content)))?;
    }
    let mut records = 0;
    let unlisted = parts.names(b"xl/worksheets/").filter(|name| name.ends_with(b".xml")).map(<[u8]>::to_vec);
    let mut unlisted: Vec<(String, Vec<u8>)> = unlisted.map(|part| (file_name(&part), part)).collect();
    unlisted.sort_unstable();
    for (name, part) in book.sheets.iter().chain(&unlisted) {
        let Some(entry) = parts.take(part) else { continue };
        let mut next = records;
        package.open(context, &entry, |context, content| whole(cells::read(context, content, name, book, &mut strings, &mut next)))?;
        records = next;
    }
    strings.tell_unused(context)
}

fn whole(ending: Result<Ending, Halt>) -> Result<(), Halt> {
    if ending? == Ending::Broken { Err(Reason::Damaged.into()) } else { Ok(()) }
}

fn file_name(part: &[u8]) -> String {
    let file = part.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    String::from_utf8_lossy(file.strip_suffix(b".xml").unwrap_or(file)).into_owned()
}

/// What the workbook says of its sheets.
#[derive(Default)]
struct Book {
    /// Names and parts.
    sheets: Vec<(String, Vec<u8>)>,
    formats: Formats,
    /// Whether days are counted from 1904, as on old Macintoshes.
    from_1904: bool,
}

impl Book {
    fn read(context: &mut Context<'_>, package: Package<'_>, parts: &Parts) -> Result<Self, Halt> {
        let mut listed = Listed::default();
        let mut relations = Relations::default();
        let mut formats = Formats::default();
        for (name, visitor) in [(WORKBOOK, &mut listed as &mut dyn Visitor), (&of_part(WORKBOOK), &mut relations), (STYLES, &mut formats)] {
            if let Some(part) = parts.get(name) {
                package.visit(context, &part, visitor)?;
            }
        }
        let Listed { sheets, from_1904 } = listed;
        let part_of = |id: Vec<u8>| relations.targets.get(&id).map(|target| resolve(WORKBOOK, target));
        let sheets = sheets.into_iter().filter_map(|(name, id)| Some((String::from_utf8_lossy(&name).into_owned(), part_of(id)?)));
        Ok(Self { sheets: sheets.collect(), formats, from_1904 })
    }
}

/// The sheets that the workbook lists: names and identifiers of their parts.
#[derive(Default)]
struct Listed {
    sheets: Vec<(Vec<u8>, Vec<u8>)>,
    from_1904: bool,
}

impl Visitor for Listed {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        match element.name() {
            b"workbookPr" => self.from_1904 = element.attribute(b"date1904").is_some_and(|flag| flag == b"1" || flag == b"true"),
            b"sheet" if self.sheets.len() < MOST_SHEETS => {
                let id = element.attributes().find(|(name, _)| name.contains(&b':') && local(name) == b"id");
                if let (Some(name), Some((_, id))) = (element.attribute(b"name"), id)
                    && name.len().max(id.len()) <= LONGEST_NAME
                {
                    self.sheets.push((name, id.into_owned().into_bytes()));
                }
            }
            _ => {}
        }
        Ok(())
    }
}
