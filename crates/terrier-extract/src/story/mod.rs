//! The text of a document as a person reads it: paragraphs and rows are lines, cells stand between tabs, and what stands beside the
//! text (notes, text boxes, field codes, deleted text) follows the paragraph or row that it belongs to.

mod windows;

pub(crate) use self::windows::Naming;
use self::windows::Windows;
use crate::context::{Context, Halt};

/// Text beside a paragraph that is held until the paragraph ends.
const MAX_BESIDE: usize = 1 << 20;

/// What separates the text that follows from the text before.
#[derive(Debug, Clone, Copy, Default)]
struct Separator {
    tabs: u16,
    lines: u8,
    space: bool,
}

impl Separator {
    fn line(&mut self) {
        self.lines = self.lines.max(1);
    }

    /// Takes it as bytes; nothing where no text was before, but for the cells that were empty.
    fn take(&mut self, at_start: bool) -> &'static [u8] {
        const TABS: [u8; 64] = [b'\t'; 64];
        let Self { tabs, lines, space } = std::mem::take(self);
        match (tabs, lines) {
            (0, _) if at_start => b"",
            (0, 0) => {
                if space {
                    b" "
                } else {
                    b""
                }
            }
            (0, 1) => b"\n",
            (0, _) => b"\n\n",
            (tabs, _) => &TABS[..usize::from(tabs).min(TABS.len())],
        }
    }
}

/// What stands beside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Text that somebody deleted and that is kept.
    Deleted,
    /// The code of a field.
    Code,
    /// A note, a text box: paragraphs of its own.
    Nested,
}

/// Writes a document's text and hands it out.
pub(crate) struct Story {
    windows: Windows,
    separator: Separator,
    produced: u64,
    beside: Vec<u8>,
    beside_separator: Separator,
    last_beside: Option<(Beside, u64)>,
    nested: u32,
}

impl Story {
    pub(crate) fn new(naming: Naming) -> Self {
        Self {
            windows: Windows::new(naming),
            separator: Separator::default(),
            produced: 0,
            beside: Vec::new(),
            beside_separator: Separator::default(),
            last_beside: None,
            nested: 0,
        }
    }

    /// Returns a number that grows with the text.
    pub(crate) fn produced(&self) -> u64 {
        self.produced + self.beside.len() as u64
    }

    /// Writes text as it is.
    pub(crate) fn verbatim(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        if text.is_empty() {
            return Ok(());
        }
        if self.nested > 0 {
            let separator = self.beside_separator.take(self.beside.is_empty());
            self.beside.extend_from_slice(separator);
            self.beside.extend_from_slice(text);
            return self.relieve(context);
        }
        let separator = self.separator.take(self.produced == 0);
        self.windows.push(context, separator)?;
        self.windows.push(context, text)?;
        self.produced += text.len() as u64;
        Ok(())
    }

