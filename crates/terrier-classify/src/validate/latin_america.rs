//! Numbers that the states of Latin America give to persons and companies.

use super::Verdict;
use super::calendar::{is_birth_year, is_day_of_short_year, is_ddmmyy, is_yymmdd};
use super::checksum::{lack_of_10, lack_of_11, luhn, weighted};
use super::digits::{Digits, compact, number, values, without_prefix};

/// The weights that many of them use: 2 to 7 by turns, from the right, here for ten digits.
const TWO_TO_SEVEN: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// Judges an Argentine tax number (CUIT, CUIL) by the kind of its holder and its check digit modulo 11.
pub(super) fn ar_cuit(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let known_kind = matches!(number(&digits[..2]), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55);
    Verdict::valid_if(known_kind && number(&digits[2..10]) != 0 && lack_of_11(&digits[..10], &TWO_TO_SEVEN) == u32::from(digits[10]))
}

/// Judges a Brazilian company number (CNPJ) by its two check digits. In numbers given from July 2026 on the first twelve places may
/// hold letters, which count what their ASCII code is above that of 0.
pub(super) fn br_cnpj(value: &[u8]) -> Verdict {
    let Some(code) = compact::<14>(value) else { return Verdict::Invalid };
    if !code[12..].iter().all(u8::is_ascii_digit) || code.iter().all(|byte| *byte == code[0]) {
        return Verdict::Invalid;
    }
    let counts = code.map(|byte| byte - b'0');
    let first = lack_of_11(&counts[..12], &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 10;
    let second = lack_of_11(&counts[..13], &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 10;
    Verdict::valid_if(first == u32::from(counts[12]) && second == u32::from(counts[13]))
}

/// Judges a Brazilian driving licence number (CNH) by its two check digits. Where the first remainder is 10, the second digit is 2 less.
pub(super) fn br_cnh(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let first = weighted(&digits[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let second = weighted(&digits[..9], &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    let (first, second) = if first == 10 { (0, (second + 9) % 11) } else { (first, second) };
    Verdict::valid_if(first == u32::from(digits[9]) && second % 10 == u32::from(digits[10]))
}

/// Judges a Brazilian number of a health care user (CNS) by its first digit and its check modulo 11.
pub(super) fn br_cns(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<15>(value) else { return Verdict::Invalid };
    let sum = weighted(&digits, &[15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    Verdict::valid_if(matches!(digits[0], 1 | 2 | 7..=9) && sum.is_multiple_of(11))
}

/// Judges a Brazilian worker's number (PIS, PASEP, NIS) by its check digit modulo 11.
pub(super) fn br_pis(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_11(&digits[..10], &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 10 == u32::from(digits[10]))
}

/// Judges a Brazilian voter number by its state and its two check digits. In São Paulo (1) and Minas Gerais (2) a remainder of 0 gives
/// the digit 1.
pub(super) fn br_voter(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<12>(value) else { return Verdict::Invalid };
    let state = number(&digits[8..10]);
    let check = |sum: u32| match sum % 11 {
        0 if state <= 2 => 1,
        rest => rest % 10,
    };
    let first = check(weighted(&digits[..8], &[2, 3, 4, 5, 6, 7, 8, 9]));
    let second = check(weighted(&digits[8..11], &[7, 8, 9]));
    Verdict::valid_if(matches!(state, 1..=28) && first == u32::from(digits[10]) && second == u32::from(digits[11]))
}

/// Judges a Chilean number (RUT, RUN) by its check character modulo 11, which is `K` for 10.
pub(super) fn cl_rut(value: &[u8]) -> Verdict {
    let Some((check, digits)) = without_prefix(value, "CL").split_last() else { return Verdict::Invalid };
    let Some(digits) = Digits::read(digits) else { return Verdict::Invalid };
    let expected = match from_right(digits.as_slice(), &[2, 3, 4, 5, 6, 7, 2, 3]) {
        10 => b'K',
        digit => b'0' + digit as u8,
    };
    let in_range = matches!(number(digits.as_slice()), 100_000..=99_999_999);
    Verdict::valid_if(in_range && !super::digits::is_uniform(digits.as_slice()) && check.to_ascii_uppercase() == expected)
}

/// Returns what the sum of the digits, weighted from the right, lacks of a multiple of 11.
fn from_right(digits: &[u8], weights: &[u32]) -> u32 {
    (11 - from_right_sum(digits, weights) % 11) % 11
}

fn from_right_sum(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Judges a Colombian tax number (NIT), which is made of seven to ten digits, by its check digit modulo 11, whose weights are prime numbers.
pub(super) fn co_nit(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::read(value).filter(|digits| !super::digits::is_uniform(digits.as_slice())) else { return Verdict::Invalid };
    let [body @ .., check] = digits.as_slice() else { return Verdict::Invalid };
    let check = match from_right_sum(body, &[3, 7, 13, 17, 19, 23, 29, 37, 41, 43]) % 11 {
        rest @ 0..2 => rest == u32::from(*check),
        rest => 11 - rest == u32::from(*check),
    };
    Verdict::valid_if((7..=10).contains(&body.len()) && body[0] != 0 && check)
}

/// Judges a Dominican identity card number by its Luhn digit.
pub(super) fn do_cedula(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[3..10]) != 0 && luhn(&digits))
}

/// Judges an Ecuadorian identity number by its province and its Luhn digit.
pub(super) fn ec_cedula(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<10>(value) else { return Verdict::Invalid };
    Verdict::valid_if(matches!(number(&digits[..2]), 1..=24 | 30) && digits[2] < 6 && luhn(&digits))
}

/// Judges an Ecuadorian tax number (RUC): the identity number of a person, or the number of a company, a check digit modulo 11 in tenth
/// place, and the number of the place of business.
pub(super) fn ec_ruc(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let province = matches!(number(&digits[..2]), 1..=24 | 30);
    let agrees = match digits[2] {
        0..=5 => luhn(&digits[..10]),
        6 => lack_of_11(&digits[..8], &[3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(digits[8]),
        9 => lack_of_11(&digits[..9], &[4, 3, 2, 7, 6, 5, 4, 3, 2]) == u32::from(digits[9]),
        _ => false,
    };
    Verdict::valid_if(province && agrees && number(&digits[10..]) != 0)
}

/// Judges a Guatemalan identity code (CUI): eight digits, their check digit modulo 11, and the department and municipality of birth.
pub(super) fn gt_cui(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let placed = matches!(number(&digits[9..11]), 1..=22) && matches!(number(&digits[11..]), 1..=40);
    Verdict::valid_if(placed && weighted(&digits[..8], &[2, 3, 4, 5, 6, 7, 8, 9]) % 11 == u32::from(digits[8]))
}

/// Judges a Guatemalan tax number (NIT) by its check character modulo 11, which is `K` for 10.
pub(super) fn gt_nit(value: &[u8]) -> Verdict {
    let Some((check, digits)) = value.split_last() else { return Verdict::Invalid };
    let Some(digits) = Digits::read(digits) else { return Verdict::Invalid };
    let expected = match from_right(digits.as_slice(), &[2, 3, 4, 5, 6, 7, 8, 9, 10]) {
        10 => b'K',
        digit => b'0' + digit as u8,
    };
    let in_range = matches!(number(digits.as_slice()), 1_000..=999_999_999);
    Verdict::valid_if(in_range && !super::digits::is_uniform(digits.as_slice()) && check.to_ascii_uppercase() == expected)
}

/// Judges a Honduran identity number by its layout: a department, a municipality, a year, and a serial.
pub(super) fn hn_dni(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<13>(value) else { return Verdict::Invalid };
    let placed = matches!(number(&digits[..2]), 1..=18) && matches!(number(&digits[2..4]), 1..=28);
    Verdict::valid_if(placed && is_birth_year(number(&digits[4..8])) && number(&digits[8..]) != 0)
}

/// Judges a Mexican population registry code (CURP): four letters of the name, a date, sex, state, three consonants, a mark for
/// namesakes, and a check digit modulo 10.
pub(super) fn mx_curp(value: &[u8]) -> Verdict {
    let Some(code) = compact::<18>(value) else { return Verdict::Invalid };
    let Some(date) = values::<6>(&code[4..10]) else { return Verdict::Invalid };
    let lettered = code[..4].iter().chain(&code[11..16]).all(u8::is_ascii_uppercase);
    let states = b"ASBCBSCCCLCMCSCHDFDGGTGRHGJCMCMNMSNTNLOCPLQTQRSPSLSRTCTSTLVZYNZSNE";
    let placed = b"HMX".contains(&code[10]) && states.chunks(2).any(|state| state == &code[11..13]);
    // The alphabet has an Ñ between N and O.
    let rank = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte - b'A') + 11,
    };
    let sum: u32 = code[..17].iter().zip((2..=18).rev()).map(|(byte, weight)| rank(*byte) * weight).sum();
    let check = b'0' + ((10 - sum % 10) % 10) as u8;
    Verdict::valid_if(lettered && placed && is_yymmdd(&date) && code[17] == check)
}

/// Judges a Mexican taxpayer code (RFC) of a person (13 characters) or company (12): letters of the name, a date, two characters, and a
/// check character modulo 11, which is `A` for 10. The tax office also gave codes that fail the check: they are no more than plausible.
/// Names that spell a bad word are given with another letter (annex IV of the tax office's instructions).
pub(super) fn mx_rfc(value: &[u8]) -> Verdict {
    const AVOIDED: &[u8] = b"BUEIBUEYCACACACOCAGACAGOCAKACAKOCOGECOJACOJECOJICOJOCULOFETOGUEYJOTOKACAKACOKAGAKAGOKAKAKOGEKOJOKULOMAMEMAMO\
MEARMEASMEONMIONMOCOMULAPEDAPEDOPENEPUTAPUTOQULORATARUIN";
    let Some(code) = rfc_characters(value) else { return Verdict::Invalid };
    let Some(date) = values::<6>(&code[4..10]) else { return Verdict::Invalid };
    // The alphabet has `&` between N and O, and a space and Ñ at its end.
    let rank = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        b'&' => 24,
        b'O'..=b'Z' => u32::from(byte - b'A') + 11,
        b' ' => 37,
        _ => 38,
    };
    let sum: u32 = code[..12].iter().zip((2..=13).rev()).map(|(byte, weight)| rank(*byte) * weight).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => b'A',
        digit => b'0' + digit as u8,
    };
    let named = code[..4].iter().all(|byte| !byte.is_ascii_digit()) && !AVOIDED.chunks(4).any(|name| name == &code[..4]);
    match named && is_yymmdd(&date) {
        true if code[12] == check => Verdict::Valid,
        true => Verdict::Plausible,
        false => Verdict::Invalid,
    }
}

/// Returns the 13 characters of a taxpayer code in upper case, with a space before those of a company and `~` for Ñ.
fn rfc_characters(value: &[u8]) -> Option<[u8; 13]> {
    let text = std::str::from_utf8(value).ok()?;
    let characters = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_'));
    let code: Vec<u8> = characters
        .map(|letter| match letter {
            'Ñ' | 'ñ' => Some(b'~'),
            '&' => Some(b'&'),
            letter if letter.is_ascii_alphanumeric() => Some(letter.to_ascii_uppercase() as u8),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let padding: &[u8] = if code.len() == 12 { b" " } else { b"" };
    [padding, &code].concat().try_into().ok()
}

/// Judges a Mexican social security number by its Luhn digit.
pub(super) fn mx_nss(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..2]) != 0 && number(&digits[6..10]) != 0 && luhn(&digits))
}

/// Judges a Mexican voter code by its layout: six letters of the name, a date, a state, sex, and three digits.
pub(super) fn mx_voter(value: &[u8]) -> Verdict {
    let Some(code) = compact::<18>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<8>(&code[6..14]) else { return Verdict::Invalid };
    let lettered = code[..6].iter().all(u8::is_ascii_uppercase) && matches!(code[14], b'H' | b'M');
    let placed = matches!(number(&digits[6..]), 1..=32 | 87 | 88) && values::<3>(&code[15..]).is_some();
    Verdict::valid_if(lettered && placed && is_yymmdd(&digits[..6]))
}

/// Judges a Nicaraguan identity number by its layout: a municipality, a date of birth, a serial, and a letter.
pub(super) fn ni_cedula(value: &[u8]) -> Verdict {
    let Some(code) = compact::<14>(value) else { return Verdict::Invalid };
    let Some(digits) = values::<13>(&code[..13]) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..3]) != 0 && is_ddmmyy(&digits[3..9]) && number(&digits[9..]) != 0 && code[13].is_ascii_uppercase())
}

