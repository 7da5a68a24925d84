use super::draft::{Cell, Draft};
use crate::value;

/// A layout of a table: the separator, and the columns before the note with which each row ends.
struct Layout {
    separator: char,
    columns: &'static [(&'static str, Cell)],
}

const LAYOUTS: &[Layout] = &[
    Layout {
        separator: ',',
        columns: &[
            ("order_id", order),
            ("placed_at", Draft::time),
            ("customer", account),
            ("sku", Draft::sku),
            ("quantity", |draft| draft.number(1, 48)),
            ("unit_price", |draft| draft.amount(400)),
            ("total", |draft| draft.amount(9000)),
            ("currency", currency),
            ("status", |draft| draft.one_of(&["packed", "shipped", "delivered", "returned", "on hold", "cancelled"])),
        ],
    },
    Layout {
        separator: ',',
        columns: &[
            ("sku", Draft::sku),
            ("description", quoted_words),
            ("warehouse", place),
            ("bin", |draft| draft.pattern("@#-##-##")),
            ("on_hand", |draft| draft.number(0, 4000)),
            ("reserved", |draft| draft.number(0, 90)),
            ("reorder_point", |draft| draft.number(5, 500)),
            ("last_counted", Draft::date),
            ("unit_cost", |draft| draft.amount(250)),
        ],
    },
    Layout {
        separator: ';',
        columns: &[
            ("invoice", |draft| draft.pattern("INV-202#-%####")),
            ("issued", Draft::date),
            ("due", Draft::date),
            ("supplier", company),
            ("net", comma_amount),
            ("tax", comma_amount),
            ("gross", comma_amount),
            ("currency", currency),
            ("state", |draft| draft.one_of(&["open", "paid", "overdue", "disputed"])),
        ],
    },
    Layout {
        separator: '\t',
        columns: &[
            ("employee", |draft| draft.pattern("E%####")),
            ("shift", |draft| draft.one_of(&["early", "late", "night"])),
            ("department", |draft| draft.one_of(&["Logistics", "Finance", "Research", "Sales", "Operations", "Legal"])),
            ("week", |draft| draft.pattern("202%-W2#")),
            ("project", |draft| draft.words(2, '-')),
            ("hours", |draft| draft.pattern("%.5")),
            ("approved", |draft| draft.one_of(&["yes", "yes", "yes", "no"])),
        ],
    },
    Layout {
        separator: ',',
        columns: &[
            ("timestamp", Draft::time),
            ("device", Draft::uuid),
            ("metric", |draft| draft.one_of(&["temperature", "humidity", "pressure", "vibration", "door_open_seconds"])),
            ("value", |draft| draft.pattern("%#.###")),
            ("unit", |draft| draft.one_of(&["C", "pct", "hPa", "mm/s", "s"])),
            ("quality", |draft| draft.one_of(&["good", "good", "good", "suspect"])),
        ],
    },
    Layout {
        separator: ',',
        columns: &[
            ("ticket", |draft| draft.pattern("OPS-%####")),
            ("opened", Draft::time),
            ("priority", |draft| draft.pattern("P%")),
            ("component", |draft| draft.words(2, '-')),
            ("queue", |draft| draft.one_of(&["intake", "dock", "returns", "billing"])),
            ("title", quoted_words),
            ("reopened", |draft| draft.number(0, 3)),
        ],
    },
];

/// Writes rows of one layout, headed.
pub(super) fn fill(draft: &mut Draft, until: usize) {
    let layout = &LAYOUTS[draft.dice.index(LAYOUTS.len())];
    for (name, _) in layout.columns {
        draft.push(name);
        draft.text.push(layout.separator);
    }
    draft.push("note\n");
    while draft.text.len() < until {
        for (_, cell) in layout.columns {
            cell(draft);
            draft.text.push(layout.separator);
        }
        match draft.due() {
            Some(kind) => {
                let value = draft.plant(kind);
                draft.push(&format!("\"{} {}\"", kind.lead, value.replace('"', "\"\"")));
            }
            None if draft.dice.one_in(3) => quoted_words(draft),
            None => {}
        }
        draft.text.push('\n');
    }
}

pub(super) fn order(draft: &mut Draft) {
    let order = value::order_id(&mut draft.dice);
    draft.push(&order);
}

/// A customer by number: a name would be a value.
pub(super) fn account(draft: &mut Draft) {
    draft.pattern("C-%####");
}

pub(super) fn currency(draft: &mut Draft) {
    draft.one_of(&["EUR", "USD", "GBP", "CHF", "SEK", "JPY"]);
}

pub(super) fn place(draft: &mut Draft) {
    draft.one_of(&["rotterdam", "memphis", "leipzig", "dublin", "reno", "gothenburg", "lyon", "osaka"]);
}

fn company(draft: &mut Draft) {
    draft.one_of(&["Brightfjord", "Oakhollow", "Meridian", "Kestrel", "Tidewater", "Lumenquay", "Pinecrest"]);
    draft.one_of(&[" GmbH", " Ltd", " Inc", " AB", " Logistics", " & Sons"]);
}

fn comma_amount(draft: &mut Draft) {
    draft.pattern("%##,##");
}

fn quoted_words(draft: &mut Draft) {
    draft.text.push('"');
    let words = draft.dice.between(2, 7);
    draft.words(words, ' ');
    draft.text.push('"');
}
