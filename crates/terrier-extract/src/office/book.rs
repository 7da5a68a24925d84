//! EPUB (EPUB 3.3): chapters in their order, each a member; metadata and tables of contents as properties.

use std::collections::HashMap;

use terrier_content::{Origin, Sensitive};

use super::attributes::Attributes;
use super::part::{Manner, Package};
use super::parts::Parts;
use super::relations::{References, resolve};
use super::roles;
use crate::context::{Context, Halt};
use crate::markup::{Element, Visitor};
use crate::story::Naming;
use crate::stream::ReadAhead;
use crate::zip::{self, Directory, Entry};
use crate::{Member, ReadAt};

const CONTAINER: &[u8] = b"META-INF/container.xml";
/// Files of a book that are kept to put them in order.
const MOST: usize = 1 << 16;
/// Longest name of one.
const LONGEST: usize = 2048;

/// Reads a book.
pub(super) fn read(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    let mut parts = Parts::find(source, directory, |name| name == CONTAINER || name.ends_with(b".opf") || is_chapter(name))?;
    let ahead = ReadAhead::new(source);
    let package = Package { source: &ahead, directory };
    for name in chapters(context, package, &parts)? {
        if let Some(chapter) = parts.take(&name).or_else(|| parts.take(&percent_decoded(&name))) {
            read_chapter(context, package, &chapter)?;
        }
    }
    zip::read_entries(context, source, directory, &mut |context, source, directory, entry| {
        let package = Package { source, directory };
        match entry.name.as_slice() {
            b"mimetype" if entry.size <= super::LONGEST_TYPE as u64 => Ok(()),
            _ if parts.is_taken(entry) => Ok(()),
            name if is_chapter(name) => read_chapter(context, package, entry),
            name if [&b".opf"[..], b".ncx", b".xml"].iter().any(|suffix| name.ends_with(suffix)) => {
                let naming = Naming::At(Origin::Property);
                package.tell(context, entry, Manner { language: roles::PROPERTIES, attributes: Attributes::Speaking, naming, strict: true })
            }
            _ => zip::read_member(context, source, directory, entry),
        }
    })
}

fn is_chapter(name: &[u8]) -> bool {
    [&b".xhtml"[..], b".html", b".htm"]
        .iter()
        .any(|suffix| name.len() > suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix))
}

fn read_chapter(context: &mut Context<'_>, package: Package<'_>, entry: &Entry) -> Result<(), Halt> {
    let member = Member { name: Sensitive::new(&entry.name), size: Some(entry.size), modified: entry.modified() };
    context.member(member, |context, consumed| {
        context.set_format("html");
        let manner = Manner { language: roles::HYPERTEXT, attributes: Attributes::Speaking, naming: Naming::Lines, strict: false };
        let result = package.tell(context, entry, manner);
        consumed.set(entry.size);
        result
    })
}

/// Returns the names of the chapters in the order in which they are read.
fn chapters(context: &mut Context<'_>, package: Package<'_>, parts: &Parts) -> Result<Vec<Vec<u8>>, Halt> {
    let Some(container) = parts.get(CONTAINER) else { return Ok(Vec::new()) };
    let mut roots = References::new(b"rootfile", b"full-path");
    package.visit(context, &container, &mut roots)?;
    let mut names = Vec::new();
    for root in roots.ids.iter().take(16) {
        let Some(entry) = parts.get(root) else { continue };
        let mut spine = Spine::default();
        package.visit(context, &entry, &mut spine)?;
        let Spine { files, order } = spine;
        names.extend(order.iter().filter_map(|id| files.get(id)).map(|file| resolve(root, file)));
    }
    Ok(names)
}

/// The files of a book by their identifiers, and the order of its chapters.
#[derive(Default)]
struct Spine {
    files: HashMap<Vec<u8>, Vec<u8>>,
    order: Vec<Vec<u8>>,
}

impl Visitor for Spine {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        match element.name() {
            b"item" if self.files.len() < MOST => {
                if let (Some(id), Some(file)) = (element.attribute(b"id"), element.attribute(b"href"))
                    && id.len() + file.len() <= LONGEST
                {
                    self.files.insert(id, file);
                }
            }
            b"itemref" if self.order.len() < MOST => self.order.extend(element.attribute(b"idref").filter(|id| id.len() <= LONGEST)),
            _ => {}
        }
        Ok(())
    }
}

/// Resolves `%20` and its kin.
fn percent_decoded(name: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((byte, after)) = rest.split_first() {
        let code = (*byte == b'%').then(|| after.get(..2)).flatten();
        match code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = &after[2..];
            }
            None => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
    decoded
}
