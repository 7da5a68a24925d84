//! A table's rows as one Parquet file, and back.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::Schema;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use terrier_model::Table;

use crate::FindingsError;
use crate::rows::TableRow;

/// Encodes rows as a Parquet file. Equal rows give equal bytes: nothing of the machine, the time or the process goes in.
pub(crate) fn encode<R: TableRow>(rows: &[R]) -> Result<Bytes, FindingsError> {
    let batch = R::encode(rows);
    let write = || -> Result<Vec<u8>, ParquetError> {
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties()))?;
        writer.write(&batch)?;
        writer.into_inner()
    };
    write().map(Bytes::from).map_err(|source| FindingsError::Encode { table: R::TABLE, source })
}

fn properties() -> WriterProperties {
    let level = ZstdLevel::try_new(3).expect("3 is a level of zstd");
    WriterProperties::builder().set_compression(Compression::ZSTD(level)).set_created_by("terrier".to_owned()).build()
}

/// Decodes all rows of a Parquet file of the results.
pub(crate) fn decode<R: TableRow>(path: &object_store::path::Path, file: Bytes) -> Result<Vec<R>, FindingsError> {
    let unreadable = |problem: String| FindingsError::Unreadable { path: path.to_string(), problem };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut rows = Vec::new();
    for batch in reader.map_err(|error| unreadable(error.to_string()))? {
        let batch = batch.map_err(|error| unreadable(error.to_string()))?;
        let decoded = R::decode(&with_later_columns(R::TABLE, &batch)).map_err(|error| match error {
            FindingsError::Unreadable { problem, .. } => unreadable(problem),
            other => other,
        })?;
        rows.extend(decoded);
    }
    Ok(rows)
}

/// Adds the columns that the table got after the file was written: a column that may be null is null there.
fn with_later_columns(table: Table, batch: &RecordBatch) -> RecordBatch {
    let schema = table.schema();
    let later = schema.fields().iter().filter(|field| field.is_nullable() && batch.column_by_name(field.name()).is_none());
    let (mut fields, mut columns) = (batch.schema().fields().to_vec(), batch.columns().to_vec());
    for field in later {
        fields.push(Arc::clone(field));
        columns.push(new_null_array(field.data_type(), batch.num_rows()));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).expect("columns of nulls fit to any batch")
}

/// Encodes a file without rows: it stands in for a table that a run has nothing for, so that a reader's glob always finds the schema.
pub(crate) fn empty_file(table: Table) -> Result<Bytes, FindingsError> {
    use terrier_model::{AssetRow, ColumnRow, CombinationRow, DatasetFindingRow, DatasetRow, FindingRow, FingerprintRow, RunRow, StoreRow};
    match table {
        Table::Runs => encode::<RunRow>(&[]),
        Table::Stores => encode::<StoreRow>(&[]),
        Table::Assets => encode::<AssetRow>(&[]),
        Table::Columns => encode::<ColumnRow>(&[]),
        Table::Findings => encode::<FindingRow>(&[]),
        Table::Combinations => encode::<CombinationRow>(&[]),
        Table::Fingerprints => encode::<FingerprintRow>(&[]),
        Table::Datasets => encode::<DatasetRow>(&[]),
        Table::DatasetFindings => encode::<DatasetFindingRow>(&[]),
    }
}
