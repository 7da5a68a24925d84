//! Places that tests can fill, and short ways to ask a store.

use std::cmp::Ordering;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use terrier_model::{AssetKey, AssetRef};
use terrier_stores::{ConnectOptions, Cursor, Entry, ListShard, Page, ReadPlan, Scope, Store, StoreError, Target, connect};

/// A folder or a bucket, empty at first.
pub(crate) trait Place {
    /// Writes or overwrites.
    fn put(&self, key: &[u8], content: &[u8]);
    fn delete(&self, key: &[u8]);
    /// Tells whether the place can hold a key at all.
    fn can_hold(&self, key: &[u8]) -> bool;
    /// Tells whether the server bears a listing that begins after a key.
    fn can_resume_after(&self, _key: &[u8]) -> bool {
        true
    }
    /// Compares keys as the place lists them.
    fn order(&self, left: &[u8], right: &[u8]) -> Ordering {
        left.cmp(right)
    }
    fn target(&self) -> Target;
    fn options(&self) -> ConnectOptions;
}

pub(crate) async fn store(place: &dyn Place) -> Arc<dyn Store> {
    connect(&place.target(), &place.options()).await.unwrap()
}

pub(crate) async fn store_with_pages_of(place: &dyn Place, size: u16) -> Arc<dyn Store> {
    connect(&place.target(), &ConnectOptions { page_size: Some(size), ..place.options() }).await.unwrap()
}

pub(crate) async fn pages(store: &dyn Store, shard: &ListShard, from: Option<Cursor>) -> Vec<Page> {
    store.list(shard, from).try_collect().await.unwrap()
}

pub(crate) async fn entries(store: &dyn Store, scope: &Scope) -> Vec<Entry> {
    pages(store, &ListShard::whole(scope), None).await.into_iter().flat_map(|page| page.entries).collect()
}

pub(crate) fn keys<'a>(pages: impl IntoIterator<Item = &'a Page>) -> Vec<Vec<u8>> {
    pages.into_iter().flat_map(|page| &page.entries).map(|entry| entry.asset.key.expose().to_vec()).collect()
}

pub(crate) async fn find(store: &dyn Store, key: &[u8]) -> AssetRef {
    let key = AssetKey::new(key);
    entries(store, &Scope::whole()).await.into_iter().map(|entry| entry.asset).find(|asset| asset.key == key).expect("the key is listed")
}

pub(crate) async fn read(store: &dyn Store, asset: &AssetRef, plan: &ReadPlan) -> Result<Vec<u8>, StoreError> {
    let mut body = store.open(asset, plan).await?;
    let mut content = Vec::new();
    while let Some(chunk) = body.bytes.next().await {
        content.extend_from_slice(&chunk?);
    }
    assert_eq!(content.len() as u64, body.len, "a body that ends well has the length that it announced");
    Ok(content)
}
