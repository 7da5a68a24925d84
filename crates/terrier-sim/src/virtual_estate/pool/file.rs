use std::collections::BTreeMap;

use super::table::table;
use super::{Block, Kind, Pool};
use crate::benchmark::draft::Draft;
use crate::benchmark::prose;
use crate::dice::Dice;
use crate::document::{docx, pdf, xlsx};
use crate::virtual_estate::profile::Format;

/// Characters of the documents, or rows of the sheets, one a block.
const TEXT: [usize; 6] = [2 << 10, 6 << 10, 16 << 10, 48 << 10, 160 << 10, 480 << 10];
const ROWS: [usize; 6] = [12, 40, 120, 400, 1_200, 4_000];

/// Writes whole files.
pub(super) fn pool(dice: &Dice, kind: Kind) -> Pool {
    let blocks = (0..TEXT.len()).map(|number| {
        let dice = dice.fork(&number.to_string());
        if kind.format == Format::Xlsx {
            let (table, truth) = table(&dice, kind, ROWS[number]);
            return Block::new(xlsx(&[("Sheet1", &table)]), truth);
        }
        let (text, truth) = letter(dice, kind, TEXT[number]);
        Block::new(if kind.format == Format::Pdf { pdf(&text) } else { docx(&text) }, truth)
    });
    Pool { is_whole: true, ..Pool::of(blocks.collect()) }
}

fn letter(dice: Dice, kind: Kind, bytes: usize) -> (String, BTreeMap<&'static str, u64>) {
    let classes = if kind.is_sensitive { kind.subject.classes() } else { &[] };
    let mut draft = Draft::planting(dice, classes, 1024);
    prose::fill(&mut draft, bytes);
    let mut truth = BTreeMap::new();
    draft.plants.iter().for_each(|plant| *truth.entry(plant.class).or_default() += 1);
    (draft.text, truth)
}
