//! PostgreSQL: every table of every database that the role may read, in pages by primary key, or through a cursor where there is none.
//!
//! Every session is read-only by its own setting, gives up a lock after two seconds and a statement after a minute, finds nothing but
//! the system's own functions, and writes `terrier` as its name. Catalogues are asked in ways that lock no table.

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
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use terrier_model::{AssetRef, Reason, StoreId, StoreKind};

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
fn statement(sql: impl SqlSafeStr) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(sql).persistent(false)
}

/// A server.
pub(crate) struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    id: StoreId,
    server: Server,
    connections: Connections<PgConnection>,
    tables: TableOptions,
}

impl PostgresStore {
    pub(crate) fn connect(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Self, StoreError> {
        let server = Server::new(target, options)?;
        let id = StoreId::new(server.uri()?);
        Ok(Self { inner: Arc::new(Inner { id, server, connections: Connections::new(), tables: options.tables.clone() }) })
    }
}

impl Inner {
    async fn lease(&self, database: &str) -> Result<Lease<PgConnection>, StoreError> {
        self.connections.lease(database, async || self.server.open(database).await).await
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
        let entry = self.server.entry_database()?;
        let mut lease = self.lease(&entry).await?;
        let mut databases = listing::databases(&mut lease.connection).await?;
        self.connections.give_back(lease);
        super::listing::sort_databases(&mut databases);
        databases.retain(|database| concerns(shard, start, database));
        Ok(databases)
    }

    /// Returns the tables of a database; one that the role may not enter is an entry that says so.
    async fn tables(&self, database: &str) -> Result<Vec<Listed>, StoreError> {
        let closed = |reason| vec![Listed { unreadable: Some(reason), ..Listed::default() }];
        let mut lease = match self.lease(database).await {
            Ok(lease) => lease,
            Err(error) if self.server.database().is_none() && matches!(error.kind(), ErrorKind::Denied { .. }) => {
                return Ok(closed(Reason::Denied));
            }
            Err(error) => return Err(error),
        };
        let tables = listing::tables(&mut lease.connection).await?;
        self.connections.give_back(lease);
        Ok(tables)
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn id(&self) -> &StoreId {
        &self.inner.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Postgres
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
        let [database, schema, name] = parts.as_slice() else { return Err(unknown()) };
        let mut lease = self.inner.lease(database).await?;
        let shape = shape::of(&mut lease.connection, schema, name).await?;
        let requests = Requests::default();
        requests.add_one();
        let columns: Vec<_> = shape.columns.iter().map(|column| (column.name.clone(), column.kind)).collect();
        let most = self.inner.tables.max_rows;
        let (sink, body) = RowSink::new(&columns, most, shape.estimate, requests.clone());
        tokio::spawn(read::run(Arc::clone(&self.inner), lease, shape, sink, requests));
        Ok(body)
    }
}
