use std::collections::HashSet;

use terrier_content::Origin;

use super::attributes::Attributes;
use super::roles::Language;
use crate::context::{Context, Halt};
use crate::markup::{self, Element, Visitor};
use crate::story::{Beside, Naming, Story};

/// Values of attributes that are kept to tell those that are said again.
const MOST_KEPT: usize = 1024;
const LONGEST_KEPT: usize = 256;

/// What an element means for the text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing: its text is text.
    Inline,
    /// Its text counts with all its white space.
    Text,
    /// A paragraph, or another block.
    Paragraph,
    /// A cell, a row.
    Cell,
    Row,
    /// White space of their own.
    Tab,
    Break,
    Spaces,
    Hyphen,
    /// A page begins.
    Page,
    /// What stands beside the text: a note, a text box.
    Nested,
    /// Text that somebody deleted.
    Deleted,
    /// A part of a field's code; the end of one.
    Code,
    EndCode,
    /// Numbers that lay the document out.
    Layout,
    /// The same for different programs: [`Role::Choice`] for newer ones, [`Role::Fallback`] for older ones.
    Alternatives,
    Choice,
    Fallback,
    /// A slide or a page of a drawing, in a part that holds all of them.
    Slide,
    Sheet,
}

struct Frame {
    role: Role,
    produced: u64,
    /// Whether text stood directly in the element, outside of any paragraph.
    spoke: bool,
}

/// Tells the text of a document by the roles of its elements.
pub(super) struct Narrator<'s> {
    story: &'s mut Story,
    language: Language,
    attributes: Attributes,
    frames: Vec<Frame>,
    paragraphs: u32,
    cells: u32,
    /// Where the text of the alternatives at hand begins, and that of the fallback.
    alternatives: (usize, usize),
    sheets: u32,
    /// Whether the piece of text before stands in the same element.
    in_text: bool,
    value: Vec<u8>,
    said: HashSet<Vec<u8>>,
}

impl<'s> Narrator<'s> {
    pub(super) fn new(story: &'s mut Story, language: Language, attributes: Attributes) -> Self {
        Self {
            story,
            language,
            attributes,
            frames: Vec::new(),
            paragraphs: 0,
            cells: 0,
            alternatives: (0, 0),
            sheets: 0,
            in_text: false,
            value: Vec::new(),
            said: HashSet::new(),
        }
    }

    /// Tells the attributes that hold text.
    pub(super) fn read_attributes(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        for (name, value) in element.attributes() {
            if !self.attributes.counts(element.name(), name, value.as_bytes()) || self.is_repeated(name, value.as_bytes()) {
                continue;
            }
            self.value.clear();
            markup::push_unescaped(&mut self.value, value.as_bytes());
            if self.paragraphs > 0 {
                self.story.line_beside(context, &self.value)?;
            } else {
                self.story.end_line();
                self.story.verbatim(context, &self.value)?;
                self.story.end_line();
            }
        }
        Ok(())
    }

    /// Tells whether the same was said before, as the name of who made a change is with each change.
    fn is_repeated(&mut self, name: &[u8], value: &[u8]) -> bool {
        if self.attributes == Attributes::All || value.len() > LONGEST_KEPT {
            return false;
        }
        let said = [name, b"=", value].concat();
        if self.said.contains(&said) {
            return true;
        }
        if self.said.len() < MOST_KEPT {
            self.said.insert(said);
        }
        false
    }

    fn begin(&mut self, context: &mut Context<'_>, role: Role, element: &Element<'_>) -> Result<(), Halt> {
        match role {
            Role::Paragraph => {
                self.story.end_line();
                self.paragraphs += 1;
            }
            Role::Cell => self.cells += 1,
            Role::Tab => self.story.verbatim(context, b"\t")?,
            Role::Break => {
                if element.attribute(b"type").is_some_and(|kind| kind == b"page") {
                    self.story.page();
                }
                self.story.end_line();
            }
            Role::Spaces => {
                let count = element.number(b"c").unwrap_or(1).min(64) as usize;
                self.story.verbatim(context, &[b' '; 64][..count])?;
            }
            Role::Hyphen => self.story.verbatim(context, b"-")?,
            Role::Page => self.story.page(),
            Role::Nested => self.story.begin_nested(),
            Role::EndCode => self.story.end_beside(),
            Role::Alternatives => self.alternatives = (self.story.beside_len(), usize::MAX),
            Role::Fallback => self.alternatives.1 = self.story.beside_len(),
            Role::Slide | Role::Sheet => {
                self.sheets = self.sheets.saturating_add(1);
                let origin = if role == Role::Slide { Origin::Slide(self.sheets) } else { Origin::Page(self.sheets) };
                self.story.begin_part(context, Naming::At(origin))?;
            }
            Role::Inline | Role::Text | Role::Row | Role::Deleted | Role::Code | Role::Layout | Role::Choice => {}
        }
        Ok(())
    }

    fn end(&mut self, context: &mut Context<'_>, frame: &Frame) -> Result<(), Halt> {
        match frame.role {
            Role::Paragraph => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                if self.story.produced() == frame.produced && self.cells == 0 {
                    self.story.empty_line();
                } else {
                    self.story.end_line();
                }
                if self.paragraphs == 0 && self.cells == 0 {
                    self.story.settle(context)?;
                }
            }
            Role::Cell => {
                self.cells = self.cells.saturating_sub(1);
                self.story.end_cell();
            }
            Role::Row => {
                self.story.end_row();
                if self.cells == 0 && self.paragraphs == 0 {
                    self.story.settle(context)?;
                }
            }
            Role::Nested => self.story.end_nested(),
            Role::Fallback => self.story.drop_repeated(self.alternatives.0, self.alternatives.1),
            _ if frame.spoke => self.story.end_line(),
            _ => {}
        }
        Ok(())
    }
}

impl Visitor for Narrator<'_> {
    fn open(&mut self, context: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let role = match (self.language.role)(element.name(), self.frames.last().map(|frame| frame.role)) {
            // What stands beside no paragraph is one by itself.
            Role::Nested if self.paragraphs == 0 => Role::Inline,
            role => role,
        };
        self.in_text = false;
        self.frames.push(Frame { role, produced: self.story.produced(), spoke: false });
        self.begin(context, role, element)?;
        self.read_attributes(context, element)
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.in_text = false;
        match self.frames.pop() {
            Some(frame) => self.end(context, &frame),
            None => Ok(()),
        }
    }

    fn text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        let Some(frame) = self.frames.last_mut() else { return self.story.words(context, text) };
        match frame.role {
            Role::Text => self.story.verbatim(context, text),
            Role::Deleted => self.story.beside(context, Beside::Deleted, text),
            Role::Code => self.story.beside(context, Beside::Code, text),
            Role::Layout => Ok(()),
            _ if !self.language.spaces_separate && !self.in_text && text.trim_ascii().is_empty() => Ok(()),
            _ => {
                self.in_text = true;
                if self.paragraphs == 0 && !frame.spoke && !text.trim_ascii().is_empty() {
                    frame.spoke = true;
                    self.story.end_line();
                }
                self.story.words(context, text)
            }
        }
    }

    fn remark(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.story.line_beside(context, text.trim_ascii())?;
        if self.paragraphs == 0 { self.story.settle(context) } else { Ok(()) }
    }
}
