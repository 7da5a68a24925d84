//! The nouns that may leave the user's environment, and the schema of every table they leave in.
//!
//! **Invariant:** no IO, no async, no content. A matched value has no place in any type of this crate; what carries names
//! chosen by people ([`AssetKey`]) cannot be printed.

mod asset;
mod class;
mod coverage;
mod finding;
mod label;
mod row;
mod store;
mod table;

pub use asset::{AssetId, AssetKey, AssetRef, DatasetId, RunId, Timestamp, Version};
pub use class::{DataClass, Sensitivity, Tier};
pub use coverage::{Coverage, Method, Reason, ReasonKind};
pub use finding::{AssetFindings, ColumnDecision, Combination, Evidence, Finding, Fingerprint, Place, PlaceKind};
pub use label::Label;
pub use row::{AssetRow, ColumnRow, CombinationRow, DatasetFindingRow, DatasetRow, FindingRow, FingerprintRow, RunRow, StoreRow};
pub use store::{Fact, StoreId, StoreKind};
pub use table::{ColumnSpec, SCHEMA_VERSION, Table};
