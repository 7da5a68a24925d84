use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use terrier_model::{AssetKey, AssetRef, Reason, StoreId, StoreKind};

use crate::error::ErrorKind;
use crate::preflight::Preflight;
use crate::{RowBody, StoreError};

/// A place that holds assets: a folder, a bucket, a database server. Reading only.
#[async_trait]
pub trait Store: Send + Sync {
    /// Names the store.
    fn id(&self) -> &StoreId;

    /// Tells what the store is.
    fn kind(&self) -> StoreKind;

    /// Finds out who is asking and whether each action that a scan of `scope` needs is allowed.
    ///
    /// A refused action is an answer, not an error. An error means that nothing can be said: no such store, no credentials.
    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError>;

    /// Cuts the scope into shards that can be listed side by side. Together they hold each key of the scope exactly once, and
    /// listed one after the other they give all keys in ascending order.
    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError>;

    /// Lists a shard, keys ascending bytewise, from its start or from where a cursor left off. (Services that keep the keys of a
    /// bucket in folders list folder by folder instead, as if `/` came before all other characters.)
    ///
    /// The stream ends after the first error; the cursor of the last page that came through is still good.
    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>>;

    /// Opens an asset at the version that was listed.
    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError>;

    /// Opens a table as rows. Where the store's kind [holds tables](StoreKind::holds_tables) every asset opens like this and none as
    /// bytes; elsewhere none does.
    async fn open_rows(&self, _table: &AssetRef) -> Result<RowBody, StoreError> {
        Err(StoreError::new(ErrorKind::Unsupported, "the store holds no tables"))
    }
}

/// The part of a store that is to be looked at: all keys that begin with a prefix.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// What a key begins with. A plain string of bytes: `a` covers `ab` too.
    pub prefix: Vec<u8>,
}

impl Scope {
    /// Makes the scope of the whole store.
    pub fn whole() -> Self {
        Self::default()
    }

    /// Makes the scope of all keys that begin with `prefix`.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        Self { prefix: prefix.into() }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope(prefix of {} bytes)", self.prefix.len())
    }
}

/// A range of keys to be listed: those that begin with `prefix`, are greater than `after` and not greater than `up_to`.
#[derive(Clone, PartialEq, Eq)]
pub struct ListShard {
    /// What a key begins with.
    pub prefix: Vec<u8>,
    /// The range begins after this key.
    pub after: Option<Vec<u8>>,
    /// The range ends with this key, which still belongs to it.
    pub up_to: Option<Vec<u8>>,
}

impl ListShard {
    /// Makes the one shard that covers a scope.
    pub fn whole(scope: &Scope) -> Self {
        Self { prefix: scope.prefix.clone(), after: None, up_to: None }
    }

    /// Cuts a scope at the given keys, ascending. Whatever the keys are, the shards partition the scope.
    pub fn cut(scope: &Scope, boundaries: &[Vec<u8>]) -> Vec<Self> {
        let starts = std::iter::once(None).chain(boundaries.iter().cloned().map(Some));
        let ends = boundaries.iter().cloned().map(Some).chain(std::iter::once(None));
        starts.zip(ends).map(|(after, up_to)| Self { prefix: scope.prefix.clone(), after, up_to }).collect()
    }

    /// Tells whether a key is beyond the end of the range.
    pub fn ends_before(&self, key: &[u8]) -> bool {
        self.up_to.as_deref().is_some_and(|last| key > last)
    }

    /// Returns the key after which a listing begins: the later one of the shard's own start and the cursor.
    pub fn start(&self, from: Option<Cursor>) -> Option<Vec<u8>> {
        self.after.clone().max(from.map(|cursor| cursor.0))
    }
}

impl fmt::Debug for ListShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { prefix, after, up_to } = self;
        write!(f, "ListShard(prefix of {} bytes, after: {}, up to: {})", prefix.len(), after.is_some(), up_to.is_some())
    }
}

/// Where a listing left off: after a certain key.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

impl Cursor {
    /// Makes the cursor that stands after a key, whether or not the key exists.
    pub fn after(key: &AssetKey) -> Self {
        Self(key.expose().to_vec())
    }

    /// Takes what [`Cursor::expose`] gave.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Lends the cursor's bytes to the code that keeps it. They hold a key.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor(after a key of {} bytes)", self.0.len())
    }
}

/// A piece of a listing.
#[derive(Debug, Clone)]
pub struct Page {
    /// What there is, keys ascending. May be empty.
    pub entries: Vec<Entry>,
    /// Where to go on from; `None` on the last page of the shard.
    pub next: Option<Cursor>,
}

/// One asset of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The asset.
    pub asset: AssetRef,
    /// Why it cannot be read, where the listing already tells: archived, not a file, a folder that may not be entered (whose key
    /// ends in `/`). Such an asset is not to be opened.
    pub unreadable: Option<Reason>,
}

/// Which part of an asset to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadPlan {
    /// The bytes; `None` for all. What lies beyond the end of the asset is left out.
    pub range: Option<Range<u64>>,
}

impl ReadPlan {
    /// Plans to read all of an asset.
    pub fn whole() -> Self {
        Self::default()
    }

    /// Plans to read a part of an asset.
    pub fn range(range: Range<u64>) -> Self {
        Self { range: Some(range) }
    }

    /// Returns the bytes to read of an asset of the given size.
    pub fn bytes_of(&self, size: u64) -> Range<u64> {
        match &self.range {
            Some(range) => range.start.min(size)..range.end.min(size).max(range.start.min(size)),
            None => 0..size,
        }
    }
}

/// The bytes of an asset, on their way.
pub struct Body {
    /// The bytes in order. The stream ends after the first error. A version that changed while it was read shows as an error at
    /// the end, so what came before counts only once the stream has ended well.
    pub bytes: BoxStream<'static, Result<Bytes, StoreError>>,
    /// How many bytes the stream will give unless it fails.
    pub len: u64,
    pub(crate) requests: Requests,
}

impl Body {
    /// Makes the body of a connector that lies outside of this crate: `bytes` will come, all of them for one request.
    pub fn of_one_request(bytes: BoxStream<'static, Result<Bytes, StoreError>>, len: u64) -> Self {
        let requests = Requests::default();
        requests.add_one();
        Self { bytes, len, requests }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len)
    }
}

/// How many requests a body has cost so far, shared with the stream that makes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests(Arc<AtomicU64>);

impl Requests {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the requests made since the last call.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Picks at most `most` of the boundaries, evenly.
pub(crate) fn evenly(boundaries: Vec<Vec<u8>>, most: usize) -> Vec<Vec<u8>> {
    let step = boundaries.len().div_ceil(most.max(1)).max(1);
    boundaries.into_iter().skip(step - 1).step_by(step).collect()
}
