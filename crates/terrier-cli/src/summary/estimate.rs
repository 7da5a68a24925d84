use serde_json::{Map, Value, json};
use terrier_scan::{Estimate, Plan};

use crate::units::{human_bytes, human_count};

/// Writes for people what a scan would read.
pub(crate) fn estimate_table(plan: &Plan, estimate: &Estimate) -> String {
    let extent = estimate.extent;
    let mut text =
        format!("Would read   {} of {} objects, {}\n", human_count(extent.readable), human_count(extent.assets), human_bytes(extent.bytes));
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

/// Writes for programs what a scan would read.
pub(crate) fn estimate_json(plan: &Plan, estimate: &Estimate) -> String {
    let skipped: Map<String, Value> = plan.skipped().iter().map(|(reason, count)| (reason.as_str().to_owned(), json!(count))).collect();
    let estimate = json!({
        "assets": estimate.extent.assets,
        "readable": estimate.extent.readable,
        "bytes": estimate.extent.bytes,
        "skipped": skipped,
        "get_requests": estimate.get_requests,
        "list_requests": estimate.list_requests,
        "cost_usd": estimate.cost_usd,
    });
    format!("{estimate:#}")
}
