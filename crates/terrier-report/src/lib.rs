//! The readable outputs: a page for people and SARIF for tools, both made from the tables and the rule pack alone.
//!
//! **Invariant:** the page is one file that loads nothing and runs nothing; every text in it that is not written here is escaped,
//! since paths and column names are what an attacker may have chosen.

mod html;
mod sarif;

use terrier_query::{FindingsDb, QueryError};
use terrier_rules::RulePack;

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// There is nothing to report on.
    #[error("there is no finished run in these results; let a scan end first")]
    NoRun,
    /// The tables cannot be asked.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// Makes one self-contained page about what the plain names show: the latest finished run per target, or the run that `findings` is
/// narrowed to.
pub async fn html(findings: &FindingsDb, pack: &RulePack) -> Result<String, ReportError> {
    let summary = findings.summary(None).await?;
    if summary.runs.is_empty() {
        return Err(ReportError::NoRun);
    }
    let unread = findings.unread(html::EXAMPLES).await?;
    Ok(html::page(&summary, &unread, pack))
}

/// Makes a SARIF 2.1.0 log: one result per finding that is not of test values alone, the surest and largest first.
pub async fn sarif(findings: &FindingsDb, pack: &RulePack) -> Result<serde_json::Value, ReportError> {
    if findings.shown_runs().is_empty() {
        return Err(ReportError::NoRun);
    }
    let located = findings.findings(sarif::RESULTS + 1).await?;
    Ok(sarif::log(findings.shown_runs(), &located, pack))
}
