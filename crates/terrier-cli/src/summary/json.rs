use serde_json::{Value, json};
use terrier_query::{Summary, WorstAsset};

/// Writes the summary as one JSON object.
pub(crate) fn json(found: &Summary, findings: &str) -> anyhow::Result<String> {
    let runs: Vec<Value> = found
        .runs
        .iter()
        .map(|run| {
            json!({
                "run_id": run.run_id.as_str(), "target": run.target, "complete": run.complete,
                "started": run.started, "ended": run.ended,
                "requests": run.requests, "bytes_read": run.bytes_read, "cost_usd": run.cost_usd,
            })
        })
        .collect();
    let mut summary = counts(found);
    summary["findings"] = findings.into();
    summary["runs"] = runs.into();
    summary["worst"] = found.worst.iter().map(worst_json).collect();
    Ok(serde_json::to_string_pretty(&summary)?)
}

/// Writes how much of what there is, without a name of anything that was scanned.
pub(crate) fn counts(found: &Summary) -> Value {
    let coverage: Vec<Value> = found
        .coverage
        .iter()
        .map(|row| {
            json!({
                "method": row.method.as_str(), "reason": row.reason.map(|reason| reason.as_str()),
                "assets": row.assets, "members": row.members, "bytes_total": row.bytes_total, "bytes_read": row.bytes_read,
            })
        })
        .collect();
    let classes: Vec<Value> = found
        .classes
        .iter()
        .map(|row| {
            json!({
                "class": row.class.as_str(), "assets": row.assets,
                "high": row.high, "medium": row.medium, "low": row.low, "test": row.test,
            })
        })
        .collect();
    let labels: Vec<Value> = found
        .sensitivity
        .iter()
        .map(|row| json!({ "sensitivity": row.sensitivity.as_str(), "assets": row.assets, "bytes": row.bytes }))
        .collect();
    let regulations: Vec<Value> = found.regulations.iter().map(|row| json!({ "id": row.id, "assets": row.assets })).collect();
    json!({
        "unchanged": found.unchanged, "gone": found.gone,
        "assets": found.assets, "members": found.members, "bytes_total": found.bytes_total, "bytes_read": found.bytes_read,
        "coverage": coverage, "classes": classes, "labels": labels, "regulations": regulations,
    })
}

/// Writes one of the worst assets.
pub(crate) fn worst_json(asset: &WorstAsset) -> Value {
    let classes: Vec<Value> = asset
        .classes
        .iter()
        .map(|class| {
            json!({
                "class": class.class.as_str(), "tier": class.tier.as_str(),
                "high": class.high, "medium": class.medium, "distinct": class.distinct,
            })
        })
        .collect();
    json!({
        "asset_id": asset.asset_id.as_str(), "store_id": asset.store_id.as_str(), "path": asset.path, "size": asset.size,
        "sensitivity": asset.sensitivity.as_str(), "regulations": asset.regulations, "reasons": asset.reasons, "classes": classes,
    })
}
