//! What became of an object, and how that is told to each kind of caller.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use terrier_model::{Method, Reason, ReasonKind};

use crate::failure::Failure;

/// What became of an object of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its rows are among the findings.
    Recorded {
        /// How it was read.
        method: Method,
        /// Why it was not read, or not to its end.
        reason: Option<Reason>,
        /// How sensitive it is.
        sensitivity: Option<&'static str>,
    },
    /// It is gone, and the findings say so.
    Gone,
    /// Nothing was to be done, and why.
    Ignored(&'static str),
    /// It is to be tried again, and why.
    Later(&'static str),
}

impl Verdict {
    /// Says it in a few words, which hold no name and no value.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Recorded { method, reason, sensitivity } => {
                let parts = [Some(method.as_str()), reason.map(Reason::as_str), *sensitivity];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            Self::Gone => "gone".to_owned(),
            Self::Ignored(why) | Self::Later(why) => (*why).to_owned(),
        }
    }

    /// Tells whether the object should have been read and was not, for a reason that will be the same next time.
    fn failed(&self) -> bool {
        matches!(self, Self::Recorded { reason: Some(reason), .. } if reason.kind() == ReasonKind::Failure)
    }
}

/// Counts what became of the objects of an event.
pub(crate) fn summary<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Value {
    let mut counts = BTreeMap::<String, u64>::new();
    let mut objects = 0;
    for verdict in verdicts {
        *counts.entry(verdict.words()).or_default() += 1;
        objects += 1;
    }
    json!({ "objects": objects, "outcomes": counts })
}

/// Tells S3 Batch Operations what became of a task.
pub(crate) fn task_result(task: &str, outcome: &Result<Verdict, Failure>) -> Value {
    let (code, text) = match outcome {
        Ok(verdict @ Verdict::Later(_)) => ("TemporaryFailure", verdict.words()),
        Ok(verdict) if verdict.failed() => ("PermanentFailure", verdict.words()),
        Ok(verdict) => ("Succeeded", verdict.words()),
        Err(failure) if failure.is_temporary() => ("TemporaryFailure", failure.to_string()),
        Err(failure) => ("PermanentFailure", failure.to_string()),
    };
    json!({ "taskId": task, "resultCode": code, "resultString": text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(reason: Option<Reason>) -> Verdict {
        let method = if reason.is_some() { Method::NotScanned } else { Method::Full };
        Verdict::Recorded { method, reason, sensitivity: reason.is_none().then_some("restricted") }
    }

    #[track_caller]
    fn check(outcome: Result<Verdict, Failure>, code: &str, text: &str) {
        let result = task_result("t1", &outcome);
        assert_eq!(result, json!({ "taskId": "t1", "resultCode": code, "resultString": text }));
    }

    #[test]
    fn tasks_succeed_fail_or_are_to_be_tried_again() {
        check(Ok(recorded(None)), "Succeeded", "full, restricted");
        check(Ok(recorded(Some(Reason::UnsupportedFormat))), "Succeeded", "not_scanned, unsupported_format");
        check(Ok(recorded(Some(Reason::Denied))), "PermanentFailure", "not_scanned, denied");
        check(Ok(Verdict::Gone), "Succeeded", "gone");
        check(Ok(Verdict::Later("out of time")), "TemporaryFailure", "out of time");
        check(Err(Failure::OtherPlan("is odd")), "PermanentFailure", "the plan is odd");
    }

    #[test]
    fn a_summary_counts_outcomes() {
        let verdicts = [recorded(None), recorded(None), Verdict::Ignored("it is a folder")];
        assert_eq!(summary(&verdicts), json!({ "objects": 3, "outcomes": { "full, restricted": 2, "it is a folder": 1 } }));
    }
}
