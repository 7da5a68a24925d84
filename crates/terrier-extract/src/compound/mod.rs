//! Compound files: the older formats of Office, messages of Outlook, and whatever else keeps storages and streams in a file.
//!
//! A storage is read as the document that it holds. What is embedded is a member, told and read as any other asset; streams that no
//! room reads are read as strings, and so is what the file holds beside its streams.

mod chain;
mod crypto;
mod doc;
mod file;
mod macros;
mod msg;
mod native;
mod ppt;
mod properties;
mod word95;
mod xls;

use terrier_content::{Origin, Sensitive};
use terrier_model::Reason;

use self::chain::Stream;
use self::file::{CompoundFile, Kind};
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::{HEAD, SourceStream, fill_at};
use crate::text::{self, Place};
use crate::{Member, ReadAt, strings};

/// Streams that say how a program is to treat an object, and nothing of what is in it.
const OF_PROGRAMS: [&str; 8] =
    ["\u{1}CompObj", "\u{1}Ole", "\u{3}ObjInfo", "\u{3}PRINT", "\u{2}OlePres000", "\u{3}OCXNAME", "\u{3}EPRINT", "\u{3}META"];

/// Streams that are a file put into a document.
const OF_OBJECTS: [&str; 3] = ["Package", "CONTENTS", "\u{1}Ole10Native"];

/// Longest description of an encryption.
const MAX_INFO: u64 = 1 << 20;

/// Reads a compound file.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    context.set_format("ole");
    let file = match CompoundFile::open(source, context.limits.buffered_bytes) {
        Ok(file) => file,
        Err(Halt::Because(Reason::Damaged)) if names_package(source)? => return Err(Reason::Encrypted.into()),
        Err(Halt::Because(Reason::Damaged)) => {
            context.miss(Reason::Damaged);
            return strings::read(context, &mut SourceStream::new(source, 0, source.size()));
        }
        Err(halt) => return Err(halt),
    };
    storage(context, &file, 0)?;
    for (start, end) in file.unused() {
        strings::read(context, &mut SourceStream::new(source, start, end))?;
    }
    Ok(())
}

/// Tells whether a file without its structure begins as an encrypted document does.
fn names_package(source: &dyn ReadAt) -> Result<bool, Halt> {
    let mut head = vec![0; HEAD];
    let filled = fill_at(source, 0, &mut head)?;
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(memchr::memmem::find(&head[..filled], &name).is_some())
}

/// Reads the main stream of a document, which lies in a storage.
type ReadMain = fn(&mut Context<'_>, &CompoundFile<'_>, usize, &[u8]) -> Result<(), Halt>;

