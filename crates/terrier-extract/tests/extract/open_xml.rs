//! Documents and presentations of Office Open XML.

use expect_test::expect;
use terrier_extract::Limits;

use crate::archives::zip;
use crate::transcript::{check, extract, extract_within, saw, shown};

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// Makes a document from the XML of its body, with parts of its own.
fn document(namespace: &str, body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let main = format!(r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>"#);
    let mut all: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", main.as_bytes())];
    all.extend(parts.iter().map(|(name, content)| (*name, content.as_bytes())));
    zip(&all)
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A small document with something of everything.
pub(crate) fn sample_document() -> Vec<u8> {
    let table = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", paragraph("SSN"), paragraph("536-90-4399"));
    document(
        W,
        &[paragraph("Dear Ann"), table].concat(),
        &[("word/header1.xml", "<w:hdr><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr>"), ("word/embeddings/a.txt", "embedded")],
    )
}

/// A small presentation, its slides out of order.
pub(crate) fn sample_presentation() -> Vec<u8> {
    let slide = |text: &str| {
        format!(
            "<p:sld><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        )
    };
    let relation = |id: &str, target: &str| format!(r#"<Relationship Id="{id}" Type="x" Target="{target}"/>"#);
    let relations = |list: &str| format!("<Relationships>{list}</Relationships>");
    let (one, two, three) = (slide("second"), slide("first"), slide("not shown"));
    let main =
        r#"<p:presentation xmlns:r="x"><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/></p:sldIdLst></p:presentation>"#;
    let of_main = relations(&[relation("a", "slides/slide1.xml"), relation("b", "slides/slide2.xml")].concat());
    let of_slide = relations(
        &[
            relation("n", "../notesSlides/notesSlide1.xml"),
            r#"<Relationship Id="h" Type="x" Target="mailto:ann@example.com" TargetMode="External"/>"#.to_owned(),
        ]
        .concat(),
    );
    let notes = slide("say it slowly");
    let parts: [(&str, &str); 8] = [
        ("ppt/presentation.xml", main),
        ("ppt/_rels/presentation.xml.rels", &of_main),
        ("ppt/slides/slide1.xml", &one),
        ("ppt/slides/_rels/slide1.xml.rels", &of_slide),
        ("ppt/slides/slide2.xml", &two),
        ("ppt/slides/slide3.xml", &three),
        ("ppt/notesSlides/notesSlide1.xml", &notes),
        ("ppt/media/image1.png", "\u{89}PNG"),
    ];
    zip(&parts.map(|(name, content)| (name, content.as_bytes())))
}

#[test]
fn runs_are_joined_and_cells_stand_between_tabs() {
    let split =
        "<w:p><w:r><w:t>4111 11</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>11 1111 </w:t></w:r><w:r><w:t>1111 &amp; more</w:t></w:r></w:p>";
    let cell = |text: &str| format!("<w:tc><w:tcPr/>{}</w:tc>", paragraph(text));
    let row = |cells: &[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(|text| cell(text)).collect::<String>());
    let table = format!("<w:tbl>{}{}</w:tbl>", row(&["name", "", "ssn"]), row(&["Ann", "x", "536-90-4399"]));
    let tabs = r#"<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"#;
    check(
        "a.docx",
        &document(W, &[split.to_owned(), "<w:p/>".to_owned(), table, tabs.to_owned()].concat(), &[]),
        expect![[r#"
            line 1, byte 0: "4111 1111 1111 1111 & more\n\nname\t\tssn\nAnn\tx\t536-90-4399\na\tb\nc"
            = docx full
        "#]],
    );
}

#[test]
fn strict_documents_and_other_prefixes_are_the_same() {
    let body = "<w:p><w:r><w:t>strictly</w:t></w:r></w:p>";
    let (transcript, outcome) = extract("a.docm", &document(STRICT, body, &[]));
    assert!(saw(&transcript, "strictly"));
    assert_eq!(shown(&outcome), "docx full");
    let other = "<x:document xmlns:x=\"y\"><x:p><x:r><x:t>oth</x:t></x:r><x:r><x:t>erwise</x:t></x:r></x:p></x:document>";
    let (transcript, _) = extract("a.docx", &zip(&[("word/document.xml", other.as_bytes())]));
    assert!(saw(&transcript, "otherwise"));
}

#[test]
fn what_stands_beside_the_text_follows_its_paragraph() {
    let body = r#"<w:p><w:r><w:t>Pay </w:t></w:r>
      <w:del w:author="Bob Bobson"><w:r><w:delText>old@exa</w:delText></w:r><w:r><w:delText>mple.com</w:delText></w:r></w:del>
      <w:ins w:author="Bob Bobson"><w:r><w:t>new@example.com</w:t></w:r></w:ins>
      <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "mailto:co</w:instrText></w:r>
      <w:r><w:instrText>de@example.com"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t> now</w:t></w:r>
      <mc:AlternateContent xmlns:mc="m"><mc:Choice><wp:docPr id="1" name="Box 1" descr="Photo of Ann"/><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></mc:Choice>
      <mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>
      <w:r><w:t> please</w:t></w:r></w:p><w:p><w:r><w:t>Next</w:t></w:r></w:p>"#;
    check(
        "a.docx",
        &document(W, body, &[]),
        expect![[r#"
        line 1, byte 0: "Pay new@example.com now please\nBob Bobson\nold@example.com\nHYPERLINK \"mailto:code@example.com\"\nBox 1\nPhoto of Ann\nin a box\nNext"
        = docx full
    "#]],
    );
}

#[test]
fn all_parts_are_read_listed_or_not() {
    let parts: [(&str, &str); 8] = [
        ("word/footnotes.xml", "<w:footnotes><w:footnote><w:p><w:r><w:t>a footnote</w:t></w:r></w:p></w:footnote></w:footnotes>"),
        (
            "word/comments.xml",
            r#"<w:comments><w:comment w:author="Cy" w:initials="C"><w:p><w:r><w:t>a comment</w:t></w:r></w:p></w:comment></w:comments>"#,
        ),
        (
            "word/_rels/document.xml.rels",
            r#"<Relationships><Relationship Id="r" Type="t" Target="https://example.com/?token=x" TargetMode="External"/></Relationships>"#,
        ),
        (
            "word/settings.xml",
            r#"<w:settings><w:mailMerge><w:connectString w:val="DSN=pay;PWD=hunter2"/></w:mailMerge><w:docVars><w:docVar w:name="ssn" w:val="536-90-4399"/></w:docVars></w:settings>"#,
        ),
        ("docProps/core.xml", "<cp:coreProperties><dc:creator>Ann Author</dc:creator><dc:title>Plan</dc:title></cp:coreProperties>"),
        ("docProps/custom.xml", r#"<Properties><property name="Client"><vt:lpwstr>Bob Client</vt:lpwstr></property></Properties>"#),
        ("customXml/item1.xml", r#"<employee id="7"><pin>1234</pin></employee>"#),
        ("word/media/image1.png", "no picture"),
    ];
    check(
        "a.docx",
        &document(W, &paragraph("body"), &parts),
        expect![[r#"
        line 1, byte 0: "body"
        property: "a footnote"
        property: "a comment\nCy"
        property: "https://example.com/?token=x"
        property: "DSN=pay;PWD=hunter2\nssn\n536-90-4399"
        property: "Ann Author\nPlan"
        property: "Client\nBob Client"
        property: "7\n1234"
        > word/media/image1.png
          line 1, byte 0: "no picture"
        < text full
        = docx full
    "#]],
    );
}

#[test]
fn pages_are_those_that_the_program_saw() {
    let page = |text: &str| format!("<w:p><w:r><w:lastRenderedPageBreak/><w:t>{text}</w:t></w:r></w:p>");
    check(
        "a.docx",
        &document(W, &[paragraph("one"), page("two"), page("three")].concat(), &[]),
        expect![[r#"
        page 1: "one"
        page 2: "\ntwo"
        page 3: "\nthree"
        = docx full
    "#]],
    );
}

#[test]
fn values_cross_pages_and_windows() {
    let filler = paragraph(&"words and words ".repeat(64)).repeat(2000);
    let body =
        [filler.clone(), "<w:p><w:r><w:t>need</w:t><w:lastRenderedPageBreak/><w:t>le4111</w:t></w:r></w:p>".to_owned(), filler].concat();
    let (transcript, outcome) = extract("a.docx", &document(W, &body, &[]));
    assert!(memchr::memmem::find(&transcript.content, b"need\nle4111").is_some(), "the two are neighbours");
    assert_eq!(shown(&outcome), "docx full");
    assert_eq!(transcript.content.windows(5).filter(|window| window == b"words").count(), 2 * 2000 * 2 * 64);
}

#[test]
fn slides_come_in_the_order_of_the_presentation() {
    check(
        "a.pptx",
        &sample_presentation(),
        expect![[r#"
        slide 1: "first"
        slide 2: "second"
        slide 2: "mailto:ann@example.com"
        slide 2: "say it slowly"
        property: "not shown"
        > ppt/media/image1.png
          line 1, byte 0: "\u{89}PNG"
        < text full
        = pptx full
    "#]],
    );
}

#[test]
fn a_damaged_part_gives_what_came_before() {
    let cut = "<w:hdr><w:p><w:r><w:t>head of ann@example.com</w:t></w:r></w:p><w:p><w:r><w:t>cut o";
    let (transcript, outcome) = extract("a.docx", &document(W, &paragraph("body"), &[("word/header1.xml", cut)]));
    assert!(saw(&transcript, "ann@example.com") && saw(&transcript, "cut o") && saw(&transcript, "body"));
    assert_eq!(shown(&outcome), "docx sampled damaged");
}

#[test]
fn broken_markup_is_text() {
    let strange = "<w:p><w:r><w:t>before</w:t></w:r></w:p><!strange ssn 536-90-4399><w:p>";
    let (transcript, outcome) = extract("a.docx", &document(W, strange, &[]));
    assert!(saw(&transcript, "before") && saw(&transcript, "536-90-4399"));
    assert_eq!(shown(&outcome), "docx sampled damaged");
}

#[test]
fn entities_of_a_document_are_not_expanded() {
    let laughs = "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><w:document><w:p><w:t>&b;&b; &lt;x&#62; &#x20AC;</w:t></w:p></w:document>";
    let (transcript, outcome) = extract("a.docx", &zip(&[("word/document.xml", laughs.as_bytes())]));
    assert!(saw(&transcript, "&b;&b; <x> \u{20ac}"), "{}", transcript.lines);
    assert_eq!(shown(&outcome), "docx full");
}

#[test]
fn depth_and_tokens_are_bounded() {
    let deep = ["<a>".repeat(100_000), "ann@example.com".to_owned(), "</a>".repeat(100_000)].concat();
    let (transcript, outcome) = extract("a.docx", &zip(&[("word/document.xml", deep.as_bytes())]));
    assert!(saw(&transcript, "ann@example.com"));
    assert_eq!(shown(&outcome), "docx full");
    let long = ["<a b=\"", &"x".repeat(9 << 20), "\">ann@example.com</a>"].concat();
    let (transcript, outcome) = extract("a.docx", &zip(&[("word/document.xml", long.as_bytes())]));
    assert!(saw(&transcript, "ann@example.com"));
    assert_eq!(shown(&outcome), "docx full");
    let text = ["<t>", &"xy\u{e4} ".repeat(3 << 20), "ann@example.com</t>"].concat();
    let (transcript, outcome) = extract("a.docx", &zip(&[("word/document.xml", text.as_bytes())]));
    assert!(saw(&transcript, " xy\u{e4} ann@example.com") && !saw(&transcript, "\u{fffd}"));
    assert_eq!(shown(&outcome), "docx full");
}

#[test]
fn utf_16_and_declared_encodings_are_read() {
    let xml = "<?xml version=\"1.0\" encoding=\"utf-16\"?><w:document><w:p><w:t>J\u{fc}rgen</w:t></w:p></w:document>";
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(xml.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(saw(&extract("a.docx", &zip(&[("word/document.xml", &utf16)])).0, "J\u{fc}rgen"));
    let latin: &[u8] = b"<?xml version='1.0' encoding='iso-8859-1'?><d><p><t>J\xFCrgen</t></p></d>";
    assert!(saw(&extract("a.docx", &zip(&[("word/document.xml", latin)])).0, "J\u{fc}rgen"));
}

#[test]
fn bombs_stop_at_the_ratio() {
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 20, ..Limits::default() };
    let (_, outcome) = extract_within(limits, "a.docx", &document(W, &" ".repeat(30 << 20), &[]));
    assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("ratio_limit"));
}
