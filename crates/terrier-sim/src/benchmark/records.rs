use std::collections::BTreeMap;
use std::io;

use terrier_content::{Column, ColumnKind, Records};

use super::draft::{Cell, Draft};
use super::{Content, Corpus, table};
use crate::value;

/// Rows of a batch, as the readers of tables cut them.
const BATCH: u32 = 4096;

/// The columns without anything sensitive.
pub(crate) const COLUMNS: &[(&str, ColumnKind, Cell)] = &[
    ("order_id", ColumnKind::Text, table::order),
    ("placed_at", ColumnKind::Timestamp, Draft::time),
    ("customer", ColumnKind::Text, table::account),
    ("sku", ColumnKind::Text, Draft::sku),
    ("quantity", ColumnKind::Integer, |draft| draft.number(1, 48)),
    ("unit_price", ColumnKind::Float, |draft| draft.amount(400)),
    ("currency", ColumnKind::Text, table::currency),
    ("warehouse", ColumnKind::Text, table::place),
    ("state", ColumnKind::Text, |draft| draft.one_of(&["packed", "shipped", "delivered", "returned", "on hold"])),
    ("request", ColumnKind::Text, Draft::uuid),
    ("path", ColumnKind::Text, Draft::path),
    ("note", ColumnKind::Text, |draft| {
        let words = draft.dice.between(0, 9);
        draft.words(words, ' ');
    }),
];

/// Columns that hold a value in few rows, by class and name.
const SPARSE: &[(&str, &str)] =
    &[("email", "email"), ("phone", "phone"), ("payment_card", "card_number"), ("iban", "iban"), ("us_ssn", "ssn")];

/// Makes batches of `block` bytes and repeats them, each time from another batch on, until there are `bytes`.
pub(super) fn corpus(mut draft: Draft, block: usize, bytes: usize) -> Corpus {
    let mut batches = Vec::new();
    while draft.text.len() < block {
        let batch = batch(&mut draft, block);
        batches.push((batch, std::mem::take(&mut draft.plants)));
    }
    let (mut given, mut length, mut record) = (Vec::new(), 0, 0);
    let mut truth = BTreeMap::new();
    let mut turn = 0;
    while length < bytes {
        let (first, second) = batches.split_at(turn % batches.len());
        for (batch, plants) in second.iter().chain(first) {
            if length >= bytes {
                break;
            }
            given.push(Records { first_record: record, ..batch.clone() });
            record += u64::from(batch.records);
            length += batch.byte_len();
            plants.iter().for_each(|plant| *truth.entry(plant.class).or_default() += 1);
        }
        turn += 1;
    }
    Corpus { content: Content::Records(given), truth }
}

/// Draws rows through the draft's text, whose length tells when a value is due.
fn batch(draft: &mut Draft, until: usize) -> Records {
    let mut columns: Vec<Column> = COLUMNS.iter().map(|(name, kind, _)| Column::new(*name, *kind)).collect();
    let mut sparse: Vec<Column> = SPARSE.iter().map(|(_, name)| Column::new(*name, ColumnKind::Text)).collect();
    let mut records = 0;
    while records < BATCH && draft.text.len() < until {
        for ((_, _, cell), column) in COLUMNS.iter().zip(&mut columns) {
            let start = draft.text.len();
            cell(draft);
            column.push(records, &draft.text.as_bytes()[start..]);
        }
        if draft.due().is_some() {
            let index = draft.dice.index(SPARSE.len());
            let (class, field) = SPARSE[index];
            let value = draft.plant(value::kind(class, field));
            draft.push(&value);
            sparse[index].push(records, value.as_bytes());
        }
        records += 1;
    }
    columns.append(&mut sparse);
    Records { first_record: 0, records, columns }
}

/// Writes a batch as JSON, a record per line: numbers as such, and nothing for what a record does not have.
///
/// # Errors
/// Those of the writer.
pub fn write_json_lines(batch: &Records, out: &mut impl io::Write) -> io::Result<()> {
    let mut rest: Vec<_> = batch.columns.iter().map(|column| (column, column.values().peekable())).collect();
    for record in 0..batch.records {
        let mut separator = '{';
        for (column, values) in &mut rest {
            while let Some(value) = values.next_if(|value| value.record == record) {
                let value = String::from_utf8_lossy(value.bytes.expose());
                let name = serde_json::to_string(column.name().expose())?;
                write!(out, "{separator}{name}:")?;
                match column.kind() {
                    ColumnKind::Integer | ColumnKind::Float => out.write_all(value.as_bytes())?,
                    _ => serde_json::to_writer(&mut *out, &value)?,
                }
                separator = ',';
            }
        }
        out.write_all(if separator == '{' { b"{}\n" } else { b"}\n" })?;
    }
    Ok(())
}
