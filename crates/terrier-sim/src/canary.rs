//! Values that tests plant everywhere and then look for in all that a scan wrote.

use crate::dice::Dice;
use crate::value::KINDS;

/// A value that must never leave, with a text that makes it a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// Id of its class.
    pub class: &'static str,
    /// The value, or of one that spans several lines the longest: never shorter than five characters, on one line. Where this
    /// string turns up in an output, the value has left.
    pub value: String,
    /// A text of one or more lines that holds the value in a context which a scanner takes for real.
    pub context: String,
    /// Header for a column of such values.
    pub field: &'static str,
    /// The whole value as a cell of a table or a file's content holds it.
    pub cell: String,
}

/// Returns one canary per kind of value, always the same.
pub fn canaries() -> Vec<Canary> {
    let dice = Dice::new(0x7e44_1e44).fork("canary");
    KINDS
        .iter()
        .map(|kind| {
            let mut dice = dice.fork(kind.class);
            // Short codes such as `O80` would turn up by accident.
            let cell = loop {
                let cell = kind.draw(&mut dice);
                if cell.len() >= 5 {
                    break cell;
                }
            };
            let value = cell.lines().max_by_key(|line| line.len()).unwrap_or_default().to_owned();
            Canary { class: kind.class, value, context: format!("{} {cell}\n", kind.lead), field: kind.field, cell }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canaries_are_distinct_and_in_their_context() {
        let all = canaries();
        for canary in &all {
            assert!(canary.value.len() >= 5 && canary.context.contains(&canary.value), "{}", canary.class);
            assert_eq!(all.iter().filter(|other| other.cell.contains(&canary.value)).count(), 1, "{}", canary.class);
        }
        assert_eq!(all, canaries());
    }
}
