//! What the named questions answer with: plain structures, ordered the way a reader wants them.

use terrier_model::{
    AssetId, AssetRow, ColumnRow, CombinationRow, DataClass, DatasetFindingRow, DatasetRow, Fact, FindingRow, Method, Reason, RunRow,
    Sensitivity, StoreId, StoreKind, Tier,
};

/// A scan at a glance.
///
/// Members of containers are assets of their own; where that would count something twice (bytes), only what lies in the store
/// itself is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The runs it speaks of, oldest first.
    pub runs: Vec<RunRow>,
    /// Assets in the stores, members of containers left out.
    pub assets: u64,
    /// Members of containers.
    pub members: u64,
    /// Bytes of the assets in the stores.
    pub bytes_total: u64,
    /// Bytes of them that were read.
    pub bytes_read: u64,
    /// Assets in the stores that have not changed since an earlier run and were not read again; they count as read above.
    pub unchanged: u64,
    /// Assets that are gone since the run before; they count nowhere else.
    pub gone: u64,
    /// What was read and what not, by method and reason: read in full first, then the most bytes.
    pub coverage: Vec<CoverageRow>,
    /// What was found, by class: most occurrences at the high tier first.
    pub classes: Vec<ClassRow>,
    /// Assets that were read, by label: all four levels, the most sensitive first.
    pub sensitivity: Vec<SensitivitySummary>,
    /// Assets by regulation that covers them: most assets first.
    pub regulations: Vec<RegulationSummary>,
    /// Assets by store.
    pub stores: Vec<StoreSummary>,
    /// Assets by format: most assets first.
    pub formats: Vec<FormatSummary>,
    /// Classes that occur together in one record: most records first, at most ten.
    pub combinations: Vec<CombinationSummary>,
    /// The ten worst assets.
    pub worst: Vec<WorstAsset>,
}

/// Assets with one method and reason of coverage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// How they were read.
    pub method: Method,
    /// Why not, or not to the end.
    pub reason: Option<Reason>,
    /// Assets in the stores.
    pub assets: u64,
    /// Members of containers.
    pub members: u64,
    /// Bytes of the assets in the stores.
    pub bytes_total: u64,
    /// Bytes of them that were read.
    pub bytes_read: u64,
}

/// The most sensitive datasets.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetList {
    /// How many datasets there are.
    pub total: u64,
    /// How many of all have members of different shapes.
    pub changed: u64,
    /// The first of them.
    pub datasets: Vec<DatasetDetail>,
}

/// A dataset and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetDetail {
    /// The dataset.
    pub row: DatasetRow,
    /// What was found in its members, the most prevalent first.
    pub findings: Vec<DatasetFindingRow>,
}

/// A content that lies in several places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyGroup {
    /// How often it is there.
    pub copies: u64,
    /// Its size in bytes.
    pub size: u64,
    /// In how many stores.
    pub stores: u64,
    /// The first of the places: store and path.
    pub places: Vec<String>,
}

/// Two assets whose contents are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearCopy {
    /// One of them: id, store and path.
    pub one: (AssetId, StoreId, String),
    /// The other.
    pub other: (AssetId, StoreId, String),
    /// Marks of their sketches in common, of sixteen.
    pub common: u64,
}

/// A class across all assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRow {
    /// The class.
    pub class: DataClass,
    /// Assets with occurrences that are not test values.
    pub assets: u64,
    /// Of them, those whose surest occurrence is at the high tier.
    pub assets_high: u64,
    /// At the medium tier.
    pub assets_medium: u64,
    /// At the low tier.
    pub assets_low: u64,
    /// Occurrences at the high tier, test values left out.
    pub high: u64,
    /// Occurrences at the medium tier.
    pub medium: u64,
    /// Occurrences at the low tier.
    pub low: u64,
    /// Occurrences that are known test values.
    pub test: u64,
}

