use std::ops::AddAssign;

use crate::Share;

/// What was there, what was found, and how far the two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// What is labelled.
    pub gold: u64,
    /// What was predicted.
    pub predicted: u64,
    /// Predictions that are right.
    pub right: u64,
    /// Labelled ones that were found. Not the same: one prediction may cover two labels, and two may share one.
    pub found: u64,
}

impl Counts {
    /// Which share of what was predicted is right; `None` where nothing was predicted.
    pub fn precision(&self) -> Option<Share> {
        Share::of(self.right, self.predicted)
    }

    /// Which share of what is labelled was found; `None` where nothing is labelled.
    pub fn recall(&self) -> Option<Share> {
        Share::of(self.found, self.gold)
    }

    /// The harmonic mean of precision and recall; 0 where both are, `None` where nothing is labelled and nothing predicted.
    pub fn f1(&self) -> Option<f64> {
        let value = |share: Option<Share>| share.map_or(0.0, |share| share.value);
        let (precision, recall) = (value(self.precision()), value(self.recall()));
        match precision + recall {
            _ if self.gold == 0 && self.predicted == 0 => None,
            0.0 => Some(0.0),
            sum => Some(2.0 * precision * recall / sum),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.right += other.right;
        self.found += other.found;
    }
}

/// Both ways to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matches {
    /// Prediction and label share a code point.
    pub overlap: Counts,
    /// Prediction and label have the same start and end.
    pub exact: Counts,
}

/// What holds from a tier on, in the order of [`Tier::ALL`](terrier_model::Tier::ALL): high alone, high and medium, all.
pub type ByTier<T> = [T; 3];

impl AddAssign for Matches {
    fn add_assign(&mut self, other: Self) {
        self.overlap += other.overlap;
        self.exact += other.exact;
    }
}

/// Adds tier by tier.
pub(crate) fn add<T: AddAssign + Copy>(sum: &mut ByTier<T>, other: &ByTier<T>) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += *other);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_from_counts() {
        let counts = Counts { gold: 10, predicted: 8, right: 6, found: 5 };
        assert_eq!(counts.precision().unwrap().value, 0.75);
        assert_eq!(counts.recall().unwrap().value, 0.5);
        assert_eq!(counts.f1(), Some(0.6));
        let nothing_right = Counts { gold: 3, predicted: 2, right: 0, found: 0 };
        assert_eq!(nothing_right.f1(), Some(0.0));
        let nothing = Counts::default();
        assert_eq!((nothing.precision(), nothing.recall(), nothing.f1()), (None, None, None));
    }
}
