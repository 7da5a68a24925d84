use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::{ColumnType, Table};

const VALID: &str = "all columns of a table have its length, and memory takes every write";

/// Writes a table as Parquet: zstd, row groups of 4,096 rows, whole numbers as 64-bit integers.
pub fn parquet(table: &Table) -> Vec<u8> {
    parquet_of_groups(table, 4096)
}

/// The same with row groups of another size.
pub(crate) fn parquet_of_groups(table: &Table, rows: usize) -> Vec<u8> {
    let types: Vec<ColumnType> = (0..table.headers.len()).map(|column| table.column_type(column)).collect();
    let fields: Vec<Field> = table.headers.iter().zip(&types).map(|(header, kind)| Field::new(header, data_type(*kind), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let columns = types.iter().enumerate().map(|(column, kind)| array(table, column, *kind)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect(VALID);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(rows))
        .set_created_by("terrier-sim".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).expect(VALID);
    writer.write(&batch).expect(VALID);
    writer.into_inner().expect(VALID)
}

fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
    }
}

fn array(table: &Table, column: usize, kind: ColumnType) -> ArrayRef {
    let values = table.rows.iter().map(|row| Some(row[column].as_str()).filter(|value| !value.is_empty()));
    match kind {
        ColumnType::Text => Arc::new(values.collect::<StringArray>()),
        ColumnType::Integer => Arc::new(values.map(|value| value?.parse().ok()).collect::<Int64Array>()),
    }
}
