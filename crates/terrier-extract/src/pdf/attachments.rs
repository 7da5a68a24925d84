//! Files that are embedded in a document (ISO 32000-1, 7.11.4).

use std::collections::HashSet;

use hayro_syntax::object::{Dict, ObjectIdentifier, Stream, String as PdfString};
use terrier_content::Sensitive;
use terrier_model::Reason;

use super::{content, text_string};
use crate::Member;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::Counting;

/// Keys of a file specification, for its names and for its content, those of today first.
const NAMES: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"DOS", b"Mac"];

/// A file that is embedded.
pub(super) struct Attachment<'d> {
    name: String,
    stream: Stream<'d>,
}

/// Finds what a file specification embeds, and has not been seen yet.
pub(super) fn find<'d>(specification: &Dict<'d>, seen: &mut HashSet<ObjectIdentifier>, found: &mut Vec<Attachment<'d>>) {
    let Some(files) = specification.get::<Dict<'d>>(b"EF") else { return };
    let name = NAMES.iter().find_map(|key| specification.get::<PdfString<'d>>(key)).map(|name| text_string::decode(&name));
    for stream in NAMES.iter().filter_map(|key| files.get::<Stream<'d>>(key)) {
        if seen.insert(stream.obj_id()) {
            found.push(Attachment { name: name.clone().unwrap_or_else(|| "attachment".to_owned()), stream });
        }
    }
}

/// Reads the attachments as members, unless they ask for a password.
pub(super) fn read(context: &mut Context<'_>, attachments: Vec<Attachment<'_>>, is_locked: bool) -> Result<(), Halt> {
    for Attachment { name, stream } in attachments {
        let size = stream.dict().get::<Dict<'_>>(b"Params").and_then(|parameters| parameters.get::<u32>(b"Size")).map(u64::from);
        let member = Member { name: Sensitive::new(name.as_bytes()), size, modified: None };
        context.member(member, |context, consumed| {
            if is_locked {
                return Err(Reason::Encrypted.into());
            }
            let mut reader = Counting::new(content::open(&stream, context.budget)?, consumed);
            asset::read(context, Input::Stream(&mut reader), name.as_bytes())
        })?;
    }
    Ok(())
}
