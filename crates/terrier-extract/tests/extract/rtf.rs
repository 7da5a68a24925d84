//! Rich Text Format.

use expect_test::expect;

use crate::transcript::{check, extract, saw, shown};

/// A small document.
pub(crate) fn sample() -> Vec<u8> {
    [
        &br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fnil Arial;}}{\info{\author Ann}}\pard SSN 536-90-4399\par {\object{\*\objdata "[..],
        &hex(b"an object"),
        b"}}}",
    ]
    .concat()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}\r\n").into_bytes()).collect()
}

#[test]
fn text_is_decoded_by_its_code_page() {
    let document = br#"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Times;}{\f2\fcharset128 Mincho;}}
{\info{\title A plan}{\author J\'fcrgen}{\*\company Acme}}{\header\pard head\par}
\pard caf\'e9 \u8364?\u-10179?\u-8704? {\f1\'cf\'f0\'e8} {\f2\'93\'fa\'96\'7b}\par
\par
It\rquote s 4111{\b  1111} 1111\~1111\line next{\footnote a note}\par
\trowd\intbl a\cell b\cell\row\pard
{\field{\*\fldinst HYPERLINK "mailto:ann@example.com"}{\fldrslt mail}}{\deleted gone}{\*\unknown hidden words}\par}"#;
    check(
        "a.rtf",
        document,
        expect![[r#"
        line 1, byte 0: "café €😀 При 日本\nhead\n\nIt’s 4111 1111 1111 1111\nnext\na note\na\tb\nmail\nHYPERLINK \"mailto:ann@example.com\"\ngone"
        property: "A plan\nJürgen\nAcme\nhidden words"
        = rtf full
    "#]],
    );
}

#[test]
fn objects_and_pictures_are_members() {
    let ole = [
        &2_u32.to_le_bytes()[..],
        &2_u32.to_le_bytes(),
        &8_u32.to_le_bytes(),
        b"Package\0",
        &0_u32.to_le_bytes(),
        &0_u32.to_le_bytes(),
        &99_u32.to_le_bytes(),
    ]
    .concat();
    let package = [
        &2_u16.to_le_bytes()[..],
        b"notes.txt\0",
        b"C:\\notes.txt\0",
        &0x30000_u32.to_le_bytes(),
        &4_u32.to_le_bytes(),
        b"tmp\0",
        &9_u32.to_le_bytes(),
        b"ssn 5369\n",
    ]
    .concat();
    let document = [
        &br"{\rtf1 before {\object\objemb{\*\objdata "[..],
        &hex(&[ole, package].concat()),
        br"}{\result shown}}{\pict\pngblip\picw10 ",
        &hex(b"\x89PNG\r\n\x1A\n\0\0"),
        br"}{\pict\bin12 raw { bytes }} after}",
    ]
    .concat();
    check(
        "a.rtf",
        &document,
        expect![[r#"
        > object 1 notes.txt
          line 1, byte 0: "ssn 5369\n"
        < text full
        > picture 1
        < png not_scanned needs_ocr
        > picture 2
          line 1, byte 0: "raw { bytes "
        < text full
        line 1, byte 0: "before shown after"
        = rtf full
    "#]],
    );
}

#[test]
fn cut_documents_are_damaged() {
    let sample = sample();
    let (transcript, outcome) = extract("a.rtf", &sample[..sample.len() - 2].to_vec());
    assert!(saw(&transcript, "536-90-4399") && saw(&transcript, "an object"));
    assert_eq!(shown(&outcome), "rtf sampled damaged");
}

#[test]
fn deep_nesting_is_read() {
    let document = [&br"{\rtf1 "[..], &b"{".repeat(100_000), b"ann@example.com", &b"}".repeat(100_000), b" bob@example.com}"].concat();
    let (transcript, outcome) = extract("a.rtf", &document);
    assert!(saw(&transcript, "ann@example.com bob@example.com"));
    assert_eq!(shown(&outcome), "rtf full");
}
