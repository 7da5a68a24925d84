//! Content that looks like a company's, with the truth about what is in it.
//!
//! One generator serves the demo, the tests, the soak and the benches: [`value`] draws single values with valid checksums,
//! [`text`] streams any amount of text with a chosen density of them, `document` writes the formats that Terrier reads, and
//! `estate` lays out a whole share together with a list of what was planted where. [`canary`] gives the values that the
//! tests plant to prove that none of them leaves. [`benchmark`] fills memory with what `terrier bench` measures, `labelled`
//! writes documents in which the place of every value is known, to measure what is found and what is missed.
//!
//! `virtual_estate` is a bucket of any size of which nothing is stored, `fleet` the model of what scans it.
//!
//! `document`, `estate` and `labelled` come with the cargo feature `documents`, `virtual_estate` with a feature of that name; both are on
//! by default.
//!
//! **Invariant:** the same seed gives the same bytes on every platform: nothing here reads a clock, an environment or a
//! platform's random numbers.

pub mod benchmark;
pub mod canary;
mod dice;
#[cfg(feature = "documents")]
pub mod document;
#[cfg(feature = "documents")]
pub mod estate;
#[cfg(feature = "virtual-estate")]
pub mod fleet;
#[cfg(feature = "documents")]
pub mod labelled;
pub mod text;
pub mod value;
#[cfg(feature = "virtual-estate")]
pub mod virtual_estate;

pub use dice::{BASE62, Dice, HEX, UPPER};
