use async_trait::async_trait;
use jiff::fmt::rfc2822::DateTimeParser;
use terrier_model::{AssetKey, AssetRef, Reason, Version};

use super::page::{self, Blob};
use super::{AzureStore, LIST};
use crate::StoreError;
use crate::error::ErrorKind;
use crate::listing::{Ask, Item, ListService, Listed};
use crate::store::Entry;

#[async_trait]
impl ListService for AzureStore {
    async fn ask(&self, ask: &Ask<'_>) -> Result<Listed, StoreError> {
        let size = self.page_size.map(|size| size.max(1).to_string());
        // Metadata tells which blobs only stand for folders.
        let mut parameters = vec![("restype", "container"), ("comp", "list"), ("include", "metadata")];
        parameters.extend((!ask.prefix.is_empty()).then_some(("prefix", ask.prefix)));
        parameters.extend(ask.one_level.then_some(("delimiter", "/")));
        parameters.extend(size.as_deref().map(|size| ("maxresults", size)));
        parameters.extend(ask.token.map(|token| ("marker", token)));
        let start = ask.start.filter(|_| ask.token.is_none());
        let answer = self.connection.list(&parameters, start, LIST).await?;
        let Some(page) = page::parse(&answer) else {
            return Err(StoreError::new(ErrorKind::Transient, "the container cannot be listed: the store's answer is not understood"));
        };
        let items = page.blobs.into_iter().map(|blob| self.item(blob)).collect();
        Ok(Listed { items, folders: page.folders, token: page.next })
    }
}

impl AzureStore {
    fn item(&self, blob: Blob) -> Item {
        let modified = blob.modified.and_then(|time| DateTimeParser::new().parse_timestamp(&time).ok());
        let is_archived = blob.tier.as_deref() == Some("Archive");
        let etag = blob.etag.map(|etag| etag.trim_matches('"').to_owned());
        let asset = AssetRef {
            store: self.id.clone(),
            key: AssetKey::new(blob.name.into_bytes()),
            version: etag.map(|etag| Version::with_md5(&etag, blob.md5.as_deref().filter(|md5| !md5.is_empty()))),
            size: blob.size,
            modified: modified.map(|time| time.as_microsecond()),
            storage_class: blob.tier,
            owner: blob.owner,
        };
        let is_folder = blob.is_folder && asset.size == 0;
        Item { entry: Entry { asset, unreadable: is_archived.then_some(Reason::Archived) }, is_folder }
    }
}
