//! Phone numbers, judged by the numbering plans of all regions.

use std::sync::LazyLock;

use super::Verdict;
use super::digits::is_uniform;
use super::numbering_plan::{self, Home, MOST_DIGITS};

/// Lengths of numbers that are judged, with a `+` counted.
const LENGTHS: std::ops::RangeInclusive<usize> = 7..=18;

/// Judges a number that begins with `+` or `00` and a country code.
pub(super) fn international(value: &[u8]) -> Verdict {
    let Some(digits) = Dialled::read(value) else { return Verdict::Invalid };
    let digits = match value.first() {
        Some(b'+' | b'(') => digits.as_slice(),
        _ => digits.as_slice().strip_prefix(&[0, 0]).unwrap_or(digits.as_slice()),
    };
    let is_judged = LENGTHS.contains(&(digits.len() + 1)) && !is_monotonous(digits);
    Verdict::valid_if(is_judged && numbering_plan::is_valid_international(digits))
}

/// Judges a number of an unknown region by its length alone; one that names its country by the plan of that country.
pub(super) fn of_any_region(value: &[u8]) -> Verdict {
    if matches!(value, [b'+', ..] | [b'(', b'+', ..]) {
        return match without_trunk_prefix(value).map_or_else(|| international(value), |value| international(&value)) {
            Verdict::Valid => Verdict::Plausible,
            verdict => verdict,
        };
    }
    let Some(digits) = Dialled::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if (7..=15).contains(&digits.len()) && !is_uniform(digits) { Verdict::Plausible } else { Verdict::Invalid }
}

/// Leaves out the `(0)` that is dialled at home only: `+46 (0)8 928 571 38`.
fn without_trunk_prefix(value: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(value, b"(0)")?;
    Some([&value[..at], &value[at + 3..]].concat())
}

/// Judges what stands where a phone number is expected, by its length and by what else it may be: a date, an address of four numbers.
pub(super) fn in_its_field(value: &[u8]) -> Verdict {
    // A table that was read as numbers writes them as fractions.
    let value = value.strip_suffix(b".0").unwrap_or(value);
    // An extension is dialled behind the number.
    let value = value.split(u8::is_ascii_alphabetic).next().unwrap_or(value);
    let groups: Vec<usize> = value.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).filter(|length| *length > 0).collect();
    let is_date = matches!(groups.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4]) && !value.contains(&b'+');
    let is_dotted_quad =
        groups.len() == 4 && groups.iter().all(|length| *length <= 3) && value.iter().filter(|byte| **byte == b'.').count() == 3;
    let is_fraction = groups.len() == 2 && value.contains(&b'.');
    if is_date || is_dotted_quad || is_fraction { Verdict::Invalid } else { of_any_region(value) }
}

