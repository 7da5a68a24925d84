//! Western Europe and the British Isles.

use super::{Holder, Number, Purpose, until, with_digit};
use crate::dice::{Dice, UPPER};
use crate::value::checksum::{luhn, mrz, verhoeff, weighted};
use crate::value::europe::{de_tax_id, uk_nhs_number, uk_nino};
use crate::value::financial::grouped;

pub(super) const NUMBERS: &[Number] = &[
    Number::new("GB", "uk_nino", Purpose::Identity, &["National Insurance number", "NI number", "NINO"], |dice, _| uk_nino(dice)),
    Number::new("GB", "uk_nhs_number", Purpose::Health, &["NHS number", "NHS No"], |dice, _| uk_nhs_number(dice)),
    Number::new("GB", "uk_utr", Purpose::Tax, &["UTR", "Unique Taxpayer Reference"], utr),
    Number::new("IE", "ie_pps", Purpose::Identity, &["PPS number", "PPSN", "PPS No."], pps),
    Number::new("DE", "de_tax_id", Purpose::Tax, &["Steuer-ID", "Steuerliche Identifikationsnummer", "IdNr."], |dice, _| de_tax_id(dice)),
    Number::new("DE", "de_health_insurance_number", Purpose::Health, &["Versichertennummer", "KV-Nr.", "Krankenversichertennummer"], kvnr),
    Number::new("DE", "de_id_card", Purpose::Identity, &["Personalausweisnummer", "Ausweisnummer", "Personalausweis-Nr."], id_card),
    Number::new("AT", "at_svnr", Purpose::Identity, &["SVNR", "Sozialversicherungsnummer", "SV-Nummer"], svnr),
    Number::new("CH", "ch_ahv", Purpose::Identity, &["AHV-Nummer", "AHV-Nr.", "Sozialversicherungsnummer (AHV)"], ahv),
    Number::new("FR", "fr_nir", Purpose::Identity, &["Numéro de sécurité sociale", "NIR", "N° Sécu"], nir),
    Number::new("FR", "fr_spi", Purpose::Tax, &["Numéro fiscal", "N° fiscal de référence", "SPI"], spi),
    Number::new(
        "BE",
        "be_rijksregister",
        Purpose::Identity,
        &["Numéro de registre national", "N° de registre national", "NISS"],
        rijksregister,
    ),
    Number::new("NL", "nl_bsn", Purpose::Identity, &["BSN", "Burgerservicenummer", "BSN-nummer"], bsn),
    Number::new("LU", "lu_matricule", Purpose::Identity, &["Matricule", "N° matricule", "Numéro d'identification national"], matricule),
];

/// HMRC, "Unique Taxpayer Reference": the first digit checks the other nine.
fn utr(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.digits(9);
    let rest = weighted(&body, [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    format!("{}{body}", char::from(b"21987654321"[rest as usize]))
}

/// Department of Social Protection, "PPS numbers": modulus 23 to a letter.
fn pps(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%######");
    let rest = weighted(&body, (2..=8).rev()) % 23;
    format!("{body}{}", char::from(b"WABCDEFGHIJKLMNOPQRSTUV"[rest as usize]))
}

/// GKV-Spitzenverband, "Krankenversichertennummer", annex 1: the letter as two digits, weights 1 and 2, cross sums.
fn kvnr(dice: &mut Dice, _: &Holder<'_>) -> String {
    let letter = dice.index(26);
    let body = dice.digits(8);
    let sum: u32 = format!("{:02}{body}", letter + 1)
        .bytes()
        .zip([1, 2].into_iter().cycle())
        .map(|(byte, weight)| {
            let product = u32::from(byte - b'0') * weight;
            product / 10 + product % 10
        })
        .sum();
    format!("{}{body}{}", char::from(UPPER[letter]), sum % 10)
}

/// BSI TR-03104 and ICAO Doc 9303: nine characters and a check digit of weights 7, 3, 1.
fn id_card(dice: &mut Dice, _: &Holder<'_>) -> String {
    let serial = format!("L{}", dice.text(8, b"CFGHJKLMNPRTVWXYZ0123456789"));
    let check = mrz(&serial);
    if dice.one_in(2) { with_digit(&serial, check) } else { serial }
}

/// Österreichische Sozialversicherung: serial, check digit of modulus 11, birth date.
fn svnr(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let date = holder.ddmmyy();
    until(dice, |dice| {
        let serial = dice.between(100, 999).to_string();
        let check = (weighted(&serial, [3, 7, 9]) + weighted(&date, [5, 8, 4, 2, 1, 6])) % 11;
        (check < 10).then(|| format!("{serial}{check} {date}"))
    })
}

/// Zentrale Ausgleichsstelle, "AHV-Nummer": 756 and the check digit of EAN-13.
fn ahv(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("756{}", dice.digits(9));
    let check = (10 - weighted(&body, [1, 3].into_iter().cycle()) % 10) % 10;
    let number = with_digit(&body, check);
    format!("{}.{}.{}.{}", &number[..3], &number[3..7], &number[7..11], &number[11..])
}

/// INSEE, "numéro d'inscription au répertoire": sex, year, month, place, order, key 97.
fn nir(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let sex = if holder.female { 2 } else { 1 };
    let department = until(dice, |dice| {
        let department = dice.between(1, 95);
        (department != 20).then(|| format!("{department:02}"))
    });
    let (commune, order) = (dice.between(1, 900), dice.between(1, 999));
    let parts = [
        sex.to_string(),
        format!("{:02}", holder.yy()),
        format!("{:02}", holder.born.month),
        department,
        format!("{commune:03}"),
        format!("{order:03}"),
    ];
    let key = 97 - parts.concat().bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
    let separator = if dice.one_in(2) { " " } else { "" };
    format!("{}{separator}{key:02}", parts.join(separator))
}

/// Direction générale des finances publiques, "numéro fiscal": the last three digits are the first ten modulo 511.
fn spi(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("{}{}", dice.between(0, 3), dice.digits(9));
    let key = body.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 511);
    grouped(&format!("{body}{key:03}"), &[2, 2, 3, 3], if dice.one_in(2) { " " } else { "" })
}

/// Belgian national register: birth date, serial, 97 less the rest modulo 97, with a 2 before it from the year 2000 on.
fn rijksregister(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let (date, serial) = (holder.yymmdd(), format!("{:03}", holder.serial(dice, 1, 997)));
    let counted = format!("{}{date}{serial}", if holder.young() { "2" } else { "" });
    let key = 97 - counted.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
    if dice.one_in(3) {
        format!("{date}{serial}{key:02}")
    } else {
        format!("{}.{}.{}-{serial}.{key:02}", &date[..2], &date[2..4], &date[4..])
    }
}

/// Rijksdienst voor Identiteitsgegevens, "BSN": the eleven test.
fn bsn(dice: &mut Dice, _: &Holder<'_>) -> String {
    until(dice, |dice| {
        let body = dice.fill("%#######");
        let check = weighted(&body, (2..=9).rev()) % 11;
        let number = format!("{body}{check}");
        (check < 10).then(|| if number.ends_with('0') { grouped(&number, &[4, 2], ".") } else { number })
    })
}

/// Luxembourg's law on the national register: birth date, serial, a Luhn digit and a Verhoeff digit.
fn matricule(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let body = format!("{}{}{:03}", holder.born.year / 100, holder.yymmdd(), holder.serial(dice, 1, 998));
    let (first, second) = (luhn(&body), verhoeff(&body));
    format!("{body}{first}{second}")
}
