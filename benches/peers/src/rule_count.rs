//! What more rules cost: the classifier with 150, 300 and 500 of them.

use std::collections::BTreeSet;

use anyhow::Context;
use terrier_rules::{Checksum, Keyword, Matcher, Normalize, Rule, RulePack};
use terrier_sim::{BASE62, Dice};

use crate::corpus::Sample;
use crate::packs::Packs;
use crate::peer::terrier::{classify_all, compile};
use crate::report::Report;

const COUNTS: [usize; 3] = [150, 300, 500];
const SEED: u64 = 1;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, report: &mut Report) -> anyhow::Result<()> {
    let known: BTreeSet<&str> = packs.default.rules.iter().map(|rule| rule.id.as_str()).collect();
    let mut extended: Vec<&Rule> = packs.extended.rules.iter().filter(|rule| !known.contains(rule.id.as_str())).collect();
    let mut dice = Dice::new(SEED).fork("extended");
    // Drawn, so that any number of them is a mixture of all files.
    for last in (1..extended.len()).rev() {
        extended.swap(last, dice.index(last + 1));
    }
    let made_up = generate(packs.default.rules.first().context("the default pack has rules")?, COUNTS[COUNTS.len() - 1]);
    for count in COUNTS {
        let more = count.saturating_sub(known.len());
        for (with, pack) in [
            ("extended", grown(&packs.extended, &packs.default, extended.iter().take(more).copied())),
            ("generated", grown(&packs.default, &packs.default, made_up.iter().take(more))),
        ] {
            let classifier = compile(&pack)?;
            for sample in samples {
                report.add_rule_count(pack.rules.len(), with, sample.kind, classify_all(&classifier, sample));
            }
        }
    }
    Ok(())
}

/// Returns the rules of `pack` and `more`, with the classes of `classes`.
fn grown<'r>(classes: &RulePack, pack: &'r RulePack, more: impl Iterator<Item = &'r Rule>) -> RulePack {
    let mut rules: Vec<Rule> = pack.rules.iter().chain(more).cloned().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    RulePack { rules, ..classes.clone() }
}

/// Makes up rules of the forms that the packs have most of: six tokens with a prefix, two secrets named by what stands before them, one
/// number and one number with letters that need a keyword, and so on.
fn generate(template: &Rule, count: usize) -> Vec<Rule> {
    let mut dice = Dice::new(SEED).fork("generated");
    (0..count)
        .map(|number| {
            let name = dice.text(dice_length(number), &BASE62[10..36]).to_lowercase();
            let (pattern, keyword_required) = match number % 10 {
                0 | 1 => (
                    format!(
                        r#"(?i){name}[_-]?(?:key|token|secret)["']?[ \t]{{0,4}}(?:=>|=|:)[ \t]{{0,4}}["']?(?P<value>[a-z0-9]{{32,40}})(?:\b|_)"#
                    ),
                    false,
                ),
                2 => (format!(r"(?:\b|_)(?P<value>\d{{{}}})(?:\b|_)", 8 + number / 10 % 5), true),
                3 => (format!(r"(?:\b|_)(?P<value>[A-Z]{{{}}}\d{{6,7}}[A-Z]?)(?:\b|_)", 1 + number / 10 % 3), true),
                _ => (format!(r"(?:\b|_)(?P<value>{name}_[A-Za-z0-9]{{{}}})\b", 24 + number % 17), false),
            };
            Rule {
                id: format!("{}.made_up_{number:03}", template.class.as_str()),
                matcher: Matcher::Pattern(pattern),
                validator: None,
                prior: 0.0,
                checksum: Checksum::None,
                keywords: vec![Keyword::new(&format!("{name} number"))],
                keyword_required,
                fields: vec![format!("{name}_number")],
                negative_fields: Vec::new(),
                normalize: Normalize::Exact,
                test_values: Vec::new(),
                ..template.clone()
            }
        })
        .collect()
}

fn dice_length(number: usize) -> usize {
    4 + number % 3
}
