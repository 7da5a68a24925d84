//! OpenDocument, in packages and flat.

use expect_test::expect;

use crate::archives::zip;
use crate::transcript::{check, extract, saw};

/// Makes a package of that kind from the XML of its body.
fn package(kind: &str, body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let media_type = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!("<?xml version=\"1.0\"?><office:document-content><office:body>{body}</office:body></office:document-content>");
    let mut all: Vec<(&str, &[u8])> = vec![("mimetype", media_type.as_bytes()), ("content.xml", content.as_bytes())];
    all.extend(parts.iter().map(|(name, content)| (*name, content.as_bytes())));
    zip(&all)
}

/// A small spreadsheet.
pub(crate) fn sample_sheet() -> Vec<u8> {
    let row = |cells: &[&str]| {
        let cells =
            cells.iter().map(|text| format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"));
        format!("<table:table-row>{}</table:table-row>", cells.collect::<String>())
    };
    let rows = [row(&["name", "ssn"]), row(&["Ann", "536-90-4399"]), row(&["Bob", "536-90-4398"])].concat();
    package("spreadsheet", &format!("<office:spreadsheet><table:table table:name=\"Staff\">{rows}</table:table></office:spreadsheet>"), &[])
}

#[test]
fn text_is_read_as_it_is_seen() {
    let body = r#"<office:text>
        <text:tracked-changes><text:changed-region><text:deletion><text:p>deleted words</text:p></text:deletion></text:changed-region></text:tracked-changes>
        <text:h>Head<text:span>ing</text:span></text:h>
        <text:p>One<text:s text:c="3"/>two<text:tab/>three<text:line-break/>four <text:note><text:note-citation>1</text:note-citation><text:note-body>
          <text:p>a note</text:p></text:note-body></text:note>and
          <office:annotation><dc:creator>Cy</dc:creator><text:p>a comment</text:p></office:annotation>on</text:p>
        <text:p><text:a xlink:href="mailto:ann@example.com">mail</text:a><draw:frame><svg:title>A photo</svg:title><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>
        <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
        <text:p><text:soft-page-break/>on page two</text:p>
      </office:text>"#;
    let parts = [
        (
            "meta.xml",
            "<office:document-meta><office:meta><dc:creator>Ann Author</dc:creator><meta:user-defined meta:name=\"Client\">Bob</meta:user-defined></office:meta></office:document-meta>",
        ),
        ("styles.xml", "<office:document-styles><style:header><text:p>header words</text:p></style:header></office:document-styles>"),
        ("Pictures/a.txt", "a member"),
    ];
    check(
        "a.odt",
        &package("text", body, &parts),
        expect![[r#"
        page 1: "deleted words\nHeading\nOne   two\tthree\nfour and on\n1\na note\nCy\na comment\nmail\nmailto:ann@example.com\nA photo\nboxed\na\tb"
        page 2: "\non page two"
        property: "Ann Author\nClient\nBob"
        property: "header words"
        > Pictures/a.txt
          line 1, byte 0: "a member"
        < text full
        = odt full
    "#]],
    );
}

#[test]
fn cells_are_records() {
    let body = r#"<office:spreadsheet><table:table table:name="Staff">
        <table:table-row><table:table-cell><text:p>name</text:p></table:table-cell><table:table-cell><text:p>card</text:p></table:table-cell><table:table-cell><text:p>born</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="3"/></table:table-row>
        <table:table-row table:number-rows-repeated="2"><table:table-cell><office:annotation><text:p>call her</text:p></office:annotation><text:p>Ann <text:span>Lee</text:span></text:p></table:table-cell><table:table-cell office:value-type="float" office:value="4111111111111111"><text:p>4.11E15</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="1980-01-01"><text:p>1.1.80</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell><text:p>Bob</text:p></table:table-cell><table:table-cell table:formula="of:=HYPERLINK(&quot;mailto:bob@example.com&quot;)" office:value="4"/></table:table-row>
      </table:table><table:table table:name="More"><table:table-row><table:table-cell><text:p>x@example.com</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"#;
    check(
        "a.ods",
        &package("spreadsheet", body, &[]),
        expect![[r#"
        property: "Staff"
        property: "name\tcard\tborn"
        0: name=Ann Lee card=4111111111111111 born=1980-01-01
        1: name=Ann Lee card=4111111111111111 born=1980-01-01
        2: name=Bob card=4
        property: "More"
        3: column 1=x@example.com
        property: "call her\nof:=HYPERLINK(\"mailto:bob@example.com\")"
        = ods full, 4 records
    "#]],
    );
}

#[test]
fn repeats_of_a_million_cost_nothing() {
    let row = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>ann@example.com</text:p></table:table-cell></table:table-row>"#;
    let body = format!("<office:spreadsheet><table:table table:name=\"a\">{}</table:table></office:spreadsheet>", row.repeat(50));
    let (transcript, outcome) = extract("a.ods", &package("spreadsheet", &body, &[]));
    assert!(saw(&transcript, "ann@example.com") && transcript.content.len() < 3 << 20);
    assert_eq!(outcome.method.as_str(), "full");
}

#[test]
fn slides_have_their_numbers() {
    let slide = |text: &str| {
        format!(
            "<draw:page draw:name=\"p\"><draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame><presentation:notes><text:p>notes of {text}</text:p></presentation:notes></draw:page>"
        )
    };
    let body = format!("<office:presentation>{}{}</office:presentation>", slide("one"), slide("two"));
    check(
        "a.odp",
        &package("presentation", &body, &[]),
        expect![[r#"
        slide 1: "p\none\nnotes of one"
        slide 2: "two\nnotes of two"
        = odp full
    "#]],
    );
}

#[test]
fn encrypted_packages_say_so() {
    let manifest = r#"<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>"#;
    check(
        "a.odt",
        &package("text", "\u{1}noise", &[("META-INF/manifest.xml", manifest)]),
        expect![[r#"
        = odt not_scanned encrypted
    "#]],
    );
}

#[test]
fn flat_documents_are_read_as_packages_are() {
    let flat = |kind: &str, body: &str| {
        format!("<?xml version=\"1.0\"?><office:document xmlns:office=\"o\" office:mimetype=\"application/vnd.oasis.opendocument.{kind}\"><office:body>{body}</office:body></office:document>").into_bytes()
    };
    let text = flat("text", "<office:text><text:p>fl<text:span>at</text:span></text:p></office:text>");
    check(
        "a.fodt",
        &text,
        expect![[r#"
        line 1, byte 0: "flat"
        = odt full
    "#]],
    );
    check(
        "a.fodt",
        &text[..text.len() - 40],
        expect![[r#"
        line 1, byte 0: "flat\n</offi"
        = odt sampled damaged
    "#]],
    );
    let sheet = "<office:spreadsheet><table:table table:name=\"s\"><table:table-row><table:table-cell><text:p>a@example.com</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>";
    check(
        "a.fods",
        &flat("spreadsheet", sheet),
        expect![[r#"
        property: "s"
        0: column 1=a@example.com
        = ods full, 1 records
    "#]],
    );
}
