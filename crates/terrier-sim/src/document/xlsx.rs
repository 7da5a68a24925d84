use std::collections::HashMap;
use std::fmt::Write as _;

use super::archive::{Member, zip};
use super::{ColumnType, Table};

/// Numbers of more digits lose some in a spreadsheet, so people keep them as text.
const NUMBER_DIGITS: usize = 15;

/// Writes named sheets as a workbook (ECMA-376): shared strings for text, numbers where all of a column are.
pub fn xlsx(sheets: &[(&str, &Table)]) -> Vec<u8> {
    let mut strings = SharedStrings::default();
    let mut members = Vec::new();
    for (number, (_, table)) in sheets.iter().enumerate() {
        members.push(Member::new(format!("xl/worksheets/sheet{}.xml", number + 1), worksheet(table, &mut strings)));
    }
    members.push(Member::new("xl/sharedStrings.xml", strings.xml()));
    members.push(Member::new("xl/workbook.xml", workbook(sheets)));
    members.push(Member::new("xl/_rels/workbook.xml.rels", relations(sheets.len())));
    members.push(Member::new(
        "_rels/.rels",
        package(
            "Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"",
            &relation(1, "officeDocument", "xl/workbook.xml"),
        ),
    ));
    members.insert(0, Member::new("[Content_Types].xml", content_types(sheets.len())));
    zip(&members)
}

#[derive(Default)]
struct SharedStrings {
    places: HashMap<String, usize>,
    texts: Vec<String>,
}

impl SharedStrings {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.places.insert(text.to_owned(), self.texts.len());
        self.texts.push(text.to_owned());
        self.texts.len() - 1
    }

    fn xml(&self) -> String {
        let items =
            self.texts.iter().fold(String::new(), |out, text| out + "<si><t xml:space=\"preserve\">" + &escaped(text) + "</t></si>");
        package(
            &format!("sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"{}\"", self.texts.len()),
            &items,
        )
    }
}

fn worksheet(table: &Table, strings: &mut SharedStrings) -> String {
    let types: Vec<ColumnType> = (0..table.headers.len()).map(|column| table.column_type(column)).collect();
    let mut rows = String::new();
    row(&mut rows, 1, &table.headers, |_, text| Cell::Text(strings.place(text)));
    for (index, values) in table.rows.iter().enumerate() {
        row(&mut rows, index + 2, values, |column, text| {
            if types[column] == ColumnType::Integer && text.len() <= NUMBER_DIGITS { Cell::Number } else { Cell::Text(strings.place(text)) }
        });
    }
    package("worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"", &format!("<sheetData>{rows}</sheetData>"))
}

enum Cell {
    Number,
    Text(usize),
}

fn row(out: &mut String, number: usize, values: &[String], mut cell: impl FnMut(usize, &str) -> Cell) {
    const INFALLIBLE: &str = "writing to a string does not fail";
    write!(out, "<row r=\"{number}\">").expect(INFALLIBLE);
    for (column, value) in values.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
        let name = column_name(column);
        match cell(column, value) {
            Cell::Number => write!(out, "<c r=\"{name}{number}\"><v>{value}</v></c>"),
            Cell::Text(place) => write!(out, "<c r=\"{name}{number}\" t=\"s\"><v>{place}</v></c>"),
        }
        .expect(INFALLIBLE);
    }
    out.push_str("</row>");
}

/// Returns the letters of a column: A to Z, then AA.
fn column_name(column: usize) -> String {
    let letter = char::from(b'A' + (column % 26) as u8);
    if column < 26 { letter.to_string() } else { column_name(column / 26 - 1) + &letter.to_string() }
}

fn workbook(sheets: &[(&str, &Table)]) -> String {
    let list = sheets.iter().enumerate().fold(String::new(), |out, (index, (name, _))| {
        out + &format!("<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escaped(name), n = index + 1)
    });
    package(
        "workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"",
        &format!("<sheets>{list}</sheets>"),
    )
}

fn relations(sheets: usize) -> String {
    let mut list: String = (1..=sheets).map(|number| relation(number, "worksheet", &format!("worksheets/sheet{number}.xml"))).collect();
    list += &relation(sheets + 1, "sharedStrings", "sharedStrings.xml");
    package("Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"", &list)
}

fn relation(number: usize, kind: &str, target: &str) -> String {
    format!(
        "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
    )
}

fn content_types(sheets: usize) -> String {
    let part = |path: &str, kind: &str| {
        format!("<Override PartName=\"{path}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml\"/>")
    };
    let mut list = "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>".to_owned();
    list += &part("/xl/workbook.xml", "sheet.main");
    list += &part("/xl/sharedStrings.xml", "sharedStrings");
    list.extend((1..=sheets).map(|number| part(&format!("/xl/worksheets/sheet{number}.xml"), "worksheet")));
    package("Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"", &list)
}

/// Wraps a part's content into its root element.
fn package(root: &str, content: &str) -> String {
    let name = root.split(' ').next().unwrap_or(root);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<{root}>{content}</{name}>")
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
