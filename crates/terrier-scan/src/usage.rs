//! What a scan asks of the stores, and what that costs at list price.

use std::sync::{Arc, Mutex, PoisonError};

use terrier_findings::Usage;
use terrier_model::StoreKind;

use crate::plan::Plan;

/// US dollars per GET request of S3 Standard in us-east-1 (0.0004 per 1,000): <https://aws.amazon.com/s3/pricing/>.
pub(crate) const S3_GET_USD: f64 = 0.0004 / 1_000.0;

/// US dollars per LIST request of S3 Standard in us-east-1 (0.005 per 1,000).
pub(crate) const S3_LIST_USD: f64 = 0.005 / 1_000.0;

/// Keys that one LIST request returns.
pub(crate) const S3_KEYS_PER_LIST: u64 = 1_000;

/// Watches the counters of the metered stores of a scan, in the order of its targets.
#[derive(Debug, Default)]
pub struct RequestMeter {
    stores: Vec<Arc<terrier_stores::Usage>>,
    taken: Mutex<Usage>,
}

impl RequestMeter {
    /// Watches the given counters, one per target of the plan.
    pub fn new(stores: Vec<Arc<terrier_stores::Usage>>) -> Self {
        Self { stores, taken: Mutex::default() }
    }

    /// Returns what was asked for since the last call.
    pub(crate) fn take(&self) -> Usage {
        let requests = self.stores.iter().map(|store| store.requests()).sum();
        let bytes_read = self.stores.iter().map(|store| store.bytes_read()).sum();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let news = Usage { requests: requests - taken.requests, bytes_read: bytes_read - taken.bytes_read, failures: 0 };
        *taken = Usage { requests, bytes_read, failures: 0 };
        news
    }

    /// Returns the list price of this process's requests so far; folders cost nothing.
    pub(crate) fn cost_usd(&self, plan: &Plan) -> f64 {
        let billed = plan.targets().iter().zip(&self.stores).filter(|(target, _)| target.store.kind() == StoreKind::S3);
        billed
            .map(|(_, usage)| {
                usage.list_requests() as f64 * S3_LIST_USD + (usage.get_requests() + usage.other_requests()) as f64 * S3_GET_USD
            })
            .sum()
    }
}
