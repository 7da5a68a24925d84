//! What is told of a scan to others.

use serde_json::{Value, json};
use terrier_query::Summary;

use crate::exit::Exit;
use crate::summary::{counts, worst_json};

/// The form of the summary; a change that breaks readers gets another number.
const FORM: &str = "terrier-summary/1";

/// How a scan ended.
pub(crate) struct Told<'a> {
    pub(crate) exit: Exit,
    pub(crate) found: Option<&'a Summary>,
    /// Where the findings are, masked.
    pub(crate) findings: &'a str,
    /// What went wrong, masked; it names things.
    pub(crate) error: Option<&'a str>,
}

/// Writes the summary. Names are in it only where they are asked for.
pub(crate) fn summary(told: &Told<'_>, job: Option<&str>, paths: bool) -> Value {
    let mut body = json!({
        "form": FORM, "terrier_version": env!("CARGO_PKG_VERSION"), "job": job,
        "outcome": told.exit.as_str(), "exit_code": told.exit.code(),
    });
    if let Some(found) = told.found {
        body["counts"] = counts(found);
        body["runs"] = found
            .runs
            .iter()
            .map(|run| {
                json!({
                    "run_id": run.run_id.as_str(), "complete": run.complete, "started": run.started, "ended": run.ended,
                    "requests": run.requests, "bytes_read": run.bytes_read, "cost_usd": run.cost_usd,
                })
            })
            .collect();
    }
    if paths {
        body["findings"] = told.findings.into();
        body["error"] = told.error.into();
        if let Some(found) = told.found {
            body["targets"] = found.runs.iter().map(|run| run.target.as_str()).collect();
            body["worst"] = found.worst.iter().map(worst_json).collect();
        }
    }
    body
}
