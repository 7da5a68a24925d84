//! XML as a stream of tokens: no tree, no expansion, bounded names, tokens and nesting.
//!
//! It is lenient on purpose. Tags that do not match are no error; where a document cannot be told apart further, the rest of it is
//! handed out as it stands, so that nothing is passed over.

mod bounded;
mod entity;

use std::borrow::Cow;
use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use self::bounded::Bounded;
pub(crate) use self::bounded::encoding;
pub(crate) use self::entity::{LONGEST_REFERENCE, character_of_reference, push_reference, push_unescaped};
use crate::context::{Context, Halt};

/// Longest tag or comment. Text has no limit: it comes in pieces.
const MAX_TOKEN: usize = 4 << 20;
/// Elements inside each other; beyond, the rest is text.
const MAX_DEPTH: usize = 1024;
/// Size of the names of all open elements.
const MAX_NAMES: usize = 1 << 20;

/// Receives the tokens of a document. Names come without their prefixes: producers choose these as they like.
pub(crate) trait Visitor {
    /// An element begins.
    fn open(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt>;
    /// The innermost open element ends. Who looks for attributes alone need not know.
    fn close(&mut self, _: &mut Context<'_>) -> Result<(), Halt> {
        Ok(())
    }
    /// A piece of text, its references resolved.
    fn text(&mut self, _: &mut Context<'_>, _: &[u8]) -> Result<(), Halt> {
        Ok(())
    }
    /// What is no text of the document, but may hold some: comments, instructions, declarations.
    fn remark(&mut self, _: &mut Context<'_>, _: &[u8]) -> Result<(), Halt> {
        Ok(())
    }
}

/// The beginning of an element.
pub(crate) struct Element<'e>(&'e BytesStart<'e>);

impl<'e> Element<'e> {
    /// Returns its name without prefix.
    pub(crate) fn name(&self) -> &[u8] {
        local(self.0.name().into_inner().as_bytes())
    }

    /// Hands out its attributes: full name, and value as it is written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'e [u8], Cow<'e, str>)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.filter_map(Result::ok).map(|attribute| (attribute.key.into_inner().as_bytes(), attribute.value))
    }

    /// Returns the value of the first attribute of that name without prefix, its references resolved.
    pub(crate) fn attribute(&self, name: &[u8]) -> Option<Vec<u8>> {
        let (_, value) = self.attributes().find(|(full, _)| local(full) == name)?;
        let mut text = Vec::new();
        push_unescaped(&mut text, value.as_bytes());
        Some(text)
    }

    /// Returns the number in the attribute of that name.
    pub(crate) fn number(&self, name: &[u8]) -> Option<u64> {
        std::str::from_utf8(&self.attribute(name)?).ok()?.trim().parse().ok()
    }
}

/// Returns a name without its prefix.
pub(crate) fn local(name: &[u8]) -> &[u8] {
    memchr::memrchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

/// How the markup of a document ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With the root's end, or with text that there was no telling apart.
    Whole,
    /// With elements that are still open, or at something that is no markup: the rest was handed out as it stands.
    Broken,
}

/// Reads a document to its end. What was handed out before an error counts.
pub(crate) fn read(context: &mut Context<'_>, source: &mut dyn Read, visitor: &mut dyn Visitor) -> Result<Ending, Halt> {
    let mut tokens = reader(Bounded::new(source));
    let mut buf = Vec::new();
    let mut open = Open::default();
    let mut resolved = Vec::new();
    loop {
        buf.clear();
        tokens.get_mut().allow(MAX_TOKEN);
        let event = tokens.read_event_into(&mut buf);
        let is_text = matches!(event, Ok(Event::Text(_)));
        match event {
            Ok(Event::Start(start)) => {
                let element = Element(&start);
                open.enter(element.name().len());
                if open.is_too_deep() {
                    rest_as_text(context, tokens.into_inner(), start.as_bytes(), visitor)?;
                    return Ok(Ending::Whole);
                }
                visitor.open(context, &element)?;
            }
            Ok(Event::End(end)) => {
                if open.leave(local(end.name().into_inner().as_bytes()).len()) {
                    visitor.close(context)?;
                }
            }
            Ok(Event::Text(text)) => visitor.text(context, text.as_bytes())?,
            Ok(Event::CData(text)) => visitor.text(context, text.as_bytes())?,
            Ok(Event::GeneralRef(name)) => {
                resolved.clear();
                push_reference(&mut resolved, name.as_bytes());
                visitor.text(context, &resolved)?;
            }
            Ok(Event::Comment(text)) => visitor.remark(context, text.as_bytes())?,
            Ok(Event::PI(text)) => visitor.remark(context, text.as_bytes())?,
            Ok(Event::DocType(text)) => visitor.remark(context, text.as_bytes())?,
            Ok(Event::Decl(_) | Event::Empty(_)) => {}
            Ok(Event::Eof) => break,
            Err(_) => {
                let failed = !tokens.get_ref().cut_token();
                rest_as_text(context, tokens.into_inner(), &buf, visitor)?;
                return Ok(if failed { Ending::Broken } else { Ending::Whole });
            }
        }
        if is_text && tokens.get_ref().cut_token() {
            // The tokeniser took the limit for the end, and is done; another one goes on inside the text.
            tokens = reader(tokens.into_inner());
        }
    }
    match tokens.get_ref().failure() {
        Some(reason) => Err(reason.into()),
        None if open.depth > 0 => Ok(Ending::Broken),
        None => Ok(Ending::Whole),
    }
}

fn reader(source: Bounded<'_>) -> Reader<Bounded<'_>> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_comments = false;
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

/// Hands out the token at hand and all that follows it as it is written.
fn rest_as_text(context: &mut Context<'_>, mut source: Bounded<'_>, token: &[u8], visitor: &mut dyn Visitor) -> Result<(), Halt> {
    visitor.remark(context, token)?;
    let mut piece = vec![0; 16 << 10];
    loop {
        source.allow(MAX_TOKEN);
        match source.read(&mut piece)? {
            0 => return source.failure().map_or(Ok(()), |reason| Err(reason.into())),
            read => visitor.text(context, &piece[..read])?,
        }
    }
}

/// The elements that are open.
#[derive(Default)]
struct Open {
    depth: usize,
    names: usize,
}

impl Open {
    fn enter(&mut self, name: usize) {
        self.depth += 1;
        self.names += name;
    }

    /// Tells whether there was an element to leave.
    fn leave(&mut self, name: usize) -> bool {
        let was_open = self.depth > 0;
        self.depth = self.depth.saturating_sub(1);
        self.names = self.names.saturating_sub(name);
        was_open
    }

    fn is_too_deep(&self) -> bool {
        self.depth > MAX_DEPTH || self.names > MAX_NAMES
    }
}
