use std::io::{Read, Seek};

use calamine::{DataRef, ExcelDateTime, XlsxCellReader};
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::sheet::{LAST_COLUMN, Row, Rows};

/// Reads the cells of a sheet as they come; only the row at hand is held. Returns the number of the next record.
pub(super) fn read<R: Read + Seek>(
    context: &mut Context<'_>,
    name: &str,
    mut cells: XlsxCellReader<'_, R>,
    first_record: u64,
) -> Result<u64, Halt> {
    let mut rows = Rows::new(name, first_record);
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
            rows.add(context, number.saturating_add(1), std::mem::take(&mut row))?;
            number = at;
        }
        if let Some(value) = value(cell.get_value()) {
            row.push(((column as usize).min(LAST_COLUMN), value));
        }
    };
    rows.add(context, number.saturating_add(1), row)?;
    let next = rows.finish(context)?;
    if let Err(reason) = result {
        context.miss(reason);
    }
    Ok(next)
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
