use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use sha2::{Digest, Sha256};
use terrier_model::{
    AssetId, ColumnDecision, ColumnRow, Combination, CombinationRow, DataClass, Evidence, Finding, FindingRow, Fingerprint, FingerprintRow,
    Place, PlaceKind, RunId, Table, Tier,
};

use super::TableRow;
use super::read::{BatchReader, unsigned};
use super::write::{BatchBuilder, signed};
use crate::FindingsError;

/// Kinds of values that a column can have.
const KINDS: [&str; 7] = ["text", "integer", "float", "date", "timestamp", "boolean", "binary"];

/// Names a finding across runs: the first 32 hexadecimal digits of SHA-256 over asset and class.
///
/// Both are in the row, so it needs no key; it is a shorthand, not a secret.
pub fn finding_id(asset: &AssetId, class: &DataClass) -> String {
    let mut hash = Sha256::new();
    hash.update(asset.as_str());
    hash.update([0]);
    hash.update(class.as_str());
    hex::encode(&hash.finalize()[..16])
}

fn ids(reader: &BatchReader<'_>, row: usize) -> (RunId, AssetId) {
    (RunId::new(reader.text("run_id", row)), AssetId::new(reader.text("asset_id", row)))
}

impl TableRow for FindingRow {
    const TABLE: Table = Table::Findings;

    fn encode(rows: &[Self]) -> RecordBatch {
        let findings = || rows.iter().map(|row| &row.finding);
        let finding_ids: Vec<String> = rows.iter().map(|row| finding_id(&row.asset_id, &row.finding.class)).collect();
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("asset_id", rows.iter().map(|row| row.asset_id.as_str()))
            .texts("finding_id", finding_ids.iter().map(String::as_str))
            .texts("class", findings().map(|finding| finding.class.as_str()))
            .texts("tier", findings().map(|finding| finding.tier.as_str()))
            .numbers("confidence", findings().map(|finding| finding.confidence))
            .counts("count", findings().map(|finding| finding.count))
            .counts("count_high", findings().map(|finding| finding.count_high))
            .counts("count_medium", findings().map(|finding| finding.count_medium))
            .counts("count_low", findings().map(|finding| finding.count_low))
            .counts("count_test", findings().map(|finding| finding.count_test))
            .counts("distinct", findings().map(|finding| finding.distinct))
            .struct_lists("places", findings().map(|finding| finding.places.len()), places(rows))
            .struct_lists("evidence", findings().map(|finding| finding.evidence.len()), evidence(rows))
            .text_lists("rules", findings().map(|finding| finding.rules.iter().map(String::as_str)))
            .optional_texts("test_value", findings().map(|finding| finding.test_value.as_deref()))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            let (run_id, asset_id) = ids(&reader, row);
            Ok(Self { run_id, asset_id, finding: decode_finding(&reader, row)? })
        };
        reader.rows().map(decode_row).collect()
    }
}

fn places(rows: &[FindingRow]) -> Vec<ArrayRef> {
    let places: Vec<&Place> = rows.iter().flat_map(|row| &row.finding.places).collect();
    vec![
        Arc::new(StringArray::from_iter_values(places.iter().map(|place| place.kind.as_str()))),
        Arc::new(Int64Array::from_iter_values(places.iter().map(|place| signed(place.number)))),
        Arc::new(places.iter().map(|place| place.column.as_deref()).collect::<StringArray>()),
    ]
}

fn evidence(rows: &[FindingRow]) -> Vec<ArrayRef> {
    let evidence: Vec<&Evidence> = rows.iter().flat_map(|row| &row.finding.evidence).collect();
    vec![
        Arc::new(StringArray::from_iter_values(evidence.iter().map(|evidence| evidence.name.as_str()))),
        Arc::new(Float64Array::from_iter_values(evidence.iter().map(|evidence| evidence.weight))),
    ]
}

fn decode_finding(reader: &BatchReader<'_>, row: usize) -> Result<Finding, FindingsError> {
    Ok(Finding {
        class: DataClass::new(reader.text("class", row)),
        tier: reader.name("tier", row, Tier::parse)?,
        confidence: reader.number("confidence", row),
        count: reader.count("count", row),
        count_high: reader.count("count_high", row),
        count_medium: reader.count("count_medium", row),
        count_low: reader.count("count_low", row),
        count_test: reader.count("count_test", row),
        distinct: reader.count("distinct", row),
        places: decode_places(reader, row)?,
        evidence: decode_evidence(reader, row),
        rules: reader.text_list("rules", row),
        test_value: reader.owned_text("test_value", row),
    })
}

