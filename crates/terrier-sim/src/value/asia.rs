use super::checksum::verhoeff;
use super::financial::{grouped, has_run};
use crate::dice::Dice;

/// Draws an Indian Aadhaar number.
pub(crate) fn in_aadhaar(dice: &mut Dice) -> String {
    loop {
        let body = format!("{}{}", dice.between(2, 9), dice.digits(10));
        let number = format!("{body}{}", verhoeff(&body));
        if !has_run(&number, 4) {
            return if dice.one_in(4) { number } else { grouped(&number, &[4, 4], " ") };
        }
    }
}

/// Draws the permanent account number of an Indian person.
pub(crate) fn in_pan(dice: &mut Dice) -> String {
    dice.fill("@@@P@%###@")
}
