use std::io::Read;

use terrier_model::Reason;

use super::attributes::Attributes;
use super::narrator::Narrator;
use super::roles::Language;
use crate::ReadAt;
use crate::context::{Context, Halt, ends_asset};
use crate::markup::{self, Ending, Visitor};
use crate::story::{Naming, Story};
use crate::stream::{Tolerant, fill};
use crate::zip::{self, Directory, Entry};

/// The package that is being read.
#[derive(Clone, Copy)]
pub(super) struct Package<'p> {
    pub(super) source: &'p dyn ReadAt,
    pub(super) directory: &'p Directory,
}

/// How the text of a part is told.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) language: Language,
    pub(super) attributes: Attributes,
    pub(super) naming: Naming,
    /// Whether tags that do not match are damage, and not just how such documents are written.
    pub(super) strict: bool,
}

impl Package<'_> {
    /// Tells the text of a part; one that is no markup, whatever its name says, is read as a member.
    pub(super) fn tell(self, context: &mut Context<'_>, entry: &Entry, manner: Manner) -> Result<(), Halt> {
        let is_markup = self.open(context, entry, |context, content| {
            let mut head = [0; 256];
            let filled = fill(content, &mut head)?;
            let head = &head[..filled];
            if !looks_like_markup(head) {
                return Ok(false);
            }
            tell(context, &mut head.chain(content), manner).map(|()| true)
        })?;
        if is_markup == Some(false) {
            return zip::read_member(context, self.source, self.directory, entry);
        }
        Ok(())
    }

    /// Reads a part by a visitor.
    pub(super) fn visit(self, context: &mut Context<'_>, entry: &Entry, visitor: &mut dyn Visitor) -> Result<(), Halt> {
        self.open(context, entry, |context, content| markup::read(context, content, visitor).map(|_| ())).map(|_| ())
    }

    /// Opens a part and reads it; what goes wrong in one part is noted, and the others are read all the same.
    pub(super) fn open<T>(
        self,
        context: &mut Context<'_>,
        entry: &Entry,
        read_content: impl FnOnce(&mut Context<'_>, &mut dyn Read) -> Result<T, Halt>,
    ) -> Result<Option<T>, Halt> {
        let mut value = None;
        let result = context.catch(|context| {
            if entry.is_encrypted() {
                return Err(Reason::Encrypted.into());
            }
            let mut content = Tolerant::new(entry.open(self.source, self.directory, context.budget)?);
            let result = read_content(context, &mut content).map(|read| value = Some(read));
            match content.failure() {
                Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
                _ => result,
            }
        });
        match result {
            Err(Halt::Because(reason)) if !ends_asset(reason) => {
                context.miss(reason);
                Ok(value)
            }
            result => result.map(|()| value),
        }
    }
}

/// Tells the text of a document; what came before an error is handed out.
pub(super) fn tell(context: &mut Context<'_>, content: &mut dyn Read, manner: Manner) -> Result<(), Halt> {
    let mut story = Story::new(manner.naming);
    let result = markup::read(context, content, &mut Narrator::new(&mut story, manner.language, manner.attributes));
    if result != Err(Halt::Stopped) {
        story.finish(context)?;
    }
    match result {
        Ok(Ending::Broken) if manner.strict => Err(Reason::Damaged.into()),
        result => result.map(|_| ()),
    }
}

fn looks_like_markup(head: &[u8]) -> bool {
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..] => true,
        _ => matches!(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start(), [b'<', ..] | []),
    }
}
