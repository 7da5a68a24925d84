//! The schema of every table, as data: the writer, the reader and `docs/schema.md` all follow it.
//!
//! Whole numbers are signed 64-bit, since Athena and Spark have no unsigned type; times are microseconds in UTC.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};

/// Version of all schemas. Adding a column that may be null keeps it; anything else raises it.
///
/// 2 made `assets.sensitivity` null where nothing was read. Tables of version 1 are read as they are.
pub const SCHEMA_VERSION: i32 = 2;

/// The tables of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// A row is a run.
    Runs,
    /// A row is a store in a run.
    Stores,
    /// A row is an asset in a run.
    Assets,
    /// A row is a column of a structured asset.
    Columns,
    /// A row is a class in an asset.
    Findings,
    /// A row is a set of classes that occur together in records of an asset.
    Combinations,
    /// A row is a class's fingerprints in an asset.
    Fingerprints,
    /// A row is a dataset in a run.
    Datasets,
    /// A row is a class in a dataset.
    DatasetFindings,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub data_type: DataType,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds, with shape and unit.
    pub doc: &'static str,
}

impl Table {
    /// All tables. `runs` is last: its row is what makes a run visible.
    pub const ALL: [Self; 9] = [
        Self::Stores,
        Self::Datasets,
        Self::DatasetFindings,
        Self::Assets,
        Self::Columns,
        Self::Findings,
        Self::Combinations,
        Self::Fingerprints,
        Self::Runs,
    ];

    /// Returns the table's name, which is also its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Stores => "stores",
            Self::Assets => "assets",
            Self::Columns => "columns",
            Self::Findings => "findings",
            Self::Combinations => "combinations",
            Self::Fingerprints => "fingerprints",
            Self::Datasets => "datasets",
            Self::DatasetFindings => "dataset_findings",
        }
    }

    /// Says what a row is.
    pub fn row(self) -> &'static str {
        match self {
            Self::Runs => "a finished run",
            Self::Stores => "a store in a run",
            Self::Assets => "an asset in a run: an object, a file, or a member of a container",
            Self::Columns => "a column of a structured asset",
            Self::Findings => "a class of sensitive data in an asset",
            Self::Combinations => "a set of classes that occur together in records of an asset",
            Self::Fingerprints => "keyed fingerprints of a class's values in an asset",
            Self::Datasets => "a dataset in a run: assets that belong together by the pattern of their keys",
            Self::DatasetFindings => "a class of sensitive data in a dataset",
        }
    }

    /// Returns the columns in order.
    pub fn columns(self) -> Vec<ColumnSpec> {
        let mut columns = vec![
            required("schema_version", DataType::Int32, "Version of this schema."),
            required("run_id", DataType::Utf8, "The run that wrote the row; sorts by start time."),
        ];
        columns.extend(match self {
            Self::Runs => run_columns(),
            Self::Stores => store_columns(),
            Self::Assets => asset_columns(),
            Self::Columns => with_asset(column_columns()),
            Self::Findings => with_asset(finding_columns()),
            Self::Combinations => with_asset(combination_columns()),
            Self::Fingerprints => with_asset(fingerprint_columns()),
            Self::Datasets => dataset_columns(),
            Self::DatasetFindings => dataset_finding_columns(),
        });
        columns
    }

    /// Returns the Arrow schema.
    pub fn schema(self) -> Arc<Schema> {
        let fields: Vec<Field> =
            self.columns().into_iter().map(|column| Field::new(column.name, column.data_type, column.nullable)).collect();
        Arc::new(Schema::new(fields))
    }
}

fn required(name: &'static str, data_type: DataType, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, data_type, nullable: false, doc }
}

fn optional(name: &'static str, data_type: DataType, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, data_type, nullable: true, doc }
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", item, false)))
}

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn with_asset(columns: Vec<ColumnSpec>) -> Vec<ColumnSpec> {
    let mut all = vec![required("asset_id", DataType::Utf8, "The asset; joins `assets`.")];
    all.extend(columns);
    all
}

fn run_columns() -> Vec<ColumnSpec> {
    use DataType::{Boolean, Float64, Int64, Utf8};
    vec![
        required("target", Utf8, "The targets as given on the command line, masked where they hold a value."),
        required("terrier_version", Utf8, "Version of Terrier."),
        required("rules_digest", Utf8, "Digest of the rule packs; equal digests mean equal rules."),
        optional("detection_digest", Utf8, "Digest of what findings follow from; where it is equal, only names, labels and laws changed."),
        required("policy_digest", Utf8, "Digest of the labelling policy."),
        optional("options_digest", Utf8, "Digest of every other option that changes what is found."),
        optional("key_id", Utf8, "Tells fingerprint keys apart without telling the key; null without a key."),
        required("started", time(), "When the run started."),
        required("ended", time(), "When the run ended."),
        required(
            "complete",
            Boolean,
            "False where assets that should have been read were not: denied, changed, damaged, or a parser crashed. What was left out by \
             format, limit or filter does not count; `assets.coverage_reason` tells of it.",
        ),
        required("assets", Int64, "Assets enumerated, members of containers not counted."),
        required("requests", Int64, "Requests made to the stores."),
        required("bytes_read", Int64, "Bytes read from the stores."),
        required("cost_usd", Float64, "Estimated cost of the requests in US dollars at list price, transfer not included."),
    ]
}

