//! ORC: stripe by stripe; a broken stripe costs its rows.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use orc_rust::ArrowReaderBuilder;
use orc_rust::arrow_reader::ArrowReader;
use orc_rust::reader::ChunkReader;
use terrier_model::Reason;

use crate::arrow::Batch;
use crate::context::{Context, Halt};
use crate::quiet;
use crate::stream::read_exact_at;
use crate::table::{BATCH_BYTES, BATCH_RECORDS};
use crate::{ReadAt, ReadError};

/// What a batch may take: dictionaries make much from little.
const MAX_BATCH: usize = 16 * BATCH_BYTES;

/// Reads a file.
pub(crate) fn read(context: &mut Context<'_>, source: &Arc<dyn ReadAt>) -> Result<(), Halt> {
    let ranges = Ranges::new(source, context.limits.buffered_bytes);
    let metadata = guarded(|| open(&ranges, 0)).map_err(|halt| ranges.explain(halt))?;
    let metadata = metadata.file_metadata();
    context.set_records_total(metadata.number_of_rows());
    // A stripe's rows are those up to here; the library tells where a stripe begins in the file only.
    let mut ends = 0_u64;
    let stripes: Vec<(u64, u64)> = metadata
        .stripe_metadatas()
        .iter()
        .map(|stripe| {
            ends = ends.saturating_add(stripe.number_of_rows());
            (stripe.offset(), ends)
        })
        .collect();
    let mut batch = Batch::limited(MAX_BATCH);
    let mut at = 0;
    while let Some((start, _)) = stripes.get(at) {
        let read_before = at.checked_sub(1).map_or(0, |before| stripes[before].1);
        let mut reader = guarded(|| open(&ranges, usize::try_from(*start).map_err(|_| Reason::Damaged)?))?.build();
        let mut read = read_before;
        match read_rows(context, &mut reader, &mut batch, &mut read).map_err(|halt| ranges.explain(halt)) {
            // The stripes behind the broken one are whole.
            Err(Halt::Because(reason @ (Reason::Damaged | Reason::UnsupportedFormat | Reason::MemoryLimit))) => {
                batch.next();
                context.miss(reason);
                at += 1 + stripes[at..].iter().take_while(|(_, end)| *end <= read).count();
            }
            result => return result,
        }
    }
    Ok(())
}

type Builder = ArrowReaderBuilder<Ranges>;

/// Opens the file from the stripe on that begins at `start`.
fn open(ranges: &Ranges, start: usize) -> Result<Builder, Halt> {
    let builder = Builder::try_new(ranges.clone()).map_err(|_| Reason::Damaged)?;
    Ok(builder.with_batch_size(BATCH_RECORDS as usize).with_file_byte_range(start..usize::MAX))
}

fn read_rows(context: &mut Context<'_>, reader: &mut ArrowReader<Ranges>, batch: &mut Batch, read: &mut u64) -> Result<(), Halt> {
    while let Some(rows) = guarded(|| Ok(reader.next()))? {
        let rows = rows.map_err(|_| Reason::Damaged)?;
        let mut most = rows.num_rows();
        let mut at = 0;
        while at < rows.num_rows() {
            let count = most.min(rows.num_rows() - at);
            let part = rows.slice(at, count);
            match guarded(|| batch.fill(&part)) {
                Ok(bytes) => {
                    context.budget.spend_decoded(bytes)?;
                    context.records(&batch.records)?;
                    at += count;
                }
                Err(Halt::Because(Reason::MemoryLimit)) if count > 1 => most = count / 2,
                Err(halt) => return Err(halt),
            }
            batch.next();
        }
        *read = read.saturating_add(rows.num_rows() as u64);
    }
    Ok(())
}

/// Calls the library, which panics on some of what it does not take: that is damage.
fn guarded<T>(call: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    quiet::catch(call).unwrap_or_else(|_| Err(Reason::Damaged.into()))
}

/// The source as the library sees it. What it asks for is held to the file's size and to a limit.
#[derive(Clone)]
struct Ranges {
    source: Arc<dyn ReadAt>,
    limit: u64,
    /// Why a read failed; the library's errors do not tell.
    failure: Arc<OnceLock<Reason>>,
}

impl Ranges {
    fn new(source: &Arc<dyn ReadAt>, limit: u64) -> Self {
        Self { source: Arc::clone(source), limit, failure: Arc::default() }
    }

    /// Replaces damage by the reason for which a read failed.
    fn explain(&self, halt: Halt) -> Halt {
        match (halt, self.failure.get()) {
            (Halt::Because(Reason::Damaged), Some(reason)) => (*reason).into(),
            (halt, _) => halt,
        }
    }

    fn fail(&self, error: ReadError) -> io::Error {
        let _ = self.failure.set(error.reason);
        error.into()
    }
}

impl ChunkReader for Ranges {
    type T = RangeRead;

    fn len(&self) -> u64 {
        self.source.size()
    }

    fn get_read(&self, offset: u64) -> io::Result<Self::T> {
        Ok(RangeRead { ranges: self.clone(), offset })
    }

    fn get_bytes(&self, offset: u64, length: u64) -> io::Result<Bytes> {
        if offset.checked_add(length).is_none_or(|end| end > self.source.size()) {
            return Err(ReadError::new(Reason::Damaged).into());
        }
        if length > self.limit {
            return Err(self.fail(ReadError::new(Reason::MemoryLimit)));
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| ReadError::new(Reason::MemoryLimit))?];
        read_exact_at(&*self.source, offset, &mut bytes).map_err(|error| self.fail(error))?;
        Ok(bytes.into())
    }
}

/// Reads on from an offset.
struct RangeRead {
    ranges: Ranges,
    offset: u64,
}

impl Read for RangeRead {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.ranges.source.read_at(self.offset, buf).map_err(|error| self.ranges.fail(error))?;
        self.offset += read as u64;
        Ok(read)
    }
}
