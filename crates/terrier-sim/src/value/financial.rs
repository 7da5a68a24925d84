use super::checksum::{luhn, mod97, weighted};
use crate::dice::{Dice, UPPER};

/// Issuer prefixes with the length of the whole number. None is the start of a number that a payment provider publishes for tests.
const ISSUERS: &[(&str, usize)] = &[
    ("453977", 16),
    ("455673", 16),
    ("491611", 16),
    ("448562", 16),
    ("471635", 16),
    ("402944", 16),
    ("522193", 16),
    ("537841", 16),
    ("546616", 16),
    ("518152", 16),
    ("222387", 16),
    ("271904", 16),
    ("374288", 15),
    ("379163", 15),
    ("348912", 15),
    ("601174", 16),
    ("650031", 16),
    ("353872", 16),
    ("356291", 16),
    ("624013", 16),
    ("362745", 14),
];

/// Draws a payment card number: an issuer's range, the Luhn digit, printed plain, in groups or with dashes.
pub(crate) fn payment_card(dice: &mut Dice) -> String {
    let number = card_digits(dice);
    match dice.below(4) {
        0 | 1 => number,
        2 => grouped(&number, &card_groups(number.len()), " "),
        _ => grouped(&number, &card_groups(number.len()), "-"),
    }
}

/// Draws the digits of a payment card number.
pub(crate) fn card_digits(dice: &mut Dice) -> String {
    loop {
        let (prefix, length) = ISSUERS[dice.index(ISSUERS.len())];
        let mut number = format!("{prefix}{}", dice.digits(length - prefix.len() - 1));
        number.push(char::from(b'0' + luhn(&number)));
        if !has_run(&number, 4) {
            return number;
        }
    }
}

fn card_groups(length: usize) -> Vec<usize> {
    match length {
        15 => vec![4, 6, 5],
        14 => vec![4, 6, 4],
        _ => vec![4; length / 4],
    }
}

/// Draws an IBAN of one of several countries (ISO 13616), compact or in groups of four.
pub(crate) fn iban(dice: &mut Dice) -> String {
    const LAYOUTS: &[(&str, &str)] = &[
        ("DE", "%#################"),
        ("GB", "NWBK##############"),
        ("GB", "BARC##############"),
        ("NL", "INGB0#########"),
        ("NL", "ABNA0#########"),
        ("AT", "################"),
        ("CH", "0################"),
        ("IE", "AIBK##############"),
        ("FR", "%######################"),
        ("PL", "########################"),
    ];
    let (country, layout) = LAYOUTS[dice.index(LAYOUTS.len())];
    let account = dice.fill(layout);
    let check = 98 - mod97(&format!("{account}{country}00"));
    let iban = format!("{country}{check:02}{account}");
    if dice.one_in(2) { grouped(&iban, &vec![4; iban.len().div_ceil(4)], " ") } else { iban }
}

/// Draws an ABA routing number: a Federal Reserve district and the 3-7-1 checksum.
pub(crate) fn routing_number(dice: &mut Dice) -> String {
    let district = if dice.one_in(2) { dice.between(1, 12) } else { dice.between(21, 32) };
    let body = format!("{district:02}{}", dice.fill("%#####"));
    let sum = weighted(&body, [3, 7, 1].into_iter().cycle());
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Draws an account number of 9 to 12 digits.
pub(crate) fn account_number(dice: &mut Dice) -> String {
    let length = dice.between(9, 12) as usize;
    format!("{}{}", dice.fill("%"), dice.digits(length - 1))
}

/// Draws a sixteen-digit number in a card's form that fails the Luhn check.
pub(crate) fn broken_card(dice: &mut Dice) -> String {
    let mut number = card_digits(dice);
    let last = number.pop().and_then(|c| c.to_digit(10)).unwrap_or_default();
    let wrong = (u64::from(last) + dice.between(1, 9)) % 10;
    format!("{number}{wrong}")
}

/// Draws a reference in an IBAN's form whose check digits are wrong.
pub(crate) fn broken_iban(dice: &mut Dice) -> String {
    let account = dice.fill("%#################");
    let right = 98 - mod97(&format!("{account}DE00"));
    format!("DE{:02}{account}", (right + 1) % 97 + 2)
}

/// Draws an upper-case reference such as a bank's transaction code.
pub(crate) fn reference(dice: &mut Dice) -> String {
    format!("{}{}", dice.text(4, UPPER), dice.digits(6))
}

/// Inserts `separator` between groups of the given sizes; what remains is the last group.
pub(crate) fn grouped(text: &str, sizes: &[usize], separator: &str) -> String {
    let mut rest = text;
    let mut groups = Vec::new();
    for size in sizes {
        if rest.len() <= *size {
            break;
        }
        let (group, tail) = rest.split_at(*size);
        groups.push(group);
        rest = tail;
    }
    groups.push(rest);
    groups.join(separator)
}

/// Tells whether one digit is repeated `length` times in a row, which a scanner may take for a made-up number.
pub(crate) fn has_run(digits: &str, length: usize) -> bool {
    digits.as_bytes().windows(length).any(|window| window.iter().all(|byte| *byte == window[0]))
}
