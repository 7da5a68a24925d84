use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Files whose ends are kept: a reader of a table comes back to it for every column.
const KEPT: usize = 64;

/// The ends of Parquet files that were written lately.
#[derive(Debug, Default)]
pub(super) struct Footers(Mutex<HashMap<u64, Bytes>>);

impl Footers {
    /// Returns the end of an object, and writes it where it is not kept.
    pub(super) fn get(&self, index: u64, write: impl FnOnce() -> Bytes) -> Bytes {
        if let Some(kept) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&index) {
            return kept.clone();
        }
        let written = write();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(index, written.clone());
        written
    }
}
