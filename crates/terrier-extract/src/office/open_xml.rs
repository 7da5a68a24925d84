//! Documents and presentations of Office Open XML (ECMA-376, ISO/IEC 29500).
//!
//! What a part is, is told by its name as all programs give it; what the relations do not list is read all the same. Only the order of
//! slides is taken from the relations.

use super::attributes::Attributes;
use super::part::{Manner, Package};
use super::parts::Parts;
use super::relations::{References, Relations, of_part, resolve};
use super::roles;
use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::story::Naming;
use crate::stream::ReadAhead;
use crate::zip::{self, Directory, Entry};
use terrier_content::Origin;

/// Reads a document: its text, then what is beside it.
pub(super) fn read_document(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    zip::read_entries(context, source, directory, &mut |context, source, directory, entry| {
        let naming = if is_body(&entry.name) { Naming::Pages } else { Naming::At(Origin::Property) };
        read_part(context, Package { source, directory }, entry, naming)
    })
}

/// Tells the part that holds a document's text: `word/document.xml`, and `word/document2.xml` as some servers write it.
fn is_body(name: &[u8]) -> bool {
    name.strip_prefix(b"word/document").and_then(|rest| rest.strip_suffix(b".xml")).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}

/// Reads a presentation: slide by slide with what belongs to each, then everything else.
pub(super) fn read_presentation(context: &mut Context<'_>, source: &dyn ReadAt, directory: &Directory) -> Result<(), Halt> {
    let mut parts = Parts::find(source, directory, |name| name.starts_with(b"ppt/") && is_markup(name))?;
    let ahead = ReadAhead::new(source);
    let package = Package { source: &ahead, directory };
    for (number, slide) in (1..).zip(slides(context, package, &parts)?) {
        read_slide(context, package, &mut parts, &slide, Naming::At(Origin::Slide(number)))?;
    }
    zip::read_entries(context, source, directory, &mut |context, source, directory, entry| {
        if parts.is_taken(entry) {
            return Ok(());
        }
        read_part(context, Package { source, directory }, entry, Naming::At(Origin::Property))
    })
}

/// Returns the names of the slides in the order in which they are shown.
fn slides(context: &mut Context<'_>, package: Package<'_>, parts: &Parts) -> Result<Vec<Vec<u8>>, Halt> {
    const MAIN: &[u8] = b"ppt/presentation.xml";
    let (Some(main), Some(relations)) = (parts.get(MAIN), parts.get(&of_part(MAIN))) else { return Ok(Vec::new()) };
    let (mut listed, mut known) = (References::new(b"sldId", b"id"), Relations::default());
    package.visit(context, &main, &mut listed)?;
    package.visit(context, &relations, &mut known)?;
    Ok(listed.ids.iter().filter_map(|id| known.targets.get(id)).map(|target| resolve(MAIN, target)).collect())
}

/// Reads a slide, its relations, and the parts that belong to it alone.
fn read_slide(context: &mut Context<'_>, package: Package<'_>, parts: &mut Parts, name: &[u8], naming: Naming) -> Result<(), Halt> {
    let Some(slide) = parts.take(name) else { return Ok(()) };
    read_part(context, package, &slide, naming)?;
    let Some(relations) = parts.take(&of_part(name)) else { return Ok(()) };
    read_part(context, package, &relations, naming)?;
    let mut known = Relations::default();
    package.visit(context, &relations, &mut known)?;
    for id in &known.order {
        let target = resolve(name, &known.targets[id]);
        if belongs_to_slide(&target)
            && let Some(part) = parts.take(&target)
        {
            read_part(context, package, &part, naming)?;
        }
    }
    Ok(())
}

fn belongs_to_slide(name: &[u8]) -> bool {
    const FOLDERS: [&[u8]; 5] = [b"ppt/notesSlides/", b"ppt/comments/", b"ppt/diagrams/", b"ppt/charts/", b"ppt/tags/"];
    FOLDERS.iter().any(|folder| name.starts_with(folder))
}

/// Reads a part as text where it is markup, as a member otherwise.
pub(super) fn read_part(context: &mut Context<'_>, package: Package<'_>, entry: &Entry, naming: Naming) -> Result<(), Halt> {
    if !is_markup(&entry.name) {
        return zip::read_member(context, package.source, package.directory, entry);
    }
    let known = [&b"word/"[..], b"ppt/", b"_rels/", b"[Content_Types].xml", b"xl/"].iter().any(|start| entry.name.starts_with(start));
    let attributes = if known { Attributes::Speaking } else { Attributes::All };
    package.tell(context, entry, Manner { language: roles::OFFICE_OPEN, attributes, naming, strict: true })
}

pub(super) fn is_markup(name: &[u8]) -> bool {
    [&b".xml"[..], b".rels", b".vml"].iter().any(|suffix| name.ends_with(suffix))
}
