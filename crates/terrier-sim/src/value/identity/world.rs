//! The Americas, Africa, Asia and Oceania.

use super::{Holder, Number, Purpose, until, with_digit};
use crate::dice::{Dice, UPPER};
use crate::value::checksum::{luhn, weighted};
use crate::value::financial::grouped;
use crate::value::{americas, asia};

pub(super) const NUMBERS: &[Number] = &[
    Number::new("US", "us_ssn", Purpose::Identity, &["SSN", "Social Security number", "Social Security No."], |dice, _| {
        americas::us_ssn(dice)
    }),
    Number::new("US", "us_itin", Purpose::Tax, &["ITIN", "Individual Taxpayer Identification Number"], |dice, _| americas::us_itin(dice)),
    Number::new("US", "medical_record_number", Purpose::Health, &["MRN", "Medical record number", "Medical record #"], |dice, _| {
        dice.fill("%#######")
    }),
    Number::new("US", "us_passport", Purpose::Passport, &["Passport number", "Passport No."], |dice, _| americas::us_passport(dice)),
    Number::new("US", "us_driving_licence", Purpose::Licence, &["Driver's license", "Driver license number", "DL #"], |dice, _| {
        americas::us_driving_licence(dice)
    }),
    Number::new("CA", "ca_sin", Purpose::Identity, &["SIN", "Social Insurance Number"], |dice, _| americas::ca_sin(dice)),
    Number::new("MX", "mx_curp", Purpose::Identity, &["CURP"], curp),
    Number::new("MX", "mx_rfc", Purpose::Tax, &["RFC", "R.F.C."], rfc),
    Number::new("AR", "ar_cuit", Purpose::Tax, &["CUIT", "CUIL", "CUIT/CUIL"], cuit),
    Number::new("AR", "ar_dni", Purpose::Identity, &["DNI", "D.N.I."], |dice, _| grouped(&dice.fill("%#######"), &[2, 3], ".")),
    Number::new("CL", "cl_rut", Purpose::Identity, &["RUT", "RUN", "R.U.T."], rut),
    Number::new("CO", "co_cedula", Purpose::Identity, &["Cédula de ciudadanía", "C.C.", "cédula"], |dice, _| dice.fill("1.0##.###.###")),
    Number::new("PE", "pe_ruc", Purpose::Tax, &["RUC"], ruc),
    Number::new("PE", "pe_dni", Purpose::Identity, &["DNI", "D.N.I."], |dice, _| dice.fill("4#######")),
    Number::new("BR", "br_cpf", Purpose::Tax, &["CPF", "C.P.F.", "CPF nº"], |dice, _| americas::br_cpf(dice)),
    Number::new("AU", "au_tfn", Purpose::Tax, &["TFN", "Tax File Number"], tfn),
    Number::new("AU", "au_medicare", Purpose::Health, &["Medicare number", "Medicare card no."], medicare),
    Number::new("NZ", "nz_ird", Purpose::Tax, &["IRD number", "IRD No."], ird),
    Number::new("NZ", "nz_nhi", Purpose::Health, &["NHI", "NHI number"], nhi),
    Number::new("ZA", "za_id", Purpose::Identity, &["ID number", "SA ID number", "RSA ID"], za_id),
    Number::new("NG", "ng_nin", Purpose::Identity, &["NIN", "National Identification Number (NIN)"], |dice, _| dice.fill("%##########")),
    Number::new("KE", "ke_kra_pin", Purpose::Tax, &["KRA PIN"], |dice, _| dice.fill("A0########@")),
    Number::new("IN", "in_aadhaar", Purpose::Identity, &["Aadhaar", "Aadhaar number", "Aadhaar No."], |dice, _| asia::in_aadhaar(dice)),
    Number::new("IN", "in_pan", Purpose::Tax, &["PAN", "PAN No.", "Permanent Account Number"], pan),
    Number::new("SG", "sg_nric", Purpose::Identity, &["NRIC", "NRIC/FIN", "NRIC No."], nric),
    Number::new("MY", "my_mykad", Purpose::Identity, &["MyKad", "NRIC", "IC number"], mykad),
    Number::new("JP", "jp_my_number", Purpose::Tax, &["My Number", "Individual Number (My Number)"], my_number),
    Number::new("KR", "kr_rrn", Purpose::Identity, &["RRN", "resident registration number"], rrn),
    Number::new("IL", "il_teudat_zehut", Purpose::Identity, &["Teudat Zehut", "ID number (Teudat Zehut)"], teudat_zehut),
];

