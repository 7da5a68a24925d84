//! finance/, support/ and exports/: what the business writes down about its customers.

use super::rows::{Column, table};
use super::{Ledger, Planned, Scale};
use crate::document::{Dialect, delimited, gzip, json, ndjson, parquet, pdf, xlsx};
use crate::text::{paragraph, sentence};
use crate::value::{order_id, test_card};

pub(super) fn plan(scale: Scale, plan: &mut Vec<Planned>) {
    finance(scale, plan);
    support(scale, plan);
    exports(scale, plan);
}

fn finance(scale: Scale, plan: &mut Vec<Planned>) {
    for quarter in 1..=4 {
        plan.push(Planned::new(format!("finance/settlements/2024-q{quarter}.parquet"), move |ledger| {
            parquet(&table(ledger, scale.rows(6000), SETTLEMENT))
        }));
    }
    for month in 1..=scale.files(6).min(12) {
        plan.push(Planned::new(format!("finance/expenses/2024-{month:02}.xlsx"), move |ledger| {
            let sheet = table(ledger, scale.rows(90), EXPENSES);
            xlsx(&[("Expenses", &sheet)])
        }));
    }
    for number in 1..=scale.files(6) {
        plan.push(Planned::new(format!("finance/invoices/INV-2024-{number:04}.pdf"), |ledger| pdf(&invoice(ledger))));
    }
    plan.push(Planned::new("finance/wires.ndjson", move |ledger| ndjson(&table(ledger, scale.rows(1500), WIRES)).into_bytes()));
    plan.push(Planned::new("finance/gateway/sandbox-cards.csv", |ledger| {
        let columns = [
            ("case", Column::Pattern("TC-###")),
            ("card_number", Column::Draw(test_card)),
            ("expected", Column::Word(&["approved", "declined"])),
        ];
        let cards = table(ledger, 40, &columns);
        delimited(&cards, Dialect::CSV).into_bytes()
    }));
}

fn support(scale: Scale, plan: &mut Vec<Planned>) {
    for week in 1..=scale.files(8) {
        plan.push(Planned::new(format!("support/tickets/2024-w{week:02}.json"), move |ledger| {
            json(&tickets(ledger, scale.rows(120))).into_bytes()
        }));
    }
    for number in 1..=scale.files(10) {
        plan.push(Planned::new(format!("support/chats/chat-{number:04}.txt"), |ledger| chat(ledger).into_bytes()));
    }
    plan.push(Planned::new("support/mailboxes/beatriz.moreau@kestrel-payments.io.txt", |ledger| {
        let mut text = String::new();
        for _ in 0..25 {
            text += &format!(
                "From: {}\nSubject: order {}\n\n{}\n\n",
                ledger.plant("email"),
                order_id(&mut ledger.dice),
                paragraph(&mut ledger.dice)
            );
        }
        text.into_bytes()
    }));
}

fn exports(scale: Scale, plan: &mut Vec<Planned>) {
    plan.push(Planned::new("exports/customers.csv", move |ledger| {
        delimited(&table(ledger, scale.rows(16_000), CUSTOMERS), Dialect::CSV).into_bytes()
    }));
    plan.push(Planned::new("exports/customers-eu.csv", move |ledger| {
        delimited(&table(ledger, scale.rows(3000), CUSTOMERS), Dialect::EUROPEAN).into_bytes()
    }));
    plan.push(Planned::new("exports/leads-no-header.csv", move |ledger| {
        delimited(&table(ledger, scale.rows(800), CUSTOMERS), Dialect { header: false, ..Dialect::CSV }).into_bytes()
    }));
    plan.push(Planned::new("exports/profiles.ndjson", move |ledger| ndjson(&table(ledger, scale.rows(5000), PROFILES)).into_bytes()));
    plan.push(Planned::new("exports/profiles.ndjson.gz", move |ledger| {
        gzip(ndjson(&table(ledger, scale.rows(5000), PROFILES)).as_bytes())
    }));
    for day in 1..=scale.files(10) {
        plan.push(Planned::new(
            format!("exports/orders/dt=2024-{:02}-{:02}/part-0000.parquet", 3 + day / 28, day % 28 + 1),
            move |ledger| parquet(&table(ledger, scale.rows(1200), ORDERS)),
        ));
    }
}

