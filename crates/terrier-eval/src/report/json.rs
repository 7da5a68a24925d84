use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use terrier_model::Tier;

use crate::clean::CleanScores;
use crate::evaluate::{DocumentCounts, Evaluation, TableScores, TextScores};
use crate::vectors::{VectorCounts, VectorScores};
use crate::{ByTier, ColumnScores, Counts, Judged, Matches, Mistake, Share};

pub(super) fn json(evaluation: &Evaluation) -> Value {
    let Evaluation { rules, programs, texts, pooled, tables, pooled_tables, vectors, pooled_vectors, clean, judged, mistakes } = evaluation;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "engine": rules.engine,
        "rules": { "count": rules.count, "classes": rules.classes, "digest": rules.digest },
        "programs": programs,
        "texts": texts.iter().map(|scores| text(programs, scores)).collect::<Vec<_>>(),
        "texts_pooled": (!texts.is_empty()).then(|| text(programs, pooled)),
        "tables": tables.iter().map(|scores| table(programs, scores)).collect::<Vec<_>>(),
        "tables_pooled": (!tables.is_empty()).then(|| table(programs, pooled_tables)),
        "vectors": vectors.iter().map(|(name, scores)| vector(name, scores)).collect::<Vec<_>>(),
        "vectors_pooled": (!vectors.is_empty()).then(|| vector("all", pooled_vectors)),
        "clean": clean.as_ref().map(of_clean),
        "bars": judged.iter().map(bar).collect::<Vec<_>>(),
        "mistakes": mistakes.iter().map(mistake).collect::<Vec<_>>(),
    })
}

/// Puts what each program said under its name; null for a program that was not asked.
fn by_program<T>(programs: &[String], rows: &[Option<T>], one: impl Fn(&T) -> Value) -> Value {
    let each = programs.iter().zip(rows).map(|(name, row)| (name.clone(), row.as_ref().map_or(Value::Null, &one)));
    Value::Object(each.collect::<Map<_, _>>())
}

fn by_tier<T>(tiers: &ByTier<T>, one: impl Fn(&T) -> Value) -> Value {
    Value::Object(Tier::ALL.iter().zip(tiers).map(|(tier, figures)| (tier.as_str().to_owned(), one(figures))).collect::<Map<_, _>>())
}

fn text(programs: &[String], scores: &TextScores) -> Value {
    let types: BTreeMap<&str, Value> =
        scores.types.iter().map(|(name, rows)| (name.as_str(), by_program(programs, rows, |tiers| by_tier(tiers, matches)))).collect();
    let has_documents = scores.documents.iter().any(Option::is_some);
    json!({
        "name": scores.name,
        "records": scores.records,
        "types": types,
        "uncovered": scores.uncovered,
        "documents": has_documents.then(|| by_program(programs, &scores.documents, documents)),
    })
}

fn matches(matches: &Matches) -> Value {
    json!({ "overlap": counts(&matches.overlap), "exact": counts(&matches.exact) })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "labelled": counts.gold, "predicted": counts.predicted, "right": counts.right, "found": counts.found,
        "precision": share(counts.precision()), "recall": share(counts.recall()), "f1": counts.f1(),
    })
}

fn share(share: Option<Share>) -> Value {
    share.map_or(Value::Null, |share| json!({ "value": share.value, "low": share.low, "high": share.high }))
}

fn documents(documents: &DocumentCounts) -> Value {
    json!({ "documents": documents.documents, "accuracy": share(documents.accuracy()), "restricted": counts(&documents.restricted) })
}

fn table(programs: &[String], scores: &TableScores) -> Value {
    let columns = |columns: &ColumnScores| {
        let types: BTreeMap<&str, Value> = columns.types.iter().map(|(name, tiers)| (name.as_str(), by_tier(tiers, counts))).collect();
        json!({ "columns": columns.columns, "all": by_tier(&columns.all, counts), "types": types })
    };
    json!({
        "name": scores.name,
        "tables": scores.tables,
        "programs": by_program(programs, &scores.programs, columns),
        "uncovered": scores.uncovered,
    })
}

fn vector(name: &str, scores: &VectorScores) -> Value {
    let kinds: BTreeMap<&str, Value> = scores.kinds.iter().map(|(kind, counts)| (kind.as_str(), of_kind(counts))).collect();
    json!({
        "name": name,
        "ids": of_kind(&scores.sum_of_ids()),
        "phones": of_kind(&scores.sum_of_phones()),
        "kinds": kinds,
        "unknown": scores.unknown,
    })
}

fn of_kind(counts: &VectorCounts) -> Value {
    json!({
        "valid": counts.valid, "accepted": counts.accepted, "acceptance": share(counts.acceptance()),
        "found": by_tier(&counts.found, |n| json!(n)),
        "invalid": counts.invalid, "rejected": counts.rejected, "rejection": share(counts.rejection()),
        "found_invalid": by_tier(&counts.found_invalid, |n| json!(n)),
    })
}

fn of_clean(clean: &CleanScores) -> Value {
    let class = |tiers: &ByTier<u64>| by_tier(tiers, |count| json!({ "count": count, "per_gigabyte": clean.per_gigabyte(*count) }));
    let classes: BTreeMap<&str, Value> = clean.classes.iter().map(|(name, tiers)| (name.as_str(), class(tiers))).collect();
    json!({ "bytes": clean.bytes, "files": clean.files, "binary_files_left_out": clean.binary, "classes": classes })
}

fn bar(judged: &Judged) -> Value {
    json!({
        "lane": judged.lane, "figure": judged.figure, "n": judged.n, "value": judged.value, "bar": judged.bar,
        "standing": judged.standing.as_str(),
    })
}

fn mistake(mistake: &Mistake) -> Value {
    json!({
        "program": mistake.program, "corpus": mistake.corpus, "record": mistake.record, "what": mistake.what, "name": mistake.name,
        "tier": mistake.tier.map(Tier::as_str), "by": mistake.by, "place": mistake.place,
        "shown": mistake.shown.as_ref().map(|[before, there, after]| json!({ "before": before, "there": there, "after": after })),
    })
}
