//! A plan as an artefact: Parquet files that any number of processes read their part of.
//!
//! ```text
//!  PLAN/plan.json              what it is a plan of, and what it amounts to
//!  PLAN/datasets.parquet       a row is a dataset
//!  PLAN/shards.parquet         a row is a shard
//!  PLAN/assets/000000.parquet  a row is an asset; a row group is a shard, a hundred of them are a file
//! ```
//! A plan holds exact keys, because it is what gets read. It is made for its owner only, apart from the results, and deleted once its run
//! is complete.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde::{Deserialize, Serialize};
use terrier_findings::Usage;
use terrier_model::{AssetKey, AssetRef, DatasetId, Reason, StoreId, Timestamp, Version};

use super::{Decision, Entries, Extent, Plan, PlannedAsset, ScanTarget, Shard};
use crate::dataset::{Dataset, Sample};
use crate::identity::AssetNumber;
use crate::previous::Previous;
use crate::run::{RunLabel, new_run_id, now};

/// Version of the files; another one is not read.
const FORMAT: u32 = 1;

/// Shards in a file of assets.
const SHARDS_PER_FILE: usize = 100;

/// What a plan is a plan of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanHeader {
    format: u32,
    /// The targets as typed; exact, like the keys.
    pub targets: Vec<String>,
    /// Digest of the rules that it was made for.
    pub rules_digest: String,
    /// Digest of the options that change what is found.
    pub options_digest: String,
    /// Tells fingerprint keys apart.
    pub key_id: Option<String>,
    /// The run that it will be.
    pub run: String,
    /// When it was made, in microseconds since 1970.
    pub made: Timestamp,
    /// The earlier run that it stands on.
    pub previous: Option<String>,
    /// What listing cost.
    pub usage: Usage,
    confidence: f64,
    digest: String,
    extent: Extent,
    skipped: Vec<(String, u64)>,
}

/// What stays of a plan whose run is complete.
#[derive(Serialize, Deserialize)]
struct Complete {
    run: String,
}

const COMPLETE: &str = "complete.json";

/// Which shards of a plan a process runs: those whose rank by size is `index` modulo `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From 0.
    pub index: u32,
    /// How many parts there are.
    pub of: u32,
}

/// Why a plan cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// The location failed.
    #[error("cannot {action} {path} of the plan")]
    Storage {
        /// What was tried.
        action: &'static str,
        /// The file, below the plan's folder.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// It is not a plan, or of another version of this program.
    #[error("{path} of the plan cannot be understood ({problem}); make the plan again: terrier plan")]
    Unreadable {
        /// The file, below the plan's folder.
        path: String,
        /// Why.
        problem: String,
    },
}

/// A folder or a part of a bucket that holds a plan.
#[derive(Debug, Clone)]
pub struct PlanFolder {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl PlanFolder {
    /// Takes a location that nobody but the plan's owner can read.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { store, prefix }
    }