/// Writes a name in the letters A to Z, in capitals, as registers without accents do.
pub(super) fn plain(name: &str) -> String {
    crate::value::latin::to_ascii(name).to_ascii_uppercase().chars().filter(char::is_ascii_uppercase).collect()
}

/// RENAPO, "Instructivo normativo para la asignación de la CURP".
fn curp(dice: &mut Dice, holder: &Holder<'_>) -> String {
    const STATES: &[&str] = &["DF", "JC", "NL", "PL", "GT", "VZ", "MC", "YN"];
    const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
    let (mut names, surname, given) = (initials(dice, holder), plain(holder.surname), plain(holder.given));
    names += &holder.yymmdd();
    names.push(if holder.female { 'M' } else { 'H' });
    names += dice.pick(STATES);
    let second = dice.text(1, b"CDGHLMNPRSTV");
    let inner = |name: &str| name.chars().skip(1).find(|letter| !"AEIOU".contains(*letter)).unwrap_or('X');
    names.extend([inner(&surname), second.chars().next().unwrap_or('X'), inner(&given)]);
    names += &if holder.young() { dice.text(1, b"ABC") } else { dice.digits(1) };
    let sum: usize = names.chars().enumerate().map(|(place, c)| ALPHABET.chars().position(|a| a == c).unwrap_or(0) * (18 - place)).sum();
    format!("{names}{}", (10 - sum % 10) % 10)
}

/// Takes first letter and first inner vowel of the surname, a letter of the second surname, the first of the given name.
fn initials(dice: &mut Dice, holder: &Holder<'_>) -> String {
    // Annex 2 of the instructions: in these words the second letter becomes X.
    const REPLACED: &str = "BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO FALO FETO GETA GUEI \
        GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO \
        MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO \
        RATA ROBA ROBE ROBO RUIN SENO TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY";
    let (surname, given) = (plain(holder.surname), plain(holder.given));
    let vowel = surname.chars().skip(1).find(|letter| "AEIOU".contains(*letter)).unwrap_or('X');
    let mut text: String = surname.chars().take(1).chain([vowel]).collect();
    text += &dice.text(1, b"CGHLMPRSV");
    text.extend(given.chars().take(1));
    if REPLACED.split(' ').any(|word| word == text) {
        text.replace_range(1..2, "X");
    }
    text
}

/// SAT, "Registro Federal de Contribuyentes": initials, birth date, two characters, modulus 11.
fn rfc(dice: &mut Dice, holder: &Holder<'_>) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";
    let body = initials(dice, holder) + &holder.yymmdd() + &dice.text(2, b"123456789ABCDEFGHIJKLMNPQRSTUVWXYZ");
    let sum: usize = body.chars().enumerate().map(|(place, c)| ALPHABET.chars().position(|a| a == c).unwrap_or(0) * (13 - place)).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => "A".to_owned(),
        digit => digit.to_string(),
    };
    body + &check
}

