use std::collections::BTreeMap;

use terrier_content::{FingerprintKey, Segment};
use terrier_model::{AssetFindings, Finding, Fingerprint, Tier};

use crate::Classifier;
use crate::column::Columns;
use crate::combination::Combinations;
use crate::distinct::{COUNT_BITS, FINGERPRINT_BITS, Fingerprinter};
use crate::passage::Passages;
use crate::tally::{Hasher, Tally};
use crate::text::{self, ByClass};

/// The classification of one asset, or of one member of a container.
///
/// Takes the segments in order; what a column of a table holds is settled at the end, from all of its values.
pub struct Session<'c> {
    classifier: &'c Classifier,
    hasher: Hasher,
    text: ByClass,
    cells: ByClass,
    columns: Columns,
    passages: Passages,
    combinations: Combinations,
}

impl<'c> Session<'c> {
    pub(crate) fn new(classifier: &'c Classifier, key: Option<&FingerprintKey>) -> Self {
        let classes = classifier.classes.len();
        Self {
            classifier,
            hasher: Hasher::new(key.map(Fingerprinter::new)),
            text: ByClass::new(classes),
            cells: ByClass::new(classes),
            columns: Columns::default(),
            passages: Passages::default(),
            combinations: Combinations::default(),
        }
    }

    /// Takes the next segment of the asset.
    pub fn segment(&mut self, segment: &Segment<'_>) {
        match segment {
            Segment::Text(text) => {
                let Self { classifier, hasher, text: tallies, passages, combinations, .. } = self;
                text::take(classifier, hasher, text, tallies, passages, combinations);
            }
            Segment::Records(records) => {
                let mut claims = self.columns.take(self.classifier, &mut self.hasher, records, &mut self.cells);
                self.combinations.take(self.classifier, &mut claims);
            }
        }
    }

    /// Settles what is in the asset.
    pub fn finish(self) -> AssetFindings {
        let Self { classifier, hasher, text, cells, columns, mut passages, mut combinations } = self;
        passages.end(classifier, &mut combinations);
        let settled = columns.settle(classifier);
        let combinations = combinations.finish(classifier, |claim| settled.holds(claim));
        let mut by_class: BTreeMap<u32, Tally> = text.into_tallies().collect();
        let decisions = settled.decisions;
        for (class, tally) in cells.into_tallies().chain(settled.tallies) {
            by_class.entry(class).or_default().merge(tally);
        }
        let mut fingerprints: Vec<Fingerprint> = by_class
            .iter()
            .filter(|(_, tally)| hasher.is_keyed() && !tally.fingerprints().is_empty())
            .map(|(class, tally)| Fingerprint {
                class: classifier.classes[*class as usize].id.clone(),
                distinct: tally.fingerprints().estimate(FINGERPRINT_BITS),
                sketch: tally.fingerprints().as_signed(),
            })
            .collect();
        let mut findings: Vec<Finding> = by_class.into_iter().filter_map(|(class, tally)| finding(classifier, class, tally)).collect();
        findings.sort_unstable_by(|a, b| a.class.cmp(&b.class));
        fingerprints.sort_unstable_by(|a, b| a.class.cmp(&b.class));
        let label = classifier.label(&findings, &combinations);
        AssetFindings { findings, columns: decisions, combinations, fingerprints, label }
    }
}

fn finding(classifier: &Classifier, class: u32, tally: Tally) -> Option<Finding> {
    let (weighing, tier) = tally.best()?;
    let test_value = tally.test_reason().map(|(rule, reason)| classifier.rules[rule as usize].reason(reason).to_owned());
    let [count_high, count_medium, count_low] = Tier::ALL.map(|tier| tally.count(tier));
    let (count, count_test) = (tally.total(), tally.tests());
    // An estimate may be above what there can be.
    let distinct = tally.values().estimate(COUNT_BITS).min(count);
    let (mut places, rules) = tally.into_places_and_rules();
    places.sort_unstable();
    let mut rules: Vec<String> = rules.into_iter().map(|rule| classifier.rules[rule as usize].id.clone()).collect();
    rules.sort_unstable();
    Some(Finding {
        class: classifier.classes[class as usize].id.clone(),
        tier,
        confidence: weighing.confidence(),
        count,
        count_high,
        count_medium,
        count_low,
        count_test,
        distinct,
        places,
        evidence: weighing.evidence(&classifier.weights),
        rules,
        test_value,
    })
}
