//! PDF: documents are made object by object.

mod fonts;
mod hostile;
mod parts;
mod words;

use std::io::Write as _;

use expect_test::expect;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::transcript::{check, extract, saw, shown};

/// Makes a document from the objects' bodies; the first is the catalogue.
pub(crate) fn document(objects: &[String], trailer: &str) -> Vec<u8> {
    document_of_bytes(&objects.iter().map(|object| object.as_bytes().to_vec()).collect::<Vec<_>>(), trailer)
}

pub(crate) fn document_of_bytes(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let xref = bytes.len();
    bytes.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        bytes.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1);
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}

/// Makes a document with one page for each content stream.
pub(crate) fn pages(contents: &[&str]) -> Vec<u8> {
    let kids = (0..contents.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect::<Vec<_>>().join(" ");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", contents.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (page, content) in contents.iter().enumerate() {
        let number = 5 + 2 * page;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        ));
        objects.push(stream("", content));
    }
    document(&objects, "")
}

/// Makes a document of one page, with entries of the catalogue, of the page and of its resources, and objects from number 5 on. The
/// font `/F1` is Helvetica.
fn page(content: &str, catalogue: &str, entries: &str, resources: &str, objects: &[String]) -> Vec<u8> {
    let mut all = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {entries} /Resources << /Font << /F1 << /Type /Font \
             /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> /F2 5 0 R >> {resources} >> >>"
        ),
        stream("", content),
    ];
    all.extend_from_slice(objects);
    document(&all, "")
}

fn stream(entries: &str, content: &str) -> String {
    format!("<< /Length {} {entries} >>\nstream\n{content}\nendstream", content.len())
}

pub(crate) fn deflated(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let head = format!("<< /Length {} /Filter /FlateDecode {entries} >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

#[test]
fn pages_have_their_numbers() {
    let one = "BT /F1 12 Tf 72 720 Td (SSN 536-90-4399) Tj 0 -20 Td (second line) Tj ET";
    let two = "BT /F1 12 Tf 72 720 Td (page two) Tj ET";
    check(
        "a.pdf",
        &pages(&[one, two]),
        expect![[r#"
            page 1: "SSN 536-90-4399\nsecond line"
            page 2: "page two"
            = pdf full
        "#]],
    );
}

#[test]
fn pages_without_text_need_recognition_where_there_is_something_to_see() {
    let picture = stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "x");
    let outcome = |content: &str| {
        let objects = ["null".to_owned(), picture.clone()];
        shown(&extract("a.pdf", &page(content, "", "", "/XObject << /Im 6 0 R >>", &objects)).1)
    };
    assert_eq!(outcome("q 600 0 0 700 0 0 cm /Im Do Q"), "pdf not_scanned needs_ocr");
    assert_eq!(outcome("q 600 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"), "pdf not_scanned needs_ocr");
    // A stamp on a scan does not make it read.
    assert_eq!(outcome("q 600 0 0 700 0 0 cm /Im Do Q BT /F1 9 Tf 9 9 Td (Page 1) Tj ET"), "pdf sampled needs_ocr");
    // Letters may be drawn as shapes.
    assert_eq!(outcome(&"0 0 m 9 9 l S ".repeat(100)), "pdf not_scanned needs_ocr");
    assert_eq!(outcome("q 60 0 0 70 0 0 cm /Im Do Q BT /F1 9 Tf 9 9 Td (A letter with a logo) Tj ET"), "pdf full");
    assert_eq!(outcome("q Q"), "pdf full");
}

#[test]
fn one_page_that_is_a_picture_is_said() {
    let text = "BT /F1 12 Tf 72 720 Td (page one) Tj ET";
    let (transcript, outcome) = extract("a.pdf", &pages(&[text, "q 600 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q", text]));
    assert_eq!(shown(&outcome), "pdf sampled needs_ocr");
    assert!(transcript.lines.contains("page 3"), "{}", transcript.lines);
}

#[test]
fn what_is_no_document_is_damaged() {
    let (_, outcome) = extract("a.pdf", &b"%PDF-1.4\nnothing follows".to_vec());
    assert_eq!(shown(&outcome), "pdf not_scanned damaged");
}

#[test]
fn compressed_content_is_read() {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents [4 0 R 5 0 R] /Resources << /Font << /F1 6 0 R >> >> >>".to_vec(),
        deflated("", b"BT /F1 12 Tf 72 720 Td (536-90"),
        deflated("", b"-4399) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    let (transcript, outcome) = extract("a.pdf", &document_of_bytes(&objects, ""));
    // The streams are parted by a blank at least.
    assert!(saw(&transcript, "536-90 -4399"), "{}", transcript.lines);
    assert_eq!(shown(&outcome), "pdf full");
}

#[test]
fn objects_in_streams_and_tables_in_streams_are_read() {
    let inner = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"];
    let (mut head, mut body) = (String::new(), String::new());
    for (index, object) in inner.iter().enumerate() {
        head += &format!("{} {} ", index + 1, body.len());
        body += &format!("{object} ");
    }
    let outside = [
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
            .to_vec(),
        stream("", "BT /F1 12 Tf 72 720 Td (in a stream) Tj ET").into_bytes(),
        deflated(&format!("/Type /ObjStm /N 2 /First {}", head.len()), format!("{head}{body}").as_bytes()),
    ];
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut rows = vec![[0, 0, 0, 0], [2, 0, 5, 0], [2, 0, 5, 1]];
    for (index, object) in outside.iter().enumerate() {
        let offset = u16::try_from(bytes.len()).unwrap().to_be_bytes();
        rows.push([1, offset[0], offset[1], 0]);
        bytes.extend_from_slice(&[format!("{} 0 obj\n", index + 3).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let start = bytes.len();
    let table = deflated("/Type /XRef /Size 7 /W [1 2 1] /Index [0 6] /Root 1 0 R", &rows.concat());
    bytes.extend_from_slice(&[b"6 0 obj\n", table.as_slice(), format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes()].concat());
    check(
        "a.pdf",
        &bytes,
        expect![[r#"
            page 1: "in a stream"
            = pdf full
        "#]],
    );
}

#[test]
fn a_broken_cross_reference_is_repaired() {
    let text = String::from_utf8(pages(&["BT /F1 12 Tf 72 720 Td (still here) Tj ET"])).unwrap();
    for broken in
        [text.replace("startxref\n", "startxref\n9"), text[..text.find("xref").unwrap()].to_owned(), text.replace("00000 n", "00007 n")]
    {
        let (transcript, _) = extract("a.pdf", &broken.into_bytes());
        assert!(saw(&transcript, "still here"), "{}", transcript.lines);
    }
}
