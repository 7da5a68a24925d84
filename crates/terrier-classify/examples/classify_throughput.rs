//! Measures how fast the default rules run over mixed text on one core: `cargo run --release --example classify_throughput [MiB]`.
#![allow(clippy::print_stdout, reason = "it is a program for people")]

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use terrier_classify::Classifier;
use terrier_content::{Column, ColumnKind, Origin, Records, Segment, Sensitive, Text};
use terrier_rules::RulePack;

/// A small generator of numbers: equal on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn word(&mut self) -> &'static str {
        const WORDS: &[&str] = &[
            "the",
            "account",
            "of",
            "order",
            "report",
            "and",
            "shipped",
            "customer",
            "with",
            "invoice",
            "status",
            "a",
            "request",
            "delivery",
            "river",
            "in",
            "quarter",
            "team",
            "was",
            "to",
            "service",
            "green",
            "latency",
            "on",
            "warehouse",
            "for",
            "payment",
            "network",
        ];
        WORDS[self.below(WORDS.len() as u64) as usize]
    }
}

fn csv_row(numbers: &mut Numbers, out: &mut String) {
    let (id, day, cents, store) = (numbers.below(10_000_000), numbers.below(28) + 1, numbers.below(100), numbers.below(900));
    let _ = writeln!(
        out,
        "{id},{} {},2024-03-{day:02},{store}.{cents:02},{},active,SKU-{store:05}",
        numbers.word(),
        numbers.word(),
        numbers.word()
    );
}

fn log_line(numbers: &mut Numbers, out: &mut String) {
    let (second, status, took, trace) = (numbers.below(60), 200 + numbers.below(5) * 100, numbers.below(5_000), numbers.next());
    let _ = writeln!(
        out,
        r#"{{"ts":"2024-03-01T12:00:{second:02}.{took:03}Z","level":"info","msg":"{} {} {}","status":{status},"took_ms":{took},"trace":"{trace:016x}"}}"#,
        numbers.word(),
        numbers.word(),
        numbers.word()
    );
}

fn prose(numbers: &mut Numbers, out: &mut String) {
    for _ in 0..14 {
        out.push_str(numbers.word());
        out.push(' ');
    }
    out.push_str(".\n");
}

/// 40 % rows, 35 % log lines, 25 % prose, by bytes roughly; one value of a class per 2 KiB where `planted`.
fn mixed(bytes: usize, planted: bool) -> String {
    const VALUES: [&str; 4] =
        ["card 4539 7712 3456 7897\n", "mail jane.roe@corp.example-mail.net now\n", "ssn: 536-90-4399\n", "phone +49 30 901820\n"];
    let mut numbers = Numbers(7);
    let mut text = String::with_capacity(bytes + 4096);
    let mut next_value = 2048;
    while text.len() < bytes {
        match numbers.below(100) {
            0..50 => csv_row(&mut numbers, &mut text),
            50..76 => log_line(&mut numbers, &mut text),
            _ => prose(&mut numbers, &mut text),
        }
        if planted && text.len() > next_value {
            text.push_str(VALUES[numbers.below(4) as usize]);
            next_value += 2048;
        }
    }
    text
}

fn records(text: &str) -> Vec<Records> {
    let rows: Vec<&str> = text.lines().filter(|line| line.matches(',').count() == 6).collect();
    rows.chunks(4096)
        .scan(0, |first, rows| {
            let mut columns: Vec<Column> =
                ["id", "name", "day", "amount", "note", "state", "sku"].map(|name| Column::new(name, ColumnKind::Text)).into();
            for (record, row) in (0..).zip(rows) {
                columns.iter_mut().zip(row.split(',')).for_each(|(column, value)| column.push(record, value.as_bytes()));
            }
            let records = Records { first_record: *first, records: rows.len() as u32, columns };
            *first += rows.len() as u64;
            Some(records)
        })
        .collect()
}

/// Returns the time that this thread was computing, so that a busy machine does not blur the figures; the time of day where the system
/// does not tell.
fn busy_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

fn measure(name: &str, bytes: usize, mut run: impl FnMut() -> usize) {
    let best = (0..3)
        .map(|_| {
            let start = busy_time();
            let findings = run();
            (busy_time().saturating_sub(start), findings)
        })
        .min()
        .expect("three runs");
    println!("{name}: {:.0} MB/s, {} found", bytes as f64 / 1e6 / best.0.as_secs_f64(), best.1);
}

fn main() {
    const WINDOW: usize = 1 << 20;
    const NEIGHBOURS: usize = 4096;
    const PASSES: usize = 32;
    let bytes = std::env::args().nth(1).and_then(|mib| mib.parse().ok()).unwrap_or(64) << 20;
    let start = busy_time();
    let classifier = Classifier::compile(&RulePack::embedded()).expect("the default rules compile");
    println!("compiled in {:.1} ms", (busy_time() - start).as_secs_f64() * 1e3);
    for planted in [false, true] {
        let text = mixed(bytes, planted);
        measure(if planted { "text, a value per 2 KiB" } else { "text, no values" }, text.len(), || {
            let mut session = classifier.session(None);
            for start in (0..text.len()).step_by(WINDOW) {
                let (from, to) = (start.saturating_sub(NEIGHBOURS), (start + WINDOW + NEIGHBOURS).min(text.len()));
                let (body_start, body_end) = (start - from, (start + WINDOW).min(text.len()) - from);
                let origin = Origin::Lines { line: 1, byte: start as u64 };
                session.segment(&Segment::Text(Text { bytes: Sensitive::new(&text.as_bytes()[from..to]), body_start, body_end, origin }));
            }
            session.finish().findings.len()
        });
    }
    let text = mixed(bytes, false);
    measure("read limit: search for an absent byte", text.len() * PASSES, || {
        (0..PASSES).filter(|_| memchr::memchr(0, std::hint::black_box(text.as_bytes())).is_some()).count()
    });
    let batches = records(&mixed(bytes, true));
    measure("records", batches.iter().map(Records::byte_len).sum(), || {
        let mut session = classifier.session(None);
        batches.iter().for_each(|batch| session.segment(&Segment::Records(batch)));
        session.finish().findings.len()
    });
}