/// AFIP, "CUIT": prefix of the sex, document number, modulus 11.
fn cuit(dice: &mut Dice, holder: &Holder<'_>) -> String {
    until(dice, |dice| {
        let body = format!("{}{}", if holder.female { 27 } else { 20 }, dice.fill("%#######"));
        let check = (11 - weighted(&body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        let number = format!("{body}{check}");
        (check < 10).then(|| grouped(&number, &[2, 8], "-"))
    })
}

/// Registro Civil of Chile, "RUN": modulus 11 with weights 2 to 7 from the right, K for ten.
fn rut(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.between(6_000_000, 24_999_999).to_string();
    let sum: u32 = body.bytes().rev().zip((2..=7).cycle()).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => "K".to_owned(),
        digit => digit.to_string(),
    };
    let dotted = format!("{}.{}.{}", &body[..body.len() - 6], &body[body.len() - 6..body.len() - 3], &body[body.len() - 3..]);
    if dice.one_in(3) { format!("{body}-{check}") } else { format!("{dotted}-{check}") }
}

/// SUNAT, "RUC": 10 before the document number of a person, modulus 11.
fn ruc(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("10{}", dice.fill("4#######"));
    with_digit(&body, (11 - weighted(&body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10)
}

/// Australian Taxation Office, "TFN": the weighted sum is divisible by 11.
fn tfn(dice: &mut Dice, _: &Holder<'_>) -> String {
    until(dice, |dice| {
        let body = dice.fill("%#######");
        let sum = weighted(&body, [1, 4, 3, 7, 5, 8, 6, 9]);
        // The last weight is 10, which is -1 modulo 11.
        let check = sum % 11;
        (check < 10).then(|| grouped(&format!("{body}{check}"), &[3, 3], " "))
    })
}

/// Services Australia, "Medicare card": eight digits, a check digit, the issue.
fn medicare(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("{}{}", dice.between(2, 6), dice.digits(7));
    let check = weighted(&body, [1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    grouped(&format!("{body}{check}{}", dice.between(1, 9)), &[4, 5], " ")
}

/// Inland Revenue of New Zealand, "IRD number format": modulus 11, with second weights where the first give ten.
fn ird(dice: &mut Dice, _: &Holder<'_>) -> String {
    until(dice, |dice| {
        let body = format!("{:08}", dice.between(4_900_000, 13_500_000));
        let with = |weights: [u32; 8]| (11 - weighted(&body, weights) % 11) % 11;
        let first = with([3, 2, 7, 6, 5, 4, 3, 2]);
        let check = if first == 10 { with([7, 4, 3, 2, 5, 2, 7, 6]) } else { first };
        (check < 10).then(|| grouped(&format!("{body}{check}"), &[3, 3], "-"))
    })
}

/// HISO 10046: letters without I and O, weights 7 to 2, modulus 11.
fn nhi(dice: &mut Dice, _: &Holder<'_>) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    until(dice, |dice| {
        let (letters, digits) = (dice.text(3, LETTERS), dice.digits(3));
        let ranks = letters.bytes().map(|byte| LETTERS.iter().position(|letter| *letter == byte).unwrap_or(0) as u32 + 1);
        let sum: u32 =
            ranks.chain(digits.bytes().map(|byte| u32::from(byte - b'0'))).zip((2..=7).rev()).map(|(value, weight)| value * weight).sum();
        let rest = sum % 11;
        (rest != 0).then(|| format!("{letters}{digits}{}", (11 - rest) % 10))
    })
}

/// Department of Home Affairs of South Africa: birth date, sex and serial, citizenship, 8, Luhn.
fn za_id(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let serial = if holder.female { dice.between(1, 4999) } else { dice.between(5000, 9999) };
    let body = format!("{}{serial:04}08", holder.yymmdd());
    with_digit(&body, luhn(&body))
}

/// Income Tax Department of India, "PAN": P for a person, then the first letter of the surname.
fn pan(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let initial = plain(holder.surname).chars().next().unwrap_or('K');
    format!("{}P{initial}{}{}", dice.text(3, UPPER), dice.fill("%###"), dice.text(1, UPPER))
}

/// Singapore's registration number: weights 2, 7, 6, 5, 4, 3, 2; T for births from 2000 on.
fn nric(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let (prefix, offset) = if holder.young() { ('T', 4) } else { ('S', 0) };
    let body = format!("{:02}{}", holder.yy(), dice.digits(5));
    let rest = (weighted(&body, [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
    format!("{prefix}{body}{}", char::from(b"JZIHGFEDCBA"[rest as usize]))
}

/// Jabatan Pendaftaran Negara of Malaysia: birth date, place, serial.
fn mykad(dice: &mut Dice, holder: &Holder<'_>) -> String {
    format!("{}-{:02}-{:04}", holder.yymmdd(), dice.between(1, 16), holder.serial(dice, 5001, 6999))
}

/// Ordinance 85 of 2014 of Japan's Ministry of Internal Affairs, article 5.
fn my_number(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%##########");
    let rest = weighted(&body, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let number = with_digit(&body, if rest <= 1 { 0 } else { 11 - rest });
    if dice.one_in(2) { grouped(&number, &[4, 4], " ") } else { number }
}

/// Resident Registration Act of Korea, form as given out until 2020: a region up to 96, and the last digit checks.
fn rrn(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let sex = 1 + u64::from(holder.female) + if holder.young() { 2 } else { 0 };
    let body = format!("{}{sex}{:02}{}", holder.yymmdd(), dice.between(1, 96), dice.digits(3));
    let check = (11 - weighted(&body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    format!("{}-{}{check}", &body[..6], &body[6..])
}

/// Population Registry of Israel: Luhn over nine digits.
fn teudat_zehut(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("{}{}", dice.between(0, 3), dice.digits(7));
    with_digit(&body, luhn(&body))
}
