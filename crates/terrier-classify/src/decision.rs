//! Decides what a column holds: the pass rate against chance, the header, the neighbours.

use std::collections::{BTreeMap, BTreeSet};

use terrier_model::{ColumnDecision, Tier};
use terrier_rules::{Category, Checksum};

use crate::Classifier;
use crate::column::ColumnState;
use crate::combination::Claim;
use crate::field::Field;
use crate::rule::CompiledRule;
use crate::signal::{Signal, SignalSet, Weighing};
use crate::tally::Tally;

/// The share of a column's values that must pass for the column as a whole to be of a class.
const LEAST_SHARE: f64 = 0.5;
/// The pass rate of a column that truly is of a class: typing errors and foreign values happen.
const TRUE_RATE: f64 = 0.95;
/// Log-likelihood ratio at which the pass rate has said all it can.
const DECISIVE: f64 = 5.0;
/// Share of row numbers from which a column counts its rows.
const SERIAL_SHARE: f64 = 0.8;
/// Of two classes that claim the same values, the less sure gives way where it is behind by this much.
const CLEARLY_INFERIOR: f64 = 0.5;

/// A class that a column may hold.
pub(crate) struct Candidate {
    pub(crate) class: u32,
    /// Values of the form of one of the class's rules, valid or not.
    pub(crate) shaped: u64,
    /// Those that pass.
    pub(crate) passed: u64,
    /// Those that may be points in time.
    pub(crate) epochs: u64,
    /// Those whose checksum agrees.
    verified: u64,
    by_rule: BTreeMap<u32, u64>,
    /// How many passing values have each kind of evidence of their own.
    by_signal: BTreeMap<Signal, u64>,
    pub(crate) tally: Tally,
}

