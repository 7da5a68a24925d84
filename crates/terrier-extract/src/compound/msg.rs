//! Messages of Outlook (MS-OXMSG): a storage whose streams are the message's properties.

use terrier_model::Reason;

use super::file::{CompoundFile, Kind, u32_at};
use super::{member, open, storage};
use crate::ReadAt;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::outlook::{ATTACHED, BODY, BODY_HTML, BODY_RTF, FileName, NARROW, Texts, WIDE};

const STREAM: &str = "__substg1.0_";
const PROPERTIES: &str = "__properties_version1.0";
/// The type of a number of 32 bits.
const NUMBER: u32 = 3;

/// Reads the message that a storage holds.
pub(super) fn read(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<(), Halt> {
    let mut texts = texts(context, file, at)?;
    properties(context, file, at, &mut texts)?;
    for wanted in [BODY, BODY_HTML, BODY_RTF] {
        let streams = file.entries[at].children.iter().copied().filter_map(|child| Some((child, tag(&file.entries[child].name)?)));
        if let Some((child, (_, of))) = streams.into_iter().find(|(_, (tag, _))| *tag == wanted) {
            let bytes = all(context, file, child)?;
            texts.body(context, wanted, of, &bytes)?;
        }
    }
    let mut number = 0;
    for child in file.entries[at].children.iter().copied().filter(|child| file.entries[*child].kind == Kind::Storage) {
        let name = file.entries[child].name.as_str();
        if name.starts_with("__recip_version1.0") {
            properties(context, file, child, &mut texts)?;
        } else if name.starts_with("__attach_version1.0") {
            number += 1;
            attachment(context, file, child, number, &texts)?;
        }
    }
    Ok(())
}

fn texts(context: &Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<Texts, Halt> {
    let bytes = file.find(at, PROPERTIES).map_or(Ok(Vec::new()), |stream| all(context, file, stream))?;
    let find = |tag: u16| bytes.windows(16).step_by(8).find(|entry| u32_at(entry, 0) == u32::from(tag) << 16 | NUMBER);
    Ok(Texts::new(|tag| Some(u32_at(find(tag)?, 8))))
}

/// Takes the name of a property's stream apart: its tag and its type.
fn tag(name: &str) -> Option<(u16, u16)> {
    let digits = name.strip_prefix(STREAM)?.get(..8)?;
    let tag = u32::from_str_radix(digits, 16).ok()?;
    Some(((tag >> 16) as u16, (tag & 0xFFFF) as u16))
}

fn all(context: &Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<Vec<u8>, Halt> {
    open(context, file, at)?.read_all(context.limits.buffered_bytes)
}

/// Hands out the properties of a storage that are text, bodies aside.
fn properties(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, texts: &mut Texts) -> Result<(), Halt> {
    for child in file.entries[at].children.iter().copied().filter(|child| file.entries[*child].kind == Kind::Stream) {
        if let Some((tag, of)) = tag(&file.entries[child].name).filter(|(tag, of)| Texts::takes(*tag, *of)) {
            texts.property(tag, of, &all(context, file, child)?);
        }
    }
    texts.hand_out(context)
}

fn attachment(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, number: u32, texts: &Texts) -> Result<(), Halt> {
    let mut name = FileName::default();
    let (mut content, mut embedded) = (None, None);
    for child in file.entries[at].children.iter().copied() {
        match tag(&file.entries[child].name) {
            Some((ATTACHED, _)) if file.entries[child].kind == Kind::Storage => embedded = Some(child),
            Some((ATTACHED, _)) => content = Some(child),
            Some((tag, of @ (NARROW | WIDE))) => {
                let text = all(context, file, child)?;
                name.take(tag, || texts.decoded(of, &text));
            }
            _ => {}
        }
    }
    let name = name.or_number(number);
    if let Some(embedded) = embedded {
        return member(context, &name, None, |context| storage(context, file, embedded));
    }
    let Some(content) = content else { return Ok(()) };
    let stream = open(context, file, content)?;
    member(context, &name, Some(stream.size()), |context| {
        let result = asset::read(context, Input::Source(&stream), name.as_bytes());
        if stream.whole || result.is_err() { result } else { Err(Reason::Damaged.into()) }
    })
}
