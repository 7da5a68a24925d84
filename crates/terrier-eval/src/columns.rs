//! Holds what was predicted of the columns of tables against what they are labelled as.

use std::collections::{BTreeMap, BTreeSet};

use terrier_model::Tier;

use crate::corpus::TableRecord;
use crate::counts::{ByTier, Counts, add};
use crate::prediction::{PredictedColumn, Prediction};
use crate::type_map::CommonTypes;

/// Nothing sensitive is in the column.
const NONE: &str = "None";
/// It is not known what is in the column.
const REVIEW: &str = "REVIEW";

/// The columns of one corpus, or of all, as one program sees them.
#[derive(Debug, Clone, Default)]
pub struct ColumnScores {
    /// By type.
    pub types: BTreeMap<String, ByTier<Counts>>,
    /// All types that some class in force answers to.
    pub all: ByTier<Counts>,
    /// Columns that were scored.
    pub columns: u64,
}

/// A column that was taken for what it is not, or for nothing.
pub(crate) struct Confused<'r> {
    pub(crate) table: &'r TableRecord,
    pub(crate) index: usize,
    pub(crate) gold: String,
    /// The type that a wrong decision is charged to; empty where there is none.
    pub(crate) charged: String,
    pub(crate) predicted: Option<&'r PredictedColumn>,
}

impl ColumnScores {
    pub(crate) fn merge(&mut self, other: &Self) {
        other.types.iter().for_each(|(name, counts)| add(self.types.entry(name.clone()).or_default(), counts));
        add(&mut self.all, &other.all);
        self.columns += other.columns;
    }

    /// Scores the columns of a table.
    pub(crate) fn take<'r>(
        &mut self,
        types: &CommonTypes,
        table: &'r TableRecord,
        prediction: Option<&'r Prediction>,
        mut confused: impl FnMut(Confused<'r>),
    ) {
        for (index, column) in table.columns.iter().enumerate() {
            let gold = types.common(&column.common);
            if gold == REVIEW {
                continue;
            }
            self.columns += 1;
            let is_sensitive = gold != NONE;
            let predicted = prediction.and_then(|prediction| prediction.columns.iter().find(|column| column.index == index));
            let claimed: Vec<&str> =
                predicted.map(|predicted| predicted.common.iter().map(|name| types.common(name)).collect()).unwrap_or_default();
            let is_right = claimed.contains(&gold);
            for (at, least) in Tier::ALL.into_iter().enumerate() {
                let counts_here = predicted.is_some_and(|predicted| predicted.tier >= least);
                if is_sensitive {
                    let found = Counts { gold: 1, found: u64::from(counts_here && is_right), ..Counts::default() };
                    self.types.entry(gold.to_owned()).or_default()[at] += found;
                    if types.is_covered(gold) {
                        self.all[at] += found;
                    }
                }
                // A wrong decision is charged to one type, the first by name.
                if let Some(name) = claimed.first().filter(|_| counts_here) {
                    let said = Counts { predicted: 1, right: u64::from(is_right), ..Counts::default() };
                    self.types.entry(if is_right { gold } else { name }.to_owned()).or_default()[at] += said;
                    self.all[at] += said;
                }
            }
            if (is_sensitive || predicted.is_some()) && !is_right && (predicted.is_some() || types.is_covered(gold)) {
                let charged = claimed.first().copied().unwrap_or_default().to_owned();
                confused(Confused { table, index, gold: gold.to_owned(), charged, predicted });
            }
        }
    }

    /// Returns the labelled types that no class in force answers to and that nobody predicted.
    pub(crate) fn uncovered(&self, types: &CommonTypes) -> BTreeSet<&str> {
        let is_open = |(name, counts): (&'_ String, &ByTier<Counts>)| counts[2].predicted == 0 && !types.is_covered(name);
        self.types.iter().filter(|(name, counts)| is_open((name, counts))).map(|(name, _)| name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use terrier_rules::RulePack;

    use super::*;

    fn table() -> TableRecord {
        let column = |name: &str, common: &str| format!(r#"{{"name":"{name}","values":[],"type":"{common}"}}"#);
        let columns = [
            column("mail", "EMAIL_ADDRESS"),
            column("tel", "PHONE_NUMBER"),
            column("n", "GENERIC_ID"),
            column("x", "REVIEW"),
            column("job", "OCCUPATION"),
        ];
        serde_json::from_str(&format!(r#"{{"file":"t","columns":[{}]}}"#, columns.join(","))).unwrap()
    }

    #[test]
    fn columns_are_right_wrong_or_missed() {
        let types = CommonTypes::embedded(&RulePack::embedded()).unwrap();
        let said = r#"{"id":"t","columns":[{"index":0,"ctypes":["EMAIL"],"tier":"medium"},{"index":2,"ctypes":["TAX_ID","US_SSN"]},
            {"index":3,"ctypes":["EMAIL"]}]}"#;
        let prediction: Prediction = serde_json::from_str(said).unwrap();
        let (mut scores, mut confused) = (ColumnScores::default(), Vec::new());
        let table = table();
        scores.take(&types, &table, Some(&prediction), |wrong| confused.push((wrong.index, wrong.gold)));
        let counts = |gold, predicted, right, found| Counts { gold, predicted, right, found };
        // The unlabelled one is not scored, and what no class answers to does not count as missed.
        assert_eq!(scores.columns, 4);
        assert_eq!(scores.all, [counts(2, 1, 0, 0), counts(2, 2, 1, 1), counts(2, 2, 1, 1)]);
        assert_eq!(scores.types["EMAIL"], [counts(1, 0, 0, 0), counts(1, 1, 1, 1), counts(1, 1, 1, 1)]);
        assert_eq!(scores.types["TAX_ID"][0], counts(0, 1, 0, 0));
        assert_eq!(scores.types["PHONE"][2], counts(1, 0, 0, 0));
        assert_eq!(scores.uncovered(&types), BTreeSet::from(["OCCUPATION"]));
        assert_eq!(confused, [(1, "PHONE".to_owned()), (2, "None".to_owned())]);
    }
}
