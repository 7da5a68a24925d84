//! What a plan would cost to run: the answer to `--dry-run`.

use terrier_model::StoreKind;

use crate::plan::{Extent, Plan};
use crate::read::WHOLE_UP_TO;
use crate::usage::{S3_GET_USD, S3_KEYS_PER_LIST, S3_LIST_USD};

/// Requests that a large asset takes when it is read from front to end: its head, its next range, and a stream for the rest.
const REQUESTS_PER_LARGE: u64 = 3;

/// What running a plan would read and cost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// What would be enumerated and read.
    pub extent: Extent,
    /// LIST requests, the plan's own included.
    pub list_requests: u64,
    /// GET requests; more where large containers are read here and there.
    pub get_requests: u64,
    /// Cost of the requests in US dollars at list price; nothing for folders and databases.
    pub cost_usd: f64,
}

impl Estimate {
    /// Estimates a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut estimate = Self { extent: plan.extent(), get_requests: plan.extent().requests, ..Self::default() };
        let mut listed = vec![0; plan.targets().len()];
        plan.shards().iter().for_each(|shard| listed[shard.target] += shard.len() as u64);
        for (target, keys) in plan.targets().iter().zip(listed) {
            if target.store.kind() == StoreKind::S3 && target.inventory.is_none() {
                estimate.list_requests += (keys / S3_KEYS_PER_LIST) + 1;
            }
        }
        estimate.cost_usd = estimate.get_requests as f64 * S3_GET_USD + estimate.list_requests as f64 * S3_LIST_USD;
        estimate
    }
}

/// US dollars of requests that reading an asset of this size takes, at list price.
pub(crate) fn get_cost_usd(kind: StoreKind, size: u64) -> f64 {
    match kind {
        StoreKind::S3 => requests(size) as f64 * S3_GET_USD,
        StoreKind::Folder | StoreKind::Sim | StoreKind::Postgres | StoreKind::Mysql | StoreKind::Redis => 0.0,
    }
}

/// GET requests that an asset of this size takes.
pub(crate) fn requests(size: u64) -> u64 {
    match size {
        0 => 0,
        size if size <= WHOLE_UP_TO => 1,
        _ => REQUESTS_PER_LARGE,
    }
}
