//! Which classes stand together in one record, and how many persons that concerns.

use std::collections::{BTreeMap, BTreeSet};

use terrier_model::{Combination, DataClass};

use crate::Classifier;
use crate::distinct::BottomK;

/// How many different sets of claims are kept apart. A record with yet another set counts under its best person key alone, so that
/// combinations are understated, never invented.
const MOST_SETS: usize = 512;

/// For how many of a record's classes persons are counted, the best person keys first: the best may turn out to be none.
const PERSON_CLAIMS: usize = 2;

/// Something in a record that is taken for a value of a class, for good or until its column is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    /// The column that must bear the claim out; `None` where it stands already.
    pub(crate) column: Option<u32>,
    pub(crate) class: u32,
}

/// A claim, in a record of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claimed {
    pub(crate) record: u32,
    pub(crate) claim: Claim,
    pub(crate) fingerprint: Option<u64>,
}

#[derive(Default)]
struct SetTally {
    records: u64,
    persons: Vec<(Claim, BottomK)>,
}

/// Counts records by the set of claims they hold.
#[derive(Default)]
pub(crate) struct Combinations {
    sets: BTreeMap<Vec<Claim>, SetTally>,
}

impl Combinations {
    /// Takes the claims of a batch or passage, in any order.
    pub(crate) fn take(&mut self, classifier: &Classifier, claims: &mut [Claimed]) {
        claims.sort_unstable();
        for record in claims.chunk_by(|a, b| a.record == b.record) {
            let mut set: Vec<Claim> = record.iter().map(|claimed| claimed.claim).collect();
            set.dedup();
            let mut by_person_key: Vec<(u8, Claim)> =
                set.iter().filter_map(|claim| Some((classifier.classes[claim.class as usize].person_key?, *claim))).collect();
            by_person_key.sort_unstable_by_key(|(key, claim)| (std::cmp::Reverse(*key), *claim));
            if self.sets.len() >= MOST_SETS && !self.sets.contains_key(&set) {
                set = vec![by_person_key.first().map_or(set[0], |(_, claim)| *claim)];
            }
            let tally = self.sets.entry(set).or_default();
            tally.records += 1;
            for (_, claim) in by_person_key.into_iter().take(PERSON_CLAIMS) {
                let prints = record.iter().filter(|claimed| claimed.claim == claim).filter_map(|claimed| claimed.fingerprint);
                let mut prints = prints.peekable();
                if prints.peek().is_some() {
                    prints.for_each(|print| tally.sketch(claim).insert(print));
                }
            }
        }
    }

    /// Settles the sets, given which claims their columns bore out.
    pub(crate) fn finish(self, classifier: &Classifier, holds: impl Fn(Claim) -> bool) -> Vec<Combination> {
        let mut by_classes: BTreeMap<BTreeSet<u32>, (u64, Option<u32>, BottomK)> = BTreeMap::new();
        for (set, tally) in self.sets {
            let classes: BTreeSet<u32> = set.iter().filter(|claim| holds(**claim)).map(|claim| claim.class).collect();
            let person = person_class(classifier, &classes);
            let (records, of, persons) = by_classes.entry(classes).or_default();
            *records += tally.records;
            *of = person;
            for (claim, sketch) in tally.persons.iter().filter(|(claim, _)| holds(*claim) && Some(claim.class) == person) {
                debug_assert!(holds(*claim));
                persons.merge(sketch);
            }
        }
        let mut combinations: Vec<Combination> = by_classes
            .into_iter()
            .filter(|(classes, _)| !classes.is_empty())
            .map(|(classes, (records, person, persons))| combination(classifier, &classes, records, person, &persons))
            .collect();
        combinations.sort_unstable_by(|a, b| a.classes.cmp(&b.classes));
        combinations
    }
}

impl SetTally {
    fn sketch(&mut self, claim: Claim) -> &mut BottomK {
        let at = self.persons.iter().position(|(of, _)| *of == claim).unwrap_or_else(|| {
            self.persons.push((claim, BottomK::default()));
            self.persons.len() - 1
        });
        &mut self.persons[at].1
    }
}

fn person_class(classifier: &Classifier, classes: &BTreeSet<u32>) -> Option<u32> {
    let keyed = classes.iter().filter_map(|class| Some((classifier.classes[*class as usize].person_key?, std::cmp::Reverse(*class))));
    keyed.max().map(|(_, std::cmp::Reverse(class))| class)
}

fn combination(classifier: &Classifier, classes: &BTreeSet<u32>, records: u64, person: Option<u32>, persons: &BottomK) -> Combination {
    let id = |class: &u32| -> DataClass { classifier.classes[*class as usize].id.clone() };
    let mut ids: Vec<DataClass> = classes.iter().map(id).collect();
    ids.sort_unstable();
    let jurisdictions: BTreeSet<&String> = classes.iter().flat_map(|class| &classifier.classes[*class as usize].jurisdictions).collect();
    Combination {
        classes: ids,
        records,
        person_class: person.as_ref().map(id),
        persons: persons.as_signed(),
        jurisdictions: jurisdictions.into_iter().cloned().collect(),
    }
}
