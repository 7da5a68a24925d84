use datafusion::common::DataFusionError;
use terrier_findings::FindingsError;
use terrier_model::RunId;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The statement does not parse, or names what is not there.
    #[error("cannot answer this statement: {0}")]
    Statement(String),
    /// The statement would change something.
    #[error("only reading is allowed: write the result to a file with the output of this command instead")]
    NotReadOnly,
    /// There is no finished run of this id.
    #[error("there is no finished run `{0}` in these results; `SELECT run_id, started FROM runs_all` lists them")]
    NoSuchRun(RunId),
    /// The statement or its answer needs more memory than it may have.
    #[error("the answer needs more than {0} MiB of memory; ask for fewer rows or columns, or aggregate")]
    TooLarge(usize),
    /// The tables cannot be read.
    #[error(transparent)]
    Findings(#[from] FindingsError),
    /// The tables were read and reading or computing failed.
    #[error("cannot read the tables: {0}")]
    Reading(String),
    /// The rows cannot be shown in the wanted format.
    #[error("cannot show these rows: {0}")]
    Rendering(String),
}

/// The text of the engine's error: about the statement and the tables' files, which hold metadata only.
pub(crate) fn text_of(error: &DataFusionError) -> String {
    error.strip_backtrace()
}
