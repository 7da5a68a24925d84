use std::io::{Cursor, Read};

use calamine::Reader;
use expect_test::expect;

use super::*;
use crate::Dice;

fn sample() -> Table {
    let mut table = Table::new(&["id", "contact.name", "contact.note", "code"]);
    table.rows =
        vec![["1", "Moreau", "says \"hi\", often", "007"].map(str::to_owned).to_vec(), ["2", "Iyer", "", "12"].map(str::to_owned).to_vec()];
    table
}

#[test]
fn delimited_text_quotes_what_needs_it() {
    expect![[r#"
        id;contact.name;contact.note;code
        1;Moreau;"says ""hi"", often";007
        2;Iyer;;12
    "#]]
    .assert_eq(&delimited(&sample(), Dialect::EUROPEAN).replace("\r\n", "\n"));
}

#[test]
fn json_nests_at_dots() {
    expect![[r#"
        {"id":1,"contact":{"name":"Moreau","note":"says \"hi\", often"},"code":"007"}
        {"id":2,"contact":{"name":"Iyer","note":null},"code":"12"}
    "#]]
    .assert_eq(&ndjson(&sample()));
    let parsed: serde_json::Value = serde_json::from_str(&json(&sample())).unwrap();
    assert_eq!(parsed[1]["contact"]["name"], "Iyer");
}

#[test]
fn archives_open() {
    let members = [Member::new("a/b.csv", "x,y\n"), Member::new("inner.zip", zip(&[Member::new("c.txt", "deep")]))];
    let mut outer = zip::ZipArchive::new(Cursor::new(zip(&members))).unwrap();
    let mut inner = Vec::new();
    outer.by_name("inner.zip").unwrap().read_to_end(&mut inner).unwrap();
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(inner)).unwrap().by_name("c.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "deep");

    assert!(tar_gz(&members).starts_with(b"\x1f\x8b\x08"));
    let names: Vec<_> =
        tar::Archive::new(Cursor::new(tar(&members))).entries().unwrap().map(|entry| entry.unwrap().path().unwrap().into_owned()).collect();
    assert_eq!(names, [std::path::Path::new("a/b.csv"), std::path::Path::new("inner.zip")]);
}

#[test]
fn workbooks_open_in_a_spreadsheet_reader() {
    let table = sample();
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(xlsx(&[("Staff & co", &table), ("More", &table)]))).unwrap();
    assert_eq!(book.sheet_names(), ["Staff & co", "More"]);
    let range = book.worksheet_range("Staff & co").unwrap();
    let cells: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
    assert_eq!(cells[4..], ["1", "Moreau", "says \"hi\", often", "007", "2", "Iyer", "", "12"]);
}

#[test]
fn parquet_keeps_types_and_nulls() {
    let bytes = parquet(&sample());
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert_eq!(sample().column_type(0), ColumnType::Integer);
    assert_eq!(sample().column_type(3), ColumnType::Text);
}

#[test]
fn encodings_carry_their_marks() {
    let starts = Encoding::ALL.map(|encoding| encode("né", encoding));
    assert_eq!(starts[2], b"\xff\xfen\0\xe9\0");
    assert_eq!(starts[3], b"\xfe\xff\0n\0\xe9");
    assert_eq!(starts[4], b"n\xe9");
    assert_eq!(starts[1], [&b"\xef\xbb\xbf"[..], &starts[0]].concat());
}

#[test]
fn encrypted_members_say_so() {
    let bytes = encrypted_zip(&mut Dice::new(1), &["payroll.csv"]);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert!(archive.by_index_raw(0).unwrap().encrypted());
    assert!(archive.by_index(0).is_err());
}

#[test]
fn pdf_places_match_the_cross_reference_table() {
    let bytes = pdf(&"one (two) three ".repeat(2000));
    let text = String::from_utf8_lossy(&bytes);
    let table = text.rfind("xref\n0 ").expect("there is a table");
    let start: usize = text[text.rfind("startxref\n").unwrap() + 10..].lines().next().unwrap().parse().unwrap();
    assert!(bytes[start..].starts_with(b"xref\n"), "{table}");
    for (number, line) in String::from_utf8_lossy(&bytes[start..]).lines().skip(3).take_while(|line| line.ends_with("n ")).enumerate() {
        let offset: usize = line[..10].parse().unwrap();
        assert!(bytes[offset..].starts_with(format!("{} 0 obj", number + 1).as_bytes()));
    }
}

#[test]
fn office_documents_hold_their_lines_in_pieces() {
    let opened = |bytes: Vec<u8>, part: &str| {
        let mut content = String::new();
        zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(part).unwrap().read_to_string(&mut content).unwrap();
        content
    };
    let text = "call <Ann>\nnext \u{20ac}";
    assert!(opened(docx(text), "word/document.xml").contains(">call </w:t></w:r><w:r><w:t xml:space=\"preserve\">&lt;Ann&gt;</w:t>"));
    assert!(opened(pptx(text), "ppt/slides/slide1.xml").contains("<a:t>call </a:t></a:r><a:r><a:t>&lt;Ann&gt;</a:t>"));
    assert!(opened(odt(text), "content.xml").contains("<text:p>call <text:span>&lt;Ann&gt;</text:span></text:p>"));
    assert!(opened(ods(&[("a", &sample())]), "content.xml").contains("<text:p>says &quot;hi&quot;, often</text:p>"));
    assert!(String::from_utf8(rtf(text)).unwrap().ends_with(" call {\\b <Ann>}\\par\n next{\\b  \\u8364?}\\par\n}"));
}
