//! Whether XML holds records, and where.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::markup::local;

/// Elements that a record may lie in.
const DEEPEST: usize = 4;
/// Elements that are looked at.
const LOOKED_AT: usize = 4096;
/// Documents that are to be shown, or say how others are written, and whose elements do not name values.
const NO_RECORDS: [&[u8]; 10] =
    [b"svg", b"html", b"plist", b"schema", b"stylesheet", b"transform", b"definitions", b"document", b"book", b"TEI"];

#[derive(Default)]
struct Open {
    name: Vec<u8>,
    attributes: usize,
    has_text: bool,
    has_elements: bool,
    /// How often elements of a name that are more than a value stand in it.
    records: HashMap<Vec<u8>, usize>,
    /// How many elements stand in it, the name of the first, and whether all have that name.
    elements: usize,
    first: Vec<u8>,
    is_row: bool,
}

impl Open {
    fn is_record(&self) -> bool {
        self.has_elements || self.attributes >= 2
    }
}

#[derive(Default)]
struct Shape {
    open: Vec<Open>,
    elements: usize,
    /// Elements with text beside elements: those of prose.
    mixed: usize,
    /// Elements whose end is that of another one, as where ends are left out.
    crossed: usize,
    /// The largest number of alike elements in one other, by how many they lie in.
    alike: [usize; DEEPEST],
    /// Elements that may be records, and those of them that are rows of cells, by how many they lie in.
    records: [(usize, usize); DEEPEST],
    no_records: bool,
}

/// Where the records of a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Records {
    /// How many elements they lie in.
    pub(super) depth: usize,
    /// Whether they are rows: the elements in them all have the same name, which so does not tell them apart.
    pub(super) are_rows: bool,
}

/// Finds the records of a document; `None` where it holds none. `head` may be cut.
pub(crate) fn records(head: &[u8]) -> Option<Records> {
    let mut reader = Reader::from_reader(head);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut shape = Shape { open: vec![Open::default()], ..Shape::default() };
    while shape.elements < LOOKED_AT && !shape.no_records {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                shape.open(local(start.name().into_inner().as_bytes()), start.attributes().with_checks(false).take(2).count());
            }
            Ok(Event::End(end)) => {
                let name = local(end.name().into_inner().as_bytes());
                shape.crossed += usize::from(shape.open.last().is_none_or(|open| open.name != name));
                shape.close();
            }
            Ok(Event::Text(text)) => shape.text(!text.as_bytes().trim_ascii().is_empty()),
            Ok(Event::CData(_) | Event::GeneralRef(_)) => shape.text(true),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    shape.records()
}

impl Shape {
    fn open(&mut self, name: &[u8], attributes: usize) {
        self.no_records |= self.open.len() == 1 && NO_RECORDS.contains(&name);
        self.elements += 1;
        if let Some(parent) = self.open.last_mut() {
            parent.has_elements = true;
            parent.elements += 1;
            if parent.elements == 1 {
                parent.first = name.to_vec();
                parent.is_row = true;
            }
            parent.is_row &= parent.first == name;
        }
        self.open.push(Open { name: name.to_vec(), attributes, ..Open::default() });
    }

    fn close(&mut self) {
        // The document itself stays open.
        if self.open.len() < 2 {
            return;
        }
        let Some(closed) = self.open.pop() else { return };
        self.mixed += usize::from(closed.has_text && closed.has_elements);
        let depth = self.open.len() - 1;
        if let (true, Some(parent)) = (closed.is_record() && depth < DEEPEST, self.open.last_mut()) {
            let (records, rows) = &mut self.records[depth];
            *records += 1;
            *rows += usize::from(closed.is_row && closed.elements >= 2);
            let alike = parent.records.entry(closed.name).or_default();
            *alike += 1;
            self.alike[depth] = self.alike[depth].max(*alike);
        }
    }

    fn text(&mut self, is_text: bool) {
        if let Some(open) = self.open.last_mut() {
            open.has_text |= is_text;
        }
    }

    fn records(mut self) -> Option<Records> {
        while self.open.len() > 1 {
            self.close();
        }
        let is_prose = (self.mixed + self.crossed) * 20 > self.elements;
        let depth = self.alike.iter().position(|alike| *alike >= 2)?;
        let (records, rows) = self.records[depth];
        (!is_prose && !self.no_records).then_some(Records { depth, are_rows: rows * 5 >= records * 4 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_from_prose_and_settings() {
        let check = |xml: &str, expect| assert_eq!(records(xml.as_bytes()).map(|records| records.depth), expect, "{xml}");
        check("<people><p><n>a</n></p><p><n>b</n></p></people>", Some(1));
        check("<r><meta/><people><p a='1' b='2'/><p a='1' b='2'/></people>", Some(2));
        check("<event><id>1</id></event>\n<event><id>2</id></event>", Some(0));
        check("<people><p><n>a</n></p><p><n>b", Some(1));
        check("<config><user>a</user><password>b</password></config>", None);
        check("<list><item>a</item><item>b</item></list>", None);
        check("<doc><p>a <b>c</b></p><p>d <b>e</b></p></doc>", None);
        check("<OFX><TRN><AMT>1<NAME>a</TRN><TRN><AMT>2<NAME>b</TRN></OFX>", None);
        check("<svg><g><path/></g><g><path/></g></svg>", None);
    }

    #[test]
    fn rows_are_told_from_other_records() {
        let check = |xml: &str, expect| assert_eq!(records(xml.as_bytes()).map(|records| records.are_rows), Some(expect), "{xml}");
        check("<t><row><c>1</c><c>2</c></row><row><c>3</c><c>4</c></row></t>", true);
        check("<t><p><n>1</n><m>2</m></p><p><n>3</n><m>4</m></p></t>", false);
        check("<t><p a='1' b='2'/><p a='1' b='2'/></t>", false);
    }
}
