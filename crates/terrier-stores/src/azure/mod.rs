//! Azure Blob Storage, by its REST API.
//!
//! Credentials come from the official `azure_identity`. Requests do not go through the official client of the service: against
//! Azurite, version 1.1 of it did not find blobs whose names hold a tab or a line end, and was refused where a name
//! is `.` or `..` (measured over 30 names). A blob is read with one request, held to the etag that was listed.

mod connection;
mod credential;
mod endpoint;
mod entra;
mod failure;
mod listing;
mod page;
mod signature;

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use terrier_model::{AssetRef, StoreId, StoreKind};

use crate::error::ErrorKind;
use crate::preflight::{Preflight, try_actions};
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};
use crate::{ConnectOptions, StoreError, download, listing as pages};
use connection::{Blob, Connection};

/// The permissions that a scan needs: the data action of a role, and the letter of a shared access signature.
const LIST: &str = "blobs/read (SAS: l)";
const GET: &str = "blobs/read (SAS: r)";

/// A container of Azure Blob Storage.
pub(crate) struct AzureStore {
    id: StoreId,
    connection: Arc<Connection>,
    page_size: Option<u16>,
}

impl AzureStore {
    pub(crate) fn connect(account: &str, container: &str, options: &ConnectOptions) -> Result<Self, StoreError> {
        Ok(Self {
            id: StoreId::new(format!("azblob://{account}/{container}")),
            connection: Arc::new(Connection::new(account, container, options)?),
            page_size: options.page_size,
        })
    }
}

#[async_trait]
impl Store for AzureStore {
    fn id(&self) -> &StoreId {
        &self.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Azure
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        let actions = try_actions(self, scope, LIST, GET).await?;
        let account = Some(self.connection.account().to_owned());
        Ok(Preflight { identity: self.connection.identity().await, account, region: None, actions })
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        pages::cut(self, scope).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        pages::pages(self, shard, from)
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        let blob = Blob::new(&self.connection, asset.key.expose())?;
        let etag = asset.version.as_ref().map(|version| version.native());
        download::open(blob, self.connection.http.retry(), asset, etag, plan).await
    }
}

/// Returns the names of an account's containers, sorted.
pub(crate) async fn containers(account: &str, options: &ConnectOptions) -> Result<Vec<String>, StoreError> {
    let connection = Connection::new(account, "", options)?;
    let (mut names, mut marker) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = vec![("comp", "list")];
        parameters.extend(marker.as_deref().map(|marker| ("marker", marker)));
        let answer = connection.containers(&parameters, "containers/read (SAS: l on the service)").await?;
        let Some(page) = page::parse(&answer) else {
            return Err(StoreError::new(
                ErrorKind::Transient,
                "the account's containers cannot be listed: the store's answer is not understood",
            ));
        };
        names.extend(page.containers);
        marker = page.next;
        if marker.is_none() {
            names.sort();
            return Ok(names);
        }
    }
}
