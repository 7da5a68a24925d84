//! Nordic and Baltic countries.

use super::{Holder, Number, Purpose, until, with_digit};
use crate::dice::Dice;
use crate::value::checksum::{luhn, weighted};

pub(super) const NUMBERS: &[Number] = &[
    Number::new("SE", "se_personnummer", Purpose::Identity, &["Personnummer", "Personnr", "Pers.nr"], personnummer),
    Number::new("DK", "dk_cpr", Purpose::Identity, &["CPR-nr.", "CPR-nummer", "Personnummer"], cpr),
    Number::new("NO", "no_fodselsnummer", Purpose::Identity, &["Fødselsnummer", "Fnr", "Personnummer"], fodselsnummer),
    Number::new("FI", "fi_hetu", Purpose::Identity, &["Henkilötunnus", "Hetu", "HETU"], hetu),
    Number::new("IS", "is_kennitala", Purpose::Identity, &["Kennitala", "Kt."], kennitala),
    Number::new("EE", "ee_isikukood", Purpose::Identity, &["Isikukood", "personal code (isikukood)"], baltic),
    Number::new("LT", "lt_asmens_kodas", Purpose::Identity, &["Asmens kodas", "personal code (asmens kodas)"], baltic),
    Number::new("LV", "lv_personas_kods", Purpose::Identity, &["Personas kods", "personal code (personas kods)"], personas_kods),
];

/// Skatteverket, SKV 704: birth date, serial, Luhn. Written with or without the century.
fn personnummer(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let (date, serial) = (holder.yymmdd(), format!("{:03}", holder.serial(dice, 1, 980)));
    let check = luhn(&format!("{date}{serial}"));
    let century = if dice.one_in(2) { format!("{}", holder.born.year / 100) } else { String::new() };
    format!("{century}{date}-{serial}{check}")
}

/// CPR-kontoret, "Personnummeret i CPR": the seventh digit tells the century, modulus 11 over all ten.
fn cpr(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let date = holder.ddmmyy();
    until(dice, |dice| {
        let century = if holder.young() { dice.between(4, 8) } else { dice.between(0, 3) };
        let body = format!("{date}{century}{}", dice.digits(2));
        let check = (11 - weighted(&body, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        let fits = check < 10 && (check.is_multiple_of(2)) == holder.female;
        fits.then(|| format!("{date}-{}{check}", &body[6..]))
    })
}

/// Skatteetaten, "Fødselsnummer": birth date, individual number, two check digits of modulus 11.
fn fodselsnummer(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let date = holder.ddmmyy();
    until(dice, |dice| {
        let serial = if holder.young() { holder.serial(dice, 500, 999) } else { holder.serial(dice, 0, 499) };
        let body = format!("{date}{serial:03}");
        let first = (11 - weighted(&body, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
        let body = format!("{body}{first}");
        let second = (11 - weighted(&body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        let spaced = dice.one_in(3);
        (first < 10 && second < 10).then(|| if spaced { format!("{date} {}{second}", &body[6..]) } else { format!("{body}{second}") })
    })
}

/// Digital and Population Data Services Agency, "Personal identity code".
fn hetu(dice: &mut Dice, holder: &Holder<'_>) -> String {
    const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let (date, serial) = (holder.ddmmyy(), holder.serial(dice, 2, 899));
    let number = format!("{date}{serial:03}").bytes().fold(0_u32, |number, byte| number * 10 + u32::from(byte - b'0'));
    let century = if holder.young() { 'A' } else { '-' };
    format!("{date}{century}{serial:03}{}", char::from(CHECKS[(number % 31) as usize]))
}

/// Registers Iceland, "Kennitala": modulus 11 with the weights 3, 2, 7, 6, 5, 4, 3, 2, then the century.
fn kennitala(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let date = holder.ddmmyy();
    until(dice, |dice| {
        let body = format!("{date}{}", dice.between(20, 98));
        let check = (11 - weighted(&body, [3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        let century = if holder.young() { 0 } else { 9 };
        (check < 10).then(|| format!("{date}-{}{check}{century}", &body[6..]))
    })
}

/// EVS 585 of Estonia; Lithuania took the same form over.
fn baltic(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let lead = match (holder.young(), holder.female) {
        (false, false) => 3,
        (false, true) => 4,
        (true, false) => 5,
        (true, true) => 6,
    };
    let body = format!("{lead}{}{:03}", holder.yymmdd(), dice.between(1, 720));
    let first = weighted(&body, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let check = if first < 10 { first } else { weighted(&body, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 };
    with_digit(&body, check)
}

/// Latvian cabinet regulation on personal codes as given out until 2017.
fn personas_kods(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let date = holder.ddmmyy();
    until(dice, |dice| {
        let tail = format!("{}{}", if holder.young() { 2 } else { 1 }, dice.digits(3));
        let sum = weighted(&format!("{date}{tail}"), [10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        let check = (1 + sum) % 11;
        (check < 10).then(|| format!("{date}-{tail}{check}"))
    })
}
