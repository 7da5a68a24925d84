use std::sync::{Arc, Mutex};

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int64Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field};
use expect_test::expect;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use terrier_extract::{ReadAt, ReadError};

use crate::archives::zip;
use crate::transcript::{check, extract, saw, shown};

fn written(columns: Vec<(&str, ArrayRef)>, rows_per_group: usize, compression: Compression) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows_per_group)).set_compression(compression).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Makes a file of three row groups.
pub(crate) fn people(rows: usize) -> Vec<u8> {
    let names = StringArray::from_iter_values((0..rows).map(|row| format!("person{row}@example.com")));
    let ids = Int64Array::from_iter_values((0..rows).map(|row| row as i64));
    written(vec![("email", Arc::new(names)), ("id", Arc::new(ids))], rows.div_ceil(3).max(1), Compression::SNAPPY)
}

#[test]
fn every_type_has_its_text() {
    let mut emails = ListBuilder::new(StringBuilder::new());
    emails.append_value([Some("a@x.org"), None, Some("b@x.org")]);
    emails.append_null();
    let address = StructArray::try_from(vec![
        ("city", Arc::new(StringArray::from(vec![Some("Bonn"), None])) as ArrayRef),
        ("zip", Arc::new(Int64Array::from(vec![53111, 53113])) as ArrayRef),
    ])
    .unwrap();
    let tagged: DictionaryArray<Int64Type> = vec!["red", "blue"].into_iter().collect();
    let file = written(
        vec![
            ("emails", Arc::new(emails.finish())),
            ("address", Arc::new(address)),
            ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
            ("born", Arc::new(Date32Array::from(vec![0, -3653]))),
            ("seen", Arc::new(TimestampMicrosecondArray::from(vec![0, 1]).with_timezone("Europe/Berlin"))),
            ("amount", Arc::new(Decimal128Array::from(vec![12_345, -5]).with_precision_and_scale(10, 2).unwrap())),
            ("card", Arc::new(Float64Array::from(vec![4_111_111_111_111_111.0, 0.5]))),
            ("raw", Arc::new(BinaryArray::from(vec![&b"text in bytes"[..], b"\x00\x01printable\xFF"]))),
            ("tag", Arc::new(tagged)),
        ],
        1000,
        Compression::SNAPPY,
    );
    check(
        "a.parquet",
        &file,
        expect![[r#"
        0: emails[]=a@x.org emails[]=b@x.org address.city=Bonn address.zip=53111 born=1970-01-01 seen=1970-01-01T00:00:00Z amount=123.45 card=4111111111111111.0 raw=text in bytes tag=red
        1: address.zip=53113 born=1960-01-01 seen=1970-01-01T00:00:00.000001Z amount=-0.05 card=0.5 raw=printable tag=blue
        = parquet full, 2 records of 2
    "#]],
    );
}

#[test]
fn row_groups_and_compressions_make_no_difference() {
    let mut transcripts = Vec::new();
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(Default::default()), Compression::LZ4_RAW] {
        for rows_per_group in [7, 10_000] {
            let emails = StringArray::from_iter_values((0..100).map(|row| format!("person{row}@example.com")));
            let (transcript, outcome) = extract("a", &written(vec![("email", Arc::new(emails))], rows_per_group, compression));
            assert_eq!(shown(&outcome), "parquet full, 100 records of 100");
            transcripts.push(transcript.lines);
        }
    }
    transcripts.dedup();
    assert_eq!(transcripts.len(), 1);
}

#[test]
fn a_member_is_read_from_memory() {
    let (transcript, _) = extract("a.zip", &zip(&[("b.parquet", &people(10))]));
    assert!(saw(&transcript, "person9@example.com"));
    assert_eq!(shown(&transcript.left[0]), "parquet full, 10 records of 10");
}

/// Notes the ranges that were read.
struct Noting {
    bytes: Vec<u8>,
    ranges: Mutex<Vec<(u64, usize)>>,
}

impl ReadAt for Noting {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        self.ranges.lock().unwrap().push((offset, buf.len()));
        self.bytes.read_at(offset, buf)
    }
}

#[test]
fn columns_that_hold_nothing_are_not_fetched() {
    let rows = 20_000_u64;
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values((0..rows).map(|row| i64::from(row % 100 == 0))));
    // Flags without a pattern, so that they take room.
    let flag = |seed: u64| -> ArrayRef {
        Arc::new(BooleanArray::from_iter((0..rows).map(|row| Some((row + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 63 == 1))))
    };
    let names: Vec<String> = (0..100).map(|column| format!("flag{column}")).collect();
    let mut columns: Vec<(&str, ArrayRef)> = names.iter().zip(0..).map(|(name, seed)| (name.as_str(), flag(seed))).collect();
    columns.push(("id", ids));
    let file = written(columns, rows as usize, Compression::UNCOMPRESSED);
    let source = Noting { bytes: file, ranges: Mutex::default() };
    let (_, outcome) = crate::worker::extract_in_worker("a.parquet", &source);
    assert_eq!(shown(&outcome), format!("parquet full, {rows} records of {rows}"));
    assert!(outcome.bytes_read < source.size() / 2, "{} of {}", outcome.bytes_read, source.size());
}

#[test]
fn cut_and_encrypted_footers_are_told() {
    let file = people(100);
    for cut in [5, 12, file.len() / 2, file.len() - 1] {
        let (_, outcome) = extract("a.parquet", &file[..cut].to_vec());
        assert_eq!(shown(&outcome), "parquet not_scanned damaged");
    }
    let mut encrypted = file.clone();
    let end = encrypted.len() - 4;
    encrypted[end..].copy_from_slice(b"PARE");
    assert_eq!(shown(&extract("a.parquet", &encrypted).1), "parquet not_scanned encrypted");
    let mut lying = file;
    let end = lying.len() - 8;
    lying[end..end + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(shown(&extract("a.parquet", &lying).1), "parquet not_scanned damaged");
}

#[test]
fn a_damaged_row_group_does_not_hide_the_others() {
    let mut file = people(300);
    // The pages of the first row group begin behind the magic.
    for byte in &mut file[4..200] {
        *byte = 0xFF;
    }
    let (transcript, outcome) = extract("a.parquet", &file);
    assert!(saw(&transcript, "person299@example.com"));
    assert_eq!(outcome.method.as_str(), "sampled");
}

#[test]
fn nested_nulls_hold_no_values() {
    let inner = StringArray::from(vec![Some("hidden"), Some("seen")]);
    let address =
        StructArray::try_new(vec![Field::new("city", DataType::Utf8, true)].into(), vec![Arc::new(inner)], Some(vec![false, true].into()))
            .unwrap();
    let (transcript, _) = extract("a", &written(vec![("address", Arc::new(address))], 10, Compression::UNCOMPRESSED));
    assert_eq!(transcript.lines, "0:\n1: address.city=seen\n");
}
