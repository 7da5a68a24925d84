//! MySQL and MariaDB: every table of every database that the user may read, in pages by primary key, or in one pass where there is none.
//!
//! Every session is read-only by its own setting, and gives up a lock after two seconds and a statement after a minute.

mod connection;
mod failure;
mod listing;
mod preflight;
mod read;
mod shape;

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use sqlx::SqlSafeStr;
use sqlx::mysql::{MySql, MySqlArguments, MySqlConnection};
use sqlx::query::Query;
use terrier_model::{AssetRef, StoreId, StoreKind};

use self::connection::Server;
use super::batch::RowSink;
use super::listing::{Catalogue, Listed, concerns};
use super::sql::{Connections, Lease};
use super::{DatabaseTarget, TableOptions, target};
use crate::error::ErrorKind;
use crate::preflight::Preflight;
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Requests, Scope, Store};
use crate::{ConnectOptions, RowBody, StoreError};

/// Prepares a statement that the server does not keep: between a proxy and a server, the next one may go another way.
fn statement(sql: impl SqlSafeStr) -> Query<'static, MySql, MySqlArguments> {
    sqlx::query(sql).persistent(false)
}

/// A server.
pub(crate) struct MysqlStore {
    inner: Arc<Inner>,
}

struct Inner {
    id: StoreId,
    server: Server,
    connections: Connections<MySqlConnection>,
    tables: TableOptions,
}

impl MysqlStore {
    pub(crate) fn connect(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Self, StoreError> {
        let server = Server::new(target, options)?;
        let id = StoreId::new(server.uri());
        Ok(Self { inner: Arc::new(Inner { id, server, connections: Connections::new(), tables: options.tables.clone() }) })
    }
}

impl Inner {
    async fn lease(&self) -> Result<Lease<MySqlConnection>, StoreError> {
        // Names are written with their database, so that one connection serves all.
        self.connections.lease("", async || self.server.open().await).await
    }
}

#[async_trait]
impl Catalogue for Inner {
    fn store(&self) -> &StoreId {
        &self.id
    }

    async fn databases(&self, shard: &ListShard, start: Option<&[u8]>) -> Result<Vec<String>, StoreError> {
        if let Some(database) = self.server.database() {
            return Ok(vec![database.to_owned()]);
        }
        let mut lease = self.lease().await?;
        let mut databases = listing::databases(&mut lease.connection).await?;
        self.connections.give_back(lease);
        super::listing::sort_databases(&mut databases);
        databases.retain(|database| concerns(shard, start, database));
        Ok(databases)
    }

    async fn tables(&self, database: &str) -> Result<Vec<Listed>, StoreError> {
        let mut lease = self.lease().await?;
        let tables = listing::tables(&mut lease.connection, database).await?;
        self.connections.give_back(lease);
        Ok(tables)
    }
}

#[async_trait]
impl Store for MysqlStore {
    fn id(&self) -> &StoreId {
        &self.inner.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Mysql
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        preflight::check(&self.inner, scope).await
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        Ok(vec![ListShard::whole(scope)])
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        super::listing::list(&*self.inner, shard, from)
    }

    async fn open(&self, _asset: &AssetRef, _plan: &ReadPlan) -> Result<Body, StoreError> {
        Err(StoreError::new(ErrorKind::Unsupported, "a table opens as rows"))
    }

    async fn open_rows(&self, table: &AssetRef) -> Result<RowBody, StoreError> {
        let unknown = || StoreError::new(ErrorKind::NotFound, "the key names no table");
        let parts = target::parts(table.key.expose()).ok_or_else(unknown)?;
        let [database, name] = parts.as_slice() else { return Err(unknown()) };
        let mut lease = self.inner.lease().await?;
        let shape = shape::of(&mut lease.connection, database, name).await?;
        let requests = Requests::default();
        requests.add_one();
        let columns: Vec<_> = shape.columns.iter().map(|column| (column.name.clone(), column.kind)).collect();
        let (sink, body) = RowSink::new(&columns, self.inner.tables.max_rows, shape.estimate, requests.clone());
        tokio::spawn(read::run(Arc::clone(&self.inner), lease, shape, sink, requests));
        Ok(body)
    }
}
