//! Numbers that look random and follow from where they are asked for, so that any object can be drawn without the ones before it.

/// What a number is drawn for. Two purposes never share a number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Split = 1,
    Size,
    Sensitive,
    Start,
    Leak,
    Name,
    Format,
    Version,
    Subject,
    Prevalence,
    Calendar,
}

/// Draws 64 bits for a purpose at a place.
pub(super) fn bits(seed: u64, purpose: Purpose, place: u64) -> u64 {
    mix(mix(seed ^ (purpose as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(place))
}

/// Draws a number below `bound`; 0 when `bound` is 0.
pub(super) fn below(seed: u64, purpose: Purpose, place: u64, bound: u64) -> u64 {
    ((u128::from(bits(seed, purpose, place)) * u128::from(bound)) >> 64) as u64
}

/// Draws a number from 0 up to, not including, 1. It has 53 bits, and all arithmetic with it is IEEE's, the same on every machine.
pub(super) fn share(seed: u64, purpose: Purpose, place: u64) -> f64 {
    (bits(seed, purpose, place) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The finaliser of SplitMix64, after one step of its sequence.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_everywhere_and_even() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf, "the first number of SplitMix64 with seed 0");
        let shares: Vec<f64> = (0..10_000).map(|place| share(7, Purpose::Size, place)).collect();
        let mean = shares.iter().sum::<f64>() / 1e4;
        assert!((0.48..0.52).contains(&mean) && shares.iter().all(|share| (0.0..1.0).contains(share)), "{mean}");
        assert_ne!(bits(7, Purpose::Size, 1), bits(7, Purpose::Start, 1));
        assert_ne!(bits(7, Purpose::Size, 1), bits(8, Purpose::Size, 1));
    }
}
