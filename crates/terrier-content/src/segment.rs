use std::fmt;
use std::ops::Range;

use crate::{Records, Sensitive};

/// A piece of an asset as classification sees it. Segments of one asset (or member) arrive in order.
#[derive(Debug, Clone, Copy)]
pub enum Segment<'a> {
    /// Running text.
    Text(Text<'a>),
    /// Rows of named columns.
    Records(&'a Records),
}

/// A window of running text.
///
/// The window is `bytes`; the part that belongs to this segment is `body`. What lies before and after it is the neighbours'
/// text, repeated so that a match or its context may cross the cut. A match belongs to the segment in whose body it *starts*.
/// Bodies of one stream follow each other without gap or overlap.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// UTF-8, though not guaranteed valid: other encodings are transcoded before they get here.
    pub bytes: Sensitive<&'a [u8]>,
    /// Start of the part of `bytes` that belongs to this segment.
    pub body_start: usize,
    /// End (exclusive) of the part of `bytes` that belongs to this segment.
    pub body_end: usize,
    /// How to name a place in the body.
    pub origin: Origin,
}

impl<'a> Text<'a> {
    /// Makes a text that is complete in itself, with no neighbours.
    pub fn whole(bytes: &'a [u8], origin: Origin) -> Self {
        Self { bytes: Sensitive::new(bytes), body_start: 0, body_end: bytes.len(), origin }
    }

    /// Returns the part of the window that belongs to this segment.
    pub fn body(&self) -> Range<usize> {
        self.body_start..self.body_end
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes: _, body_start, body_end, origin } = self;
        write!(f, "Text({body_start}..{body_end} of [redacted], {origin:?})")
    }
}

/// Says how places in a text are named, and where its body begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A stream of lines: number of the line (from 1) and offset of the byte, in the decoded stream, at which the body begins.
    Lines {
        /// Line number, from 1, at the start of the body.
        line: u64,
        /// Offset in the decoded stream of the start of the body.
        byte: u64,
    },
    /// A page of a document, from 1.
    Page(u32),
    /// A slide of a presentation, from 1, with its notes and comments.
    Slide(u32),
    /// A printable string found in a binary, at this offset.
    Binary {
        /// Offset of the start of the body in the binary.
        byte: u64,
    },
    /// Text without places of its own: a document property, a comment, a sheet's name.
    Property,
}

/// A span that a rule matched inside a segment. Lives in memory only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Start of the span, in bytes of the segment's window.
    pub start: u32,
    /// End of the span, exclusive.
    pub end: u32,
    /// Index of the rule in the compiled set.
    pub rule: u32,
}

impl Match {
    /// Returns the span as a range of the segment's window.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
