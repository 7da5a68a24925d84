//! Tells how the tier of a finding came about, from what the tables keep of it.

use terrier_model::{Finding, Tier};
use terrier_rules::{Rule, RulePack};

use crate::signal::{PATTERN, PATTERN_MEANING, Signal, Weights, probability};

/// Recorded weights have two digits.
const ROUNDING: f64 = 0.005;

/// How the evidence of a finding adds up to its tier.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The evidence for and against the surest occurrence, the pattern first.
    pub evidence: Vec<ExplainedEvidence>,
    /// What the recorded weights come to, in log-odds.
    pub sum: f64,
    /// The probability that the sum stands for, to three digits: the confidence.
    pub probability: f64,
    /// The tier that the sum comes to under the pack. Another one than the finding's where the run had other tiers, or where
    /// the sum is so near to the beginning of a tier that the rounding of the weights decides.
    pub tier: Option<Tier>,
    /// The least sum of each tier, the surest first. What is below the last is not reported.
    pub tiers: [(Tier, f64); 3],
}

/// A piece of evidence, and what hangs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedEvidence {
    /// Its name.
    pub name: String,
    /// What it adds to the log-odds.
    pub weight: f64,
    /// When it applies, for people; `None` where the pack does not know the evidence.
    pub meaning: Option<String>,
    /// The tier that the other evidence comes to without it; `None` where the finding would not be reported.
    pub tier_without: Option<Tier>,
}

impl Explanation {
    /// Explains a finding with the meanings and tiers of a pack, which should be the one that the finding was made with.
    pub fn new(finding: &Finding, pack: &RulePack) -> Self {
        let weights = Weights::new(&pack.evidence);
        let sum = exact(finding.evidence.iter().map(|evidence| evidence.weight).sum());
        let needs_name = needs_name(finding, pack);
        let without = |name: &str, weight: f64| {
            let carries_the_claim = name == PATTERN || needs_name && Signal::NAMING.iter().any(|signal| signal.name() == name);
            if carries_the_claim { None } else { weights.tier(exact(sum - weight)) }
        };
        let evidence = finding.evidence.iter().map(|evidence| ExplainedEvidence {
            name: evidence.name.clone(),
            weight: evidence.weight,
            meaning: meaning(&evidence.name, pack),
            tier_without: without(&evidence.name, evidence.weight),
        });
        Self {
            evidence: evidence.collect(),
            sum,
            probability: probability(sum),
            tier: weights.tier(sum),
            tiers: Tier::ALL.map(|tier| (tier, weights.least(tier))),
        }
    }

    /// Returns the evidence without which the tier would be another one, the pattern left out: without it there is no claim.
    pub fn deciding(&self) -> impl Iterator<Item = &ExplainedEvidence> {
        self.evidence.iter().filter(|evidence| evidence.name != PATTERN && evidence.tier_without != self.tier)
    }
}

/// Drops the noise of adding weights up, which have a few digits only, and the sign of nought.
fn exact(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6 + 0.0
}

fn meaning(name: &str, pack: &RulePack) -> Option<String> {
    if name == PATTERN {
        return Some(PATTERN_MEANING.to_owned());
    }
    pack.evidence.weights.get(name).map(|evidence| evidence.meaning.clone())
}

/// Tells whether the claim stands only beside a keyword or field. Of several rules, those whose prior was counted are asked.
fn needs_name(finding: &Finding, pack: &RulePack) -> bool {
    let prior = finding.evidence.iter().find(|evidence| evidence.name == PATTERN).map(|evidence| evidence.weight);
    let was_counted = |rule: &&Rule| prior.is_some_and(|prior| (rule.prior - prior).abs() < ROUNDING);
    let mut counted = finding.rules.iter().filter_map(|id| pack.rule(id)).filter(was_counted).peekable();
    counted.peek().is_some() && counted.all(|rule| rule.keyword_required)
}
