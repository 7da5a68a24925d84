//! A switch that asks a scan to stop. What was committed stays; the same scan continues it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::ScanError;

/// A switch shared between the scan and whoever may stop it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the scan to stop.
    pub fn cancel(&self) {
        self.0.store(true, Relaxed);
    }

    /// Tells whether the scan was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(crate) fn check(&self) -> Result<(), ScanError> {
        if self.is_cancelled() { Err(ScanError::Interrupted) } else { Ok(()) }
    }
}
