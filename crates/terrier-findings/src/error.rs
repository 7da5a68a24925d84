use terrier_model::{RunId, Table};

/// What can go wrong while results are written or read.
///
/// The text names places in the results only, which hold no key and no value of the estate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindingsError {
    /// The place where the results are kept refused or failed.
    #[error("cannot {action} `{path}` in the results; check that the output location exists and may be written")]
    Storage {
        /// What was tried.
        action: &'static str,
        /// The path inside the results.
        path: String,
        /// What the location said.
        #[source]
        source: object_store::Error,
    },
    /// Rows could not be turned into Parquet.
    #[error("cannot encode rows of table `{}`", table.name())]
    Encode {
        /// The table.
        table: Table,
        /// What the encoder said.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// A file of the results is not what this version writes.
    #[error("`{path}` in the results is not readable: {problem}; remove the run it belongs to, or use the version that wrote it")]
    Unreadable {
        /// The path inside the results.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A run id is taken by another plan.
    #[error("run `{0}` exists already with another plan; start it under a new id")]
    RunTaken(RunId),
    /// A run id would not be one folder's name.
    #[error("run id `{0}` must consist of letters, digits and `-`")]
    BadRunId(RunId),
    /// The run was never begun, or its manifest was removed.
    #[error("run `{0}` has no manifest in the results; begin it first")]
    UnknownRun(RunId),
    /// A run cannot be finished yet.
    #[error("run `{run}` has {committed} of {shards} shards; scan the others before it is finished")]
    ShardsMissing {
        /// The run.
        run: RunId,
        /// Shards that are committed.
        committed: u32,
        /// Shards of the plan.
        shards: u32,
    },
    /// What was committed is neither published nor among the attempts.
    #[error("shard {shard} of run `{run}` is committed, but its file `{path}` is gone; start a new run")]
    Lost {
        /// The run.
        run: RunId,
        /// The shard.
        shard: u32,
        /// The file that should be there.
        path: String,
    },
}
