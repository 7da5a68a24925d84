//! Writing and reading the result tables, exactly once on engines that run things at least once.
//!
//! A shard's rows become visible in three steps, each safe to repeat and to be killed in:
//!
//! 1. its files are written under `_attempts/<run>/`, where no reader looks;
//! 2. `_commits/<run>/<shard>.json` is created only if it is absent: whoever creates it has won, all others discard theirs;
//! 3. the winner's files are moved to `<table>/run=<run>/<shard>.parquet`, by whoever comes by, since the outcome is the same.
//!
//! A run is finished when its row in `runs` is there, which is written last.
//!
//! **Invariant:** a reader's glob `<table>/run=*/*.parquet` never sees a partial file, nor a row twice.
//! **Invariant:** knows no content: it does not depend on `terrier-content` and so cannot even name a matched value. The JSON
//! files beside the tables hold digests and counts, never a key of the estate.

mod error;
mod file;
mod layout;
mod manifest;
mod results;
mod rows;
mod shard;
mod storage;
mod verify;

pub use error::FindingsError;
pub use manifest::{CommittedFile, RunManifest, ShardCommit, UnfinishedRun, Usage};
pub use results::{CommitOutcome, Results};
pub use rows::{TableRow, finding_id};
pub use shard::{RunRows, ShardRows};
pub use verify::{Problem, Verification};
