//! Rows to Arrow batches and back, one table after the other.
//!
//! Columns are put and taken by name, and a batch is built against [`Table::schema`], so a writer that strays from the schema
//! cannot produce a batch at all.

mod asset;
mod dataset;
mod findings;
mod read;
mod run;
mod write;

use arrow_array::RecordBatch;
use terrier_model::Table;

use crate::FindingsError;

pub use findings::finding_id;

/// A row of one of the tables.
pub trait TableRow: Sized {
    /// The table it is a row of.
    const TABLE: Table;

    /// Turns rows into a batch with the table's schema.
    fn encode(rows: &[Self]) -> RecordBatch;

    /// Reads rows out of a batch that holds at least the table's columns.
    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, FindingsError>;
}
