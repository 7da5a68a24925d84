//! The named question about datasets.

use terrier_findings::TableRow;
use terrier_model::{DatasetFindingRow, DatasetRow};

use crate::answers::{DatasetDetail, DatasetList};
use crate::fetch::{each, rows};
use crate::summary::LABEL_RANK;
use crate::{FindingsDb, QueryError};

impl FindingsDb {
    /// Returns the `n` most sensitive datasets, the largest first among equals, with what was found in each.
    pub async fn datasets(&self, n: usize) -> Result<DatasetList, QueryError> {
        let counted = self.sql("SELECT count(*) AS datasets, count(*) FILTER (WHERE shapes > 1) AS changed FROM datasets").await?;
        let counts = each(&counted, |row| Ok((row.count("datasets"), row.count("changed"))))?;
        let (total, changed) = counts.first().copied().unwrap_or_default();
        let chosen = format!("SELECT * FROM datasets ORDER BY {LABEL_RANK} DESC, members DESC, store_id, pattern, dataset_id LIMIT {n}");
        let datasets: Vec<DatasetRow> = rows(&self.sql(&chosen).await?)?;
        let found = format!(
            "SELECT f.* FROM {} f JOIN (SELECT run_id, dataset_id FROM ({chosen})) d ON f.run_id = d.run_id AND f.dataset_id = d.dataset_id
            ORDER BY prevalence_low DESC, count_high DESC, class",
            DatasetFindingRow::TABLE.name()
        );
        let mut findings: Vec<DatasetFindingRow> = rows(&self.sql(&found).await?)?;
        let detail = |row: DatasetRow| {
            let is_of = |found: &mut DatasetFindingRow| found.run_id == row.run_id && found.dataset_id == row.dataset_id;
            DatasetDetail { findings: findings.extract_if(.., is_of).collect(), row }
        };
        Ok(DatasetList { total, changed, datasets: datasets.into_iter().map(detail).collect() })
    }
}