fn decode_places(reader: &BatchReader<'_>, row: usize) -> Result<Vec<Place>, FindingsError> {
    let list = reader.list("places", row);
    let places = list.as_struct();
    let (kinds, numbers) = (places.column(0).as_string::<i32>(), places.column(1).as_primitive::<Int64Type>());
    let columns = places.column(2).as_string::<i32>();
    let decode_place = |at: usize| {
        let kind = PlaceKind::parse(kinds.value(at));
        Ok(Place {
            kind: kind.ok_or_else(|| reader.unreadable("column `places` has an unknown kind".to_owned()))?,
            number: unsigned(numbers.value(at)),
            column: columns.is_valid(at).then(|| columns.value(at).to_owned()),
        })
    };
    (0..places.len()).map(decode_place).collect()
}

fn decode_evidence(reader: &BatchReader<'_>, row: usize) -> Vec<Evidence> {
    let list = reader.list("evidence", row);
    let evidence = list.as_struct();
    let (names, weights) = (evidence.column(0).as_string::<i32>(), evidence.column(1).as_primitive::<Float64Type>());
    (0..evidence.len()).map(|at| Evidence { name: names.value(at).to_owned(), weight: weights.value(at) }).collect()
}

impl TableRow for ColumnRow {
    const TABLE: Table = Table::Columns;

    fn encode(rows: &[Self]) -> RecordBatch {
        let columns = || rows.iter().map(|row| &row.column);
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("asset_id", rows.iter().map(|row| row.asset_id.as_str()))
            .texts("name", columns().map(|column| column.name.as_str()))
            .texts("kind", columns().map(|column| column.kind))
            .optional_texts("class", columns().map(|column| column.class.as_ref().map(DataClass::as_str)))
            .numbers("confidence", columns().map(|column| column.confidence))
            .counts("values", columns().map(|column| column.values))
            .counts("distinct", columns().map(|column| column.distinct))
            .optional_numbers("pass_rate", columns().map(|column| column.pass_rate))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            let (run_id, asset_id) = ids(&reader, row);
            let column = ColumnDecision {
                name: reader.text("name", row).to_owned(),
                kind: reader.name("kind", row, |name| KINDS.into_iter().find(|kind| *kind == name))?,
                class: reader.optional_text("class", row).map(DataClass::new),
                confidence: reader.number("confidence", row),
                values: reader.count("values", row),
                distinct: reader.count("distinct", row),
                pass_rate: reader.optional_number("pass_rate", row),
            };
            Ok(Self { run_id, asset_id, column })
        };
        reader.rows().map(decode_row).collect()
    }
}

impl TableRow for CombinationRow {
    const TABLE: Table = Table::Combinations;

    fn encode(rows: &[Self]) -> RecordBatch {
        let combinations = || rows.iter().map(|row| &row.combination);
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("asset_id", rows.iter().map(|row| row.asset_id.as_str()))
            .text_lists("classes", combinations().map(|combination| combination.classes.iter().map(DataClass::as_str)))
            .counts("records", combinations().map(|combination| combination.records))
            .optional_texts("person_class", combinations().map(|combination| combination.person_class.as_ref().map(DataClass::as_str)))
            .number_lists("persons", combinations().map(|combination| combination.persons.as_slice()))
            .text_lists("jurisdictions", combinations().map(|combination| combination.jurisdictions.iter().map(String::as_str)))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            let (run_id, asset_id) = ids(&reader, row);
            let combination = Combination {
                classes: reader.text_list("classes", row).into_iter().map(DataClass::new).collect(),
                records: reader.count("records", row),
                person_class: reader.optional_text("person_class", row).map(DataClass::new),
                persons: reader.number_list("persons", row),
                jurisdictions: reader.text_list("jurisdictions", row),
            };
            Self { run_id, asset_id, combination }
        };
        Ok(reader.rows().map(decode_row).collect())
    }
}

impl TableRow for FingerprintRow {
    const TABLE: Table = Table::Fingerprints;

    fn encode(rows: &[Self]) -> RecordBatch {
        let fingerprints = || rows.iter().map(|row| &row.fingerprint);
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("asset_id", rows.iter().map(|row| row.asset_id.as_str()))
            .texts("class", fingerprints().map(|fingerprint| fingerprint.class.as_str()))
            .counts("distinct", fingerprints().map(|fingerprint| fingerprint.distinct))
            .number_lists("sketch", fingerprints().map(|fingerprint| fingerprint.sketch.as_slice()))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            let (run_id, asset_id) = ids(&reader, row);
            let fingerprint = Fingerprint {
                class: DataClass::new(reader.text("class", row)),
                distinct: reader.count("distinct", row),
                sketch: reader.number_list("sketch", row),
            };
            Self { run_id, asset_id, fingerprint }
        };
        Ok(reader.rows().map(decode_row).collect())
    }
}
