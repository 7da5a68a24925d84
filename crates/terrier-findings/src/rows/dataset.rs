use arrow_array::RecordBatch;
use terrier_model::{DataClass, DatasetFindingRow, DatasetId, DatasetRow, Method, RunId, Sensitivity, StoreId, Table};

use super::TableRow;
use super::read::BatchReader;
use super::write::BatchBuilder;
use crate::FindingsError;

impl TableRow for DatasetRow {
    const TABLE: Table = Table::Datasets;

    fn encode(rows: &[Self]) -> RecordBatch {
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("dataset_id", rows.iter().map(|row| row.dataset_id.as_str()))
            .texts("store_id", rows.iter().map(|row| row.store_id.as_str()))
            .texts("pattern", rows.iter().map(|row| row.pattern.as_str()))
            .counts("members", rows.iter().map(|row| row.members))
            .counts("bytes", rows.iter().map(|row| row.bytes))
            .counts("read", rows.iter().map(|row| row.read))
            .texts("coverage_method", rows.iter().map(|row| row.method.as_str()))
            .numbers("confidence", rows.iter().map(|row| row.confidence))
            .numbers("absent_bound", rows.iter().map(|row| row.absent_bound))
            .text_lists("formats", rows.iter().map(|row| row.formats.iter().map(String::as_str)))
            .counts("shapes", rows.iter().map(|row| row.shapes))
            .optional_texts("sensitivity", rows.iter().map(|row| row.sensitivity.map(Sensitivity::as_str)))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| {
            let sensitivity = match reader.optional_text("sensitivity", row) {
                None => None,
                Some(_) => Some(reader.name("sensitivity", row, Sensitivity::parse)?),
            };
            Ok(Self {
                run_id: RunId::new(reader.text("run_id", row)),
                dataset_id: DatasetId::new(reader.text("dataset_id", row)),
                store_id: StoreId::new(reader.text("store_id", row)),
                pattern: reader.text("pattern", row).to_owned(),
                members: reader.count("members", row),
                bytes: reader.count("bytes", row),
                read: reader.count("read", row),
                method: reader.name("coverage_method", row, Method::parse)?,
                confidence: reader.number("confidence", row),
                absent_bound: reader.number("absent_bound", row),
                formats: reader.text_list("formats", row),
                shapes: reader.count("shapes", row),
                sensitivity,
            })
        };
        reader.rows().map(decode_row).collect()
    }
}

impl TableRow for DatasetFindingRow {
    const TABLE: Table = Table::DatasetFindings;

    fn encode(rows: &[Self]) -> RecordBatch {
        BatchBuilder::new(Self::TABLE, rows.iter().map(|row| &row.run_id))
            .texts("dataset_id", rows.iter().map(|row| row.dataset_id.as_str()))
            .texts("class", rows.iter().map(|row| row.class.as_str()))
            .counts("members_high", rows.iter().map(|row| row.members_high))
            .counts("members_medium", rows.iter().map(|row| row.members_medium))
            .counts("count_high", rows.iter().map(|row| row.count_high))
            .numbers("prevalence", rows.iter().map(|row| row.prevalence))
            .numbers("prevalence_low", rows.iter().map(|row| row.prevalence_low))
            .numbers("prevalence_high", rows.iter().map(|row| row.prevalence_high))
            .finish()
    }

    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError> {
        let reader = BatchReader::new(Self::TABLE, batch)?;
        let decode_row = |row| Self {
            run_id: RunId::new(reader.text("run_id", row)),
            dataset_id: DatasetId::new(reader.text("dataset_id", row)),
            class: DataClass::new(reader.text("class", row)),
            members_high: reader.count("members_high", row),
            members_medium: reader.count("members_medium", row),
            count_high: reader.count("count_high", row),
            prevalence: reader.number("prevalence", row),
            prevalence_low: reader.number("prevalence_low", row),
            prevalence_high: reader.number("prevalence_high", row),
        };
        Ok(reader.rows().map(decode_row).collect())
    }
}
