//! What a scan asks of the stores, and what that costs at list price.

use std::sync::{Arc, Mutex, PoisonError};

use terrier_findings::Usage;
use terrier_model::StoreKind;

/// US dollars per GET request of S3 Standard in us-east-1 (0.0004 per 1,000): <https://aws.amazon.com/s3/pricing/>.
pub(crate) const S3_GET_USD: f64 = 0.0004 / 1_000.0;

/// US dollars per LIST request of S3 Standard in us-east-1 (0.005 per 1,000).
pub(crate) const S3_LIST_USD: f64 = 0.005 / 1_000.0;

/// What requests to a kind of store cost, in US dollars at list price, and how many keys one listing request returns.
#[derive(Clone, Copy)]
pub(crate) struct Price {
    pub(crate) list: f64,
    pub(crate) get: f64,
    pub(crate) keys_per_list: u64,
}

/// Returns the price of requests to a kind of store; `None` where they cost nothing.
pub(crate) fn price(kind: StoreKind) -> Option<Price> {
    match kind {
        StoreKind::Folder | StoreKind::Sim | StoreKind::Postgres | StoreKind::Mysql | StoreKind::Redis => None,
        StoreKind::S3 => Some(Price { list: S3_LIST_USD, get: S3_GET_USD, keys_per_list: 1_000 }),
        // Hot tier, locally redundant, per 10,000: <https://azure.microsoft.com/pricing/details/storage/blobs/>.
        StoreKind::Azure => Some(Price { list: 0.055 / 10_000.0, get: 0.0044 / 10_000.0, keys_per_list: 5_000 }),
        // Standard storage in one region: class A and class B operations, per 1,000: <https://cloud.google.com/storage/pricing>.
        StoreKind::Gcs => Some(Price { list: 0.005 / 1_000.0, get: 0.0004 / 1_000.0, keys_per_list: 1_000 }),
    }
}

/// Watches the counters of the metered stores of a scan.
#[derive(Debug, Default)]
pub struct RequestMeter {
    stores: Vec<(StoreKind, Arc<terrier_stores::Usage>)>,
    taken: Mutex<Usage>,
}

impl RequestMeter {
    /// Watches the given counters.
    pub fn new(stores: Vec<(StoreKind, Arc<terrier_stores::Usage>)>) -> Self {
        Self { stores, taken: Mutex::default() }
    }

    /// Returns what was asked for since the last call.
    pub fn take(&self) -> Usage {
        let all = self.stores.iter().map(|(kind, store)| usage_of(*kind, store)).fold(Usage::default(), |sum, usage| sum + usage);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *taken, all);
        all - before
    }
}

/// What a store was asked for, at list price; folders and databases cost nothing.
fn usage_of(kind: StoreKind, store: &terrier_stores::Usage) -> Usage {
    let lists = store.list_requests();
    let others = store.get_requests() + store.other_requests();
    let dollars = price(kind).map_or(0.0, |price| lists as f64 * price.list + others as f64 * price.get);
    Usage { requests: lists + others, bytes_read: store.bytes_read(), failures: 0, cost_nanousd: (dollars * 1e9).round() as u64 }
}
