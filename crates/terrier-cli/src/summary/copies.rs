use serde_json::{Value, json};
use terrier_query::{CopyGroup, NearCopy};

use super::line;
use crate::units::{human_bytes, human_count};

/// Places written per group.
const PLACES: usize = 5;

/// Marks of a whole sketch.
const MARKS: u64 = 16;

/// Writes copies and near copies for people.
pub(crate) fn copies(equal: &[CopyGroup], near: &[NearCopy]) -> String {
    let mut text = String::new();
    if equal.is_empty() && near.is_empty() {
        line(
            &mut text,
            format_args!("No content lies in several places. (Without a fingerprint key, or where only a part was read, nobody can tell.)"),
        );
    }
    for group in equal {
        let stores = if group.stores > 1 { format!(" in {} stores", group.stores) } else { String::new() };
        line(&mut text, format_args!("{} × {}{stores}", human_count(group.copies), human_bytes(group.size)));
        for place in group.places.iter().take(PLACES) {
            line(&mut text, format_args!("    {place}"));
        }
        if group.copies > PLACES as u64 {
            line(&mut text, format_args!("    and {} more", human_count(group.copies - PLACES as u64)));
        }
    }
    if !near.is_empty() {
        line(&mut text, format_args!("\nNearly alike"));
    }
    for NearCopy { one: (_, one_store, one), other: (_, other_store, other), common } in near {
        line(&mut text, format_args!("  about {:>3} %  {one_store}/{one}\n               {other_store}/{other}", common * 100 / MARKS));
    }
    text
}

/// Writes them for programs.
pub(crate) fn copies_json(equal: &[CopyGroup], near: &[NearCopy]) -> String {
    let copies: Vec<Value> = equal
        .iter()
        .map(|group| json!({ "copies": group.copies, "size": group.size, "stores": group.stores, "places": group.places }))
        .collect();
    let near: Vec<Value> = near
        .iter()
        .map(|pair| {
            let asset = |(id, store, path): &(terrier_model::AssetId, terrier_model::StoreId, String)| {
                json!({ "asset_id": id.as_str(), "store_id": store.as_str(), "path": path })
            };
            json!({ "one": asset(&pair.one), "other": asset(&pair.other), "alike": pair.common as f64 / MARKS as f64 })
        })
        .collect();
    format!("{:#}", json!({ "copies": copies, "near": near }))
}
