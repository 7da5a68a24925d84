//! Finds the asset that a user names, or else tells what may have been meant.

use anyhow::{Context, bail};
use terrier_classify::Classifier;
use terrier_query::{AssetDetail, FindingsDb};
use terrier_rules::RulePack;
use terrier_scan::render_path;

use crate::args::FindingsArgs;
use crate::summary::findings_option;

/// How many names that may have been meant an error tells.
const NEAR: usize = 3;

/// Returns the assets that have the id, the path, the address or the end of the path. Names were masked by one of the packs.
pub(super) async fn find_asset<'p>(
    findings: &FindingsDb,
    args: &FindingsArgs,
    packs: impl IntoIterator<Item = &'p RulePack>,
    named: &str,
) -> anyhow::Result<Vec<AssetDetail>> {
    let mut found = findings.asset(named).await?;
    let mut masked = named.to_owned();
    for pack in packs {
        if !found.is_empty() {
            break;
        }
        // The tables know an asset by its masked name.
        let classifier = Classifier::compile(pack).context("the rules cannot be compiled; see: terrier rules check")?;
        masked = render_path(&classifier, named.as_bytes());
        found = findings.asset(&masked).await?;
    }
    if found.is_empty() {
        // What was typed may hold a value, and the user knows it.
        let near = findings.paths_near(&masked, NEAR).await?;
        let near: Vec<String> = near.iter().map(|path| format!("`{path}`")).collect();
        let near = if near.is_empty() { String::new() } else { format!("; near it: {}", near.join(", ")) };
        let from = findings_option(&args.findings);
        bail!("no asset of the latest run has that path or id{near}; all of them: terrier query{from} \"SELECT path FROM assets\"");
    }
    Ok(found)
}
