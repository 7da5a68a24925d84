//! The built program, run as a user runs it: folders and real S3 servers in, exit codes, output and tables out.

#![expect(clippy::unwrap_used, reason = "helpers outside of test functions are tests too")]

mod bench;
mod clouds;
mod commands;
mod copies;
mod coverage;
mod determinism;
mod eval;
mod explain;
mod harness;
mod incremental;
mod inventory;
mod petabytes;
mod plan;
mod resume;
mod s3;
mod sampling;
mod secrecy;
