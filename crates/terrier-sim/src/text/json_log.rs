use super::Clock;
use crate::dice::{Dice, HEX};
use crate::value::Kind;

/// Appends a line of a service's JSON log to `out`. Where a kind is given, a field carries a value of it, which is returned.
pub fn log_line(out: &mut String, dice: &mut Dice, clock: &mut Clock, hit: Option<&Kind>) -> Option<String> {
    let service = dice.pick(&["checkout", "catalog", "fulfilment", "identity", "search", "notifications"]);
    let level = dice.pick(&["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]);
    let message = dice.pick(&[
        "request served",
        "cache miss",
        "queue drained",
        "retrying upstream call",
        "order state changed",
        "configuration reloaded",
        "batch committed",
        "slow query",
    ]);
    out.push_str(&format!(
        r#"{{"ts":"{}","level":"{level}","service":"{service}","trace":"{}","span":"{}","msg":"{message}""#,
        clock.tick(dice),
        dice.text(32, HEX),
        dice.text(16, HEX)
    ));
    out.push_str(&format!(r#","status":{},"duration_ms":{}"#, dice.pick(&["200", "201", "204", "404", "500"]), dice.between(1, 950)));
    if dice.one_in(2) {
        out.push_str(&format!(r#","order":"{}""#, crate::value::order_id(dice)));
    }
    let value = hit.map(|kind| {
        let value = kind.draw(dice);
        out.push_str(&format!(r#","{}":"{}""#, kind.field, value.replace('\\', "\\\\").replace('"', "\\\"")));
        value
    });
    out.push_str("}\n");
    value
}
