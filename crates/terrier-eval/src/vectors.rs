//! Numbers of known kinds, valid and invalid: by the validators alone, and as they are found in a text that carries them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use terrier_classify::Classifier;
use terrier_model::{DataClass, Tier};
use terrier_rules::RulePack;

use crate::Share;
use crate::corpus::VectorRecord;
use crate::counts::{ByTier, add};
use crate::number_kinds::{Known, NumberKinds};

/// What the kinds of telephone numbers are called, and the format in which they are written after it.
const PHONE: &str = "phone";

/// What became of the vectors of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VectorCounts {
    /// Numbers that are valid.
    pub valid: u64,
    /// Of these, those that some rule's pattern matches and its validator does not refuse.
    pub accepted: u64,
    /// Of these, those that are found in a text that carries them, by tier.
    pub found: ByTier<u64>,
    /// Numbers that are not valid.
    pub invalid: u64,
    /// Of these, those that no rule accepts.
    pub rejected: u64,
    /// Of these, those that are found in a text that carries them, by tier.
    pub found_invalid: ByTier<u64>,
}

/// The vectors of one corpus, or of all.
#[derive(Debug, Clone, Default)]
pub struct VectorScores {
    /// By kind: the name of the module, or `phone` with the format.
    pub kinds: BTreeMap<String, VectorCounts>,
    /// Kinds that no rule in force knows, with how many vectors there are of each.
    pub unknown: BTreeMap<String, u64>,
}

/// A vector that came out wrong.
pub(crate) struct Wrong<'v> {
    pub(crate) vector: &'v VectorRecord,
    pub(crate) kind: String,
    /// What happened, of the four things that should not.
    pub(crate) what: &'static str,
}

impl VectorCounts {
    /// Which share of the valid ones is accepted.
    pub fn acceptance(&self) -> Option<Share> {
        Share::of(self.accepted, self.valid)
    }

    /// Which share of the invalid ones is rejected.
    pub fn rejection(&self) -> Option<Share> {
        Share::of(self.rejected, self.invalid)
    }
}

impl AddAssign for VectorCounts {
    fn add_assign(&mut self, other: Self) {
        self.valid += other.valid;
        self.accepted += other.accepted;
        self.invalid += other.invalid;
        self.rejected += other.rejected;
        add(&mut self.found, &other.found);
        add(&mut self.found_invalid, &other.found_invalid);
    }
}

impl VectorScores {
    /// Adds up all kinds of ids.
    pub fn sum_of_ids(&self) -> VectorCounts {
        self.sum(|kind| !kind.starts_with(PHONE))
    }

    /// Adds up telephone numbers, however they are written.
    pub fn sum_of_phones(&self) -> VectorCounts {
        self.sum(|kind| kind.starts_with(PHONE))
    }

    fn sum(&self, is_meant: impl Fn(&str) -> bool) -> VectorCounts {
        self.kinds.iter().filter(|(kind, _)| is_meant(kind)).fold(VectorCounts::default(), |mut sum, (_, counts)| {
            sum += *counts;
            sum
        })
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        other.kinds.iter().for_each(|(kind, counts)| *self.kinds.entry(kind.clone()).or_default() += *counts);
        other.unknown.iter().for_each(|(kind, n)| *self.unknown.entry(kind.clone()).or_default() += n);
    }
}

/// Names the kind of a vector.
pub(crate) fn kind_of(vector: &VectorRecord) -> String {
    match (&vector.module, &vector.format) {
        (Some(module), _) => module.clone(),
        (None, Some(format)) => format!("{PHONE} {format}"),
        (None, None) => PHONE.to_owned(),
    }
}

/// Tries every vector.
pub(crate) fn score<'v>(
    classifier: &Classifier,
    pack: &RulePack,
    kinds: &NumberKinds,
    vectors: &[&'v VectorRecord],
    mut wrong: impl FnMut(Wrong<'v>),
) -> VectorScores {
    let mut scores = VectorScores::default();
    for vector in vectors.iter().copied() {
        let kind = kind_of(vector);
        let Some(known) = kinds.of(vector) else {
            *scores.unknown.entry(kind).or_default() += 1;
            continue;
        };
        let accepted = accepts(classifier, &known, &vector.text);
        let tier = find(classifier, pack, &known, &vector.text);
        let counts = scores.kinds.entry(kind.clone()).or_default();
        let found = Tier::ALL.map(|least| u64::from(tier >= Some(least)));
        let what = if vector.valid {
            counts.valid += 1;
            counts.accepted += u64::from(accepted);
            add(&mut counts.found, &found);
            if !accepted {
                Some("not accepted")
            } else if tier.is_none() {
                Some("not found in its text")
            } else {
                None
            }
        } else {
            counts.invalid += 1;
            counts.rejected += u64::from(!accepted);
            add(&mut counts.found_invalid, &found);
            if accepted {
                Some("not rejected")
            } else if tier.is_some() {
                Some("found, though invalid")
            } else {
                None
            }
        };
        if let Some(what) = what {
            wrong(Wrong { vector, kind, what });
        }
    }
    scores
}

/// Tells whether some rule takes the number for one of its kind, bare or in its carrier.
fn accepts(classifier: &Classifier, known: &Known<'_>, number: &str) -> bool {
    let carried = known.carry(number);
    known.rules.iter().any(|rule| {
        classifier.accepts(rule, number.as_bytes(), 0..number.len()) == Some(true)
            || classifier.accepts(rule, carried.text.as_bytes(), carried.start..carried.end) == Some(true)
    })
}

/// Returns the surest tier at which the number is found in its carrier, as of the class of one of the rules.
fn find(classifier: &Classifier, pack: &RulePack, known: &Known<'_>, number: &str) -> Option<Tier> {
    let carried = known.carry(number);
    let classes: BTreeSet<&DataClass> = known.rules.iter().filter_map(|rule| pack.rule(rule)).map(|rule| &rule.class).collect();
    let spans = classifier.spans(carried.text.as_bytes(), 0..carried.text.len(), Tier::Low);
    let is_it =
        |span: &&terrier_classify::FoundSpan<'_>| classes.contains(span.class) && span.start < carried.end && carried.start < span.end;
    spans.iter().filter(is_it).map(|span| span.tier).max()
}
