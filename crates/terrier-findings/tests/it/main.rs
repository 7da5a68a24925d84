//! The result tables from outside: what readers see while runs are written, killed, repeated and finished.

#![allow(clippy::unwrap_used, reason = "what a test cannot set up fails the test")]

mod crash;
mod failing_store;
#[path = "../fixture/mod.rs"]
mod fixture;
mod protocol;
mod readers;
mod schema_doc;
mod tables;
