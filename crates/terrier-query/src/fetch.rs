//! Takes typed values out of the engine's batches.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use terrier_findings::TableRow;

use crate::QueryError;

/// A row of an answer, with its columns lent by name. The statements are ours, so a column that is missing is a mistake in this
/// crate; a value that is not understood is a table written by another version.
pub(crate) struct Row<'b> {
    batch: &'b RecordBatch,
    row: usize,
}

impl<'b> Row<'b> {
    pub(crate) fn text(&self, name: &str) -> Result<&'b str, QueryError> {
        self.optional_text(name).ok_or_else(|| QueryError::Reading(format!("column `{name}` is unexpectedly empty")))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Option<&'b str> {
        let column = self.column(name);
        column.is_valid(self.row).then(|| column.as_string::<i32>().value(self.row))
    }

    pub(crate) fn count(&self, name: &str) -> u64 {
        let column = self.column(name);
        if column.is_null(self.row) { 0 } else { u64::try_from(column.as_primitive::<Int64Type>().value(self.row)).unwrap_or(0) }
    }

    pub(crate) fn name<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, QueryError> {
        let text = self.text(name)?;
        parse(text).ok_or_else(|| QueryError::Reading(format!("column `{name}` holds `{text}`, which this version does not know")))
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.column(name).as_list::<i32>().value(self.row);
        list.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    }

    fn column(&self, name: &str) -> &'b ArrayRef {
        self.batch.column_by_name(name).expect("the statement names its columns")
    }
}

/// Turns every row of an answer into something.
pub(crate) fn each<T>(batches: &[RecordBatch], take: impl Fn(&Row<'_>) -> Result<T, QueryError>) -> Result<Vec<T>, QueryError> {
    let mut taken = Vec::new();
    for batch in batches {
        let batch = plain(batch)?;
        for row in 0..batch.num_rows() {
            taken.push(take(&Row { batch: &batch, row })?);
        }
    }
    Ok(taken)
}

/// Turns rows that have all columns of a table into that table's rows.
pub(crate) fn rows<R: TableRow>(batches: &[RecordBatch]) -> Result<Vec<R>, QueryError> {
    let mut rows = Vec::new();
    for batch in batches {
        let columns = R::TABLE.columns().into_iter().map(|column| {
            let found = batch.column_by_name(column.name).expect("the statement selects all columns of the table");
            convert(found, &column.data_type)
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(R::TABLE.schema(), columns).map_err(|error| QueryError::Reading(error.to_string()))?;
        rows.extend(R::decode(&batch)?);
    }
    Ok(rows)
}

/// The engine is free in its types of texts and lists; here there is one of each.
fn plain(batch: &RecordBatch) -> Result<RecordBatch, QueryError> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let column = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 | DataType::Dictionary(_, _) => convert(column, &DataType::Utf8)?,
            DataType::UInt64 | DataType::Int32 => convert(column, &DataType::Int64)?,
            _ => column.clone(),
        };
        Ok((field.name().clone(), column))
    });
    let columns = columns.collect::<Result<Vec<_>, QueryError>>()?;
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .map_err(|error| QueryError::Reading(error.to_string()))
}

fn convert(column: &ArrayRef, to: &DataType) -> Result<ArrayRef, QueryError> {
    if column.data_type() == to {
        return Ok(column.clone());
    }
    cast(column, to).map_err(|error| QueryError::Reading(error.to_string()))
}
