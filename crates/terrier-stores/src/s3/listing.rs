use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, Object, ObjectStorageClass, OptionalObjectAttributes};
use futures::stream::{self, BoxStream, StreamExt};
use terrier_model::{AssetKey, AssetRef, Reason, Timestamp, Version};

use super::S3Store;
use super::failure::store_error;
use super::key::{as_text, exact};
use crate::StoreError;
use crate::error::ErrorKind;
use crate::order;
use crate::store::{Cursor, Entry, ListShard, Page, Scope, evenly};

/// Into how many shards a bucket is cut at most. Each costs at least one request.
const SHARDS: usize = 32;

/// Where a listing stands.
struct Position {
    shard: ListShard,
    /// The last key that was seen, or where the listing began.
    after: Option<Vec<u8>>,
    /// The service's own mark of the place, which also leads through pages without keys.
    token: Option<String>,
}

/// What a page holds of a shard.
struct Seen {
    entries: Vec<Entry>,
    /// The last key, ignored or not; where the page began if there was none.
    last: Option<Vec<u8>>,
    /// Whether there was a key at all.
    any: bool,
    /// Whether the shard ended in this page.
    ended: bool,
}

/// What to ask for.
#[derive(Default)]
pub(super) struct Ask {
    pub(super) prefix: String,
    pub(super) start_after: Option<String>,
    pub(super) token: Option<String>,
    pub(super) delimiter: Option<&'static str>,
    pub(super) max_keys: Option<i32>,
    pub(super) bucket_owner: Option<String>,
}

impl S3Store {
    /// Cuts a scope at the "folders" of its top level.
    pub(super) async fn cut(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        let Some(prefix) = as_text(&scope.prefix) else { return Ok(Vec::new()) };
        let ask = Ask { prefix: prefix.to_owned(), delimiter: Some("/"), ..Ask::default() };
        let output = self.ask(&ask).await?;
        let encoded = output.encoding_type().is_some();
        let folders = output.common_prefixes().iter().filter_map(|common| common.prefix());
        let files = output.contents().iter().filter_map(Object::key);
        let names = folders.chain(files).map(|name| exact(name, encoded)).collect();
        Ok(ListShard::cut(scope, &evenly(order::safe_boundaries(names), SHARDS - 1)))
    }

    pub(super) fn pages(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let start = Position { shard: shard.clone(), after: shard.start(from), token: None };
        let pages = stream::try_unfold(Some(start), move |position| async move {
            let Some(position) = position else { return Ok(None) };
            self.page(position).await.map(Some)
        });
        pages.boxed()
    }

    async fn page(&self, position: Position) -> Result<(Page, Option<Position>), StoreError> {
        let Position { shard, after, token } = position;
        let Some(prefix) = as_text(&shard.prefix) else {
            // No key of a bucket begins with anything but UTF-8.
            return Ok((Page { entries: Vec::new(), next: None }, None));
        };
        let Some(start_after) = as_text(after.as_deref().unwrap_or_default()) else {
            return Err(StoreError::new(ErrorKind::CursorReset, "the cursor is no key of a bucket"));
        };
        // The service's own mark comes first where there is one: it also leads on from a page without keys.
        let start_after = Some(start_after.to_owned()).filter(|key| token.is_none() && !key.is_empty());
        let ask = Ask { prefix: prefix.to_owned(), start_after, token, max_keys: self.page_size, ..Ask::default() };
        let mut output = self.ask(&ask).await?;
        let seen = self.within(&mut output, &shard, after)?;

        let token = output.next_continuation_token.take();
        let progress = token.is_some() || seen.any;
        let more = !seen.ended && output.is_truncated == Some(true) && progress;
        // Pages may be empty before the first key; then the listing resumes from where it began.
        let next = more.then(|| Cursor::new(seen.last.clone().unwrap_or_default()));
        let page = Page { entries: seen.entries, next };
        Ok((page, more.then_some(Position { shard, after: seen.last, token })))
    }

    /// Takes from an answer what belongs to the shard.
    fn within(&self, output: &mut ListObjectsV2Output, shard: &ListShard, after: Option<Vec<u8>>) -> Result<Seen, StoreError> {
        let encoded = output.encoding_type.is_some();
        let mut seen = Seen { entries: Vec::new(), last: after, any: false, ended: false };
        for object in output.contents.take().unwrap_or_default() {
            let key = exact(object.key().unwrap_or_default(), encoded);
            if shard.ends_before(&key) {
                seen.ended = true;
                break;
            }
            if seen.last.as_ref().is_some_and(|last| !order::may_follow(last, &key)) {
                // Without an order there is no cursor and no cut, and keys would be lost in silence.
                return Err(StoreError::new(
                    ErrorKind::Unsupported,
                    "the bucket lists its keys in no order; directory buckets cannot be scanned",
                ));
            }
            if !self.ignore_prefixes.iter().any(|ignored| key.starts_with(ignored)) {
                seen.entries.push(self.entry(&object, key.clone()));
            }
            seen.any = true;
            seen.last = Some(key);
        }
        Ok(seen)
    }

    fn entry(&self, object: &Object, key: Vec<u8>) -> Entry {
        let asset = AssetRef {
            store: self.id.clone(),
            key: AssetKey::new(key),
            version: object.e_tag().map(Version::new),
            size: object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            modified: object.last_modified().map(microseconds),
            storage_class: object.storage_class().map(|class| class.as_str().to_owned()),
            owner: object.owner().and_then(|owner| owner.display_name().or(owner.id())).map(str::to_owned),
        };
        let archived = matches!(object.storage_class(), Some(ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive));
        Entry { asset, unreadable: (archived && !is_restored(object)).then_some(Reason::Archived) }
    }

    pub(super) async fn ask(&self, ask: &Ask) -> Result<ListObjectsV2Output, StoreError> {
        let answer = self.connection.send(|client| {
            client
                .list_objects_v2()
                .bucket(&self.connection.bucket)
                .encoding_type(EncodingType::Url)
                .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
                .prefix(&ask.prefix)
                .set_start_after(ask.start_after.clone())
                .set_continuation_token(ask.token.clone())
                .set_delimiter(ask.delimiter.map(str::to_owned))
                .set_max_keys(ask.max_keys)
                .set_expected_bucket_owner(ask.bucket_owner.clone())
                .set_request_payer(self.connection.payer())
                .send()
        });
        answer.await.map_err(|error| store_error(&error, "the bucket cannot be listed", "s3:ListBucket"))
    }
}

/// Tells whether an archived object has a restored copy that can be read now.
fn is_restored(object: &Object) -> bool {
    object.restore_status().is_some_and(|status| status.is_restore_in_progress() != Some(true) && status.restore_expiry_date().is_some())
}

fn microseconds(time: &aws_smithy_types::DateTime) -> Timestamp {
    time.secs().saturating_mul(1_000_000).saturating_add(i64::from(time.subsec_nanos() / 1000))
}
