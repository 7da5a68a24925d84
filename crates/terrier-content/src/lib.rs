//! The nouns that may not leave the process: content, the segments cut from it, matches, keys.
//!
//! Nothing here implements `Display` or a serialisation trait, and every `Debug` prints sizes instead of bytes, so a value
//! cannot reach a log line, an error or a table by accident: it takes a call to [`Sensitive::expose`], which is easy to find.
//!
//! **Invariant:** this crate depends on nothing, and `terrier-findings`, which writes the results, does not depend on it.

mod fingerprint_key;
mod records;
mod segment;
mod sensitive;

pub use fingerprint_key::FingerprintKey;
pub use records::{Column, ColumnKind, Records, Value};
pub use segment::{Match, Origin, Segment, Text};
pub use sensitive::Sensitive;
