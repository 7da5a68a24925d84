use std::io::Write;

use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::transcript::{Transcript, check, extract, extract_within, saw, shown};

const MARKER: &[u8; 16] = b"\xF0\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xF8\xF9\xFA\xFB\xFC\xFD\xFE\xFF";

fn long(value: i64) -> Vec<u8> {
    let mut rest = (value << 1 ^ value >> 63).cast_unsigned();
    let mut bytes = Vec::new();
    while rest > 0x7F {
        bytes.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn string(value: &[u8]) -> Vec<u8> {
    [long(value.len() as i64), value.to_vec()].concat()
}

fn header(schema: &str, codec: &str) -> Vec<u8> {
    let mut file = b"Obj\x01".to_vec();
    file.extend(long(2));
    for (key, value) in [("avro.schema", schema), ("avro.codec", codec)] {
        file.extend(string(key.as_bytes()));
        file.extend(string(value.as_bytes()));
    }
    file.extend(long(0));
    file.extend(MARKER);
    file
}

fn block(count: i64, packed: &[u8]) -> Vec<u8> {
    [long(count), string(packed), MARKER.to_vec()].concat()
}

fn pack(codec: &str, content: &[u8]) -> Vec<u8> {
    match codec {
        "deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        }
        "snappy" => {
            let mut crc = flate2::Crc::new();
            crc.update(content);
            let packed = snap::raw::Encoder::new().compress_vec(content).unwrap();
            [packed, crc.sum().to_be_bytes().to_vec()].concat()
        }
        "bzip2" => crate::layers::bzip2(content),
        "xz" => crate::layers::xz(content),
        "zstandard" => crate::layers::zstd(content),
        _ => content.to_vec(),
    }
}

const PEOPLE: &str = r#"{"type": "record", "name": "Person", "fields": [
    {"name": "id", "type": "long"}, {"name": "mail", "type": ["null", "string"]}, {"name": "tags", "type": {"type": "array", "items": "string"}}]}"#;

fn person(id: i64) -> Vec<u8> {
    let mail = string(format!("p{id}@example.com").as_bytes());
    [long(id), long(1), mail, long(1), string(b"tag"), long(0)].concat()
}

/// A file of so many blocks of ten people.
fn people(blocks: i64, codec: &str) -> Vec<u8> {
    let mut file = header(PEOPLE, codec);
    for number in 0..blocks {
        let content: Vec<u8> = (0..10).flat_map(|row| person(number * 10 + row)).collect();
        file.extend(block(10, &pack(codec, &content)));
    }
    file
}

pub(crate) fn sample() -> Vec<u8> {
    people(3, "deflate")
}

#[test]
fn records_are_rows_with_key_paths() {
    let schema = r#"{"type": "record", "name": "R", "fields": [
        {"name": "user", "type": {"type": "record", "name": "U", "fields": [{"name": "mail", "type": "string"}, {"name": "age", "type": "int"}]}},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "seen", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "paid", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
        {"name": "more", "type": {"type": "map", "values": ["null", "double"]}},
        {"name": "raw", "type": {"type": "fixed", "name": "F", "size": 8}},
        {"name": "next", "type": ["null", "R"], "default": null}]}"#;
    let plain = [
        string(b"ann@example.com"),
        long(42),
        long(19_782),
        long(1_714_550_400_250),
        string(&[0xFF, 0x85]),
        long(1),
        [long(2), string(b"x"), long(1), 1.5_f64.to_le_bytes().to_vec(), string(b"y"), long(0), long(0)].concat(),
        b"\0caption".to_vec(),
    ]
    .concat();
    let nested = [plain.clone(), long(1), plain, long(0)].concat();
    let file = [header(schema, "null"), block(1, &nested)].concat();
    check(
        "a.avro",
        &file,
        expect![[r#"
            property: "{\"type\": \"record\", \"name\": \"R\", \"fields\": [\n        {\"name\": \"user\", \"type\": {\"type\": \"record\", \"name\": \"U\", \"fields\": [{\"name\": \"mail\", \"type\": \"string\"}, {\"name\": \"age\", \"type\": \"int\"}]}},\n        {"
            0: user.mail=ann@example.com user.age=42 born=2024-02-29 seen=2024-05-01T08:00:00.250Z paid=-1.23 kind=B more.key=x more.key=y more.value=1.5 raw=caption next.user.mail=ann@example.com next.user.age=42 next.born=2024-02-29 next.seen=2024-05-01T08:00:00.250Z next.paid=-1.23 next.kind=B next.more.key=x next.more.key=y next.more.value=1.5 next.raw=caption
            = avro full, 1 records
        "#]],
    );
}

fn check_people(transcript: &Transcript, count: i64) {
    for row in 0..count {
        assert!(saw(transcript, &format!("p{row}@example.com")), "row {row}");
    }
}

#[test]
fn blocks_are_read_whatever_their_codec() {
    for codec in ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"] {
        let (transcript, outcome) = extract("a.avro", &people(3, codec));
        assert_eq!(shown(&outcome), "avro full, 30 records", "{codec}");
        check_people(&transcript, 30);
    }
    assert_eq!(shown(&extract("a.avro", &people(3, "unheard-of")).1), "avro not_scanned unsupported_format");
}

