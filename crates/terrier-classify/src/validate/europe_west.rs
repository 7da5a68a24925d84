//! More numbers that the states of Western Europe give to persons and companies.

use super::Verdict;
use super::calendar::{is_day, is_day_of_short_year, is_ddmmyy, is_yyyymmdd};
use super::checksum::{article_number, icao, lack_of_11, luhn, verhoeff, weighted, weighted_by_digit};
use super::digits::{Digits, compact, number, values, without_prefix};

/// Judges an Austrian social insurance number: a serial, its check digit modulo 11 in fourth place, and a date, whose month goes
/// beyond 12 where the serials of a day are used up.
pub(super) fn at_svnr(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let (day, month, year) = (number(&digits[4..6]), number(&digits[6..8]), number(&digits[8..]));
    let dated = is_day_of_short_year(year, month, day) || matches!(month, 13..=15) && matches!(day, 1..=31);
    let check = weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    Verdict::valid_if(digits[0] != 0 && dated && check == u32::from(digits[3]))
}

/// Judges a Belgian national register or BIS number: a date, to whose month the latter adds 20 or 40, and the complement modulo 97 of
/// the number, before which those born from 2000 on have a 2.
pub(super) fn be_rijksregister(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let (year, month, day) = (number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]));
    let month = match month {
        20..=32 => month - 20,
        40..=52 => month - 40,
        _ => month,
    };
    let (body, check) = (number(&digits[..9]), number(&digits[9..]));
    // Where the date of birth is not known, day and month are zero, the month with what is added to it.
    let dated = |year: u64| is_day(year, month, day) || day == 0 && month <= 12;
    let agrees = |century: u64, prefix: u64| dated(century + year) && 97 - (prefix + body) % 97 == check;
    Verdict::valid_if(number(&digits[6..9]) != 0 && (agrees(1900, 0) || agrees(2000, 2_000_000_000)))
}

/// Judges a Belgian enterprise number, which is the VAT number too, by its complement modulo 97. Old ones lack the leading zero.
pub(super) fn be_enterprise_number(value: &[u8]) -> Verdict {
    let value = without_prefix(value, "BE");
    let padded = |value: &[u8]| {
        let mut padded = [0; 10];
        padded[1..].copy_from_slice(&Digits::exactly::<9>(value)?);
        Some(padded)
    };
    let Some(digits) = Digits::exactly::<10>(value).or_else(|| padded(value)) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] <= 1 && 97 - number(&digits[..8]) % 97 == number(&digits[8..]))
}

/// Judges a Swiss social insurance number: the country's number 756 and the check digit of article numbers.
pub(super) fn ch_ahv(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[..3] == [7, 5, 6] && article_number(&digits))
}

/// Judges a Swiss company number (UID) by its check digit modulo 11.
pub(super) fn ch_uid(value: &[u8]) -> Verdict {
    let Some(digits) = value.get(3..).and_then(Digits::exactly::<9>) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..8], &[5, 4, 3, 2, 7, 6, 5, 4]) == u32::from(digits[8]))
}

/// Judges a German pension insurance number: an area, a date, the first letter of the name at birth, a serial, and a check digit, for
/// which the letter counts as its place in the alphabet, in two digits.
pub(super) fn de_pension_number(value: &[u8]) -> Verdict {
    let Some(code) = compact::<12>(value) else { return Verdict::Invalid };
    let (Some(front), Some(back)) = (values::<8>(&code[..8]), values::<3>(&code[9..])) else { return Verdict::Invalid };
    let Some([tens, ones]) = place_of(code[8]) else { return Verdict::Invalid };
    let [a, b, c, d, e, f, g, h] = front;
    let sum = weighted_by_digit(&[a, b, c, d, e, f, g, h, tens, ones, back[0], back[1]], &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);
    let placed = matches!(number(&front[..2]), 2..=89);
    Verdict::valid_if(placed && is_ddmmyy(&front[2..]) && sum % 10 == u32::from(back[2]))
}

/// Judges a German health insurance number: a letter, eight digits, and a check digit, for which the letter counts as its place in the
/// alphabet, in two digits.
pub(super) fn de_health_insurance(value: &[u8]) -> Verdict {
    let Some(code) = compact::<10>(value) else { return Verdict::Invalid };
    let Some([tens, ones]) = place_of(code[0]) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<9>(&code[1..]) else { return Verdict::Invalid };
    let [a, b, c, d, e, f, g, h, check] = digits;
    let sum = weighted_by_digit(&[tens, ones, a, b, c, d, e, f, g, h], &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    Verdict::valid_if(sum % 10 == u32::from(check))
}

/// Returns the place of a capital letter in the alphabet, from 1, as two digits.
fn place_of(letter: u8) -> Option<[u8; 2]> {
    let place = letter.is_ascii_uppercase().then(|| letter - b'A' + 1)?;
    Some([place / 10, place % 10])
}

/// Judges the number of a German identity card or passport: nine letters and digits without vowels, of which nothing is verified, and
/// the check digit of travel documents where it is written behind them.
pub(super) fn de_document(value: &[u8]) -> Verdict {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte);
    match compact::<10>(value) {
        Some([number @ .., check]) => Verdict::valid_if(
            number.iter().all(is_part) && check.is_ascii_digit() && icao(&number) == Some(u32::from(check.wrapping_sub(b'0'))),
        ),
        None => match compact::<9>(value) {
            Some([first, rest @ ..]) if rest.iter().all(is_part) && rest.iter().any(|byte| *byte != first) => Verdict::Plausible,
            _ => Verdict::Invalid,
        },
    }
}

