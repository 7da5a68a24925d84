//! S3 Inventory in the place of a listing: the service's own daily or weekly list of a bucket, so that a billion keys cost no LIST request.
//!
//! An inventory is a manifest and some files of one format: CSV (gzipped, keys URL-encoded), Parquet or ORC. Each file has an MD5 in
//! the manifest, and the manifest has one beside it; what does not fit them is refused, since a list with holes would pass for a small
//! bucket. Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>.
//!
//! What has changed since the inventory was made shows when it is read, as `changed` or `not_found`; what is new is not known.

mod columnar;
mod comma;

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use md5::{Digest, Md5};
use serde::Deserialize;
use terrier_model::{AssetKey, AssetRef, Reason, StoreId, Timestamp, Version};
use terrier_stores::{Entry, ListShard, Scope, Store, StoreError};

use crate::read::fetch_whole;

/// A file of an inventory is held in memory while it is read. The service splits far below this.
const LARGEST_FILE: u64 = 1 << 30;

/// A manifest lists files, of some hundred bytes each.
const LARGEST_MANIFEST: u64 = 64 << 20;

const MANIFEST: &str = "the manifest";

/// Storage classes whose objects must be restored before they can be read.
const ARCHIVED: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// An inventory of one bucket.
pub struct Inventory {
    store: Arc<dyn Store>,
    manifest: Manifest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    source_bucket: String,
    #[serde(default)]
    creation_timestamp: Option<String>,
    file_format: String,
    #[serde(default)]
    file_schema: String,
    files: Vec<ManifestFile>,
}

#[derive(Debug, Deserialize)]
struct ManifestFile {
    key: String,
    size: u64,
    #[serde(rename = "MD5checksum")]
    md5: String,
}

/// Why an inventory cannot stand in for a listing. Never quotes a key of the bucket.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// The place of the inventory failed.
    #[error("cannot read {what} of the inventory")]
    Read {
        /// Which part of it.
        what: String,
        /// Why.
        source: StoreError,
    },
    /// It is not what it should be.
    #[error("{what} of the inventory {problem}")]
    Unusable {
        /// Which part of it.
        what: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}

/// A row of an inventory, as far as a scan wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    key: Vec<u8>,
    size: Option<u64>,
    modified: Option<Timestamp>,
    etag: Option<String>,
    storage_class: Option<String>,
    /// Whether it is the current version, and an object rather than the mark of a deleted one.
    is_current: bool,
}

impl Inventory {
    /// Opens the inventory whose `manifest.json` has the given key in a bucket.
    ///
    /// # Errors
    /// When the manifest cannot be read, does not fit its checksum, or is of a kind that is not known.
    pub async fn open(store: Arc<dyn Store>, manifest: &str) -> Result<Self, InventoryError> {
        let Some(stem) = manifest.strip_suffix(".json") else {
            return Err(unusable(MANIFEST, "is no manifest.json; give the address of that file"));
        };
        let content = fetch_found(store.as_ref(), manifest, LARGEST_MANIFEST, MANIFEST).await?;
        let content = content.ok_or_else(|| unusable(MANIFEST, "is not there; its address ends in /<date>T<time>Z/manifest.json"))?;
        if let Some(checksum) = fetch_found(store.as_ref(), &format!("{stem}.checksum"), 1 << 10, "the checksum").await? {
            check(&content, String::from_utf8_lossy(&checksum).trim(), MANIFEST)?;
        }
        let manifest: Manifest =
            serde_json::from_slice(&content).map_err(|error| unusable(MANIFEST, format!("cannot be understood ({error})")))?;
        if !["CSV", "Parquet", "ORC"].contains(&manifest.file_format.as_str()) {
            return Err(unusable(MANIFEST, "names a format other than CSV, Parquet and ORC"));
        }
        Ok(Self { store, manifest })
    }

    /// Returns the bucket that it lists.
    pub fn bucket(&self) -> &str {
        &self.manifest.source_bucket
    }

    /// Returns when it was made, in milliseconds since 1970, where it tells.
    pub fn made(&self) -> Option<i64> {
        self.manifest.creation_timestamp.as_ref()?.parse().ok()
    }

