use std::str::FromStr;

use thiserror::Error;

/// Names an estate: `SEED/SCALE`, or `SEED/SCALE/PROFILE`, which stands behind `sim://` in a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Seed of everything.
    pub seed: u64,
    /// How many objects there are.
    pub objects: u64,
    /// Name of a built-in profile; none for the usual one.
    pub profile: Option<String>,
}

/// Says why an address or a profile cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EstateError {
    /// Not `SEED/SCALE`.
    #[error("a virtual estate is named by a seed and a number of objects, such as sim://1/10k or sim://7/1e9")]
    Address,
    /// More objects than can be numbered safely.
    #[error("a virtual estate has from 0 to 10^15 objects")]
    Scale,
    /// No such profile.
    #[error("there is no such profile of a virtual estate; there are: {0}")]
    NoProfile(String),
    /// A profile that makes no sense.
    #[error("the profile of a virtual estate is wrong: {0}")]
    Profile(String),
}

const MOST: u64 = 1_000_000_000_000_000;

impl FromStr for Address {
    type Err = EstateError;

    fn from_str(text: &str) -> Result<Self, EstateError> {
        let mut parts = text.trim_end_matches('/').split('/');
        let (seed, scale, profile) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(EstateError::Address);
        }
        let seed = seed.and_then(|seed| seed.parse().ok()).ok_or(EstateError::Address)?;
        let objects = scale.and_then(count).ok_or(EstateError::Address)?;
        if objects > MOST {
            return Err(EstateError::Scale);
        }
        Ok(Self { seed, objects, profile: profile.map(str::to_owned) })
    }
}

/// Reads a number of objects: `250`, `10k`, `1M`, `1e9`.
fn count(text: &str) -> Option<u64> {
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
        return mantissa.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(exponent.parse().ok()?)?);
    }
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1_000),
        b'm' | b'M' => (&text[..text.len() - 1], 1_000_000),
        b'g' | b'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<(u64, u64, Option<&str>), EstateError>) {
        let read = text.parse::<Address>().map(|address| (address.seed, address.objects, address.profile));
        assert_eq!(read, expect.map(|(seed, objects, profile)| (seed, objects, profile.map(str::to_owned))), "{text}");
    }

    #[test]
    fn addresses_read_as_typed() {
        check("1/10k", Ok((1, 10_000, None)));
        check("7/1e9/lake", Ok((7, 1_000_000_000, Some("lake"))));
        check("7/250/", Ok((7, 250, None)));
        check("0/10M", Ok((0, 10_000_000, None)));
        for wrong in ["", "1", "x/1k", "1/k", "1/1.5k", "1/1e99", "1/1k/a/b", "1/-1"] {
            check(wrong, Err(EstateError::Address));
        }
        check("1/1e18", Err(EstateError::Scale));
    }
}
