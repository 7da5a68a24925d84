//! OpenDocument (ISO/IEC 26300): text, spreadsheets, presentations, drawings, in a package or flat.

use std::collections::HashSet;
use std::io::Read;

use terrier_content::Origin;
use terrier_model::Reason;

use super::attributes::Attributes;
use super::part::{Manner, Package, tell};
use super::parts::Parts;
use super::roles;
use super::sheets;
use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::markup::{Element, Visitor};
use crate::story::Naming;
use crate::stream::Tolerant;
use crate::zip::{self, Directory};

const MANIFEST: &[u8] = b"META-INF/manifest.xml";

/// Reads a package.
pub(super) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    let format = context.format();
    let mut encrypted = Encrypted::default();
    if let Some(manifest) = Parts::find(source, directory, |name| name == MANIFEST)?.get(MANIFEST) {
        Package { source, directory }.visit(context, &manifest, &mut encrypted)?;
    }
    zip::read_entries(context, source, directory, &mut |context, source, directory, entry| {
        let package = Package { source, directory };
        match entry.name.as_slice() {
            // It was read to tell the format.
            b"mimetype" if entry.size <= super::LONGEST_TYPE as u64 => Ok(()),
            name if encrypted.paths.contains(name) => {
                context.miss(Reason::Encrypted);
                Ok(())
            }
            b"content.xml" if format == "ods" => package.open(context, entry, sheets::read).map(|_| ()),
            name if name.ends_with(b".xml") || name.ends_with(b".rdf") => {
                let naming = if name == b"content.xml" { naming(format) } else { Naming::At(Origin::Property) };
                package.tell(context, entry, manner(format, naming))
            }
            _ => zip::read_member(context, source, directory, entry),
        }
    })
}

/// Reads a document that is one XML file.
pub(crate) fn read_flat(context: &mut Context<'_>, content: &mut dyn Read, format: &'static str) -> Result<(), Halt> {
    let mut content = Tolerant::new(content);
    let result =
        if format == "ods" { sheets::read(context, &mut content) } else { tell(context, &mut content, manner(format, naming(format))) };
    match content.failure() {
        Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
        _ => result,
    }
}

fn manner(format: &str, naming: Naming) -> Manner {
    let language = if format == "odg" { roles::DRAWING } else { roles::OPEN_DOCUMENT };
    Manner { language, attributes: Attributes::Speaking, naming, strict: true }
}

/// Text has pages where the program that wrote it noted them; slides and drawings name their own.
fn naming(format: &str) -> Naming {
    match format {
        "odp" | "odg" => Naming::At(Origin::Property),
        _ => Naming::Pages,
    }
}

/// The files of a package that its manifest tells to be encrypted.
#[derive(Default)]
struct Encrypted {
    paths: HashSet<Vec<u8>>,
    entry: Vec<u8>,
}

/// Encrypted files that are known by name; a package has a few dozen.
const MOST_ENCRYPTED: usize = 1 << 16;
const LONGEST_PATH: usize = 4096;

impl Visitor for Encrypted {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        match element.name() {
            b"file-entry" => self.entry = element.attribute(b"full-path").filter(|path| path.len() <= LONGEST_PATH).unwrap_or_default(),
            b"encryption-data" if self.paths.len() < MOST_ENCRYPTED => {
                self.paths.insert(std::mem::take(&mut self.entry));
            }
            _ => {}
        }
        Ok(())
    }
}
