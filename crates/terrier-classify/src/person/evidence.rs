//! From what is seen of a name to the evidence that packs weigh.

use super::traits::Traits;
use crate::signal::{Signal, SignalSet};

impl Traits {
    /// Names what speaks for and against the name.
    pub(super) fn signals(&self) -> SignalSet {
        let is_full = self.words > 1 || self.run_together;
        let (given, surname, place) = if is_full { self.of_full_name() } else { self.of_one_word() };
        let all = [
            (Signal::FullName, is_full),
            (Signal::GivenName, given),
            (Signal::Surname, surname),
            (Signal::SurnameEnding, self.ending && self.surname < LISTED),
            (Signal::Title, self.title),
            (Signal::Role, self.role),
            (Signal::Named, self.named && !self.keyed),
            (Signal::Salutation, self.salutation),
            (Signal::Speech, self.says),
            (Signal::Author, self.by),
            (Signal::AmongNames, self.among),
            (Signal::NamedNearby, self.nearby),
            (Signal::CommonWord, self.surname_common >= 2),
            (Signal::PlaceName, place),
            (Signal::BesidePlace, self.place_context || self.number || self.number_above),
            (Signal::Organisation, self.organisation),
            (Signal::OtherCapitals, self.neighbour || self.all_capitals),
            (Signal::Article, self.article),
        ];
        all.into_iter().filter(|(_, applies)| *applies).map(|(signal, _)| signal).collect()
    }

    /// Whether it holds a given name, a surname, a place's name.
    fn of_full_name(&self) -> (bool, bool, bool) {
        let given = self.given >= USUAL && self.given_common == 0;
        let surname = self.surname >= LISTED && self.surname_common == 0 && self.surname_place < GREAT;
        (given, surname, self.surname_place >= GREAT || self.phrase_place > 0)
    }

    /// The same of a word that stands alone: it must be a given name beyond doubt, and is not counted twice.
    fn of_one_word(&self) -> (bool, bool, bool) {
        let is_place = self.surname_place >= GREAT;
        let is_free = self.given_common == 0 && !is_place;
        let given = self.given >= MOST_USUAL && is_free;
        let surname = (self.surname >= LISTED || self.given >= USUAL) && is_free;
        (given, surname && !given, is_place)
    }
}

/// Levels of [`Known`](super::table::Known).
const LISTED: u8 = 3;
const USUAL: u8 = 4;
const MOST_USUAL: u8 = 6;
/// Places of 150,000 people, as a level.
const GREAT: u8 = 2;
