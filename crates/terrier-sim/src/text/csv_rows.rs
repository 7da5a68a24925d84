use super::Clock;
use crate::dice::Dice;
use crate::value::Kind;

/// Header of the rows that [`order_row`] writes.
pub const ORDER_HEADER: &str = "order_id,placed_at,sku,quantity,amount,currency,warehouse,status,note";

/// Appends a row of an order export to `out`. Where a kind is given, the note carries a value of it, which is returned.
pub fn order_row(out: &mut String, dice: &mut Dice, clock: &mut Clock, hit: Option<&Kind>) -> Option<String> {
    out.push_str(&crate::value::order_id(dice));
    out.push(',');
    out.push_str(&clock.tick(dice));
    out.push_str(&dice.fill(",@@@-####-@#,%,"));
    out.push_str(&dice.fill("%#.##,"));
    out.push_str(dice.pick(&["EUR", "USD", "GBP", "CHF"]));
    out.push(',');
    out.push_str(dice.pick(&["rotterdam", "memphis", "leipzig", "dublin", "reno"]));
    out.push(',');
    out.push_str(dice.pick(&["packed", "shipped", "delivered", "returned", "on hold"]));
    out.push(',');
    let value = hit.map(|kind| {
        let value = kind.draw(dice);
        out.push_str(&format!("\"{} {}\"", kind.lead, value.replace('"', "\"\"")));
        value
    });
    if value.is_none() && dice.one_in(3) {
        out.push_str(dice.pick(&["leave at reception", "gift wrap", "second delivery attempt", "fragile", "partial shipment"]));
    }
    out.push('\n');
    value
}
