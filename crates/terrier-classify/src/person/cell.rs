//! Cells of tables that are a name as a whole.

use super::chain::Chain;
use super::segment::segment;
use super::traits::{Traits, span, traits};
use super::word::capitalised_at;

/// Longest cell that may be a name, in bytes.
const LONGEST: usize = 80;

/// What is seen of a cell that is a name from end to end; `None` where it is none.
pub(super) fn whole(cell: &[u8]) -> Option<Traits> {
    if cell.len() < 2 || cell.len() > LONGEST {
        return None;
    }
    let word = capitalised_at(cell, 0)?;
    let mut chain = Chain::default();
    chain.collect(cell, word);
    let segment = segment(&chain)?;
    let span = span(&chain, &segment);
    let rest = cell[span.end..].trim_ascii();
    let mut found = traits(cell, &chain, &segment);
    let is_known = found.given > 0 || found.surname > 0 || found.ending || found.words > 1;
    if span.start != 0 || !is_known {
        return None;
    }
    // Tables hold names in capitals as often as not.
    found.all_capitals = false;
    match rest {
        b"" | b"." | b"," => Some(found),
        [b',', given @ ..] => {
            // `Smith, Mary Ann`
            let given = given.trim_ascii_start();
            let word = capitalised_at(given, 0)?;
            chain.collect(given, word);
            let after = super::segment::segment(&chain)?;
            let is_end = super::traits::span(&chain, &after).end >= given.trim_ascii_end().len();
            let of_given = traits(given, &chain, &after);
            (is_end && (of_given.given > 0 || word.is_initial)).then(|| found.reversed_with(&of_given))
        }
        _ => None,
    }
}
