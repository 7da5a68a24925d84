//! The built program, run as a user runs it: folders and real S3 servers in, exit codes, output and tables out.

#![expect(clippy::unwrap_used, reason = "helpers outside of test functions are tests too")]

mod bench;
mod clouds;
mod commands;
mod copies;
mod coverage;
mod delta;
mod deploy;
mod determinism;
mod egress;
mod eval;
mod explain;
mod harness;
mod incremental;
mod inventory;
mod job;
mod mariadb;
mod package;
mod petabytes;
mod plan;
mod postgres;
mod redis;
mod resume;
mod s3;
mod sampling;
mod secrecy;
