use terrier_findings::FindingsError;
use terrier_model::StoreId;
use terrier_stores::StoreError;

use crate::{InventoryError, PlanFileError};

/// Why a scan could not do its job. What goes wrong with one asset is never here: it is that asset's coverage.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// A target could not be listed.
    #[error("cannot list {store}")]
    Listing {
        /// The store.
        store: StoreId,
        /// Why.
        source: StoreError,
    },
    /// The inventory of a target cannot stand in for a listing.
    #[error("cannot take {store} from its inventory")]
    Inventory {
        /// The store.
        store: StoreId,
        /// Why.
        source: Box<InventoryError>,
    },
    /// The results could not be written.
    #[error("cannot write the findings")]
    Results(#[from] FindingsError),
    /// The folder of a plan could not be written, or not be read again.
    #[error("cannot make the plan")]
    Plan(#[source] Box<PlanFileError>),
    /// A worker thread ended without a result.
    #[error("a scanning thread died; the findings committed so far are kept: run the same command again to continue")]
    WorkerDied,
    /// The scan was asked to stop.
    #[error("interrupted; run the same command again to continue")]
    Interrupted,
}

impl From<PlanFileError> for ScanError {
    fn from(error: PlanFileError) -> Self {
        Self::Plan(Box::new(error))
    }
}

impl ScanError {
    pub(crate) fn listing(store: &StoreId, source: StoreError) -> Self {
        Self::Listing { store: store.clone(), source }
    }
}
