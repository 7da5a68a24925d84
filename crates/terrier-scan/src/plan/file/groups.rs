//! Some row groups of a Parquet file: a process that runs a part of a plan fetches these, and not the files that they are in.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::{PlanFileError, failed, unreadable};

/// Where the footer of a file with a hundred row groups of eight columns most likely lies.
const FOOTER: u64 = 128 << 10;

/// A file of which only some row groups are at hand.
#[derive(Clone)]
pub(super) struct Groups {
    file: Sparse,
    metadata: ArrowReaderMetadata,
}

/// The parts of a file that were fetched, by where they begin.
#[derive(Clone)]
struct Sparse {
    size: u64,
    parts: Vec<(u64, Bytes)>,
}

impl Groups {
    /// Fetches row groups of a file, which has the name `name` in the plan.
    pub(super) async fn fetch(store: &dyn ObjectStore, path: &Path, name: &str, groups: &[usize]) -> Result<Self, PlanFileError> {
        let wrong = |error: ParquetError| unreadable(name, error);
        let suffix = GetOptions { range: Some(GetRange::Suffix(FOOTER)), ..GetOptions::default() };
        let found = store.get_opts(path, suffix).await.map_err(failed("read", name))?;
        let size = found.meta.size;
        let mut footer = found.bytes().await.map_err(failed("read", name))?;
        let mut reader = ParquetMetaDataReader::new();
        match reader.try_parse_sized(&footer, size) {
            Ok(()) => {}
            Err(ParquetError::NeedMoreData(needed)) => {
                let from = size.saturating_sub(needed as u64);
                footer = store.get_range(path, from..size).await.map_err(failed("read", name))?;
                reader.try_parse_sized(&footer, size).map_err(wrong)?;
            }
            Err(error) => return Err(wrong(error)),
        }
        let metadata = Arc::new(reader.finish().map_err(wrong)?);
        let mut ranges = Vec::with_capacity(groups.len());
        for group in groups {
            let range = metadata.row_groups().get(*group).and_then(range_of).filter(|range| range.end <= size);
            ranges.push(range.ok_or_else(|| unreadable(name, "a row group is missing"))?);
        }
        let fetched = store.get_ranges(path, &ranges).await.map_err(failed("read", name))?;
        let parts = ranges.into_iter().map(|range| range.start).zip(fetched).collect();
        let metadata = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::default()).map_err(wrong)?;
        Ok(Self { file: Sparse { size, parts }, metadata })
    }

    /// Reads one of the row groups that were fetched.
    pub(super) fn reader(&self, group: usize) -> Result<ParquetRecordBatchReader, ParquetError> {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        builder.with_row_groups(vec![group]).build()
    }
}

/// The bytes of a row group; `None` where its metadata make no sense.
fn range_of(group: &RowGroupMetaData) -> Option<Range<u64>> {
    let ranges = group.columns().iter().map(|column| {
        let start = u64::try_from(column.dictionary_page_offset().unwrap_or(column.data_page_offset())).ok()?;
        Some(start..start.checked_add(u64::try_from(column.compressed_size()).ok()?)?)
    });
    let ranges: Vec<Range<u64>> = ranges.collect::<Option<_>>()?;
    Some(ranges.iter().map(|range| range.start).min()?..ranges.iter().map(|range| range.end).max()?)
}

impl Length for Sparse {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Sparse {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        self.from(start).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let rest = self.from(start)?;
        if length <= rest.len() { Ok(rest.slice(..length)) } else { Err(not_fetched()) }
    }
}

impl Sparse {
    /// What was fetched from a place on.
    fn from(&self, start: u64) -> Result<Bytes, ParquetError> {
        let within = |(begin, part): &&(u64, Bytes)| (*begin..*begin + part.len() as u64).contains(&start);
        let (begin, part) = self.parts.iter().find(within).ok_or_else(not_fetched)?;
        Ok(part.slice((start - begin) as usize..))
    }
}

fn not_fetched() -> ParquetError {
    ParquetError::General("a part is asked for that was not fetched".to_owned())
}
