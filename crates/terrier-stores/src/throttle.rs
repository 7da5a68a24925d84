use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use terrier_model::{AssetRef, StoreId, StoreKind};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::preflight::Preflight;
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};
use crate::{RowBody, StoreError};

/// Spaces requests evenly, over all stores that share it.
#[derive(Clone)]
pub struct Pace {
    interval: Duration,
    /// When the next request may go.
    next: Arc<Mutex<Option<Instant>>>,
}

impl Pace {
    /// Allows so many requests per second; at least one in an hour.
    pub fn per_second(requests: f64) -> Self {
        let seconds = if requests > 0.0 { (1.0 / requests).min(3600.0) } else { 3600.0 };
        Self { interval: Duration::from_secs_f64(seconds), next: Arc::default() }
    }

    /// Waits for a turn.
    async fn turn(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.interval);
        drop(next);
        tokio::time::sleep_until(turn).await;
    }
}

/// Holds a store to a [`Pace`]: each page of a listing, each opening and each preflight waits for its turn.
///
/// What a connector itself repeats, because the service failed or a body broke off, has waits of its own and is not held up here.
pub struct Throttle {
    inner: Arc<dyn Store>,
    pace: Pace,
}

impl Throttle {
    /// Wraps a store.
    pub fn new(inner: Arc<dyn Store>, pace: Pace) -> Self {
        Self { inner, pace }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for Throttle {
    fn id(&self) -> &StoreId {
        self.inner.id()
    }

    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        self.pace.turn().await;
        self.inner.preflight(scope).await
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        self.pace.turn().await;
        self.inner.shards(scope).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let pages = self.inner.list(shard, from);
        let paced = futures::stream::unfold((pages, false), move |(mut pages, over)| async move {
            // A last page needs no turn to find out that nothing follows it.
            if over {
                return None;
            }
            self.pace.turn().await;
            let page = pages.next().await?;
            let over = page.as_ref().is_ok_and(|page| page.next.is_none());
            Some((page, (pages, over)))
        });
        paced.boxed()
    }

    async fn open_rows(&self, table: &AssetRef) -> Result<RowBody, StoreError> {
        self.pace.turn().await;
        self.inner.open_rows(table).await
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        if !plan.bytes_of(asset.size).is_empty() {
            self.pace.turn().await;
        }
        self.inner.open(asset, plan).await
    }
}
