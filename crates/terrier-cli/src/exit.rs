//! How the program ends.

use std::process::ExitCode;

use clap::ValueEnum;

/// What an exit code means. Where two hold, the earlier one in [`Exit::of_scan`] wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something at or above `--fail-on` was found.
    Found,
    /// The job could not be done.
    Failed,
    /// Done, but assets that should have been read were not.
    Incomplete,
    /// Stopped by the user; the same command continues.
    Interrupted,
}

impl Exit {
    /// Ends a scan that ran to its end.
    pub(crate) fn of_scan(found: bool, complete: bool) -> Self {
        match (found, complete) {
            (true, _) => Self::Found,
            (false, false) => Self::Incomplete,
            (false, true) => Self::Done,
        }
    }

    /// Names it as programs read it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Found => "found",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
            Self::Interrupted => "interrupted",
        }
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Failed => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
