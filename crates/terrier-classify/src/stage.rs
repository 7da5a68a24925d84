//! The stages of the classification of running text, each by itself, for whoever measures where its time goes.

use std::ops::Range;

use crate::Classifier;
use crate::judge::Context;
use crate::passage::Extent;

/// How far a text is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Places are let through at which something may match.
    Sieve,
    /// Keywords and the matches of patterns are found there, and what recognisers find.
    Matching,
    /// The evidence for each match is weighed, and claims on the same bytes are settled.
    Weighing,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 3] = [Self::Sieve, Self::Matching, Self::Weighing];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sieve => "sieve",
            Self::Matching => "matching",
            Self::Weighing => "weighing",
        }
    }
}

impl Classifier {
    /// Takes the body of a text to the end of a stage, and returns how much is left by then: places, matches or values.
    pub fn take_to(&self, stage: Stage, text: &[u8], body: Range<usize>) -> u64 {
        match stage {
            Stage::Sieve => self.engine.let_through(&text[body]),
            Stage::Matching => {
                let recognised = self.recognise(text, &body).len();
                (self.matches(&mut Context::new(self, text, None), body).len() + recognised) as u64
            }
            Stage::Weighing => self.values(text, body, Extent::Vicinity).len() as u64,
        }
    }
}
