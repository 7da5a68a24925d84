use std::fmt;

use futures::stream::BoxStream;
use terrier_content::Records;
use terrier_model::Reason;

use crate::StoreError;
use crate::store::Requests;

/// The rows of a table, on their way.
pub struct RowBody {
    /// The rows in the order of the table's key, or as they lie where it has none. The stream ends after the first error.
    pub pieces: BoxStream<'static, Result<RowPiece, StoreError>>,
    /// How many rows the store believes the table to have, where it believes anything.
    pub estimate: Option<u64>,
    pub(crate) requests: Requests,
}

/// A piece of a table.
#[derive(Debug)]
pub enum RowPiece {
    /// Rows. Each batch has the columns of the one before, in their order, and may have more behind them; the values of binary columns are the bytes as they are stored.
    Batch(Records),
    /// Part of the table is left out, for this reason, and what follows is read all the same.
    LeftOut(Reason),
}

impl fmt::Debug for RowBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowBody(some {:?} rows)", self.estimate)
    }
}
