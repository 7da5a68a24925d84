use serde_json::{Map, Value, json};
use terrier_model::{ColumnRow, Finding};

use super::Explained;
use crate::commands::show::{asset_json, finding_json};
use crate::summary::class_name;

/// Writes what `show` writes of an asset, and the reasons with it.
pub(super) fn asset(explained: &Explained<'_>) -> Value {
    let asset = &explained.detail.asset;
    let coverage = &asset.coverage;
    let mut told = asset_json(explained.detail);
    let findings: Vec<Value> = explained.detail.findings.iter().map(|row| finding(explained, &row.finding)).collect();
    extend(
        &mut told,
        json!({
            "run_id": asset.run_id.as_str(), "rules_of_run": explained.are_rules_of_run,
            "reason_meaning": coverage.reason.map(|reason| reason.explain()),
            "bytes_read": coverage.bytes_read, "bytes_total": coverage.bytes_total,
            "records_read": coverage.records_read, "records_total": coverage.records_total,
            "nothing_found": explained.nothing_found(), "findings": findings,
        }),
    );
    told
}

fn finding(explained: &Explained<'_>, finding: &Finding) -> Value {
    let explanation = explained.explanation_of(finding);
    let evidence: Vec<Value> = explanation
        .evidence
        .iter()
        .map(|evidence| {
            json!({
                "name": evidence.name, "weight": evidence.weight, "meaning": evidence.meaning,
                "tier_without": evidence.tier_without.map(|tier| tier.as_str()),
            })
        })
        .collect();
    let rules: Vec<Value> = finding
        .rules
        .iter()
        .map(|id| json!({ "id": id, "description": explained.pack.rule(id).map(|rule| rule.description.as_str()) }))
        .collect();
    let tiers: Map<String, Value> = explanation.tiers.iter().map(|(tier, least)| (tier.as_str().to_owned(), json!(least))).collect();
    let columns: Vec<Value> = explained
        .detail
        .columns
        .iter()
        .map(|ColumnRow { column, .. }| column)
        .filter(|column| column.class.as_ref() == Some(&finding.class))
        .map(|column| {
            json!({
                "name": column.name, "kind": column.kind, "confidence": column.confidence, "values": column.values,
                "distinct": column.distinct, "pass_rate": column.pass_rate,
            })
        })
        .collect();
    let mut told = finding_json(finding);
    extend(
        &mut told,
        json!({
            "name": class_name(explained.pack, &finding.class), "rules": rules, "evidence": evidence,
            "sum": explanation.sum, "tiers": tiers, "columns": columns,
        }),
    );
    told
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
