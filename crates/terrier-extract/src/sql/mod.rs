//! Dumps of databases: the rows of `INSERT` and of `COPY … FROM stdin` as records, all else as text.
//!
//! Columns are named `table.column`, by the statement itself or by the `CREATE TABLE` before it.

mod input;
mod insert;
mod statement;
mod value;

use std::collections::HashMap;
use std::io::Read;

use terrier_content::ColumnKind;

use self::input::Input;
use self::insert::Scan;
use self::statement::{Copied, Insert, Statement};
use crate::context::{Context, Halt};
use crate::json::{Node, OVERFLOW, ROOT};
use crate::rows::Rows;
use crate::text;

/// Longest row, and longest statement that is looked at as a whole; longer ones are read as text.
const MAX_ROW: usize = 4 << 20;
/// Tables whose columns are kept.
const MAX_TABLES: usize = 4096;
/// Lines that are looked at where the name does not tell.
const FIRST_LINES: usize = 20;
/// Statements without an end after which the rest is read as text, beside one for ten rows: each is looked at far.
const PATIENCE: u64 = 16;
/// How much text waits to be handed out.
const MAX_TEXT: usize = 1 << 20;

/// Tells a dump by its beginning.
pub(crate) fn is_dump(text: &[u8], named: bool) -> bool {
    let tools: [&[u8]; 4] = [b"-- MySQL dump", b"-- MariaDB dump", b"-- PostgreSQL database dump", b"PRAGMA foreign_keys"];
    let text = text.trim_ascii_start();
    // PostgreSQL frames the name of its tool with empty comments.
    let opening = text.strip_prefix(b"--").map_or(text, <[u8]>::trim_ascii_start);
    if tools.iter().any(|tool| text.starts_with(tool) || opening.starts_with(tool)) {
        return true;
    }
    let lines = if named { usize::MAX } else { FIRST_LINES };
    text.split(|byte| *byte == b'\n').take(lines).any(|line| match Statement::of(line) {
        Statement::Insert | Statement::Copy => named || statement::has_rows(line),
        Statement::Create => named,
        Statement::Other => false,
    })
}

/// Reads a dump to its end.
pub(crate) fn read(context: &mut Context<'_>, reader: &mut dyn Read) -> Result<(), Halt> {
    let mut dump = Dump {
        input: Input::new(reader),
        rows: Rows::new(),
        tables: HashMap::new(),
        table: Vec::new(),
        named: None,
        columns: Vec::new(),
        read: 0,
        endless: 0,
    };
    let result = dump.run(context);
    if result == Err(Halt::Stopped) {
        return result;
    }
    dump.text(context)?;
    dump.rows.flush(context)?;
    result
}

struct Dump<'r> {
    input: Input<'r>,
    rows: Rows,
    /// The columns of the tables that were created.
    tables: HashMap<Vec<u8>, Vec<Vec<u8>>>,
    /// The table whose rows came last, and the places of its columns.
    table: Vec<u8>,
    named: Option<Vec<Vec<u8>>>,
    columns: Vec<Node>,
    /// Rows that were read, and statements that did not end.
    read: u64,
    endless: u64,
}

