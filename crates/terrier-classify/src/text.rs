//! Running text: each value counts by itself.

use terrier_content::{Origin, Text};
use terrier_model::{Place, PlaceKind, Tier};

use crate::Classifier;
use crate::combination::Combinations;
use crate::judge::Occurrence;
use crate::passage::{Extent, Passages};
use crate::tally::{Counted, Hasher, Tally};

/// Tallies by class.
pub(crate) struct ByClass(Vec<Option<Box<Tally>>>);

impl ByClass {
    pub(crate) fn new(classes: usize) -> Self {
        Self((0..classes).map(|_| None).collect())
    }

    pub(crate) fn of(&mut self, class: u32) -> &mut Tally {
        self.0[class as usize].get_or_insert_default()
    }

    pub(crate) fn into_tallies(self) -> impl Iterator<Item = (u32, Tally)> {
        (0..).zip(self.0).filter_map(|(class, tally)| Some((class, *tally?)))
    }
}

/// Counts the values that start in the body of the text, and which classes stand together in its passages.
pub(crate) fn take(
    classifier: &Classifier,
    hasher: &mut Hasher,
    text: &Text<'_>,
    tallies: &mut ByClass,
    passages: &mut Passages,
    combinations: &mut Combinations,
) {
    let bytes: &[u8] = text.bytes.expose();
    let mut places = Places { bytes, origin: text.origin, body_start: text.body_start, counted_to: text.body_start, lines: 0 };
    let mut window = passages.window(text);
    for occurrence in classifier.values(bytes, text.body(), Extent::of(bytes, text.origin)) {
        let counted = count(classifier, hasher, bytes, &occurrence);
        let class = classifier.rules[occurrence.span.rule as usize].class;
        if occurrence.test.is_none() && occurrence.tier >= Tier::Medium {
            window.take(classifier, combinations, class, &occurrence.span.range(), counted.fingerprint);
        }
        let tally = tallies.of(class);
        tally.add(&counted);
        if tally.wants_place() {
            tally.add_place(places.of(occurrence.span.start as usize));
        }
    }
}

/// Hashes the value of an occurrence. What is hardly a value is not worth a fingerprint.
pub(crate) fn count(classifier: &Classifier, hasher: &mut Hasher, text: &[u8], occurrence: &Occurrence) -> Counted {
    let Occurrence { span, weighing, tier, test } = *occurrence;
    let wants_fingerprint = test.is_none() && tier >= Tier::Medium;
    let (hash, fingerprint) = hasher.hash(classifier, span.rule, &text[span.range()], wants_fingerprint);
    Counted { rule: span.rule, weighing, tier, test, hash, fingerprint }
}

/// Names places in a text; lines are counted only as far as a place is asked for.
struct Places<'t> {
    bytes: &'t [u8],
    origin: Origin,
    body_start: usize,
    counted_to: usize,
    lines: u64,
}

impl Places<'_> {
    fn of(&mut self, at: usize) -> Place {
        let (kind, number) = match self.origin {
            Origin::Lines { line, .. } => {
                self.lines += memchr::memchr_iter(b'\n', &self.bytes[self.counted_to..at]).count() as u64;
                self.counted_to = at;
                (PlaceKind::Line, line + self.lines)
            }
            Origin::Page(page) => (PlaceKind::Page, u64::from(page)),
            Origin::Slide(slide) => (PlaceKind::Slide, u64::from(slide)),
            Origin::Binary { byte } => (PlaceKind::Byte, byte + (at - self.body_start) as u64),
            Origin::Property => (PlaceKind::Property, 0),
        };
        Place { kind, number, column: None }
    }
}
