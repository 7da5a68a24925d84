use expect_test::expect;
use terrier_extract::Limits;

use crate::archives::{with_unlisted, zip};
use crate::transcript::{check, extract, extract_within, saw, shown};

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Staff" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// Makes a workbook of one sheet from the XML of its rows, with parts of its own.
fn workbook(rows: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    all.extend_from_slice(parts);
    zip(&all)
}

fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A small workbook.
pub(crate) fn sample() -> Vec<u8> {
    let row = |number: u32, name: &str, age: u32| {
        format!(r#"<row r="{number}">{}<c r="B{number}"><v>{age}</v></c></row>"#, text_cell(&format!("A{number}"), name))
    };
    let head = format!(r#"<row r="1">{}{}</row>"#, text_cell("A1", "name"), text_cell("B1", "age"));
    workbook(&[head, row(2, "Ann", 41), row(3, "Bob", 42)].concat(), &[("docProps/core.xml", b"<creator>Cy</creator>")])
}

#[test]
fn cells_are_records_and_the_rest_is_properties() {
    let rows = format!(
        r#"<row r="1">{}{}{}</row><row r="2">{}<c r="B2"><v>4111111111111111</v></c><c r="C2" s="1"><v>29221</v></c></row>"#,
        text_cell("A1", "name"),
        text_cell("B1", "card"),
        text_cell("C1", "birth"),
        text_cell("A2", "Ann &amp; Co"),
    );
    let comments: &[u8] = br#"<comments xmlns="x"><comment ref="A1"><text>call &lt;Ann&gt; &#43;1 555</text></comment></comments>"#;
    check(
        "a.xlsx",
        &workbook(&rows, &[("xl/comments1.xml", comments), ("xl/embeddings/a.txt", b"embedded")]),
        expect![[r#"
            property: "Staff"
            property: "call <Ann> +1 555"
            > xl/embeddings/a.txt
              line 1, byte 0: "embedded"
            < text full
            property: "name\tcard\tbirth"
            0: name=Ann & Co card=4111111111111111 birth=1980-01-01
            = xlsx full, 1 records
        "#]],
    );
}

#[test]
fn what_is_not_in_cells_is_read_too() {
    let rows = r#"<row r="7"><c r="B7"><f>HYPERLINK("mailto:ann@example.com")</f><v>1</v></c><c><v>2.5E3</v></c><c t="s"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c></row></sheetData><headerFooter><oddHeader>&amp;CSecret</oddHeader></headerFooter><dataValidations><dataValidation promptTitle="Give the number" prompt="as 1-2"/></dataValidations><sheetData>"#;
    let strings: &[u8] = b"<sst><si><t>deleted words</t></si><si><r><t>sha</t></r><r><t>red</t></r><rPh><t>aloud</t></rPh></si></sst>";
    let relations: &[u8] =
        br#"<Relationships><Relationship Id="r" Type="t" Target="mailto:bob@example.com" TargetMode="External"/></Relationships>"#;
    let unlisted = r#"<worksheet><sheetData><row><c t="inlineStr"><is><t>not listed</t></is></c></row></sheetData></worksheet>"#.as_bytes();
    let parts: [(&str, &[u8]); 3] =
        [("xl/sharedStrings.xml", strings), ("xl/worksheets/_rels/sheet1.xml.rels", relations), ("xl/worksheets/sheet9.xml", unlisted)];
    check(
        "a.xlsx",
        &workbook(rows, &parts),
        expect![[r#"
        property: "Staff"
        property: "mailto:bob@example.com"
        0: column 2=1 column 3=2500 column 4=shared column 6=true
        property: "HYPERLINK(\"mailto:ann@example.com\")\n&CSecret\nGive the number\nas 1-2"
        1: column 1=not listed
        property: "aloud\ndeleted words"
        = xlsx full, 2 records
    "#]],
    );
}

#[test]
fn a_string_shown_by_many_cells_costs_a_bounded_memory() {
    let strings = format!("<sst><si><t>{}ann@example.com</t></si></sst>", "x ".repeat(1 << 20));
    let rows = "<row>".to_owned() + &"<c t=\"s\"><v>0</v></c>".repeat(10_000) + "</row>";
    let (transcript, outcome) = extract("a.xlsx", &workbook(&rows, &[("xl/sharedStrings.xml", strings.as_bytes())]));
    assert!(saw(&transcript, "ann@example.com") && transcript.content.len() < 100 << 20);
    assert_eq!(shown(&outcome), "xlsx full, 1 records");
}

#[test]
fn what_a_workbook_does_not_list_is_read_as_strings() {
    let workbook = workbook(&format!(r#"<row r="1">{}</row>"#, text_cell("A1", "a@example.com")), &[]);
    let (transcript, outcome) = extract("a.xlsx", &with_unlisted(&workbook, b"\xFFssn 536-90-4399\xFF"));
    assert!(transcript.lines.contains("ssn 536-90-4399"));
    assert_eq!(shown(&outcome), "xlsx full, 1 records");
    let (_, outcome) = extract("a.xlsx", &[zip(&[("a.txt", b"text")]), workbook].concat());
    assert_eq!(shown(&outcome), "xlsx sampled unsupported_format, 1 records");
}

#[test]
fn two_far_corners_cost_nothing() {
    let rows = format!(
        r#"<row r="1">{}</row><row r="1048576">{}</row>"#,
        text_cell("A1", "first@example.com"),
        text_cell("XFD1048576", "last@example.com"),
    );
    let (transcript, outcome) = extract("a.xlsx", &workbook(&rows, &[]));
    assert!(transcript.lines.ends_with("0: column 1=first@example.com\n1: (other)=last@example.com\n"), "{}", transcript.lines);
    assert_eq!(shown(&outcome), "xlsx full, 2 records");
}

#[test]
fn a_sheet_that_breaks_off_gives_its_rows() {
    let rows = format!(r#"<row r="1">{}</row><row r="2"><c r="A2""#, text_cell("A1", "a@example.com"));
    let (transcript, outcome) = extract("a.xlsx", &workbook(&rows, &[]));
    assert!(transcript.lines.contains("a@example.com"));
    assert_eq!(shown(&outcome), "xlsx sampled damaged, 1 records");
}

#[test]
fn a_workbook_that_is_a_bomb_stops_at_the_ratio() {
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 20, ..Limits::default() };
    let bomb = workbook(&" ".repeat(30 << 20), &[]);
    let (_, outcome) = extract_within(limits, "a.xlsx", &bomb);
    assert_eq!(shown(&outcome), "xlsx sampled ratio_limit");
}

#[test]
fn encrypted_workbooks_say_so() {
    let mut encrypted = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    encrypted.resize(1024, 0);
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    encrypted.resize(4096, 0);
    check(
        "a.xlsx",
        &encrypted,
        expect![[r#"
        = ole not_scanned encrypted
    "#]],
    );
}
