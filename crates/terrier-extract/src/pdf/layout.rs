//! From glyphs at their places to lines of text.
//!
//! A run is what one place after another shows, in the order of the content stream, which nearly always is the order of reading. Runs that
//! stand on one line beside each other are put together whatever their order, since some writers draw a line in pieces. Columns
//! stay apart as the writer had them.

use hayro_font::kurbo::{Point, Vec2};

use super::bidi;
use super::reading::{Reading, is_blank};

/// A gap that parts words, in sizes of the font.
const WORD_GAP: f64 = 0.10;
/// A gap that parts words where a blank is shown in it. Writers that set letters close take back even the width of a blank.
const BLANK_GAP: f64 = 0.03;
/// A gap that parts cells of a table.
const CELL_GAP: f64 = 1.2;
/// How far back a glyph may stand and still follow the one before, as accents and tight letters do.
const BACK: f64 = 0.7;
/// A gap between runs that are put together though others came between them.
const TOUCH: f64 = 0.3;
/// Letters of a string that are set apart evenly where that is the way a word is written.
const EVENLY: usize = 3;
/// How far a glyph may be off the line and still belong to it, as raised figures are.
const OFF_LINE: f64 = 0.4;
/// Runs that are held before they are written out.
const MAX_RUNS: usize = 200_000;

/// A glyph, or what stands for several, as it is shown on the page.
pub(super) struct Glyph<'g> {
    pub(super) text: &'g str,
    /// What its code is by itself, where that is another reading.
    pub(super) code: Option<&'g str>,
    /// Where it begins.
    pub(super) origin: Point,
    /// Where the next one would begin if nothing moved it.
    pub(super) end: Point,
    /// By how much letters of its string are set apart on purpose.
    pub(super) spread: f64,
    /// The direction of its line, of length 1.
    pub(super) direction: Vec2,
    /// Size of its font on the page.
    pub(super) size: f64,
}

/// Text on one line, from `start` to `end` along its direction.
struct Run {
    reading: Reading,
    /// The same with codes as they are, once there is a code whose character nothing tells.
    codes: Option<Box<Reading>>,
    direction: Vec2,
    start: f64,
    end: f64,
    /// Where the last glyph begins, to tell one that is drawn twice.
    last: f64,
    last_len: usize,
    /// Where the last glyph that is no blank ends, and where the blanks behind it begin.
    shown_end: f64,
    blanks: f64,
    /// What was added to the end since letters are set apart.
    spread: f64,
    /// Glyphs of the string that are set apart.
    spread_glyphs: usize,
    /// Distance of the line from the origin, and that of the last glyph, which may be raised.
    line: f64,
    last_line: f64,
    size: f64,
}

/// The lines of a page.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) text: String,
    /// Those that have codes whose characters nothing tells, with the codes as they are.
    pub(super) codes: String,
}

/// The glyphs of a page.
#[derive(Default)]
pub(super) struct Layout {
    runs: Vec<Run>,
    lines: Lines,
}

impl Layout {
    /// Adds a glyph.
    pub(super) fn push(&mut self, glyph: &Glyph<'_>) {
        let along = glyph.origin.to_vec2().dot(glyph.direction);
        let line = glyph.origin.to_vec2().cross(glyph.direction);
        let end = glyph.end.to_vec2().dot(glyph.direction) + glyph.spread;
        // A place that is no number is none to leave text out for.
        let [along, line, end] = [along, line, end].map(|place| if place.is_finite() { place } else { 0.0 });
        if let Some(run) = self.runs.last_mut()
            && run.takes(glyph, along, line, end)
        {
            return;
        }
        if self.runs.len() >= MAX_RUNS {
            self.flush();
        }
        if !glyph.text.is_empty() || glyph.code.is_some_and(|code| !code.is_empty()) {
            self.runs.push(Run {
                reading: Reading::begin(glyph.text),
                codes: glyph.code.map(|code| Box::new(Reading::begin(code))),
                direction: glyph.direction,
                start: along,
                end,
                last: along,
                last_len: glyph.text.len(),
                shown_end: end - glyph.spread,
                blanks: along,
                spread: glyph.spread,
                spread_glyphs: usize::from(glyph.spread > 0.0),
                line,
                last_line: line,
                size: glyph.size,
            });
        }
    }

