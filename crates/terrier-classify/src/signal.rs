use terrier_model::{Evidence, Tier};
use terrier_rules::EvidenceWeights;

use crate::Classifier;

/// Declares the kinds of evidence in their order, each with the name that packs and findings give it.
macro_rules! signals {
    ($($signal:ident: $name:literal,)*) => {
        /// A named kind of evidence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Signal {
            $($signal,)*
        }

        impl Signal {
            pub(crate) const ALL: [Self; [$(Self::$signal,)*].len()] = [$(Self::$signal,)*];

            /// Returns the name used in the packs and in findings.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$signal => $name,)*
                }
            }
        }
    };
}

signals! {
    ChecksumStrong: "checksum_strong",
    ChecksumWeak: "checksum_weak",
    KeywordNearby: "keyword_nearby",
    KeywordInHeader: "keyword_in_header",
    FieldName: "field_name",
    NegativeField: "negative_field",
    NeighbourRecord: "neighbour_record",
    InsideNumber: "inside_number",
    InsideHash: "inside_hash",
    InsideUuid: "inside_uuid",
    InsideTimestamp: "inside_timestamp",
    InsidePath: "inside_path",
    ColumnPassRate: "column_pass_rate",
    RepeatedDigits: "repeated_digits",
    SerialNumbers: "serial_numbers",
    TestValue: "test_value",
    StreetWord: "street_word",
    StreetName: "street_name",
    HouseNumber: "house_number",
    AddressUnit: "address_unit",
    Postcode: "postcode",
    DistinctPostcode: "distinct_postcode",
    KnownTown: "known_town",
    KnownRegion: "known_region",
    KnownCountry: "known_country",
    PostOfficeBox: "post_office_box",
    AddressCue: "address_cue",
    FullName: "full_name",
    GivenName: "given_name",
    Surname: "surname",
    SurnameEnding: "surname_ending",
    Title: "title",
    Role: "role",
    Named: "named",
    Salutation: "salutation",
    Speech: "speech",
    Author: "author",
    AmongNames: "among_names",
    NamedNearby: "named_nearby",
    CommonWord: "common_word",
    PlaceName: "place_name",
    BesidePlace: "beside_place",
    Organisation: "organisation",
    OtherCapitals: "other_capitals",
    Article: "article",
}

impl Signal {
    /// What names the value: of these one counts, and rules may ask for one.
    pub(crate) const NAMING: [Self; 3] = [Self::FieldName, Self::KeywordNearby, Self::KeywordInHeader];

    /// Tells whether it is a recogniser that finds it, in the value and what stands around it.
    pub(crate) fn is_recognised(self) -> bool {
        self > Self::TestValue
    }

    fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// Names the evidence that every claim begins with. It has no weight in the packs: each rule has its own.
pub(crate) const PATTERN: &str = "pattern";

/// What that evidence means, for people. The packs say it of all others.
pub(crate) const PATTERN_MEANING: &str = "the value has the form that the rule describes; the weight is the rule's prior";

/// How far below the medium tier a sum may be before a match is passed over altogether.
const FLOOR_BELOW_MEDIUM: f64 = 3.0;

/// The weights of a pack, by kind of evidence.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    by_signal: [f64; Signal::ALL.len()],
    medium: f64,
    high: f64,
}

impl Weights {
    pub(crate) fn new(evidence: &EvidenceWeights) -> Self {
        Self {
            by_signal: Signal::ALL.map(|signal| evidence.weight(signal.name()).unwrap_or(0.0)),
            medium: evidence.tiers.medium,
            high: evidence.tiers.high,
        }
    }

    pub(crate) fn of(&self, signal: Signal) -> f64 {
        self.by_signal[signal as usize]
    }

    /// Returns the least sum of a tier.
    pub(crate) fn least(&self, tier: Tier) -> f64 {
        match tier {
            Tier::High => self.high,
            Tier::Medium => self.medium,
            Tier::Low => self.medium - FLOOR_BELOW_MEDIUM,
        }
    }

    /// Returns the tier of a sum; `None` where it is too low to be reported.
    pub(crate) fn tier(&self, sum: f64) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| sum >= self.least(*tier))
    }
}

/// The probability that log-odds stand for, to three digits.
pub(crate) fn probability(sum: f64) -> f64 {
    let probability = 1.0 / (1.0 + (-sum).exp());
    (probability * 1000.0).round() / 1000.0
}

/// A set of kinds of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SignalSet(u64);

impl SignalSet {
    pub(crate) fn insert(&mut self, signal: Signal) {
        self.0 |= signal.bit();
    }

    pub(crate) fn contains(self, signal: Signal) -> bool {
        self.0 & signal.bit() != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Signal> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let lowest = bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1);
            Signal::ALL.get(lowest).copied()
        })
    }
}

impl FromIterator<Signal> for SignalSet {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> Self {
        Self(signals.into_iter().fold(0, |bits, signal| bits | signal.bit()))
    }
}

/// The evidence for and against one value, weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighing {
    prior: f64,
    signals: SignalSet,
    /// What the column as a whole says, where the value stands in one: the only evidence whose weight is a matter of degree.
    column: f64,
    sum: f64,
}

impl Weighing {
    pub(crate) fn new(prior: f64) -> Self {
        Self { prior, signals: SignalSet::default(), column: 0.0, sum: prior }
    }

    pub(crate) fn add(&mut self, signal: Signal, weights: &Weights) {
        if !self.has(signal) {
            self.signals.insert(signal);
            self.sum += weights.of(signal);
        }
    }

    pub(crate) fn add_all(&mut self, signals: SignalSet, weights: &Weights) {
        signals.iter().for_each(|signal| self.add(signal, weights));
    }

    pub(crate) fn add_column(&mut self, weight: f64) {
        self.signals.insert(Signal::ColumnPassRate);
        self.column += weight;
        self.sum += weight;
    }

    pub(crate) fn signals(&self) -> SignalSet {
        self.signals
    }

    pub(crate) fn has(&self, signal: Signal) -> bool {
        self.signals.contains(signal)
    }

    /// Returns the tier that the sum comes to.
    pub(crate) fn tier(&self, classifier: &Classifier) -> Option<Tier> {
        classifier.weights.tier(self.sum)
    }

    /// The log-odds.
    pub(crate) fn sum(&self) -> f64 {
        self.sum
    }

    /// The probability that the log-odds stand for, to three digits.
    pub(crate) fn confidence(&self) -> f64 {
        probability(self.sum)
    }

    /// Lists the evidence, the pattern first.
    pub(crate) fn evidence(&self, weights: &Weights) -> Vec<Evidence> {
        let pattern = Evidence { name: PATTERN.to_owned(), weight: self.prior };
        let signals = self.signals.iter().map(|signal| {
            let weight = if signal == Signal::ColumnPassRate { self.column } else { weights.of(signal) };
            Evidence { name: signal.name().to_owned(), weight: (weight * 100.0).round() / 100.0 }
        });
        std::iter::once(pattern).chain(signals).collect()
    }
}