macro_rules! national {
    ($($(#[$doc:meta])* $name:ident: $region:literal;)*) => {
        $($(#[$doc])* pub(super) fn $name(value: &[u8]) -> Verdict {
            static HOME: LazyLock<Option<Home>> = LazyLock::new(|| Home::new($region));
            judge_national(*HOME, value)
        })*
    };
}

national! {
    /// Judges a number as it is dialled in Brazil.
    br: "BR";
    /// Judges a number as it is dialled in Germany.
    de: "DE";
    /// Judges a number as it is dialled in Spain.
    es: "ES";
    /// Judges a number as it is dialled in France.
    fr: "FR";
    /// Judges a number as it is dialled in the United Kingdom.
    gb: "GB";
    /// Judges a number as it is dialled in India.
    india: "IN";
    /// Judges a number as it is dialled in Italy.
    it: "IT";
    /// Judges a number as it is dialled in Poland.
    pl: "PL";
}

/// Judges a number as it is dialled in the United States, Canada and their neighbours in the plan.
pub(super) fn us(value: &[u8]) -> Verdict {
    static HOME: LazyLock<Option<Home>> = LazyLock::new(|| Home::new("US"));
    judge(*HOME, value)
}

/// Judges a national number. Where it has neither separators nor a leading zero, any number of that length fits most plans, so
/// fitting one says little.
fn judge_national(home: Option<Home>, value: &[u8]) -> Verdict {
    let bare = value.first() != Some(&b'0') && value.iter().all(u8::is_ascii_digit);
    match judge(home, value) {
        Verdict::Valid if bare => Verdict::Plausible,
        verdict => verdict,
    }
}

fn judge(home: Option<Home>, value: &[u8]) -> Verdict {
    let (Some(home), Some(digits)) = (home, Dialled::read(value)) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    Verdict::valid_if(LENGTHS.contains(&digits.len()) && !is_monotonous(digits) && home.is_valid(digits))
}

/// Tells whether one digit makes up the end of the number.
fn is_monotonous(digits: &[u8]) -> bool {
    digits.last_chunk::<7>().is_some_and(|end| is_uniform(end))
}

/// The digits of a number as values from 0 to 9, whatever stands between them left out.
struct Dialled {
    values: [u8; MOST_DIGITS],
    len: usize,
}

impl Dialled {
    /// Reads the digits, unless there are more than any number has.
    fn read(value: &[u8]) -> Option<Self> {
        let mut digits = Self { values: [0; MOST_DIGITS], len: 0 };
        for byte in value.iter().filter(|byte| byte.is_ascii_digit()) {
            *digits.values.get_mut(digits.len)? = byte - b'0';
            digits.len += 1;
        }
        Some(digits)
    }

    fn as_slice(&self) -> &[u8] {
        &self.values[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn international_numbers() {
        check(
            "phone_international",
            Verdict::Valid,
            &["+14155550132", "+44 20 7183 8750", "+49 30 23125042", "0033 6 12 34 56 78", "+91 98765 43210"],
        );
        check("phone_international", Verdict::Invalid, &["+1415555013", "+999 123 456 789", "+44 20 718", "+10000000000", "+"]);
    }

    #[test]
    fn numbers_of_any_region() {
        check("phone_any", Verdict::Plausible, &["78 651 450", "(72) 754-186", "079 2718 1155"]);
        check("phone_any", Verdict::Plausible, &["+46 (0)8 928 571 38", "+49 30 23125042"]);
        check("phone_any", Verdict::Invalid, &["555 555 5555", "12 345", "1234567890123456", "+247 6288", "+1 054 353 1726"]);
    }

    #[test]
    fn numbers_in_a_field_for_phones() {
        check(
            "phone_field",
            Verdict::Plausible,
            &["8801819404601.0", "515.123.4567", "06-12345678", "84 23 30 11", "001-846-853-9089x92556"],
        );
        check(
            "phone_field",
            Verdict::Invalid,
            &["2024-03-01", "01/03/2024", "10.12.0.44", "100.120.100.200", "0.439269256", "5555555.0", "123456"],
        );
    }

    #[test]
    fn national_numbers() {
        check("phone_us", Verdict::Valid, &["(415) 555-0132", "212-736-5000", "1-800-275-2273"]);
        check("phone_us", Verdict::Invalid, &["115-736-5000", "212-036-5000", "212-736-500"]);
        check("phone_gb", Verdict::Valid, &["020 7183 8750", "07911 123456"]);
        check("phone_de", Verdict::Valid, &["030 23125042", "0171 2345678"]);
        check("phone_fr", Verdict::Valid, &["01 42 68 53 00", "06.12.34.56.78"]);
        check("phone_es", Verdict::Valid, &["912 345 678", "612 34 56 78"]);
        check("phone_it", Verdict::Valid, &["06 6982 1234", "347 123 4567"]);
        check("phone_pl", Verdict::Valid, &["510-070-889", "22 621 41 07"]);
        check("phone_pl", Verdict::Plausible, &["510070889"]);
        check("phone_es", Verdict::Plausible, &["699182044"]);
        check("phone_in", Verdict::Valid, &["098765 43210"]);
        check("phone_br", Verdict::Valid, &["(11) 91234-5678"]);
        check("phone_gb", Verdict::Invalid, &["0000 183 8750", "00000 000000", "020 7183"]);
        check("phone_fr", Verdict::Invalid, &["00 42 68 53 00"]);
    }
}
