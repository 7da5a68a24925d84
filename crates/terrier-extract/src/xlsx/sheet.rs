use std::io::{Read, Seek};

use calamine::{DataRef, ExcelDateTime, XlsxCellReader};
use terrier_content::{Origin, Text};
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::header::is_header;
use crate::table::Table;

/// Rows that are looked at to tell a header.
const SAMPLE: usize = 50;

/// Last column that a sheet may have.
const LAST_COLUMN: u32 = 16_383;

/// The cells of a row that hold something: column, value.
pub(crate) type Row = Vec<(usize, String)>;

/// Reads the cells of a sheet as they come; only the row at hand is held. Returns the number of the next record.
pub(super) fn read<R: Read + Seek>(context: &mut Context<'_>, mut cells: XlsxCellReader<'_, R>, first_record: u64) -> Result<u64, Halt> {
    let mut rows = Rows::new(first_record);
    let mut row = Row::new();
    let mut number = 0;
    let result = loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break Ok(()),
            Err(_) => break Err(Reason::Damaged),
        };
        let (at, column) = cell.get_position();
        if at != number {
            rows.add(context, std::mem::take(&mut row))?;
            number = at;
        }
        if let Some(value) = value(cell.get_value()) {
            row.push((column.min(LAST_COLUMN) as usize, value));
        }
    };
    rows.add(context, row)?;
    let next = rows.finish(context)?;
    if let Err(reason) = result {
        context.miss(reason);
    }
    Ok(next)
}

/// The rows of a sheet, as they come.
pub(crate) struct Rows {
    sample: Vec<Row>,
    table: Option<Table>,
    first_record: u64,
}

impl Rows {
    /// Takes the rows of a sheet whose first record has this number.
    pub(crate) fn new(first_record: u64) -> Self {
        Self { sample: Vec::new(), table: None, first_record }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, context: &mut Context<'_>, row: Row) -> Result<(), Halt> {
        if row.is_empty() {
            return Ok(());
        }
        if let Some(table) = &mut self.table {
            return push(context, table, &row);
        }
        self.sample.push(row);
        if self.sample.len() >= SAMPLE { self.start(context) } else { Ok(()) }
    }

    /// Tells the header from the first rows, and hands them out.
    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let sample = std::mem::take(&mut self.sample);
        let dense: Vec<Vec<Vec<u8>>> = sample.iter().map(dense).collect();
        let skip = usize::from(is_header(&dense));
        let mut table = Table::new(dense.first().filter(|_| skip == 1).map_or(&[], Vec::as_slice), self.first_record);
        if skip == 1 {
            // Should the row hold values after all, they are seen here.
            context.text(Text::whole(&dense[0].join(&b'\t'), Origin::Property))?;
        }
        for row in &sample[skip..] {
            push(context, &mut table, row)?;
        }
        self.table = Some(table);
        Ok(())
    }

    /// Hands out what is left, and returns the number of the next record.
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

fn push(context: &mut Context<'_>, table: &mut Table, row: &Row) -> Result<(), Halt> {
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

fn value(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(time) => date_time(time),
        DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn date_time(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return time.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
