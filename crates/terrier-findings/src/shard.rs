//! A shard's rows, and the files they become.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use terrier_model::{
    AssetId, AssetRow, ColumnRow, CombinationRow, DatasetFindingRow, DatasetRow, FindingRow, FingerprintRow, StoreRow, Table,
};

use crate::rows::TableRow;
use crate::{CommittedFile, FindingsError, file};

/// Everything that one shard found.
///
/// The order of `assets` is the order in the tables; the other rows follow the order of their assets, and their own order
/// within one, whatever order they are given in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShardRows {
    /// Rows of `assets`.
    pub assets: Vec<AssetRow>,
    /// Rows of `columns`.
    pub columns: Vec<ColumnRow>,
    /// Rows of `findings`.
    pub findings: Vec<FindingRow>,
    /// Rows of `combinations`.
    pub combinations: Vec<CombinationRow>,
    /// Rows of `fingerprints`.
    pub fingerprints: Vec<FingerprintRow>,
}

/// What a whole run says beside its shards.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunRows {
    /// Rows of `stores`.
    pub stores: Vec<StoreRow>,
    /// Rows of `datasets`.
    pub datasets: Vec<DatasetRow>,
    /// Rows of `dataset_findings`.
    pub dataset_findings: Vec<DatasetFindingRow>,
}

/// The tables that shards write, in the order they are published: what others refer to comes first.
pub(crate) const SHARD_TABLES: [Table; 5] = [Table::Assets, Table::Columns, Table::Findings, Table::Combinations, Table::Fingerprints];

/// The files of one attempt at a shard, encoded and not yet written.
pub(crate) struct Attempt {
    pub(crate) id: String,
    pub(crate) files: Vec<(Table, CommittedFile, Bytes)>,
}

impl Attempt {
    pub(crate) fn encode(mut rows: ShardRows) -> Result<Self, FindingsError> {
        sort_by_asset(&mut rows);
        let mut files = Vec::new();
        push(&mut files, &rows.assets)?;
        push(&mut files, &rows.columns)?;
        push(&mut files, &rows.findings)?;
        push(&mut files, &rows.combinations)?;
        push(&mut files, &rows.fingerprints)?;
        Ok(Self { id: attempt_id(), files })
    }

    pub(crate) fn committed_files(&self) -> BTreeMap<String, CommittedFile> {
        self.files.iter().map(|(table, file, _)| (table.name().to_owned(), file.clone())).collect()
    }
}

fn push<R: TableRow>(files: &mut Vec<(Table, CommittedFile, Bytes)>, rows: &[R]) -> Result<(), FindingsError> {
    if rows.is_empty() {
        return Ok(());
    }
    let content = file::encode(rows)?;
    let committed = CommittedFile { rows: rows.len() as u64, bytes: content.len() as u64, sha256: hex::encode(Sha256::digest(&content)) };
    files.push((R::TABLE, committed, content));
    Ok(())
}

fn sort_by_asset(rows: &mut ShardRows) {
    let places: HashMap<AssetId, usize> = rows.assets.iter().enumerate().map(|(place, row)| (row.asset_id.clone(), place)).collect();
    let place = |asset: &AssetId| places.get(asset).copied().unwrap_or(usize::MAX);
    rows.columns.sort_by_key(|row| place(&row.asset_id));
    rows.findings.sort_by_key(|row| place(&row.asset_id));
    rows.combinations.sort_by_key(|row| place(&row.asset_id));
    rows.fingerprints.sort_by_key(|row| place(&row.asset_id));
}

/// Names an attempt so that no two ever share files. The standard library's hash keys are random per call, which is enough to
/// keep apart the few attempts at one shard.
pub(crate) fn attempt_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:08x}{:016x}", std::process::id(), random())
}
