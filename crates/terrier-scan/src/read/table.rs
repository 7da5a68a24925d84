use std::sync::Arc;

use futures::StreamExt;
use futures::stream::BoxStream;
use terrier_extract::{NextRecords, ReadError, ReadRecords};
use terrier_model::AssetRef;
use terrier_stores::{RowPiece, Store, StoreError};
use tokio::runtime::Handle;

use crate::Progress;

/// A table, opened when its first rows are asked for: a server does not wait for readers that have other things to do.
pub(crate) struct TableSource {
    store: Arc<dyn Store>,
    table: AssetRef,
    runtime: Handle,
    progress: Arc<Progress>,
    opened: Option<Opened>,
    /// How far the progress display has been told.
    told: u64,
}

struct Opened {
    pieces: BoxStream<'static, Result<RowPiece, StoreError>>,
    estimate: Option<u64>,
}

impl TableSource {
    /// Must be called inside the runtime whose threads will do the waiting.
    pub(super) fn new(store: Arc<dyn Store>, table: AssetRef, progress: Arc<Progress>) -> Self {
        Self { store, table, runtime: Handle::current(), progress, opened: None, told: 0 }
    }

    pub(super) fn size(&self) -> u64 {
        self.table.size
    }

    /// Tells of so many bytes more, of the size that was listed at most.
    fn tell(&mut self, bytes: u64) {
        let news = bytes.min(self.table.size - self.told);
        self.progress.read(news);
        self.told += news;
    }
}

impl ReadRecords for TableSource {
    fn next(&mut self) -> Result<NextRecords, ReadError> {
        if self.opened.is_none() {
            let body = self.runtime.block_on(self.store.open_rows(&self.table)).map_err(|error| ReadError::new(error.reason()))?;
            self.opened = Some(Opened { pieces: body.pieces, estimate: body.estimate });
        }
        let opened = self.opened.as_mut().expect("it was opened a moment ago");
        match self.runtime.block_on(opened.pieces.next()) {
            None => Ok(NextRecords::End),
            Some(Err(error)) => Err(ReadError::new(error.reason())),
            Some(Ok(RowPiece::LeftOut(reason))) => Ok(NextRecords::LeftOut(reason)),
            Some(Ok(RowPiece::Batch(batch))) => {
                self.tell(batch.byte_len() as u64);
                Ok(NextRecords::Batch(batch))
            }
        }
    }

    fn estimate(&self) -> Option<u64> {
        self.opened.as_ref().and_then(|opened| opened.estimate)
    }
}

impl Drop for TableSource {
    fn drop(&mut self) {
        self.tell(u64::MAX);
    }
}