fn store_columns() -> Vec<ColumnSpec> {
    use DataType::Utf8;
    vec![
        required("store_id", Utf8, "The store as a URI."),
        required(
            "kind",
            Utf8,
            "`folder`, `s3`, `azure` or `gcs`; `postgres`, `mysql` or `redis` for a database server; `sim` for a virtual estate.",
        ),
        optional("account", Utf8, "The account that owns it, where the scan could learn it."),
        optional("region", Utf8, "Its region."),
        optional("environment", Utf8, "The environment it belongs to; not yet determined."),
        optional("owner", Utf8, "Its owner."),
        required("public", Utf8, "Whether the public can read it: `yes`, `no`, `unknown`."),
        required("external", Utf8, "Whether other organisations can read it: `yes`, `no`, `unknown`."),
    ]
}

fn asset_columns() -> Vec<ColumnSpec> {
    use DataType::{Boolean, Int64, Utf8};
    vec![
        required("asset_id", Utf8, "Keyed hash of store and exact key, 32 hexadecimal digits; stable across runs under one key."),
        required("store_id", Utf8, "The store; joins `stores`."),
        optional("dataset_id", Utf8, "The dataset it belongs to; joins `datasets`. Null for members of containers."),
        optional("parent_id", Utf8, "The container it is a member of, itself an asset."),
        required(
            "path",
            Utf8,
            "The key inside the store as reversibly escaped UTF-8, with any part that holds a value of a class masked; members as `container!/member`.",
        ),
        optional("version", Utf8, "The version that was read: an etag, or modification time and size."),
        required("size", Int64, "Size in bytes as stored; of a member, as unpacked where the container tells."),
        optional("format", Utf8, "The format by content, such as `csv` or `parquet`; null where it was not opened."),
        optional("content_hash", Utf8, "Keyed hash of the whole content, where it was read from end to end under a key."),
        required(
            "similarity",
            list(Int64),
            "Sketch of the content, ascending: keyed hashes of sixteen of its lines and values. Contents share about the part of it that they share of \
             their lines. Empty without a key, and where there is no text.",
        ),
        optional("owner", Utf8, "The owner as the store gives it."),
        optional("modified", time(), "When it was last modified."),
        optional("storage_class", Utf8, "The storage class."),
        optional(
            "sensitivity",
            Utf8,
            "The label: `public`, `internal`, `confidential`, `restricted`; null where nothing of it was read. In version 1 that was `public`.",
        ),
        required("regulations", list(Utf8), "Ids of the regulations that follow from the findings."),
        required("label_reasons", list(Utf8), "Why, one sentence each."),
        optional("existing_label", Utf8, "A label that was already on the asset; not yet read."),
        required("public", Utf8, "Whether the public can read it: `yes`, `no`, `unknown`."),
        required("external", Utf8, "Whether other organisations can read it: `yes`, `no`, `unknown`."),
        required("coverage_method", Utf8, "`full`, `sampled` or `not_scanned`."),
        optional("coverage_reason", Utf8, "Why it was not read, or not to its end."),
        required("bytes_read", Int64, "Bytes of the stored object that were read."),
        required("bytes_total", Int64, "Size of the stored object."),
        optional("records_read", Int64, "Records read, for structured data."),
        optional("records_total", Int64, "Records there are, where the format tells."),
        required("deleted", Boolean, "Whether it is gone since the run before; told once, in the run that noticed it."),
        optional("read_in", Utf8, "The earlier run that read it, where it has not changed since and was not read again."),
    ]
}

fn column_columns() -> Vec<ColumnSpec> {
    use DataType::{Float64, Int64, Utf8};
    vec![
        required("name", Utf8, "The column's name or key path, masked where it holds a value."),
        required(
            "kind",
            Utf8,
            "Kind of its values as the source gives it: `text`, `integer`, `float`, `date`, `timestamp`, `boolean`, `binary`.",
        ),
        optional("class", Utf8, "The class that the column as a whole holds."),
        required("confidence", Float64, "How sure the decision is, 0 to 1."),
        required("values", Int64, "Non-empty values seen."),
        required("distinct", Int64, "Estimated number of distinct values."),
        optional("pass_rate", Float64, "Share of values that pass the decided class's rules, 0 to 1."),
    ]
}

