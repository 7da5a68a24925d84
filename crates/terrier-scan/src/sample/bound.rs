//! How many members of a dataset may hold something, given how many of those that were read do.
//!
//! The bounds are an *anytime-valid confidence sequence* for a finite population sampled without replacement: with the stated
//! confidence, the truth lies inside them after the first member read, after the second, and after every further one at once. So it does
//! not matter when reading stopped, or that somebody looked in between: a budget that ran out, an interrupted run, and next night's
//! further members are all covered by one statement.
//!
//! For each number `K` of members that might hold it, the likelihood of what was seen is compared with that of a mixture over all `K`
//! which was fixed beforehand. `K` is excluded once the mixture explains what was seen `1/α` times as well. That ratio is a
//! non-negative martingale under the true `K`, so by Ville's inequality it ever exceeds `1/α` with probability `α` at most (the
//! prior-posterior ratio of Waudby-Smith and Ramdas, "Confidence sequences for sampling without replacement", 2020).
//!
//! The mixture is four parts `K = 0` and one part spread out. While nothing is found the bound is therefore the exact hypergeometric
//! one at `α · 0.8`, which costs four further members where 59 would do for a single look.

use std::ops::RangeInclusive;

/// The weight of "nobody holds it" in the mixture; the rest is spread over all other numbers.
const NOBODY: f64 = 0.8;

/// Both parameters of the beta distribution that the rest is spread by: Jeffreys' prior for a share.
const JEFFREYS: f64 = 0.5;

/// What was seen of a dataset: so many of its members were read, and something was found in so many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) members: u64,
    pub(crate) read: u64,
    pub(crate) hits: u64,
}

impl Seen {
    /// Returns how many members may hold what was looked for, at the given confidence (0 to 1).
    ///
    /// # Panics
    /// Where more were read than there are, or more hit than read: the caller counts the same members.
    pub(crate) fn bounds(self, confidence: f64) -> RangeInclusive<u64> {
        let Self { members, read, hits } = self;
        assert!(hits <= read && read <= members, "{hits} hits in {read} read of {members} members");
        let possible = hits..=members - (read - hits);
        if read == 0 {
            return possible;
        }
        let least = (1.0 - confidence).ln() + self.ln_mixture();
        let plausible = |holders: u64| self.ln_likelihood(holders) > least;
        // The likelihood rises up to its peak and falls after it, so what is plausible is one range around the peak.
        let peak = self.peak();
        let lower = partition(*possible.start(), peak, |holders| !plausible(holders));
        let upper = partition(peak, *possible.end() + 1, |holders| holders <= peak || plausible(holders)) - 1;
        lower..=upper
    }

    /// The number of holders under which what was seen is likeliest.
    fn peak(self) -> u64 {
        let Self { members, read, hits } = self;
        let peak = u128::from(hits) * (u128::from(members) + 1) / u128::from(read);
        u64::try_from(peak).unwrap_or(u64::MAX).clamp(hits, members - (read - hits))
    }

    /// The chance of these hits and misses, in the order they came, if so many members hold it.
    fn ln_likelihood(self, holders: u64) -> f64 {
        let Self { members, read, hits } = self;
        ln_falling(holders, hits) + ln_falling(members - holders, read - hits) - ln_falling(members, read)
    }

    fn ln_mixture(self) -> f64 {
        let (hits, misses) = (self.hits as f64, (self.read - self.hits) as f64);
        let spread = ln_beta(JEFFREYS + hits, JEFFREYS + misses) - ln_beta(JEFFREYS, JEFFREYS);
        let nobody = if self.hits == 0 { NOBODY } else { 0.0 };
        (nobody + (1.0 - NOBODY) * spread.exp()).ln().max((1.0 - NOBODY).ln() + spread)
    }
}

/// Returns how many of a dataset's members must be read so that, if nothing is found, at most `share` of them hold it.
pub(crate) fn enough(members: u64, share: f64, confidence: f64) -> u64 {
    let allowed = (share * members as f64) as u64;
    let decided = |read| *Seen { members, read, hits: 0 }.bounds(confidence).end() <= allowed;
    partition(0, members, |read| !decided(read))
}

