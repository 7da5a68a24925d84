//! Compiled rules to matches to findings: engine, validators, evidence, columns, labels.
//!
//! A [`Classifier`] is a rule pack made ready to run. A [`Session`] takes the segments of one asset and settles what is in it
//! when the asset ends. How confidence comes about is described in `docs/evidence.md`.
//!
//! **Invariant:** everything here is pure: no file, no network, no clock, no randomness. Equal segments under equal rules give
//! equal findings, in whatever pieces the text arrived.
//!
//! **Invariant:** the memory of a session is bounded, whatever the input.
//!
//! **Invariant:** no value is ever formatted: what leaves are counts, places, names of rules and keyed hashes.

mod address;
mod check;
mod classifier;
mod column;
mod combination;
mod decision;
mod distinct;
mod engine;
mod explain;
mod field;
mod head;
mod judge;
mod keywords;
mod label;
mod marks;
mod mask;
mod name;
mod number;
mod passage;
mod person;
mod phrases;
mod recognizer;
mod rule;
mod rule_set;
mod session;
mod signal;
mod stage;
mod surroundings;
mod tally;
mod test_value;
mod text;
pub mod validate;
mod whole_name;
mod word_finder;

pub use check::check;
pub use classifier::{Classifier, CompileError, FoundSpan};
pub use engine::{Backend, Instructions};
pub use explain::{ExplainedEvidence, Explanation};
pub use label::{LabelPolicy, label};
pub use session::Session;
pub use stage::Stage;
pub use tally::MOST_PLACES;
