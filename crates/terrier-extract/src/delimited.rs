//! CSV and its kin.

use std::io::Read;
use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr3};
use terrier_content::{Origin, Text};

use crate::context::{Context, Halt};
use crate::header::is_header;
use crate::table::Table;
use crate::text::{self, Place};

/// Largest record. What is longer comes of a stray quote, and the rest is read as text.
const MAX_RECORD: usize = 1 << 20;
const INPUT: usize = 256 << 10;
/// Rows that are looked at to tell the dialect.
const SAMPLE: usize = 200;
/// Rows after which a file whose rows do not fit its header is given up as a table.
const PATIENCE: u64 = 500;
/// Lines that a last, unfinished record may have: beyond, an open quote has swallowed the file's end.
const MAX_LAST_LINES: usize = 50;

/// How a delimited file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) header: bool,
    /// Length of a leading `sep=;` line.
    pub(crate) skip: usize,
    /// Cells of most rows.
    pub(crate) width: usize,
}

/// What the name says of a file that may be delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Named as a table: `.csv`, `.tsv`, `.psv`.
    Table,
    /// Named as something else that is text: `.log`, `.sql`, source code.
    Text,
    /// Neither.
    None,
}

/// Tells the dialect by the first bytes; `None` where they are no table.
pub(crate) fn sniff(head: &[u8], complete: bool, hint: Hint) -> Option<Dialect> {
    if hint == Hint::Text {
        return None;
    }
    if let Some((delimiter, skip)) = separator_line(head) {
        let rows = sample(&head[skip..], delimiter, complete);
        return Some(Dialect { delimiter, header: is_header(&rows), skip, width: usual_width(&rows).0 });
    }
    let mut best: Option<(usize, Dialect)> = None;
    // What does not occur delimits nothing, and a parser is dear to make where files are small.
    for delimiter in [b',', b'\t', b';', b'|'].into_iter().filter(|delimiter| memchr(*delimiter, head).is_some()) {
        let rows = sample(head, delimiter, complete);
        let (width, agreeing) = usual_width(&rows);
        let share = agreeing * 100 / rows.len().max(1);
        let enough = match hint {
            Hint::Table => width >= 2 && share >= 60,
            _ => width >= 3 && rows.len() >= 3 && share >= 95 || width == 2 && rows.len() >= 5 && share == 100 && delimiter != b',',
        };
        let score = share * width.min(50);
        if enough && best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, Dialect { delimiter, header: is_header(&rows), skip: 0, width }));
        }
    }
    best.map(|(_, dialect)| dialect).or_else(|| single_column(head, complete, hint))
}

/// A file named as a table may have one column only.
fn single_column(head: &[u8], complete: bool, hint: Hint) -> Option<Dialect> {
    if hint != Hint::Table {
        return None;
    }
    let rows = sample(head, b',', complete);
    let short = rows.iter().all(|row| row.len() == 1 && row[0].len() <= 200);
    (rows.len() >= 2 && short).then(|| Dialect { delimiter: b',', header: is_header(&rows), skip: 0, width: 1 })
}

/// Reads the line by which spreadsheets are told the delimiter.
fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    let delimiter = *head.strip_prefix(b"sep=")?.first()?;
    let end = memchr(b'\n', &head[..head.len().min(8)])?;
    (delimiter.is_ascii_punctuation() || delimiter == b'\t').then_some((delimiter, end + 1))
}

/// Parses the first rows; the last one is left out where it may be cut.
fn sample(head: &[u8], delimiter: u8, complete: bool) -> Vec<Vec<Vec<u8>>> {
    let mut reader = reader(delimiter);
    let mut rows = Vec::new();
    let (mut output, mut ends) = (vec![0; head.len()], vec![0; head.len() + 1]);
    let (mut pos, mut len, mut cells) = (0, 0, 0);
    while rows.len() < SAMPLE {
        let input = &head[pos..];
        if input.is_empty() && !complete {
            break;
        }
        let (result, read, written, ended) = reader.read_record(input, &mut output[len..], &mut ends[cells..]);
        (pos, len, cells) = (pos + read, len + written, cells + ended);
        match result {
            ReadRecordResult::Record => {
                rows.push(fields(&output, &ends[..cells]).map(<[u8]>::to_vec).collect());
                (len, cells) = (0, 0);
            }
            ReadRecordResult::InputEmpty if complete => {}
            _ => break,
        }
    }
    rows
}

/// Returns the most common number of cells, and how many rows have it.
fn usual_width(rows: &[Vec<Vec<u8>>]) -> (usize, usize) {
    let mut widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    widths.sort_unstable();
    widths.chunk_by(|a, b| a == b).map(|group| (group[0], group.len())).max_by_key(|(_, count)| *count).unwrap_or((0, 0))
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

fn fields<'a>(output: &'a [u8], ends: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut start = 0;
    ends.iter().map(move |end| {
        let field = &output[start..*end];
        start = *end;
        field
    })
}

/// Hands out a delimited file in batches of records; what turns out not to be tabular follows as text.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read, dialect: Dialect) -> Result<(), Halt> {
    Rows::new(input, dialect)?.run(context)
}

/// What came of asking for the next record.
enum Next {
    /// One whose cells lie in the buffer as they are: no escaped quotes, not cut by the buffer's end.
    Plain,
    /// One that the parser unescaped.
    Record,
    End,
    /// The record that begins at `record_start` is none.
    NotTabular,
}

