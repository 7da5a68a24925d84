use serde::Deserialize;

use super::EstateError;

/// A distribution of sizes: pairs of a share of the objects, and the size in bytes that this share does not exceed. Between two pairs sizes are
/// spread evenly. (Not exponentially, which would look nicer: the functions for it differ between machines in their last bits.)
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Sizes(Vec<(f64, u64)>);

impl Sizes {
    pub(super) fn check(&self) -> Result<(), EstateError> {
        let ascend = self.0.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let spans = self.0.first().is_some_and(|knot| knot.0 == 0.0) && self.0.last().is_some_and(|knot| knot.0 == 1.0);
        if ascend && spans { Ok(()) } else { Err(EstateError::Profile("sizes must ascend from a share of 0 to a share of 1".into())) }
    }

    /// Returns the size that a share of the objects does not exceed.
    pub fn at(&self, share: f64) -> u64 {
        let above = self.0.iter().position(|knot| knot.0 > share).unwrap_or(self.0.len() - 1).max(1);
        let ((low_share, low), (high_share, high)) = (self.0[above - 1], self.0[above]);
        low + ((high - low) as f64 * ((share - low_share) / (high_share - low_share))) as u64
    }

    /// Returns the mean size.
    pub fn mean(&self) -> f64 {
        self.0.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1 as f64 + pair[1].1 as f64) / 2.0).sum()
    }

    /// Returns the largest size.
    pub fn largest(&self) -> u64 {
        self.0.last().map_or(0, |knot| knot.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_their_knots() {
        let sizes = Sizes(vec![(0.0, 100), (0.5, 200), (1.0, 1000)]);
        assert_eq!(sizes.check(), Ok(()));
        assert_eq!([0.0, 0.25, 0.5, 0.75, 0.999_999].map(|share| sizes.at(share)), [100, 150, 200, 600, 999]);
        assert_eq!(sizes.mean(), 375.0);
        assert!(Sizes(vec![(0.0, 100), (0.5, 90), (1.0, 1000)]).check().is_err());
        assert!(Sizes(vec![(0.1, 100), (1.0, 1000)]).check().is_err());
    }
}
