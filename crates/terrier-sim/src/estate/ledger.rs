use std::collections::BTreeMap;

use terrier_model::Reason;

use crate::dice::Dice;
use crate::value::{Person, kind};

/// Draws the content of one file and writes down each value that it plants.
#[derive(Debug)]
pub struct Ledger {
    /// The file's own dice.
    pub dice: Dice,
    pub(super) asset: String,
    pub(super) planted: BTreeMap<(Option<String>, &'static str), u64>,
    pub(super) unreadable: Option<Reason>,
    member: Option<String>,
}

impl Ledger {
    pub(super) fn new(dice: Dice, asset: String) -> Self {
        Self { dice, asset, planted: BTreeMap::new(), unreadable: None, member: None }
    }

    /// Draws a value of a class and counts it.
    pub fn plant(&mut self, class: &'static str) -> String {
        self.plant_in(class, "")
    }

    /// Draws a value of a class for a column of the given header, and counts it.
    pub fn plant_in(&mut self, class: &'static str, field: &str) -> String {
        let kind = kind(class, field);
        self.count(class, kind.findings);
        kind.draw(&mut self.dice)
    }

    /// Draws a value of a class behind the words that usually lead to it, and counts it.
    pub fn mention(&mut self, class: &'static str) -> String {
        format!("{} {}", kind(class, "").lead, self.plant(class))
    }

    /// Draws a person and counts nothing: what is written of them decides.
    pub fn person(&mut self) -> Person {
        Person::draw(&mut self.dice)
    }

    /// Counts values that were written without [`Ledger::plant`].
    pub fn count(&mut self, class: &'static str, times: u64) {
        *self.planted.entry((self.member.clone(), class)).or_default() += times;
    }

    /// Draws the content of a member of a container; what it plants is counted under `asset!/name`.
    pub fn member<T>(&mut self, name: &str, make: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.member.clone();
        self.member = Some(match &outer {
            Some(outer) => format!("{outer}!/{name}"),
            None => name.to_owned(),
        });
        let made = make(self);
        self.member = outer;
        made
    }

    /// Says that nobody can read the file, and why; what was planted in it does not count.
    pub fn unreadable(&mut self, reason: Reason) {
        self.unreadable = Some(reason);
        self.planted.clear();
    }
}
