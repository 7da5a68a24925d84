//! Why an invocation failed, and whether it is worth trying again.

use terrier_findings::FindingsError;
use terrier_scan::{PlanFileError, ScanError};
use terrier_stores::{ErrorKind, StoreError};

use crate::event::EventError;
use crate::settings::SettingsError;

/// A failure as it is told and logged: in words that are masked.
pub(crate) struct Refusal {
    /// What decides about retries.
    pub(crate) kind: &'static str,
    /// Why.
    pub(crate) text: String,
}

/// Why an invocation failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The environment cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The rules cannot be used.
    #[error("the rules cannot be used: {0}; check them with: terrier rules check")]
    Rules(String),
    /// The runtime API of the service cannot be reached or understood.
    #[error("{0}; start this program as a Lambda function, or under a simulator of its runtime API")]
    Runtime(&'static str),
    /// The event cannot be understood.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The scan failed.
    #[error("the scan failed: {0}: {1}")]
    Scan(Box<ScanError>, String),
    /// The plan cannot be read.
    #[error("{0}")]
    Plan(#[from] PlanFileError),
    /// The findings cannot be read or written.
    #[error("the findings cannot be read or written: {0}")]
    Findings(#[from] FindingsError),
    /// The plan is of something that the function does not do.
    #[error("the plan {0}")]
    OtherPlan(&'static str),
    /// Two invocations in a row got nowhere.
    #[error(
        "two invocations in a row committed no shard: one shard takes longer than the function may run; raise its time limit or memory, \
         or run this part elsewhere with: terrier scan --plan"
    )]
    NoProgress,
    /// Some of the event's objects are to be tried again.
    #[error("{0} of the event's objects are to be tried again; what is done is kept")]
    TryAgain(usize),
    /// Another failure, in words that are masked.
    #[error("{0}")]
    Told(String, bool),
    /// A bug.
    #[error("internal error; please report the place that the log tells")]
    Internal,
}

impl Failure {
    /// Names the kind of failure for who decides about retries, such as a state machine.
    pub(crate) fn kind(&self) -> &'static str {
        if self.is_temporary() { "Terrier.Temporary" } else { "Terrier.Permanent" }
    }

    /// Tells whether trying again may help.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error.kind(), ErrorKind::Transient | ErrorKind::Throttled { .. } | ErrorKind::Fatal),
            Self::Plan(error) => !matches!(error, PlanFileError::Unreadable { .. }),
            Self::Told(_, temporary) => *temporary,
            Self::Scan(..) | Self::Findings(_) | Self::TryAgain(_) | Self::Internal => true,
            Self::Settings(_) | Self::Rules(_) | Self::Runtime(_) | Self::Event(_) | Self::OtherPlan(_) | Self::NoProgress => false,
        }
    }
}

impl From<&Failure> for Refusal {
    fn from(failure: &Failure) -> Self {
        Self { kind: failure.kind(), text: failure.to_string() }
    }
}

impl From<ScanError> for Failure {
    fn from(error: ScanError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        Self::Scan(Box::new(error), cause)
    }
}
