use arrow_array::RecordBatch;
use terrier_model::{AssetId, AssetRow, Coverage, DatasetId, Fact, Label, Method, Reason, RunId, Sensitivity, StoreId, Table, Version};

use super::TableRow;
use super::read::BatchReader;
use super::write::BatchBuilder;
use crate::FindingsError;

impl TableRow for AssetRow {
    const TABLE: Table = Table::Assets;

    fn encode(rows: &[Self]) -> RecordBatch {
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("asset_id", rows.iter().map(|row| row.asset_id.as_str()))
            .texts("store_id", rows.iter().map(|row| row.store_id.as_str()))
            .optional_texts("dataset_id", rows.iter().map(|row| row.dataset_id.as_ref().map(DatasetId::as_str)))
            .optional_texts("parent_id", rows.iter().map(|row| row.parent_id.as_ref().map(AssetId::as_str)))
            .texts("path", rows.iter().map(|row| row.path.as_str()))
            .optional_texts("version", rows.iter().map(|row| row.version.as_ref().map(Version::as_str)))
            .counts("size", rows.iter().map(|row| row.size))
            .optional_texts("format", rows.iter().map(|row| row.format.as_deref()))
            .optional_texts("content_hash", rows.iter().map(|row| row.content_hash.as_deref()))
            .number_lists("similarity", rows.iter().map(|row| row.similarity.as_slice()))
            .optional_texts("owner", rows.iter().map(|row| row.owner.as_deref()))
            .times("modified", rows.iter().map(|row| row.modified))
            .optional_texts("storage_class", rows.iter().map(|row| row.storage_class.as_deref()))
            .optional_texts("sensitivity", rows.iter().map(|row| row.label.as_ref().map(|label| label.sensitivity.as_str())))
            .text_lists("regulations", rows.iter().map(|row| row.label.iter().flat_map(|label| &label.regulations).map(String::as_str)))
            .text_lists("label_reasons", rows.iter().map(|row| row.label.iter().flat_map(|label| &label.reasons).map(String::as_str)))
            .optional_texts("existing_label", rows.iter().map(|row| row.existing_label.as_deref()))
            .texts("public", rows.iter().map(|row| row.public.as_str()))
            .texts("external", rows.iter().map(|row| row.external.as_str()))
            .texts("coverage_method", rows.iter().map(|row| row.coverage.method.as_str()))
            .optional_texts("coverage_reason", rows.iter().map(|row| row.coverage.reason.map(Reason::as_str)))
            .counts("bytes_read", rows.iter().map(|row| row.coverage.bytes_read))
            .counts("bytes_total", rows.iter().map(|row| row.coverage.bytes_total))
            .optional_counts("records_read", rows.iter().map(|row| row.coverage.records_read))
            .optional_counts("records_total", rows.iter().map(|row| row.coverage.records_total))
            .flags("deleted", rows.iter().map(|row| row.deleted))
            .optional_texts("read_in", rows.iter().map(|row| row.read_in.as_ref().map(RunId::as_str)))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        reader.rows().map(|row| decode_row(&reader, row)).collect()
    }
}

fn decode_row(reader: &BatchReader<'_>, row: usize) -> Result<AssetRow, FindingsError> {
    Ok(AssetRow {
        run_id: RunId::new(reader.text("run_id", row)),
        asset_id: AssetId::new(reader.text("asset_id", row)),
        store_id: StoreId::new(reader.text("store_id", row)),
        dataset_id: reader.optional_text("dataset_id", row).map(DatasetId::new),
        parent_id: reader.optional_text("parent_id", row).map(AssetId::new),
        path: reader.text("path", row).to_owned(),
        version: reader.optional_text("version", row).map(Version::new),
        size: reader.count("size", row),
        format: reader.owned_text("format", row),
        content_hash: reader.owned_text("content_hash", row),
        similarity: reader.number_list("similarity", row),
        owner: reader.owned_text("owner", row),
        modified: reader.time("modified", row),
        storage_class: reader.owned_text("storage_class", row),
        label: decode_label(reader, row)?,
        existing_label: reader.owned_text("existing_label", row),
        public: reader.name("public", row, Fact::parse)?,
        external: reader.name("external", row, Fact::parse)?,
        coverage: decode_coverage(reader, row)?,
        deleted: reader.flag("deleted", row),
        read_in: reader.optional_text("read_in", row).map(RunId::new),
    })
}

fn decode_label(reader: &BatchReader<'_>, row: usize) -> Result<Option<Label>, FindingsError> {
    if reader.optional_text("sensitivity", row).is_none() {
        return Ok(None);
    }
    Ok(Some(Label {
        sensitivity: reader.name("sensitivity", row, Sensitivity::parse)?,
        regulations: reader.text_list("regulations", row),
        reasons: reader.text_list("label_reasons", row),
    }))
}

fn decode_coverage(reader: &BatchReader<'_>, row: usize) -> Result<Coverage, FindingsError> {
    let reason = match reader.optional_text("coverage_reason", row) {
        None => None,
        Some(_) => Some(reader.name("coverage_reason", row, Reason::parse)?),
    };
    Ok(Coverage {
        method: reader.name("coverage_method", row, Method::parse)?,
        reason,
        bytes_read: reader.count("bytes_read", row),
        bytes_total: reader.count("bytes_total", row),
        records_read: reader.optional_count("records_read", row),
        records_total: reader.optional_count("records_total", row),
    })
}
