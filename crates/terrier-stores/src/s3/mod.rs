//! S3, and services that speak S3.
//!
//! Keys are taken and given exactly: listings ask for encoded keys and decode them here, requests carry the key percent-encoded
//! and otherwise as it is, `//` and `..` included. An object is read with one GET, never asked about first; each request after
//! the first is pinned to the same etag.

mod account;
mod body;
mod connection;
mod failure;
mod key;
mod listing;
mod preflight;

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use terrier_model::{AssetRef, StoreId, StoreKind};

use crate::preflight::Preflight;
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};
use crate::{ConnectOptions, StoreError};
pub(crate) use account::buckets;
use connection::Connection;
pub(crate) use connection::{path_style, shared_config};
pub use key::decode_key;

/// A bucket.
pub(crate) struct S3Store {
    id: StoreId,
    connection: Arc<Connection>,
    ignore_prefixes: Vec<Vec<u8>>,
    page_size: Option<i32>,
}

impl S3Store {
    pub(crate) async fn connect(bucket: &str, options: &ConnectOptions) -> Self {
        Self {
            id: StoreId::new(format!("s3://{bucket}")),
            connection: Arc::new(Connection::new(bucket, options).await),
            ignore_prefixes: options.ignore_prefixes.clone(),
            page_size: options.page_size.map(|size| i32::from(size.max(1))),
        }
    }
}

#[async_trait]
impl Store for S3Store {
    fn id(&self) -> &StoreId {
        &self.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::S3
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        self.check_access(scope).await
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        self.cut(scope).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        self.pages(shard, from)
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        body::open(Arc::clone(&self.connection), asset, plan).await
    }
}