    /// Tells whether there is a plan, or what else begins like one.
    pub async fn holds_a_plan(&self) -> Result<bool, PlanFileError> {
        match self.store.head(&self.path("plan.json")).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(failed("look for", "plan.json")(source)),
        }
    }

    /// Writes a plan; its header comes last, so what has one is whole.
    pub async fn write(&self, plan: &Plan, header: &PlanHeader) -> Result<(), PlanFileError> {
        self.put("datasets.parquet", one_group(&dataset_batch(plan))).await?;
        self.put("shards.parquet", one_group(&shard_batch(plan))).await?;
        for (number, shards) in plan.shards.chunks(SHARDS_PER_FILE).enumerate() {
            let mut file = Writer::new(&asset_batch([].into_iter()));
            for shard in shards {
                file.group(&asset_batch(shard.planned(&plan.targets)));
            }
            self.put(&asset_file(number), file.finish()).await?;
        }
        let mut json = serde_json::to_vec_pretty(header).expect("a header is numbers and texts");
        json.push(b'\n');
        self.put("plan.json", json.into()).await
    }

    /// Returns the run of the plan that was here and is complete.
    pub async fn completed_run(&self) -> Result<Option<String>, PlanFileError> {
        match self.get(COMPLETE).await {
            Ok(note) => serde_json::from_slice(&note).map(|Complete { run }| Some(run)).map_err(|error| unreadable(COMPLETE, error)),
            Err(PlanFileError::Storage { source: object_store::Error::NotFound { .. }, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads what a plan is a plan of.
    pub async fn header(&self) -> Result<PlanHeader, PlanFileError> {
        let json = self.get("plan.json").await?;
        let header: PlanHeader = serde_json::from_slice(&json).map_err(|error| unreadable("plan.json", error))?;
        if header.format == FORMAT { Ok(header) } else { Err(unreadable("plan.json", format!("it has format {}", header.format))) }
    }

    /// Reads a plan, of its assets only those of one part. `targets` are connected stores in the header's order.
    pub async fn read(
        &self,
        header: &PlanHeader,
        targets: Vec<ScanTarget>,
        part: Part,
        previous: Option<Previous>,
    ) -> Result<Plan, PlanFileError> {
        let datasets = read_datasets(&self.get("datasets.parquet").await?)?;
        let mut shards = read_shards(&self.get("shards.parquet").await?)?;
        let mine = part.of_shards(&shards);
        for file in 0..shards.len().div_ceil(SHARDS_PER_FILE) {
            let first = file * SHARDS_PER_FILE;
            let wanted: Vec<usize> = (first..(first + SHARDS_PER_FILE).min(shards.len())).filter(|shard| mine[*shard]).collect();
            if wanted.is_empty() {
                continue;
            }
            let name = asset_file(file);
            let content = self.get(&name).await?;
            for number in wanted {
                let store = &targets.get(shards[number].target).ok_or_else(|| unreadable("shards.parquet", "a target is missing"))?.store;
                read_assets(&name, content.clone(), number - first, store.id(), &mut shards[number])?;
            }
        }
        let skipped = header.skipped.iter().filter_map(|(name, count)| Some((Reason::parse(name)?, *count))).collect();
        Ok(Plan {
            targets,
            shards,
            datasets,
            confidence: header.confidence,
            previous: previous.map(Arc::new),
            extent: header.extent,
            skipped,
            digest: header.digest.clone(),
            mine: Some(mine),
        })
    }

    /// Deletes the plan of a run that is complete. What stays says so, for parts that come late.
    pub async fn delete(&self, header: &PlanHeader) -> Result<(), PlanFileError> {
        let mut note = serde_json::to_vec(&Complete { run: header.run.clone() }).expect("a note is text");
        note.push(b'\n');
        self.put(COMPLETE, note.into()).await?;
        let note = self.path(COMPLETE);
        let files: Vec<Path> =
            self.store.list(Some(&self.prefix)).map_ok(|file| file.location).try_collect().await.map_err(failed("list", ""))?;
        let files = files.into_iter().filter(|file| *file != note);
        futures::stream::iter(files)
            .map(Ok)
            .try_for_each_concurrent(8, |file| async move {
                match self.store.delete(&file).await {
                    // Another process, which finished the run too, was faster.
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                    Err(source) => Err(failed("delete", file.as_ref())(source)),
                }
            })
            .await
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    async fn put(&self, name: &str, content: Bytes) -> Result<(), PlanFileError> {
        self.store.put(&self.path(name), content.into()).await.map(drop).map_err(failed("write", name))
    }

    async fn get(&self, name: &str) -> Result<Bytes, PlanFileError> {
        let read = async { self.store.get(&self.path(name)).await?.bytes().await };
        read.await.map_err(failed("read", name))
    }
}

impl PlanHeader {
    /// Describes a plan that is about to be written.
    pub fn new(plan: &Plan, targets: Vec<String>, label: &RunLabel, key_id: Option<String>, usage: Usage) -> Self {
        let made = now();
        Self {
            format: FORMAT,
            targets,
            rules_digest: label.rules_digest.clone(),
            options_digest: label.options_digest.clone(),
            key_id,
            run: new_run_id(made).as_str().to_owned(),
            made,
            previous: plan.previous.as_ref().map(|previous| previous.run().as_str().to_owned()),
            usage,
            confidence: plan.confidence,
            digest: plan.digest.clone(),
            extent: plan.extent,
            skipped: plan.skipped.iter().map(|(reason, count)| (reason.as_str().to_owned(), *count)).collect(),
        }
    }

    /// Returns what the plan amounts to.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}

impl Part {
    /// The one part that is all.
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// Tells for each shard whether it is of this part. Shards are dealt out by size, the largest first, so parts are alike in bytes and
    /// neighbouring keys go to different ones.
    fn of_shards(self, shards: &[Shard]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..shards.len()).collect();
        order.sort_by_key(|shard| (std::cmp::Reverse((shards[*shard].bytes, shards[*shard].len())), *shard));
        let mut mine = vec![false; shards.len()];
        for (rank, shard) in order.into_iter().enumerate() {
            mine[shard] = rank as u64 % u64::from(self.of) == u64::from(self.index);
        }
        mine
    }
}

fn failed(action: &'static str, path: &str) -> impl FnOnce(object_store::Error) -> PlanFileError {
    let path = path.to_owned();
    move |source| PlanFileError::Storage { action, path, source }
}

fn unreadable(path: &str, problem: impl ToString) -> PlanFileError {
    PlanFileError::Unreadable { path: path.to_owned(), problem: problem.to_string() }
}

fn asset_file(number: usize) -> String {
    format!("assets/{number:06}.parquet")
}

/// A Parquet file in memory.
struct Writer(ArrowWriter<Vec<u8>>);

const IN_MEMORY: &str = "columns of one schema are written to memory";

impl Writer {
    fn new(example: &RecordBatch) -> Self {
        let zstd = ZstdLevel::try_new(1).expect("1 is a level of zstd");
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(zstd))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_created_by("terrier".to_owned())
            .build();
        Self(ArrowWriter::try_new(Vec::new(), example.schema(), Some(properties)).expect(IN_MEMORY))
    }

    fn group(&mut self, batch: &RecordBatch) {
        self.0.write(batch).expect(IN_MEMORY);
        self.0.flush().expect(IN_MEMORY);
    }

    fn finish(self) -> Bytes {
        self.0.into_inner().expect(IN_MEMORY).into()
    }
}

fn one_group(batch: &RecordBatch) -> Bytes {
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

/// What a row of the assets says; a gone asset of an earlier run has its number in the place of a key.
enum Row {
    Asset(PlannedAsset),
    Gone(AssetNumber),
}

const GONE: &str = "gone";
const READ: &str = "read";
const UNCHANGED: &str = "unchanged";

impl Shard {
    fn planned<'a>(&'a self, targets: &'a [ScanTarget]) -> impl Iterator<Item = Row> + 'a {
        self.assets(targets).map(Row::Asset).chain(self.gone.iter().copied().map(Row::Gone))
    }
}

fn asset_batch(rows: impl Iterator<Item = Row>) -> RecordBatch {
    let (mut keys, mut decisions, mut datasets) = (BinaryBuilder::new(), StringBuilder::new(), UInt32Builder::new());
    let (mut sizes, mut versions, mut modified) = (Int64Builder::new(), StringBuilder::new(), TimestampMicrosecondBuilder::new());
    let (mut classes, mut owners) = (StringBuilder::new(), StringBuilder::new());
    for row in rows {
        let (asset, dataset) = match row {
            Row::Asset(PlannedAsset { asset, decision, dataset }) => {
                keys.append_value(asset.key.expose());
                decisions.append_value(match decision {
                    Decision::Read => READ,
                    Decision::Carry => UNCHANGED,
                    Decision::Skip(reason) => reason.as_str(),
                });
                (Some(asset), Some(dataset))
            }
            Row::Gone(number) => {
                keys.append_value(number.to_bytes());
                decisions.append_value(GONE);
                (None, None)
            }
        };
        datasets.append_option(dataset);
        sizes.append_option(asset.as_ref().map(|asset| signed(asset.size)));
        versions.append_option(asset.as_ref().and_then(|asset| asset.version.as_ref()).map(Version::as_str));
        modified.append_option(asset.as_ref().and_then(|asset| asset.modified));
        classes.append_option(asset.as_ref().and_then(|asset| asset.storage_class.as_deref()));
        owners.append_option(asset.as_ref().and_then(|asset| asset.owner.as_deref()));
    }
    batch([
        ("key", Arc::new(keys.finish())),
        ("decision", Arc::new(decisions.finish())),
        ("dataset", Arc::new(datasets.finish())),
        ("size", Arc::new(sizes.finish())),
        ("version", Arc::new(versions.finish())),
        ("modified", Arc::new(modified.finish())),
        ("storage_class", Arc::new(classes.finish())),
        ("owner", Arc::new(owners.finish())),
    ])
}

fn shard_batch(plan: &Plan) -> RecordBatch {
    let shards = || plan.shards.iter();
    batch([
        ("target", counts(shards().map(|shard| shard.target as u64))),
        ("assets", counts(shards().map(|shard| shard.len() as u64))),
        ("bytes", counts(shards().map(Shard::bytes))),
    ])
}

fn dataset_batch(plan: &Plan) -> RecordBatch {
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

/// Reads a file, or one of its row groups.
fn read_batches<'b>(file: &'b str, content: Bytes, group: Option<usize>) -> Result<Vec<Columns<'b>>, PlanFileError> {
    let wrong = |error: parquet::errors::ParquetError| unreadable(file, error);
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(content).map_err(wrong)?;
    if let Some(group) = group {
        builder = builder.with_row_groups(vec![group]);
    }
    let reader = builder.build().map_err(wrong)?;
    reader.map(|batch| batch.map(|batch| Columns { file, batch }).map_err(|error| unreadable(file, error))).collect()
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn read_datasets(content: &Bytes) -> Result<Vec<Dataset>, PlanFileError> {
    let mut datasets = Vec::new();
    for columns in read_batches("datasets.parquet", content.clone(), None)? {
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

fn read_shards(content: &Bytes) -> Result<Vec<Shard>, PlanFileError> {
    let mut shards = Vec::new();
    for columns in read_batches("shards.parquet", content.clone(), None)? {
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

fn read_assets(file: &str, content: Bytes, group: usize, store: &StoreId, shard: &mut Shard) -> Result<(), PlanFileError> {
    let mut entries = Entries::default();
    for columns in read_batches(file, content, Some(group))? {
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
