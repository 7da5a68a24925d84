use std::sync::LazyLock;

use super::{Kind, PLANT_EVERY};
use crate::dice::Dice;
use crate::text::Clock;
use crate::value;

/// A thousand words, the more frequent ones first.
static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("words.txt").split_ascii_whitespace().collect());

/// What is planted: values of a line at most that are one class only. Left out are dates of birth, since near one every date is one, and
/// tokens of free characters, of which a few are taken for placeholders.
const PLANTED: &[(&str, &str)] = &[
    ("payment_card", "card_number"),
    ("email", "email"),
    ("us_ssn", "ssn"),
    ("phone", "phone"),
    ("iban", "iban"),
    ("uk_nino", "national_insurance_number"),
    ("it_codice_fiscale", "codice_fiscale"),
    ("us_npi", "npi"),
    ("jwt", "access_token"),
    ("connection_string", "database_url"),
];

/// A value that was planted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plant {
    /// Where in the text its line is.
    pub(super) at: usize,
    pub(crate) class: &'static str,
}

/// Writes one cell of a table.
pub(crate) type Cell = fn(&mut Draft);

/// A text that is being written.
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) plants: Vec<Plant>,
    pub(crate) dice: Dice,
    clock: Clock,
    planted: &'static [(&'static str, &'static str)],
    plant_every: usize,
    next_plant: usize,
}

impl Draft {
    pub(super) fn new(kind: Kind, seed: u64) -> Self {
        let dice = Dice::new(seed).fork(kind.as_str());
        let is_planted = !matches!(kind, Kind::MixedClean | Kind::Encoded);
        Self::planting(dice, if is_planted { PLANTED } else { &[] }, PLANT_EVERY)
    }

    /// Begins a text with a value of these classes per `every` bytes; with none where there are no classes.
    pub(crate) fn planting(mut dice: Dice, planted: &'static [(&'static str, &'static str)], every: usize) -> Self {
        Self {
            text: String::new(),
            plants: Vec::new(),
            clock: Clock::start(&mut dice),
            dice,
            planted,
            plant_every: every,
            next_plant: if planted.is_empty() { usize::MAX } else { every / 2 },
        }
    }

    /// Returns a kind of value where it is time to plant one.
    pub(super) fn due(&mut self) -> Option<&'static value::Kind> {
        if self.text.len() < self.next_plant {
            return None;
        }
        self.next_plant += self.plant_every;
        let (class, field) = self.planted[self.dice.index(self.planted.len())];
        Some(value::kind(class, field))
    }

    /// Draws a value that will stand in the line that is being written.
    pub(super) fn plant(&mut self, kind: &value::Kind) -> String {
        self.plants.push(Plant { at: self.text.len(), class: kind.class });
        kind.draw(&mut self.dice)
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a pattern as [`Dice::fill`] draws it.
    pub(super) fn pattern(&mut self, pattern: &str) {
        let drawn = self.dice.fill(pattern);
        self.push(&drawn);
    }

    pub(super) fn number(&mut self, low: u64, high: u64) {
        let number = self.dice.between(low, high);
        self.push(&number.to_string());
    }

    /// Writes an amount with two decimals.
    pub(super) fn amount(&mut self, high: u64) {
        let bound = self.dice.between(1, high);
        let (whole, cents) = (self.dice.below(bound), self.dice.below(100));
        self.push(&format!("{whole}.{cents:02}"));
    }

    pub(super) fn one_of(&mut self, items: &[&str]) {
        let item = self.dice.pick(items);
        self.push(item);
    }

    /// Draws a word. As in a language, few words are most of a text.
    pub(super) fn word(&mut self) -> &'static str {
        let commonest = self.dice.below(WORDS.len() as u64) + 1;
        WORDS[self.dice.below(commonest) as usize]
    }

    /// Writes words with `between` between them.
    pub(super) fn words(&mut self, count: u64, between: char) {
        for place in 0..count {
            if place > 0 {
                self.text.push(between);
            }
            let word = self.word();
            self.push(word);
        }
    }

    pub(super) fn time(&mut self) {
        let time = self.clock.tick(&mut self.dice);
        self.push(&time);
    }

    pub(super) fn time_of_web_server(&mut self) {
        let time = self.clock.tick_common(&mut self.dice);
        self.push(&time);
    }

    pub(super) fn date(&mut self) {
        let date = value::Date::draw(&mut self.dice, 2019, 2025).iso();
        self.push(&date);
    }

    pub(super) fn uuid(&mut self) {
        let uuid = value::uuid(&mut self.dice);
        self.push(&uuid);
    }

    /// Writes a hexadecimal identifier. It begins with a letter: one in two thousand of 16 digits would have none, and some of those are
    /// card numbers by chance.
    pub(super) fn hex(&mut self, length: usize) {
        self.one_of(&["a", "b", "c", "d", "e", "f"]);
        let rest = self.dice.text(length - 1, crate::dice::HEX);
        self.push(&rest);
    }

    /// Writes the key of an article. Of three letters at random some would be a keyword, such as `DOB`.
    pub(super) fn sku(&mut self) {
        self.one_of(&["ALU", "BRK", "CHR", "DRL", "FLX", "GRT", "HGE", "JNT", "KLB", "LMP", "MTR", "PLT", "RVT", "SLV", "TRX", "VLV"]);
        self.pattern("-####-@#");
    }

    /// Writes a path of a web service.
    pub(super) fn path(&mut self) {
        for _ in 0..self.dice.between(1, 3) {
            self.text.push('/');
            let word = self.word();
            self.push(word);
        }
        match self.dice.below(4) {
            0 => self.pattern("/%####"),
            1 => {
                self.text.push('/');
                self.uuid();
            }
            2 => self.pattern("?page=%#&limit=%0"),
            _ => {}
        }
    }
}
