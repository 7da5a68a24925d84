//! What holds for all inputs.

use std::fmt::Write as _;

use proptest::prelude::*;
use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, Sink};

use crate::transcript::{extract, saw};

/// Joins the bodies of texts, and the values of records by row.
#[derive(Default)]
struct Joined {
    text: Vec<u8>,
    rows: Vec<Vec<(String, Vec<u8>)>>,
}

impl Sink for Joined {
    fn enter(&mut self, _: Member<'_>) {}

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        match segment {
            Segment::Text(text) => self.text.extend_from_slice(&text.bytes.expose()[text.body()]),
            Segment::Records(records) => {
                assert_eq!(records.first_record, self.rows.len() as u64, "batches join");
                let base = self.rows.len();
                self.rows.resize(base + records.records as usize, Vec::new());
                for column in &records.columns {
                    for value in column.values() {
                        self.rows[base + value.record as usize].push((column.name().expose().clone(), value.bytes.expose().to_vec()));
                    }
                }
            }
        }
        Flow::Continue
    }

    fn leave(&mut self, _: Outcome) {}
}

fn joined(name: &str, bytes: &[u8]) -> Joined {
    let mut joined = Joined::default();
    Extractor::new(Limits::default(), None).extract(&bytes, Sensitive::new(name.as_bytes()), &mut joined);
    joined
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "\\PC{1,20}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z\"\\\\]{1,6}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn leaves(value: &serde_json::Value, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, out)),
        serde_json::Value::Object(map) => map.values().for_each(|item| leaves(item, out)),
        serde_json::Value::String(text) => out.push(text.clone()),
        serde_json::Value::Null => {}
        other => out.push(other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn text_is_seen_exactly_once(line in "[a-z \u{e4}\u{20ac}]{1,80}", count in 1_usize..20_000) {
        let text = format!("{line}\n").repeat(count).into_bytes();
        prop_assert!(joined("a.log", &text).text == text);
    }

    #[test]
    fn cells_come_back(rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\n 0-9]{0,12}[0-9]", 3), 5..40)) {
        let mut csv = "id,name,email\n".to_owned();
        for row in &rows {
            let _ = writeln!(csv, "{}", row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
        }
        let seen = joined("a.csv", &csv.into_bytes());
        let values: Vec<Vec<String>> =
            seen.rows.iter().map(|row| row.iter().map(|(_, value)| String::from_utf8(value.clone()).unwrap()).collect()).collect();
        prop_assert_eq!(values, rows);
    }

    #[test]
    fn values_of_json_are_all_seen(values in prop::collection::vec(json_value(), 1..8), lines in any::<bool>()) {
        let values: Vec<_> = values.into_iter().map(|value| serde_json::json!({"v": value})).collect();
        let json = if lines {
            values.iter().map(|value| format!("{value}\n")).collect::<String>()
        } else {
            serde_json::to_string_pretty(&values).unwrap()
        };
        let seen = joined("a.json", &json.into_bytes());
        let mut expected = Vec::new();
        values.iter().for_each(|value| leaves(value, &mut expected));
        let mut found: Vec<String> =
            seen.rows.iter().flatten().map(|(_, value)| String::from_utf8(value.clone()).unwrap()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert!(seen.text.is_empty());
        prop_assert_eq!(found, expected);
        // A single value is a document, whose arrays hold its records.
        prop_assert!(seen.rows.len() == values.len() || lines && values.len() == 1);
    }

    #[test]
    fn no_bytes_are_too_strange(mut bytes in prop::collection::vec(any::<u8>(), 0..2000), magic in 0_usize..14) {
        let magics: [&[u8]; 14] = [
            b"", b"{\"a\": [", b"[", b"a,b,c\n1,2,3\n", b"\x1F\x8B\x08", b"PK\x03\x04", b"PAR1", b"%PDF-1.4\n", b"\xFF\xFE", b"\xEF\xBB\xBF",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"{\"a\": \"",
            b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=-\n\n--", b"From a 00:00\n\n",
        ];
        bytes.splice(0..0, magics[magic].iter().copied());
        for name in ["a", "a.csv", "a.json"] {
            let (_, outcome) = extract(name, &bytes);
            prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
        }
    }
}

/// The parts of a document and their markup, of which each format has one that is read by a room of its own.
const MARKUP: [(&str, &str, &str); 5] = [
    (
        "a.docx",
        "word/document.xml",
        r#"<w:document><w:p w:x="a b"><w:r><w:t>one</w:t><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:document>"#,
    ),
    (
        "a.pptx",
        "ppt/presentation.xml",
        r#"<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst><a:p><a:t>&amp;</a:t></a:p></p:presentation>"#,
    ),
    (
        "a.ods",
        "content.xml",
        r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="3"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#,
    ),
    (
        "a.odt",
        "content.xml",
        r#"<office:text><text:p>a<text:note><text:p>b</text:p></text:note><text:s text:c="9"/></text:p><draw:page/></office:text>"#,
    ),
    ("a.epub", "a.xhtml", "<html><body><p>a<br/>b&nbsp;</p><table><tr><td>c</td></tr></table></body></html>"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_markup_is_too_strange(
        format in 0_usize..5,
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[<>/&;\"'!\\[\\]?a-z:= -]{0,12}"), 1..12),
        bytes in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let (name, part, markup) = MARKUP[format];
        let mut content = markup.as_bytes().to_vec();
        for (at, insert) in &changes {
            let at = at.index(content.len() + 1);
            content.splice(at..at, insert.bytes());
        }
        let at = changes[0].0.index(content.len() + 1);
        content.splice(at..at, bytes);
        let media_type = match name {
            "a.ods" => "application/vnd.oasis.opendocument.spreadsheet",
            "a.epub" => "application/epub+zip",
            _ => "application/vnd.oasis.opendocument.text",
        };
        let package = crate::archives::zip(&[("mimetype", media_type.as_bytes()), (part, &content)]);
        let (_, outcome) = extract(name, &package);
        prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }

    #[test]
    fn no_rich_text_is_too_strange(pieces in prop::collection::vec(0_usize..16, 0..60), bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        const PIECES: [&[u8]; 16] = [
            b"{", b"}", b"\\par ", b"\\'e4", b"\\u-10179?", b"{\\*\\objdata 0105", b"{\\pict ffd8", b"\\bin7 ", b"\\cell ", b"\\row ", b"text ",
            b"{\\fonttbl\\f1\\fcharset128 ", b"\\f1 ", b"{\\footnote ", b"\\deleted ", b"\\*",
        ];
        let mut document = b"{\\rtf1 ".to_vec();
        pieces.iter().for_each(|piece| document.extend_from_slice(PIECES[*piece]));
        document.extend(bytes);
        let (_, outcome) = extract("a.rtf", &document);
        prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_word_is_seen_wherever_it_stands(at in 0_usize..1_500_000, name in prop::sample::select(vec!["a.log", "a.ndjson", "a.csv"])) {
        let line = match name {
            "a.log" => "just some words\n",
            "a.csv" => "1,just,words\n",
            _ => "{\"a\": \"just words\"}\n",
        };
        let mut text = line.repeat(1_600_000 / line.len()).into_bytes();
        let start = at - at % line.len();
        let word = line.replace("just", "needle4111");
        text.splice(start..start + line.len(), word.bytes());
        let (transcript, _) = extract(name, &text);
        prop_assert!(saw(&transcript, "needle4111"));
    }
}
