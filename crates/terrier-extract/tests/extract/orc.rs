use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use expect_test::expect;
use orc_rust::ArrowWriterBuilder;

use crate::transcript::{check, extract, saw, shown};
use crate::worker::extract_in_worker;

/// Writes a file of so many stripes of a hundred people.
fn people(stripes: i64) -> Vec<u8> {
    let rows = |from: i64| {
        let mails = StringArray::from_iter_values((from..from + 100).map(|id| format!("p{id}@example.com")));
        let ids = Int64Array::from_iter_values(from..from + 100);
        RecordBatch::try_from_iter([("id", Arc::new(ids) as ArrayRef), ("mail", Arc::new(mails))]).unwrap()
    };
    let mut bytes = Vec::new();
    let mut writer = ArrowWriterBuilder::new(&mut bytes, rows(0).schema()).with_stripe_byte_size(1).try_build().unwrap();
    (0..stripes).for_each(|stripe| writer.write(&rows(stripe * 100)).unwrap());
    writer.close().unwrap();
    bytes
}

#[test]
fn rows_are_records() {
    let (transcript, outcome) = extract("a.orc", &people(3));
    assert_eq!(shown(&outcome), "orc full, 300 records of 300");
    assert!((0..300).all(|row| saw(&transcript, &format!("p{row}@example.com"))));
    assert!(transcript.lines.starts_with("0: id=0 mail=p0@example.com\n"));
}

#[test]
fn a_broken_stripe_costs_its_rows_only() {
    let mut bytes = people(3);
    // Behind the strings of the second stripe their lengths stand.
    let lengths = memchr::memmem::find(&bytes, b"p199@example.com").unwrap() + 16;
    bytes[lengths..lengths + 6].fill(0xFF);
    let (transcript, outcome) = extract("a.orc", &bytes);
    assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("damaged"), "{}", shown(&outcome));
    assert!(saw(&transcript, "p0@example.com") && saw(&transcript, "p299@example.com"));
}

#[test]
fn what_is_cut_or_only_called_so_says_so() {
    let bytes = people(1);
    check(
        "a.orc",
        &bytes[..bytes.len() - 10],
        expect![[r#"
        = orc not_scanned damaged
    "#]],
    );
    check(
        "a.txt",
        b"ORCA is a whale",
        expect![[r#"
        line 1, byte 0: "ORCA is a whale"
        = text full
    "#]],
    );
}

#[test]
fn flipped_bytes_end_well() {
    let bytes = people(2);
    for at in (0..bytes.len()).rev().step_by(23) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x81;
        // In a worker: the library takes memory as the file says.
        let (_, outcome) = extract_in_worker("a.orc", &broken);
        assert!(outcome.reason.is_some() || outcome.method.as_str() == "full", "{at}: {}", shown(&outcome));
    }
}
