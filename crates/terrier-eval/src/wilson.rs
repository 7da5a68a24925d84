//! How sure a share is that was counted in a sample.

/// The quantile of the normal distribution that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// A share of `n`, with the bounds between which the true one lies in 95 of 100 samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Share {
    /// Computes it with the score interval of E. B. Wilson (Journal of the American Statistical Association 22, 1927), which also holds
    /// for small samples and for shares near 0 and 1. `None` of nothing.
    pub fn of(part: u64, n: u64) -> Option<Self> {
        if n == 0 {
            return None;
        }
        let (n, value) = (n as f64, part as f64 / n as f64);
        let shrink = 1.0 + Z * Z / n;
        let centre = (value + Z * Z / (2.0 * n)) / shrink;
        let half = Z / shrink * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
        // At the ends the interval ends there too; the sum would miss it by a rounding.
        let low = if part == 0 { 0.0 } else { centre - half };
        let high = if value >= 1.0 { 1.0 } else { centre + half };
        Some(Self { value, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_wilson() {
        // 81 of 263: the example of Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        for (part, n, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
            let share = Share::of(part, n).unwrap();
            assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{part} of {n}: {share:?}");
        }
        let all = Share::of(20, 20).unwrap();
        assert_eq!((all.value, all.high), (1.0, 1.0));
        assert!((all.low - 0.8389).abs() < 5e-5, "{all:?}");
        assert_eq!(Share::of(0, 0), None);
    }
}
