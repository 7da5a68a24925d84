//! The named questions across assets.

use std::collections::BTreeMap;

use terrier_model::{AssetId, DataClass, Fact, Method, Reason, RunId, Sensitivity, StoreId, StoreKind, Tier};

use crate::answers::{
    ClassInAsset, ClassRow, CombinationSummary, CoverageRow, FormatSummary, RegulationSummary, SensitivitySummary, StoreSummary, Summary,
    UnreadAsset, WorstAsset,
};
use crate::fetch::{Row, each};
use crate::{FindingsDb, QueryError};

/// Ranks labels; the tables hold their names.
pub(crate) const LABEL_RANK: &str =
    "CASE sensitivity WHEN 'restricted' THEN 3 WHEN 'confidential' THEN 2 WHEN 'internal' THEN 1 WHEN 'public' THEN 0 ELSE -1 END";

/// Assets in the worst list of a summary.
const WORST: usize = 10;

impl FindingsDb {
    /// Summarises the latest finished runs, or one run.
    pub async fn summary(&self, run: Option<&RunId>) -> Result<Summary, QueryError> {
        match run {
            None => self.summarise().await,
            Some(run) => self.of_run(run)?.summarise().await,
        }
    }

    async fn summarise(&self) -> Result<Summary, QueryError> {
        let coverage = self.coverage().await?;
        let total = |count: fn(&CoverageRow) -> u64| coverage.iter().map(count).sum();
        Ok(Summary {
            runs: self.shown_runs().to_vec(),
            assets: total(|row| row.assets),
            members: total(|row| row.members),
            bytes_total: total(|row| row.bytes_total),
            bytes_read: total(|row| row.bytes_read),
            unchanged: self.count("read_in IS NOT NULL AND parent_id IS NULL").await?,
            gone: self.count("deleted").await?,
            classes: self.classes("true", Vec::new()).await?,
            sensitivity: self.sensitivity().await?,
            regulations: self.regulations().await?,
            stores: self.stores().await?,
            formats: self.formats().await?,
            combinations: self.combinations().await?,
            worst: self.worst(WORST).await?,
            coverage,
        })
    }

    async fn count(&self, condition: &str) -> Result<u64, QueryError> {
        let counted = self.sql(&format!("SELECT count(*) AS assets FROM assets WHERE {condition}")).await?;
        Ok(each(&counted, |row| Ok(row.count("assets")))?.into_iter().sum())
    }

    async fn coverage(&self) -> Result<Vec<CoverageRow>, QueryError> {
        let statement = "
            SELECT coverage_method, coverage_reason,
                count(*) FILTER (WHERE parent_id IS NULL) AS assets,
                count(*) FILTER (WHERE parent_id IS NOT NULL) AS members,
                sum(bytes_total) FILTER (WHERE parent_id IS NULL) AS bytes_total,
                sum(bytes_read) FILTER (WHERE parent_id IS NULL) AS bytes_read
            FROM assets WHERE NOT deleted GROUP BY coverage_method, coverage_reason";
        let mut rows = each(&self.sql(statement).await?, |row| {
            let reason = match row.optional_text("coverage_reason") {
                None => None,
                Some(_) => Some(row.name("coverage_reason", Reason::parse)?),
            };
            Ok(CoverageRow {
                method: row.name("coverage_method", Method::parse)?,
                reason,
                assets: row.count("assets"),
                members: row.count("members"),
                bytes_total: row.count("bytes_total"),
                bytes_read: row.count("bytes_read"),
            })
        })?;
        rows.sort_by_key(|row| (row.method, std::cmp::Reverse((row.bytes_total, row.assets)), row.reason));
        Ok(rows)
    }

    /// Sums up the classes of the findings that a condition selects.
    pub(crate) async fn classes(&self, condition: &str, texts: Vec<String>) -> Result<Vec<ClassRow>, QueryError> {
        let statement = format!(
            "SELECT class,
                count(*) FILTER (WHERE count_high + count_medium + count_low > 0) AS assets,
                count(*) FILTER (WHERE count_high > 0) AS assets_high,
                count(*) FILTER (WHERE count_high = 0 AND count_medium > 0) AS assets_medium,
                count(*) FILTER (WHERE count_high = 0 AND count_medium = 0 AND count_low > 0) AS assets_low,
                sum(count_high) AS high, sum(count_medium) AS medium, sum(count_low) AS low, sum(count_test) AS test
            FROM findings WHERE {condition} GROUP BY class
            ORDER BY high DESC, medium DESC, low DESC, class"
        );
        each(&self.sql_with(&statement, texts).await?, |row| {
            Ok(ClassRow {
                class: DataClass::new(row.text("class")?),
                assets: row.count("assets"),
                assets_high: row.count("assets_high"),
                assets_medium: row.count("assets_medium"),
                assets_low: row.count("assets_low"),
                high: row.count("high"),
                medium: row.count("medium"),
                low: row.count("low"),
                test: row.count("test"),
            })
        })
    }

