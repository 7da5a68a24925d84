use super::financial;
use crate::dice::{Dice, HEX, UPPER};

/// Something that looks like sensitive data to a careless rule and is none.
#[derive(Debug, Clone, Copy)]
pub struct LookAlike {
    /// Header of a column of them.
    pub field: &'static str,
    make: fn(&mut Dice) -> String,
}

impl LookAlike {
    /// Draws one.
    pub fn draw(&self, dice: &mut Dice) -> String {
        (self.make)(dice)
    }
}

/// All kinds of look-alikes.
pub const LOOK_ALIKES: &[LookAlike] = &[
    LookAlike { field: "order_id", make: order_id },
    LookAlike { field: "request_id", make: uuid },
    LookAlike { field: "sha256", make: |dice| dice.text(64, HEX) },
    LookAlike { field: "commit", make: |dice| dice.text(40, HEX) },
    LookAlike { field: "timestamp_ms", make: |dice| dice.between(1_690_000_000_000, 1_730_000_000_000).to_string() },
    LookAlike { field: "version", make: version },
    LookAlike { field: "tracking_number", make: |dice| dice.fill("1Z######%#########") },
    LookAlike { field: "isbn", make: |dice| dice.fill("978-#-##-######-#") },
    LookAlike { field: "sku", make: |dice| dice.fill("@@@-####-@#") },
    LookAlike { field: "ticket", make: |dice| dice.fill("OPS-%####") },
    LookAlike { field: "batch_number", make: financial::broken_card },
    LookAlike { field: "transfer_reference", make: financial::broken_iban },
    LookAlike { field: "part_number", make: |dice| format!("000-{}-{}", dice.digits(2), dice.digits(4)) },
    LookAlike { field: "bank_reference", make: financial::reference },
    LookAlike { field: "colour", make: |dice| format!("#{}", dice.text(6, HEX)) },
    LookAlike { field: "flight", make: |dice| format!("{}{}", dice.text(2, UPPER), dice.fill("%##")) },
    LookAlike { field: "test_card", make: test_card },
];

/// Draws an order number.
pub(crate) fn order_id(dice: &mut Dice) -> String {
    dice.fill("ORD-202#-######")
}

/// Draws a random UUID.
pub(crate) fn uuid(dice: &mut Dice) -> String {
    let hex = dice.text(32, HEX);
    let variant = dice.pick(&["8", "9", "a", "b"]);
    format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn version(dice: &mut Dice) -> String {
    format!("v{}.{}.{}", dice.between(0, 12), dice.between(0, 40), dice.between(0, 90))
}

/// Draws one of the card numbers that payment providers publish for tests.
pub(crate) fn test_card(dice: &mut Dice) -> String {
    dice.pick(&["4111111111111111", "4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"]).to_owned()
}
