use super::checksum::{mod11_10, weighted};
use super::financial::grouped;
use crate::dice::{Dice, UPPER};

/// Draws a British national insurance number.
pub(crate) fn uk_nino(dice: &mut Dice) -> String {
    const FIRST: &[u8] = b"ABCEGHJKLMNOPRSTWXYZ";
    const SECOND: &[u8] = b"ABCEGHJKLMNPRSTWXYZ";
    const UNUSED: &[&str] = &["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
    let prefix = loop {
        let prefix = dice.text(1, FIRST) + &dice.text(1, SECOND);
        if !UNUSED.contains(&prefix.as_str()) {
            break prefix;
        }
    };
    let number = format!("{prefix}{}{}", dice.digits(6), dice.pick(&["A", "B", "C", "D"]));
    if dice.one_in(2) { grouped(&number, &[2, 2, 2, 2], " ") } else { number }
}

/// Draws a British NHS number of the ranges in use.
pub(crate) fn uk_nhs_number(dice: &mut Dice) -> String {
    loop {
        let body = format!("{}{}", dice.pick(&["4", "6", "7"]), dice.digits(8));
        let check = (11 - weighted(&body, (2..=10).rev()) % 11) % 11;
        if check < 10 {
            return grouped(&format!("{body}{check}"), &[3, 3], " ");
        }
    }
}

/// Draws a German tax id: among the first ten digits exactly one occurs twice, and one not at all.
pub(crate) fn de_tax_id(dice: &mut Dice) -> String {
    let mut digits: Vec<u8> = (0..10).collect();
    for place in (1..digits.len()).rev() {
        digits.swap(place, dice.index(place + 1));
    }
    let (kept, lost) = (dice.index(9), 9);
    digits[lost] = digits[kept];
    if digits[0] == 0 {
        digits.swap(0, 1);
    }
    if digits[0] == 0 {
        digits.swap(0, 2);
    }
    let body: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let number = format!("{body}{}", mod11_10(&body));
    if dice.one_in(2) { grouped(&number, &[2, 3, 3], " ") } else { number }
}

/// Draws a French NIR with its key.
pub(crate) fn fr_nir(dice: &mut Dice) -> String {
    let (sex, year, month) = (dice.between(1, 2), dice.between(45, 99), dice.between(1, 12));
    let department = loop {
        let department = dice.between(1, 95);
        if department != 20 {
            break department;
        }
    };
    let (commune, order) = (dice.between(1, 900), dice.between(1, 999));
    let body = format!("{sex}{year:02}{month:02}{department:02}{commune:03}{order:03}");
    let key = 97 - body.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
    if dice.one_in(2) {
        format!("{sex} {year:02} {month:02} {department:02} {commune:03} {order:03} {key:02}")
    } else {
        format!("{body}{key:02}")
    }
}

/// Draws a Spanish DNI, or the NIE of a foreign resident.
pub(crate) fn es_dni_nie(dice: &mut Dice) -> String {
    if dice.one_in(3) {
        let kind = dice.below(3);
        let body = dice.digits(7);
        format!("{}{body}{}", ["X", "Y", "Z"][kind as usize], dni_letter(&format!("{kind}{body}")))
    } else {
        let body = dice.fill("%#######");
        format!("{body}{}", dni_letter(&body))
    }
}

fn dni_letter(digits: &str) -> char {
    let rest = digits.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 23);
    char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[rest as usize])
}

/// Draws an Italian codice fiscale of a person born in a large town.
pub(crate) fn it_codice_fiscale(dice: &mut Dice) -> String {
    const MONTHS: &[u8] = b"ABCDEHLMPRST";
    const CONSONANTS: &[u8] = b"BCDFGLMNPRSTVZ";
    const TOWNS: &[&str] = &["H501", "F205", "L219", "F839", "D612", "A944", "G273", "L781"];
    let day = dice.between(1, 28) + if dice.one_in(2) { 40 } else { 0 };
    let body = format!(
        "{}{:02}{}{day:02}{}",
        dice.text(6, CONSONANTS),
        dice.between(45, 99),
        dice.text(1, MONTHS),
        TOWNS[dice.index(TOWNS.len())]
    );
    let check = codice_check(&body);
    format!("{body}{check}")
}

pub(crate) fn codice_check(body: &str) -> char {
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            let rank = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
            if place % 2 == 0 { ODD[usize::from(rank)] } else { u32::from(rank) }
        })
        .sum();
    char::from(UPPER[(sum % 26) as usize])
}
