//! A large asset, read as the extractor asks for it.
//!
//! Formats read in two ways: from front to end (text, gzip), or here and there (Parquet, zip). A read that goes on where the
//! one before ended, twice in a row, turns into a stream with a queue ahead of the reader; any other read is a range of its
//! own, a little longer than asked where the ask is small.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::StreamExt;
use terrier_extract::{ReadAt, ReadError};
use terrier_model::{AssetRef, Reason};
use terrier_stores::{ReadPlan, Store};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::Progress;

/// The least that a range asks for.
const SMALLEST_RANGE: u64 = 64 << 10;

/// Chunks of a stream are queued up to this many bytes.
const QUEUE_BYTES: usize = 4 << 20;

/// What one place in the queue is reckoned at; longer chunks are cut.
const CHUNK: usize = 256 << 10;

/// Continued reads before a stream is opened.
const STREAM_AFTER: u32 = 2;

/// Reads an asset by ranges, and by one stream where the reader goes straight on.
pub(crate) struct RangedSource {
    store: Arc<dyn Store>,
    asset: AssetRef,
    runtime: Handle,
    progress: Arc<Progress>,
    state: Mutex<State>,
}

struct State {
    /// The bytes fetched last, and where they begin.
    block: Bytes,
    block_start: u64,
    stream: Option<mpsc::Receiver<Result<Bytes, Reason>>>,
    continued: u32,
    /// How far the progress display has been told.
    told: u64,
    hasher: Option<blake3::Hasher>,
    hashed: u64,
}

impl RangedSource {
    /// Must be called inside the runtime whose threads will do the waiting.
    pub(super) fn new(store: Arc<dyn Store>, asset: AssetRef, hasher: Option<blake3::Hasher>, progress: Arc<Progress>) -> Self {
        let state = State { block: Bytes::new(), block_start: 0, stream: None, continued: 0, told: 0, hasher, hashed: 0 };
        Self { store, asset, runtime: Handle::current(), progress, state: Mutex::new(state) }
    }

    pub(super) fn hash(self) -> Option<String> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.progress.read(self.asset.size.saturating_sub(state.told));
        (state.hashed == self.asset.size).then_some(state.hasher)?.map(|hasher| hasher.finalize().to_hex()[..32].to_owned())
    }

    /// Makes the block hold `offset`, which lies before the asset's end.
    fn fill(&self, state: &mut State, offset: u64, wanted: u64) -> Result<(), Reason> {
        let block_end = state.block_start + state.block.len() as u64;
        if offset != block_end || state.block.is_empty() && offset != 0 {
            state.stream = None;
            state.continued = 0;
        } else if state.stream.is_none() {
            state.continued += 1;
            if state.continued >= STREAM_AFTER {
                state.stream = Some(self.stream_from(offset));
            }
        }
        let block = match &mut state.stream {
            Some(stream) => stream.blocking_recv().unwrap_or(Err(Reason::ReadFailed))?,
            None => self.runtime.block_on(self.range(self.range_at(offset, wanted)))?,
        };
        if block.is_empty() {
            return Err(Reason::ReadFailed);
        }
        state.block = block;
        state.block_start = offset;
        self.account(state);
        Ok(())
    }

    fn account(&self, state: &mut State) {
        let end = state.block_start + state.block.len() as u64;
        if state.block_start == state.hashed
            && let Some(hasher) = &mut state.hasher
        {
            hasher.update(&state.block);
            state.hashed = end;
        }
        if end > state.told {
            let news = end.min(self.asset.size) - state.told.max(state.block_start);
            self.progress.read(news);
            state.told = state.told.max(state.block_start) + news;
        }
    }

    fn range_at(&self, offset: u64, wanted: u64) -> Range<u64> {
        offset..(offset + wanted.clamp(SMALLEST_RANGE, super::WINDOW / 2)).min(self.asset.size)
    }

    async fn range(&self, range: Range<u64>) -> Result<Bytes, Reason> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let body = self.store.open(&self.asset, &ReadPlan { range: Some(range.clone()) }).await.map_err(|error| error.reason())?;
        let mut chunks = body.bytes;
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| error.reason())?);
            if bytes.len() as u64 > range.end - range.start {
                return Err(Reason::ReadFailed);
            }
        }
        Ok(bytes.into())
    }

    fn stream_from(&self, offset: u64) -> mpsc::Receiver<Result<Bytes, Reason>> {
        let (sender, receiver) = mpsc::channel(QUEUE_BYTES / CHUNK);
        let (store, asset) = (Arc::clone(&self.store), self.asset.clone());
        self.runtime.spawn(async move {
            let range = Some(offset..asset.size);
            let mut chunks = match store.open(&asset, &ReadPlan { range }).await {
                Ok(body) => body.bytes,
                Err(error) => {
                    let _ = sender.send(Err(error.reason())).await;
                    return;
                }
            };
            while let Some(chunk) = chunks.next().await {
                let mut chunk = match chunk {
                    Ok(chunk) => chunk,
                    Err(error) => {
                        let _ = sender.send(Err(error.reason())).await;
                        return;
                    }
                };
                while !chunk.is_empty() {
                    let piece = chunk.split_to(chunk.len().min(CHUNK));
                    if sender.send(Ok(piece)).await.is_err() {
                        return;
                    }
                }
            }
        });
        receiver
    }
}

impl ReadAt for RangedSource {
    fn size(&self) -> u64 {
        self.asset.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if offset >= self.asset.size || buffer.is_empty() {
            return Ok(0);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let held = state.block_start..state.block_start + state.block.len() as u64;
        if !held.contains(&offset) {
            self.fill(&mut state, offset, buffer.len() as u64).map_err(|reason| ReadError { reason })?;
        }
        let rest = &state.block[(offset - state.block_start) as usize..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}
