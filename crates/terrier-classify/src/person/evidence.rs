//! From what is seen of a name to the evidence that packs weigh.

use super::traits::Traits;
use crate::signal::{Signal, SignalSet};

/// Levels of [`Known`](super::table::Known): in any list; in a list of a country's names; usual in a country of many millions.
const LISTED: u8 = 1;
const USUAL: u8 = 4;
const MOST_USUAL: u8 = 5;
/// A place of 150,000 people.
const GREAT: u8 = 2;

/// All evidence of names, with what it counts for when it is decided whether a name is told of at all.
const POINTS: [(Signal, i8); 18] = [
    (Signal::FullName, 1),
    (Signal::GivenName, 2),
    (Signal::Surname, 1),
    (Signal::SurnameEnding, 1),
    (Signal::Title, 2),
    (Signal::Role, 1),
    (Signal::Named, 2),
    (Signal::Salutation, 1),
    (Signal::Speech, 2),
    (Signal::Author, 1),
    (Signal::AmongNames, 1),
    (Signal::NamedNearby, 1),
    (Signal::CommonWord, -1),
    (Signal::PlaceName, -2),
    (Signal::BesidePlace, -4),
    (Signal::Organisation, -2),
    (Signal::OtherCapitals, -2),
    (Signal::Article, -1),
];

impl Traits {
    /// Names what speaks for and against the name; `None` where too little speaks for it. What has a key is always told of: the key may
    /// name it.
    pub(super) fn evidence(&self) -> Option<SignalSet> {
        let told = POINTS.into_iter().filter(|(signal, _)| self.holds(*signal));
        let points = told.clone().map(|(_, points)| points).sum::<i8>();
        (self.keyed || points > 0).then(|| told.map(|(signal, _)| signal).collect())
    }

    /// Names what speaks for and against a cell that is a name from end to end: it has no neighbours.
    pub(super) fn evidence_of_cell(&self) -> SignalSet {
        POINTS.into_iter().map(|(signal, _)| signal).filter(|signal| self.holds(*signal)).collect()
    }

    fn is_full(&self) -> bool {
        self.words > 1 || self.run_together
    }

    fn holds(&self, signal: Signal) -> bool {
        match signal {
            Signal::FullName => self.is_full(),
            Signal::GivenName => self.has_given_name(),
            Signal::Surname => self.has_surname(),
            Signal::SurnameEnding => self.ending && self.surname < LISTED,
            Signal::Title => self.title,
            Signal::Role => self.role,
            Signal::Named => self.named && !self.keyed,
            Signal::Salutation => self.salutation,
            Signal::Speech => self.says,
            Signal::Author => self.by,
            Signal::AmongNames => self.among,
            Signal::NamedNearby => self.nearby,
            Signal::CommonWord => self.surname_common >= 2,
            Signal::PlaceName => self.surname_place >= GREAT || self.phrase_place > 0,
            Signal::BesidePlace => self.place_context || self.number || self.number_above,
            Signal::Organisation => self.organisation,
            Signal::OtherCapitals => self.neighbour || self.all_capitals,
            Signal::Article => self.article,
            _ => false,
        }
    }

    /// A word that stands alone must be a given name beyond doubt.
    fn has_given_name(&self) -> bool {
        if self.is_full() {
            self.given >= USUAL && self.given_common == 0
        } else {
            self.given >= MOST_USUAL && self.given_common == 0 && self.surname_place < GREAT
        }
    }

    /// A word that stands alone does not count as both, and not where any place has its name.
    fn has_surname(&self) -> bool {
        if self.is_full() {
            self.surname >= LISTED && self.surname_common == 0 && self.surname_place < GREAT
        } else {
            let is_name = self.surname >= LISTED || self.given >= USUAL;
            is_name && self.surname_common == 0 && self.surname_place == 0 && !self.has_given_name()
        }
    }
}
