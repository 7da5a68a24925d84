//! What Outlook wraps attachments in for other programs: `winmail.dat` (MS-OXTNEF).

use terrier_content::{Origin, Sensitive, Text};
use terrier_model::Reason;

use super::{ATTACHED, BODY, BODY_HTML, BODY_RTF, FileName, Texts, u16_at, u32_at};
use crate::asset::{self, Input};
use crate::codepage::decode;
use crate::context::{Context, Halt};
use crate::stream::read_exact_at;
use crate::{Member, ReadAt};

/// The first bytes of every such file.
pub(crate) const MAGIC: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];
/// Attributes.
const BEGIN_ATTACHMENT: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800F;
const PROPERTIES: u32 = 0x0006_9003;
const PROPERTIES_OF_ATTACHMENT: u32 = 0x0006_9005;
/// Attributes of the message that are text: from, subject, body, and message class.
const TEXTS: [u32; 3] = [0x0000_8000, 0x0001_8004, 0x0002_800C];
/// Properties of one list, and values of one property, that are looked at.
const MAX_VALUES: usize = 1 << 14;
/// Length of the identifier that stands before an object.
const IDENTIFIER: usize = 16;

/// A file that is attached, as far as it was read.
#[derive(Default)]
struct Attached<'t> {
    name: FileName,
    content: Option<&'t [u8]>,
}

/// Reads a file.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    context.set_format("tnef");
    if source.size() > context.limits.buffered_bytes {
        return Err(Reason::MemoryLimit.into());
    }
    let mut bytes = vec![0; usize::try_from(source.size()).map_err(|_| Reason::MemoryLimit)?];
    read_exact_at(source, 0, &mut bytes)?;
    let mut rest = bytes.get(6..).unwrap_or_default();
    let (mut texts, mut attached, mut number) = (Texts::default(), None::<Attached<'_>>, 0);
    while rest.len() > 9 {
        let (attribute, len) = (u32_at(rest, 1), u32_at(rest, 5) as usize);
        let Some(body) = rest[9..].get(..len) else {
            context.miss(Reason::Damaged);
            break;
        };
        rest = rest.get(9 + len + 2..).unwrap_or_default();
        match attribute {
            BEGIN_ATTACHMENT => {
                hand_out(context, attached.replace(Attached::default()), &mut number)?;
            }
            TITLE => attached.get_or_insert_default().name.take(0x3704, || Some(decode(body, 0).trim_end_matches('\0').to_owned())),
            DATA => attached.get_or_insert_default().content = Some(body),
            PROPERTIES_OF_ATTACHMENT => {
                let attached = attached.get_or_insert_default();
                for (tag, of, value) in properties(body) {
                    if tag == ATTACHED && of == 0x0D {
                        attached.content = value.get(IDENTIFIER..);
                    }
                    attached.name.take(tag, || texts.decoded(of, value));
                }
            }
            PROPERTIES => message(context, &properties(body), &mut texts)?,
            attribute if TEXTS.contains(&attribute) => {
                context.text(Text::whole(decode(body, 0).trim_end_matches('\0').as_bytes(), Origin::Property))?;
            }
            _ => {}
        }
    }
    hand_out(context, attached, &mut number)
}

fn message(context: &mut Context<'_>, properties: &[(u16, u16, &[u8])], texts: &mut Texts) -> Result<(), Halt> {
    properties.iter().filter(|(tag, of, _)| Texts::takes(*tag, *of)).for_each(|(tag, of, value)| texts.property(*tag, *of, value));
    texts.hand_out(context)?;
    for wanted in [BODY, BODY_HTML, BODY_RTF] {
        if let Some((tag, of, value)) = properties.iter().find(|(tag, ..)| *tag == wanted) {
            texts.body(context, *tag, *of, value)?;
        }
    }
    Ok(())
}

fn hand_out(context: &mut Context<'_>, attached: Option<Attached<'_>>, number: &mut u32) -> Result<(), Halt> {
    let Some(Attached { name, content: Some(content) }) = attached else { return Ok(()) };
    *number += 1;
    let name = name.or_number(*number);
    let member = Member { name: Sensitive::new(name.as_bytes()), size: Some(content.len() as u64), modified: None };
    context.member(member, |context, consumed| {
        consumed.set(content.len() as u64);
        asset::read(context, Input::Source(&content.to_vec()), name.as_bytes())
    })
}

/// Takes a list of properties apart, as far as it goes: tags, types, and the first value of each.
fn properties(bytes: &[u8]) -> Vec<(u16, u16, &[u8])> {
    let mut found = Vec::new();
    let mut rest = bytes.get(4..).unwrap_or_default();
    for _ in 0..(u32_at(bytes, 0) as usize).min(MAX_VALUES) {
        let (of, tag) = (u16_at(rest, 0), u16_at(rest, 2));
        let Some(value) = rest.get(4..).and_then(|rest| if tag >= 0x8000 { unnamed(rest) } else { Some(rest) }) else { break };
        let Some((value, behind)) = value_of(of, value) else { break };
        found.push((tag, of & 0x0FFF, value));
        rest = behind;
    }
    found
}

/// Passes over the name of a property that has no tag of its own.
fn unnamed(bytes: &[u8]) -> Option<&[u8]> {
    let kind = u32_at(bytes, 16);
    if kind == 0 {
        return bytes.get(24..);
    }
    let len = u32_at(bytes, 20) as usize;
    bytes.get(len.checked_next_multiple_of(4)?.checked_add(24)?..)
}

fn value_of(of: u16, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let fixed = match of & 0x0FFF {
        0x02 | 0x03 | 0x04 | 0x0A | 0x0B => 4,
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
        0x48 => 16,
        _ => 0,
    };
    if fixed > 0 && of & 0x1000 == 0 {
        return Some((bytes.get(..fixed)?, bytes.get(fixed..)?));
    }
    let (count, mut rest) = (u32_at(bytes, 0) as usize, bytes.get(4..)?);
    if fixed > 0 {
        return Some((&rest[..0], rest.get(count.checked_mul(fixed)?..)?));
    }
    let mut first = None;
    for _ in 0..count.min(MAX_VALUES) {
        let len = u32_at(rest, 0) as usize;
        first.get_or_insert(rest.get(4..)?.get(..len)?);
        rest = rest.get(len.checked_next_multiple_of(4)?.checked_add(4)?..)?;
    }
    Some((first.unwrap_or_default(), rest))
}
