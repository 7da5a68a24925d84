use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use terrier_model::{Table, Timestamp};

use crate::FindingsError;

/// Lends the columns of a batch by name, after checking that it has what the table's schema promises.
pub(super) struct BatchReader<'b> {
    table: Table,
    batch: &'b RecordBatch,
}

impl<'b> BatchReader<'b> {
    pub(super) fn new(table: Table, batch: &'b RecordBatch) -> Result<Self, FindingsError> {
        let reader = Self { table, batch };
        for column in table.columns() {
            let Some(found) = batch.column_by_name(column.name) else {
                return Err(reader.unreadable(format!("column `{}` is missing", column.name)));
            };
            if !same_shape(found.data_type(), &column.data_type) {
                return Err(reader.unreadable(format!("column `{}` has another type", column.name)));
            }
            if !column.nullable && found.null_count() > 0 {
                return Err(reader.unreadable(format!("column `{}` has nulls", column.name)));
            }
        }
        Ok(reader)
    }

    pub(super) fn rows(&self) -> std::ops::Range<usize> {
        0..self.batch.num_rows()
    }

    pub(super) fn text(&self, name: &str, row: usize) -> &'b str {
        self.column(name).as_string::<i32>().value(row)
    }

    pub(super) fn optional_text(&self, name: &str, row: usize) -> Option<&'b str> {
        let column = self.column(name);
        column.is_valid(row).then(|| column.as_string::<i32>().value(row))
    }

    pub(super) fn owned_text(&self, name: &str, row: usize) -> Option<String> {
        self.optional_text(name, row).map(str::to_owned)
    }

    /// Reads a text that stands for one of a closed set of names.
    pub(super) fn name<T>(&self, name: &str, row: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T, FindingsError> {
        parse(self.text(name, row)).ok_or_else(|| self.unreadable(format!("column `{name}` has an unknown name")))
    }

    pub(super) fn count(&self, name: &str, row: usize) -> u64 {
        unsigned(self.column(name).as_primitive::<Int64Type>().value(row))
    }

    pub(super) fn optional_count(&self, name: &str, row: usize) -> Option<u64> {
        let column = self.column(name);
        column.is_valid(row).then(|| unsigned(column.as_primitive::<Int64Type>().value(row)))
    }

    pub(super) fn number(&self, name: &str, row: usize) -> f64 {
        self.column(name).as_primitive::<Float64Type>().value(row)
    }

    pub(super) fn optional_number(&self, name: &str, row: usize) -> Option<f64> {
        let column = self.column(name);
        column.is_valid(row).then(|| column.as_primitive::<Float64Type>().value(row))
    }

    pub(super) fn flag(&self, name: &str, row: usize) -> bool {
        self.column(name).as_boolean().value(row)
    }

    pub(super) fn time(&self, name: &str, row: usize) -> Option<Timestamp> {
        let column = self.column(name);
        column.is_valid(row).then(|| column.as_primitive::<TimestampMicrosecondType>().value(row))
    }

    pub(super) fn list(&self, name: &str, row: usize) -> ArrayRef {
        self.column(name).as_list::<i32>().value(row)
    }

    pub(super) fn text_list(&self, name: &str, row: usize) -> Vec<String> {
        self.list(name, row).as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    }

    pub(super) fn number_list(&self, name: &str, row: usize) -> Vec<i64> {
        self.list(name, row).as_primitive::<Int64Type>().values().to_vec()
    }

    pub(super) fn unreadable(&self, problem: String) -> FindingsError {
        FindingsError::Unreadable { path: self.table.name().to_owned(), problem }
    }

    fn column(&self, name: &str) -> &'b ArrayRef {
        self.batch.column_by_name(name).expect("the reader checked that every column of the table is there")
    }
}

/// Compares types but for the nullability of what is nested and the names given to list items, which engines change freely.
fn same_shape(found: &DataType, expected: &DataType) -> bool {
    match (found, expected) {
        (DataType::List(found), DataType::List(expected)) => same_shape(found.data_type(), expected.data_type()),
        (DataType::Struct(found), DataType::Struct(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(f, e)| f.name() == e.name() && same_shape(f.data_type(), e.data_type()))
        }
        (DataType::Timestamp(found, _), DataType::Timestamp(expected, _)) => found == expected,
        _ => found == expected,
    }
}

pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
