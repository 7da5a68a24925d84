//! A store that lists exactly what an event tells of, and notes trouble that may pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use terrier_model::{AssetRef, StoreId, StoreKind};
use terrier_scan::Cancel;
use terrier_stores::{Body, Cursor, Entry, ErrorKind, ListShard, Page, Preflight, ReadPlan, RowBody, Scope, Store, StoreError};

/// Some objects of a store, in the place of its listing.
pub(super) struct ExactStore {
    inner: Arc<dyn Store>,
    entries: Vec<Entry>,
    trouble: Trouble,
}

/// Whether reading met trouble that may pass. It cancels the scan: what is committed is final, and another try may do better.
#[derive(Clone)]
pub(super) struct Trouble {
    met: Arc<AtomicBool>,
    cancel: Cancel,
}

impl Trouble {
    pub(super) fn new(cancel: Cancel) -> Self {
        Self { met: Arc::default(), cancel }
    }

    pub(super) fn was_met(&self) -> bool {
        self.met.load(Ordering::Relaxed)
    }

    fn note(&self, error: StoreError) -> StoreError {
        if matches!(error.kind(), ErrorKind::Transient | ErrorKind::Throttled { .. } | ErrorKind::Fatal) {
            self.met.store(true, Ordering::Relaxed);
            self.cancel.cancel();
        }
        error
    }
}

impl ExactStore {
    pub(super) fn new(inner: Arc<dyn Store>, entries: Vec<Entry>, trouble: Trouble) -> Self {
        Self { inner, entries, trouble }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for ExactStore {
    fn id(&self) -> &StoreId {
        self.inner.id()
    }

    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        self.inner.preflight(scope).await
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        Ok(vec![ListShard::whole(scope)])
    }

    fn list(&self, _shard: &ListShard, _from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let page = Page { entries: self.entries.clone(), next: None };
        stream::once(async move { Ok(page) }).boxed()
    }

    async fn open_rows(&self, table: &AssetRef) -> Result<RowBody, StoreError> {
        self.inner.open_rows(table).await
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        let mut body = self.inner.open(asset, plan).await.map_err(|error| self.trouble.note(error))?;
        let trouble = self.trouble.clone();
        body.bytes = body.bytes.map(move |chunk| chunk.map_err(|error| trouble.note(error))).boxed();
        Ok(body)
    }
}

/// Looks up what a store has under a key now.
pub(super) async fn find(store: &dyn Store, key: &[u8]) -> Result<Option<Entry>, StoreError> {
    let only = ListShard { prefix: key.to_vec(), after: None, up_to: Some(key.to_vec()) };
    let mut pages = store.list(&only, None);
    while let Some(page) = pages.next().await {
        if let Some(entry) = page?.entries.into_iter().find(|entry| entry.asset.key.expose() == key) {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}
