//! marketing/ and other folders without anything sensitive, full of things that look like it.

use super::rows::{Column, table};
use super::{Ledger, Planned, Scale};
use crate::document::{Dialect, Table, delimited, ndjson, parquet, pdf, xlsx};
use crate::text::{paragraph, sentence};
use crate::value::LOOK_ALIKES;

pub(super) fn plan(scale: Scale, plan: &mut Vec<Planned>) {
    for number in 1..=scale.files(10) {
        plan.push(Planned::new(format!("marketing/articles/article-{number:03}.md"), |ledger| article(ledger).into_bytes()));
    }
    for number in 1..=scale.files(4) {
        plan.push(Planned::new(format!("marketing/brochures/brochure-{number:02}.pdf"), |ledger| pdf(&article(ledger))));
    }
    plan.push(Planned::new("marketing/campaigns.xlsx", move |ledger| {
        let sheet = table(ledger, scale.rows(200), CAMPAIGNS);
        xlsx(&[("Campaigns", &sheet)])
    }));
    plan.push(Planned::new("warehouse/manifest.csv", move |ledger| {
        delimited(&look_alikes(ledger, scale.rows(2500)), Dialect::CSV).into_bytes()
    }));
    plan.push(Planned::new("warehouse/manifest.ndjson", move |ledger| ndjson(&look_alikes(ledger, scale.rows(1200))).into_bytes()));
    plan.push(Planned::new("warehouse/manifest.parquet", move |ledger| parquet(&look_alikes(ledger, scale.rows(4000)))));
    for number in 1..=scale.files(8) {
        plan.push(Planned::new(format!("warehouse/sensors/hall-{number:02}.csv"), move |ledger| {
            delimited(&table(ledger, scale.rows(3000), SENSORS), Dialect::CSV).into_bytes()
        }));
    }
    plan.push(Planned::new("warehouse/checksums.sha256", move |ledger| checksums(ledger, scale.rows(1500)).into_bytes()));
}

const CAMPAIGNS: &[(&str, Column)] = &[
    ("Campaign", Column::Pattern("2024-@@-##")),
    ("Channel", Column::Word(&["radio", "poster", "search", "fair"])),
    ("Budget", Column::Pattern("%####")),
    ("Slogan", Column::Draw(sentence)),
];

const SENSORS: &[(&str, Column)] = &[
    ("reading", Column::Pattern("%#########")),
    ("temperature", Column::Pattern("1#.##")),
    ("humidity", Column::Pattern("4#.#")),
    ("unix_time", Column::Pattern("17########")),
    ("state", Column::Word(&["ok", "ok", "ok", "door open"])),
];

fn article(ledger: &mut Ledger) -> String {
    let mut text = format!("# {}\n\n", sentence(&mut ledger.dice));
    for _ in 0..ledger.dice.between(6, 40) {
        text += &paragraph(&mut ledger.dice);
        text += "\n\n";
    }
    text
}

fn look_alikes(ledger: &mut Ledger, rows: usize) -> Table {
    let kinds = LOOK_ALIKES.iter().filter(|kind| kind.field != "test_card");
    let mut table = Table::new(&kinds.clone().map(|kind| kind.field).collect::<Vec<_>>());
    for _ in 0..rows {
        table.rows.push(kinds.clone().map(|kind| kind.draw(&mut ledger.dice)).collect());
    }
    table
}

fn checksums(ledger: &mut Ledger, lines: usize) -> String {
    (0..lines).map(|line| format!("{}  image-{line:05}.raw\n", ledger.dice.text(64, crate::dice::HEX))).collect()
}
