use std::io::Write;

use terrier_query::{OutputFormat, render};

use super::{open_findings, print};
use crate::args::{QueryArgs, RowsFormat};
use crate::exit::Exit;

/// Answers a statement of SQL.
pub(crate) async fn run(args: QueryArgs) -> anyhow::Result<Exit> {
    let findings = open_findings(&args.findings).await?;
    if findings.runs().is_empty() {
        writeln!(
            std::io::stderr(),
            "note: there is no finished run in {}; only the tables that end in _all can have rows",
            args.findings.findings
        )?;
    }
    let rows = findings.sql(&args.statement).await?;
    let format = match args.format {
        RowsFormat::Table => OutputFormat::Table,
        RowsFormat::Json => OutputFormat::Json,
        RowsFormat::Csv => OutputFormat::Csv,
    };
    print(&render(&rows, format)?)?;
    Ok(Exit::Done)
}
