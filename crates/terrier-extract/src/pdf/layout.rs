//! From glyphs at their places to lines of text.
//!
//! A run is what one place after another shows, in the order of the content stream, which nearly always is the order of reading. Runs that
//! stand on one line beside each other are put together whatever their order, since some writers draw a line in pieces. Columns
//! stay apart as the writer had them.

use hayro_font::kurbo::{Point, Vec2};

use super::bidi;

/// A gap that parts words, in sizes of the font.
const WORD_GAP: f64 = 0.10;
/// A gap that parts cells of a table.
const CELL_GAP: f64 = 1.2;
/// How far back a glyph may stand and still follow the one before, as accents and tight letters do.
const BACK: f64 = 0.7;
/// A gap between runs that are put together though others came between them.
const TOUCH: f64 = 0.3;
/// How far a glyph may be off the line and still belong to it, as raised figures are.
const OFF_LINE: f64 = 0.4;
/// Runs that are held before they are written out.
const MAX_RUNS: usize = 200_000;

/// A glyph, or what stands for several, as it is shown on the page.
pub(super) struct Glyph<'g> {
    pub(super) text: &'g str,
    pub(super) blank: bool,
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
    text: String,
    direction: Vec2,
    start: f64,
    end: f64,
    /// Where the last glyph begins, to tell one that is drawn twice.
    last: f64,
    last_len: usize,
    /// What was added to the end since letters are set apart.
    spread: f64,
    /// Distance of the line from the origin, and that of the last glyph, which may be raised.
    line: f64,
    last_line: f64,
    size: f64,
    /// Whether a blank follows, or stands before it.
    blank_after: bool,
    blank_before: bool,
}

/// The glyphs of a page.
#[derive(Default)]
pub(super) struct Layout {
    runs: Vec<Run>,
    text: String,
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
        if !glyph.text.is_empty() {
            self.runs.push(Run {
                text: if glyph.blank { String::new() } else { glyph.text.to_owned() },
                direction: glyph.direction,
                start: along,
                end,
                last: along,
                last_len: glyph.text.len(),
                spread: glyph.spread,
                line,
                last_line: line,
                size: glyph.size,
                blank_after: glyph.blank,
                blank_before: glyph.blank,
            });
        }
    }

    /// Ends a string: what follows is not set apart on purpose.
    pub(super) fn end_string(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            run.end -= std::mem::take(&mut run.spread);
        }
    }

    /// Returns how much text there is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Returns the text, line by line.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    /// Writes out what is held.
    pub(super) fn flush(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        let mut pieces = pieces(&runs);
        pieces.sort_by_key(|piece| piece.first);
        let mut before: Option<&Run> = None;
        for piece in &pieces {
            let (head, tail) = (&runs[piece.members[0]], &runs[piece.members[piece.members.len() - 1]]);
            match before {
                Some(before) if before.is_in_line_with(head) && head.start > before.end => self.text.push('\t'),
                Some(_) => end_line(&mut self.text, &head.text),
                None if !self.text.is_empty() => self.text.push('\n'),
                None => {}
            }
            let start = self.text.len();
            write_piece(&mut self.text, &runs, &piece.members);
            if let Some(turned) = bidi::in_reading_order(&self.text[start..]) {
                self.text.replace_range(start.., &turned);
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
        if (along - self.last).abs() < 0.1 * size
            && self.last_len == glyph.text.len()
            && self.last < self.end
            && self.text.ends_with(glyph.text)
        {
            return true;
        }
        if gap < -BACK * size || gap > CELL_GAP * size {
            return false;
        }
        if glyph.blank {
            self.blank_after = true;
        } else if !glyph.text.is_empty() {
            if (self.blank_after || gap > WORD_GAP * size) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.blank_after = false;
            self.text.push_str(glyph.text);
        }
        (self.last, self.last_len, self.last_line) = (along, glyph.text.len(), line);
        (self.end, self.spread, self.size) = (end, glyph.spread, size);
        true
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
    let mut order: Vec<usize> = (0..runs.len()).filter(|run| !runs[*run].text.is_empty()).collect();
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
            if run.text == last.text && (run.start - last.start).abs() < 0.2 * size {
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

fn write_piece(text: &mut String, runs: &[Run], members: &[usize]) {
    let mut before: Option<&Run> = None;
    for member in members {
        let run = &runs[*member];
        if let Some(before) = before {
            let gap = run.start - before.end;
            if before.blank_after || run.blank_before || gap > WORD_GAP * before.size.max(run.size) {
                text.push(' ');
            }
        }
        text.push_str(&run.text);
        before = Some(run);
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