    /// Ends a string: what follows is not set apart on purpose, unless it goes on where a word is.
    pub(super) fn end_string(&mut self) {
        if let Some(run) = self.runs.last_mut()
            && std::mem::take(&mut run.spread_glyphs) < EVENLY
        {
            run.end -= std::mem::take(&mut run.spread);
        }
    }

    /// Returns how much text there is.
    pub(super) fn len(&self) -> usize {
        self.lines.text.len()
    }

    /// Returns the lines.
    pub(super) fn finish(mut self) -> Lines {
        self.flush();
        self.lines
    }

    /// Writes out what is held.
    pub(super) fn flush(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        let mut pieces = pieces(&runs);
        pieces.sort_by_key(|piece| piece.first);
        let Lines { text, codes } = &mut self.lines;
        let mut before: Option<&Run> = None;
        for piece in &pieces {
            let (head, tail) = (&runs[piece.members[0]], &runs[piece.members[piece.members.len() - 1]]);
            match before {
                Some(before) if before.is_in_line_with(head) && head.start > before.end => text.push('\t'),
                Some(_) => end_line(text, &head.reading.text),
                None if !text.is_empty() => text.push('\n'),
                None => {}
            }
            write_in_order(text, &runs, &piece.members, |run| &run.reading);
            if piece.members.iter().any(|run| runs[*run].codes.is_some()) {
                write_in_order(codes, &runs, &piece.members, |run| run.codes.as_deref().unwrap_or(&run.reading));
                codes.push('\n');
            }
            before = Some(tail);
        }
    }
}

impl Run {
    /// Takes a glyph that follows in this run; tells whether it does.
    fn takes(&mut self, glyph: &Glyph<'_>, along: f64, line: f64, end: f64) -> bool {
        let size = self.size.max(glyph.size);
        let gap = along - self.end;
        let is_off = (line - self.line).abs() > OFF_LINE * size && (line - self.last_line).abs() > 0.1 * size;
        if self.direction.dot(glyph.direction) < 0.99 || is_off {
            return false;
        }
        // Bold letters are made by drawing them twice.
        if (along - self.last).abs() < 0.1 * size && self.last_len == glyph.text.len() && self.last < self.end && self.ends_with(glyph) {
            return true;
        }
        if gap < -BACK * size || gap > CELL_GAP * size {
            return false;
        }
        let is_apart = gap > WORD_GAP * size;
        if !is_blank(glyph.text) {
            // Where all is shown at one place only the blanks tell words.
            let moves_on = along - self.start > BLANK_GAP * size;
            let is_narrow = along - self.shown_end < BLANK_GAP * size && along - self.blanks < WORD_GAP * size;
            if self.reading.blank_after && moves_on && is_narrow {
                self.forget_blanks();
            }
            self.shown_end = end - glyph.spread;
            self.blanks = end - glyph.spread;
        } else if !self.reading.blank_after {
            self.blanks = along;
        }
        if glyph.code.is_some() && self.codes.is_none() {
            self.codes = Some(Box::new(self.reading.clone()));
        }
        if let Some(codes) = &mut self.codes {
            codes.push(glyph.code.unwrap_or(glyph.text), is_apart);
        }
        self.reading.push(glyph.text, is_apart);
        (self.last, self.last_len, self.last_line) = (along, glyph.text.len(), line);
        (self.end, self.spread, self.size) = (end, glyph.spread, glyph.size);
        self.spread_glyphs += usize::from(glyph.spread > 0.0);
        true
    }

    fn forget_blanks(&mut self) {
        self.reading.blank_after = false;
        if let Some(codes) = &mut self.codes {
            codes.blank_after = false;
        }
    }

    /// Tells whether the last glyph is the same as this one.
    fn ends_with(&self, glyph: &Glyph<'_>) -> bool {
        let is_same_code = |code| self.codes.as_ref().is_some_and(|codes| codes.text.ends_with(code));
        self.reading.text.ends_with(glyph.text) && glyph.code.is_none_or(is_same_code)
    }