impl Dump<'_> {
    fn run(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        while let Some(line) = self.input.line()? {
            match Statement::of(line) {
                Statement::Other => self.input.pass_line(),
                Statement::Create => self.create()?,
                Statement::Insert => self.insert(context)?,
                Statement::Copy => self.copy(context)?,
            }
            if self.input.passed() >= MAX_TEXT {
                self.text(context)?;
            }
            if self.endless > PATIENCE + self.read / 10 {
                self.text(context)?;
                let place = self.input.place();
                return text::read(context, &mut self.input.all(), place);
            }
        }
        Ok(())
    }

    /// Hands out the text that was passed.
    fn text(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let (passed, place) = self.input.take_passed();
        if passed.trim_ascii().is_empty() { Ok(()) } else { text::whole(context, passed, place) }
    }

    /// Notes the columns of a table, and passes the statement as text.
    fn create(&mut self) -> Result<(), Halt> {
        let Some(statement) = self.input.statement(MAX_TEXT)? else {
            self.endless += 1;
            self.input.pass_line();
            return Ok(());
        };
        if let Some((table, columns)) = statement::created(statement)
            && self.tables.len() < MAX_TABLES
        {
            self.tables.insert(table, columns);
        }
        let length = statement.len();
        self.input.pass(length);
        Ok(())
    }

    fn insert(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let Insert { table, columns, length, backslashes, has_comments } = match self.input.head_of_insert()? {
            Scan::Found(head) => head,
            Scan::Other => {
                self.input.pass_line();
                return Ok(());
            }
            Scan::Cut => {
                self.endless += 1;
                self.input.pass_line();
                return Ok(());
            }
        };
        self.text(context)?;
        self.input.pass(length);
        self.begin_table(context, &table, columns)?;
        loop {
            let row = match self.input.row(backslashes)? {
                Scan::Found(row) => row,
                Scan::Other => break,
                Scan::Cut => {
                    self.endless += 1;
                    break;
                }
            };
            // What names the columns is read by them, once there is a row.
            if has_comments {
                self.text(context)?;
            }
            self.input.take_passed();
            for (index, cell) in row.cells.into_iter().enumerate() {
                let node = self.column(index);
                value::push(context, &mut self.rows, node, self.input.at(cell), backslashes)?;
            }
            self.input.skip(row.length);
            self.read += 1;
            self.rows.end_record(context)?;
            if row.is_last {
                return Ok(());
            }
        }
        // No row stands here: the rest of the line is text.
        self.input.pass_line();
        Ok(())
    }

    fn copy(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let Some(Copied { table, columns }) = self.input.line()?.and_then(statement::copied) else {
            self.input.pass_line();
            return Ok(());
        };
        self.input.pass_line();
        self.text(context)?;
        self.begin_table(context, &table, columns)?;
        let mut cell = Vec::new();
        while let Some(line) = self.input.line()? {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
            if line == b"\\." {
                self.input.pass_line();
                return Ok(());
            }
            if self.input.is_cut() {
                // A line beyond all measure is handed out in pieces.
                self.input.pass_line();
                self.text(context)?;
                continue;
            }
            for (index, written) in line.split(|byte| *byte == b'\t').enumerate() {
                if value::unescape_copied(written, &mut cell) {
                    let node = self.column(index);
                    self.rows.push(context, node, ColumnKind::Text, &cell)?;
                }
            }
            self.input.skip_line();
            self.rows.end_record(context)?;
        }
        Ok(())
    }

    /// Finds the places of a table's columns.
    fn begin_table(&mut self, context: &mut Context<'_>, table: &[u8], columns: Option<Vec<Vec<u8>>>) -> Result<(), Halt> {
        if self.table != table {
            self.rows.renew(context)?;
            self.table = table.to_vec();
        } else if self.named == columns && !self.columns.is_empty() {
            return Ok(());
        }
        let place = self.rows.child(ROOT, table);
        let names = columns.as_ref().or_else(|| self.tables.get(table));
        let mut nodes = Vec::new();
        for column in names.into_iter().flatten() {
            let node = self.rows.child(place, column);
            if node == OVERFLOW {
                self.rows.push(context, OVERFLOW, ColumnKind::Text, column)?;
            }
            nodes.push(node);
        }
        self.columns = nodes;
        self.named = columns;
        Ok(())
    }

    fn column(&mut self, index: usize) -> Node {
        while self.columns.len() <= index {
            let table = self.rows.child(ROOT, &self.table);
            let node = self.rows.child(table, format!("column {}", self.columns.len() + 1).as_bytes());
            self.columns.push(node);
        }
        self.columns[index]
    }
}
