use serde_json::{Value, json};
use terrier_model::{DatasetFindingRow, DatasetRow};
use terrier_query::{DatasetDetail, DatasetList};
use terrier_rules::RulePack;

use super::{class_name, line};
use crate::units::{human_bytes, human_count};

/// Classes named per dataset; the others are counted.
const CLASSES: usize = 6;

/// Writes the datasets for people.
pub(crate) fn datasets(list: &DatasetList, pack: &RulePack) -> String {
    let mut text = String::new();
    let shown = list.datasets.len() as u64;
    let more =
        if shown < list.total { format!(", the {shown} most sensitive of them first") } else { ", the most sensitive first".to_owned() };
    let datasets = if list.total == 1 { "dataset" } else { "datasets" };
    line(&mut text, format_args!("{} {datasets}{more}", human_count(list.total)));
    if list.changed > 0 {
        line(&mut text, format_args!("In {} of them the columns are not the same in all members.", human_count(list.changed)));
    }
    for detail in &list.datasets {
        dataset(&mut text, detail, pack);
    }
    text
}

fn dataset(text: &mut String, detail: &DatasetDetail, pack: &RulePack) {
    let DatasetDetail { row, findings } = detail;
    let label = row.sensitivity.map_or("–", |sensitivity| sensitivity.as_str());
    line(text, format_args!("\n{label:<12} {}  {}", row.store_id, row.pattern));
    let formats = if row.formats.is_empty() { String::new() } else { format!("; {}", row.formats.join(", ")) };
    let shapes = if row.shapes > 1 { format!("; {} sets of columns", row.shapes) } else { String::new() };
    line(
        text,
        format_args!(
            "    {} {}, {}, {} read{formats}{shapes}",
            human_count(row.members),
            if row.members == 1 { "member" } else { "members" },
            human_bytes(row.bytes),
            if row.read == row.members { "all".to_owned() } else { human_count(row.read) },
        ),
    );
    let found: Vec<&DatasetFindingRow> = findings.iter().filter(|found| found.members_high > 0).collect();
    for found in found.iter().take(CLASSES) {
        line(text, format_args!("    {:<45} {}", class_name(pack, &found.class), prevalence(row, found)));
    }
    if found.len() > CLASSES {
        line(text, format_args!("    and {} classes more", found.len() - CLASSES));
    }
    if row.read < row.members && row.read > 0 {
        let other = if found.is_empty() { "any class" } else { "any other class" };
        line(text, format_args!("    {other} in at most {} of members, {} sure", percent(row.absent_bound), percent(row.confidence)));
    }
}

fn prevalence(row: &DatasetRow, found: &DatasetFindingRow) -> String {
    if row.read == row.members {
        return format!("in {} of {} members", human_count(found.members_high), human_count(row.members));
    }
    let bounds = format!("{} to {}", percent(found.prevalence_low), percent(found.prevalence_high));
    format!("in {} of members ({bounds})", percent(found.prevalence))
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == percent.round() { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// Writes the datasets for programs.
pub(crate) fn datasets_json(list: &DatasetList) -> String {
    let datasets: Vec<Value> = list.datasets.iter().map(dataset_json).collect();
    format!("{:#}", json!({ "total": list.total, "changed": list.changed, "datasets": datasets }))
}

fn dataset_json(detail: &DatasetDetail) -> Value {
    let DatasetDetail { row, findings } = detail;
    let findings: Vec<Value> = findings
        .iter()
        .map(|found| {
            json!({
                "class": found.class.as_str(), "members_high": found.members_high, "members_medium": found.members_medium,
                "count_high": found.count_high, "prevalence": found.prevalence,
                "prevalence_low": found.prevalence_low, "prevalence_high": found.prevalence_high,
            })
        })
        .collect();
    json!({
        "dataset_id": row.dataset_id.as_str(), "store_id": row.store_id.as_str(), "pattern": row.pattern,
        "members": row.members, "bytes": row.bytes, "read": row.read, "coverage": row.method.as_str(),
        "confidence": row.confidence, "absent_bound": row.absent_bound, "formats": row.formats, "shapes": row.shapes,
        "sensitivity": row.sensitivity.map(|sensitivity| sensitivity.as_str()), "findings": findings,
    })
}
