use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;
use terrier_model::{AssetKey, AssetRef, Version};

use super::{GcsStore, LIST};
use crate::StoreError;
use crate::error::ErrorKind;
use crate::listing::{Ask, Item, ListService, Listed};
use crate::store::Entry;

/// What is asked of each object.
const FIELDS: &str = "nextPageToken,prefixes,items(name,size,generation,updated,storageClass,md5Hash)";

/// A page as the service writes it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Listing {
    items: Vec<Object>,
    prefixes: Vec<String>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    name: String,
    #[serde(default)]
    size: String,
    generation: Option<String>,
    updated: Option<String>,
    storage_class: Option<String>,
    md5_hash: Option<String>,
}

#[async_trait]
impl ListService for GcsStore {
    async fn ask(&self, ask: &Ask<'_>) -> Result<Listed, StoreError> {
        let size = self.page_size.map(|size| size.max(1).to_string());
        // The service's range excludes its end; that a little more fits in between does no harm.
        let end = ask.last.map(|last| format!("{last}\u{1}"));
        let mut parameters = vec![("prefix", ask.prefix), ("fields", FIELDS)];
        parameters.extend(ask.one_level.then_some(("delimiter", "/")));
        parameters.extend(size.as_deref().map(|size| ("maxResults", size)));
        parameters.extend(end.as_deref().map(|end| ("endOffset", end)));
        parameters.extend(ask.start.map(|start| ("startOffset", start)));
        parameters.extend(ask.token.map(|token| ("pageToken", token)));
        let answer = self.connection.ask("/o", parameters, "the bucket cannot be listed", LIST).await?;
        let not_understood = |_| StoreError::new(ErrorKind::Transient, "the bucket cannot be listed: the store's answer is not understood");
        let listing: Listing = serde_json::from_slice(&answer).map_err(not_understood)?;
        let items = listing.items.into_iter().map(|object| Item { entry: self.entry(object), is_folder: false }).collect();
        Ok(Listed { items, folders: listing.prefixes, token: listing.next_page_token })
    }
}

impl GcsStore {
    fn entry(&self, object: Object) -> Entry {
        let updated = object.updated.and_then(|time| time.parse::<Timestamp>().ok());
        let asset = AssetRef {
            store: self.id.clone(),
            key: AssetKey::new(object.name.into_bytes()),
            version: object.generation.map(|generation| Version::with_md5(&generation, object.md5_hash.as_deref())),
            size: object.size.parse().unwrap_or(0),
            modified: updated.map(Timestamp::as_microsecond),
            storage_class: object.storage_class,
            owner: None,
        };
        // All classes of the service are read at once, at a price: docs/stores.md.
        Entry { asset, unreadable: None }
    }
}
