//! What a classifier with the default rules says of text, tables and names.

mod columns;
mod explain;
mod extended;
mod labels;
mod names;
mod rules;
mod text;

use std::sync::OnceLock;

use terrier_classify::Classifier;
use terrier_content::{Column, ColumnKind, FingerprintKey, Origin, Records, Segment, Sensitive, Text};
use terrier_model::{AssetFindings, Finding};
use terrier_rules::RulePack;

const KEY: FingerprintKey = FingerprintKey::new([7; 32]);

fn pack() -> &'static RulePack {
    static PACK: OnceLock<RulePack> = OnceLock::new();
    PACK.get_or_init(RulePack::embedded)
}

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| Classifier::compile(pack()).expect("the default rules compile"))
}

/// Classifies a text that is cut into bodies at the given places, each with up to 4 KiB of its neighbours.
fn classify_cut(text: &str, cuts: &[usize]) -> AssetFindings {
    const NEIGHBOURS: usize = 4096;
    let bytes = text.as_bytes();
    let mut session = classifier().session(Some(&KEY));
    let mut ends = cuts.to_vec();
    ends.push(bytes.len());
    let mut start = 0_usize;
    for end in ends {
        let (from, to) = (start.saturating_sub(NEIGHBOURS), (end + NEIGHBOURS).min(bytes.len()));
        let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count() as u64;
        let origin = Origin::Lines { line, byte: start as u64 };
        session.segment(&Segment::Text(Text {
            bytes: Sensitive::new(&bytes[from..to]),
            body_start: start - from,
            body_end: end - from,
            origin,
        }));
        start = end;
    }
    session.finish()
}

fn classify(text: &str) -> AssetFindings {
    classify_cut(text, &[])
}

/// Classifies a table, given column by column, in batches of `batch` records.
fn classify_table(columns: &[(&str, Vec<String>)], batch: usize) -> AssetFindings {
    let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let mut session = classifier().session(Some(&KEY));
    for first in (0..rows).step_by(batch) {
        let last = (first + batch).min(rows);
        let columns = columns
            .iter()
            .map(|(name, values)| {
                let mut column = Column::new(*name, ColumnKind::Text);
                for (record, value) in (0..).zip(&values[first.min(values.len())..last.min(values.len())]) {
                    column.push(record, value.as_bytes());
                }
                column
            })
            .collect();
        let records = u32::try_from(last - first).expect("few records");
        session.segment(&Segment::Records(&Records { first_record: first as u64, records, columns }));
    }
    session.finish()
}

fn finding<'f>(found: &'f AssetFindings, class: &str) -> Option<&'f Finding> {
    found.findings.iter().find(|finding| finding.class.as_str() == class)
}

/// A number with its Luhn digit.
fn with_luhn(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Card numbers that no one has: an issuer's range, made-up digits, the Luhn digit.
fn cards(count: u64) -> Vec<String> {
    (0..count).map(|number| with_luhn(&format!("4539{:011}", 77_123_456_789 + number * 7_919_317))).collect()
}

/// Nine digits of the form of a US Social Security number.
fn ssns(count: u64) -> Vec<String> {
    (0..count).map(|number| format!("536{:02}{:04}", 10 + number % 80, 4_399 + number * 37)).collect()
}
