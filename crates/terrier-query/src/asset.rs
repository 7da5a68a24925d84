//! The named questions about one thing: an asset, a class, the findings with their places.

use std::collections::HashMap;

use terrier_findings::TableRow;
use terrier_model::{AssetId, AssetRow, ColumnRow, CombinationRow, DataClass, FindingRow, RunId, Sensitivity, StoreId};

use crate::answers::{AssetDetail, ClassDetail, LocatedFinding};
use crate::fetch::{each, rows};
use crate::summary::LABEL_RANK;
use crate::{FindingsDb, QueryError};

/// Assets that one path may stand for; members of a container and places of a class that are shown.
const MATCHES: usize = 20;
const SHOWN: usize = 100;

/// How many slips of writing are forgiven in a name: one in so many characters, and at least so many.
const SLIP_PER: usize = 4;
const SLIPS: usize = 2;

impl FindingsDb {
    /// Looks an asset up by its id, its path, its address (store and path), or else by the end of its path. More than one fits
    /// where stores or containers hold equal names; at most twenty are returned.
    pub async fn asset(&self, path_or_id: &str) -> Result<Vec<AssetDetail>, QueryError> {
        let exact =
            "asset_id = $1 OR path = $1 OR concat(store_id, '/', path) = $1 OR concat(replace(store_id, 'file://', ''), '/', path) = $1";
        let mut assets = self.assets_where(exact, path_or_id, MATCHES).await?;
        if assets.is_empty() {
            assets = self.assets_where("ends_with(path, concat('/', $1))", path_or_id, MATCHES).await?;
        }
        let mut details = Vec::new();
        for asset in assets {
            details.push(self.asset_detail(asset).await?);
        }
        Ok(details)
    }

    /// Returns up to `limit` paths that hold the text, or whose last part is written almost like its last part, the nearest first:
    /// what may have been meant by a path that is not there.
    pub async fn paths_near(&self, text: &str, limit: usize) -> Result<Vec<String>, QueryError> {
        let text = text.to_lowercase();
        let name = text.rsplit('/').next().unwrap_or_default().to_owned();
        let slips = (name.chars().count() / SLIP_PER).max(SLIPS);
        let statement = format!(
            "SELECT path FROM (
                SELECT DISTINCT path, strpos(lower(path), $1) > 0 AS held,
                    least(levenshtein(lower(path), $1), levenshtein(lower(split_part(path, '/', -1)), $2)) AS slips FROM assets)
            WHERE held OR slips <= {slips} ORDER BY slips, path LIMIT {limit}"
        );
        each(&self.sql_with(&statement, vec![text, name]).await?, |row| Ok(row.text("path")?.to_owned()))
    }

    async fn asset_detail(&self, asset: AssetRow) -> Result<AssetDetail, QueryError> {
        let (run, id) = (&asset.run_id, &asset.asset_id);
        let counted = self.sql_with("SELECT count(*) AS members FROM assets WHERE parent_id = $1", vec![id.to_string()]).await?;
        Ok(AssetDetail {
            findings: self.rows_of(run, id, "confidence DESC, class").await?,
            columns: self.rows_of::<ColumnRow>(run, id, "class IS NULL").await?,
            combinations: self.rows_of::<CombinationRow>(run, id, "records DESC").await?,
            member_count: each(&counted, |row| Ok(row.count("members")))?.into_iter().sum(),
            members: self.assets_where("parent_id = $1", id.as_str(), SHOWN).await?,
            asset,
        })
    }

    async fn assets_where(&self, condition: &str, text: &str, limit: usize) -> Result<Vec<AssetRow>, QueryError> {
        let statement = format!("SELECT * FROM assets WHERE {condition} ORDER BY {LABEL_RANK} DESC, store_id, path LIMIT {limit}");
        rows(&self.sql_with(&statement, vec![text.to_owned()]).await?)
    }

    async fn rows_of<R: TableRow>(&self, run: &RunId, asset: &AssetId, order: &str) -> Result<Vec<R>, QueryError> {
        let statement = format!("SELECT * FROM {} WHERE run_id = $1 AND asset_id = $2 ORDER BY {order}", R::TABLE.name());
        rows(&self.sql_with(&statement, vec![run.to_string(), asset.to_string()]).await?)
    }

    /// Looks a class up; `None` where nothing of it was found.
    pub async fn class(&self, class: &DataClass) -> Result<Option<ClassDetail>, QueryError> {
        let text = vec![class.to_string()];
        let Some(row) = self.classes("class = $1", text.clone()).await?.into_iter().next() else { return Ok(None) };
        let findings = self.located("class = $1", text, SHOWN).await?;
        Ok(Some(ClassDetail { class: row, findings }))
    }

    /// Returns the findings with their places, the `limit` surest and largest first.
    pub async fn findings(&self, limit: usize) -> Result<Vec<LocatedFinding>, QueryError> {
        self.located("true", Vec::new(), limit).await
    }

    async fn located(&self, condition: &str, texts: Vec<String>, limit: usize) -> Result<Vec<LocatedFinding>, QueryError> {
        let order = "count_high DESC, count_medium DESC, count_low DESC, class, asset_id, run_id";
        let statement = format!("SELECT * FROM findings WHERE {condition} ORDER BY {order} LIMIT {limit}");
        let findings: Vec<FindingRow> = rows(&self.sql_with(&statement, texts.clone()).await?)?;
        let statement = format!(
            "SELECT run_id, asset_id, store_id, path, sensitivity FROM assets WHERE asset_id IN (
                SELECT asset_id FROM findings WHERE {condition} ORDER BY {order} LIMIT {limit})"
        );
        let assets = each(&self.sql_with(&statement, texts).await?, |row| {
            let key = (RunId::new(row.text("run_id")?), AssetId::new(row.text("asset_id")?));
            Ok((key, (StoreId::new(row.text("store_id")?), row.text("path")?.to_owned(), row.name("sensitivity", Sensitivity::parse)?)))
        })?;
        let assets: HashMap<_, _> = assets.into_iter().collect();
        let locate = |row: FindingRow| {
            let (store_id, path, sensitivity) = assets.get(&(row.run_id.clone(), row.asset_id.clone()))?.clone();
            Some(LocatedFinding { store_id, path, sensitivity, row })
        };
        Ok(findings.into_iter().filter_map(locate).collect())
    }
}
