//! Central and eastern Europe, the Balkans and Turkey.

use super::{Holder, Number, Purpose, until, with_digit};
use crate::dice::Dice;
use crate::value::checksum::{mod11_10, weighted};
use crate::value::financial::grouped;

pub(super) const NUMBERS: &[Number] = &[
    Number::new("PL", "pl_pesel", Purpose::Identity, &["PESEL", "nr PESEL", "Numer PESEL"], pesel),
    Number::new("PL", "pl_nip", Purpose::Tax, &["NIP", "Numer NIP"], nip),
    Number::new("CZ", "cz_rodne_cislo", Purpose::Identity, &["Rodné číslo", "RČ", "r. č."], rodne_cislo),
    Number::new("SK", "cz_rodne_cislo", Purpose::Identity, &["Rodné číslo", "birth number (rodné číslo)"], rodne_cislo),
    Number::new("HU", "hu_taj", Purpose::Health, &["TAJ-szám", "TAJ", "TAJ szám"], taj),
    Number::new("HU", "hu_tax_id", Purpose::Tax, &["Adóazonosító jel", "Adóazonosító"], adoazonosito),
    Number::new("RO", "ro_cnp", Purpose::Identity, &["CNP", "Cod numeric personal"], cnp),
    Number::new("BG", "bg_egn", Purpose::Identity, &["EGN", "personal number (EGN)"], egn),
    Number::new("HR", "hr_oib", Purpose::Tax, &["OIB", "personal identification number (OIB)"], oib),
    Number::new("SI", "si_emso", Purpose::Identity, &["EMŠO", "personal number (EMŠO)"], emso),
    Number::new("TR", "tr_kimlik", Purpose::Identity, &["T.C. Kimlik No", "TC Kimlik No", "TCKN"], kimlik),
];

/// Ministerstwo Cyfryzacji, "PESEL": the month tells the century, weights 1, 3, 7, 9.
fn pesel(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let month = holder.born.month + if holder.young() { 20 } else { 0 };
    let body = format!("{:02}{month:02}{:02}{:04}", holder.yy(), holder.born.day, holder.serial(dice, 0, 9999));
    let check = (10 - weighted(&body, [1, 3, 7, 9].into_iter().cycle()) % 10) % 10;
    with_digit(&body, check)
}

/// Ministerstwo Finansów, "NIP": modulus 11, never 10.
fn nip(dice: &mut Dice, _: &Holder<'_>) -> String {
    until(dice, |dice| {
        let body = dice.fill("%%%######");
        let check = weighted(&body, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
        let number = format!("{body}{check}");
        let dashed = dice.one_in(2);
        (check < 10).then(|| if dashed { grouped(&number, &[3, 3, 2], "-") } else { number })
    })
}

/// Act 133/2000 of Czechia: women's months have 50 added, the whole is divisible by 11.
fn rodne_cislo(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let month = holder.born.month + if holder.female { 50 } else { 0 };
    let date = format!("{:02}{month:02}{:02}", holder.yy(), holder.born.day);
    until(dice, |dice| {
        let body = format!("{date}{}", dice.digits(3));
        let rest = body.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 11);
        let bare = dice.one_in(4);
        (rest < 10).then(|| if bare { format!("{body}{rest}") } else { format!("{date}/{}{rest}", &body[6..]) })
    })
}

/// Act LXXXIII of 1997 of Hungary: weights 3 and 7, modulus 10.
fn taj(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%#######");
    let number = with_digit(&body, weighted(&body, [3, 7].into_iter().cycle()) % 10);
    if dice.one_in(2) { grouped(&number, &[3, 3], " ") } else { grouped(&number, &[3, 3], "-") }
}

/// Act XX of 1996 of Hungary: 8, the days from 1867 to birth, serial, modulus 11 with rising weights.
fn adoazonosito(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let days = days(holder.born.year, holder.born.month, holder.born.day) - days(1867, 1, 1);
    until(dice, |dice| {
        let body = format!("8{days:05}{}", dice.digits(3));
        let check = weighted(&body, 1..=9) % 11;
        (check < 10).then(|| format!("{body}{check}"))
    })
}

/// Counts days in the Gregorian calendar from a fixed day.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 { (year, month) } else { (year - 1, month + 12) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day
}

/// Law 105/1996 of Romania, norms: sex and century, birth date, county, serial, key 279146358279.
fn cnp(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let lead = match (holder.young(), holder.female) {
        (false, false) => 1,
        (false, true) => 2,
        (true, false) => 5,
        (true, true) => 6,
    };
    let body = format!("{lead}{}{:02}{:03}", holder.yymmdd(), dice.between(1, 40), dice.between(1, 999));
    let rest = weighted(&body, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    with_digit(&body, if rest == 10 { 1 } else { rest })
}

/// GRAO of Bulgaria, "EGN": months have 40 added from 2000 on.
fn egn(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let month = holder.born.month + if holder.young() { 40 } else { 0 };
    let pair = dice.between(0, 49) * 2 + u64::from(holder.female);
    let body = format!("{:02}{month:02}{:02}{}{pair:02}", holder.yy(), holder.born.day, dice.between(0, 9));
    with_digit(&body, weighted(&body, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10)
}

/// Act on the personal identification number of Croatia: ISO/IEC 7064, MOD 11,10.
fn oib(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%#########");
    with_digit(&body, mod11_10(&body))
}

/// Central register act of Slovenia: birth date with three digits of the year, region 50, serial, modulus 11.
fn emso(dice: &mut Dice, holder: &Holder<'_>) -> String {
    until(dice, |dice| {
        let serial = if holder.female { dice.between(500, 999) } else { dice.between(0, 499) };
        let body = format!("{:02}{:02}{:03}50{serial:03}", holder.born.day, holder.born.month, holder.born.year % 1000);
        let check = (11 - weighted(&body, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        (check < 10).then(|| format!("{body}{check}"))
    })
}

/// Nüfus ve Vatandaşlık İşleri: the tenth digit weighs odd against even places, the eleventh adds up the ten.
fn kimlik(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%########");
    let (odd, even) = (weighted(&body, [1, 0].into_iter().cycle()), weighted(&body, [0, 1].into_iter().cycle()));
    let tenth = (odd * 7 + 100 - even) % 10;
    let eleventh = (odd + even + tenth) % 10;
    format!("{body}{tenth}{eleventh}")
}
