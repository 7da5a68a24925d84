//! The buffer that a dump is read from: lines, statements and rows, and the text that was passed before them.

use std::io::Read;
use std::ops::Range;

use super::MAX_ROW;
use super::insert::{self, Scan};
use super::statement::{self, Insert};
use crate::context::Halt;
use crate::stream::fill;
use crate::text::Place;

const INPUT: usize = 256 << 10;
/// Longest line that is looked at as one.
const MAX_LINE: usize = 1 << 20;

/// A row of an `INSERT`.
pub(super) struct Row {
    /// Where its values lie, from the position at hand on.
    pub(super) cells: Vec<Range<usize>>,
    /// How long it is, with the comma or semicolon behind it.
    pub(super) length: usize,
    pub(super) is_last: bool,
}

/// Reads ahead of the parser. From `start` to `pos` lies text that was passed and not handed out yet.
pub(super) struct Input<'r> {
    reader: &'r mut dyn Read,
    buf: Vec<u8>,
    start: usize,
    pos: usize,
    end: usize,
    ended: bool,
    /// The place of `start`.
    place: Place,
    /// The length of the line at hand, and whether it goes on behind it.
    line: usize,
    cut: bool,
}

impl<'r> Input<'r> {
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, buf: vec![0; INPUT], start: 0, pos: 0, end: 0, ended: false, place: Place::START, line: 0, cut: false }
    }

    fn rest(&self) -> &[u8] {
        &self.buf[self.pos..self.end]
    }

    /// Returns what lies in a range from the position at hand on.
    pub(super) fn at(&self, range: Range<usize>) -> &[u8] {
        &self.rest()[range]
    }

    fn refill(&mut self) -> Result<(), Halt> {
        if self.start > 0 {
            self.buf.copy_within(self.start..self.end, 0);
            self.pos -= self.start;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        let read = fill(self.reader, &mut self.buf[self.end..])?;
        self.end += read;
        self.ended = self.end < self.buf.len();
        Ok(())
    }

    /// Returns the line at hand with its end, or the beginning of a very long one; `None` at the end.
    pub(super) fn line(&mut self) -> Result<Option<&[u8]>, Halt> {
        let mut searched = 0;
        loop {
            if let Some(found) = memchr::memchr(b'\n', &self.rest()[searched..]) {
                (self.line, self.cut) = (searched + found + 1, false);
                break;
            }
            searched = self.rest().len();
            if self.ended || searched >= MAX_LINE {
                (self.line, self.cut) = (searched, !self.ended);
                break;
            }
            self.refill()?;
        }
        Ok((self.line > 0).then(|| &self.buf[self.pos..self.pos + self.line]))
    }

    /// Tells whether the line at hand goes on behind what was returned of it.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Passes the line at hand as text, or what is left of it.
    pub(super) fn pass_line(&mut self) {
        let rest = &self.buf[self.pos..self.end];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        self.pass(length);
    }

    /// Passes bytes as text.
    pub(super) fn pass(&mut self, length: usize) {
        self.pos += length;
    }

    /// Returns how much text was passed.
    pub(super) fn passed(&self) -> usize {
        self.pos - self.start
    }

    /// Takes the text that was passed, and its place.
    pub(super) fn take_passed(&mut self) -> (&[u8], Place) {
        let (passed, place) = (self.start..self.pos, self.place);
        self.place = place.after(&self.buf[passed.clone()]);
        self.start = self.pos;
        (&self.buf[passed], place)
    }

    /// Goes behind what was read as a record. No text waits.
    pub(super) fn skip(&mut self, length: usize) {
        debug_assert_eq!(self.passed(), 0, "text that waits would be lost");
        self.pos += length;
        self.take_passed();
    }

    /// Goes behind the line at hand, which was read as a record.
    pub(super) fn skip_line(&mut self) {
        self.skip(self.line);
    }

    /// Returns the statement at hand up to its end; `None` where that is not near.
    pub(super) fn statement(&mut self, most: usize) -> Result<Option<&[u8]>, Halt> {
        loop {
            if let Some(length) = statement::length(self.rest()) {
                return Ok(Some(&self.buf[self.pos..self.pos + length]));
            }
            if self.ended || self.rest().len() >= most {
                return Ok(None);
            }
            self.refill()?;
        }
    }

    /// Returns what stands before the rows of the `INSERT` at hand.
    pub(super) fn head_of_insert(&mut self) -> Result<Scan<Insert>, Halt> {
        loop {
            match insert::head(self.rest()) {
                Scan::Cut if !self.ended && self.rest().len() < MAX_LINE => self.refill()?,
                found => return Ok(found),
            }
        }
    }

    /// Returns the row at hand; cut where it does not end in time.
    pub(super) fn row(&mut self, backslashes: bool) -> Result<Scan<Row>, Halt> {
        loop {
            match insert::row(self.rest(), backslashes) {
                Scan::Cut if !self.ended && self.rest().len() < MAX_ROW => self.refill()?,
                found => return Ok(found),
            }
        }
    }

    /// Returns the place of what was not handed out yet.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Returns all that was not handed out yet.
    pub(super) fn all(&mut self) -> impl Read + '_ {
        self.buf[self.start..self.end].chain(&mut *self.reader)
    }
}
