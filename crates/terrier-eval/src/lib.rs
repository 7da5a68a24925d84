//! Labelled corpora to figures: how much of what is there is found, and how much of what is found is there.
//!
//! [`evaluate`] reads corpora of texts with labelled spans, tables with labelled columns and numbers that are known to be valid or not, and
//! data in which nothing is to be found; classifies them, and counts. What other programs predicted is scored by the same rules. What
//! the classes of the rules have to do with the labels of corpora is data (`common_types.yaml`, `number_kinds.yaml`), and so is what is
//! to be reached (`bars.yaml`). The forms of all files: `docs/accuracy.md`.
//!
//! **Invariant:** what is shown of a text is cut out of the labelled file, never taken from a match; of unlabelled data only places are told.
//!
//! **Invariant:** knows no store. Equal corpora under equal rules give equal reports, byte by byte.

mod bars;
mod clean;
mod columns;
mod corpus;
mod counts;
mod error;
mod evaluate;
mod glob;
mod judge;
mod mistakes;
mod number_kinds;
mod offsets;
mod own;
mod prediction;
mod report;
mod spans;
mod type_map;
mod vectors;
mod wilson;

pub use bars::{Judged, Standing};
pub use clean::CleanScores;
pub use columns::ColumnScores;
pub use counts::{ByTier, Counts, Matches};
pub use error::EvalError;
pub use evaluate::{DocumentCounts, Evaluation, Options, RulesInForce, TableScores, TextScores, evaluate};
pub use mistakes::Mistake;
pub use vectors::{VectorCounts, VectorScores};
pub use wilson::Share;