/// Judges a French tax number: ten digits, the first of which is at most 3, and their remainder modulo 511.
pub(super) fn fr_spi(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    Verdict::valid_if(digits[0] <= 3 && number(&digits[..10]) % 511 == number(&digits[10..]))
}

/// Judges a French company number (SIREN, of nine digits) or that of one of its places (SIRET, of fourteen) by the Luhn digit.
pub(super) fn fr_siren(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value) else { return Verdict::Invalid };
    let digits = digits.as_slice();
    if !matches!(digits.len(), 9 | 14) || number(&digits[..8]) == 0 {
        return Verdict::Invalid;
    }
    // The places of La Poste have the sum of the digits checked modulo 5 instead.
    let post_office = number(&digits[..9]) == 356_000_000 && digits.iter().map(|digit| u32::from(*digit)).sum::<u32>().is_multiple_of(5);
    Verdict::valid_if(luhn(&digits[..9]) && (luhn(digits) || post_office))
}

/// Judges an Irish PPS number: seven digits and a letter for them modulo 23, into which a second letter counts nine times.
pub(super) fn ie_pps(value: &[u8]) -> Verdict {
    let (Some(digits), Some(letters)) = (value.get(..7).and_then(Digits::exactly::<7>), value.get(7..)) else { return Verdict::Invalid };
    let (check, second) = match letters {
        [check] => (check, 0),
        [check, second] => match second.to_ascii_uppercase() {
            b'T' | b'W' | b'X' => (check, 0),
            letter @ (b'A' | b'B' | b'H') => (check, u32::from(letter - b'A') + 1),
            _ => return Verdict::Invalid,
        },
        _ => return Verdict::Invalid,
    };
    let rest = (weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
    Verdict::valid_if(check.to_ascii_uppercase() == b"WABCDEFGHIJKLMNOPQRSTUV"[rest as usize])
}

/// Judges a Luxembourgish national number: a date, a serial, and over both a Luhn digit and a Verhoeff digit.
pub(super) fn lu_matricule(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let mut second = [0; 12];
    second[..11].copy_from_slice(&digits[..11]);
    second[11] = digits[12];
    Verdict::valid_if(is_yyyymmdd(&digits[..8]) && luhn(&digits[..12]) && verhoeff(&second))
}

/// Judges a Dutch citizen service number (BSN) by the check modulo 11 in which the last digit counts -1.
pub(super) fn nl_bsn(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..2]) != 0 && weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == u32::from(digits[8]))
}

