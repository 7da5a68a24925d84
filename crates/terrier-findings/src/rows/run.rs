use arrow_array::RecordBatch;
use terrier_model::{Fact, RunId, RunRow, StoreId, StoreKind, StoreRow, Table};

use super::TableRow;
use super::read::BatchReader;
use super::write::BatchBuilder;
use crate::FindingsError;

impl TableRow for RunRow {
    const TABLE: Table = Table::Runs;

    fn encode(rows: &[Self]) -> RecordBatch {
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("target", rows.iter().map(|row| row.target.as_str()))
            .texts("terrier_version", rows.iter().map(|row| row.terrier_version.as_str()))
            .texts("rules_digest", rows.iter().map(|row| row.rules_digest.as_str()))
            .optional_texts("detection_digest", rows.iter().map(|row| row.detection_digest.as_deref()))
            .texts("policy_digest", rows.iter().map(|row| row.policy_digest.as_str()))
            .optional_texts("options_digest", rows.iter().map(|row| row.options_digest.as_deref()))
            .optional_texts("key_id", rows.iter().map(|row| row.key_id.as_deref()))
            .times("started", rows.iter().map(|row| Some(row.started)))
            .times("ended", rows.iter().map(|row| Some(row.ended)))
            .flags("complete", rows.iter().map(|row| row.complete))
            .counts("assets", rows.iter().map(|row| row.assets))
            .counts("requests", rows.iter().map(|row| row.requests))
            .counts("bytes_read", rows.iter().map(|row| row.bytes_read))
            .numbers("cost_usd", rows.iter().map(|row| row.cost_usd))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| Self {
            run_id: RunId::new(reader.text("run_id", row)),
            target: reader.text("target", row).to_owned(),
            terrier_version: reader.text("terrier_version", row).to_owned(),
            rules_digest: reader.text("rules_digest", row).to_owned(),
            detection_digest: reader.owned_text("detection_digest", row),
            policy_digest: reader.text("policy_digest", row).to_owned(),
            options_digest: reader.owned_text("options_digest", row),
            key_id: reader.owned_text("key_id", row),
            started: reader.time("started", row).unwrap_or_default(),
            ended: reader.time("ended", row).unwrap_or_default(),
            complete: reader.flag("complete", row),
            assets: reader.count("assets", row),
            requests: reader.count("requests", row),
            bytes_read: reader.count("bytes_read", row),
            cost_usd: reader.number("cost_usd", row),
        };
        Ok(reader.rows().map(decode_row).collect())
    }
}

impl TableRow for StoreRow {
    const TABLE: Table = Table::Stores;

    fn encode(rows: &[Self]) -> RecordBatch {
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("store_id", rows.iter().map(|row| row.store_id.as_str()))
            .texts("kind", rows.iter().map(|row| row.kind.as_str()))
            .optional_texts("account", rows.iter().map(|row| row.account.as_deref()))
            .optional_texts("region", rows.iter().map(|row| row.region.as_deref()))
            .optional_texts("environment", rows.iter().map(|row| row.environment.as_deref()))
            .optional_texts("owner", rows.iter().map(|row| row.owner.as_deref()))
            .texts("public", rows.iter().map(|row| row.public.as_str()))
            .texts("external", rows.iter().map(|row| row.external.as_str()))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            Ok(Self {
                run_id: RunId::new(reader.text("run_id", row)),
                store_id: StoreId::new(reader.text("store_id", row)),
                kind: reader.name("kind", row, StoreKind::parse)?,
                account: reader.owned_text("account", row),
                region: reader.owned_text("region", row),
                environment: reader.owned_text("environment", row),
                owner: reader.owned_text("owner", row),
                public: reader.name("public", row, Fact::parse)?,
                external: reader.name("external", row, Fact::parse)?,
            })
        };
        reader.rows().map(decode_row).collect()
    }
}
