//! Counts the occurrences of a class: how many at which tier, where, how many distinct, with which fingerprints.

use std::collections::BTreeSet;

use terrier_model::{Place, Tier};

use crate::Classifier;
use crate::distinct::{BottomK, Fingerprinter, count_hash};
use crate::signal::Weighing;

/// How many places of a finding are named.
pub const MOST_PLACES: usize = 10;

/// What is known of the occurrences of a class in an asset, or in a column of it.
#[derive(Default)]
pub(crate) struct Tally {
    by_tier: [u64; 3],
    tests: u64,
    places: Vec<Place>,
    rules: BTreeSet<u32>,
    values: BottomK,
    fingerprints: BottomK,
    best: Option<(Weighing, Tier)>,
    best_test: Option<(Weighing, Tier)>,
    /// Rule and reason of the first test value.
    test_reason: Option<(u32, usize)>,
}

/// One occurrence, ready to be counted.
pub(crate) struct Counted {
    pub(crate) rule: u32,
    pub(crate) weighing: Weighing,
    pub(crate) tier: Tier,
    pub(crate) test: Option<usize>,
    pub(crate) hash: u64,
    pub(crate) fingerprint: Option<u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, counted: &Counted) {
        self.rules.insert(counted.rule);
        self.values.insert(counted.hash);
        let best = match counted.test {
            Some(reason) => {
                self.tests += 1;
                self.test_reason.get_or_insert((counted.rule, reason));
                &mut self.best_test
            }
            None => {
                self.by_tier[counted.tier as usize] += 1;
                if let Some(fingerprint) = counted.fingerprint {
                    self.fingerprints.insert(fingerprint);
                }
                &mut self.best
            }
        };
        if best.is_none_or(|(weighing, _)| weighing.sum() < counted.weighing.sum()) {
            *best = Some((counted.weighing, counted.tier));
        }
    }

    pub(crate) fn wants_place(&self) -> bool {
        self.places.len() < MOST_PLACES
    }

    pub(crate) fn add_place(&mut self, place: Place) {
        if self.wants_place() && !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.by_tier.iter_mut().zip(other.by_tier) {
            *mine += theirs;
        }
        self.tests += other.tests;
        other.places.into_iter().for_each(|place| self.add_place(place));
        self.rules.extend(other.rules);
        self.values.merge(&other.values);
        self.fingerprints.merge(&other.fingerprints);
        self.test_reason = self.test_reason.or(other.test_reason);
        for (mine, theirs) in [(&mut self.best, other.best), (&mut self.best_test, other.best_test)] {
            if theirs.is_some_and(|(theirs, _)| mine.is_none_or(|(mine, _)| mine.sum() < theirs.sum())) {
                *mine = theirs;
            }
        }
    }

    /// Occurrences at the tier, test values left out.
    pub(crate) fn count(&self, tier: Tier) -> u64 {
        self.by_tier[tier as usize]
    }

    pub(crate) fn fingerprints(&self) -> &BottomK {
        &self.fingerprints
    }

    /// Forgets the fingerprints, where the occurrences turn out to be hardly values.
    pub(crate) fn drop_fingerprints(&mut self) {
        self.fingerprints = BottomK::default();
    }

    pub(crate) fn values(&self) -> &BottomK {
        &self.values
    }

    pub(crate) fn tests(&self) -> u64 {
        self.tests
    }

    pub(crate) fn total(&self) -> u64 {
        self.by_tier.iter().sum::<u64>() + self.tests
    }

    pub(crate) fn best(&self) -> Option<(Weighing, Tier)> {
        self.best.or(self.best_test)
    }

    /// Why all occurrences are taken for test values, as rule and reason.
    pub(crate) fn test_reason(&self) -> Option<(u32, usize)> {
        self.test_reason.filter(|_| self.best.is_none())
    }

    pub(crate) fn into_places_and_rules(self) -> (Vec<Place>, BTreeSet<u32>) {
        (self.places, self.rules)
    }

    /// Gives the occurrences counted so far, whose evidence was not complete, the tier that the complete evidence comes to.
    pub(crate) fn settle(&mut self, weighing: Weighing, tier: Tier) {
        let count = self.by_tier.iter().sum();
        self.by_tier = [0; 3];
        self.by_tier[tier as usize] = count;
        for best in [&mut self.best, &mut self.best_test] {
            *best = best.map(|_| (weighing, tier));
        }
    }
}

/// Brings values to their comparable form and hashes them.
pub(crate) struct Hasher {
    fingerprinter: Option<Fingerprinter>,
    comparable: Vec<u8>,
}

impl Hasher {
    pub(crate) fn new(fingerprinter: Option<Fingerprinter>) -> Self {
        Self { fingerprinter, comparable: Vec::new() }
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.fingerprinter.is_some()
    }

    /// Returns the hash for counting and, where there is a key and it is wanted, the fingerprint.
    pub(crate) fn hash(&mut self, classifier: &Classifier, rule: u32, value: &[u8], wants_fingerprint: bool) -> (u64, Option<u64>) {
        let rule = &classifier.rules[rule as usize];
        self.comparable.clear();
        rule.normalize.append(value, &mut self.comparable);
        let hash = count_hash(&self.comparable);
        let fingerprinter = self.fingerprinter.as_mut().filter(|_| wants_fingerprint);
        let fingerprint = fingerprinter.map(|fingerprinter| {
            let class = classifier.classes[rule.class as usize].id.as_str();
            fingerprinter.fingerprint(rule.class, class, &self.comparable, hash)
        });
        (hash, fingerprint)
    }
}
