//! Tells why an asset's findings are what they are, from what the tables keep: names, weights and places, never a value.

mod json;
mod text;

use anyhow::Context;
use terrier_classify::Explanation;
use terrier_model::{AssetRow, Finding, Method, ReasonKind, RunRow};
use terrier_query::AssetDetail;
use terrier_rules::RulePack;

use super::asset::find_asset;
use super::{open_finished, print};
use crate::args::{ExplainArgs, RulesArgs, SummaryFormat};
use crate::exit::Exit;
use crate::targets::load_rules;

/// Explains each asset that is named.
pub(crate) async fn run(args: ExplainArgs) -> anyhow::Result<Exit> {
    let findings = open_finished(&args.findings).await?;
    let rules = KnownRules::load(&args.rules, findings.shown_runs())?;
    let mut text = String::new();
    for (index, named) in args.assets.iter().enumerate() {
        let found = find_asset(&findings, &args.findings, rules.packs(), named).await;
        let found = if args.assets.len() > 1 { found.with_context(|| format!("argument {}", index + 1)) } else { found }?;
        for detail in &found {
            let run = findings.shown_runs().iter().find(|run| run.run_id == detail.asset.run_id);
            let explained = rules.explain(detail, run);
            match args.format {
                SummaryFormat::Table => {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    text.push_str(&format!("{gap}{}", text::asset(&explained)));
                }
                SummaryFormat::Json => text.push_str(&format!("{}\n", json::asset(&explained))),
            }
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// An asset, and the rules that its findings are explained with.
struct Explained<'a> {
    detail: &'a AssetDetail,
    pack: &'a RulePack,
    /// Whether the run had these rules.
    are_rules_of_run: bool,
}

impl Explained<'_> {
    fn explanation_of(&self, finding: &Finding) -> Explanation {
        Explanation::new(finding, self.pack)
    }

    /// Says why there is no finding; `None` where there is one.
    fn nothing_found(&self) -> Option<String> {
        let AssetDetail { asset: AssetRow { coverage, .. }, findings, member_count, .. } = self.detail;
        if !findings.is_empty() {
            return None;
        }
        let reason = coverage.reason.map_or("for a reason that was not recorded", |reason| reason.explain());
        let mut said = match coverage.method {
            Method::Full if *member_count > 0 => "Nothing was found beside its members.".to_owned(),
            Method::Full => "Nothing was found. All of it was read, and nothing in it is likely enough even for the low tier.".to_owned(),
            Method::Sampled => format!("Nothing was found in what was read of it; what is in the rest is not known: {reason}."),
            Method::NotScanned => format!("It was not read, so what is in it is not known: {reason}."),
        };
        match coverage.reason.map(|reason| reason.kind()) {
            Some(ReasonKind::Failure) => {
                said.push_str(" It should have been read, and the run counts as incomplete: remove the cause and scan again.")
            }
            Some(ReasonKind::OutOfScope) => said.push_str(" That is a choice or a limit, and no failure of the run."),
            None => {}
        }
        Some(said)
    }
}

/// The rules that are at hand: those in use here, and those with or without the extended ones, which a run tells by its digest.
struct KnownRules {
    packs: Vec<(String, RulePack)>,
}

impl KnownRules {
    fn load(args: &RulesArgs, runs: &[RunRow]) -> anyhow::Result<Self> {
        let mut known = Self { packs: Vec::new() };
        known.add(args)?;
        let is_known = |run: &RunRow| run.rules_digest == known.packs[0].0;
        if !args.no_builtin_rules && !runs.iter().all(is_known) {
            known.add(&RulesArgs { extended_rules: !args.extended_rules, ..args.clone() })?;
        }
        Ok(known)
    }

    fn add(&mut self, args: &RulesArgs) -> anyhow::Result<()> {
        let pack = load_rules(args)?;
        self.packs.push((pack.digest(), pack));
        Ok(())
    }

    fn packs(&self) -> impl Iterator<Item = &RulePack> {
        self.packs.iter().map(|(_, pack)| pack)
    }

    fn explain<'a>(&'a self, detail: &'a AssetDetail, run: Option<&RunRow>) -> Explained<'a> {
        let of_run = self.packs.iter().find(|(digest, _)| run.is_some_and(|run| run.rules_digest == *digest));
        let (_, pack) = of_run.unwrap_or(&self.packs[0]);
        Explained { detail, pack, are_rules_of_run: of_run.is_some() }
    }
}
