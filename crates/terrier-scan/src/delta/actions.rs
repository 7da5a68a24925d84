//! What a log says of files: added, removed.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_cast::cast;
use arrow_schema::DataType;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Deserialize;

use super::LogError;

/// Paths of a checkpoint, decompressed, in bytes: some five million files.
const MOST_BYTES: i64 = 1 << 30;

/// The last that was said of each file.
#[derive(Debug, Default)]
pub(super) struct Actions(HashMap<String, bool>);

impl Actions {
    /// Returns the paths, as the log writes them, of files that are removed and were not added again.
    pub(super) fn removed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, is_live)| !**is_live).map(|(path, _)| path.as_str())
    }
}

#[derive(Deserialize)]
struct Line {
    add: Option<File>,
    remove: Option<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
}

/// Takes the actions of a version.
pub(super) fn read_commit(content: &[u8], actions: &mut Actions) -> Result<(), LogError> {
    for line in content.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        let Line { add, remove } = serde_json::from_slice(line).map_err(|_| LogError::Damaged)?;
        actions.0.extend(remove.map(|file| (file.path, false)));
        actions.0.extend(add.map(|file| (file.path, true)));
    }
    Ok(())
}

/// Takes a part of a checkpoint.
pub(super) fn read_checkpoint(content: Bytes, actions: &mut Actions) -> Result<(), LogError> {
    // The library may panic on what is damaged.
    catch_unwind(AssertUnwindSafe(|| read_parquet(content, actions))).unwrap_or(Err(LogError::Damaged))
}

fn read_parquet(content: Bytes, actions: &mut Actions) -> Result<(), LogError> {
    let damaged = |_| LogError::Damaged;
    let builder = ParquetRecordBatchReaderBuilder::try_new(content).map_err(damaged)?;
    let leaves: Vec<usize> = (0..builder.parquet_schema().num_columns())
        .filter(|leaf| matches!(builder.parquet_schema().column(*leaf).path().string().as_str(), "add.path" | "remove.path"))
        .collect();
    let size_of =
        |leaf: &usize| -> i64 { builder.metadata().row_groups().iter().map(|group| group.column(*leaf).uncompressed_size()).sum() };
    if leaves.iter().map(size_of).sum::<i64>() > MOST_BYTES {
        return Err(LogError::TooLarge);
    }
    let mask = ProjectionMask::leaves(builder.parquet_schema(), leaves);
    let reader = builder.with_projection(mask).build().map_err(damaged)?;
    for batch in reader {
        let batch = batch.map_err(|_| LogError::Damaged)?;
        for (name, is_live) in [("remove", false), ("add", true)] {
            let Some(action) = batch.column_by_name(name).and_then(|column| column.as_struct_opt()) else { continue };
            let Some(paths) = action.column_by_name("path") else { continue };
            let paths = cast(paths, &DataType::Utf8).map_err(|_| LogError::Damaged)?;
            let paths = paths.as_string::<i32>();
            // A row of another action is null as a whole, whatever its parts say.
            let rows = (0..paths.len()).filter(|row| action.is_valid(*row) && paths.is_valid(*row));
            actions.0.extend(rows.map(|row| (paths.value(row).to_owned(), is_live)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray, StructArray};
    use arrow_schema::{Field, Fields};
    use parquet::arrow::ArrowWriter;
    use proptest::prelude::*;

    use super::*;

    fn removed(actions: &Actions) -> Vec<&str> {
        let mut removed: Vec<&str> = actions.removed().collect();
        removed.sort_unstable();
        removed
    }

    #[test]
    fn the_last_that_is_said_of_a_file_holds() {
        let mut actions = Actions::default();
        let first = r#"{"commitInfo":{"operation":"WRITE"}}
            {"protocol":{"minReaderVersion":1}}
            {"add":{"path":"a.parquet","size":1,"partitionValues":{}}}
            {"add":{"path":"b.parquet"}}"#;
        read_commit(first.as_bytes(), &mut actions).unwrap();
        assert_eq!(removed(&actions), [""; 0]);
        let second = b"{\"remove\":{\"path\":\"a.parquet\",\"dataChange\":true}}\n\n{\"remove\":{\"path\":\"b.parquet\"}}\n";
        read_commit(second, &mut actions).unwrap();
        assert_eq!(removed(&actions), ["a.parquet", "b.parquet"]);
        // A deletion vector is set by removing a file and adding it again.
        read_commit(b"{\"remove\":{\"path\":\"b.parquet\"}}\n{\"add\":{\"path\":\"b.parquet\"}}", &mut actions).unwrap();
        assert_eq!(removed(&actions), ["a.parquet"]);
        assert_eq!(read_commit(b"{\"add\":", &mut actions), Err(LogError::Damaged));
    }

    fn checkpoint(add: Vec<Option<&str>>, remove: Vec<Option<&str>>) -> Bytes {
        let action = |paths: Vec<Option<&str>>| -> ArrayRef {
            let nulls = paths.iter().map(Option::is_some).collect::<Vec<_>>().into();
            let fields = Fields::from(vec![Field::new("path", DataType::Utf8, true)]);
            Arc::new(StructArray::new(fields, vec![Arc::new(StringArray::from(paths)) as ArrayRef], Some(nulls)))
        };
        let batch = RecordBatch::try_from_iter_with_nullable([("add", action(add), true), ("remove", action(remove), true)]).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap().into()
    }

    #[test]
    fn checkpoints_sum_up() {
        let mut actions = Actions::default();
        let content = checkpoint(vec![Some("live.parquet"), None, None], vec![None, Some("dead.parquet"), None]);
        read_checkpoint(content, &mut actions).unwrap();
        assert_eq!(removed(&actions), ["dead.parquet"]);
    }

    proptest! {
        #[test]
        fn damaged_checkpoints_do_not_panic(at in 0..600_usize, byte in any::<u8>()) {
            let mut content = checkpoint(vec![Some("a"), None], vec![None, Some("b")]).to_vec();
            let at = at % content.len();
            content[at] = byte;
            let _ = read_checkpoint(content.into(), &mut Actions::default());
        }
    }
}
