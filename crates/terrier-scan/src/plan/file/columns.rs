//! The columns of a plan's files.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use terrier_model::{AssetKey, AssetRef, DatasetId, Reason, StoreId, Version};

use super::{PlanFileError, unreadable};
use crate::dataset::{Dataset, Sample};
use crate::identity::AssetNumber;
use crate::plan::entries::{Entries, Entry};
use crate::plan::{Decision, Plan, PlannedAsset, Shard};

/// A Parquet file in memory.
pub(super) struct Writer(ArrowWriter<Vec<u8>>);

const IN_MEMORY: &str = "columns of one schema are written to memory";

impl Writer {
    pub(super) fn new(example: &RecordBatch) -> Self {
        let zstd = ZstdLevel::try_new(1).expect("1 is a level of zstd");
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(zstd))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_created_by("terrier".to_owned())
            .build();
        Self(ArrowWriter::try_new(Vec::new(), example.schema(), Some(properties)).expect(IN_MEMORY))
    }

    pub(super) fn group(&mut self, batch: &RecordBatch) {
        self.0.write(batch).expect(IN_MEMORY);
        self.0.flush().expect(IN_MEMORY);
    }

    pub(super) fn finish(self) -> Bytes {
        self.0.into_inner().expect(IN_MEMORY).into()
    }
}

pub(super) fn one_group(batch: &RecordBatch) -> Bytes {
    let mut file = Writer::new(batch);
    file.group(batch);
    file.finish()
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).expect("columns are equally long")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn counts(numbers: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(numbers.map(signed)))
}

const GONE: &str = "gone";
const READ: &str = "read";
const UNCHANGED: &str = "unchanged";

/// Makes a file of the assets of some shards, each a row group. A gone asset of an earlier run has its number in the place of a key.
pub(in crate::plan) fn encode_assets(shards: &[Shard]) -> Bytes {
    let mut file = Writer::new(&Assets::default().finish());
    for shard in shards {
        let mut assets = Assets::default();
        let mut entries = shard.entries.lend();
        while let Some(entry) = entries.next() {
            assets.push(&entry);
        }
        shard.gone.iter().for_each(|number| assets.push_gone(*number));
        file.group(&assets.finish());
    }
    file.finish()
}

#[derive(Default)]
struct Assets {
    keys: BinaryBuilder,
    decisions: StringBuilder,
    datasets: UInt32Builder,
    sizes: Int64Builder,
    versions: StringBuilder,
    modified: TimestampMicrosecondBuilder,
    classes: StringBuilder,
    owners: StringBuilder,
}

impl Assets {
    fn push(&mut self, entry: &Entry<'_>) {
        self.keys.append_value(entry.key);
        self.decisions.append_value(match entry.decision {
            Decision::Read => READ,
            Decision::Carry => UNCHANGED,
            Decision::Skip(reason) => reason.as_str(),
        });
        self.datasets.append_value(entry.dataset);
        self.sizes.append_value(signed(entry.size));
        match entry.version {
            Some(version) => version.with_text(|version| self.versions.append_value(version)),
            None => self.versions.append_null(),
        }
        self.modified.append_option(entry.modified);
        self.classes.append_option(entry.storage_class);
        self.owners.append_option(entry.owner);
    }

    fn push_gone(&mut self, number: AssetNumber) {
        self.keys.append_value(number.to_bytes());
        self.decisions.append_value(GONE);
        self.datasets.append_null();
        self.sizes.append_null();
        self.versions.append_null();
        self.modified.append_null();
        self.classes.append_null();
        self.owners.append_null();
    }

    fn finish(mut self) -> RecordBatch {
        batch([
            ("key", Arc::new(self.keys.finish())),
            ("decision", Arc::new(self.decisions.finish())),
            ("dataset", Arc::new(self.datasets.finish())),
            ("size", Arc::new(self.sizes.finish())),
            ("version", Arc::new(self.versions.finish())),
            ("modified", Arc::new(self.modified.finish())),
            ("storage_class", Arc::new(self.classes.finish())),
            ("owner", Arc::new(self.owners.finish())),
        ])
    }
}

pub(super) fn shard_batch(plan: &Plan) -> RecordBatch {
    let shards = || plan.shards.iter();
    batch([
        ("target", counts(shards().map(|shard| shard.target as u64))),
        ("assets", counts(shards().map(|shard| shard.len() as u64))),
        ("bytes", counts(shards().map(Shard::bytes))),
    ])
}

pub(super) fn dataset_batch(plan: &Plan) -> RecordBatch {
    let datasets = || plan.datasets.iter();
    let mut patterns = BinaryBuilder::new();
    datasets().for_each(|dataset| patterns.append_value(dataset.expose_pattern()));
    // A rank has 64 bits and a column 63, so it is written as text.
    let up_to = datasets().map(|dataset| dataset.sample.and_then(|sample| sample.up_to).map(|rank| format!("{rank:016x}")));
    batch([
        ("dataset_id", Arc::new(StringArray::from_iter_values(datasets().map(|dataset| dataset.id.as_str())))),
        ("target", counts(datasets().map(|dataset| dataset.target as u64))),
        ("pattern", Arc::new(patterns.finish())),
        ("members", counts(datasets().map(|dataset| dataset.members))),
        ("bytes", counts(datasets().map(|dataset| dataset.bytes))),
        ("sample", Arc::new(datasets().map(|dataset| dataset.sample.map(|sample| signed(sample.size))).collect::<Int64Array>())),
        ("up_to", Arc::new(up_to.collect::<StringArray>())),
    ])
}

