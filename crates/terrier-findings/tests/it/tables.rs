//! Every table's writer follows its specification, and what was written reads back equal.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use proptest::prelude::*;
use terrier_findings::{TableRow, finding_id};
use terrier_model::{
    AssetRow, ColumnRow, CombinationRow, DataClass, DatasetFindingRow, DatasetRow, Evidence, FindingRow, FingerprintRow, Place, PlaceKind,
    RunId, RunRow, StoreRow, Table, Tier,
};

use crate::fixture;

fn check<R: TableRow + PartialEq + std::fmt::Debug>(rows: Vec<R>) {
    for rows in [rows, Vec::new()] {
        let batch = R::encode(&rows);
        assert_eq!(batch.schema(), R::TABLE.schema(), "the writer of `{}` follows its specification", R::TABLE.name());
        assert_eq!(R::decode(&batch).unwrap(), rows);
    }
}

#[test]
fn every_table_is_written_to_its_specification() {
    let run = RunId::new("r1");
    let shards: Vec<_> = (0..3).map(|shard| fixture::shard(&run, shard)).collect();
    for table in Table::ALL {
        match table {
            Table::Runs => check::<RunRow>(vec![fixture::run_row(&run, fixture::STARTED)]),
            Table::Stores => check::<StoreRow>(vec![fixture::store_row(&run)]),
            Table::Assets => check::<AssetRow>(shards.iter().flat_map(|shard| shard.assets.clone()).collect()),
            Table::Columns => check::<ColumnRow>(shards.iter().flat_map(|shard| shard.columns.clone()).collect()),
            Table::Findings => check::<FindingRow>(shards.iter().flat_map(|shard| shard.findings.clone()).collect()),
            Table::Combinations => check::<CombinationRow>(shards.iter().flat_map(|shard| shard.combinations.clone()).collect()),
            Table::Datasets => check::<DatasetRow>(vec![fixture::dataset_row(&run)]),
            Table::DatasetFindings => check::<DatasetFindingRow>(vec![fixture::dataset_finding_row(&run)]),
            Table::Fingerprints => check::<FingerprintRow>(shards.iter().flat_map(|shard| shard.fingerprints.clone()).collect()),
        }
    }
}

#[test]
fn finding_ids_are_stable_and_tell_asset_and_class_apart() {
    let id = finding_id(&fixture::asset_id(1), &DataClass::new("email"));
    assert_eq!(id, "23adc8b98a26788cecb6d52f36d953c5");
    assert_ne!(id, finding_id(&fixture::asset_id(2), &DataClass::new("email")));
    assert_ne!(id, finding_id(&fixture::asset_id(1), &DataClass::new("phone")));
}

#[test]
fn a_batch_of_another_table_is_refused() {
    let stores = StoreRow::encode(&[fixture::store_row(&RunId::new("r1"))]);
    let error = RunRow::decode(&stores).unwrap_err().to_string();
    assert!(error.contains("column `target` is missing"), "{error}");
}

#[test]
fn tables_of_version_1_are_still_read() {
    let rows: Vec<AssetRow> = fixture::shard(&RunId::new("r1"), 0).assets;
    let batch = AssetRow::encode(&rows);
    let schema = batch.schema();
    let fields = schema.fields().iter().map(|field| {
        let is_label = field.name() == "sensitivity";
        field.as_ref().clone().with_nullable(!is_label && field.is_nullable())
    });
    let old_schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let old = RecordBatch::try_new(old_schema, batch.columns().to_vec()).unwrap();
    assert_eq!(AssetRow::decode(&old).unwrap(), rows);
}

fn any_finding() -> impl Strategy<Value = FindingRow> {
    let place = (0..4usize, 0..i64::MAX as u64, proptest::option::of(".*"));
    let kinds = [PlaceKind::Line, PlaceKind::Page, PlaceKind::Record, PlaceKind::Byte];
    let places = proptest::collection::vec(place.prop_map(move |(kind, number, column)| Place { kind: kinds[kind], number, column }), 0..4);
    let evidence = proptest::collection::vec((".*", -9.0..9.0).prop_map(|(name, weight)| Evidence { name, weight }), 0..4);
    let texts = proptest::collection::vec(".*", 0..3);
    (places, evidence, texts, proptest::option::of(".*"), [0..1u64 << 60, 0..9, 0..9, 0..9]).prop_map(
        |(places, evidence, rules, test_value, counts)| {
            let mut row = fixture::finding(&RunId::new("r1"), 7, "email", Tier::High, counts);
            row.finding.places = places;
            row.finding.evidence = evidence;
            row.finding.rules = rules;
            row.finding.test_value = test_value;
            row
        },
    )
}

proptest! {
    #[test]
    fn findings_of_any_shape_read_back(rows in proptest::collection::vec(any_finding(), 0..6)) {
        let batch = FindingRow::encode(&rows);
        prop_assert_eq!(FindingRow::decode(&batch).unwrap(), rows);
    }
}