const SETTLEMENT: &[(&str, Column)] = &[
    ("settlement_id", Column::Pattern("ST-%#########")),
    ("card_number", Column::Class("payment_card")),
    ("amount_cents", Column::Pattern("%####")),
    ("currency", Column::Word(&["USD", "EUR"])),
    ("merchant", Column::Word(&["harbour-store", "web-shop", "kiosk-12"])),
    ("batch", Column::Pattern("B-20240###")),
];

const EXPENSES: &[(&str, Column)] = &[
    ("Employee", Column::Name),
    ("Purpose", Column::Word(&["Train", "Hotel", "Client dinner", "Taxi", "Parking"])),
    ("Amount", Column::Pattern("%##")),
    ("Corporate card", Column::Class("payment_card")),
    ("Approved by", Column::Email),
];

const WIRES: &[(&str, Column)] = &[
    ("reference", Column::Pattern("WIRE%########")),
    ("beneficiary.name", Column::Name),
    ("beneficiary.iban", Column::Class("iban")),
    ("amount", Column::Pattern("%####")),
    ("purpose", Column::Draw(sentence)),
];

const CUSTOMERS: &[(&str, Column)] = &[
    ("customer_id", Column::Pattern("C-%######")),
    ("first_name", Column::First),
    ("last_name", Column::Last),
    ("email", Column::Email),
    ("phone", Column::Class("phone")),
    ("date_of_birth", Column::Born),
    ("street", Column::Street),
    ("city", Column::City),
    ("last_order", Column::Draw(order_id)),
    ("tier", Column::Word(&["bronze", "silver", "gold"])),
];

const PROFILES: &[(&str, Column)] = &[
    ("id", Column::Draw(crate::value::uuid)),
    ("user.name", Column::Name),
    ("user.email", Column::Email),
    ("user.mobile_phone", Column::Class("phone")),
    ("device.ip_address", Column::Class("ip_address")),
    ("device.mac_address", Column::Rarely("mac_address", 4)),
    ("consent", Column::Word(&["granted", "withdrawn"])),
];

const ORDERS: &[(&str, Column)] = &[
    ("order_id", Column::Draw(order_id)),
    ("customer_email", Column::Email),
    ("sku", Column::Pattern("@@@-####-@#")),
    ("quantity", Column::Pattern("%")),
    ("trace_id", Column::Draw(crate::value::uuid)),
];

fn invoice(ledger: &mut Ledger) -> String {
    let mut text = format!("INVOICE\n\nBill to: {}\nOrder: {}\n\n", ledger.person().name(), order_id(&mut ledger.dice));
    for line in 1..=ledger.dice.between(5, 40) {
        text += &format!("{line:>3}  {:<24} {:>9}\n", ledger.dice.fill("Article @@@-####-@#"), ledger.dice.fill("%##.##"));
    }
    text + &format!("\nPlease pay to IBAN {} within thirty days.\nQuestions: {}\n", ledger.plant("iban"), ledger.plant("email"))
}

fn tickets(ledger: &mut Ledger, rows: usize) -> crate::document::Table {
    let columns = [
        ("ticket", Column::Pattern("SUP-%#####")),
        ("requester.email", Column::Email),
        ("subject", Column::Word(&["refund", "login", "late parcel", "invoice copy", "address change"])),
        ("body", Column::Draw(sentence)),
    ];
    let mut table = table(ledger, rows, &columns);
    for row in &mut table.rows {
        match ledger.dice.below(12) {
            0 => row[3] += &format!(" My card number is {}.", ledger.plant("payment_card")),
            1 => row[3] += &format!(" You can call me, my phone number is {}.", ledger.plant("phone")),
            2 => row[3] += &format!(" My SSN is {} if you need it.", ledger.plant("us_ssn")),
            _ => {}
        }
    }
    table
}

fn chat(ledger: &mut Ledger) -> String {
    let person = ledger.person();
    let mut text = format!("Chat with {}\n\n", person.name());
    for turn in 0..ledger.dice.between(6, 20) {
        let speaker = if turn % 2 == 0 { person.first } else { "Agent" };
        let line = match ledger.dice.below(9) {
            0 => format!("I paid with my credit card, {}.", ledger.plant("payment_card")),
            1 => format!("You can reach me by phone at {}.", ledger.plant("phone")),
            2 => format!("Please write to my e-mail {}.", ledger.plant("email")),
            _ => sentence(&mut ledger.dice),
        };
        text += &format!("{speaker}: {line}\n");
    }
    text
}
