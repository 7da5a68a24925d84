use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::transcript::{check, extract, extract_within, saw, shown};

fn rows(from: i64, count: i64) -> RecordBatch {
    let ids = from..from + count;
    let mails: StringArray = ids.clone().map(|id| Some(format!("p{id}@example.com"))).collect();
    let cities: DictionaryArray<Int32Type> = ids.clone().map(|id| if id % 2 == 0 { "Ulm" } else { "Oslo" }).collect();
    let tags = ListArray::from_iter_primitive::<Int32Type, _, _>(ids.clone().map(|id| Some(vec![Some(id as i32), None])));
    let seen: TimestampMillisecondArray = ids.clone().map(|_| Some(1_714_550_400_000)).collect();
    RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from_iter_values(ids)) as ArrayRef),
        ("mail", Arc::new(mails)),
        ("city", Arc::new(cities)),
        ("tags", Arc::new(tags)),
        ("seen", Arc::new(seen.with_timezone("+02:00"))),
    ])
    .unwrap()
}

fn options(compression: Option<CompressionType>) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(compression).unwrap()
}

fn file(batches: &[RecordBatch], compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batches[0].schema(), options(compression)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(crate) fn sample() -> Vec<u8> {
    // A file has one dictionary for all batches.
    let rows = rows(0, 6);
    file(&[rows.slice(0, 3), rows.slice(3, 3)], None)
}

#[test]
fn files_and_streams_are_read() {
    check(
        "a.arrow",
        &file(&[rows(0, 2)], None),
        expect![[r#"
            0: id=0 mail=p0@example.com city=Ulm tags[]=0 seen=2024-05-01T08:00:00Z
            1: id=1 mail=p1@example.com city=Oslo tags[]=1 seen=2024-05-01T08:00:00Z
            = arrow full, 2 records
        "#]],
    );
    let batches = [rows(0, 5000), rows(5000, 100)];
    let compressed = [CompressionType::LZ4_FRAME, CompressionType::ZSTD].map(|compression| file(&batches[..1], Some(compression)));
    for bytes in [stream(&batches[..1]), file(&batches[..1], None)].into_iter().chain(compressed) {
        let (transcript, outcome) = extract("a", &bytes);
        assert_eq!(shown(&outcome), "arrow full, 5000 records");
        assert!((0..5000).all(|row| saw(&transcript, &format!("p{row}@example.com"))));
    }
}

#[test]
fn what_is_cut_gives_its_batches() {
    let batches = [rows(0, 100), rows(100, 100)].map(|batch| batch.project(&[0, 1]).unwrap());
    let bytes = stream(&batches);
    let (transcript, outcome) = extract("a", &bytes[..bytes.len() - 500].to_vec());
    assert_eq!(shown(&outcome), "arrow sampled damaged, 100 records");
    assert!(saw(&transcript, "p99@example.com"));
}

#[test]
fn dictionaries_make_no_bombs() {
    let long = "x".repeat(20_000);
    let repeated: DictionaryArray<Int32Type> = (0..5000).map(|_| long.as_str()).collect();
    let batch = RecordBatch::try_from_iter([("a", Arc::new(repeated) as ArrayRef)]).unwrap();
    let limits = Limits { decompressed_bytes: 30 << 20, ..Limits::default() };
    let (_, outcome) = extract_within(limits, "a", &stream(&[batch]));
    assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("decompressed_limit"));
}

#[test]
fn sizes_that_lie_cost_nothing() {
    let bytes = stream(&[rows(0, 10).project(&[0, 1]).unwrap()]);
    let at = memchr::memmem::rfind(&bytes, b"p0@example.com").unwrap();
    for len in [u32::MAX, 1 << 30] {
        let mut broken = bytes.clone();
        // The length of the description of the batch.
        let start = memchr::memmem::rfind(&broken[8..at], &[0xFF; 4]).unwrap() + 12;
        broken[start..start + 4].copy_from_slice(&len.to_le_bytes());
        assert_eq!(extract("a", &broken).1.reason.map(|reason| reason.as_str()), Some("damaged"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_files_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample();
        for (index, byte) in at {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let (_, outcome) = extract("a.arrow", &bytes);
        prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }
}
