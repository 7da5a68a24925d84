use std::path::Path;

use anyhow::{Context, bail};

use super::open_finished;
use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::targets::load_rules;

/// Writes the findings as a page, as SARIF, or both.
pub(crate) async fn run(args: ReportArgs) -> anyhow::Result<Exit> {
    if args.html.is_some() && args.html == args.sarif {
        bail!("--html and --sarif name the same file; give each its own");
    }
    let findings = open_finished(&args.findings).await?;
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

/// Writes beside the file first, so that a report is never half there. A link is followed, and what is no file is written through.
fn write(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let written = if target.exists() && !target.is_file() {
        std::fs::write(&target, contents)
    } else {
        let unfinished = target.with_extension(format!("{}.part", std::process::id()));
        std::fs::write(&unfinished, contents)
            .and_then(|()| std::fs::rename(&unfinished, &target))
            .inspect_err(|_| drop(std::fs::remove_file(&unfinished)))
    };
    written.with_context(|| format!("cannot write {}; is the folder there, and may you write to it?", path.display()))
}
