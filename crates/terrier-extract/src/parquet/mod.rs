//! Parquet: row group by row group, only the columns that can hold something, through ranged reads.

mod regions;

use std::sync::Arc;

use arrow_schema::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use terrier_model::Reason;

use self::regions::Regions;
use crate::arrow::Batch;
use crate::context::{Context, Halt};
use crate::source::reason_of;
use crate::table::{BATCH_BYTES, BATCH_RECORDS};
use crate::{ReadAt, ReadError};

const TRAILER: u64 = 8;

/// Reads a file.
pub(crate) fn read(context: &mut Context<'_>, source: Arc<dyn ReadAt>) -> Result<(), Halt> {
    let regions = Regions::new(source);
    check_trailer(context, &regions)?;
    // The schema that Arrow's writers embed can only contradict Parquet's own.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(&regions, options).map_err(|error| failure(&error))?;
    let parquet = Arc::clone(metadata.metadata());
    context.set_records_total(u64::try_from(parquet.file_metadata().num_rows()).map_err(|_| Reason::Damaged)?);
    let leaves = wanted_leaves(&parquet);
    let mut batch = Batch::default();
    for index in 0..parquet.num_row_groups() {
        match read_row_group(context, &regions, &metadata, index, &leaves, &mut batch) {
            // The other row groups are whole.
            Err(Halt::Because(reason @ (Reason::Damaged | Reason::Encrypted | Reason::UnsupportedFormat))) => context.miss(reason),
            result => result?,
        }
    }
    Ok(())
}

/// Looks at the last bytes before a parser does: an encrypted footer, a footer that cannot be.
fn check_trailer(context: &Context<'_>, regions: &Regions) -> Result<(), Halt> {
    let at = regions.len().checked_sub(TRAILER).ok_or(Reason::Damaged)?;
    let trailer = regions.get_bytes(at, TRAILER as usize).map_err(|error| failure(&error))?;
    let len = u64::from(u32::from_le_bytes([trailer[0], trailer[1], trailer[2], trailer[3]]));
    match &trailer[4..] {
        b"PARE" => Err(Reason::Encrypted.into()),
        b"PAR1" if len <= at && len <= context.limits.buffered_bytes => Ok(()),
        b"PAR1" if len <= at => Err(Reason::MemoryLimit.into()),
        _ => Err(Reason::Damaged.into()),
    }
}

/// Returns the leaf columns that can hold something: all but booleans.
fn wanted_leaves(metadata: &ParquetMetaData) -> Vec<usize> {
    let schema = metadata.file_metadata().schema_descr();
    (0..schema.num_columns()).filter(|leaf| schema.column(*leaf).physical_type() != Type::BOOLEAN).collect()
}

fn read_row_group(
    context: &mut Context<'_>,
    regions: &Regions,
    metadata: &ArrowReaderMetadata,
    index: usize,
    leaves: &[usize],
    batch: &mut Batch,
) -> Result<(), Halt> {
    let parquet = metadata.metadata();
    let group = parquet.row_group(index);
    if group.num_rows() <= 0 {
        return Ok(());
    }
    regions.set(leaves.iter().map(|leaf| group.column(*leaf).byte_range()));
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(regions.clone(), metadata.clone())
        .with_row_groups(vec![index])
        .with_projection(ProjectionMask::leaves(parquet.file_metadata().schema_descr(), leaves.iter().copied()))
        .with_batch_size(rows_per_batch(group, leaves))
        .build()
        .map_err(|error| failure(&error))?;
    for rows in reader {
        let rows = rows.map_err(|error| arrow_failure(&error))?;
        let bytes = batch.fill(&rows)?;
        context.budget.spend_decoded(bytes)?;
        context.records(&batch.records)?;
        batch.next();
    }
    Ok(())
}

/// Returns how many rows make a batch of the usual size, by what the row group says of its own.
fn rows_per_batch(group: &RowGroupMetaData, leaves: &[usize]) -> usize {
    let bytes: i64 = leaves.iter().map(|leaf| group.column(*leaf).uncompressed_size().max(0)).fold(0, i64::saturating_add);
    let per_row = (bytes / group.num_rows().max(1)).max(1);
    usize::try_from(BATCH_BYTES as i64 / per_row).unwrap_or(1).clamp(1, BATCH_RECORDS as usize)
}

fn failure(error: &ParquetError) -> Halt {
    match error {
        ParquetError::External(source) => source.downcast_ref::<ReadError>().map_or(Reason::Damaged, |read| read.reason),
        ParquetError::NYI(_) => Reason::UnsupportedFormat,
        _ => Reason::Damaged,
    }
    .into()
}

fn arrow_failure(error: &ArrowError) -> Halt {
    match error {
        ArrowError::IoError(_, source) => reason_of(source),
        ArrowError::ExternalError(source) => match source.downcast_ref::<ParquetError>() {
            Some(error) => return failure(error),
            None => source.downcast_ref::<ReadError>().map_or(Reason::Damaged, |read| read.reason),
        },
        ArrowError::NotYetImplemented(_) => Reason::UnsupportedFormat,
        _ => Reason::Damaged,
    }
    .into()
}
