//! Google Cloud Storage, by its JSON API.
//!
//! Google's own client reads objects over HTTP but lists and describes them over gRPC only, so only its credentials are used here.
//! An object is read with one request, held to the generation that was listed.

mod connection;
mod failure;
mod listing;

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use terrier_model::{AssetRef, StoreId, StoreKind};

use crate::preflight::{Preflight, try_actions};
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};
use crate::{ConnectOptions, StoreError, download, listing as pages};
use connection::{Connection, Object};

/// The permissions that a scan needs.
const LIST: &str = "storage.objects.list";
const GET: &str = "storage.objects.get";

/// A bucket of Google Cloud Storage.
pub(crate) struct GcsStore {
    id: StoreId,
    connection: Arc<Connection>,
    page_size: Option<u16>,
}

impl GcsStore {
    pub(crate) fn connect(bucket: &str, options: &ConnectOptions) -> Result<Self, StoreError> {
        Ok(Self {
            id: StoreId::new(format!("gs://{bucket}")),
            connection: Arc::new(Connection::new(bucket, options)?),
            page_size: options.page_size,
        })
    }
}

#[async_trait]
impl Store for GcsStore {
    fn id(&self) -> &StoreId {
        &self.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Gcs
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        let actions = try_actions(self, scope, LIST, GET).await?;
        Ok(Preflight { identity: self.connection.identity(), account: None, region: self.connection.location().await, actions })
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        pages::cut(self, scope).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        pages::pages(self, shard, from)
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        let object = Object::new(&self.connection, asset.key.expose())?;
        let generation = asset.version.as_ref().map(|version| version.native());
        download::open(object, self.connection.http.retry(), asset, generation, plan).await
    }
}
