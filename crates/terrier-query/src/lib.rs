//! SQL and named questions over the result tables.
//!
//! [`FindingsDb`] shows the latest finished run per target under the tables' plain names (`findings`, `assets`, …) and everything
//! that was ever published as `<table>_all`. The named questions ([`FindingsDb::summary`], [`FindingsDb::worst`], …) answer in plain
//! structures, so that a summary, a report or a tool needs to know neither SQL nor Arrow.
//!
//! **Invariant:** DataFusion lives here and nowhere else, and none of its types is in the interface.
//! **Invariant:** read-only and bounded: a statement can change nothing, reach no file but the tables, write nothing to disk, and is
//! stopped when it needs more memory than it may have.

mod answers;
mod asset;
mod copies;
mod database;
mod datasets;
mod error;
mod fetch;
mod render;
mod summary;

pub use answers::{
    AssetDetail, ClassDetail, ClassInAsset, ClassRow, CombinationSummary, CopyGroup, CoverageRow, DatasetDetail, DatasetList,
    FormatSummary, LocatedFinding, NearCopy, RegulationSummary, SensitivitySummary, StoreSummary, Summary, UnreadAsset, WorstAsset,
};
pub use database::FindingsDb;
pub use error::QueryError;
pub use render::{OutputFormat, render};
