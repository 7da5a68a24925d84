//! The labelled benchmark: documents, tables and nested archives with the truth about every value in them.
//!
//! [`document`](Generator::document) writes what people and machines write, in the languages and formats of many countries: mails,
//! chats, tickets, logs, code, letters, forms, prose and configuration. Among the values stand hard negatives, which careless
//! rules take for values. `docs/labelled-benchmark.md` says what is in it and how to measure with it.
//!
//! **Invariant:** nothing here asks the classifier what it finds, and no text was made to suit it.
//!
//! **Invariant:** a record depends on seed and number only, so that a longer benchmark begins like a shorter one.

mod archive;
mod cast;
mod country;
mod draft;
mod kind;
mod language;
mod look_alike;
mod table;
mod technical;
mod template;
mod truth;

use std::io::{self, Write};

pub use archive::{Archive, ArchiveMember};
pub use table::{LabelledColumn, LabelledTable};
pub use truth::{Document, Negative, Origin, Span, classes};

use crate::dice::Dice;
use cast::Cast;
use country::{Country, countries};
use draft::{Draft, Noise};
use template::Mix;
use truth::{ORIGIN, Policy};

/// Countries whose language few others share: they come twice as often, so that no language is rare.
const OFTEN: &[&str] = &["FR", "DE", "ES", "IT", "NL", "PL", "SE", "DK", "FI", "CZ", "TR", "HU", "RO", "NO", "US"];

type Writer = fn(&mut Draft, &mut Cast, Mix);

/// The sorts of documents, with whether a value must stay on its line there.
const KINDS: &[(&str, bool, Writer)] = &[
    ("mail", false, kind::mail),
    ("chat", false, kind::chat),
    ("ticket", false, kind::ticket),
    ("log", true, technical::log),
    ("code", true, technical::code),
    ("letter", false, kind::letter),
    ("form", false, kind::form),
    ("prose", false, kind::prose),
    ("config", true, technical::config),
];

/// Everything that a seed gives, in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Texts.
    pub documents: Vec<Document>,
    /// Tables: one per twenty documents, at least one.
    pub tables: Vec<LabelledTable>,
    /// Nested archives: one per hundred documents, at least one.
    pub archives: Vec<Archive>,
}

/// Returns the benchmark of a seed with that many documents.
pub fn corpus(seed: u64, records: u64) -> Corpus {
    let generator = Generator::new(seed);
    Corpus {
        documents: (0..records).map(|number| generator.document(number)).collect(),
        tables: (0..tables_of(records)).map(|number| generator.table(number)).collect(),
        archives: (0..archives_of(records)).map(|number| generator.archive(number)).collect(),
    }
}

/// Returns how many tables belong to so many documents.
pub fn tables_of(records: u64) -> u64 {
    (records / 20).max(1)
}

/// Returns how many archives belong to so many documents.
pub fn archives_of(records: u64) -> u64 {
    (records / 100).max(1)
}

/// Draws the parts of a benchmark one by one.
#[derive(Debug)]
pub struct Generator {
    seed: u64,
    dice: Dice,
    rota: Vec<&'static Country>,
    policy: Policy,
}

impl Generator {
    /// Makes the generator of a seed.
    ///
    /// # Panics
    /// Never: a test of the rules loads the embedded packs, which give the labels.
    pub fn new(seed: u64) -> Self {
        let often = countries().iter().filter(|country| OFTEN.contains(&country.code));
        Self {
            seed,
            dice: Dice::new(seed).fork("labelled"),
            rota: countries().iter().chain(often).collect(),
            policy: Policy::new().expect("the embedded packs are loaded by a test"),
        }
    }

    /// Draws the document of a number. Sorts of documents take turns, and so do countries.
    pub fn document(&self, number: u64) -> Document {
        self.draw(&format!("document {number}"), format!("terrier-labelled/{}/{number:06}", self.seed), number)
    }

    /// Draws the table of a number.
    pub fn table(&self, number: u64) -> LabelledTable {
        let country = self.country(number);
        table::draw(self.dice.fork(&format!("table {number}")), country, number)
    }

    /// Draws the archive of a number.
    pub fn archive(&self, number: u64) -> Archive {
        archive::draw(number, |place| {
            self.draw(
                &format!("archive {number} {place}"),
                format!("terrier-labelled/{}/archive-{number:03}-{place}", self.seed),
                number * 7 + place,
            )
        })
    }

    fn country(&self, number: u64) -> &'static Country {
        self.rota[(number % self.rota.len() as u64) as usize]
    }

    fn draw(&self, label: &str, id: String, turn: u64) -> Document {
        let mut dice = self.dice.fork(label);
        let (kind, flat, write) = KINDS[(turn % KINDS.len() as u64) as usize];
        let country = self.country(turn);
        let mut cast = Cast::draw(&mut dice, country);
        let mix = match dice.below(20) {
            0..=3 => Mix::Clean,
            4..=6 => Mix::Names,
            _ => Mix::Full,
        };
        let noise = if flat { Noise::None } else { Noise::draw(&mut dice) };
        let mut draft = Draft::new(dice, noise, flat);
        write(&mut draft, &mut cast, mix);
        let label = self.policy.label(draft.spans.iter().map(|span| span.class));
        let Draft { text, spans, negatives, .. } = draft;
        Document { id, text, spans, negatives, label, kind, language: cast.language.code, country: country.code, origin: ORIGIN }
    }
}

/// Writes records as JSON, one per line.
///
/// # Errors
/// What the writer says.
pub fn write_lines<T: serde::Serialize>(out: &mut impl Write, records: impl IntoIterator<Item = T>) -> io::Result<()> {
    for record in records {
        serde_json::to_writer(&mut *out, &record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
