use std::io::Read;

use terrier_content::Origin;

use crate::context::{Context, Halt};
use crate::markup::{self, Element, Ending, Visitor};
use crate::story::{Naming, Story};

/// Strings beyond this size are handed out once more only while there is allowance: a cell that shows one costs a file some bytes.
const LONG: usize = 256;
const MAX_REPEATED: usize = 64 << 20;

/// The strings that cells share. What there is no room for is handed out at once.
pub(super) struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    used: Vec<bool>,
    repeated: usize,
    room: usize,
    /// The string at hand, and whether its text is that of a cell, or how it is pronounced.
    at_hand: Vec<u8>,
    open: Vec<Open>,
    beside: Story,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Item,
    Text,
    Pronounced,
    Other,
}

impl Strings {
    pub(super) fn new(room: u64) -> Self {
        let room = usize::try_from(room).unwrap_or(usize::MAX).min(u32::MAX as usize);
        let beside = Story::new(Naming::At(Origin::Property));
        Self { bytes: Vec::new(), ends: Vec::new(), used: Vec::new(), repeated: 0, room, at_hand: Vec::new(), open: Vec::new(), beside }
    }

    /// Reads the part that holds them.
    pub(super) fn read(&mut self, context: &mut Context<'_>, content: &mut dyn Read) -> Result<Ending, Halt> {
        let result = markup::read(context, content, self);
        if result != Err(Halt::Stopped) {
            self.end_item(context)?;
        }
        result
    }

    /// Returns a string, and notes that a cell shows it; nothing where long ones were shown again too often.
    pub(super) fn get(&mut self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        if self.used[index] && end - start > LONG {
            self.repeated += end - start;
            if self.repeated > MAX_REPEATED {
                return None;
            }
        }
        self.used[index] = true;
        std::str::from_utf8(&self.bytes[start..end]).ok()
    }

    /// Hands out the strings that no cell showed: what was deleted may still be there.
    pub(super) fn tell_unused(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let mut start = 0;
        for (end, is_used) in self.ends.iter().zip(&self.used) {
            let end = *end as usize;
            if !is_used && start < end {
                self.beside.end_line();
                self.beside.verbatim(context, &self.bytes[start..end])?;
            }
            start = end;
        }
        self.beside.finish(context)
    }

    fn end_item(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let text = std::mem::take(&mut self.at_hand);
        // An entry costs memory however short its string is.
        let needed = self.bytes.len() + text.len() + 8 * (self.ends.len() + 1);
        if needed > self.room {
            self.beside.end_line();
            self.beside.verbatim(context, &text)?;
        } else {
            self.bytes.extend_from_slice(&text);
            self.ends.push(self.bytes.len() as u32);
            self.used.push(false);
        }
        self.at_hand = text;
        self.at_hand.clear();
        Ok(())
    }
}

impl Visitor for Strings {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let inside = self.open.last().copied();
        self.open.push(match element.name() {
            b"si" => {
                self.at_hand.clear();
                Open::Item
            }
            b"rPh" => {
                self.beside.end_line();
                Open::Pronounced
            }
            b"t" if inside == Some(Open::Pronounced) => Open::Pronounced,
            b"t" => Open::Text,
            _ => Open::Other,
        });
        Ok(())
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        match self.open.pop() {
            Some(Open::Item) => self.end_item(context),
            _ => Ok(()),
        }
    }

    fn text(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        match self.open.last() {
            Some(Open::Text) if self.at_hand.len() <= self.room => {
                self.at_hand.extend_from_slice(text);
                Ok(())
            }
            _ if text.trim_ascii().is_empty() => Ok(()),
            _ => self.beside.verbatim(context, text),
        }
    }

    fn remark(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.beside.end_line();
        self.beside.verbatim(context, text.trim_ascii())?;
        self.beside.end_line();
        Ok(())
    }
}
