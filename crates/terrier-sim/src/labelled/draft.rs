//! A document while it is being written: text, and where what lies in it.

use super::truth::{Negative, Span, class};
use crate::dice::Dice;
use crate::text::Clock;

/// What hands and programs do to values: each document has one habit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noise {
    /// Values are as they were typed.
    None,
    /// Spaces inside of values do not break, as word processors write them.
    FixedSpaces,
    /// A line ends inside of a value.
    LineBreaks,
    /// Names and addresses are in capitals.
    Capitals,
    /// Values stand in quotes.
    Quotes,
}

impl Noise {
    /// Draws a habit; most documents have none.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        match dice.below(20) {
            0 => Self::FixedSpaces,
            1 => Self::LineBreaks,
            2 => Self::Capitals,
            3 => Self::Quotes,
            _ => Self::None,
        }
    }
}

/// The document so far. Offsets are counted in code points.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) dice: Dice,
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
    pub(super) negatives: Vec<Negative>,
    pub(super) noise: Noise,
    /// Whether a value must stay on its line, as in code.
    pub(super) flat: bool,
    pub(super) clock: Clock,
    /// Sentences that were written already: nobody says the same twice in a row.
    pub(super) used: Vec<&'static str>,
    points: usize,
}

impl Draft {
    pub(super) fn new(mut dice: Dice, noise: Noise, flat: bool) -> Self {
        let clock = Clock::start(&mut dice);
        Self { dice, text: String::new(), spans: Vec::new(), negatives: Vec::new(), noise, flat, clock, used: Vec::new(), points: 0 }
    }

    /// Writes text in which nothing lies.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.points += text.chars().count();
    }

    /// Writes a value of a class, with the noise of the document.
    pub(super) fn plant(&mut self, name: &str, value: &str) {
        let (class, ctype) = class(name);
        let one_line = value.replace('\n', ", ");
        let value = if self.flat && class != "private_key" { &one_line } else { value };
        let person = matches!(ctype, "PERSON" | "ADDRESS");
        let noisy = self.noise != Noise::None && self.dice.one_in(2);
        let written = match self.noise {
            Noise::FixedSpaces if noisy => value.replace(' ', "\u{a0}"),
            Noise::LineBreaks if noisy && value.contains(' ') => {
                let spaces: Vec<usize> = value.match_indices(' ').map(|(place, _)| place).collect();
                let place = spaces[self.dice.index(spaces.len())];
                format!("{}\n{}", &value[..place], &value[place + 1..])
            }
            Noise::Capitals if noisy && person && !value.contains('ß') => value.to_uppercase(),
            _ => value.to_owned(),
        };
        let quoted = noisy && self.noise == Noise::Quotes && !matches!(ctype, "SECRET" | "PERSON" | "LOCATION");
        if quoted {
            self.push("\"");
        }
        let start = self.points;
        self.push(&written);
        self.spans.push(Span { start, end: self.points, class, ctype, planted: value.to_owned() });
        if quoted {
            self.push("\"");
        }
    }

    /// Writes something that looks like a value and is none.
    pub(super) fn look_alike(&mut self, kind: &'static str, text: &str) {
        let start = self.points;
        self.push(text);
        self.negatives.push(Negative { start, end: self.points, kind });
    }

    /// Writes one of the texts.
    pub(super) fn push_one(&mut self, texts: &[&str]) {
        let text = self.dice.pick(texts).to_owned();
        self.push(&text);
    }
}
