use super::checksum::{luhn, weighted};
use super::financial::grouped;
use crate::dice::Dice;

/// Draws a Social Security number outside the areas that were never issued and the numbers known from advertisements.
pub(crate) fn us_ssn(dice: &mut Dice) -> String {
    loop {
        let (area, group, serial) = (dice.between(1, 899), dice.between(1, 99), dice.between(101, 9998));
        let digits = format!("{area:03}{group:02}{serial:04}");
        if area != 666 && !super::financial::has_run(&digits, 3) && !is_ladder(&digits) {
            return format!("{area:03}-{group:02}-{serial:04}");
        }
    }
}

/// Draws an individual taxpayer identification number.
pub(crate) fn us_itin(dice: &mut Dice) -> String {
    const GROUPS: &[(u64, u64)] = &[(50, 65), (70, 88), (90, 92), (94, 99)];
    let (low, high) = GROUPS[dice.index(GROUPS.len())];
    format!("9{}-{}-{}", dice.fill("##"), dice.between(low, high), dice.fill("%###"))
}

/// Draws an employer identification number under a prefix that the tax office issues.
pub(crate) fn us_ein(dice: &mut Dice) -> String {
    const CAMPUSES: &[(u64, u64)] = &[(1, 6), (10, 16), (20, 27), (30, 39), (40, 48), (50, 59), (60, 68), (71, 77), (80, 88), (90, 95)];
    let (low, high) = CAMPUSES[dice.index(CAMPUSES.len())];
    format!("{:02}-{}", dice.between(low, high), dice.fill("%######"))
}

/// Draws an American passport number of the current series.
pub(crate) fn us_passport(dice: &mut Dice) -> String {
    let series = dice.pick(&["A", "X", "Y", "Z"]);
    format!("{series}{}", dice.fill("%#######"))
}

/// States with the layout of their driving licence numbers.
const LICENCES: &[(&str, &str)] = &[
    ("California", "@#######"),
    ("Florida", "@############"),
    ("Illinois", "@###########"),
    ("Michigan", "@############"),
    ("New Jersey", "@##############"),
    ("Maryland", "@############"),
    ("Wisconsin", "@#############"),
    ("Minnesota", "@############"),
];

/// Draws the number of a driving licence of an American state.
pub(crate) fn us_driving_licence(dice: &mut Dice) -> String {
    let (_, layout) = LICENCES[dice.index(LICENCES.len())];
    dice.fill(layout)
}

/// Draws a Canadian social insurance number.
pub(crate) fn ca_sin(dice: &mut Dice) -> String {
    let body = format!("{}{}", dice.between(1, 7), dice.digits(7));
    let number = format!("{body}{}", luhn(&body));
    grouped(&number, &[3, 3], if dice.one_in(3) { "-" } else { " " })
}

/// Draws a Brazilian CPF with both check digits.
pub(crate) fn br_cpf(dice: &mut Dice) -> String {
    let body = dice.fill("%########");
    let first = cpf_digit(&body, 10);
    let second = cpf_digit(&format!("{body}{first}"), 11);
    format!("{}.{}.{}-{first}{second}", &body[..3], &body[3..6], &body[6..])
}

fn cpf_digit(body: &str, weight: u32) -> u32 {
    let rest = weighted(body, (2..=weight).rev()) % 11;
    if rest < 2 { 0 } else { 11 - rest }
}

fn is_ladder(digits: &str) -> bool {
    "01234567890123456789".contains(&digits[..5]) || "98765432109876543210".contains(&digits[..5])
}