/// Judges a British unique taxpayer reference: its first digit is a check digit modulo 11 of the other nine.
pub(super) fn uk_utr(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    let rest = weighted(&digits[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    Verdict::valid_if(digits[0] == [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1][rest as usize])
}

/// Judges a Scottish CHI number: a date, a serial, and a check digit modulo 11.
pub(super) fn uk_chi(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(is_ddmmyy(&digits[..6]) && lack_of_11(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(digits[9]))
}

/// Judges the number of a British driving licence by its layout: five letters of the surname, filled up with 9, the date of birth with
/// the year's digits around month and day (50 more for women), two initials, a digit and two letters.
pub(super) fn uk_driving_licence(value: &[u8]) -> Verdict {
    let Some(code) = compact::<16>(value) else { return Verdict::Invalid };
    let letters = code[..5].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let named = letters > 0 && code[letters..5].iter().all(|byte| *byte == b'9');
    let initials = code[11].is_ascii_alphabetic() && (code[12].is_ascii_alphabetic() || code[12] == b'9') || &code[11..13] == b"99";
    let ended = code[13].is_ascii_digit() && code[14..].iter().all(u8::is_ascii_alphabetic);
    let Some([decade, month_tens, month_ones, day_tens, day_ones, year]) = values::<6>(&code[5..11]) else { return Verdict::Invalid };
    let (month, day) = (number(&[month_tens % 5, month_ones]), number(&[day_tens, day_ones]));
    let dated = matches!(month_tens, 0 | 1 | 5 | 6) && is_day_of_short_year(number(&[decade, year]), month, day);
    Verdict::valid_if(named && initials && ended && dated)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("at_svnr", Verdict::Valid, &["1237010180", "2706280445", "6619090254"]);
        check("be_rijksregister", Verdict::Valid, &["85073003328", "86010381733", "70011316747"]);
        check("be_enterprise_number", Verdict::Valid, &["0403019261", "0035859811", "0047898697"]);
        check("ch_ahv", Verdict::Valid, &["7569217076985", "7561131881836", "7567550894839"]);
        check("ch_uid", Verdict::Valid, &["CHE100155212", "CHE764300106", "CHE893216804"]);
        check("de_pension_number", Verdict::Valid, &["15070649C103", "65270799C177", "53061105S988"]);
        check("de_health_insurance", Verdict::Valid, &["A123456780", "P602420988", "S186202432"]);
        check("de_document", Verdict::Valid, &["L01X00T471", "V6N1MT0F94", "YHNFVWXP20", "FZW2XX3J17", "HRVF7LH9N7"]);
        check("fr_spi", Verdict::Valid, &["3023217600053", "0694445120208", "3324388542370"]);
        check("fr_siren", Verdict::Valid, &["552008443", "482788148", "483477840", "87118578188183", "82977173251059"]);
        check("ie_pps", Verdict::Valid, &["1234567T", "7024710D", "0019471U"]);
        check("lu_matricule", Verdict::Valid, &["1962081108968", "1965010173436"]);
        check("nl_bsn", Verdict::Valid, &["123456782", "686817849", "653273629"]);
        check("uk_utr", Verdict::Valid, &["1955839661", "5764761808", "2016645063"]);
        check("uk_chi", Verdict::Valid, &["0305976338", "1005857172"]);
        check("uk_driving_licence", Verdict::Valid, &["PATEL607240AF9JN", "OKAFO656170BT9HV"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("at_svnr", Verdict::Invalid, &["2707280445", "2706281945", "27062804457", "270628044", "27?6280445"]);
        check("be_rijksregister", Verdict::Invalid, &["86010381734", "86190381733", "860103817337", "8601038173", "86?10381733"]);
        check("be_enterprise_number", Verdict::Invalid, &["0035859812", "00358598117", "003585981", "00?5859811"]);
        check("ch_ahv", Verdict::Invalid, &["7561131881837", "75611318818367", "756113188183", "75?1131881836"]);
        check("ch_uid", Verdict::Invalid, &["CHE764300107", "CHE7643001067", "CHE76430010"]);
        check("de_pension_number", Verdict::Invalid, &["65270799C178", "65271999C177", "65270799C1777", "65270799C17", "65?70799C177"]);
        check("de_health_insurance", Verdict::Invalid, &["P602420989", "P6024209887", "P60242098", "P6?2420988"]);
        check(
            "de_document",
            Verdict::Invalid,
            &["V6N1MT0F95", "V6N1MT0F947", "V6N1MT0F", "V6?1MT0F94", "FZW2XX3J18", "FZW2XX3J177", "FZW2XX3J", "FZ?2XX3J17"],
        );
        check("fr_spi", Verdict::Invalid, &["0694445120209", "06944451202087", "069444512020", "06?4445120208"]);
        check(
            "fr_siren",
            Verdict::Invalid,
            &["482788149", "48278814877", "482", "48?788148", "87118578188184", "8711857818818377", "871", "87?18578188183"],
        );
        check("ie_pps", Verdict::Invalid, &["7024710E", "7024710D7", "7024710", "70?4710D"]);
        check("lu_matricule", Verdict::Invalid, &["1962081108969", "1962191108968", "19620811089687", "196208110896", "19?2081108968"]);
        check("nl_bsn", Verdict::Invalid, &["686817840", "6868178497", "68681784", "68?817849"]);
        check("uk_utr", Verdict::Invalid, &["6764761808", "57647618087", "576476180", "57?4761808"]);
        check("uk_chi", Verdict::Invalid, &["0305976339", "0319976338", "03059763387", "030597633", "03?5976338"]);
        check("uk_driving_licence", Verdict::Invalid, &["PATEL619240AF9JN", "PATEL607240AF9JN7", "PATEL607240AF9J"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("at_svnr", "6416091070");
        every_digit_counts("be_enterprise_number", "0514875505");
        every_digit_counts("ch_ahv", "7566937596250");
        every_digit_counts("ch_uid", "CHE973533082");
        every_digit_counts("de_pension_number", "53200188H002");
        every_digit_counts("de_health_insurance", "M552685591");
        every_digit_counts("fr_spi", "1266576580227");
        every_digit_counts("fr_siren", "447189630");
        every_digit_counts("ie_pps", "7389199L");
        every_digit_counts("lu_matricule", "1948022994706");
        every_digit_counts("nl_bsn", "590203939");
        every_digit_counts("uk_chi", "0606563725");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("be_rijksregister", "92020943905", 10, 1);
    }
}
