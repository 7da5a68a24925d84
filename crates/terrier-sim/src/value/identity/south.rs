//! Southern Europe.

use super::{Holder, Number, Purpose, with_digit};
use crate::dice::Dice;
use crate::value::checksum::{luhn, weighted};
use crate::value::europe::{codice_check, es_dni_nie};
use crate::value::financial::grouped;

pub(super) const NUMBERS: &[Number] = &[
    Number::new("ES", "es_dni_nie", Purpose::Identity, &["DNI", "DNI/NIE", "NIF"], |dice, _| es_dni_nie(dice)),
    Number::new("ES", "es_nss", Purpose::Health, &["Nº de afiliación a la Seguridad Social", "NASS", "NUSS"], nss),
    Number::new("IT", "it_codice_fiscale", Purpose::Tax, &["Codice fiscale", "C.F.", "Cod. fisc."], codice_fiscale),
    Number::new("IT", "it_id_card", Purpose::Identity, &["Carta d'identità n.", "Carta d'identità", "CIE n."], |dice, _| {
        dice.fill("CA#####@@")
    }),
    Number::new("PT", "pt_nif", Purpose::Tax, &["NIF", "Nº de contribuinte", "Contribuinte n.º"], nif),
    Number::new("GR", "gr_afm", Purpose::Tax, &["AFM", "tax number (AFM)"], afm),
    Number::new("GR", "gr_amka", Purpose::Health, &["AMKA", "social security number (AMKA)"], amka),
];

/// Tesorería General de la Seguridad Social: province, number, the rest of both modulo 97.
fn nss(dice: &mut Dice, _: &Holder<'_>) -> String {
    let (province, number) = (dice.between(1, 52), dice.between(10_000_000, 99_999_999));
    let key = (province * 100_000_000 + number) % 97;
    if dice.one_in(2) { format!("{province:02}/{number}/{key:02}") } else { format!("{province:02}{number}{key:02}") }
}

/// Decreto ministeriale 345/1983: consonants of the names, date and sex, place, check letter.
fn codice_fiscale(dice: &mut Dice, holder: &Holder<'_>) -> String {
    const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
    const TOWNS: &[&str] = &["H501", "F205", "L219", "F839", "D612", "A944", "G273", "L781"];
    let day = holder.born.day + if holder.female { 40 } else { 0 };
    let month = char::from(MONTHS[(holder.born.month - 1) as usize]);
    let body =
        format!("{}{}{:02}{month}{day:02}{}", letters(holder.surname, false), letters(holder.given, true), holder.yy(), dice.pick(TOWNS));
    format!("{body}{}", codice_check(&body))
}

/// Takes three letters of a name: consonants first, then vowels, then X; of a given name with four consonants the second is left out.
fn letters(name: &str, given: bool) -> String {
    let name: String = super::world::plain(name);
    let (vowels, mut consonants): (String, String) = name.chars().partition(|letter| "AEIOU".contains(*letter));
    if given && consonants.len() > 3 {
        consonants.remove(1);
    }
    (consonants + &vowels + "XXX").chars().take(3).collect()
}

/// Autoridade Tributária, "número de identificação fiscal": modulus 11.
fn nif(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = format!("{}{}", dice.between(1, 2), dice.digits(7));
    let rest = weighted(&body, (2..=9).rev()) % 11;
    let number = with_digit(&body, if rest < 2 { 0 } else { 11 - rest });
    if dice.one_in(3) { grouped(&number, &[3, 3], " ") } else { number }
}

/// Independent Authority for Public Revenue, "AFM": powers of two, modulus 11.
fn afm(dice: &mut Dice, _: &Holder<'_>) -> String {
    let body = dice.fill("%#######");
    with_digit(&body, weighted(&body, (1..=8).rev().map(|power| 1 << power)) % 11 % 10)
}

/// IDIKA, "AMKA": birth date, serial, Luhn.
fn amka(dice: &mut Dice, holder: &Holder<'_>) -> String {
    let body = format!("{}{:04}", holder.ddmmyy(), holder.serial(dice, 1, 9998));
    with_digit(&body, luhn(&body))
}
