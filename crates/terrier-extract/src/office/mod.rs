//! Office documents that are packages of XML parts in a zip, and books.

mod attributes;
mod book;
mod narrator;
mod open_document;
mod open_xml;
mod part;
mod parts;
mod relations;
mod roles;
mod sheets;
mod workbook;

pub(crate) use self::open_document::read_flat;
use crate::ReadAt;
use crate::context::{Budget, Context, Halt};
use crate::stream::fill;
use crate::zip::{Directory, Entry};

/// Longest media type in a package's `mimetype`.
const LONGEST_TYPE: usize = 128;

/// Reads a package of that format; `None` where the format is none of an office document.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory, format: &str) -> Option<Result<(), Halt>> {
    let read = match format {
        "docx" => open_xml::read_document,
        "xlsx" => workbook::read,
        "pptx" => open_xml::read_presentation,
        "odt" | "ods" | "odp" | "odg" | "odf" => open_document::read,
        "epub" => book::read,
        _ => return None,
    };
    Some(read(context, source, directory))
}

/// Tells a format by an entry that packages of OpenDocument and EPUB have: their media type, or a file that only they hold.
pub(crate) fn package_format(source: &dyn ReadAt, directory: &Directory, budget: &Budget, entry: &Entry) -> Option<&'static str> {
    match entry.name.as_slice() {
        b"content.xml" => Some("odf"),
        b"META-INF/container.xml" => Some("epub"),
        _ => {
            let mut media_type = [0; LONGEST_TYPE];
            let filled = fill(&mut entry.open(source, directory, budget).ok()?, &mut media_type).ok()?;
            by_media_type(media_type[..filled].trim_ascii())
        }
    }
}

/// Tells a format of OpenDocument or EPUB by its media type.
pub(crate) fn by_media_type(media_type: &[u8]) -> Option<&'static str> {
    if media_type == b"application/epub+zip" {
        return Some("epub");
    }
    let kind = media_type.strip_prefix(b"application/vnd.oasis.opendocument.").or(media_type.strip_prefix(b"application/vnd.sun.xml."))?;
    let kinds: [(&[u8], _); 8] = [
        (b"text", "odt"),
        (b"writer", "odt"),
        (b"spreadsheet", "ods"),
        (b"calc", "ods"),
        (b"presentation", "odp"),
        (b"impress", "odp"),
        (b"graphics", "odg"),
        (b"draw", "odg"),
    ];
    Some(kinds.iter().find(|(name, _)| kind.starts_with(name)).map_or("odf", |(_, format)| format))
}
