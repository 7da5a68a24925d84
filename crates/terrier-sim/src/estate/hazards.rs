//! What goes wrong on a real share: damaged, locked, empty, foreign and oddly named files.

use terrier_model::Reason;

use super::rows::{Column, table};
use super::{Ledger, Planned, Scale};
use crate::document::{Dialect, Member, delimited, encrypted_pdf, encrypted_zip, gzip, parquet, truncate, xlsx, zip};
use crate::text::paragraph;

pub(super) fn plan(_: Scale, plan: &mut Vec<Planned>) {
    plan.push(Planned::new("finance/locked/board-pack.zip", |ledger| {
        ledger.unreadable(Reason::Encrypted);
        encrypted_zip(&mut ledger.dice, &["board-pack.xlsx", "salaries.csv"])
    }));
    plan.push(Planned::new("finance/locked/valuation.pdf", |ledger| {
        ledger.unreadable(Reason::Encrypted);
        encrypted_pdf(&mut ledger.dice)
    }));
    plan.push(Planned::new("backups/interrupted/orders.parquet", |ledger| damaged(ledger, |rows| parquet(&rows))));
    plan.push(Planned::new("backups/interrupted/orders.xlsx", |ledger| damaged(ledger, |rows| xlsx(&[("Orders", &rows)]))));
    plan.push(Planned::new("backups/interrupted/orders.zip", |ledger| {
        damaged(ledger, |rows| zip(&[Member::new("orders.csv", delimited(&rows, Dialect::CSV))]))
    }));
    plan.push(Planned::new("backups/interrupted/orders.csv.gz", |ledger| {
        damaged(ledger, |rows| gzip(delimited(&rows, Dialect::CSV).as_bytes()))
    }));
    plan.push(Planned::new("marketing/photos/fair.jpg", |ledger| {
        let noise = ledger.dice.bytes(60_000);
        [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0", noise.as_slice(), b"\xff\xd9"].concat()
    }));
    plan.push(Planned::new("marketing/photos/clip.mp4", |ledger| {
        let noise = ledger.dice.bytes(90_000);
        [b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2", noise.as_slice()].concat()
    }));
    plan.push(Planned::new("exports/empty.csv", |_| Vec::new()));
    plan.push(Planned::new("exports/header only.csv", |_| b"id,name,email\n".to_vec()));
    for name in ["Größen & Maße (final) +2.txt", "🐕 notes.txt", "100%25 done.txt", " leading space.txt", "tab\tinside.txt"] {
        plan.push(Planned::new(format!("support/odd names/{name}"), |ledger| {
            let mention = ledger.mention("email");
            format!("{}\n{mention}\n", paragraph(&mut ledger.dice)).into_bytes()
        }));
    }
}

/// Writes a file and loses its second half.
fn damaged(ledger: &mut Ledger, write: fn(crate::document::Table) -> Vec<u8>) -> Vec<u8> {
    let columns = [("order", Column::Pattern("ORD-202#-######")), ("sku", Column::Pattern("@@@-####-@#")), ("city", Column::City)];
    let rows = table(ledger, 3000, &columns);
    ledger.unreadable(Reason::Damaged);
    let whole = write(rows);
    let half = whole.len() / 2;
    truncate(whole, half)
}
