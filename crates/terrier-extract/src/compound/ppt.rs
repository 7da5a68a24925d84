//! PowerPoint presentations (MS-PPT): the text of slides, notes and comments, wherever its records lie.
//!
//! Containers are entered and never believed about their length, so what an earlier save left behind is read too.

use std::io::{BufReader, Read};

use flate2::bufread::ZlibDecoder;
use terrier_model::Reason;

use super::file::{CompoundFile, u16_at, u32_at};
use super::{member, open};
use crate::asset::{self, Input};
use crate::codepage::{decode, utf16};
use crate::context::{Context, Halt};
use crate::stream::{Capped, Tolerant};
use crate::strings;
use crate::text::{self, Place};

const FIRST_OF_CONTAINERS: u16 = 1000;
/// A record that says to be a container, and is a zip file.
const TABLE_STYLES: u16 = 1064;
const SECTOR: usize = 4096;
const WIDE_TEXT: u16 = 4000;
const NARROW_TEXT: u16 = 4008;
const STRING: u16 = 4026;
const OBJECT: u16 = 4113;
/// The mark of an encrypted presentation, in the stream that names who saved it.
const ENCRYPTED: u32 = 0xF3D1_C4DF;

/// Reads the text of a presentation, and what is embedded in it.
pub(super) fn read(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, document: &[u8]) -> Result<(), Halt> {
    if let Some(user) = file.find(at, "Current User") {
        let user = open(context, file, user)?.read_all(context.limits.buffered_bytes)?;
        if u32_at(&user, 12) == ENCRYPTED {
            return Err(Reason::Encrypted.into());
        }
    }
    if !matches!(u16_at(document, 2), FIRST_OF_CONTAINERS..) {
        // A forerunner of the format, with records of another form.
        return Err(Reason::UnsupportedFormat.into());
    }
    let (mut text, mut objects) = (String::new(), 0);
    let mut rest = document;
    while rest.len() >= 8 {
        let (version, of, len) = (u16_at(rest, 0), u16_at(rest, 2), u32_at(rest, 4) as usize);
        rest = &rest[8..];
        if version & 15 == 15 && of != TABLE_STYLES {
            continue;
        }
        let Some(body) = rest.get(..len) else {
            text::read(context, &mut text.as_bytes(), Place::START)?;
            // What fills the last sector is no record.
            if of != 0 || rest.len() > SECTOR {
                context.miss(Reason::Damaged);
            }
            return strings::read(context, &mut &*rest);
        };
        match of {
            WIDE_TEXT => push(&mut text, &utf16(body)),
            NARROW_TEXT => push(&mut text, &decode(body, 28591)),
            // Tags that the program put there for itself.
            STRING if body.starts_with(b"_\0_\0_\0P\0P\0T\0") => {}
            STRING => push(&mut text, &utf16(body)),
            OBJECT => {
                objects += 1;
                object(context, body, version >> 4 == 1, &format!("object {objects}"))?;
            }
            _ => {}
        }
        rest = &rest[len..];
    }
    text::read(context, &mut text.as_bytes(), Place::START)
}

fn push(text: &mut String, value: &str) {
    text.extend(value.chars().map(|character| if matches!(character, '\r' | '\u{0B}') { '\n' } else { character }));
    text.push('\n');
}

/// Reads an embedded object, which is a compound file of its own.
fn object(context: &mut Context<'_>, body: &[u8], packed: bool, name: &str) -> Result<(), Halt> {
    member(context, name, None, |context| {
        if !packed {
            return asset::read(context, Input::Source(&body.to_vec()), name.as_bytes());
        }
        #[expect(clippy::disallowed_methods, reason = "runs inside a Capped")]
        let unpacked = ZlibDecoder::new(BufReader::new(body.get(4..).unwrap_or_default()));
        let mut unpacked = Tolerant::new(Capped::new(unpacked, context.budget));
        let result = asset::read(context, Input::Stream(&mut unpacked as &mut dyn Read), name.as_bytes());
        match unpacked.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        }
    })
}
