use super::{Block, Kind, Pool};
use crate::benchmark::draft::Draft;
use crate::benchmark::json_log;
use crate::dice::Dice;
use crate::document::gzip;
use crate::virtual_estate::profile::Format;

const SMALL: (usize, usize) = (8, 4 << 10);
const LARGE: (usize, usize) = (4, 256 << 10);

/// Values in a block that holds some: a credential that was logged by mistake, not a table of them.
const LEAKS: usize = 4;

/// Draws lines of services. Every block begins with a line of its own, so that blocks follow one another in any order.
pub(super) fn pool(dice: &Dice, kind: Kind) -> Pool {
    let (blocks, bytes) = if kind.is_small { SMALL } else { LARGE };
    let block = |number: usize| {
        let classes = if kind.is_sensitive { kind.subject.classes() } else { &[] };
        let mut draft = Draft::planting(dice.fork(&number.to_string()), classes, bytes / LEAKS);
        json_log::fill(&mut draft, bytes);
        let mut truth = std::collections::BTreeMap::new();
        draft.plants.iter().for_each(|plant| *truth.entry(plant.class).or_default() += 1);
        let text = draft.text.into_bytes();
        Block::new(if kind.format == Format::LogGz { gzip(&text) } else { text }, truth)
    };
    Pool::of((0..blocks).map(block).collect())
}
