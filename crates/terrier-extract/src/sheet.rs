//! Rows of a sheet as records: only the rows at hand are held, and gaps cost nothing.

use terrier_content::{Origin, Text};

use crate::context::{Context, Halt};
use crate::header::is_header;
use crate::table::Table;

/// Rows that are looked at to tell a header.
const SAMPLE: usize = 50;

/// Last column that a sheet may have.
pub(crate) const LAST_COLUMN: usize = 16_383;

/// The cells of a row that hold something: column, value.
pub(crate) type Row = Vec<(usize, String)>;

/// Takes the rows of a sheet and hands them out.
pub(crate) struct Rows {
    sheet: String,
    sample: Vec<(u32, Row)>,
    table: Option<Table>,
    first_record: u64,
}

impl Rows {
    /// Makes the rows of a sheet whose first record has that number.
    pub(crate) fn new(sheet: &str, first_record: u64) -> Self {
        Self { sheet: sheet.to_owned(), sample: Vec::new(), table: None, first_record }
    }

    /// Adds a row of that number, from 1; one without cells is none.
    pub(crate) fn add(&mut self, context: &mut Context<'_>, number: u32, row: Row) -> Result<(), Halt> {
        if row.is_empty() {
            return Ok(());
        }
        if let Some(table) = &mut self.table {
            return push(context, table, number, &row);
        }
        self.sample.push((number, row));
        if self.sample.len() >= SAMPLE { self.start(context) } else { Ok(()) }
    }

    /// Tells the header from the first rows, and hands them out.
    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let sample = std::mem::take(&mut self.sample);
        let dense: Vec<Vec<Vec<u8>>> = sample.iter().map(|(_, row)| dense(row)).collect();
        let skip = usize::from(is_header(&dense));
        let header = dense.first().filter(|_| skip == 1).map_or(&[][..], Vec::as_slice);
        let mut table = Table::new(header, self.first_record).in_sheet(&self.sheet);
        if skip == 1 {
            // Should the row hold values after all, they are seen here.
            context.text(Text::whole(&dense[0].join(&b'\t'), Origin::Property))?;
        }
        for (number, row) in &sample[skip..] {
            push(context, &mut table, *number, row)?;
        }
        self.table = Some(table);
        Ok(())
    }

    /// Hands out what is left; returns the number of the next record.
    pub(crate) fn finish(mut self, context: &mut Context<'_>) -> Result<u64, Halt> {
        if self.table.is_none() {
            self.start(context)?;
        }
        let Some(table) = &mut self.table else { return Ok(self.first_record) };
        let next = table.rows();
        table.flush(context)?;
        Ok(next)
    }
}

fn push(context: &mut Context<'_>, table: &mut Table, number: u32, row: &Row) -> Result<(), Halt> {
    table.at_row(number);
    for (column, value) in row {
        table.push(*column, value.as_bytes());
    }
    table.end_row(context)
}

/// Returns the cells side by side from the first column on.
fn dense(row: &Row) -> Vec<Vec<u8>> {
    let mut cells = Vec::new();
    for (column, value) in row {
        if cells.len() <= *column {
            cells.resize(column + 1, Vec::new());
        }
        cells[*column] = value.as_bytes().to_vec();
    }
    cells
}