#[test]
fn a_broken_block_costs_its_records_only() {
    for codec in ["deflate", "snappy", "zstandard"] {
        let (first, all) = (people(1, codec).len(), people(3, codec));
        // In the block, in its size, in its marker.
        for at in [first + 40, first + 1, people(2, codec).len() - 3] {
            let mut broken = all.clone();
            broken[at] = broken[at].wrapping_add(77);
            let (transcript, outcome) = extract("a.avro", &broken);
            assert_eq!(
                (outcome.method, outcome.reason.map(|reason| reason.as_str())),
                (Method::Sampled, Some("damaged")),
                "{codec} at {at}"
            );
            check_people(&transcript, 10);
            assert!(saw(&transcript, "p29@example.com") || at > first + 40, "{codec} at {at}");
        }
        let (transcript, outcome) = extract("a.avro", &all[..all.len() - 20].to_vec());
        assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("damaged"));
        check_people(&transcript, 20);
    }
}

#[test]
fn counts_of_records_are_not_believed() {
    let three: Vec<u8> = (0..3).flat_map(person).collect();
    for count in [1, 3, 7] {
        let (transcript, outcome) = extract("a.avro", &[header(PEOPLE, "null"), block(count, &three), block(1, &person(3))].concat());
        assert_eq!(shown(&outcome), if count == 3 { "avro full, 4 records" } else { "avro sampled damaged, 4 records" });
        check_people(&transcript, 4);
    }
}

#[test]
fn records_of_nulls_end() {
    let schema = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "null"}, {"name": "b", "type": {"type": "array", "items": "null"}}]}"#;
    let endless = [long(i64::MAX), long(0)].concat();
    let (_, outcome) = extract("a.avro", &[header(schema, "null"), block(i64::MAX, &endless)].concat());
    assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("damaged"));
    let (_, outcome) = extract("a.avro", &[header("\"null\"", "null"), block(i64::MAX, b"")].concat());
    assert_eq!(shown(&outcome), "avro full, 1 records");
}

#[test]
fn long_strings_are_text_and_bombs_stop() {
    let mut text = b"long ".repeat(300_000);
    text.extend_from_slice(b"the end of it");
    let file = [header("\"string\"", "deflate"), block(2, &pack("deflate", &[string(&text), string(b"after")].concat()))].concat();
    let (transcript, outcome) = extract("a.avro", &file);
    assert_eq!(shown(&outcome), "avro full, 2 records");
    assert!(saw(&transcript, "the end of it") && saw(&transcript, "after"));
    let limits = Limits { ratio_free_bytes: 1 << 19, ratio: 1, ..Limits::default() };
    assert_eq!(extract_within(limits, "a.avro", &file).1.reason.map(|reason| reason.as_str()), Some("ratio_limit"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_files_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), codec in 0..6_usize) {
        let codec = ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"][codec];
        let mut file = people(3, codec);
        for (index, byte) in at {
            let index = index.index(file.len());
            file[index] = byte;
        }
        let (_, outcome) = extract("a.avro", &file);
        prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }
}