/// Returns the first number of `from..to` that does not satisfy `before`, or `to`. What satisfies it comes before what does not.
fn partition(from: u64, to: u64, before: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Factors up to this many are multiplied out: exact where the logarithm of large factorials is not.
const FEW: u64 = 512;

/// The logarithm of `n · (n-1) · … · (n-k+1)`.
fn ln_falling(n: u64, k: u64) -> f64 {
    if k <= FEW {
        return (0..k).map(|factor| ((n - factor) as f64).ln()).sum();
    }
    libm::lgamma(n as f64 + 1.0) - libm::lgamma((n - k) as f64 + 1.0)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(members: u64, read: u64, hits: u64, expect: RangeInclusive<u64>) {
        assert_eq!(Seen { members, read, hits }.bounds(0.95), expect, "{hits} of {read} of {members}");
    }

    #[test]
    fn what_is_read_to_its_end_is_known() {
        check(100, 100, 0, 0..=0);
        check(100, 100, 7, 7..=7);
        check(1, 1, 1, 1..=1);
    }

    #[test]
    fn what_is_not_read_is_unknown() {
        check(100, 0, 0, 0..=100);
        check(0, 0, 0, 0..=0);
    }

    #[test]
    fn bounds_narrow_as_more_is_read() {
        check(1_000_000, 10, 0, 0..=272_088);
        check(1_000_000, 1_000, 0, 0..=3_207);
        check(1_000_000, 1_000, 100, 65_822..=142_955);
    }

    /// The textbook says 59 and 299 for a single look at one in twenty and one in a hundred.
    #[test]
    fn looking_all_the_time_costs_little_while_nothing_is_found() {
        assert_eq!(enough(u64::from(u32::MAX), 0.05, 0.95), 63);
        assert_eq!(enough(u64::from(u32::MAX), 0.01, 0.95), 320);
        assert_eq!(enough(50, 0.01, 0.95), 48, "one holder among two that were not read is less likely than one in 25");
        assert_eq!(enough(0, 0.01, 0.95), 0);
    }

    /// Numbers without pattern, from a seed.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) % limit
        }
    }

    /// Reads a dataset in random order, and tells whether the truth was ever outside the bounds.
    fn ever_outside(dice: &mut Dice, members: u64, holders: u64) -> bool {
        let (mut read, mut hits) = (0, 0);
        while read < members {
            hits += u64::from(dice.below(members - read) < holders - hits);
            read += 1;
            if !(Seen { members, read, hits }).bounds(0.95).contains(&holders) {
                return true;
            }
        }
        false
    }

    /// The promise: whoever stops whenever he likes, even at the worst moment, is wrong in one of twenty estates at most.
    #[test]
    fn the_truth_is_ever_outside_in_one_of_twenty_estates_at_most() {
        const ESTATES: u32 = 1_000;
        for (members, holders) in [(40, 1), (40, 20), (120, 0), (120, 2), (120, 6), (120, 60), (120, 119)] {
            let mut dice = Dice(members * 1_000 + holders);
            let wrong = (0..ESTATES).filter(|_| ever_outside(&mut dice, members, holders)).count();
            // One in twenty, and three standard deviations of a binomial count.
            let expected = f64::from(ESTATES) * 0.05;
            let most = expected + 3.0 * (expected * 0.95).sqrt();
            assert!(wrong as f64 <= most, "{holders} of {members}: outside in {wrong} of {ESTATES} estates");
        }
    }

    proptest! {
        #[test]
        fn bounds_hold_what_was_seen(members in 0..2_000_000_u64, read in 0..2_000_000_u64, hits in 0..2_000_000_u64) {
            let read = read.min(members);
            let seen = Seen { members, read, hits: hits.min(read) };
            let bounds = seen.bounds(0.95);
            prop_assert!(bounds.start() >= &seen.hits);
            prop_assert!(*bounds.end() <= members - (read - seen.hits));
            prop_assert!(bounds.start() <= bounds.end());
            prop_assert!(read == 0 || bounds.contains(&seen.peak()));
        }
    }
}
