use std::collections::BTreeMap;

use crate::Location;

/// The weights by which evidence counts, and the tiers that the sum falls into. All are log-odds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EvidenceWeights {
    /// Where the tiers begin.
    pub tiers: Tiers,
    /// The weights, by name of the evidence.
    pub weights: BTreeMap<String, EvidenceWeight>,
}

/// Where the tiers begin: sums below `medium` are low.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tiers {
    /// The least sum of the medium tier.
    pub medium: f64,
    /// The least sum of the high tier.
    pub high: f64,
}

impl Default for Tiers {
    /// Medium begins where it is more likely than not (0.5), high at 0.95.
    fn default() -> Self {
        Self { medium: 0.0, high: 3.0 }
    }
}

/// The weight of one kind of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceWeight {
    /// What it adds to the log-odds.
    pub weight: f64,
    /// When it applies, for people.
    pub meaning: String,
    /// Where it is defined.
    pub location: Location,
}

impl EvidenceWeights {
    /// Returns the weight of the evidence of that name, if it is defined.
    pub fn weight(&self, name: &str) -> Option<f64> {
        self.weights.get(name).map(|evidence| evidence.weight)
    }
}
