//! Rows as text: a table for people, JSON and CSV for programs.

use std::fmt::Write;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_json::WriterBuilder;
use arrow_json::writer::LineDelimited;
use arrow_schema::{ArrowError, DataType};
use std::sync::Arc;

use crate::QueryError;

/// How rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Columns for people; long cells are shortened.
    Table,
    /// An array of objects, one per line; lists and structures as such, times as RFC 3339.
    Json,
    /// With a header; lists and structures as JSON text.
    Csv,
}

/// Characters of a cell of a table that are shown.
const CELL: usize = 100;

/// Shows the rows of an answer.
pub fn render(batches: &[RecordBatch], format: OutputFormat) -> Result<String, QueryError> {
    let rendered = match format {
        OutputFormat::Table => table(batches),
        OutputFormat::Json => json(batches),
        OutputFormat::Csv => csv(batches),
    };
    rendered.map_err(|error| QueryError::Rendering(error.to_string()))
}

fn table(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let Some(first) = batches.first() else { return Ok("no rows\n".to_owned()) };
    let schema = first.schema();
    let mut columns: Vec<Vec<String>> = schema.fields().iter().map(|field| vec![shown(field.name())]).collect();
    for batch in batches {
        for (cells, column) in columns.iter_mut().zip(batch.columns()) {
            let options = FormatOptions::new().with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%SZ"));
            let formatter = ArrayFormatter::try_new(column, &options)?;
            for row in 0..batch.num_rows() {
                cells.push(shown(&formatter.value(row).try_to_string()?));
            }
        }
    }
    let rows = columns.first().map_or(0, Vec::len);
    let widths: Vec<usize> = columns.iter().map(|cells| cells.iter().map(|cell| width(cell)).max().unwrap_or(0)).collect();
    let right: Vec<bool> = schema.fields().iter().map(|field| field.data_type().is_numeric()).collect();
    let mut text = String::new();
    for row in 0..rows {
        let cells = columns.iter().enumerate().map(|(at, cells)| aligned(&cells[row], widths[at], right[at]));
        writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end()).expect("writing to a string does not fail");
        if row == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            writeln!(text, "{}", rules.join("  ")).expect("writing to a string does not fail");
        }
    }
    let plural = if rows == 2 { "" } else { "s" };
    writeln!(text, "({} row{plural})", rows.saturating_sub(1)).expect("writing to a string does not fail");
    Ok(text)
}

fn aligned(cell: &str, to: usize, right: bool) -> String {
    let gap = " ".repeat(to.saturating_sub(width(cell)));
    if right { gap + cell } else { cell.to_owned() + &gap }
}

fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// A cell fit for a terminal: nothing in it moves the cursor or turns the direction of writing.
fn shown(text: &str) -> String {
    let mut cell = String::new();
    for character in text.chars() {
        if width(&cell) >= CELL {
            cell.push('…');
            break;
        }
        let steers =
            character.is_control() || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if steers { cell.extend(character.escape_default()) } else { cell.push(character) }
    }
    cell
}

fn json(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let objects = json_lines(batches)?;
    if objects.is_empty() {
        return Ok("[]\n".to_owned());
    }
    Ok(format!("[\n{}\n]\n", objects.join(",\n")))
}

fn json_lines(batches: &[RecordBatch]) -> Result<Vec<String>, ArrowError> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    let lines = String::from_utf8(writer.into_inner()).map_err(|error| ArrowError::JsonError(error.to_string()))?;
    Ok(lines.lines().map(str::to_owned).collect())
}

fn csv(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let mut writer = arrow_csv::WriterBuilder::new().with_header(true).build(Vec::new());
    for batch in batches {
        writer.write(&flat(batch)?)?;
    }
    String::from_utf8(writer.into_inner()).map_err(|error| ArrowError::CsvError(error.to_string()))
}

/// Replaces lists and structures, for which CSV has no form, by JSON text.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let column = if field.data_type().is_nested() { json_texts(column)? } else { plain_texts(column)? };
        Ok((field.name().clone(), column))
    });
    RecordBatch::try_from_iter(columns.collect::<Result<Vec<_>, ArrowError>>()?)
}

fn json_texts(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let batch = RecordBatch::try_from_iter_with_nullable([("v", Arc::clone(column), true)])?;
    let prefix = "{\"v\":";
    let texts = json_lines(&[batch])?.into_iter().enumerate().map(|(row, line)| {
        let text = line.strip_prefix(prefix).and_then(|line| line.strip_suffix('}')).unwrap_or(&line).to_owned();
        column.is_valid(row).then_some(text)
    });
    Ok(Arc::new(texts.collect::<StringArray>()))
}

fn plain_texts(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => arrow_cast::cast(column, &DataType::Utf8),
        _ => Ok(Arc::clone(column)),
    }
}
