//! Postal addresses in text, of any country.
//!
//! An address is looked for around *anchors* (`anchor.rs`): numbers that stand alone beside a capitalised word or a word for a street.
//! Around an anchor a *run* is marked off (`run.rs`): the words, numbers and signs that addresses are made of, up to the next word that is no part of
//! one. In a run the *heart* is looked for, a street and a number or a box (`street.rs`), and from it the parts that follow and precede
//! (`parts.rs`): flat, postcode, town, state, country. The parts are the evidence (`signals.rs`); `docs/addresses.md` says how they count.
//!
//! **Invariant:** what is found around an anchor depends on its run alone, and the words right before it, so it is the same wherever a stream
//! is cut.

mod anchor;
mod compound;
mod cue;
mod fold;
mod gazetteer;
mod parse;
mod parts;
mod postcode;
mod run;
mod signals;
mod street;
#[cfg(test)]
mod tests;
mod token;
mod whole;

use std::ops::Range;

use crate::recognizer::Recognised;
use anchor::Anchors;
use run::{LONGEST_RUN, Runs};
use token::{is_word_at, tokenise};

pub(crate) use whole::whole;

/// Tells of the addresses that start in the places, in their order and without overlap.
pub(crate) fn find(text: &[u8], places: Range<usize>, found: &mut dyn FnMut(Recognised)) {
    let mut runs = Runs::default();
    let mut tokens = Vec::new();
    let last = places.end.saturating_add(LONGEST_RUN).min(text.len());
    // What starts at a place may be anchored before it: a run may hold two addresses, and the anchor of the first one alone.
    let mut anchors = Anchors::new(text, places.start.saturating_sub(LONGEST_RUN), last);
    while let Some(place) = anchors.next() {
        let Some(run) = token_start(text, place).and_then(|start| runs.around(text, start)) else { continue };
        if run.start >= places.end {
            break;
        }
        anchors.skip_to(run.end);
        tokens.clear();
        tokenise(text, run, &mut tokens);
        parse::addresses(text, &tokens, &mut |span, parts| {
            if places.contains(&span.start) {
                found(Recognised { span, signals: parts.signals() });
            }
        });
    }
}

/// Returns where the token begins that a place is in.
fn token_start(text: &[u8], place: usize) -> Option<usize> {
    let mut start = place;
    while start > 0 && place - start < 64 && (is_word_at(text, start - 1) || token::joins(text, start - 1)) {
        start -= 1;
    }
    (place - start < 64).then_some(start)
}