struct Rows<'r> {
    input: &'r mut dyn Read,
    dialect: Dialect,
    core: Reader,
    buf: Vec<u8>,
    record_start: usize,
    pos: usize,
    end: usize,
    ended: bool,
    /// The place at which the buffer begins.
    place: Place,
    plain: Vec<Range<usize>>,
    output: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
}

impl<'r> Rows<'r> {
    fn new(input: &'r mut dyn Read, dialect: Dialect) -> Result<Self, Halt> {
        let mut skipped = [0; 8];
        let skip = dialect.skip.min(skipped.len());
        crate::stream::fill(input, &mut skipped[..skip])?;
        Ok(Self {
            input,
            dialect,
            core: reader(dialect.delimiter),
            buf: vec![0; INPUT],
            record_start: 0,
            pos: 0,
            end: 0,
            ended: false,
            place: Place::START.after(&skipped[..skip]),
            plain: Vec::new(),
            output: vec![0; 4 << 10],
            ends: vec![0; 64],
            cells: 0,
        })
    }

    fn run(mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let mut header = Vec::new();
        if self.dialect.header && matches!(self.next_unescaped()?, Next::Record) {
            header = fields(&self.output, &self.ends[..self.cells]).map(<[u8]>::to_vec).collect();
            // Should the row hold values after all, they are seen here.
            context.text(Text::whole(&self.buf[self.record_start..self.pos], Origin::Property))?;
            self.record_start = self.pos;
        }
        let mut table = Table::new(&header, 0);
        let mut ragged = 0;
        loop {
            let next = self.next()?;
            match next {
                Next::End => return table.flush(context),
                Next::NotTabular => break,
                _ if table.rows() >= PATIENCE && ragged * 2 > table.rows() => break,
                Next::Plain => self.plain.iter().enumerate().for_each(|(column, cell)| table.push(column, &self.buf[cell.clone()])),
                Next::Record => {
                    fields(&self.output, &self.ends[..self.cells]).enumerate().for_each(|(column, value)| table.push(column, value));
                }
            }
            ragged += u64::from(self.cells != self.dialect.width);
            self.record_start = self.pos;
            table.end_row(context)?;
        }
        table.flush(context)?;
        let place = self.place.after(&self.buf[..self.record_start]);
        let mut rest = self.buf[self.record_start..self.end].chain(self.input);
        text::read(context, &mut rest, place)
    }

    /// Goes behind the next record.
    fn next(&mut self) -> Result<Next, Halt> {
        match self.plain_record() {
            Some(end) => {
                self.pos = end;
                self.cells = self.plain.len();
                Ok(Next::Plain)
            }
            None => self.next_unescaped(),
        }
    }

    /// Finds the cells of the record that begins here if none of them has to be unescaped, and returns where the record ends.
    ///
    /// This takes most records of most files, several times as fast as the parser, which sees each byte.
    fn plain_record(&mut self) -> Option<usize> {
        let delimiter = self.dialect.delimiter;
        let buf = &self.buf[..self.end];
        let blank = buf[self.pos..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let mut at = self.pos + blank;
        self.plain.clear();
        loop {
            let cell = if buf.get(at) == Some(&b'"') {
                at + 1..at + 1 + memchr(b'"', &buf[at + 1..])?
            } else {
                at..at + memchr3(delimiter, b'\n', b'\r', &buf[at..])?
            };
            let behind = if buf[at] == b'"' { cell.end + 1 } else { cell.end };
            self.plain.push(cell);
            match *buf.get(behind)? {
                b'\n' => return Some(behind + 1),
                b'\r' if *buf.get(behind + 1)? == b'\n' => return Some(behind + 2),
                byte if byte == delimiter => at = behind + 1,
                // An escaped quote, or a line's end of old: the parser knows.
                _ => return None,
            }
        }
    }

    /// Parses up to the end of a record, which then is in `output` and `ends`.
    fn next_unescaped(&mut self) -> Result<Next, Halt> {
        let mut len = 0;
        self.cells = 0;
        loop {
            if self.pos == self.end && !self.ended {
                if self.end - self.record_start >= MAX_RECORD {
                    return Ok(Next::NotTabular);
                }
                self.refill()?;
            }
            let (result, read, written, ended) =
                self.core.read_record(&self.buf[self.pos..self.end], &mut self.output[len..], &mut self.ends[self.cells..]);
            self.pos += read;
            len += written;
            self.cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record if self.swallowed_the_end() => return Ok(Next::NotTabular),
                ReadRecordResult::Record => return Ok(Next::Record),
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    fn swallowed_the_end(&self) -> bool {
        self.ended
            && self.pos == self.end
            && memchr_iter(b'\n', &self.buf[self.record_start..self.pos]).take(MAX_LAST_LINES).count() == MAX_LAST_LINES
    }

    /// Reads on; the record that is being parsed stays in the buffer.
    fn refill(&mut self) -> Result<(), Halt> {
        if self.record_start > 0 {
            self.place = self.place.after(&self.buf[..self.record_start]);
            self.buf.copy_within(self.record_start..self.end, 0);
            self.pos -= self.record_start;
            self.end -= self.record_start;
            self.record_start = 0;
        }
        if self.end == self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        let read = self.input.read(&mut self.buf[self.end..])?;
        self.end += read;
        self.ended = read == 0;
        Ok(())
    }
}
