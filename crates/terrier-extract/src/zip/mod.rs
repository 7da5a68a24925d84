//! Zip archives, read through their central directory.
//!
//! The directory is streamed and every entry of it is a member, so neither a long directory nor two entries of one name are a
//! problem. What the directory does not list is read as strings.

mod directory;
mod entry;
mod method;
mod unlisted;

use terrier_content::{Origin, Sensitive, Text};
use terrier_model::Reason;

pub(crate) use directory::Directory;
pub(crate) use entry::Entry;

use self::unlisted::Listed;
use crate::asset::{self, Input};
use crate::context::{Budget, Context, Halt};
use crate::stream::{Counting, ReadAhead, Tolerant};
use crate::{Member, ReadAt, office, xlsb};

/// Entries that are looked at to tell an office document from a plain archive.
const LOOK: usize = 4096;

/// Reads an archive, or the office document that it is.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    context.set_format("zip");
    let directory = Directory::find(source)?;
    let format = office_format(&directory, source, context.budget)?;
    context.set_format(format);
    if format == "xlsb" {
        return xlsb::read(context, source, &directory);
    }
    match office::read(context, source, &directory, format) {
        Some(result) => result,
        None => read_entries(context, source, &directory, &mut read_member),
    }
}

/// Reads an entry; its content comes from a source that reads ahead.
pub(crate) type ReadEntry<'r> = dyn FnMut(&mut Context<'_>, &dyn ReadAt, &Directory, &Entry) -> Result<(), Halt> + 'r;

/// Reads every entry but folders by `read`, then what lies between, before and behind them.
pub(crate) fn read_entries(
    context: &mut Context<'_>,
    source: &dyn ReadAt,
    directory: &Directory,
    read: &mut ReadEntry<'_>,
) -> Result<(), Halt> {
    let ahead = ReadAhead::new(source);
    let mut listed = Listed::default();
    directory.spans().into_iter().for_each(|span| listed.add(span));
    for entry in directory.entries(source) {
        let entry = entry?;
        // Where an entry has no local header, whoever reads it says so, and what it would take up is not spoken for.
        match entry.span(&ahead, directory) {
            Ok(span) => listed.add(span),
            Err(error) if error.reason == Reason::Damaged => {}
            Err(error) => return Err(error.into()),
        }
        context.text(Text::whole(String::from_utf8_lossy(&entry.comment).as_bytes(), Origin::Property))?;
        if !entry.is_folder() {
            read(context, &ahead, directory, &entry)?;
        }
    }
    listed.read_rest(context, &ahead)
}

/// Reads an entry as a member.
pub(crate) fn read_member(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory, entry: &Entry) -> Result<(), Halt> {
    let member = Member { name: Sensitive::new(&entry.name), size: Some(entry.size), modified: entry.modified() };
    context.member(member, |context, consumed| {
        if entry.is_encrypted() {
            return Err(Reason::Encrypted.into());
        }
        let mut unpacked = Tolerant::new(entry.open(source, directory, context.budget)?);
        let result = asset::read(context, Input::Stream(&mut Counting::new(&mut unpacked, consumed)), &entry.name);
        match unpacked.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        }
    })
}

fn office_format(directory: &Directory, source: &dyn ReadAt, budget: &Budget) -> Result<&'static str, Halt> {
    let mut format = "zip";
    for entry in directory.entries(source).take(LOOK) {
        let Ok(entry) = entry else { break };
        format = match entry.name.as_slice() {
            b"xl/workbook.xml" => return Ok("xlsx"),
            b"xl/workbook.bin" => return Ok("xlsb"),
            b"word/document.xml" => return Ok("docx"),
            b"ppt/presentation.xml" => return Ok("pptx"),
            b"META-INF/MANIFEST.MF" => "jar",
            b"mimetype" | b"content.xml" | b"META-INF/container.xml" if format == "zip" => {
                match office::package_format(source, directory, budget, &entry) {
                    Some(format) => return Ok(format),
                    None => continue,
                }
            }
            _ => continue,
        };
    }
    Ok(format)
}
