//! The listing of tables: a server gives them database by database, and in no order that could be relied on.

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use terrier_model::{AssetKey, AssetRef, Reason, StoreId};

use super::target::escape;
use crate::StoreError;
use crate::store::{Cursor, Entry, ListShard, Page};

/// Entries of a page.
const PAGE: usize = 1_000;

/// What a server tells of its databases.
#[async_trait]
pub(super) trait Catalogue: Send + Sync {
    /// Names the server.
    fn store(&self) -> &StoreId;

    /// Returns the databases that a listing concerns, as their keys are ordered; where the target names one there is no other.
    async fn databases(&self, shard: &ListShard, start: Option<&[u8]>) -> Result<Vec<String>, StoreError>;

    /// Returns the tables of a database.
    async fn tables(&self, database: &str) -> Result<Vec<Listed>, StoreError>;
}

/// Lists a server, database by database.
pub(super) fn list<'c>(catalogue: &'c impl Catalogue, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'c, Result<Page, StoreError>> {
    let (shard, start) = (shard.clone(), shard.start(from));
    let listed = async move {
        let databases = catalogue.databases(&shard, start.as_deref()).await?;
        let pages = stream::iter(databases).then(move |database| {
            let (shard, start) = (shard.clone(), start.clone());
            async move {
                let tables = catalogue.tables(&database).await?;
                let pages = pages(catalogue.store(), &shard, start.as_deref(), &database, tables);
                Ok::<_, StoreError>(stream::iter(pages.into_iter().map(Ok)))
            }
        });
        Ok(pages.try_flatten())
    };
    let end = stream::once(async { Ok(Page { entries: Vec::new(), next: None }) });
    stream::once(listed).try_flatten().chain(end).boxed()
}

/// A table as a server lists it.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    /// Its name below the database: schema and table, or the table alone. Empty for the database itself.
    pub(super) names: Vec<String>,
    /// How large it is believed to be, in bytes.
    pub(super) size: u64,
    pub(super) owner: Option<String>,
    pub(super) unreadable: Option<Reason>,
}

/// Makes the key of a table; that of a database ends in a slash.
pub(super) fn key(database: &str, names: &[String]) -> String {
    let names = names.iter().map(|name| escape(name)).collect::<Vec<_>>().join("/");
    format!("{}/{names}", escape(database))
}

/// Orders databases as their keys are ordered.
pub(super) fn sort_databases(databases: &mut [String]) {
    databases.sort_by_cached_key(|database| key(database, &[]));
}

/// Tells whether a shard can hold keys of a database.
pub(super) fn concerns(shard: &ListShard, start: Option<&[u8]>, database: &str) -> bool {
    let key = key(database, &[]).into_bytes();
    let shared = key.len().min(shard.prefix.len());
    let is_over = start.is_some_and(|start| start > key.as_slice() && !start.starts_with(&key));
    key[..shared] == shard.prefix[..shared] && !is_over && !shard.ends_before(&key)
}

/// Makes the pages of one database.
pub(super) fn pages(store: &StoreId, shard: &ListShard, start: Option<&[u8]>, database: &str, tables: Vec<Listed>) -> Vec<Page> {
    let mut entries: Vec<Entry> = tables
        .into_iter()
        .map(|table| Entry {
            asset: AssetRef {
                store: store.clone(),
                key: AssetKey::new(key(database, &table.names)),
                version: None,
                size: table.size,
                modified: None,
                storage_class: None,
                owner: table.owner,
            },
            unreadable: table.unreadable,
        })
        .filter(|entry| {
            let key = entry.asset.key.expose();
            key.starts_with(&shard.prefix) && start.is_none_or(|start| key > start) && !shard.ends_before(key)
        })
        .collect();
    entries.sort_by(|one, other| one.asset.key.cmp(&other.asset.key));
    entries
        .chunks(PAGE)
        .map(|entries| Page { next: entries.last().map(|last| Cursor::after(&last.asset.key)), entries: entries.to_vec() })
        .collect()
}
