//! What the project wants to reach, and whether it does.

use serde::Deserialize;
use terrier_model::Tier;

use crate::EvalError;
use crate::glob::fits;

const EMBEDDED: &str = include_str!("../bars.yaml");

/// What is to be reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bars {
    /// A lane with fewer labels is reported and not judged.
    pub(crate) least_labels: u64,
    /// Less clean data is reported and not judged.
    pub(crate) least_clean_bytes: u64,
    /// Corpora that are reported and left out of the pooled figures; names with `*` for anything.
    #[serde(default)]
    pub(crate) reported_only: Vec<String>,
    #[serde(default)]
    text: Vec<TextBar>,
    pub(crate) columns: Option<ShareBar>,
    pub(crate) label: Option<ShareBar>,
    pub(crate) id_vectors: Option<VectorBar>,
    #[serde(default)]
    pub(crate) clean: Vec<CleanBar>,
}

/// What is to be reached for a type in texts.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TextBar {
    #[serde(rename = "type")]
    pub(crate) common: String,
    #[serde(flatten)]
    pub(crate) shares: ShareBar,
}

/// Least shares, from a tier on.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ShareBar {
    /// `high`, `medium` (with high), `low` (all).
    tier: String,
    pub(crate) precision: Option<f64>,
    pub(crate) recall: Option<f64>,
    pub(crate) f1: Option<f64>,
}

/// Least shares of vectors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VectorBar {
    pub(crate) accepted: f64,
    pub(crate) rejected: f64,
}

/// How often the high tier may be wrong in clean data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CleanBar {
    /// Classes with `*` for anything; `-` before one leaves it out.
    pub(crate) classes: Vec<String>,
    pub(crate) most_per_gigabyte: f64,
}

impl Bars {
    /// Reads what is to be reached, as it is part of the program, or as another file says.
    pub(crate) fn read(given: Option<(&str, &str)>) -> Result<Self, EvalError> {
        let (file, text) = given.unwrap_or(("bars.yaml", EMBEDDED));
        let bars: Self = serde_saphyr::from_str(text).map_err(|error| EvalError::yaml(file, &error))?;
        let shares = bars.text.iter().map(|bar| &bar.shares).chain(&bars.columns).chain(&bars.label);
        for share in shares {
            if Tier::parse(&share.tier).is_none() {
                return Err(EvalError::new(file, 0, format!("there is no tier `{}`", share.tier), "write high, medium or low"));
            }
        }
        Ok(bars)
    }

    pub(crate) fn text(&self) -> &[TextBar] {
        &self.text
    }

    /// Tells whether a corpus counts for the pooled figures.
    pub(crate) fn pools(&self, corpus: &str) -> bool {
        !self.reported_only.iter().any(|pattern| fits(pattern, corpus))
    }
}

impl ShareBar {
    /// Returns from which tier on, as an index into [`Tier::ALL`].
    pub(crate) fn at(&self) -> usize {
        Tier::ALL.iter().position(|tier| tier.as_str() == self.tier).unwrap_or_default()
    }

    pub(crate) fn tier(&self) -> Tier {
        Tier::ALL[self.at()]
    }
}

impl CleanBar {
    pub(crate) fn means(&self, class: &str) -> bool {
        let mut meant = false;
        for pattern in &self.classes {
            let (positive, pattern) = pattern.strip_prefix('-').map_or((true, pattern.as_str()), |pattern| (false, pattern));
            if fits(pattern, class) {
                meant = positive;
            }
        }
        meant
    }
}

/// Whether a bar is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The figure is at least what is asked for.
    Reached,
    /// It is not.
    NotReached,
    /// There is too little data to judge: it is only reported.
    Reported,
}

impl Standing {
    /// Returns the name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReached => "not reached",
            Self::Reported => "reported",
        }
    }
}

/// A bar and what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What is judged.
    pub lane: String,
    /// Which figure.
    pub figure: &'static str,
    /// How many labels, vectors, columns, documents or bytes.
    pub n: u64,
    /// What was measured; `None` where there is nothing to measure it by.
    pub value: Option<f64>,
    /// What is asked for: at least, or at most for clean data.
    pub bar: f64,
    /// Whether it is reached.
    pub standing: Standing,
}

impl Judged {
    /// Judges a figure that is to be at least the bar.
    pub(crate) fn least(lane: &str, figure: &'static str, n: u64, value: Option<f64>, bar: f64, enough: bool) -> Self {
        let standing = match value {
            _ if !enough => Standing::Reported,
            Some(value) if value >= bar => Standing::Reached,
            _ => Standing::NotReached,
        };
        Self { lane: lane.to_owned(), figure, n, value, bar, standing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_that_are_part_of_the_program_are_read() {
        let bars = Bars::read(None).unwrap();
        assert!(bars.text().iter().any(|bar| bar.common == "CREDIT_CARD" && bar.shares.precision == Some(0.995)));
        assert!(!bars.pools("btc_twitter") && bars.pools("wikigold"));
        assert!(bars.clean[0].means("iban") && !bars.clean[0].means("email"));
    }

    #[test]
    fn what_is_too_small_is_not_judged() {
        let standing = |value, enough| Judged::least("x", "recall", 1, value, 0.9, enough).standing;
        assert_eq!(standing(Some(0.9), true), Standing::Reached);
        assert_eq!(standing(Some(0.89), true), Standing::NotReached);
        assert_eq!(standing(None, true), Standing::NotReached);
        assert_eq!(standing(Some(1.0), false), Standing::Reported);
    }

    #[test]
    fn a_tier_that_does_not_exist_is_refused() {
        let text = "least_labels: 1\nleast_clean_bytes: 1\ntext: [{type: A, tier: sure, recall: 1.0}]\n";
        let told = Bars::read(Some(("b.yaml", text))).unwrap_err().to_string();
        assert!(told.contains("`sure`"), "{told}");
    }
}
