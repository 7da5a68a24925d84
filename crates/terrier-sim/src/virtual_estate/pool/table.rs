use std::collections::BTreeMap;

use super::{Block, Footer, Kind, Pool};
use crate::benchmark::draft::Draft;
use crate::benchmark::records::COLUMNS;
use crate::dice::Dice;
use crate::document::{Dialect, Table, delimited, gzip, ndjson, parquet_of_groups};
use crate::value;
use crate::virtual_estate::profile::Format;

/// Columns that a careless rule takes for something else: numbers with a wrong checksum, clocks, identifiers.
const HARD_NEGATIVES: &[&str] = &["batch_number", "transfer_reference", "timestamp_ms", "request_id"];

/// Draws rows. All blocks have the same columns; those of the subject are empty where nothing is to be found.
pub(super) fn pool(dice: &Dice, kind: Kind) -> Pool {
    let (blocks, rows) = match (kind.format, kind.is_small) {
        (Format::Parquet, true) => (3, 300),
        (Format::Parquet, false) => (2, 8_192),
        (_, true) => (8, 20),
        (_, false) => (4, 1_200),
    };
    let tables: Vec<(Table, BTreeMap<&'static str, u64>)> =
        (0..blocks).map(|number| table(&dice.fork(&number.to_string()), kind, rows)).collect();
    match kind.format {
        Format::Parquet => {
            let files: Vec<Vec<u8>> = tables.iter().map(|(table, _)| parquet_of_groups(table, rows)).collect();
            let (footer, bodies) = Footer::of(&files);
            let blocks = bodies.into_iter().zip(tables).map(|(body, (_, truth))| Block::new(body, truth)).collect();
            Pool { head: b"PAR1".as_slice().into(), footer: Some(footer), ..Pool::of(blocks) }
        }
        Format::Csv => {
            let headers = Table { rows: Vec::new(), ..tables[0].0.clone() };
            let body = Dialect { header: false, ..Dialect::CSV };
            let blocks = tables.into_iter().map(|(table, truth)| Block::new(delimited(&table, body), truth)).collect();
            Pool { head: delimited(&headers, Dialect::CSV).into(), ..Pool::of(blocks) }
        }
        Format::NdjsonGz => Pool::of(tables.into_iter().map(|(table, truth)| Block::new(gzip(ndjson(&table).as_bytes()), truth)).collect()),
        _ => Pool::of(tables.into_iter().map(|(table, truth)| Block::new(ndjson(&table), truth)).collect()),
    }
}

/// Draws a table and counts what is in it.
pub(super) fn table(dice: &Dice, kind: Kind, rows: usize) -> (Table, BTreeMap<&'static str, u64>) {
    let classes = kind.subject.classes();
    let headers =
        COLUMNS.iter().map(|(name, _, _)| *name).chain(HARD_NEGATIVES.iter().copied()).chain(classes.iter().map(|(_, field)| *field));
    let mut table = Table::new(&headers.collect::<Vec<_>>());
    let mut draft = Draft::planting(dice.clone(), &[], 1);
    for _ in 0..rows {
        let mut row: Vec<String> = COLUMNS
            .iter()
            .map(|(_, _, cell)| {
                draft.text.clear();
                cell(&mut draft);
                draft.text.clone()
            })
            .collect();
        row.extend(HARD_NEGATIVES.iter().map(|field| look_alike(field, &mut draft.dice)));
        row.extend(classes.iter().map(
            |(class, field)| {
                if kind.is_sensitive { value::kind(class, field).draw(&mut draft.dice) } else { String::new() }
            },
        ));
        table.rows.push(row);
    }
    let truth = if kind.is_sensitive { classes.iter().map(|(class, _)| (*class, rows as u64)).collect() } else { BTreeMap::new() };
    (table, truth)
}

fn look_alike(field: &str, dice: &mut Dice) -> String {
    let kind = value::LOOK_ALIKES.iter().find(|kind| kind.field == field);
    kind.expect("the fields above are fields of look-alikes").draw(dice)
}