impl Candidate {
    pub(crate) fn new(class: u32) -> Self {
        Self {
            class,
            shaped: 0,
            passed: 0,
            epochs: 0,
            verified: 0,
            by_rule: BTreeMap::new(),
            by_signal: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// Counts a value that passes `rule`.
    pub(crate) fn pass(&mut self, rule: &CompiledRule, index: u32, alone: &Weighing) {
        self.passed += 1;
        self.verified +=
            u64::from(rule.checksum != Checksum::None && (alone.has(Signal::ChecksumStrong) || alone.has(Signal::ChecksumWeak)));
        *self.by_rule.entry(index).or_default() += 1;
        alone.signals().iter().filter(|signal| signal.is_recognised()).for_each(|signal| *self.by_signal.entry(signal).or_default() += 1);
    }

    /// What a recogniser says of most of the values.
    fn recognised(&self) -> SignalSet {
        self.by_signal.iter().filter(|(_, values)| **values * 2 > self.passed).map(|(signal, _)| *signal).collect()
    }

    /// The rule that most values pass.
    fn main_rule(&self) -> Option<u32> {
        self.by_rule.iter().max_by_key(|(rule, passed)| (**passed, std::cmp::Reverse(**rule))).map(|(rule, _)| *rule)
    }
}

/// What the columns of an asset hold.
pub(crate) struct Settled {
    pub(crate) decisions: Vec<ColumnDecision>,
    /// Tallies of what was found in columns, with their classes.
    pub(crate) tallies: Vec<(u32, Tally)>,
    borne_out: BTreeSet<Claim>,
}

impl Settled {
    /// Tells whether a claim stands, now that all columns are settled.
    pub(crate) fn holds(&self, claim: Claim) -> bool {
        claim.column.is_none() || self.borne_out.contains(&claim)
    }
}

/// A candidate with all evidence but the neighbours'.
struct Weighed {
    candidate: usize,
    weighing: Weighing,
    share: f64,
}

/// Decides all columns of an asset.
pub(crate) fn decide(classifier: &Classifier, columns: Vec<ColumnState>) -> Settled {
    let mut weighed: Vec<Vec<Weighed>> = columns.iter().map(|column| weigh(classifier, column)).collect();
    let personal: Vec<bool> = columns.iter().zip(&weighed).map(|(column, weighed)| is_personal(classifier, column, weighed)).collect();
    let personal_columns = personal.iter().filter(|is_personal| **is_personal).count();
    let mut settled = Settled { decisions: Vec::new(), tallies: Vec::new(), borne_out: BTreeSet::new() };
    for (index, column) in columns.into_iter().enumerate() {
        let mut claims = std::mem::take(&mut weighed[index]);
        if personal_columns > usize::from(personal[index]) {
            claims.iter_mut().for_each(|claim| claim.weighing.add(Signal::NeighbourRecord, &classifier.weights));
        }
        claims = settle_rivals(classifier, &column, claims);
        let decided = claims
            .first()
            .filter(|first| first.share >= LEAST_SHARE && first.weighing.tier(classifier) >= Some(Tier::Medium))
            .map(|first| {
                let candidate = &column.candidates[first.candidate];
                (candidate.class, first.weighing.confidence(), candidate.passed)
            });
        let (decision, candidates) = column.into_decision(classifier, decided);
        settled.decisions.push(decision);
        for (at, mut candidate) in candidates.into_iter().enumerate() {
            let Some(claim) = claims.iter().find(|claim| claim.candidate == at) else { continue };
            let Some(tier) = claim.weighing.tier(classifier) else { continue };
            if tier >= Tier::Medium {
                settled.borne_out.insert(Claim { column: u32::try_from(index).ok(), class: candidate.class });
            } else {
                candidate.tally.drop_fingerprints();
            }
            candidate.tally.settle(claim.weighing, tier);
            settled.tallies.push((candidate.class, candidate.tally));
        }
    }
    settled
}

/// Weighs each class that a column may hold; the surest first.
fn weigh(classifier: &Classifier, column: &ColumnState) -> Vec<Weighed> {
    let mut weighed: Vec<Weighed> = column
        .candidates
        .iter()
        .enumerate()
        .filter_map(|(index, candidate)| {
            let weighing = weigh_candidate(classifier, column, candidate)?;
            Some(Weighed { candidate: index, weighing, share: share(candidate.passed, column.values) })
        })
        .collect();
    weighed.sort_by(|a, b| b.weighing.sum().total_cmp(&a.weighing.sum()).then(a.candidate.cmp(&b.candidate)));
    weighed
}

fn weigh_candidate(classifier: &Classifier, column: &ColumnState, candidate: &Candidate) -> Option<Weighing> {
    let weights = &classifier.weights;
    let rule = &classifier.rules[candidate.main_rule()? as usize];
    let mut weighing = Weighing::new(rule.prior);
    if candidate.verified * 2 > candidate.passed {
        weighing.add(if rule.checksum == Checksum::Strong { Signal::ChecksumStrong } else { Signal::ChecksumWeak }, weights);
    }
    weighing.add_all(candidate.recognised(), weights);
    let is_named = add_header(classifier, column, candidate, &mut weighing);
    if rule.keyword_required && !is_named {
        return None;
    }
    weighing.add_column(weights.of(Signal::ColumnPassRate) * pass_rate(rule.checksum, candidate, column.values));
    if !is_named {
        if candidate.epochs * 10 >= candidate.passed * 9 {
            weighing.add(Signal::InsideTimestamp, weights);
        }
        if share(column.serial, column.values) >= SERIAL_SHARE {
            weighing.add(Signal::SerialNumbers, weights);
        }
    }
    if candidate.tally.tests() > 0 && candidate.tally.tests() == candidate.tally.total() {
        weighing.add(Signal::TestValue, weights);
    }
    Some(weighing)
}

/// Adds what the column's name says of the class; `true` where it speaks for it.
fn add_header(classifier: &Classifier, column: &ColumnState, candidate: &Candidate, weighing: &mut Weighing) -> bool {
    let fields = || candidate.by_rule.keys().map(|rule| column.header.field(*rule));
    if fields().any(|field| field == Field::Named) {
        weighing.add(Signal::FieldName, &classifier.weights);
        return true;
    }
    let has_keyword = candidate.by_rule.keys().any(|rule| column.header.has_keyword(*rule));
    if has_keyword {
        weighing.add(Signal::KeywordInHeader, &classifier.weights);
    }
    if fields().any(|field| field == Field::Negative) {
        weighing.add(Signal::NegativeField, &classifier.weights);
    }
    has_keyword
}

/// Says, from -2 to 1, what the pass rate adds: how sure it is that values pass more often than chance lets them, times the share of
/// the passes that chance does not explain. What passes about as often as chance lets it is noise.
fn pass_rate(checksum: Checksum, candidate: &Candidate, values: u64) -> f64 {
    let (passed, shaped) = (candidate.passed as f64, candidate.shaped as f64);
    let Some(chance) = chance(checksum) else {
        // Nothing was verified, so only the uniformity of the column speaks, and softly.
        return 0.5 * share(candidate.passed, values) - 0.25;
    };
    let rate = passed / shaped;
    let likelihood = |p: f64| passed * p.ln() + (shaped - passed) * (1.0 - p).ln();
    let against_chance = if rate > chance { likelihood(rate.min(0.999)) - likelihood(chance) } else { 0.0 };
    if against_chance >= 2.0 || passed == shaped {
        let real = (passed - chance * shaped) / (1.0 - chance);
        return (against_chance / DECISIVE).clamp(0.0, 1.0) * (real / passed).clamp(0.0, 1.0);
    }
    let against_truth = likelihood(chance) - likelihood(TRUE_RATE);
    -2.0 * (against_truth / DECISIVE).clamp(0.0, 1.0)
}

/// The share of random values of a form that pass its checksum.
fn chance(checksum: Checksum) -> Option<f64> {
    match checksum {
        // A single check digit lets one in ten pass; the others of this strength fewer.
        Checksum::Strong => Some(0.1),
        Checksum::Weak => Some(0.5),
        Checksum::None => None,
    }
}

fn is_personal(classifier: &Classifier, column: &ColumnState, weighed: &[Weighed]) -> bool {
    weighed.first().is_some_and(|first| {
        let class = &classifier.classes[column.candidates[first.candidate].class as usize];
        let is_of_person = !matches!(class.category, Category::Credential | Category::Network);
        is_of_person && first.share >= LEAST_SHARE && first.weighing.tier(classifier) >= Some(Tier::Medium)
    })
}

/// Of classes that claim the same values, keeps the surest and those about as sure. Claims that can be on different values (a column
/// of e-mail addresses and phone numbers) do not concern each other.
fn settle_rivals(classifier: &Classifier, column: &ColumnState, claims: Vec<Weighed>) -> Vec<Weighed> {
    let mut standing: Vec<Weighed> = Vec::with_capacity(claims.len());
    for claim in claims {
        let passed = |claim: &Weighed| column.candidates[claim.candidate].passed;
        let gives_way = standing.iter().any(|winner| {
            passed(winner) + passed(&claim) > column.values
                && (claim.weighing.tier(classifier) < winner.weighing.tier(classifier)
                    || claim.weighing.sum() < winner.weighing.sum() - CLEARLY_INFERIOR)
        });
        if !gives_way {
            standing.push(claim);
        }
    }
    standing
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