    /// Writes text whose white space only separates words.
    pub(crate) fn words(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        let mut rest = text;
        while let Some(start) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) {
            if start > 0 {
                self.space();
            }
            rest = &rest[start..];
            let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            self.verbatim(context, &rest[..end])?;
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            self.space();
        }
        Ok(())
    }

    fn space(&mut self) {
        self.separator_at_hand().space = true;
    }

    fn separator_at_hand(&mut self) -> &mut Separator {
        if self.nested > 0 { &mut self.beside_separator } else { &mut self.separator }
    }

    /// Ends the line, where it has text.
    pub(crate) fn end_line(&mut self) {
        self.separator_at_hand().line();
    }

    /// Ends the line and leaves one empty.
    pub(crate) fn empty_line(&mut self) {
        self.separator_at_hand().lines = 2;
    }

    /// Ends a cell.
    pub(crate) fn end_cell(&mut self) {
        let separator = self.separator_at_hand();
        *separator = Separator { tabs: separator.tabs.saturating_add(1), ..Separator::default() };
    }

    /// Ends a row.
    pub(crate) fn end_row(&mut self) {
        *self.separator_at_hand() = Separator { lines: 1, ..Separator::default() };
    }

    /// Begins what stands beside the text.
    pub(crate) fn begin_nested(&mut self) {
        self.nested += 1;
        self.beside_separator = Separator { lines: 1, ..Separator::default() };
    }

    /// Ends it.
    pub(crate) fn end_nested(&mut self) {
        self.nested = self.nested.saturating_sub(1);
        self.beside_separator = Separator { lines: 1, ..Separator::default() };
        self.last_beside = None;
    }

    /// Writes a piece that stands beside the text. Pieces of a kind are one where no text is between them.
    pub(crate) fn beside(&mut self, context: &mut Context<'_>, kind: Beside, text: &[u8]) -> Result<(), Halt> {
        if text.is_empty() {
            return Ok(());
        }
        if self.last_beside != Some((kind, self.produced)) {
            self.beside_separator.line();
        }
        self.last_beside = Some((kind, self.produced));
        let separator = self.beside_separator.take(self.beside.is_empty());
        self.beside.extend_from_slice(separator);
        self.beside.extend_from_slice(text);
        self.relieve(context)
    }

    /// Writes a line beside the text.
    pub(crate) fn line_beside(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        self.last_beside = None;
        self.beside(context, Beside::Nested, text)?;
        self.end_beside();
        Ok(())
    }

    /// Ends a piece beside the text.
    pub(crate) fn end_beside(&mut self) {
        self.last_beside = None;
        self.beside_separator.line();
    }

    /// Returns how much text stands beside the paragraph so far.
    pub(crate) fn beside_len(&self) -> usize {
        self.beside.len()
    }

    /// Drops the lines from `middle` on that also stand between `start` and `middle`: the same text, written for older programs.
    pub(crate) fn drop_repeated(&mut self, start: usize, middle: usize) {
        if start >= middle || middle >= self.beside.len() {
            return;
        }
        let (first, second) = (&self.beside[start..middle], &self.beside[middle..]);
        let known: std::collections::HashSet<&[u8]> = first.split(|byte| *byte == b'\n').collect();
        let kept: Vec<&[u8]> = second.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !known.contains(line)).collect();
        let kept = kept.join(&b'\n');
        self.beside.truncate(middle);
        if !kept.is_empty() {
            self.beside.push(b'\n');
            self.beside.extend_from_slice(&kept);
        }
    }

    /// Hands out what stands beside the paragraphs so far.
    pub(crate) fn settle(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        if self.beside.is_empty() || self.nested > 0 {
            return Ok(());
        }
        self.release(context)
    }

    /// Hands out what stands beside the text before it becomes too much, wherever the text is.
    fn relieve(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        if self.beside.len() > MAX_BESIDE { self.release(context) } else { Ok(()) }
    }

    fn release(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let mut beside = std::mem::take(&mut self.beside);
        let before = self.separator;
        self.separator = Separator { lines: 1, ..Separator::default() };
        let nested = std::mem::take(&mut self.nested);
        let result = self.verbatim(context, &beside);
        self.nested = nested;
        self.separator = before;
        self.separator.line();
        self.last_beside = None;
        self.beside_separator = Separator { lines: 1, ..Separator::default() };
        beside.clear();
        self.beside = beside;
        result
    }

    /// Ends the text, and begins another one with places of its own.
    pub(crate) fn begin_part(&mut self, context: &mut Context<'_>, naming: Naming) -> Result<(), Halt> {
        self.finish(context)?;
        *self = Self::new(naming);
        Ok(())
    }

    /// Notes that a page begins here.
    pub(crate) fn page(&mut self) {
        if self.nested == 0 {
            self.windows.page();
        }
    }

    /// Hands out all that is left.
    pub(crate) fn finish(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.nested = 0;
        self.settle(context)?;
        self.windows.finish(context)
    }
}
