use super::archive::{Member, zip};
use super::{Table, xlsx::escaped};

/// Writes lines as a text document (ECMA-376, WordprocessingML). Each is a paragraph of two runs, as an editor leaves it.
pub fn docx(text: &str) -> Vec<u8> {
    let paragraphs = text.lines().map(|line| {
        let (first, second) = halves(line);
        let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text));
        format!("<w:p>{}{}</w:p>", run(first), run(second))
    });
    let body: String = paragraphs.collect();
    package(
        "word/document.xml",
        "wordprocessingml.document",
        &format!(
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
        ),
        Vec::new(),
    )
}

/// Writes lines as a presentation of one slide (ECMA-376, PresentationML).
pub fn pptx(text: &str) -> Vec<u8> {
    const NAMES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let paragraphs = text.lines().map(|line| {
        let (first, second) = halves(line);
        format!("<a:p><a:r><a:t>{}</a:t></a:r><a:r><a:t>{}</a:t></a:r></a:p>", escaped(first), escaped(second))
    });
    let body: String = paragraphs.collect();
    let slide = format!("<p:sld {NAMES}><p:cSld><p:spTree><p:sp><p:txBody><a:bodyPr/>{body}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>");
    let relation = relations("rId1", "slide", "slides/slide1.xml");
    package(
        "ppt/presentation.xml",
        "presentationml.presentation",
        &format!("<p:presentation {NAMES}><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/></p:sldIdLst></p:presentation>"),
        vec![Member::new("ppt/_rels/presentation.xml.rels", relation), Member::new("ppt/slides/slide1.xml", slide)],
    )
}

/// Writes lines as a text document of OpenDocument (ISO/IEC 26300).
pub fn odt(text: &str) -> Vec<u8> {
    let paragraphs = text.lines().map(|line| {
        let (first, second) = halves(line);
        format!("<text:p>{}<text:span>{}</text:span></text:p>", spaced(first), spaced(second))
    });
    open_document("text", &format!("<office:text>{}</office:text>", paragraphs.collect::<String>()))
}

/// Writes named sheets as a spreadsheet of OpenDocument.
pub fn ods(sheets: &[(&str, &Table)]) -> Vec<u8> {
    let cell = |text: &String| match text.as_str() {
        "" => "<table:table-cell/>".to_owned(),
        text => format!("<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>", spaced(text)),
    };
    let row = |cells: &Vec<String>| format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>());
    let sheet = |(name, table): &(&str, &Table)| {
        let rows: String = std::iter::once(&table.headers).chain(&table.rows).map(row).collect();
        format!("<table:table table:name=\"{}\">{rows}</table:table>", escaped(name))
    };
    let sheets: String = sheets.iter().map(sheet).collect();
    open_document("spreadsheet", &format!("<office:spreadsheet>{sheets}</office:spreadsheet>"))
}

/// Writes lines as Rich Text Format (1.9.1).
pub fn rtf(text: &str) -> Vec<u8> {
    let mut document = "{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\fswiss Arial;}}\\pard".to_owned();
    for line in text.lines() {
        let (first, second) = halves(line);
        document += &format!(" {}{{\\b {}}}\\par\n", controlled(first), controlled(second));
    }
    document.push('}');
    document.into_bytes()
}

/// Cuts a line in two, as formats do where a word was set in bold or corrected.
fn halves(line: &str) -> (&str, &str) {
    line.split_at(line.floor_char_boundary(line.len() / 2))
}

fn spaced(text: &str) -> String {
    escaped(text).replace("  ", " <text:s/>").replace('\n', "<text:line-break/>")
}

fn controlled(text: &str) -> String {
    text.chars().fold(String::new(), |out, character| match character {
        '\\' | '{' | '}' => out + "\\" + &character.to_string(),
        ' '..='~' => out + &character.to_string(),
        _ => character.encode_utf16(&mut [0; 2]).iter().fold(out, |out, unit| out + &format!("\\u{}?", unit.cast_signed())),
    })
}

fn package(main: &str, kind: &str, content: &str, more: Vec<Member>) -> Vec<u8> {
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}.main+xml\"/></Types>"
    );
    let mut members = vec![
        Member::new("[Content_Types].xml", types),
        Member::new("_rels/.rels", relations("rId1", "officeDocument", main)),
        Member::new(main, content),
    ];
    members.extend(more);
    zip(&members)
}

fn relations(id: &str, kind: &str, target: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>"
    )
}

fn open_document(kind: &str, body: &str) -> Vec<u8> {
    let names =
        ["office", "text", "table"].map(|name| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"")).join(" ");
    zip(&[
        Member::new("mimetype", format!("application/vnd.oasis.opendocument.{kind}")),
        Member::new(
            "content.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {names}><office:body>{body}</office:body></office:document-content>"
            ),
        ),
    ])
}