    /// What was not read has no label, so it does not count as public; tables of version 1 give it one.
    async fn sensitivity(&self) -> Result<Vec<SensitivitySummary>, QueryError> {
        let statement = "SELECT sensitivity, count(*) AS assets, sum(size) AS bytes FROM assets
            WHERE coverage_method <> 'not_scanned' AND sensitivity IS NOT NULL GROUP BY sensitivity";
        let counted = each(&self.sql(statement).await?, |row| {
            Ok((row.name("sensitivity", Sensitivity::parse)?, (row.count("assets"), row.count("bytes"))))
        })?;
        let counted: BTreeMap<Sensitivity, (u64, u64)> = counted.into_iter().collect();
        let summary = |sensitivity| {
            let (assets, bytes) = counted.get(&sensitivity).copied().unwrap_or_default();
            SensitivitySummary { sensitivity, assets, bytes }
        };
        Ok(Sensitivity::ALL.into_iter().map(summary).collect())
    }

    async fn regulations(&self) -> Result<Vec<RegulationSummary>, QueryError> {
        let statement = "
            SELECT id, count(*) AS assets, count(*) FILTER (WHERE sensitivity = 'restricted') AS restricted,
                count(*) FILTER (WHERE public = 'yes') AS public
            FROM (SELECT unnest(regulations) AS id, sensitivity, public FROM assets) GROUP BY id ORDER BY assets DESC, id";
        each(&self.sql(statement).await?, |row| {
            Ok(RegulationSummary {
                id: row.text("id")?.to_owned(),
                assets: row.count("assets"),
                restricted: row.count("restricted"),
                public: row.count("public"),
            })
        })
    }

    async fn stores(&self) -> Result<Vec<StoreSummary>, QueryError> {
        let statement = "
            WITH counted AS (
                SELECT run_id, store_id, count(*) FILTER (WHERE parent_id IS NULL) AS assets,
                    sum(size) FILTER (WHERE parent_id IS NULL) AS bytes,
                    count(*) FILTER (WHERE sensitivity = 'restricted') AS restricted,
                    count(*) FILTER (WHERE sensitivity = 'confidential') AS confidential
                FROM assets WHERE NOT deleted GROUP BY run_id, store_id)
            SELECT s.store_id, s.kind, s.region, s.public, assets, bytes, restricted, confidential
            FROM stores s LEFT JOIN counted c ON s.run_id = c.run_id AND s.store_id = c.store_id
            ORDER BY restricted DESC NULLS LAST, confidential DESC NULLS LAST, s.store_id";
        each(&self.sql(statement).await?, |row| {
            Ok(StoreSummary {
                store_id: StoreId::new(row.text("store_id")?),
                kind: row.name("kind", StoreKind::parse)?,
                region: row.optional_text("region").map(str::to_owned),
                public: row.name("public", Fact::parse)?,
                assets: row.count("assets"),
                bytes: row.count("bytes"),
                restricted: row.count("restricted"),
                confidential: row.count("confidential"),
            })
        })
    }

    async fn formats(&self) -> Result<Vec<FormatSummary>, QueryError> {
        let statement = "
            SELECT format, count(*) AS assets, count(*) FILTER (WHERE sensitivity IN ('restricted', 'confidential')) AS sensitive
            FROM assets WHERE NOT deleted GROUP BY format ORDER BY assets DESC, format";
        each(&self.sql(statement).await?, |row| {
            let format = row.optional_text("format").map(str::to_owned);
            Ok(FormatSummary { format, assets: row.count("assets"), sensitive: row.count("sensitive") })
        })
    }

