//! The digits of a number that may be written in groups.

use super::Verdict;

/// The digits of a number, as values from 0 to 9, separators left out. No id that is checked here is longer.
pub(super) struct Digits {
    values: [u8; Self::MOST],
    len: usize,
}

impl Digits {
    const MOST: usize = 32;

    /// Reads digits and what separates groups of them; `None` where there is anything else or too many digits.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut digits = Self { values: [0; Self::MOST], len: 0 };
        for byte in Grouped(text) {
            if !byte.is_ascii_digit() || digits.len == Self::MOST {
                return None;
            }
            digits.values[digits.len] = byte - b'0';
            digits.len += 1;
        }
        Some(digits)
    }

    /// Reads exactly `N` digits that are not all the same.
    pub(super) fn exactly<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
        let digits = Self::read(text)?;
        let values: [u8; N] = digits.as_slice().try_into().ok()?;
        (!is_uniform(&values)).then_some(values)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.values[..self.len]
    }
}

/// The bytes of a value without what separates its groups: spaces, `-`, `.`, `,`, `/`, the dashes that word processors put for `-`
/// (U+2010 to U+2015), and the space that does not break (U+00A0).
struct Grouped<'v>(&'v [u8]);

impl Iterator for Grouped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let rest = match self.0 {
                [b' ' | b'-' | b'.' | b',' | b'/', rest @ ..] | [0xe2, 0x80, 0x90..=0x95, rest @ ..] | [0xc2, 0xa0, rest @ ..] => rest,
                [byte, rest @ ..] => {
                    self.0 = rest;
                    return Some(*byte);
                }
                [] => return None,
            };
            self.0 = rest;
        }
    }
}

/// Returns what stands behind the prefix, such as the code of a country before a tax number, or all where there is none.
pub(super) fn without_prefix<'v>(value: &'v [u8], prefix: &str) -> &'v [u8] {
    match value.split_at_checked(prefix.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(prefix.as_bytes()) => rest,
        _ => value,
    }
}

/// Reads exactly `N` digits that are not all the same, with or without the prefix.
pub(super) fn prefixed<const N: usize>(value: &[u8], prefix: &str) -> Option<[u8; N]> {
    Digits::exactly(without_prefix(value, prefix))
}

/// Tells whether one digit makes up the whole number.
pub(super) fn is_uniform(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// Reads digits as one number.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Returns exactly `N` letters and digits in upper case, separators left out.
pub(super) fn compact<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    let mut len = 0;
    for byte in Grouped(value) {
        if len == N || !byte.is_ascii_alphanumeric() {
            return None;
        }
        out[len] = byte.to_ascii_uppercase();
        len += 1;
    }
    (len == N).then_some(out)
}

/// Returns the digits among bytes as values; `None` where one of them is no digit.
pub(super) fn values<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let bytes: [u8; N] = bytes.try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|byte| byte - b'0'))
}

/// Judges numbers without a checksum: those that repeat one digit are no one's.
pub(super) fn not_uniform(value: &[u8]) -> Verdict {
    let mut digits = value.iter().filter(|byte| byte.is_ascii_digit());
    let Some(first) = digits.next() else { return Verdict::Plausible };
    let mut more = digits.peekable();
    if more.peek().is_some() && more.all(|digit| digit == first) { Verdict::Invalid } else { Verdict::Plausible }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::testing::check;

    #[test]
    fn uniform_numbers_are_no_ones() {
        check("not_uniform", Verdict::Invalid, &["0000000", "MRN 999999", "A-111-111"]);
        check("not_uniform", Verdict::Plausible, &["4820017", "X7", "A-111-112", "AB"]);
    }
}