    /// Returns how many files it has.
    pub(crate) fn files(&self) -> usize {
        self.manifest.files.len()
    }

    /// Reads one of its files, and folds what that lists of a scope.
    pub(crate) async fn fold<T: Default + Send + 'static>(
        self: Arc<Self>,
        number: usize,
        bucket: StoreId,
        scope: Scope,
        mut take: impl FnMut(&mut T, Entry) + Send + 'static,
    ) -> Result<T, InventoryError> {
        let file = &self.manifest.files[number];
        let what = format!("file {} of {}", number + 1, self.files());
        if file.size > LARGEST_FILE {
            return Err(unusable(&what, "is larger than 1 GiB"));
        }
        let content = fetch(self.store.as_ref(), &file.asset(self.store.id()), &what).await?;
        check(&content, &file.md5, &what)?;
        let inventory = Arc::clone(&self);
        let read = move || {
            let mut folded = T::default();
            let mut entry = |row: Row| {
                if row.is_current && row.key.starts_with(&scope.prefix) {
                    take(&mut folded, row.into_entry(&bucket));
                }
            };
            let Manifest { file_format, file_schema, .. } = &inventory.manifest;
            let read = match file_format.as_str() {
                "CSV" => comma::read(&content, file_schema, &mut entry),
                "Parquet" => columnar::read_parquet(content, &mut entry),
                _ => columnar::read_orc(content, &mut entry),
            };
            read.map(|()| folded)
        };
        let read = tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Err("cannot be read".to_owned()));
        read.map_err(|problem| unusable(&what, problem))
    }
}

impl ManifestFile {
    fn asset(&self, bucket: &StoreId) -> AssetRef {
        AssetRef {
            store: bucket.clone(),
            key: AssetKey::new(self.key.as_str()),
            version: None,
            size: self.size,
            modified: None,
            storage_class: None,
            owner: None,
        }
    }
}

impl Row {
    fn into_entry(self, bucket: &StoreId) -> Entry {
        let Self { key, size, modified, etag, storage_class, .. } = self;
        let archived = storage_class.as_deref().is_some_and(|class| ARCHIVED.contains(&class));
        let asset = AssetRef {
            store: bucket.clone(),
            key: AssetKey::new(key),
            // A listing gives it in quotes, and so does a condition of a request.
            version: etag.map(|etag| Version::new(format!("\"{}\"", etag.trim_matches('"')))),
            size: size.unwrap_or(0),
            modified,
            storage_class,
            owner: None,
        };
        Entry { asset, unreadable: archived.then_some(Reason::Archived) }
    }
}

fn unusable(what: &str, problem: impl Into<String>) -> InventoryError {
    InventoryError::Unusable { what: what.to_owned(), problem: problem.into() }
}

fn check(content: &[u8], md5: &str, what: &str) -> Result<(), InventoryError> {
    if hex::encode(Md5::digest(content)).eq_ignore_ascii_case(md5) {
        return Ok(());
    }
    Err(unusable(what, "does not fit its MD5; it is damaged or not written to its end"))
}

/// Fetches an object whose size nobody told; `None` where there is none.
async fn fetch_found(store: &dyn Store, key: &str, most: u64, what: &str) -> Result<Option<Bytes>, InventoryError> {
    let shard = ListShard::whole(&Scope::prefix(key));
    let first = store.list(&shard, None).next().await.transpose().map_err(|source| read_error(what, source))?;
    let found = first.and_then(|page| page.entries.into_iter().find(|entry| entry.asset.key.expose() == key.as_bytes()));
    match found {
        None => Ok(None),
        Some(entry) if entry.asset.size > most => Err(unusable(what, "is larger than any that the service writes")),
        Some(entry) => fetch(store, &entry.asset, what).await.map(Some),
    }
}

async fn fetch(store: &dyn Store, asset: &AssetRef, what: &str) -> Result<Bytes, InventoryError> {
    fetch_whole(store, asset).await.map_err(|source| read_error(what, source))
}

fn read_error(what: &str, source: StoreError) -> InventoryError {
    InventoryError::Read { what: what.to_owned(), source }
}
