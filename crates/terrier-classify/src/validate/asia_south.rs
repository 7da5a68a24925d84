//! Numbers that the states of South Asia, and India to taxpayers and drivers, give to persons and companies.

use super::Verdict;
use super::calendar::is_birth_year;
use super::checksum::rank_of;
use super::digits::{Digits, compact, number, values};

/// Judges an Indian number of a taxable business (GSTIN): a state, a permanent account number, a digit or letter, `Z`, and a check
/// character modulo 36.
pub(super) fn in_gstin(value: &[u8]) -> Verdict {
    let Some(code) = compact::<15>(value) else { return Verdict::Invalid };
    let Some(state) = values::<2>(&code[..2]) else { return Verdict::Invalid };
    let placed = matches!(number(&state), 1..=38 | 97 | 99) && super::asia::in_pan(&code[2..12]) == Verdict::Valid && code[13] == b'Z';
    let counts = code[..14].iter().zip([1, 2].into_iter().cycle()).map(|(byte, weight)| {
        let product = rank_of(*byte).unwrap_or(0) * weight;
        product / 36 + product % 36
    });
    let check = (36 - counts.sum::<u32>() % 36) % 36;
    Verdict::valid_if(placed && rank_of(code[14]) == Some(check))
}

/// Judges an Indian driving licence number by its layout: a state, an office, a year of issue, and a serial.
pub(super) fn in_driving_licence(value: &[u8]) -> Verdict {
    let Some(code) = compact::<15>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<13>(&code[2..]) else { return Verdict::Invalid };
    let states = b"ANAPARASBRCHCGDDDLDNGAGJHRHPJKJHKAKLLALDMPMHMNMLMZNLODORPYPBRJSKTNTSTGTRUPUKUAWB";
    let placed = states.chunks(2).any(|state| state == &code[..2]) && number(&digits[..2]) != 0;
    Verdict::valid_if(placed && is_birth_year(number(&digits[2..6])) && number(&digits[6..]) != 0)
}

/// Judges a Sri Lankan identity card number by its layout: a year, the day of that year (500 more for women), a serial, and a digit; old
/// numbers have a year of two digits and a letter at the end.
pub(super) fn lk_nic(value: &[u8]) -> Verdict {
    let digits = value.strip_suffix(b"V").or_else(|| value.strip_suffix(b"v"));
    let digits = digits.or_else(|| value.strip_suffix(b"X")).or_else(|| value.strip_suffix(b"x"));
    let (year, day) = match digits {
        Some(old) => {
            let Some(digits) = Digits::exactly::<9>(old) else { return Verdict::Invalid };
            (1900 + number(&digits[..2]), number(&digits[2..5]))
        }
        None => {
            let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
            (number(&digits[..4]), number(&digits[4..7]))
        }
    };
    Verdict::valid_if(is_birth_year(year) && matches!(day, 1..=366 | 501..=866))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("in_gstin", Verdict::Valid, &["27AAPFU0939F1ZV", "27WVECH6649A1ZV", "24KAUCJ1627U1ZD"]);
        check("in_driving_licence", Verdict::Valid, &["KA0520073775210", "TN0920016908541"]);
        check("lk_nic", Verdict::Valid, &["693608704V", "951078145V", "196824684503", "196810637647"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("in_gstin", Verdict::Invalid, &["27WVECH6649A1ZW", "27WVECH6649A1ZV7", "27WVECH6649A1Z", "27?VECH6649A1ZV"]);
        check("in_driving_licence", Verdict::Invalid, &["KA05200737752107", "KA052007377521"]);
        check(
            "lk_nic",
            Verdict::Invalid,
            &["693608704W", "693608704V7", "693608704", "69?608704V", "1968246845037", "19682468450", "19?824684503"],
        );
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("in_gstin", "29RJTFH5939R1Z1");
    }
}
