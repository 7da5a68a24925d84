//! JSON, NDJSON and JSON values one after another, streamed: key paths are columns.
//!
//! What is a record: each value of a stream of values; in a single document each element of a top-level array, and of the arrays
//! directly inside a top-level object (`{"users": [{…}, {…}]}`).

mod input;
mod joined;
mod parser;
mod paths;
mod value;

pub(crate) use input::unescape;
pub(crate) use parser::{read, read_notebook};
pub(crate) use paths::{Node, OVERFLOW, Paths, ROOT};
pub(crate) use value::Cells;

#[cfg(test)]
mod tests;
