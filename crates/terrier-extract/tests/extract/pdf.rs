use expect_test::expect;

use crate::transcript::{check, extract, saw, shown};

/// Makes a document from the objects' bodies; the first is the catalogue.
pub(crate) fn document(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
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
        let stream = 5 + 2 * page;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {stream} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    document(&objects, "")
}

#[test]
fn pages_have_their_numbers() {
    let one = "BT /F1 12 Tf 72 720 Td (SSN 536-90-4399) Tj 0 -20 Td (second line) Tj ET";
    let two = "BT /F1 12 Tf 72 720 Td (page two) Tj ET";
    check(
        "a.pdf",
        &pages(&[one, two]),
        expect![[r#"
        page 1: "\n\nSSN 536-90-4399\n\nsecond line"
        page 2: "\n\npage two"
        = pdf full
    "#]],
    );
}

#[test]
fn forms_and_information_are_properties() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
        "<< /FT /Tx /T (ssn) /V (536-90-4399) >>".to_owned(),
        "<< /Author (Ann) >>".to_owned(),
    ];
    let (transcript, _) = extract("a.pdf", &document(&objects, "/Info 4 0 R"));
    assert!(saw(&transcript, "536-90-4399") && saw(&transcript, "Ann"), "{}", transcript.lines);
}

#[test]
fn pictures_of_pages_are_not_read() {
    let (_, outcome) = extract("a.pdf", &pages(&["q 100 0 0 100 0 0 cm Q"]));
    assert_eq!(shown(&outcome), "pdf not_scanned unsupported_format");
}

#[test]
fn what_is_no_document_is_damaged() {
    let (_, outcome) = extract("a.pdf", &b"%PDF-1.4\nnothing follows".to_vec());
    assert_eq!(shown(&outcome), "pdf not_scanned damaged");
}

#[test]
fn a_password_is_asked_for_by_nobody() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
        format!("<< /Filter /Standard /V 1 /R 2 /O <{0}> /U <{0}> /P -4 >>", "41".repeat(32)),
    ];
    let encrypted = document(&objects, "/Encrypt 3 0 R /ID [<00><00>]");
    let (_, outcome) = extract("a.pdf", &encrypted);
    assert_eq!(shown(&outcome), "pdf not_scanned encrypted");
}
