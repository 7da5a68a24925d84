//! Rows on their way from a connection to whoever reads them.

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use terrier_content::{Column, ColumnKind, Records};
use terrier_model::Reason;
use tokio::sync::mpsc;

use crate::StoreError;
use crate::rows::{RowBody, RowPiece};
use crate::store::Requests;

/// Longest value, in characters of text or in bytes; what is longer is cut.
pub(super) const MAX_VALUE: usize = 1_000_000;

/// A batch is handed on when it holds this many bytes of values.
const BATCH_BYTES: usize = 1 << 20;
/// A batch is handed on when it holds this many rows.
const BATCH_ROWS: u32 = 1024;

/// The reader is gone: nothing more is wanted.
#[derive(Debug)]
pub(super) struct Gone;

/// Where a connection puts the rows of a table.
pub(super) struct RowSink {
    sender: mpsc::Sender<Result<RowPiece, StoreError>>,
    batch: Records,
    bytes: usize,
    rows: u64,
    most: Option<u64>,
    cut: bool,
}

impl RowSink {
    /// Makes the two ends: where rows are put, and the body that gives them. At most `most` rows pass.
    pub(super) fn new(columns: &[(String, ColumnKind)], most: Option<u64>, estimate: Option<u64>, requests: Requests) -> (Self, RowBody) {
        // One batch waits while another is read and a third is filled.
        let (sender, receiver) = mpsc::channel(1);
        let columns = columns.iter().map(|(name, kind)| Column::new(name.as_str(), *kind)).collect();
        let sink = Self { sender, batch: Records { first_record: 0, records: 0, columns }, bytes: 0, rows: 0, most, cut: false };
        (sink, RowBody { pieces: pieces(receiver), estimate, requests })
    }

    /// Adds a value to the row that is being collected, cut to its bound, and returns its size.
    pub(super) fn push(&mut self, column: usize, value: &[u8]) -> usize {
        let column = &mut self.batch.columns[column];
        let kept = kept(value, column.kind());
        self.cut |= kept.len() < value.len();
        if column.kind() == ColumnKind::Timestamp {
            column.push(self.batch.records, &rfc3339(kept));
        } else {
            column.push(self.batch.records, kept);
        }
        self.bytes += kept.len();
        kept.len()
    }

    /// Adds a column behind those that there are, and returns its number.
    #[cfg(feature = "redis")]
    pub(super) fn add_column(&mut self, name: &str, kind: ColumnKind) -> usize {
        self.batch.columns.push(Column::new(name, kind));
        self.batch.columns.len() - 1
    }

    /// Ends the row, and hands the batch on if it is large enough.
    pub(super) async fn end_row(&mut self) -> Result<(), Gone> {
        self.batch.records += 1;
        self.rows += 1;
        if self.bytes >= BATCH_BYTES || self.batch.records >= BATCH_ROWS { self.flush().await } else { Ok(()) }
    }

    /// Tells whether the table's share of rows is used up.
    pub(super) fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.rows >= most)
    }

    /// Says that part of the table is left out.
    pub(super) async fn leave_out(&mut self, reason: Reason) -> Result<(), Gone> {
        self.sender.send(Ok(RowPiece::LeftOut(reason))).await.map_err(|_| Gone)
    }

    /// Hands on what is left, at the end of the table.
    pub(super) async fn finish(&mut self) -> Result<(), Gone> {
        self.flush().await?;
        if std::mem::take(&mut self.cut) { self.leave_out(Reason::TableLimit).await } else { Ok(()) }
    }

    /// Hands on what there was before a failure, and the failure.
    pub(super) async fn fail(&mut self, error: StoreError) {
        if self.flush().await.is_ok() {
            let _ = self.sender.send(Err(error)).await;
        }
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        if self.batch.records == 0 {
            return Ok(());
        }
        let columns = self.batch.columns.iter().map(|column| Column::new(column.name().expose().as_str(), column.kind())).collect();
        let next = Records { first_record: self.rows, records: 0, columns };
        let full = std::mem::replace(&mut self.batch, next);
        self.bytes = 0;
        self.sender.send(Ok(RowPiece::Batch(full))).await.map_err(|_| Gone)
    }
}

fn pieces(receiver: mpsc::Receiver<Result<RowPiece, StoreError>>) -> BoxStream<'static, Result<RowPiece, StoreError>> {
    stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|piece| (piece, receiver)) }).boxed()
}

/// Takes off what is beyond the bound: bytes of binary values, characters of all others.
fn kept(value: &[u8], kind: ColumnKind) -> &[u8] {
    if value.len() <= MAX_VALUE {
        return value;
    }
    if kind == ColumnKind::Binary {
        return &value[..MAX_VALUE];
    }
    match std::str::from_utf8(value) {
        Ok(text) => text.char_indices().nth(MAX_VALUE).map_or(value, |(end, _)| &value[..end]),
        Err(_) => &value[..MAX_VALUE],
    }
}

/// Writes a point in time, which servers give as `2024-05-01 08:00:00+00`, the usual way.
fn rfc3339(value: &[u8]) -> Vec<u8> {
    let mut text = value.to_vec();
    if let Some(space) = text.iter().position(|byte| *byte == b' ')
        && text.get(space + 1).is_some_and(u8::is_ascii_digit)
    {
        text[space] = b'T';
        if text.ends_with(b"+00") {
            text.truncate(text.len() - 3);
        }
        text.push(b'Z');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_between_characters() {
        let text = "é".repeat(MAX_VALUE + 1);
        assert_eq!(kept(text.as_bytes(), ColumnKind::Text).len(), 2 * MAX_VALUE);
        assert_eq!(kept(text.as_bytes(), ColumnKind::Binary).len(), MAX_VALUE);
        assert_eq!(kept("é".repeat(MAX_VALUE).as_bytes(), ColumnKind::Text).len(), 2 * MAX_VALUE);
    }

    #[test]
    fn points_in_time_are_written_the_usual_way() {
        let check = |text: &str, expect: &str| assert_eq!(String::from_utf8_lossy(&rfc3339(text.as_bytes())), expect);
        check("2024-05-01 08:00:00+00", "2024-05-01T08:00:00Z");
        check("2024-05-01 08:00:00.25", "2024-05-01T08:00:00.25Z");
        check("infinity", "infinity");
    }
}