fn finding_columns() -> Vec<ColumnSpec> {
    use DataType::{Float64, Int64, Utf8};
    let place = DataType::Struct(Fields::from(vec![
        Field::new("kind", Utf8, false),
        Field::new("number", Int64, false),
        Field::new("column", Utf8, true),
    ]));
    let evidence = DataType::Struct(Fields::from(vec![Field::new("name", Utf8, false), Field::new("weight", Float64, false)]));
    vec![
        required("finding_id", Utf8, "Names the finding across runs: derived from asset and class."),
        required("class", Utf8, "The class of sensitive data."),
        required("tier", Utf8, "How sure: `high`, `medium`, `low`; that of the surest occurrences."),
        required("confidence", Float64, "Confidence of the surest occurrences, 0 to 1."),
        required("count", Int64, "Occurrences at every tier, test values included."),
        required("count_high", Int64, "Occurrences at the high tier, test values left out."),
        required("count_medium", Int64, "Occurrences at the medium tier, test values left out."),
        required("count_low", Int64, "Occurrences at the low tier, test values left out."),
        required("count_test", Int64, "Occurrences that are known test values."),
        required("distinct", Int64, "Estimated number of distinct values."),
        required(
            "places",
            list(place),
            "Where the first occurrences are: `line`, `page`, `slide` and `row` (of a sheet, which stands behind the column) from 1, `record` and `byte` from 0.",
        ),
        required("evidence", list(evidence), "What spoke for and against the surest occurrence; weights are log-odds."),
        required("rules", list(Utf8), "Ids of the rules that matched."),
        optional("test_value", Utf8, "Why all occurrences are taken for test values; null where at least one is not."),
    ]
}

fn combination_columns() -> Vec<ColumnSpec> {
    use DataType::{Int64, Utf8};
    vec![
        required("classes", list(Utf8), "The classes, sorted."),
        required("records", Int64, "Records that hold exactly this set of classes."),
        optional("person_class", Utf8, "The class whose values tell persons apart."),
        required("persons", list(Int64), "Bottom-k sketch of keyed hashes of that class's values, ascending; empty without a key."),
        required("jurisdictions", list(Utf8), "Countries the classes speak for, ISO 3166-1 alpha-2."),
    ]
}

fn fingerprint_columns() -> Vec<ColumnSpec> {
    use DataType::{Int64, Utf8};
    vec![
        required("class", Utf8, "The class."),
        required("distinct", Int64, "Estimated number of distinct values."),
        required("sketch", list(Int64), "The k smallest keyed hashes (HMAC-SHA-256, truncated to 63 bits), ascending."),
    ]
}

fn dataset_columns() -> Vec<ColumnSpec> {
    use DataType::{Float64, Int64, Utf8};
    vec![
        required(
            "dataset_id",
            Utf8,
            "Keyed hash of store, pattern and kind of size, 32 hexadecimal digits; stable across runs under one key.",
        ),
        required("store_id", Utf8, "The store; joins `stores`."),
        required(
            "pattern",
            Utf8,
            "The pattern of its members' keys, escaped and masked: `{n}` stands for numbers and dates, `{uuid}`, `{hash}`, and `*` for any name.",
        ),
        required("members", Int64, "Assets in it that filter, storage class and kind do not leave out."),
        required("bytes", Int64, "Their bytes."),
        required("read", Int64, "Members read to their end, in this run or in one that it stands on."),
        required("coverage_method", Utf8, "`full`, `sampled` or `not_scanned`."),
        required("confidence", Float64, "How sure the bounds are, 0 to 1."),
        required(
            "absent_bound",
            Float64,
            "Share of the members that may hold any one class that has no row in `dataset_findings`, at most, 0 to 1, at that confidence; \
             of the members that can be read. 1 where nothing was read.",
        ),
        required("formats", list(Utf8), "Formats of the members that were read."),
        required("shapes", Int64, "Different sets of columns among the members that were read; more than one: the schema changed."),
        optional("sensitivity", Utf8, "The highest label among the members that were read; null where none was."),
    ]
}

fn dataset_finding_columns() -> Vec<ColumnSpec> {
    use DataType::{Float64, Int64, Utf8};
    vec![
        required("dataset_id", Utf8, "The dataset; joins `datasets`."),
        required("class", Utf8, "The class of sensitive data."),
        required("members_high", Int64, "Members in which it was found at the high tier, test values left out."),
        required("members_medium", Int64, "Members in which it was found at the medium tier and not higher."),
        required("count_high", Int64, "Occurrences at the high tier in the members that were read."),
        required("prevalence", Float64, "Share of the sample's members that hold it at the high tier, 0 to 1."),
        required("prevalence_low", Float64, "Share of all members that hold it, at least, at the confidence of `datasets`."),
        required("prevalence_high", Float64, "Share of all members that hold it, at most."),
    ]
}
