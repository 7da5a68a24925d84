use std::path::Path;

use anyhow::Context;

use super::open_findings;
use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::targets::load_rules;

/// Writes the findings as a page, as SARIF, or both.
pub(crate) async fn run(args: ReportArgs) -> anyhow::Result<Exit> {
    let findings = open_findings(&args.findings).await?;
    let pack = load_rules(&args.rules)?;
    if let Some(path) = &args.html {
        write(path, terrier_report::html(&findings, &pack).await?.as_bytes())?;
    }
    if let Some(path) = &args.sarif {
        let log = terrier_report::sarif(&findings, &pack).await?;
        write(path, format!("{log:#}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

/// Writes beside the file first, so that a report is never half there.
fn write(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    std::fs::write(&unfinished, contents)
        .and_then(|()| std::fs::rename(&unfinished, path))
        .inspect_err(|_| drop(std::fs::remove_file(&unfinished)))
        .with_context(|| format!("cannot write {}; is the folder there, and may you write to it?", path.display()))
}
