//! Numbers that European states give to persons.

use super::Verdict;
use super::checksum::mod11_10;
use super::digits::{Digits, compact, number, without_prefix};

/// Judges a British national insurance number by the prefixes that are never allocated.
pub(super) fn uk_nino(value: &[u8]) -> Verdict {
    let Some(compact) = compact::<9>(value) else { return Verdict::Invalid };
    let [first, second, ref digits @ .., suffix] = compact;
    let allowed = first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(&first)
        && !b"DFIOQUV".contains(&second)
        && !matches!(&[first, second], b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ");
    let numbered = digits.iter().all(u8::is_ascii_digit) && digits != b"000000";
    Verdict::valid_if(allowed && numbered && (b'A'..=b'D').contains(&suffix))
}

/// Judges a German tax identification number: one of its first ten digits occurs twice or thrice, never thrice in a row, and the
/// last is a check digit.
pub(super) fn de_tax_id(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let body = &digits[..10];
    let mut counts = [0_u8; 10];
    for digit in body {
        counts[usize::from(*digit)] += 1;
    }
    let mut repeated = counts.into_iter().filter(|count| *count > 1);
    let one_is_repeated = matches!((repeated.next(), repeated.next()), (Some(2 | 3), None));
    let thrice_in_a_row = body.windows(3).any(|run| run[0] == run[1] && run[1] == run[2]);
    Verdict::valid_if(digits[0] != 0 && one_is_repeated && !thrice_in_a_row && mod11_10(&digits))
}

/// Judges a French NIR: sex, month and department in range, and the key modulo 97. `2A` and `2B` are the Corsican departments.
pub(super) fn fr_nir(value: &[u8]) -> Verdict {
    let Some(compact) = compact::<15>(value) else { return Verdict::Invalid };
    let mut digits = compact;
    let corsica = match &compact[5..7] {
        b"2A" => 1_000_000,
        b"2B" => 2_000_000,
        _ => 0,
    };
    if corsica > 0 {
        digits[6] = b'0';
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return Verdict::Invalid;
    }
    let values = digits.map(|digit| digit - b'0');
    let (sex, month, department) = (values[0], number(&values[3..5]), number(&values[5..7]));
    let (commune, order) = (number(&values[7..10]), number(&values[10..13]));
    let placed = matches!(sex, 1..=4 | 7 | 8) && matches!(month, 1..=12 | 20 | 30..=42 | 50..=99) && department != 0;
    let body = number(&values[..13]) - corsica;
    let key = number(&values[13..]);
    Verdict::valid_if(placed && commune != 0 && order != 0 && key == 97 - body % 97)
}

/// Judges a Spanish DNI or NIE by its letter, which is the number modulo 23.
pub(super) fn es_dni_nie(value: &[u8]) -> Verdict {
    let Some(compact) = compact::<9>(without_prefix(value, "ES")) else { return Verdict::Invalid };
    let mut digits: [u8; 8] = compact[..8].try_into().expect("eight of nine bytes");
    match digits[0] {
        b'X' => digits[0] = b'0',
        b'Y' => digits[0] = b'1',
        b'Z' => digits[0] = b'2',
        _ => {}
    }
    if !digits.iter().all(u8::is_ascii_digit) || digits == *b"00000000" {
        return Verdict::Invalid;
    }
    let rest = number(&digits.map(|digit| digit - b'0')) % 23;
    Verdict::valid_if(compact[8] == b"TRWAGMYFPDXBNJZSQVHLCKE"[rest as usize])
}

/// Judges an Italian codice fiscale: its layout, with letters in place of digits where two persons would share one, and its
/// check letter.
pub(super) fn it_codice_fiscale(value: &[u8]) -> Verdict {
    let Some(code) = compact::<16>(value) else { return Verdict::Invalid };
    let digit = |place: usize| match code[place] {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte => b"LMNPQRSTUV".iter().position(|letter| *letter == byte).map(|rank| rank as u8),
    };
    let letters = [0, 1, 2, 3, 4, 5, 8, 11, 15].iter().all(|place| code[*place].is_ascii_uppercase());
    let numbered = [6, 7, 9, 10, 12, 13, 14].iter().all(|place| digit(*place).is_some());
    let month = b"ABCDEHLMPRST".contains(&code[8]);
    let day = digit(9).zip(digit(10)).is_some_and(|(tens, ones)| matches!(tens * 10 + ones, 1..=31 | 41..=71));
    Verdict::valid_if(letters && numbered && month && day && code[15] == codice_check(&code[..15]))
}

fn codice_check(body: &[u8]) -> u8 {
    /// What a digit or letter of that rank counts at odd places, from 1.
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let rank = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
            if place % 2 == 0 { ODD[usize::from(rank)] } else { u32::from(rank) }
        })
        .sum();
    b'A' + (sum % 26) as u8
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides};
    use super::*;

    #[test]
    fn british_national_insurance_numbers() {
        check("uk_nino", Verdict::Valid, &["CE 48 20 19 B", "ce482019b", "JK-48-20-19-D"]);
        check("uk_nino", Verdict::Invalid, &["QQ123456C", "GB482019A", "DA482019A", "CO482019A", "CE482019E", "CE000000A", "CE48201B"]);
    }

    #[test]
    fn german_tax_ids() {
        check("de_tax_id", Verdict::Valid, &["36574261809", "36 574 261 809", "86095742719"]);
        check("de_tax_id", Verdict::Invalid, &["36574261808", "06574261809", "12345678901", "11111111111", "3657426180"]);
        check_digit_decides("de_tax_id", "86095742719", 10, 1);
    }

    #[test]
    fn french_nir() {
        check("fr_nir", Verdict::Valid, &["2 85 05 78 006 084 41", "285057800608441", "185052A00608435"]);
        check("fr_nir", Verdict::Invalid, &["285057800608442", "585057800608441", "285137800608441", "285050000608441", "2850578006084"]);
    }

    #[test]
    fn spanish_dni_and_nie() {
        check("es_dni_nie", Verdict::Valid, &["54362315K", "54.362.315-K", "X2482300W", "y1234567x"]);
        check("es_dni_nie", Verdict::Invalid, &["54362315Z", "X2482300A", "00000000T", "5436231K", "W2482300X"]);
    }

    #[test]
    fn italian_codici_fiscali() {
        check("it_codice_fiscale", Verdict::Valid, &["RCCMNL83S18D969H", "rccmnl83s18d969h"]);
        check("it_codice_fiscale", Verdict::Invalid, &["RCCMNL83S18D969A", "RCCMNL83F18D969H", "RCCMNL83S38D969H", "RCCMNL83S18D969"]);
    }
}
