//! One row of each table: a noun, and the ids that tie it to its run and asset.

use crate::{
    AssetId, ColumnDecision, Combination, Coverage, DataClass, DatasetId, Fact, Finding, Fingerprint, Label, Method, RunId, Sensitivity,
    StoreId, StoreKind, Timestamp, Version,
};

/// A finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// The run.
    pub run_id: RunId,
    /// The targets as the user gave them, masked, joined by a space.
    pub target: String,
    /// Version of Terrier.
    pub terrier_version: String,
    /// Digest of the rules.
    pub rules_digest: String,
    /// Digest of what findings follow from; the rest of the rules is names, labels and laws. `None` in runs of early versions.
    pub detection_digest: Option<String>,
    /// Digest of the labelling policy.
    pub policy_digest: String,
    /// Digest of every other option that changes what is found. `None` in runs of early versions.
    pub options_digest: Option<String>,
    /// Digest that tells keys apart without telling the key; `None` without a key.
    pub key_id: Option<String>,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Whether everything that should have been read was read.
    pub complete: bool,
    /// Assets enumerated, members of containers left out.
    pub assets: u64,
    /// Requests made to the stores.
    pub requests: u64,
    /// Bytes read from the stores.
    pub bytes_read: u64,
    /// Estimated cost of the requests in US dollars, at list price.
    pub cost_usd: f64,
}

/// A store in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRow {
    /// The run.
    pub run_id: RunId,
    /// The store.
    pub store_id: StoreId,
    /// What it is.
    pub kind: StoreKind,
    /// The account that owns it.
    pub account: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// The environment it belongs to (production, test).
    pub environment: Option<String>,
    /// Its owner.
    pub owner: Option<String>,
    /// Whether the public can read it.
    pub public: Fact,
    /// Whether other organisations can read it.
    pub external: Fact,
}

/// An asset in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetRow {
    /// The run.
    pub run_id: RunId,
    /// The asset.
    pub asset_id: AssetId,
    /// The store it is in.
    pub store_id: StoreId,
    /// The dataset it belongs to.
    pub dataset_id: Option<DatasetId>,
    /// The container it is a member of.
    pub parent_id: Option<AssetId>,
    /// The key, escaped and masked. Members: `container!/member`.
    pub path: String,
    /// The version that was read.
    pub version: Option<Version>,
    /// Size in bytes.
    pub size: u64,
    /// The format by content.
    pub format: Option<String>,
    /// Keyed hash of the whole content, where it was read from end to end.
    pub content_hash: Option<String>,
    /// Sketch for near-duplicates.
    pub similarity: Vec<i64>,
    /// Owner as the store gives it.
    pub owner: Option<String>,
    /// When it was last modified.
    pub modified: Option<Timestamp>,
    /// The storage class.
    pub storage_class: Option<String>,
    /// What follows from the findings; `None` where nothing of it was read.
    pub label: Option<Label>,
    /// A label that was already on it.
    pub existing_label: Option<String>,
    /// Whether the public can read it.
    pub public: Fact,
    /// Whether other organisations can read it.
    pub external: Fact,
    /// What of it was read.
    pub coverage: Coverage,
    /// Whether it is gone since the previous run.
    pub deleted: bool,
    /// The earlier run that read it, where it was not read again since it had not changed.
    pub read_in: Option<RunId>,
}

/// A dataset in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetRow {
    /// The run.
    pub run_id: RunId,
    /// The dataset.
    pub dataset_id: DatasetId,
    /// The store it is in.
    pub store_id: StoreId,
    /// The pattern of its members' keys, escaped and masked.
    pub pattern: String,
    /// Members that filter, storage class and kind do not leave out.
    pub members: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Members read to their end, in this run or in one that it stands on.
    pub read: u64,
    /// How its members were read: all in full, some, or none.
    pub method: Method,
    /// How sure the bounds are, 0 to 1.
    pub confidence: f64,
    /// Members that may hold any one class that was not found in the dataset, at most, as a share of 0 to 1.
    pub absent_bound: f64,
    /// Formats of the members that were read, sorted.
    pub formats: Vec<String>,
    /// Different sets of columns among the members that were read.
    pub shapes: u64,
    /// The highest label among the members that were read; `None` where none was.
    pub sensitivity: Option<Sensitivity>,
}

/// A class found in a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetFindingRow {
    /// The run.
    pub run_id: RunId,
    /// The dataset.
    pub dataset_id: DatasetId,
    /// The class.
    pub class: DataClass,
    /// Members in which it was found at the high tier.
    pub members_high: u64,
    /// Members in which it was found at the medium tier and not higher.
    pub members_medium: u64,
    /// Occurrences at the high tier in the members that were read.
    pub count_high: u64,
    /// Share of the members of the sample that hold it at the high tier, 0 to 1.
    pub prevalence: f64,
    /// Share of all members that hold it, at least.
    pub prevalence_low: f64,
    /// Share of all members that hold it, at most.
    pub prevalence_high: f64,
}

macro_rules! asset_rows {
    ($($(#[$doc:meta])* $row:ident { $field:ident: $noun:ident }),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $row {
            /// The run.
            pub run_id: RunId,
            /// The asset.
            pub asset_id: AssetId,
            /// What was found.
            pub $field: $noun,
        }
    )+};
}

asset_rows! {
    /// A column of a structured asset.
    ColumnRow { column: ColumnDecision },
    /// A class found in an asset.
    FindingRow { finding: Finding },
    /// A set of classes found together in records of an asset.
    CombinationRow { combination: Combination },
    /// Fingerprints of a class in an asset.
    FingerprintRow { fingerprint: Fingerprint },
}