    fn is_empty(&self) -> bool {
        self.reading.text.is_empty() && self.codes.as_ref().is_none_or(|codes| codes.text.is_empty())
    }

    fn is_in_line_with(&self, other: &Self) -> bool {
        self.direction.dot(other.direction) > 0.99 && (self.line - other.line).abs() < OFF_LINE * self.size.max(other.size)
    }
}

/// Runs that follow each other on one line, and the first of them in the order of the content stream.
struct Piece {
    first: usize,
    members: Vec<usize>,
}

/// Puts runs together that stand beside each other.
fn pieces(runs: &[Run]) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..runs.len()).filter(|run| !runs[*run].is_empty()).collect();
    let angle = |run: &Run| (run.direction.atan2() * 50.0).round();
    order.sort_by(|a, b| {
        let (a, b) = (&runs[*a], &runs[*b]);
        angle(a).total_cmp(&angle(b)).then(a.line.total_cmp(&b.line)).then(a.start.total_cmp(&b.start))
    });
    let mut pieces = Vec::new();
    let mut rest = order.as_slice();
    while let Some(first) = rest.first() {
        let first = &runs[*first];
        let is_same = |run: &&usize| {
            let run = &runs[**run];
            angle(run) == angle(first) && run.line - first.line < 0.2 * first.size.min(run.size)
        };
        let count = rest.iter().take_while(is_same).count().max(1);
        let (line, further) = rest.split_at(count);
        pieces_of_line(runs, line, &mut pieces);
        rest = further;
    }
    pieces
}

fn pieces_of_line(runs: &[Run], line: &[usize], pieces: &mut Vec<Piece>) {
    let mut line = line.to_vec();
    line.sort_by(|a, b| runs[*a].start.total_cmp(&runs[*b].start).then(a.cmp(b)));
    let mut open: Option<Piece> = None;
    for index in line {
        let run = &runs[index];
        if let Some(piece) = &mut open {
            let last = &runs[piece.members[piece.members.len() - 1]];
            let size = last.size.max(run.size);
            let gap = run.start - last.end;
            // The same text at the same place is a shadow.
            if run.reading.text == last.reading.text && run.codes.is_none() && (run.start - last.start).abs() < 0.2 * size {
                continue;
            }
            // A gap as wide as that between columns is one between words only where the line was written in one go.
            let widest = if index == piece.members[piece.members.len() - 1] + 1 { CELL_GAP } else { TOUCH };
            if gap >= -TOUCH * size && gap <= widest * size {
                piece.first = piece.first.min(index);
                piece.members.push(index);
                continue;
            }
        }
        pieces.extend(open.replace(Piece { first: index, members: vec![index] }));
    }
    pieces.extend(open);
}

/// Writes what the members of a piece read, in the order in which it is read.
fn write_in_order(text: &mut String, runs: &[Run], members: &[usize], reading: impl Fn(&Run) -> &Reading) {
    let start = text.len();
    let mut before: Option<&Run> = None;
    for member in members {
        let run = &runs[*member];
        if let Some(before) = before {
            let gap = run.start - before.end;
            if reading(before).blank_after || reading(run).blank_before || gap > WORD_GAP * before.size.max(run.size) {
                text.push(' ');
            }
        }
        text.push_str(&reading(run).text);
        before = Some(run);
    }
    if let Some(turned) = bidi::in_reading_order(&text[start..]) {
        text.replace_range(start.., &turned);
    }
}

/// Ends a line, and joins a word that is hyphenated across its end.
fn end_line(text: &mut String, next: &str) {
    let mut back = text.chars().rev();
    let hyphen = back.next().filter(|c| matches!(c, '-' | '\u{AD}' | '\u{2010}'));
    let is_word = back.next().is_some_and(char::is_alphabetic) && next.chars().next().is_some_and(char::is_lowercase);
    match hyphen {
        Some(hyphen) if is_word => text.truncate(text.len() - hyphen.len_utf8()),
        _ => text.push('\n'),
    }
}
