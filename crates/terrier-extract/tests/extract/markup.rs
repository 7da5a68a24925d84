//! Files of HTML and XML.

use expect_test::expect;
use terrier_model::Reason;

use crate::transcript::{check, extract, saw};

pub(crate) fn page() -> Vec<u8> {
    b"<!DOCTYPE html>\n<html><body title=\"a&amp;b\">\n<p>Card <b>4012</b>8888&nbsp;x<!-- note -->\n<script>var s = '<b>';</script>\n</html>\n".to_vec()
}

pub(crate) fn records() -> Vec<u8> {
    b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- staff -->\n<r><made>today</made>\
      <person id=\"7\"><name>J\xFCr&#103;en</name><phone>1</phone><phone>2</phone></person>\
      <person id=\"8\"><name><![CDATA[A & B]]></name><at><city>K&#246;ln</city></at></person></r>"
        .to_vec()
}

#[test]
fn pages_are_read_by_their_words() {
    check(
        "a",
        &page(),
        expect![[r#"
        line 1, byte 0: "<!DOCTYPE html>\n<body title=\"a&b\">\nCard 40128888 x\r<!-- note -->\nvar s = '<b>';\n\n"
        = html full
    "#]],
    );
}

#[test]
fn records_of_xml_are_records() {
    check(
        "a.xml",
        &records(),
        expect![[r#"
        0: made=today
        1: person.id=7 person.name=Jürgen person.phone=1 person.phone=2
        2: person.id=8 person.name=A & B person.at.city=Köln
        property: "staff"
        = xml full, 3 records
    "#]],
    );
}

#[test]
fn cells_of_rows_are_told_apart_by_name_or_position() {
    check(
        "a.xml",
        b"<dump><row><field name=\"id\">1</field><field name=\"email\">a@example.com</field></row>\
          <row><field name=\"id\">2</field><field name=\"b@example.com\" x=\"y\">c</field></row></dump>",
        expect![[r#"
            0: row.id=1 row.email=a@example.com
            1: row.id=2 row.field 2.name=b@example.com row.field 2.x=y row.field 2=c
            = xml full, 2 records
        "#]],
    );
    check(
        "b.xml",
        b"<Workbook><Table><Row><Cell><Data>1</Data></Cell><Cell><Data>Ann</Data></Cell></Row>\
          <Row><Cell><Data>2</Data></Cell><Cell><Data>Bob</Data></Cell></Row></Table></Workbook>",
        expect![[r#"
            0: Row.Cell 1.Data=1 Row.Cell 2.Data=Ann
            1: Row.Cell 1.Data=2 Row.Cell 2.Data=Bob
            = xml full, 2 records
        "#]],
    );
}

#[test]
fn settings_keep_the_names_of_their_elements() {
    check(
        "web.config",
        b"<configuration>\n<add key=\"password\" value=\"a&lt;b\"/>\n<ssn>536&#45;90-4399</ssn>\n</configuration>\n",
        expect![[r#"
            line 1, byte 0: "<configuration>\n<add key=\"password\" value=\"a<b\"/>\n<ssn>536-90-4399</ssn>\n</configuration>\n"
            = xml full
        "#]],
    );
}

#[test]
fn entities_that_a_document_declares_do_not_grow() {
    let mut bomb = b"<!DOCTYPE r [<!ENTITY a \"536-90-4399\">".to_vec();
    for at in b'b'..=b'z' {
        let before = char::from(at - 1);
        bomb.extend_from_slice(format!("<!ENTITY {} \"{}\">", char::from(at), format!("&{before};").repeat(10)).as_bytes());
    }
    bomb.extend_from_slice(b"]><r><p><n>&z;</n></p><p><n>&z;</n></p></r>");
    let (transcript, outcome) = extract("a.xml", &bomb);
    assert!(saw(&transcript, "536-90-4399") && transcript.content.len() < 2 * bomb.len());
    assert_eq!(outcome.reason, None);
}

#[test]
fn records_that_break_off_are_damaged() {
    let mut cut = records();
    cut.truncate(cut.len() - 30);
    let (transcript, outcome) = extract("a.xml", &cut);
    assert_eq!(outcome.reason, Some(Reason::Damaged));
    assert!(saw(&transcript, "A & B"));
}

#[test]
fn lines_stay_and_nothing_counts_twice_in_long_pages() {
    let line = "<tr><td class='x'>536-90-<i>4399</i></td></tr>\n";
    let page = ["<html>\n", &line.repeat(60_000)].concat();
    let (transcript, _) = extract("a.html", &page.as_bytes().to_vec());
    let content = String::from_utf8(transcript.content).unwrap();
    assert_eq!(content.matches("536-90-4399").count(), 60_000);
    let places: Vec<&str> = transcript.lines.lines().filter(|line| line.starts_with("line ")).collect();
    assert!(places.len() > 1);
    let mut lines = 1;
    for (place, body) in places.iter().zip(content.split("\n\n")) {
        assert!(place.starts_with(&format!("line {lines},")), "{lines}");
        lines += body.matches('\n').count() + 1;
    }
}

#[test]
fn source_code_and_notes_are_read_as_they_are_written() {
    for name in ["a.php", "a.vue", "a.md", "a.js"] {
        let (transcript, outcome) = extract(name, &b"<div><b>12</b>3</div>\n".to_vec());
        assert_eq!(outcome.format, Some("text"));
        assert!(saw(&transcript, "<b>12</b>3"));
    }
}
