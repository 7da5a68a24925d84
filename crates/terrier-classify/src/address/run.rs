//! Runs: the stretches of text that may hold addresses. Between two runs stands what is no part of an address: a word in small letters
//! that addresses are not made of, a sign, a word that is too long.

use std::ops::Range;

use super::token::{Kind, Piece, piece_at, piece_before};

/// Bytes of the longest run that is read.
pub(super) const LONGEST_RUN: usize = 480;

/// What is known of runs that are too long.
#[derive(Debug, Default)]
struct Known {
    /// No run ends within this.
    unbroken: Range<usize>,
    /// The beginning of a run that is too long.
    too_long: Range<usize>,
}

/// Finds the runs around places, from left to right, and looks at no byte of a long run again and again.
#[derive(Debug, Default)]
pub(super) struct Runs {
    whole: Known,
    lines: Known,
}

impl Runs {
    /// Returns the run that `at` stands in. One that is too long is read by lines.
    pub(super) fn around(&mut self, text: &[u8], at: usize) -> Option<Range<usize>> {
        bounded(text, at, false, &mut self.whole).or_else(|| bounded(text, at, true, &mut self.lines))
    }
}

fn bounded(text: &[u8], at: usize, by_line: bool, known: &mut Known) -> Option<Range<usize>> {
    if known.too_long.contains(&at) {
        return None;
    }
    let start = start_of(text, at, by_line, known)?;
    let limit = start + LONGEST_RUN;
    let mut end = at;
    loop {
        let next = match piece_at(text, end) {
            Piece::Token(token) if by_line && token.kind == Kind::Line => break,
            Piece::Token(token) => token.end,
            Piece::Blank(next) => next,
            Piece::Break => break,
        };
        if next > limit {
            *known = Known { unbroken: start..end, too_long: start..limit };
            return None;
        }
        end = next;
    }
    Some(start..end)
}

/// Returns where the run begins; `None` if that is too far.
fn start_of(text: &[u8], at: usize, by_line: bool, known: &mut Known) -> Option<usize> {
    let mut start = at;
    loop {
        let first = if known.unbroken.contains(&start) { known.unbroken.start } else { start };
        if at - first > LONGEST_RUN {
            known.unbroken = first..at;
            return None;
        }
        match piece_before(text, start) {
            Some(before) if !(by_line && matches!(text[before], b'\r' | b'\n')) => start = before,
            _ => return Some(start),
        }
    }
}
