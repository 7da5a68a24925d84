//! Recognisers find what no pattern describes, such as names of persons. A rule names one in place of a pattern; its prior, fields and
//! keywords count as those of a pattern do.

use std::ops::Range;

use crate::Classifier;
use crate::address;
use crate::person;
use crate::signal::SignalSet;

/// A value that a recogniser finds, and what speaks for and against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recognised {
    pub(crate) span: Range<usize>,
    pub(crate) signals: SignalSet,
}

/// Tells of the values of a text that start in the places, in their order and without overlap. What is told of a value depends on no more
/// than 3,000 bytes of the text before it and a KiB behind, so that it does not matter where a stream is cut.
type Find = fn(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Recognised));

/// What finds values of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recognizer {
    name: &'static str,
    find: Find,
    /// Says what speaks for the whole of a cell being a value; `None` where it is none.
    pub(crate) whole: fn(cell: &[u8]) -> Option<SignalSet>,
}

static RECOGNIZERS: &[Recognizer] = &[
    Recognizer { name: "person_name", find: person::find, whole: person::whole },
    Recognizer { name: "postal_address", find: address::find, whole: address::whole },
];

impl Recognizer {
    /// Returns the recogniser of that name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        RECOGNIZERS.iter().find(|recognizer| recognizer.name == name).copied()
    }
}

impl Classifier {
    /// Returns the values that recognisers find at the places, with the rules that asked for them; rule by rule.
    pub(crate) fn recognise(&self, text: &[u8], places: &Range<usize>) -> Vec<(u32, Recognised)> {
        let mut all = Vec::new();
        for (rule, recognizer) in &self.recognizers {
            (recognizer.find)(text, places.clone(), &mut |found| all.push((*rule, found)));
        }
        all
    }
}
