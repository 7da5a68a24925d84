//! The rows of an earlier run, by the asset in the store that they are about.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use terrier_findings::{FindingsError, Results, ShardRows};
use terrier_model::{AssetId, AssetRef, Coverage, Reason, RunId};
use tokio::sync::Mutex;

use crate::identity::AssetNumber;

/// Shards whose rows are held: assets are met in the order in which they were read, so hardly ever more than two at a time.
const HELD: usize = 4;

/// The rows of an asset and its members as an earlier run wrote them.
pub(crate) struct Carried {
    rows: ShardRows,
}

type ByAsset = HashMap<AssetNumber, ShardRows>;
type Roots = HashMap<AssetId, AssetNumber>;

pub(super) struct Shards {
    results: Results,
    run: RunId,
    held: Mutex<VecDeque<(u32, Arc<ByAsset>)>>,
}

impl Shards {
    pub(super) fn new(results: Results, run: RunId) -> Self {
        Self { results, run, held: Mutex::default() }
    }

    pub(super) async fn rows_of(&self, shard: u32, asset: AssetNumber) -> Result<Option<Carried>, FindingsError> {
        let rows = self.shard(shard).await?;
        Ok(rows.get(&asset).map(|rows| Carried { rows: rows.clone() }))
    }

    async fn shard(&self, number: u32) -> Result<Arc<ByAsset>, FindingsError> {
        let mut held = self.held.lock().await;
        if let Some((_, rows)) = held.iter().find(|(held, _)| *held == number) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(by_asset(self.read(number).await?));
        if held.len() == HELD {
            held.pop_front();
        }
        held.push_back((number, Arc::clone(&rows)));
        Ok(rows)
    }

    async fn read(&self, number: u32) -> Result<ShardRows, FindingsError> {
        let (results, run) = (&self.results, &self.run);
        Ok(ShardRows {
            assets: results.read_shard(run, number).await?,
            columns: results.read_shard(run, number).await?,
            findings: results.read_shard(run, number).await?,
            combinations: results.read_shard(run, number).await?,
            fingerprints: results.read_shard(run, number).await?,
        })
    }
}

/// Gives each row to the asset in the store that it belongs to; the members of a container follow it.
fn by_asset(rows: ShardRows) -> ByAsset {
    let mut assets = ByAsset::new();
    let mut roots = Roots::new();
    let mut root = None;
    for row in rows.assets {
        if row.parent_id.is_none() {
            root = AssetNumber::of(&row.asset_id);
        }
        let Some(root) = root else { continue };
        roots.insert(row.asset_id.clone(), root);
        assets.entry(root).or_default().assets.push(row);
    }
    distribute(&mut assets, &roots, rows.columns, |row| &row.asset_id, |rows| &mut rows.columns);
    distribute(&mut assets, &roots, rows.findings, |row| &row.asset_id, |rows| &mut rows.findings);
    distribute(&mut assets, &roots, rows.combinations, |row| &row.asset_id, |rows| &mut rows.combinations);
    distribute(&mut assets, &roots, rows.fingerprints, |row| &row.asset_id, |rows| &mut rows.fingerprints);
    assets
}

fn distribute<R>(
    assets: &mut ByAsset,
    roots: &Roots,
    rows: Vec<R>,
    asset: impl Fn(&R) -> &AssetId,
    among: impl Fn(&mut ShardRows) -> &mut Vec<R>,
) {
    for row in rows {
        if let Some(rows) = roots.get(asset(&row)).and_then(|root| assets.get_mut(root)) {
            among(rows).push(row);
        }
    }
}

impl Carried {
    /// Takes over the rows of an unchanged asset into a run, under the name and with the metadata that it has now.
    pub(crate) fn into_run(self, run: &RunId, id: &AssetId, path: impl FnOnce() -> String, asset: &AssetRef) -> ShardRows {
        let mut rows = self.rows;
        for row in &mut rows.assets {
            row.read_in.get_or_insert_with(|| row.run_id.clone());
        }
        if let Some(top) = rows.assets.first_mut() {
            top.modified = asset.modified;
            top.storage_class.clone_from(&asset.storage_class);
            top.owner.clone_from(&asset.owner);
            if top.asset_id != *id {
                top.path = path();
                rename(&mut rows, id);
            }
        }
        set_run(&mut rows, run);
        rows
    }

    /// Makes the row that says that the asset is gone.
    pub(crate) fn into_gone(self, run: &RunId) -> ShardRows {
        let mut rows = ShardRows { assets: self.rows.assets, ..ShardRows::default() };
        rows.assets.truncate(1);
        for row in &mut rows.assets {
            row.deleted = true;
            row.coverage = Coverage::none(Reason::Deleted, row.size);
            row.label = None;
            row.read_in = None;
        }
        set_run(&mut rows, run);
        rows
    }
}

/// Names the one asset of the rows anew.
fn rename(rows: &mut ShardRows, id: &AssetId) {
    rows.assets.iter_mut().for_each(|row| row.asset_id.clone_from(id));
    rows.columns.iter_mut().for_each(|row| row.asset_id.clone_from(id));
    rows.findings.iter_mut().for_each(|row| row.asset_id.clone_from(id));
    rows.combinations.iter_mut().for_each(|row| row.asset_id.clone_from(id));
    rows.fingerprints.iter_mut().for_each(|row| row.asset_id.clone_from(id));
}

fn set_run(rows: &mut ShardRows, run: &RunId) {
    rows.assets.iter_mut().for_each(|row| row.run_id.clone_from(run));
    rows.columns.iter_mut().for_each(|row| row.run_id.clone_from(run));
    rows.findings.iter_mut().for_each(|row| row.run_id.clone_from(run));
    rows.combinations.iter_mut().for_each(|row| row.run_id.clone_from(run));
    rows.fingerprints.iter_mut().for_each(|row| row.run_id.clone_from(run));
}
