use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use terrier_model::{AssetRef, StoreId, StoreKind};

use crate::StoreError;
use crate::preflight::Preflight;
use crate::rows::{RowBody, RowPiece};
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};

/// Counts what a store is asked for and how many bytes it gave.
///
/// Counted is what a service bills: each page of a listing, each successful or refused opening, each request that resumed a body.
/// Attempts that a connector repeated because the service failed (5xx) are not billed and not counted.
pub struct Meter {
    inner: Arc<dyn Store>,
    usage: Arc<Usage>,
}

/// The counters of a [`Meter`]. They only grow.
#[derive(Debug, Default)]
pub struct Usage {
    list: AtomicU64,
    get: AtomicU64,
    other: AtomicU64,
    bytes: AtomicU64,
}

impl Usage {
    /// Returns how many listing requests were made.
    pub fn list_requests(&self) -> u64 {
        self.list.load(Ordering::Relaxed)
    }

    /// Returns how many reading requests were made.
    pub fn get_requests(&self) -> u64 {
        self.get.load(Ordering::Relaxed)
    }

    /// Returns how many other requests were made.
    pub fn other_requests(&self) -> u64 {
        self.other.load(Ordering::Relaxed)
    }

    /// Returns how many requests were made in all.
    pub fn requests(&self) -> u64 {
        self.list_requests() + self.get_requests() + self.other_requests()
    }

    /// Returns how many bytes of content came back.
    pub fn bytes_read(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

impl Meter {
    /// Wraps a store.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, usage: Arc::default() }
    }

    /// Returns the counters, which go on counting.
    pub fn usage(&self) -> Arc<Usage> {
        Arc::clone(&self.usage)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for Meter {
    fn id(&self) -> &StoreId {
        self.inner.id()
    }

    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        add(&self.usage.other, 1);
        self.inner.preflight(scope).await
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        add(&self.usage.list, 1);
        self.inner.shards(scope).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        self.inner.list(shard, from).inspect(|_| add(&self.usage.list, 1)).boxed()
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        let opened = self.inner.open(asset, plan).await;
        let Ok(body) = opened else {
            add(&self.usage.get, 1);
            return opened;
        };
        let Body { bytes, len, requests } = body;
        add(&self.usage.get, requests.take());
        let (usage, counted) = (self.usage(), requests.clone());
        let bytes = bytes.inspect(move |item| {
            add(&usage.get, counted.take());
            add(&usage.bytes, item.as_ref().map_or(0, |chunk| chunk.len() as u64));
        });
        Ok(Body { bytes: bytes.boxed(), len, requests })
    }
    async fn open_rows(&self, table: &AssetRef) -> Result<RowBody, StoreError> {
        let opened = self.inner.open_rows(table).await;
        let Ok(RowBody { pieces, estimate, requests }) = opened else {
            add(&self.usage.get, 1);
            return opened;
        };
        add(&self.usage.get, requests.take());
        let (usage, counted) = (self.usage(), requests.clone());
        let pieces = pieces.inspect(move |piece| {
            add(&usage.get, counted.take());
            if let Ok(RowPiece::Batch(batch)) = piece {
                add(&usage.bytes, batch.byte_len() as u64);
            }
        });
        Ok(RowBody { pieces: pieces.boxed(), estimate, requests })
    }
}
