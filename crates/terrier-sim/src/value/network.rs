use crate::dice::{Dice, HEX};

/// Draws a public IPv4 or IPv6 address, outside the ranges for documentation and private use.
pub(super) fn ip_address(dice: &mut Dice) -> String {
    if dice.one_in(4) { ipv6(dice) } else { ipv4(dice) }
}

/// Draws a public IPv4 address.
pub(super) fn ipv4(dice: &mut Dice) -> String {
    let network = dice.pick(&["81", "84", "86", "91", "109", "145", "151", "178", "185", "188", "212", "217"]);
    format!("{network}.{}.{}.{}", dice.between(1, 254), dice.between(1, 254), dice.between(2, 253))
}

/// Draws a global IPv6 address.
pub(super) fn ipv6(dice: &mut Dice) -> String {
    let network = dice.pick(&["2a02", "2a00", "2a01", "2600", "2607"]);
    let group = |dice: &mut Dice| dice.fill("%") + &dice.text(3, HEX);
    let (a, b, c, d, e) = (group(dice), group(dice), group(dice), group(dice), group(dice));
    if dice.one_in(2) {
        format!("{network}:{a}:{b}::{c}:{d}")
    } else {
        format!("{network}:{a}:{b}:{c}:{d}:{e}:{}:{}", group(dice), group(dice))
    }
}

/// Draws the hardware address of a real maker's device.
pub(super) fn mac_address(dice: &mut Dice) -> String {
    let maker = dice.pick(&["3c:22:fb", "f0:18:98", "b8:27:eb", "dc:a6:32", "00:1b:63", "a4:83:e7"]);
    format!("{maker}:{}:{}:{}", dice.text(2, HEX), dice.text(2, HEX), dice.text(2, HEX))
}
