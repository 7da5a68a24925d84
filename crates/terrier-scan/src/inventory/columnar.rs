//! Inventories in Parquet and ORC: columns by name, keys as they are.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Row;

/// The libraries may panic on what is damaged.
const DAMAGED: &str = "is damaged";

pub(super) fn read_parquet(content: Bytes, take: &mut impl FnMut(Row)) -> Result<(), String> {
    guarded(|| {
        let reader = ParquetRecordBatchReaderBuilder::try_new(content).and_then(|builder| builder.build());
        for batch in reader.map_err(|_| DAMAGED)? {
            read_batch(&batch.map_err(|_| DAMAGED)?, take)?;
        }
        Ok(())
    })
}

pub(super) fn read_orc(content: Bytes, take: &mut impl FnMut(Row)) -> Result<(), String> {
    guarded(|| {
        let reader = orc_rust::ArrowReaderBuilder::try_new(content).map_err(|_| DAMAGED)?.build();
        for batch in reader {
            read_batch(&batch.map_err(|_| DAMAGED)?, take)?;
        }
        Ok(())
    })
}

fn guarded(read: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(DAMAGED.to_owned()))
}

fn read_batch(batch: &RecordBatch, take: &mut impl FnMut(Row)) -> Result<(), String> {
    let key = texts(batch, "key")?.ok_or("has no column `key`")?;
    let (etag, storage_class) = (texts(batch, "e_tag")?, texts(batch, "storage_class")?);
    let size = column(batch, "size", &DataType::Int64)?.map(|column| column.as_primitive::<Int64Type>().clone());
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    let modified = column(batch, "last_modified_date", &time)?.map(|column| column.as_primitive::<TimestampMicrosecondType>().clone());
    let (is_latest, is_delete_marker) = (flags(batch, "is_latest")?, flags(batch, "is_delete_marker")?);
    for row in 0..batch.num_rows() {
        if key.is_null(row) {
            return Err("has a row without a key".to_owned());
        }
        let number = |column: &Option<Int64Array>| column.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row));
        let text =
            |column: &Option<StringArray>| column.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row).to_owned());
        let flag = |column: &Option<BooleanArray>, unless: bool| {
            column.as_ref().filter(|column| column.is_valid(row)).map_or(unless, |column| column.value(row))
        };
        take(Row {
            key: key.value(row).as_bytes().to_vec(),
            size: number(&size).and_then(|size| u64::try_from(size).ok()),
            modified: modified.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row)),
            etag: text(&etag),
            storage_class: text(&storage_class),
            is_current: flag(&is_latest, true) && !flag(&is_delete_marker, false),
        });
    }
    Ok(())
}

/// A column as the type that is wanted, whatever the writer chose; `None` where the inventory was set up without it.
fn column(batch: &RecordBatch, name: &str, wanted: &DataType) -> Result<Option<ArrayRef>, String> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    cast(column, wanted).map(Some).map_err(|_| format!("has a column `{name}` of another type"))
}

fn texts(batch: &RecordBatch, name: &str) -> Result<Option<StringArray>, String> {
    Ok(column(batch, name, &DataType::Utf8)?.map(|column| column.as_string::<i32>().clone()))
}

fn flags(batch: &RecordBatch, name: &str) -> Result<Option<BooleanArray>, String> {
    Ok(column(batch, name, &DataType::Boolean)?.map(|column| column.as_boolean().clone()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{TimestampMillisecondArray, TimestampNanosecondArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn batch(modified: ArrayRef) -> RecordBatch {
        let columns: [(&str, ArrayRef); 6] = [
            ("bucket", Arc::new(StringArray::from(vec!["b", "b"]))),
            ("key", Arc::new(StringArray::from(vec!["a b+%2F", "gone"]))),
            ("is_delete_marker", Arc::new(BooleanArray::from(vec![false, true]))),
            ("size", Arc::new(Int64Array::from(vec![Some(12), None]))),
            ("last_modified_date", modified),
            ("e_tag", Arc::new(StringArray::from(vec![Some("0badcafe"), None]))),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
    }

    fn check(read: impl FnOnce(Bytes, &mut dyn FnMut(Row)) -> Result<(), String>, content: Vec<u8>) {
        let mut rows = Vec::new();
        read(content.into(), &mut |row| rows.push(row)).unwrap();
        let expected = Row {
            key: b"a b+%2F".to_vec(),
            size: Some(12),
            modified: Some(1_767_323_045_000_000),
            etag: Some("0badcafe".to_owned()),
            storage_class: None,
            is_current: true,
        };
        assert_eq!(rows[0], expected);
        assert!(!rows[1].is_current);
    }

    #[test]
    fn parquet_is_read() {
        let batch = batch(Arc::new(TimestampMillisecondArray::from(vec![Some(1_767_323_045_000), None])));
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        check(|content, mut take| read_parquet(content, &mut take), writer.into_inner().unwrap());
    }

    #[test]
    fn orc_is_read() {
        let batch = batch(Arc::new(TimestampNanosecondArray::from(vec![Some(1_767_323_045_000_000_000), None])));
        let mut content = Vec::new();
        let mut writer = orc_rust::ArrowWriterBuilder::new(&mut content, batch.schema()).try_build().unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        check(|content, mut take| read_orc(content, &mut take), content);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let refused = |content: &'static [u8]| {
            let parquet = read_parquet(Bytes::from_static(content), &mut |_| {});
            let orc = read_orc(Bytes::from_static(content), &mut |_| {});
            assert_eq!((parquet, orc), (Err(DAMAGED.to_owned()), Err(DAMAGED.to_owned())));
        };
        refused(b"");
        refused(b"PAR1PAR1");
        refused(b"ORC\x00\x03ORC\x03");
    }
}
