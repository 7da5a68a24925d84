use terrier_model::Tier;
use terrier_rules::{Diagnostic, Rule, RulePack};

use crate::Classifier;
use crate::classifier::problems;
use crate::passage::Extent;

/// Checks the behaviour of every rule: its names resolve, its pattern can be run without slowing a scan, its examples are found and its
/// counter-examples are not.
pub fn check(pack: &RulePack) -> Vec<Diagnostic> {
    let problems = problems(pack);
    if !problems.is_empty() {
        return problems
            .into_iter()
            .map(|error| Diagnostic::error(&error.location, format!("rule `{}`: {}", error.rule, error.problem), error.remedy))
            .collect();
    }
    let classifier = match Classifier::compile(pack) {
        Ok(classifier) => classifier,
        Err(error) => return vec![Diagnostic::error(&error.location, format!("rule `{}`: {}", error.rule, error.problem), error.remedy)],
    };
    let mut diagnostics: Vec<Diagnostic> = classifier.engine.busy_gates().map(|(index, share)| busy(&pack.rules[index], share)).collect();
    for (index, rule) in (0..).zip(&pack.rules) {
        diagnostics.extend(check_examples(&classifier, rule, index));
    }
    diagnostics.sort_by(|a, b| a.location.cmp(&b.location));
    diagnostics
}

fn busy(rule: &Rule, share: f32) -> Diagnostic {
    let problem = format!(
        "rule `{}`: its pattern can begin at {:.0} % of all places of ordinary text, so it slows every scan",
        rule.id,
        share * 100.0
    );
    Diagnostic::warning(
        &rule.matcher_location,
        problem,
        "let it begin with something rarer, or put a literal that its beginning cannot contain behind it",
    )
}

fn check_examples(classifier: &Classifier, rule: &Rule, index: u32) -> Vec<Diagnostic> {
    let is_found = |text: &str, by_rule: bool| {
        classifier.values(text.as_bytes(), 0..text.len(), Extent::Vicinity).iter().any(|occurrence| {
            let found_by = occurrence.span.rule;
            let is_own = if by_rule {
                found_by == index
            } else {
                classifier.rules[found_by as usize].class == classifier.rules[index as usize].class
            };
            is_own && occurrence.tier >= Tier::Medium
        })
    };
    // The texts are the author's own, but they are not repeated here: a pack may have been made from real data.
    let numbered = |number: usize| number + 1;
    let missed = rule.examples.iter().enumerate().filter(|(_, text)| !is_found(text, false)).map(|(number, _)| {
        let problem =
            format!("rule `{}`: nothing of its class is found at the medium or high tier in example {}", rule.id, numbered(number));
        Diagnostic::error(&rule.location, problem, "correct the example, or adjust pattern, validator, keywords or prior")
    });
    let wrong = rule.counter_examples.iter().enumerate().filter(|(_, text)| is_found(text, true)).map(|(number, _)| {
        let problem = format!("rule `{}`: it finds a value at the medium or high tier in counter-example {}", rule.id, numbered(number));
        Diagnostic::error(&rule.location, problem, "correct the counter-example, or narrow pattern, validator or prior")
    });
    missed.chain(wrong).collect()
}