    async fn combinations(&self) -> Result<Vec<CombinationSummary>, QueryError> {
        let statement = "
            SELECT array_to_string(classes, ' ') AS classes, sum(records) AS records, count(*) AS assets
            FROM combinations WHERE array_length(classes) > 1 GROUP BY 1 ORDER BY records DESC, classes LIMIT 10";
        each(&self.sql(statement).await?, |row| {
            let classes = row.text("classes")?.split(' ').map(DataClass::new).collect();
            Ok(CombinationSummary { classes, records: row.count("records"), assets: row.count("assets") })
        })
    }

    /// Returns the `n` worst assets, the worst first.
    pub async fn worst(&self, n: usize) -> Result<Vec<WorstAsset>, QueryError> {
        let statement = format!(
            "WITH weighed AS (
                SELECT run_id, asset_id, sum(count_medium) AS medium,
                    sum(CAST(round(100 * log2(1 + CAST(count_high AS DOUBLE))) AS BIGINT)) AS weight
                FROM findings WHERE count_high + count_medium > 0 GROUP BY run_id, asset_id)
            SELECT a.asset_id, store_id, path, size, sensitivity, regulations, label_reasons, public, external
            FROM assets a JOIN weighed w ON a.run_id = w.run_id AND a.asset_id = w.asset_id
            ORDER BY {LABEL_RANK} DESC, public = 'yes' DESC, external = 'yes' DESC, weight DESC, medium DESC, store_id, path
            LIMIT {n}"
        );
        let mut worst = each(&self.sql(&statement).await?, worst_asset)?;
        let ids: Vec<String> = worst.iter().map(|asset| asset.asset_id.to_string()).collect();
        let mut classes = self.classes_in(ids).await?;
        for asset in &mut worst {
            asset.classes = classes.remove(&asset.asset_id).unwrap_or_default();
        }
        Ok(worst)
    }

    async fn classes_in(&self, assets: Vec<String>) -> Result<BTreeMap<AssetId, Vec<ClassInAsset>>, QueryError> {
        let mut classes: BTreeMap<AssetId, Vec<ClassInAsset>> = BTreeMap::new();
        if assets.is_empty() {
            return Ok(classes);
        }
        let places: Vec<String> = (1..=assets.len()).map(|place| format!("${place}")).collect();
        let statement = format!(
            "SELECT asset_id, class, tier, count_high, count_medium, \"distinct\" FROM findings
            WHERE asset_id IN ({}) AND count_high + count_medium > 0 ORDER BY count_high DESC, count_medium DESC, class",
            places.join(", ")
        );
        let found = each(&self.sql_with(&statement, assets).await?, |row| {
            let class = ClassInAsset {
                class: DataClass::new(row.text("class")?),
                tier: row.name("tier", Tier::parse)?,
                high: row.count("count_high"),
                medium: row.count("count_medium"),
                distinct: row.count("distinct"),
            };
            Ok((AssetId::new(row.text("asset_id")?), class))
        })?;
        for (asset, class) in found {
            classes.entry(asset).or_default().push(class);
        }
        Ok(classes)
    }

    /// Returns, for each reason why assets were not read or not to their end, the `n` largest of them.
    pub async fn unread(&self, n: usize) -> Result<Vec<UnreadAsset>, QueryError> {
        let statement = format!(
            "SELECT store_id, path, coverage_method, coverage_reason, bytes_total FROM (
                SELECT *, row_number() OVER (PARTITION BY coverage_reason ORDER BY bytes_total DESC, path) AS place
                FROM assets WHERE coverage_reason IS NOT NULL AND NOT deleted)
            WHERE place <= {n} ORDER BY coverage_reason, place"
        );
        each(&self.sql(&statement).await?, |row| {
            Ok(UnreadAsset {
                store_id: StoreId::new(row.text("store_id")?),
                path: row.text("path")?.to_owned(),
                method: row.name("coverage_method", Method::parse)?,
                reason: row.name("coverage_reason", Reason::parse)?,
                bytes_total: row.count("bytes_total"),
            })
        })
    }
}

fn worst_asset(row: &Row<'_>) -> Result<WorstAsset, QueryError> {
    Ok(WorstAsset {
        asset_id: AssetId::new(row.text("asset_id")?),
        store_id: StoreId::new(row.text("store_id")?),
        path: row.text("path")?.to_owned(),
        size: row.count("size"),
        sensitivity: row.name("sensitivity", Sensitivity::parse)?,
        regulations: row.texts("regulations"),
        reasons: row.texts("label_reasons"),
        public: row.name("public", Fact::parse)?,
        external: row.name("external", Fact::parse)?,
        classes: Vec::new(),
    })
}