/// Assets of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensitivitySummary {
    /// The label.
    pub sensitivity: Sensitivity,
    /// Assets that were read, members of containers included.
    pub assets: u64,
    /// Their size.
    pub bytes: u64,
}

/// Assets that one regulation covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegulationSummary {
    /// Id of the regulation.
    pub id: String,
    /// Assets, members of containers included.
    pub assets: u64,
    /// Of them, those labelled restricted.
    pub restricted: u64,
    /// Of them, those that the public can read.
    pub public: u64,
}

/// A store and the labels in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSummary {
    /// The store.
    pub store_id: StoreId,
    /// What it is.
    pub kind: StoreKind,
    /// Its region.
    pub region: Option<String>,
    /// Whether the public can read it.
    pub public: Fact,
    /// Assets in it.
    pub assets: u64,
    /// Bytes in it.
    pub bytes: u64,
    /// Assets and members labelled restricted.
    pub restricted: u64,
    /// Assets and members labelled confidential.
    pub confidential: u64,
}

/// Assets of one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatSummary {
    /// The format; `None` where assets were not opened.
    pub format: Option<String>,
    /// Assets, members of containers included.
    pub assets: u64,
    /// Of them, those labelled confidential or restricted.
    pub sensitive: u64,
}

/// A set of classes that occur together in one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CombinationSummary {
    /// The classes, sorted.
    pub classes: Vec<DataClass>,
    /// Records with exactly this set.
    pub records: u64,
    /// Assets with such records.
    pub assets: u64,
}

/// An asset that deserves attention.
///
/// Assets are ranked by label, then by exposure (public, then external), then by how much of how many classes they hold at the high
/// tier: the sum over the classes of log2(1 + occurrences).
#[derive(Debug, Clone, PartialEq)]
pub struct WorstAsset {
    /// The asset.
    pub asset_id: AssetId,
    /// The store it is in.
    pub store_id: StoreId,
    /// Its path, escaped and masked.
    pub path: String,
    /// Its size.
    pub size: u64,
    /// Its label; what something was found in was read, so it has one.
    pub sensitivity: Sensitivity,
    /// The regulations that cover it.
    pub regulations: Vec<String>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Whether the public can read it.
    pub public: Fact,
    /// Whether other organisations can read it.
    pub external: Fact,
    /// What is in it: most occurrences at the high tier first; low-tier and test-only classes left out.
    pub classes: Vec<ClassInAsset>,
}

/// A class in one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassInAsset {
    /// The class.
    pub class: DataClass,
    /// How sure it is.
    pub tier: Tier,
    /// Occurrences at the high tier.
    pub high: u64,
    /// Occurrences at the medium tier.
    pub medium: u64,
    /// Estimated number of distinct values.
    pub distinct: u64,
}

/// An asset that was not read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadAsset {
    /// The store it is in.
    pub store_id: StoreId,
    /// Its path, escaped and masked.
    pub path: String,
    /// How it was read.
    pub method: Method,
    /// Why not, or not to its end.
    pub reason: Reason,
    /// Its size.
    pub bytes_total: u64,
}

/// A finding, and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedFinding {
    /// The store.
    pub store_id: StoreId,
    /// The asset's path, escaped and masked.
    pub path: String,
    /// The asset's label.
    pub sensitivity: Sensitivity,
    /// The finding.
    pub row: FindingRow,
}

/// Everything the tables say of one asset.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetDetail {
    /// The asset.
    pub asset: AssetRow,
    /// What was found in it, the surest first.
    pub findings: Vec<FindingRow>,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
    /// The classes that occur together in its records.
    pub combinations: Vec<CombinationRow>,
    /// How many members it has, if it is a container.
    pub member_count: u64,
    /// Its members, the most sensitive first, at most a hundred.
    pub members: Vec<AssetRow>,
}

/// Everything the tables say of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassDetail {
    /// The class across all assets.
    pub class: ClassRow,
    /// Where it is: most occurrences at the high tier first, at most a hundred.
    pub findings: Vec<LocatedFinding>,
}
