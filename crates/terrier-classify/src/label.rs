use std::collections::BTreeSet;

use terrier_model::{Combination, DataClass, Finding, Label, Sensitivity, Tier};
use terrier_rules::{ClassRegulation, ClassSpec, CombinationSpec, RegulationSpec, RulePack};

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

/// The parts of a pack that labels follow from.
#[derive(Clone, Copy)]
pub(crate) struct Known<'p> {
    /// Ordered by id.
    pub(crate) classes: &'p [ClassSpec],
    pub(crate) combinations: &'p [CombinationSpec],
    pub(crate) regulations: &'p [RegulationSpec],
}

/// Says how sensitive an asset is and which regulations cover it, given what was found in it, and what together in one record.
///
/// The level is the highest of the classes that count under the policy and of what they are together; the regulations are those of the
/// same. Classes count together where they stand in one record and each counts by itself, but for what only says who is meant: a name need
/// not be beyond doubt where the fact about it is. Classes that the pack does not define are passed over.
pub fn label(findings: &[Finding], together: &[Combination], pack: &RulePack, policy: &LabelPolicy) -> Label {
    let known = Known { classes: &pack.classes, combinations: &pack.combinations, regulations: &pack.regulations };
    label_with(findings, together, known, policy)
}

/// Does the same, given the parts of the pack that it needs.
pub(crate) fn label_with(findings: &[Finding], together: &[Combination], known: Known<'_>, policy: &LabelPolicy) -> Label {
    let mut sensitivity = Sensitivity::default();
    let mut regulations = BTreeSet::new();
    let mut reasons = Vec::new();
    let mut count = |name: &str, level: Sensitivity, covering: &[ClassRegulation], found: String| {
        sensitivity = sensitivity.max(level);
        regulations.extend(covering.iter().map(|regulation| regulation.id.clone()));
        let law = covering.iter().map(|regulation| known.name_of(&regulation.id)).collect::<Vec<_>>().join(", ");
        let law = if law.is_empty() { String::new() } else { format!(", covered by {law}") };
        reasons.push((level, format!("{name} found {found}: {level}{law}.")));
    };
    let mut counting: BTreeSet<&DataClass> = BTreeSet::new();
    for finding in findings {
        let occurrences = counting_occurrences(finding, policy.tier);
        let Some(class) = known.class(&finding.class).filter(|_| occurrences >= policy.occurrences.max(1)) else { continue };
        counting.insert(&class.id);
        count(&class.name, class.sensitivity, &class.regulations, times(occurrences));
    }
    for combination in known.combinations {
        let is_one = |set: &&Combination| {
            let may_count = |class: &&ClassSpec| counting.contains(&class.id) || class.tells_persons();
            let classes: Vec<&ClassSpec> = set.classes.iter().filter_map(|class| known.class(class)).filter(may_count).collect();
            classes.iter().any(|class| counting.contains(&class.id)) && combination.is_made_up_of(&classes)
        };
        let records: u64 = together.iter().filter(is_one).map(|set| set.records).sum();
        if records > 0 {
            let found = if records == 1 { "in one record".to_owned() } else { format!("in {records} records") };
            count(&combination.name, combination.sensitivity, &combination.regulations, found);
        }
    }
    reasons.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    Label { sensitivity, regulations: regulations.into_iter().collect(), reasons: reasons.into_iter().map(|(_, reason)| reason).collect() }
}

impl<'p> Known<'p> {
    fn class(self, id: &DataClass) -> Option<&'p ClassSpec> {
        self.classes.binary_search_by(|class| class.id.cmp(id)).ok().map(|at| &self.classes[at])
    }

    fn name_of(self, regulation: &str) -> &'p str {
        self.regulations.iter().find(|known| known.id == regulation).map_or("", |known| known.name.as_str())
    }
}

fn times(occurrences: u64) -> String {
    if occurrences == 1 { "once".to_owned() } else { format!("{occurrences} times") }
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
