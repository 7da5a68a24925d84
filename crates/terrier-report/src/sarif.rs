//! SARIF 2.1.0. No snippets: a location names a place, never what is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use terrier_findings::finding_id;
use terrier_model::{DataClass, PlaceKind, RunRow, Sensitivity, Tier};
use terrier_query::LocatedFinding;
use terrier_rules::RulePack;

/// Results in one log; consumers refuse more.
pub(crate) const RESULTS: usize = 25_000;

/// Makes the log of what was found in some runs.
pub(crate) fn log(runs: &[RunRow], found: &[LocatedFinding], pack: &RulePack) -> Value {
    let cut = found.len() > RESULTS;
    let reported: Vec<&LocatedFinding> = found.iter().take(RESULTS).filter(|finding| finding.row.finding.test_value.is_none()).collect();
    let classes: BTreeSet<&DataClass> = reported.iter().map(|finding| &finding.row.finding.class).collect();
    let index: BTreeMap<&DataClass, usize> = classes.iter().enumerate().map(|(at, class)| (*class, at)).collect();
    let version = runs.last().map_or("", |run| run.terrier_version.as_str());
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Terrier",
                "version": version,
                "rules": classes.iter().map(|class| rule(class, pack)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(runs, cut)],
            "results": reported.iter().map(|finding| result(finding, index[&finding.row.finding.class], pack)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(class: &DataClass, pack: &RulePack) -> Value {
    let Some(spec) = pack.class(class) else {
        return json!({"id": class.as_str()});
    };
    let regulations: Vec<&str> = spec.regulations.iter().map(|law| law.id.as_str()).collect();
    json!({
        "id": class.as_str(),
        "name": class.as_str(),
        "shortDescription": {"text": spec.name},
        "defaultConfiguration": {"level": level(spec.sensitivity, Tier::High)},
        "properties": {"sensitivity": spec.sensitivity.as_str(), "category": spec.category.as_str(), "tags": regulations},
    })
}

/// Says whether the scan saw all it should have seen, since a log without results must not be taken for a clean estate.
fn invocation(runs: &[RunRow], cut: bool) -> Value {
    let mut notifications = Vec::new();
    for run in runs.iter().filter(|run| !run.complete) {
        let text = format!("run {} could not read everything in scope; its table of assets says what and why", run.run_id);
        notifications.push(json!({"level": "warning", "message": {"text": text}}));
    }
    if cut {
        let text = format!("only the {RESULTS} surest and largest findings are in this log; the tables hold all");
        notifications.push(json!({"level": "warning", "message": {"text": text}}));
    }
    json!({"executionSuccessful": runs.iter().all(|run| run.complete), "toolExecutionNotifications": notifications})
}

fn result(located: &LocatedFinding, rule: usize, pack: &RulePack) -> Value {
    let finding = &located.row.finding;
    let spec = pack.class(&finding.class);
    let name = spec.map_or(finding.class.as_str(), |spec| spec.name.as_str());
    let occurrences = if finding.count == 1 { "occurrence" } else { "occurrences" };
    json!({
        "ruleId": finding.class.as_str(),
        "ruleIndex": rule,
        "level": level(spec.map_or(Sensitivity::Confidential, |spec| spec.sensitivity), finding.tier),
        "message": {"text": format!("{name}: {} {occurrences}, {} confidence", finding.count, finding.tier)},
        "locations": [location(located)],
        "partialFingerprints": {"findingId/v1": finding_id(&located.row.asset_id, &finding.class)},
        "rank": (finding.confidence * 1000.0).round() / 10.0,
        "properties": {
            "tier": finding.tier.as_str(),
            "distinct": finding.distinct,
            "countHigh": finding.count_high,
            "countMedium": finding.count_medium,
            "countLow": finding.count_low,
            "countTest": finding.count_test,
            "assetSensitivity": located.sensitivity.as_str(),
        },
    })
}

/// How loud a result is: the sensitivity of the class where the finding is sure, a step less where it is likely, a note else.
fn level(sensitivity: Sensitivity, tier: Tier) -> &'static str {
    match (tier, sensitivity) {
        (Tier::High, Sensitivity::Restricted) => "error",
        (Tier::High, Sensitivity::Confidential) | (Tier::Medium, Sensitivity::Restricted) => "warning",
        _ => "note",
    }
}

fn location(located: &LocatedFinding) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(located.store_id.as_str(), &located.path)}});
    let places = &located.row.finding.places;
    if let Some(line) = places.iter().find(|place| place.kind == PlaceKind::Line && place.number > 0) {
        physical["region"] = json!({"startLine": line.number});
    } else if let Some(byte) = places.iter().find(|place| place.kind == PlaceKind::Byte) {
        physical["region"] = json!({"byteOffset": byte.number});
    }
    let columns: BTreeSet<&str> = places.iter().filter_map(|place| place.column.as_deref()).collect();
    let logical =
        columns.iter().map(|column| json!({"name": column, "fullyQualifiedName": format!("{}!{column}", located.path), "kind": "member"}));
    let mut location = json!({"physicalLocation": physical});
    if !columns.is_empty() {
        location["logicalLocations"] = Value::Array(logical.collect());
    }
    location
}

/// The address of an asset: its store, and its path with everything encoded that a URI does not allow.
fn uri(store: &str, path: &str) -> String {
    let mut uri = String::new();
    encode(&mut uri, store.trim_end_matches('/'), b"-._~/!=+,:%");
    uri.push('/');
    encode(&mut uri, path, b"-._~/!=+,");
    uri
}

fn encode(uri: &mut String, text: &str, allowed: &[u8]) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || allowed.contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
}
