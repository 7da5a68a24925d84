//! Batches of rows, for formats that come as rows.

use std::collections::HashSet;

use terrier_content::{Column, ColumnKind, Records};

use crate::context::{Context, Halt};

/// Size of a batch, in bytes of values.
pub(crate) const BATCH_BYTES: usize = 2 << 20;
/// Size of a batch, in records.
pub(crate) const BATCH_RECORDS: u32 = 4096;
/// Columns of their own; values beyond share the last one.
pub(crate) const MAX_COLUMNS: usize = 2048;
/// Name of the column that takes the values for which there is no column of their own.
pub(crate) const OTHER: &str = "(other)";
const MAX_NAME: usize = 1024;

/// Collects rows and hands them out in batches.
pub(crate) struct Table {
    batch: Records,
    bytes: usize,
    /// The sheet that the table is, and the number of the row that is being collected, from 1.
    sheet: Option<String>,
    row: u32,
}

impl Table {
    /// Makes a table with the columns of a header; more are added where rows are longer. `first_record` is more than 0 where
    /// another table of the asset came before.
    pub(crate) fn new(header: &[Vec<u8>], first_record: u64) -> Self {
        let mut taken = HashSet::new();
        let mut columns = Vec::new();
        for (index, cell) in header.iter().take(MAX_COLUMNS - 1).enumerate() {
            columns.push(Column::new(unique_name(cell, index, &mut taken), ColumnKind::Text));
        }
        Self { batch: Records { first_record, records: 0, columns }, bytes: 0, sheet: None, row: 0 }
    }

    /// Makes it the table of a sheet, whose values have places in it.
    pub(crate) fn in_sheet(mut self, name: &str) -> Self {
        let columns = std::mem::take(&mut self.batch.columns);
        self.batch.columns = (0..).zip(columns).map(|(index, column)| column.in_sheet(cell_column(name, index))).collect();
        self.sheet = Some(name.to_owned());
        self
    }

    /// Notes which row of the sheet is being collected.
    pub(crate) fn at_row(&mut self, row: u32) {
        self.row = row;
    }

    /// Adds a value to the row that is being collected.
    pub(crate) fn push(&mut self, column: usize, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        while self.batch.columns.len() <= column && self.batch.columns.len() < MAX_COLUMNS {
            let index = self.batch.columns.len();
            let name = if index + 1 == MAX_COLUMNS { OTHER.to_owned() } else { numbered(index) };
            let column = Column::new(name, ColumnKind::Text);
            self.batch.columns.push(match &self.sheet {
                Some(sheet) => column.in_sheet(cell_column(sheet, index)),
                None => column,
            });
        }
        let column = &mut self.batch.columns[column.min(MAX_COLUMNS - 1)];
        match self.sheet {
            Some(_) => column.push_in_row(self.batch.records, self.row, value),
            None => column.push(self.batch.records, value),
        }
        self.bytes += value.len();
    }

    /// Ends the row and hands the batch out if it is large enough.
    pub(crate) fn end_row(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.batch.records += 1;
        if self.bytes >= BATCH_BYTES || self.batch.records >= BATCH_RECORDS { self.flush(context) } else { Ok(()) }
    }

    /// Hands out what is left.
    pub(crate) fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = context.records(&self.batch);
        next_batch(&mut self.batch);
        self.bytes = 0;
        result
    }

    /// Returns how many rows were ended.
    pub(crate) fn rows(&self) -> u64 {
        self.batch.first_record + u64::from(self.batch.records)
    }
}

/// Empties a batch that was handed out, for the records that follow.
pub(crate) fn next_batch(batch: &mut Records) {
    batch.first_record += u64::from(batch.records);
    batch.records = 0;
    batch.columns.iter_mut().for_each(Column::clear);
}

/// Names a column of a sheet: `Staff!AB`. What stands further right than there are columns of their own has the sheet only.
fn cell_column(sheet: &str, index: usize) -> String {
    if index + 1 >= MAX_COLUMNS {
        return sheet.to_owned();
    }
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        letters.insert(0, b'A' + ((left - 1) % 26) as u8);
        left = (left - 1) / 26;
    }
    format!("{sheet}!{}", String::from_utf8_lossy(&letters))
}

fn numbered(index: usize) -> String {
    format!("column {}", index + 1)
}

/// Makes the name of a column from a header's cell: never empty, never twice, since equal names mean the same column.
fn unique_name(cell: &[u8], index: usize, taken: &mut HashSet<String>) -> String {
    let cell = String::from_utf8_lossy(&cell[..cell.len().min(MAX_NAME)]);
    let mut name = cell.trim().to_owned();
    if name.is_empty() {
        name = numbered(index);
    }
    if !taken.insert(name.clone()) {
        name = format!("{name} ({})", index + 1);
        taken.insert(name.clone());
    }
    name
}