/// The columns of a batch by name, of the types that they were written with.
struct Columns<'b> {
    file: &'b str,
    batch: RecordBatch,
}

impl Columns<'_> {
    fn column(&self, name: &str) -> Result<&ArrayRef, PlanFileError> {
        self.batch.column_by_name(name).ok_or_else(|| unreadable(self.file, format!("column `{name}` is missing")))
    }

    fn texts(&self, name: &str) -> Result<&StringArray, PlanFileError> {
        self.column(name)?.as_string_opt().ok_or_else(|| self.mistyped(name))
    }

    fn numbers(&self, name: &str) -> Result<&Int64Array, PlanFileError> {
        self.column(name)?.as_primitive_opt::<Int64Type>().ok_or_else(|| self.mistyped(name))
    }

    fn bytes(&self, name: &str) -> Result<&arrow_array::BinaryArray, PlanFileError> {
        self.column(name)?.as_binary_opt::<i32>().ok_or_else(|| self.mistyped(name))
    }

    fn mistyped(&self, name: &str) -> PlanFileError {
        unreadable(self.file, format!("column `{name}` has another type"))
    }
}

fn read_file<'b>(file: &'b str, content: &Bytes) -> Result<Vec<Columns<'b>>, PlanFileError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(content.clone()).and_then(|builder| builder.build());
    read_batches(file, reader.map_err(|error| unreadable(file, error))?)
}

fn read_batches(file: &str, reader: ParquetRecordBatchReader) -> Result<Vec<Columns<'_>>, PlanFileError> {
    reader.map(|batch| batch.map(|batch| Columns { file, batch }).map_err(|error| unreadable(file, error))).collect()
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn read_datasets(content: &Bytes) -> Result<Vec<Dataset>, PlanFileError> {
    let mut datasets = Vec::new();
    for columns in read_file("datasets.parquet", content)? {
        let (ids, patterns, up_to) = (columns.texts("dataset_id")?, columns.bytes("pattern")?, columns.texts("up_to")?);
        let (targets, members) = (columns.numbers("target")?, columns.numbers("members")?);
        let (bytes, samples) = (columns.numbers("bytes")?, columns.numbers("sample")?);
        for row in 0..columns.batch.num_rows() {
            let rank = up_to.is_valid(row).then(|| u64::from_str_radix(up_to.value(row), 16).ok()).flatten();
            datasets.push(Dataset {
                id: DatasetId::new(ids.value(row)),
                target: unsigned(targets.value(row)) as usize,
                members: unsigned(members.value(row)),
                bytes: unsigned(bytes.value(row)),
                sample: samples.is_valid(row).then(|| Sample { up_to: rank, size: unsigned(samples.value(row)) }),
                pattern: patterns.value(row).to_vec(),
            });
        }
    }
    Ok(datasets)
}

pub(super) fn read_shards(content: &Bytes) -> Result<Vec<Shard>, PlanFileError> {
    let mut shards = Vec::new();
    for columns in read_file("shards.parquet", content)? {
        let (targets, assets, bytes) = (columns.numbers("target")?, columns.numbers("assets")?, columns.numbers("bytes")?);
        for row in 0..columns.batch.num_rows() {
            shards.push(Shard {
                target: unsigned(targets.value(row)) as usize,
                assets: unsigned(assets.value(row)) as usize,
                bytes: unsigned(bytes.value(row)),
                ..Shard::default()
            });
        }
    }
    Ok(shards)
}

/// Reads the assets of a shard from its row group.
pub(super) fn read_assets(file: &str, reader: ParquetRecordBatchReader, store: &StoreId, shard: &mut Shard) -> Result<(), PlanFileError> {
    let mut entries = Entries::default();
    for columns in read_batches(file, reader)? {
        let (keys, decisions, sizes) = (columns.bytes("key")?, columns.texts("decision")?, columns.numbers("size")?);
        let (versions, classes, owners) = (columns.texts("version")?, columns.texts("storage_class")?, columns.texts("owner")?);
        let modified = columns.column("modified")?.as_primitive_opt::<TimestampMicrosecondType>();
        let modified = modified.ok_or_else(|| columns.mistyped("modified"))?;
        let datasets = columns.column("dataset")?.as_primitive_opt::<UInt32Type>().ok_or_else(|| columns.mistyped("dataset"))?;
        let text = |column: &StringArray, row| column.is_valid(row).then(|| column.value(row).to_owned());
        for row in 0..columns.batch.num_rows() {
            let decision = match decisions.value(row) {
                GONE => {
                    let number = AssetNumber::from_bytes(keys.value(row)).ok_or_else(|| unreadable(file, "a gone asset has no number"))?;
                    shard.gone.push(number);
                    continue;
                }
                READ => Decision::Read,
                UNCHANGED => Decision::Carry,
                reason => Decision::Skip(Reason::parse(reason).ok_or_else(|| unreadable(file, "a decision is unknown"))?),
            };
            let asset = AssetRef {
                store: store.clone(),
                key: AssetKey::new(keys.value(row)),
                version: text(versions, row).map(Version::new),
                size: unsigned(sizes.value(row)),
                modified: modified.is_valid(row).then(|| modified.value(row)),
                storage_class: text(classes, row),
                owner: text(owners, row),
            };
            entries.push(&PlannedAsset { asset, decision, dataset: datasets.value(row) });
        }
    }
    if entries.len() + shard.gone.len() != shard.assets {
        return Err(unreadable(file, "a shard has not the assets that it should have"));
    }
    shard.entries = entries;
    Ok(())
}
