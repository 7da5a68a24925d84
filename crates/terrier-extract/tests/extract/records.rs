//! Tables of databases, whose rows come as records.

use expect_test::{Expect, expect};
use terrier_content::{Column, ColumnKind, Records};
use terrier_extract::{Extractor, Limits, NextRecords, ReadError, ReadRecords};
use terrier_model::Reason;

use crate::transcript::{Transcript, saw, shown};

struct Table {
    pieces: Vec<Result<NextRecords, ReadError>>,
    estimate: Option<u64>,
}

impl ReadRecords for Table {
    fn next(&mut self) -> Result<NextRecords, ReadError> {
        if self.pieces.is_empty() { Ok(NextRecords::End) } else { self.pieces.remove(0) }
    }

    fn estimate(&self) -> Option<u64> {
        self.estimate
    }
}

/// A batch of rows; empty values are null.
fn batch(columns: &[(&str, ColumnKind)], rows: &[&[&[u8]]]) -> Result<NextRecords, ReadError> {
    let mut columns: Vec<_> = columns.iter().map(|(name, kind)| Column::new(*name, *kind)).collect();
    for (record, row) in (0..).zip(rows) {
        for (column, value) in columns.iter_mut().zip(*row).filter(|(_, value)| !value.is_empty()) {
            column.push(record, value);
        }
    }
    Ok(NextRecords::Batch(Records { first_record: 0, records: rows.len() as u32, columns }))
}

fn read(pieces: Vec<Result<NextRecords, ReadError>>, estimate: Option<u64>) -> (Transcript, String) {
    let (mut transcript, mut table) = (Transcript::default(), Table { pieces, estimate });
    let outcome = Extractor::new(Limits::default(), None).extract_records(&mut table, 100, &mut transcript);
    (transcript, format!("{}, {} bytes", shown(&outcome), outcome.bytes_read))
}

fn check(pieces: Vec<Result<NextRecords, ReadError>>, estimate: Option<u64>, expect: Expect) {
    let (transcript, outcome) = read(pieces, estimate);
    expect.assert_eq(&format!("{}= {outcome}\n", transcript.lines));
}

const TEXT: [(&str, ColumnKind); 2] = [("id", ColumnKind::Integer), ("body", ColumnKind::Text)];

#[test]
fn batches_become_one_table() {
    let more = [("id", ColumnKind::Integer), ("body", ColumnKind::Text), ("late", ColumnKind::Text)];
    let pieces = vec![batch(&TEXT, &[&[b"1", b"a"], &[b"2", b""]]), batch(&more, &[&[b"3", b"", b"z"]])];
    check(
        pieces,
        Some(7),
        expect![[r#"
            0: id=1 body=a
            1: id=2
            2: id=3 late=z
            = table full, 3 records of 3, 100 bytes
        "#]],
    );
    check(Vec::new(), None, expect!["= table full, 0 records of 0, 100 bytes\n"]);
}

#[test]
fn json_in_cells_is_opened() {
    let json = br#" {"mail": "a\u0040x.org", "tags": ["p", {"q": 1.5}], "none": null, "yes": true} "#;
    let no_json: [&[u8]; 4] = [b"{not json}", b"[1, 2", b"{\"a\": 1} tail", b"plain"];
    let rows: Vec<[&[u8]; 2]> = no_json.map(|value| [&b"2"[..], value]).to_vec();
    let rows: Vec<&[&[u8]]> = rows.iter().map(|row| &row[..]).collect();
    check(
        vec![batch(&TEXT, &[&[b"1", json]]), batch(&TEXT, &rows)],
        None,
        expect![[r#"
            0: id=1 body.mail=a@x.org body.tags[]=p body.tags[].q=1.5 body.yes=true
            1: id=2 body={not json}
            2: id=2 body=[1, 2
            3: id=2 body={"a": 1} tail
            4: id=2 body=plain
            = table full, 5 records of 5, 100 bytes
        "#]],
    );
    let deep = format!("{}\"needle\"{}", "[".repeat(200), "]".repeat(200));
    let (transcript, _) = read(vec![batch(&TEXT, &[&[b"1", deep.as_bytes()]])], None);
    assert!(saw(&transcript, "needle"), "what nests too deep stays text");
}

#[test]
fn bytes_are_read_as_strings() {
    let columns = [("content", ColumnKind::Binary)];
    let (transcript, _) = read(vec![batch(&columns, &[&[b"\x00\xff some text in bytes \x00\x01"], &[b"plain"]])], None);
    assert!(saw(&transcript, "some text in bytes") && saw(&transcript, "plain"));
    assert!(!transcript.content.contains(&0xff));
}

#[test]
fn what_is_left_out_is_told() {
    let denied = || Ok(NextRecords::LeftOut(Reason::Denied));
    check(
        vec![denied(), batch(&TEXT, &[&[b"1", b"a"]])],
        Some(5),
        expect![[r#"
            0: id=1 body=a
            = table sampled denied, 1 records of 5, 2 bytes
        "#]],
    );
    check(
        vec![batch(&TEXT, &[&[b"1", b"a"]]), Err(ReadError::new(Reason::TimedOut))],
        Some(5),
        expect![[r#"
            0: id=1 body=a
            = table sampled timed_out, 1 records of 5, 2 bytes
        "#]],
    );
    check(vec![Err(ReadError::new(Reason::Locked))], None, expect!["= table not_scanned locked, 0 bytes\n"]);
}
