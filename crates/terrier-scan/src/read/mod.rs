//! Gets an asset's bytes to the extractor: small assets in one request and whole, large ones and tables as they are asked
//! for.

mod ranged;
mod table;
mod whole;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use terrier_content::Sensitive;
use terrier_extract::{Extractor, Outcome, Sink};
use terrier_model::{AssetKey, AssetRef, Reason};
use terrier_stores::{ReadPlan, Store, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::ranged::RangedSource;
pub(crate) use self::table::TableSource;
use self::whole::WholeSource;
use crate::{Identity, Progress};

/// Assets up to this size are fetched whole, in one request: opening a range costs as much as the bytes.
pub(crate) const WHOLE_UP_TO: u64 = 4 << 20;

/// What a large asset may hold in memory while it is read: a stream's queue, or one range.
const WINDOW: u64 = 12 << 20;

/// Reads an object of the estate's own bookkeeping whole: the caller knows that it is small enough.
pub(crate) async fn fetch_whole(store: &dyn Store, asset: &AssetRef) -> Result<Bytes, StoreError> {
    let mut chunks = store.open(asset, &ReadPlan::whole()).await?.bytes;
    let mut content = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        content.extend_from_slice(&chunk?);
    }
    Ok(content.freeze())
}

/// The bytes of content that may be in memory at one time.
///
/// An asset takes its share once, before its first byte is asked for, and gives it back when it is done: nobody waits for a
/// share while holding one, so the budget cannot deadlock.
#[derive(Debug)]
pub(crate) struct ContentBudget {
    shares: Arc<Semaphore>,
    total: u64,
    held: Arc<AtomicU64>,
}

/// A part of the budget, given back on drop.
#[derive(Debug)]
pub(crate) struct Share {
    _permit: OwnedSemaphorePermit,
    bytes: u64,
    held: Arc<AtomicU64>,
}

/// Shares are counted in these units, so that the semaphore's 32 bits reach far enough.
const UNIT: u64 = 4 << 10;

impl ContentBudget {
    pub(crate) fn new(bytes: u64) -> Self {
        let units = (bytes / UNIT).max(1);
        Self { shares: Arc::new(Semaphore::new(units as usize)), total: units * UNIT, held: Arc::default() }
    }

    /// Waits for room for an asset of `size` bytes.
    pub(crate) async fn share_for(&self, size: u64) -> Share {
        self.share_of(if size <= WHOLE_UP_TO { size } else { WINDOW }).await
    }

    /// Waits for room for a table, whose size is only believed.
    pub(crate) async fn share_for_table(&self) -> Share {
        self.share_of(WINDOW).await
    }

    async fn share_of(&self, bytes: u64) -> Share {
        let bytes = bytes.clamp(UNIT, self.total);
        let units = u32::try_from(bytes.div_ceil(UNIT)).expect("a share is at most a window, far below the unit's range");
        let permit = Arc::clone(&self.shares).acquire_many_owned(units).await.expect("the budget is never closed");
        self.held.fetch_add(bytes, Relaxed);
        Share { _permit: permit, bytes, held: Arc::clone(&self.held) }
    }

    pub(crate) fn held(&self) -> u64 {
        self.held.load(Relaxed)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Relaxed);
    }
}

/// An asset's content on its way to the extractor.
pub(crate) enum Content {
    /// All of it.
    Whole(WholeSource),
    /// As it is asked for.
    Ranged(Box<RangedSource>),
    /// The rows of a table, as they are asked for.
    Table(Box<TableSource>),
}

impl Content {
    /// Opens an asset: fetches it where it is small, else prepares to read it by ranges.
    pub(crate) async fn open(
        store: &Arc<dyn Store>,
        asset: &AssetRef,
        identity: &Identity,
        progress: &Arc<Progress>,
    ) -> Result<Self, Reason> {
        if store.kind().holds_tables() {
            Ok(Self::Table(Box::new(TableSource::new(Arc::clone(store), asset.clone(), Arc::clone(progress)))))
        } else if asset.size <= WHOLE_UP_TO {
            let whole = WholeSource::fetch(store.as_ref(), asset, identity.content_hasher()).await?;
            progress.read(asset.size);
            Ok(Self::Whole(whole))
        } else {
            let ranged = RangedSource::new(Arc::clone(store), asset.clone(), identity.content_hasher(), Arc::clone(progress));
            Ok(Self::Ranged(Box::new(ranged)))
        }
    }

    /// Extracts the content, and returns its keyed hash too, where all of it went by as bytes.
    pub(crate) fn extract(self, extractor: &Extractor, key: &AssetKey, sink: &mut dyn Sink) -> (Outcome, Option<String>) {
        let name = Sensitive::new(key.expose());
        match self {
            Self::Whole(whole) => (extractor.extract(&whole, name, sink), whole.hash()),
            Self::Ranged(ranged) => (extractor.extract(&*ranged, name, sink), ranged.hash()),
            Self::Table(mut table) => {
                let size = table.size();
                (extractor.extract_records(&mut *table, size, sink), None)
            }
        }
    }
}
