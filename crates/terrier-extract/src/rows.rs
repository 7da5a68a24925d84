//! Batches of records whose values have paths and kinds, for formats that come record by record.

use terrier_content::ColumnKind;

use crate::context::{Context, Halt};
use crate::json::{Node, Paths};
use crate::strings;
use crate::table::{BATCH_BYTES, BATCH_RECORDS, next_batch};
use crate::text::{self, Place};

/// Longest value that stands in a record; longer ones are handed out as text.
const MAX_VALUE: usize = 1 << 20;

/// Collects records and hands them out in batches.
pub(crate) struct Rows {
    paths: Paths,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { paths: Paths::new() }
    }

    /// Hands out what is left, and begins anew with places and columns: those of another table.
    pub(crate) fn renew(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.flush(context)?;
        let first_record = self.paths.batch.first_record;
        self.paths = Paths::new();
        self.paths.batch.first_record = first_record;
        Ok(())
    }

    /// Returns the place of a key.
    pub(crate) fn child(&mut self, node: Node, key: &[u8]) -> Node {
        self.paths.child(node, key)
    }

    /// Returns the place of the elements of a list.
    pub(crate) fn element(&mut self, node: Node) -> Node {
        self.paths.element(node, false)
    }

    /// Adds a value to the record that is being collected.
    pub(crate) fn push(&mut self, context: &mut Context<'_>, node: Node, kind: ColumnKind, value: &[u8]) -> Result<(), Halt> {
        if value.len() > MAX_VALUE {
            return text::read(context, &mut &value[..], Place::START);
        }
        self.paths.push(node, kind, value);
        // A record beyond all measure is cut, so that memory stays bounded.
        if self.paths.bytes >= 2 * BATCH_BYTES { self.end_record(context) } else { Ok(()) }
    }

    /// Adds a value of bytes: as it is where it is text, else the strings in it.
    pub(crate) fn push_bytes(&mut self, context: &mut Context<'_>, node: Node, value: &[u8]) -> Result<(), Halt> {
        if std::str::from_utf8(value).is_ok_and(|text| !text.bytes().any(|byte| byte == 0)) {
            self.push(context, node, ColumnKind::Binary, value)
        } else {
            self.push(context, node, ColumnKind::Binary, strings::printable(value).trim_ascii_end())
        }
    }

    /// Ends the record and hands the batch out if it is large enough.
    pub(crate) fn end_record(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.paths.batch.records += 1;
        let full = self.paths.bytes >= BATCH_BYTES || self.paths.batch.records >= BATCH_RECORDS;
        if full { self.flush(context) } else { Ok(()) }
    }

    /// Ends the record if it has values: where damage broke it off.
    pub(crate) fn end_started(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let record = self.paths.batch.records;
        let started = self.paths.batch.columns.iter().any(|column| !column.is_empty() && column.value(column.len() - 1).record == record);
        if started { self.end_record(context) } else { Ok(()) }
    }

    /// Hands out what is left.
    pub(crate) fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = context.records(&self.paths.batch);
        next_batch(&mut self.paths.batch);
        self.paths.bytes = 0;
        result
    }
}
