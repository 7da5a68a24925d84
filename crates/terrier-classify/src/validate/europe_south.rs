//! More numbers that the states of Southern Europe give to persons and companies.

use super::Verdict;
use super::calendar::is_ddmmyy;
use super::checksum::{lack_of_11, luhn, rank_of, weighted, weighted_by_digit};
use super::digits::{Digits, compact, number, prefixed, values, without_prefix};

/// Judges a Cypriot tax identification code: digits at odd places count by a table, the letter is their sum modulo 26.
pub(super) fn cy_tic(value: &[u8]) -> Verdict {
    /// What a digit counts at odd places, from 1.
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some(code) = compact::<9>(without_prefix(value, "CY")) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<8>(&code[..8]) else { return Verdict::Invalid };
    let counts = digits.iter().enumerate().map(|(place, digit)| if place % 2 == 0 { ODD[usize::from(*digit)] } else { u32::from(*digit) });
    let letter = b'A' + (counts.sum::<u32>() % 26) as u8;
    Verdict::valid_if(digits[..2] != [1, 2] && code[8] == letter)
}

/// Judges a Spanish social security number: a province, a serial, and the remainder of both modulo 97.
pub(super) fn es_nss(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let (province, serial) = (number(&digits[..2]), number(&digits[2..10]));
    let body = if serial < 10_000_000 { province * 10_000_000 + serial } else { number(&digits[..10]) };
    Verdict::valid_if(matches!(province, 1..=53 | 66) && serial != 0 && body % 97 == number(&digits[10..]))
}

/// Judges a Spanish tax number of a company: a letter for its kind, seven digits, and a check that is a digit or a letter by the kind.
pub(super) fn es_cif(value: &[u8]) -> Verdict {
    let Some([kind, digits @ .., check]) = compact::<9>(without_prefix(value, "ES")) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<7>(&digits) else { return Verdict::Invalid };
    let sum = (10 - weighted_by_digit(&digits, &[2, 1, 2, 1, 2, 1, 2]) % 10) % 10;
    let (digit, letter) = (b'0' + sum as u8, b"JABCDEFGHI"[sum as usize]);
    Verdict::valid_if(match kind {
        b'A' | b'B' | b'E' | b'H' => check == digit,
        b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => check == letter,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => check == digit || check == letter,
        _ => false,
    })
}

/// Judges a Greek tax number (AFM): the digits count powers of two, and their sum modulo 11 is the last.
pub(super) fn gr_afm(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<9>(without_prefix(value, "EL"), "GR") else { return Verdict::Invalid };
    let sum = weighted(&digits[..8], &[256, 128, 64, 32, 16, 8, 4, 2]);
    Verdict::valid_if(sum % 11 % 10 == u32::from(digits[8]))
}

/// Judges a Greek social security number (AMKA): a date, a serial, and a Luhn digit.
pub(super) fn gr_amka(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    Verdict::valid_if(is_ddmmyy(&digits[..6]) && luhn(&digits))
}

/// Judges an Italian VAT number: a serial, the office that gave it, and a Luhn digit.
pub(super) fn it_partita_iva(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<11>(value, "IT") else { return Verdict::Invalid };
    let office = number(&digits[7..10]);
    Verdict::valid_if(number(&digits[..7]) != 0 && matches!(office, 1..=100 | 120 | 121 | 888 | 999) && luhn(&digits))
}

/// Judges a Portuguese tax number by its first digit and its check digit modulo 11.
pub(super) fn pt_nif(value: &[u8]) -> Verdict {
    let Some(digits) = prefixed::<9>(value, "PT") else { return Verdict::Invalid };
    let assigned = matches!(digits[0], 1..=3 | 5 | 6 | 8 | 9) || digits[..2] == [4, 5] || digits[0] == 7 && digits[1] != 3;
    Verdict::valid_if(assigned && lack_of_11(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[8]))
}

/// Judges a Portuguese social security number by its first digit and its check digit, whose weights are prime numbers.
pub(super) fn pt_niss(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let sum = weighted(&digits[..10], &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]);
    Verdict::valid_if(matches!(digits[0], 1 | 2) && 9 - sum % 10 == u32::from(digits[10]))
}

/// Judges the number of a Portuguese citizen card: nine digits, two letters or digits for the version, and the Luhn digit over all of
/// them, letters counting 10 to 35.
pub(super) fn pt_citizen_card(value: &[u8]) -> Verdict {
    let Some(code) = compact::<12>(value) else { return Verdict::Invalid };
    if values::<9>(&code[..9]).is_none() || !code[11].is_ascii_digit() {
        return Verdict::Invalid;
    }
    let ranks = code.iter().map(|byte| rank_of(*byte).unwrap_or(0));
    let counts = ranks.enumerate().map(|(place, rank)| match place % 2 {
        0 if rank * 2 > 9 => rank * 2 - 9,
        0 => rank * 2,
        _ => rank,
    });
    Verdict::valid_if(counts.sum::<u32>().is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("cy_tic", Verdict::Valid, &["10259033P", "08155859F", "05866152K"]);
        check("es_nss", Verdict::Valid, &["281234567840", "088087774281", "083228963651"]);
        check("es_cif", Verdict::Valid, &["A58818501", "A22597330", "A56783285"]);
        check("gr_afm", Verdict::Valid, &["094259216", "050621494", "583402675"]);
        check("gr_amka", Verdict::Valid, &["01013099997", "03115434882", "20119665121"]);
        check("it_partita_iva", Verdict::Valid, &["07643520567", "06750400589", "03711450159"]);
        check("pt_nif", Verdict::Valid, &["501964843", "294341862", "577497197"]);
        check("pt_niss", Verdict::Valid, &["19216099604", "15520555247"]);
        check("pt_citizen_card", Verdict::Valid, &["000000000ZZ4", "102878065ZY2", "121355162ZZ7"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("cy_tic", Verdict::Invalid, &["08155859G", "08155859F7", "08155859", "08?55859F"]);
        check("es_nss", Verdict::Invalid, &["088087774282", "0880877742817", "08808777428", "08?087774281"]);
        check("es_cif", Verdict::Invalid, &["A22597331", "A225973307", "A2259733", "A2?597330"]);
        check("gr_afm", Verdict::Invalid, &["050621495", "0506214947", "05062149", "05?621494"]);
        check("gr_amka", Verdict::Invalid, &["03115434883", "03195434882", "031154348827", "0311543488", "03?15434882"]);
        check("it_partita_iva", Verdict::Invalid, &["06750400580", "067504005897", "0675040058", "06?50400589"]);
        check("pt_nif", Verdict::Invalid, &["294341863", "2943418627", "29434186", "29?341862"]);
        check("pt_niss", Verdict::Invalid, &["19216099605", "192160996047", "1921609960", "19?16099604"]);
        check("pt_citizen_card", Verdict::Invalid, &["102878065ZY3", "102878065ZY27", "102878065ZY", "10?878065ZY2"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("cy_tic", "03958775A");
        every_digit_counts("es_nss", "419925197041");
        every_digit_counts("es_cif", "B24930042");
        every_digit_counts("gr_amka", "15030344731");
        every_digit_counts("it_partita_iva", "02314000361");
        every_digit_counts("pt_citizen_card", "107692144ZY8");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("gr_afm", "124370402", 8, 1);
        check_digit_decides("pt_nif", "259966576", 8, 1);
        check_digit_decides("pt_niss", "13939704990", 10, 1);
    }
}