/// Reads the document that a storage holds.
fn storage(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<(), Halt> {
    let find = |name| file.find(at, name);
    if let Some(package) = find("EncryptedPackage") {
        return encrypted(context, file, at, package);
    }
    let (format, main, read): (_, _, ReadMain) = if let Some(main) = find("WordDocument") {
        ("doc", main, doc::read)
    } else if let Some(main) = find("Workbook").or_else(|| find("Book")) {
        ("xls", main, xls::read)
    } else if let Some(main) = find("PowerPoint Document") {
        ("ppt", main, ppt::read)
    } else if find("__properties_version1.0").is_some() {
        context.set_format("msg");
        return msg::read(context, file, at);
    } else {
        context.set_format("ole");
        if !file.entries[at].children.iter().any(|child| OF_OBJECTS.contains(&file.entries[*child].name.as_str())) {
            context.miss(Reason::UnsupportedFormat);
        }
        return rest(context, file, at, None);
    };
    context.set_format(format);
    let stream = open(context, file, main)?;
    let bytes = stream.read_all(context.limits.buffered_bytes)?;
    if !stream.whole {
        context.miss(Reason::Damaged);
    }
    match context.catch(|context| read(context, file, at, &bytes)) {
        // What its structure does not lead to may still be read as it stands there.
        Err(Halt::Because(reason @ (Reason::Damaged | Reason::ParserCrashed | Reason::UnsupportedFormat))) => {
            context.miss(reason);
            return rest(context, file, at, None);
        }
        Err(Halt::Because(Reason::Encrypted)) => context.miss(Reason::Encrypted),
        result => result?,
    }
    rest(context, file, at, Some(main))
}

/// Reads a document that is encrypted with the password that everybody knows.
fn encrypted(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, package: usize) -> Result<(), Halt> {
    let info = file.find(at, "EncryptionInfo").ok_or(Reason::Encrypted)?;
    let info = open(context, file, info)?.read_all(MAX_INFO)?;
    let package = crypto::open(&info, open(context, file, package)?).ok_or(Reason::Encrypted)?;
    context.deeper(|context| asset::read(context, Input::Source(&package), b""))
}

/// Reads what a storage holds beside the stream that was read: properties, embedded objects, macros, and strings of all else.
fn rest(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, main: Option<usize>) -> Result<(), Halt> {
    let mut waiting = vec![(at, String::new())];
    while let Some((at, path)) = waiting.pop() {
        for child in file.entries[at].children.iter().copied().filter(|child| Some(*child) != main) {
            let entry = &file.entries[child];
            let path = format!("{path}{}", entry.name);
            if entry.kind == Kind::Stream {
                stream(context, file, child, &path, main)?;
            } else if is_object(file, child) {
                member(context, &path, None, |context| storage(context, file, child))?;
            } else {
                waiting.push((child, format!("{path}/")));
            }
        }
    }
    Ok(())
}

/// Tells a storage that holds a document of its own from one that only groups.
fn is_object(file: &CompoundFile<'_>, at: usize) -> bool {
    let of_documents = [
        "WordDocument",
        "Workbook",
        "Book",
        "PowerPoint Document",
        "Package",
        "CONTENTS",
        "\u{1}Ole10Native",
        "EncryptedPackage",
        "\u{1}CompObj",
    ];
    of_documents.iter().any(|name| file.find(at, name).is_some())
}

fn stream(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, path: &str, main: Option<usize>) -> Result<(), Halt> {
    let entry = &file.entries[at];
    if OF_PROGRAMS.contains(&entry.name.as_str()) || entry.size == 0 {
        return Ok(());
    }
    let stream = open(context, file, at)?;
    match entry.name.as_str() {
        "\u{1}Ole10Native" => return native::read(context, &stream, path),
        "Package" | "CONTENTS" => {
            return member(context, path, Some(stream.size()), |context| asset::read(context, Input::Source(&stream), path.as_bytes()));
        }
        // Names of authors, bookmarks and files, between formats; a zip in it holds colours and fonts.
        "0Table" | "1Table" if main.is_some() => {
            let text = strings::printable(&stream.read_all(context.limits.buffered_bytes)?);
            return property(context, &String::from_utf8_lossy(&text));
        }
        "Pictures" => return member(context, path, Some(stream.size()), |_| Err(Reason::UnsupportedFormat.into())),
        name if name.starts_with('\u{5}') => {
            if let Some(text) = properties::read(&stream.read_all(context.limits.buffered_bytes)?) {
                return property(context, &text);
            }
        }
        _ if path.contains("VBA/") && macros::read(context, &stream, path)? => return Ok(()),
        _ => {}
    }
    strings::read(context, &mut SourceStream::new(&stream, 0, stream.size()))
}

/// Opens a stream and books its size: a small file may have many that lead through the same sectors.
fn open<'s>(context: &Context<'_>, file: &CompoundFile<'s>, at: usize) -> Result<Stream<'s>, Halt> {
    context.budget.allowance()?;
    let stream = file.stream(at);
    context.budget.spend(stream.size());
    Ok(stream)
}

/// Reads a member of a compound file.
fn member(
    context: &mut Context<'_>,
    name: &str,
    size: Option<u64>,
    read: impl FnOnce(&mut Context<'_>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    context.member(Member { name: Sensitive::new(name.as_bytes()), size, modified: None }, |context, consumed| {
        consumed.set(size.unwrap_or(0));
        read(context)
    })
}

/// Hands out text that has no place of its own.
fn property(context: &mut Context<'_>, text: &str) -> Result<(), Halt> {
    text::windows(context, &mut text.as_bytes(), text::BODY, Place::START, &|_| Origin::Property)
}
