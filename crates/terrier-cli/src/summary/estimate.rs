use std::num::NonZeroUsize;

use serde_json::{Map, Value, json};
use terrier_scan::{Estimate, Plan};

use crate::units::{human_bytes, human_count, human_seconds};

/// Writes for people what a scan would read.
pub(crate) fn estimate_table(plan: &Plan, estimate: &Estimate) -> String {
    let extent = estimate.extent;
    let mut text =
        format!("Would read   {} of {} objects, {}\n", human_count(extent.readable), human_count(extent.assets), human_bytes(extent.bytes));
    if extent.unchanged > 0 {
        text.push_str(&format!("Unchanged    {} since the last scan\n", human_count(extent.unchanged)));
    }
    for (reason, count) in plan.skipped() {
        text.push_str(&format!("Would leave  {} ({})\n", human_count(*count), reason.explain()));
    }
    if estimate.list_requests > 0 {
        text.push_str(&format!(
            "Requests     {} GET or more, {} LIST\nCost         {:.4} USD for requests at list price (S3 Standard, us-east-1), transfer not included\n",
            human_count(estimate.get_requests),
            human_count(estimate.list_requests),
            estimate.cost_usd
        ));
    }
    text
}

/// What a forecast is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fleet {
    pub(crate) cores: NonZeroUsize,
    pub(crate) core_hour_usd: f64,
    /// Bytes per second of one core; without it there is no telling.
    pub(crate) core_rate: Option<u64>,
}

impl Fleet {
    /// Hours until all is read, and dollars for the cores.
    fn forecast(self, bytes: u64) -> Option<(f64, f64)> {
        let core_hours = bytes as f64 / self.core_rate.filter(|rate| *rate > 0)? as f64 / 3_600.0;
        Some((core_hours / self.cores.get() as f64, core_hours * self.core_hour_usd))
    }
}

/// Writes for people what a plan amounts to.
pub(crate) fn plan_table(plan: &Plan, estimate: &Estimate, fleet: Fleet) -> String {
    let mut text = estimate_table(plan, estimate);
    text.push_str(&format!(
        "Plan         {} datasets, {} shards\n",
        human_count(plan.datasets().len() as u64),
        human_count(plan.shards().len() as u64)
    ));
    if let Some((hours, dollars)) = fleet.forecast(estimate.extent.bytes) {
        text.push_str(&format!("Forecast     {} on {} cores, {dollars:.2} USD for them\n", human_seconds(hours * 3_600.0), fleet.cores));
    }
    text
}

/// Writes for programs what a plan amounts to.
pub(crate) fn plan_json(plan: &Plan, estimate: &Estimate, fleet: Fleet) -> String {
    let mut json = as_json(plan, estimate);
    json["shards"] = json!(plan.shards().len());
    json["forecast"] = fleet
        .forecast(estimate.extent.bytes)
        .map_or(Value::Null, |(hours, dollars)| json!({ "cores": fleet.cores, "hours": hours, "compute_usd": dollars }));
    format!("{json:#}")
}

/// Writes for programs what a scan would read.
pub(crate) fn estimate_json(plan: &Plan, estimate: &Estimate) -> String {
    format!("{:#}", as_json(plan, estimate))
}

fn as_json(plan: &Plan, estimate: &Estimate) -> Value {
    let skipped: Map<String, Value> = plan.skipped().iter().map(|(reason, count)| (reason.as_str().to_owned(), json!(count))).collect();
    json!({
        "assets": estimate.extent.assets,
        "readable": estimate.extent.readable,
        "bytes": estimate.extent.bytes,
        "unchanged": estimate.extent.unchanged,
        "gone": estimate.extent.gone,
        "datasets": plan.datasets().len(),
        "skipped": skipped,
        "get_requests": estimate.get_requests,
        "list_requests": estimate.list_requests,
        "cost_usd": estimate.cost_usd,
    })
}
