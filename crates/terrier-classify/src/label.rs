use std::collections::BTreeSet;

use terrier_model::{Finding, Label, Sensitivity, Tier};
use terrier_rules::{ClassSpec, RegulationSpec, RulePack};

/// What makes a class count towards the label of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelPolicy {
    /// The least tier of the occurrences that count.
    pub tier: Tier,
    /// How many such occurrences a class needs.
    pub occurrences: u64,
}

impl Default for LabelPolicy {
    /// One occurrence at the high tier suffices; test values never count.
    fn default() -> Self {
        Self { tier: Tier::High, occurrences: 1 }
    }
}

/// Says how sensitive an asset is and which regulations cover it, given what was found in it.
///
/// The level is the highest of the classes that count under the policy, the regulations are those of the same classes. Classes
/// that the pack does not define are passed over.
pub fn label(findings: &[Finding], pack: &RulePack, policy: &LabelPolicy) -> Label {
    label_with(findings, &pack.classes, &pack.regulations, policy)
}

/// Does the same, given the parts of the pack that it needs, each ordered by id.
pub(crate) fn label_with(findings: &[Finding], classes: &[ClassSpec], regulations_known: &[RegulationSpec], policy: &LabelPolicy) -> Label {
    let class_of = |finding: &Finding| classes.iter().find(|class| class.id == finding.class);
    let name_of = |id: &str| {
        regulations_known.iter().find(|regulation| regulation.id == id).map_or(id.to_owned(), |regulation| regulation.name.clone())
    };
    let mut sensitivity = Sensitivity::default();
    let mut regulations = BTreeSet::new();
    let mut reasons = Vec::new();
    for finding in findings {
        let occurrences = counting_occurrences(finding, policy.tier);
        let Some(class) = class_of(finding).filter(|_| occurrences >= policy.occurrences.max(1)) else { continue };
        sensitivity = sensitivity.max(class.sensitivity);
        let covering: Vec<&str> = class.regulations.iter().map(|regulation| regulation.id.as_str()).collect();
        regulations.extend(covering.iter().copied());
        let times = if occurrences == 1 { "once".to_owned() } else { format!("{occurrences} times") };
        let law = covering.iter().map(|id| name_of(id)).collect::<Vec<_>>().join(", ");
        let law = if law.is_empty() { String::new() } else { format!(", covered by {law}") };
        reasons.push((class.sensitivity, format!("{} found {times}: {}{law}.", class.name, class.sensitivity)));
    }
    reasons.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    Label {
        sensitivity,
        regulations: regulations.into_iter().map(str::to_owned).collect(),
        reasons: reasons.into_iter().map(|(_, reason)| reason).collect(),
    }
}

fn counting_occurrences(finding: &Finding, tier: Tier) -> u64 {
    let mut occurrences = finding.count_high;
    if tier <= Tier::Medium {
        occurrences += finding.count_medium;
    }
    if tier == Tier::Low {
        occurrences += finding.count_low;
    }
    occurrences
}
