//! Cells that are an address, a line of one, or a postcode.

use crate::signal::SignalSet;

use super::parse;
use super::run::LONGEST_RUN;
use super::signals::{Part, Parts};
use super::token::tokenise;

/// Says what speaks for the whole of a cell being an address or a line of one; `None` where it is none.
pub(crate) fn whole(cell: &[u8]) -> Option<SignalSet> {
    if cell.len() > LONGEST_RUN || cell.len() < 4 {
        return None;
    }
    let mut tokens = Vec::new();
    tokenise(cell, 0..cell.len(), &mut tokens);
    let mut covered = 0;
    let mut all = Parts::NONE;
    parse::addresses(cell, &tokens, &mut |span, parts| {
        covered += span.len();
        all.join(parts);
    });
    // What is left over is the name of a building or district, or a sign.
    (covered * 3 >= cell.len() * 2
        && all != Parts::NONE
        && !(all.count(&[Part::StreetWord, Part::StreetName, Part::HouseNumber, Part::Box]) == 0 && covered < cell.len()))
    .then(|| all.signals())
}
