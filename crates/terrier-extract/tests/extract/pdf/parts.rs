//! What a document holds beside its pages.

use expect_test::expect;

use super::{document, page, stream};
use crate::transcript::{check, extract, saw, shown};

#[test]
fn forms_and_information_are_properties() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>".to_owned(),
        "<< /Type /Pages /Kids [6 0 R] /Count 1 >>".to_owned(),
        "<< /FT /Tx /T (ssn) /TU (Social security number) /V (536-90-4399) /DV 5 0 R >>".to_owned(),
        "<< /Author (Ann) /Title <FEFF005A006F00EB> /Department (HR) /CreationDate (D:20240102030405Z) >>".to_owned(),
        "(indirect)".to_owned(),
        "<< /Type /Page /Parent 2 0 R >>".to_owned(),
    ];
    check(
        "a.pdf",
        &document(&objects, "/Info 4 0 R"),
        expect![[r#"
            property: "Social security number\nssn\nindirect\n536-90-4399"
            property: "Zoë\nAnn\nHR"
            = pdf full
        "#]],
    );
}

#[test]
fn links_and_notes_are_read() {
    let link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (mailto:ann@example.com) >> >>";
    let look = "<< /N 6 0 R >>";
    let note = format!("<< /Type /Annot /Subtype /FreeText /Rect [100 600 200 620] /Contents (as a note) /AP {look} >>");
    let objects = ["null".to_owned(), stream("/Subtype /Form /BBox [0 0 100 20]", "BT /F1 10 Tf 0 0 Td (as it looks) Tj ET")];
    check(
        "a.pdf",
        &page("BT /F1 10 Tf 72 700 Td (body) Tj ET", "", &format!("/Annots [{link} {note}]"), "", &objects),
        expect![[r#"
            property: "mailto:ann@example.com\nas a note"
            page 1: "body\nas it looks"
            = pdf full
        "#]],
    );
}

#[test]
fn the_look_of_a_field_is_that_of_its_state() {
    let field = "<< /Subtype /Widget /Rect [0 0 9 9] /AS /Yes /AP << /N << /Yes 6 0 R /Off 7 0 R >> >> >>";
    let look = |text: &str| stream("/Subtype /Form /BBox [0 0 9 9]", &format!("BT /F1 10 Tf ({text}) Tj ET"));
    let objects = ["null".to_owned(), look("ticked"), look("empty")];
    let (transcript, _) = extract("a.pdf", &page("", "", &format!("/Annots [{field}]"), "", &objects));
    assert!(saw(&transcript, "ticked") && !saw(&transcript, "empty"), "{}", transcript.lines);
}

#[test]
fn forms_of_xml_and_metadata_are_read() {
    let objects = [
        "null".to_owned(),
        stream("", "<xfa:data><ssn>536-90-4399</ssn></xfa:data>"),
        stream("/Type /Metadata /Subtype /XML", "<dc:creator>Ann</dc:creator>"),
    ];
    check(
        "a.pdf",
        &page("", "/AcroForm << /XFA [(datasets) 6 0 R] >> /Metadata 7 0 R", "", "", &objects),
        expect![[r#"
            property: "<dc:creator>Ann</dc:creator>"
            property: "<xfa:data><ssn>536-90-4399</ssn></xfa:data>"
            = pdf full
        "#]],
    );
}

#[test]
fn attachments_are_members() {
    let objects = [
        "null".to_owned(),
        "<< /Type /Filespec /F (people.csv) /UF <FEFF00700065006F0070006C0065002E006300730076> /EF << /F 7 0 R /UF 7 0 R >> >>".to_owned(),
        stream("/Type /EmbeddedFile", "id,email\n1,a@example.com\n"),
    ];
    check(
        "a.pdf",
        &page(
            "BT /F1 10 Tf 72 700 Td (see attached) Tj ET",
            "/Names << /EmbeddedFiles << /Names [(people.csv) 6 0 R] >> >>",
            "",
            "",
            &objects,
        ),
        expect![[r#"
            property: "people.csv\npeople.csv"
            page 1: "see attached"
            > people.csv
              property: "id,email\n"
              0: id=1 email=a@example.com
            < csv full, 1 records
            = pdf full
        "#]],
    );
}

#[test]
fn attachments_alone_may_ask_for_a_password() {
    let file = "<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>";
    let encryption = "/Encrypt << /Filter /Standard /V 5 /R 6 /CF << /StdCF << /AuthEvent /EFOpen /CFM /AESV3 >> >> /EFF /StdCF /StmF /Identity \
                      /StrF /Identity /O () /U () /P -4 >>";
    let objects = [
        format!("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) {file}] >> >> >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        stream("", "BT /F1 10 Tf 72 700 Td (body) Tj ET"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "null".to_owned(),
        stream("/Type /EmbeddedFile", "not to be read"),
    ];
    check(
        "a.pdf",
        &document(&objects, encryption),
        expect![[r#"
            property: "a.txt"
            page 1: "body"
            > a.txt
            < - not_scanned encrypted
            = pdf full
        "#]],
    );
}

#[test]
fn signatures_are_no_text() {
    let field = "<< /Type /Sig /Name (Ann) /ByteRange [0 1 2 3] /Contents <3082FFFF> >>".to_owned();
    let (transcript, outcome) = extract("a.pdf", &page("", "", "", "", &[field]));
    assert_eq!(transcript.content, b"Ann\n");
    assert_eq!(shown(&outcome), "pdf full");
}
