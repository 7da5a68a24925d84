//! Drives stores, extractors and the classifier within fixed budgets, and records what they say.
//!
//! **Invariant:** the memory held does not grow with the size of an asset, and grows by a few dozen bytes per listed asset.
//!
//! **Invariant:** a bad asset is a coverage row with a reason, never a failed scan.
//!
//! **Invariant:** knows no argument, no terminal and no exit code.

mod asset;
mod cancel;
mod dataset;
mod delta;
mod error;
mod estimate;
mod filter;
mod identity;
mod inventory;
mod plan;
mod previous;
mod progress;
mod read;
mod run;
mod sample;
mod similarity;
mod usage;

pub use cancel::Cancel;
pub use dataset::{Dataset, Sample};
pub use error::ScanError;
pub use estimate::Estimate;
pub use filter::{Filter, GlobError};
pub use identity::{Identity, MEMBER_SEPARATOR, escape, render_path, unescape};
pub use inventory::{Inventory, InventoryError};
pub use plan::{
    Decision, Extent, Part, Plan, PlanFileError, PlanFolder, PlanHeader, PlannedAsset, ScanTarget, Selection, Shard, USUAL_CONFIDENCE,
};
pub use previous::{Baseline, Previous, SameWork};
pub use progress::{Progress, Snapshot};
pub use run::{FinishedRun, Resources, RunLabel, Scanner};
pub use sample::{Budget, Rank, Sampling};
pub use usage::RequestMeter;
