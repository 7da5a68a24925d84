//! The library of Datadog's sensitive data scanner with Terrier's patterns.

use std::time::Duration;

use anyhow::Context;
use dd_sds::{ProximityKeywordsConfig, RegexRuleConfig, RootRuleConfig, Scanner, validate_regex};
use terrier_rules::{Rule, RulePack};

use crate::corpus::Sample;
use crate::machine::version_of_crate;
use crate::measure::passes_over;
use crate::packs::{Packs, Refused, pattern_without_half_boundaries};
use crate::report::Report;

const EVERYWHERE: &str = "dd-sensitive-data-scanner";
const NEAR_KEYWORDS: &str = "dd-sensitive-data-scanner with keywords";

/// The most that it takes: keywords of a rule, and characters that one may stand before a match.
const KEYWORDS: usize = 50;
const LOOK_AHEAD: usize = 50;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    let version = version_of_crate("dd-sensitive-data-scanner");
    report.describe(
        EVERYWHERE,
        version,
        "spans of every rule, rule by rule, with Unicode; it has validators, none is switched on; no evidence",
    );
    report.describe(
        NEAR_KEYWORDS,
        version,
        "the same, but rules of Terrier that require a keyword are only tried behind one, within 50 characters",
    );
    for (rules, pack) in packs.each() {
        for (name, keywords) in [(EVERYWHERE, false), (NEAR_KEYWORDS, true)] {
            let scanner = scanner(name, rules, pack, keywords, report)?;
            for sample in samples {
                let pieces = sample.pieces().into_iter().map(|piece| std::str::from_utf8(piece).map(str::to_owned));
                let mut pieces = pieces.collect::<Result<Vec<String>, _>>().context("the text is UTF-8")?;
                let measured = passes_over(&mut pieces, String::len, pass, |piece| {
                    scanner.scan(piece).expect("a scan without services to ask").len() as u64
                });
                report.add(name, rules, sample.kind, measured);
            }
        }
    }
    Ok(())
}

fn scanner(name: &str, rules: &str, pack: &RulePack, keywords: bool, report: &mut Report) -> anyhow::Result<Scanner> {
    let mut taken = Vec::new();
    for rule in &pack.rules {
        let pattern = format!("(?m){}", pattern_without_half_boundaries(rule));
        match validate_regex(&pattern) {
            Ok(()) => {
                let config = RegexRuleConfig::new(&pattern);
                let config = if keywords && rule.keyword_required { config.with_proximity_keywords(near(rule)) } else { config };
                taken.push(RootRuleConfig::new(config.build()));
            }
            Err(error) => report.refuse(name, rules, Refused { rule: rule.id.clone(), reason: error.to_string() }),
        }
    }
    Scanner::builder(&taken).with_return_matches(false).build().context("the rules it takes alone, it takes together")
}

fn near(rule: &Rule) -> ProximityKeywordsConfig {
    let fits = |keyword: &&str| keyword.chars().count() <= LOOK_AHEAD;
    ProximityKeywordsConfig {
        look_ahead_character_count: LOOK_AHEAD,
        included_keywords: rule.keywords.iter().map(|keyword| keyword.as_str()).filter(fits).take(KEYWORDS).map(str::to_owned).collect(),
        excluded_keywords: Vec::new(),
    }
}
