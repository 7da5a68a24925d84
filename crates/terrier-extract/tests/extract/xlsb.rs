use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::archives::zip;
use crate::transcript::{check, extract, extract_within, shown};

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let len = if len > 0x7F { vec![(len & 0x7F) as u8 | 0x80, (len >> 7) as u8] } else { vec![len as u8] };
    let kind = if kind > 0x7F { vec![kind, 1] } else { vec![kind] };
    [kind, len, content.to_vec()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [(units.len() as u32).to_le_bytes().to_vec(), units.into_iter().flat_map(u16::to_le_bytes).collect()].concat()
}

fn cell(kind: u8, column: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes(), &[0; 4], value].concat())
}

fn row(number: u32) -> Vec<u8> {
    record(0, &[number.to_le_bytes().to_vec(), vec![0; 13]].concat())
}

fn sheet() -> Vec<u8> {
    let small = |value: i32, hundredths: bool| (value << 2 | 2 | i32::from(hundredths)).to_le_bytes();
    [
        row(0),
        cell(7, 0, &1_u32.to_le_bytes()),
        cell(7, 1, &0_u32.to_le_bytes()),
        row(1),
        cell(6, 0, &wide("J\u{f6}rg")),
        cell(2, 1, &small(1234, true)),
        cell(5, 2, &4_111_111_111_111_111.0_f64.to_le_bytes()),
        row(9),
        row(10),
        cell(8, 16_000, &wide("far out")),
        cell(2, 1, &small(-7, false)),
        record(0x92, b""),
    ]
    .concat()
}

fn workbook() -> Vec<u8> {
    let strings =
        [record(0x9F, &[0; 8]), record(19, &[&[0][..], &wide("a@example.com")].concat()), record(19, &[&[0][..], &wide("mail")].concat())];
    zip(&[
        ("xl/workbook.bin", b""),
        ("xl/sharedStrings.bin", &strings.concat()),
        ("xl/worksheets/sheet1.bin", &sheet()),
        ("docProps/core.xml", b"<a>Ann</a>"),
    ])
}

#[test]
fn cells_are_records_and_other_parts_members() {
    check(
        "a.xlsb",
        &workbook(),
        expect![[r#"
            > xl/workbook.bin
            < empty full
            > docProps/core.xml
              line 1, byte 0: "<a>Ann</a>"
            < xml full
            0: column 1=mail column 2=a@example.com
            1: column 1=Jörg column 2=12.34 column 3=4111111111111111
            2: column 2=-7 (other)=far out
            = xlsb full, 3 records
        "#]],
    );
}

#[test]
fn a_sheet_that_breaks_off_gives_its_rows() {
    let broken = [sheet(), vec![6, 0xFF, 0x7F, 1]].concat();
    let archive = zip(&[("xl/workbook.bin", b""), ("xl/worksheets/sheet1.bin", &broken), ("xl/worksheets/sheet2.bin", &sheet())]);
    assert_eq!(shown(&extract("a.xlsb", &archive).1), "xlsb sampled damaged, 4 records");
    let limits = Limits { worker_memory: 100, ..Limits::default() };
    assert_eq!(extract_within(limits, "a.xlsb", &workbook()).1.reason.map(|reason| reason.as_str()), Some("memory_limit"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_sheets_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sheet();
        for (index, byte) in at {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let (_, outcome) = extract("a.xlsb", &zip(&[("xl/workbook.bin", b""), ("xl/worksheets/sheet1.bin", &bytes)]));
        prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }
}