/// Judges a Peruvian tax number (RUC) by the kind of its holder and its check digit modulo 11.
pub(super) fn pe_ruc(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let check = (11 - weighted(&digits[..10], &TWO_TO_SEVEN) % 11) % 10;
    Verdict::valid_if(matches!(number(&digits[..2]), 10 | 15..=17 | 20) && check == u32::from(digits[10]))
}

/// Judges a Paraguayan tax number (RUC) by its check digit modulo 11, which is 0 for 10 too.
pub(super) fn py_ruc(value: &[u8]) -> Verdict {
    let Some((check, digits)) = value.split_last() else { return Verdict::Invalid };
    let Some(digits) = Digits::read(digits) else { return Verdict::Invalid };
    let expected = from_right(digits.as_slice(), &[2, 3, 4, 5, 6, 7, 8, 9]) % 10;
    let in_range = matches!(number(digits.as_slice()), 1_000..=99_999_999);
    Verdict::valid_if(in_range && !super::digits::is_uniform(digits.as_slice()) && u32::from(check.wrapping_sub(b'0')) == expected)
}

/// Judges a Salvadoran identity number (DUI) by its check digit modulo 10.
pub(super) fn sv_dui(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<9>(value) else { return Verdict::Invalid };
    Verdict::valid_if(number(&digits[..8]) != 0 && lack_of_10(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(digits[8]))
}

/// Judges a Uruguayan identity number by its check digit modulo 10.
pub(super) fn uy_ci(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<8>(value) else { return Verdict::Invalid };
    Verdict::valid_if(lack_of_10(&digits[..7], &[2, 9, 8, 7, 6, 3, 4]) == u32::from(digits[7]))
}

/// Judges a Venezuelan tax number (RIF): a letter for the kind of its holder, eight digits, and a check digit modulo 11, into which the
/// letter counts four times.
pub(super) fn ve_rif(value: &[u8]) -> Verdict {
    let Some([kind, digits @ ..]) = compact::<10>(value) else { return Verdict::Invalid };
    let Some(digits) = Digits::exactly::<9>(&digits) else { return Verdict::Invalid };
    let Some(kind) = b"VEJPG".iter().position(|letter| *letter == kind) else { return Verdict::Invalid };
    let [a, b, c, d, e, f, g, h, check] = digits;
    let sum = lack_of_11(&[kind as u8 + 1, a, b, c, d, e, f, g, h], &[4, 3, 2, 7, 6, 5, 4, 3, 2]);
    Verdict::valid_if(sum % 10 == u32::from(check))
}

/// Judges a Cuban identity number by its layout: a date of birth, a digit for the century, and a serial.
pub(super) fn cu_identity_number(value: &[u8]) -> Verdict {
    let Some(digits) = Digits::exactly::<11>(value) else { return Verdict::Invalid };
    let dated = is_day_of_short_year(number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]));
    Verdict::valid_if(dated && number(&digits[7..]) != 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_digit_decides, every_digit_counts};
    use super::*;

    #[test]
    fn numbers_as_they_are_given() {
        check("ar_cuit", Verdict::Valid, &["20055361682", "30204561210", "20009173812"]);
        check(
            "br_cnpj",
            Verdict::Valid,
            &["11222333000181", "55261036000200", "16877019000231", "12ABC34501DE35", "YR00M8DA000132", "KEH77GK4000130"],
        );
        check("br_cnh", Verdict::Valid, &["97625655678", "09512224900", "03734499844"]);
        check("br_cns", Verdict::Valid, &["133365299224036", "125685410799344"]);
        check("br_pis", Verdict::Valid, &["12056412847", "15496035973", "18530453480"]);
        check("br_voter", Verdict::Valid, &["102385010671", "415351350191", "324276500680"]);
        check("cl_rut", Verdict::Valid, &["125319092", "229178172", "188907431"]);
        check("co_nit", Verdict::Valid, &["8001972684", "8389503071", "8822936045"]);
        check("do_cedula", Verdict::Valid, &["00113918205", "03191541469", "03132030242"]);
        check("ec_cedula", Verdict::Valid, &["1710034065", "1722700877", "0907627319"]);
        check("ec_ruc", Verdict::Valid, &["1792060346001", "0909825515001", "0103072716001"]);
        check("gt_cui", Verdict::Valid, &["2381203331303", "2140266550905"]);
        check("gt_nit", Verdict::Valid, &["39525503", "48323446", "97064815"]);
        check("hn_dni", Verdict::Valid, &["0101198763975", "0101195987054"]);
        check("mx_curp", Verdict::Valid, &["HEGG560427MVZRRL04", "MATD030921HOCMRMA1", "GAMR581119HOCNDR08"]);
        check("mx_rfc", Verdict::Valid, &["GODE561231GR8", "PESA0504020B4", "GAMR7209221J3", "SGR501029933", "HDP581215F01"]);
        check("mx_nss", Verdict::Valid, &["59836512026", "33797375426"]);
        check("mx_voter", Verdict::Valid, &["MRTLDN52080119M554", "LPHRJN92053114H311"]);
        check("ni_cedula", Verdict::Valid, &["4412101713285J", "4410203521672T"]);
        check("pe_ruc", Verdict::Valid, &["20512333797", "20498301526", "10678441363"]);
        check("py_ruc", Verdict::Valid, &["45392080", "41633326"]);
        check("sv_dui", Verdict::Valid, &["000162975", "014365218", "028721167"]);
        check("uy_ci", Verdict::Valid, &["12345672", "12016609", "29258084"]);
        check("ve_rif", Verdict::Valid, &["J783288329", "V114302674"]);
        check("cu_identity_number", Verdict::Valid, &["72070624612", "05011741046"]);
    }

    #[test]
    fn numbers_that_no_one_has() {
        check("ar_cuit", Verdict::Invalid, &["30204561211", "302045612107", "3020456121", "30?04561210"]);
        check(
            "br_cnpj",
            Verdict::Invalid,
            &[
                "55261036000201",
                "552610360002007",
                "5526103600020",
                "55?61036000200",
                "YR00M8DA000133",
                "YR00M8DA0001327",
                "YR00M8DA00013",
                "YR?0M8DA000132",
            ],
        );
        check("br_cnh", Verdict::Invalid, &["09512224901", "095122249007", "0951222490", "09?12224900"]);
        check("br_cns", Verdict::Invalid, &["133365299224037", "1333652992240367", "13336529922403", "13?365299224036"]);
        check("br_pis", Verdict::Invalid, &["15496035974", "154960359737", "1549603597", "15?96035973"]);
        check("br_voter", Verdict::Invalid, &["415351350192", "4153513501917", "41535135019", "41?351350191"]);
        check("cl_rut", Verdict::Invalid, &["229178173", "22917817277", "229", "22?178172"]);
        check("co_nit", Verdict::Invalid, &["8389503072", "83895030717", "838950307", "83?9503071"]);
        check("do_cedula", Verdict::Invalid, &["03191541460", "031915414697", "0319154146", "03?91541469"]);
        check("ec_cedula", Verdict::Invalid, &["1722700878", "17227008777", "172270087", "17?2700877"]);
        check("ec_ruc", Verdict::Invalid, &["0909825516001", "09098255150017", "090982551500", "09?9825515001"]);
        check("gt_cui", Verdict::Invalid, &["2381203341303", "23812033313037", "238120333130", "23?1203331303"]);
        check("gt_nit", Verdict::Invalid, &["48323447", "4832344677", "483", "48?23446"]);
        check("hn_dni", Verdict::Invalid, &["01011987639757", "010119876397", "01?1198763975"]);
        check(
            "mx_curp",
            Verdict::Invalid,
            &["MATD030921HOCMRMA2", "MATD031921HOCMRMA1", "MATD030921HOCMRMA17", "MATD030921HOCMRMA", "MA?D030921HOCMRMA1"],
        );
        check(
            "mx_rfc",
            Verdict::Invalid,
            &[
                "PESA0519020B4",
                "PESA0504020B47",
                "PESA0504020B",
                "PE?A0504020B4",
                "SGR501929933",
                "SGR5010299337",
                "SGR50102993",
                "SG?501029933",
            ],
        );
        check("mx_rfc", Verdict::Plausible, &["PESA0504020B5", "SGR501029934", "&NB-860214-QX1"]);
        check("mx_rfc", Verdict::Invalid, &["CACO700102K31"]);
        check("mx_nss", Verdict::Invalid, &["59836512027", "598365120267", "5983651202", "59?36512026"]);
        check("mx_voter", Verdict::Invalid, &["MRTLDN52190119M554", "MRTLDN52080119M5547", "MRTLDN52080119M55"]);
        check("ni_cedula", Verdict::Invalid, &["4412119713285J", "4412101713285J7", "4412101713285"]);
        check("pe_ruc", Verdict::Invalid, &["20498301527", "204983015267", "2049830152", "20?98301526"]);
        check("py_ruc", Verdict::Invalid, &["45392081", "45392080777", "453", "45?92080"]);
        check("sv_dui", Verdict::Invalid, &["014365219", "0143652187", "01436521", "01?365218"]);
        check("uy_ci", Verdict::Invalid, &["12016600", "120166097", "1201660", "12?16609"]);
        check("ve_rif", Verdict::Invalid, &["J783288320", "J7832883297", "J78328832", "J7?3288329"]);
        check("cu_identity_number", Verdict::Invalid, &["72190624612", "720706246127", "7207062461", "72?70624612"]);
    }

    #[test]
    fn a_single_wrong_digit_is_noticed() {
        every_digit_counts("ar_cuit", "27238535552");
        every_digit_counts("br_cnh", "03099029599");
        every_digit_counts("cl_rut", "197389451");
        every_digit_counts("do_cedula", "03115742664");
        every_digit_counts("ec_cedula", "0156646903");
        every_digit_counts("gt_nit", "39583082");
        every_digit_counts("mx_rfc", "LOHJ0411256J8");
        every_digit_counts("mx_nss", "18785679236");
    }

    #[test]
    fn one_check_digit_in_ten_passes() {
        check_digit_decides("br_cnpj", "59388875000155", 13, 1);
        check_digit_decides("br_cns", "858414393429256", 14, 1);
        check_digit_decides("br_pis", "13145949577", 10, 1);
        check_digit_decides("br_voter", "565331131627", 11, 1);
        check_digit_decides("co_nit", "9546764424", 9, 1);
        check_digit_decides("mx_curp", "PESA830316HOCLTS07", 17, 1);
        check_digit_decides("pe_ruc", "10413181661", 10, 1);
        check_digit_decides("py_ruc", "13872974", 7, 1);
        check_digit_decides("sv_dui", "000249117", 8, 1);
        check_digit_decides("uy_ci", "48955508", 7, 1);
        check_digit_decides("ve_rif", "G703478095", 9, 1);
    }
}
