//! Tests of the crate as its users see it.

mod embedded;
mod errors;
mod own;
