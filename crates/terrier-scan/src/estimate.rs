//! What a plan would cost to run: the answer to `--dry-run`.

use terrier_model::StoreKind;

use crate::plan::{Extent, Plan};
use crate::read::WHOLE_UP_TO;
use crate::usage::price;

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
        let extent = plan.extent();
        let mut estimate = Self { extent, get_requests: extent.requests, cost_usd: extent.cost_nanousd as f64 / 1e9, ..Self::default() };
        let mut listed = vec![0; plan.targets().len()];
        plan.shards().iter().for_each(|shard| listed[shard.target] += shard.len() as u64);
        for (target, keys) in plan.targets().iter().zip(listed) {
            if let Some(price) = price(target.store.kind()).filter(|_| target.inventory.is_none()) {
                let lists = (keys / price.keys_per_list) + 1;
                estimate.list_requests += lists;
                estimate.cost_usd += lists as f64 * price.list;
            }
        }
        estimate
    }
}

/// US dollars of requests that reading an asset of this size takes, at list price.
pub(crate) fn get_cost_usd(kind: StoreKind, size: u64) -> f64 {
    price(kind).map_or(0.0, |price| requests(size) as f64 * price.get)
}

/// GET requests that an asset of this size takes.
pub(crate) fn requests(size: u64) -> u64 {
    match size {
        0 => 0,
        size if size <= WHOLE_UP_TO => 1,
        _ => REQUESTS_PER_LARGE,
    }
}
