//! The model of a fleet that scans an estate of petabytes: what the modelled column of `terrier bench --estate` is computed by.
//!
//! A discrete-event simulation. Work is cut into units; cores take them from one queue; what a unit takes is limited by the core, the
//! node's network, the store's limit per prefix, the latency of requests, one connection's rate and the quota for keys, whichever is
//! slowest; nodes are slow, are lost and are replaced. What a byte of a format costs is measured, not modelled ([`Calibration`]); prices
//! and limits are data ([`Prices`]). The same seed gives the same answer.
//!
//! **Invariant:** no figure is in the code. Each is measured, or stands in the file of prices with its source.

mod calibration;
mod outcome;
mod prices;
mod simulate;
#[cfg(test)]
mod tests;
mod workload;

use thiserror::Error;

pub use self::calibration::{Calibration, SMALL_UP_TO, Stratum, StratumFigures, strata};
pub use self::outcome::{Bound, Fleet, Outcome, Target, targets};
pub use self::prices::{Basis, Figure, Figures, NodeType, Prices};
pub use self::workload::{Mode, Workload};

/// Says why a fleet cannot be modelled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FleetError {
    /// A file of prices that makes no sense.
    #[error("the file of prices is wrong: {0}")]
    Prices(String),
    /// No such kind of node.
    #[error("the file of prices has no such node; it has: {0}")]
    NoNode(String),
}
