//! SQLite databases. They are written here, page by page: the library would have to be compiled for it, and would write no broken ones.

use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::archives::{gzip, zip};
use crate::transcript::{check, extract, extract_within, saw, shown};

const PAGE: usize = 512;

/// A value of a row.
#[derive(Clone)]
enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7F) as u8];
    while number > 0x7F {
        number >>= 7;
        bytes.insert(0, (number & 0x7F) as u8 | 0x80);
    }
    bytes
}

fn record(values: &[Value]) -> Vec<u8> {
    let (mut types, mut content) = (Vec::new(), Vec::new());
    for value in values {
        let (kind, bytes) = match value {
            Value::Null => (0, Vec::new()),
            Value::Integer(number) => (6, number.to_be_bytes().to_vec()),
            Value::Text(text) => (13 + 2 * text.len() as u64, text.as_bytes().to_vec()),
            Value::Blob(bytes) => (12 + 2 * bytes.len() as u64, bytes.clone()),
        };
        types.extend(varint(kind));
        content.extend(bytes);
    }
    [varint(types.len() as u64 + 1), types, content].concat()
}

/// A database that is being written.
struct Writer {
    pages: Vec<Vec<u8>>,
    schema: Vec<Vec<u8>>,
}

impl Writer {
    fn new() -> Self {
        Self { pages: vec![vec![0; PAGE]], schema: Vec::new() }
    }

    fn add_page(&mut self, page: Vec<u8>) -> u32 {
        self.pages.push(page);
        self.pages.len() as u32
    }

    /// Makes the cell of a row; what does not fit the page goes to pages of its own.
    fn cell(&mut self, id: u64, row: &[u8]) -> Vec<u8> {
        let mut cell = [varint(row.len() as u64), varint(id)].concat();
        let (most, least) = (PAGE - 35, (PAGE - 12) * 32 / 255 - 23);
        if row.len() <= most {
            cell.extend_from_slice(row);
            return cell;
        }
        let even = least + (row.len() - least) % (PAGE - 4);
        let local = if even <= most { even } else { least };
        let mut next = 0_u32;
        for part in row[local..].chunks(PAGE - 4).rev() {
            let mut page = next.to_be_bytes().to_vec();
            page.extend_from_slice(part);
            page.resize(PAGE, 0);
            next = self.add_page(page);
        }
        cell.extend_from_slice(&row[..local]);
        cell.extend_from_slice(&next.to_be_bytes());
        cell
    }

    fn table(&mut self, name: &str, sql: &str, rows: &[Vec<Value>]) {
        let mut cells = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let row = record(row);
            cells.push(self.cell(index as u64 + 1, &row));
        }
        let mut leaves = Vec::new();
        let mut at = 0;
        while at < cells.len() || leaves.is_empty() {
            let mut size = 8;
            let fitting = cells[at..].iter().take_while(|cell| {
                size += cell.len() + 2;
                size <= PAGE
            });
            let count = fitting.count();
            leaves.push((at + count, leaf(&cells[at..at + count], 0)));
            at += count;
        }
        let leaves: Vec<(usize, u32)> = leaves.into_iter().map(|(last, page)| (last, self.add_page(page))).collect();
        let root = match leaves.as_slice() {
            [(_, only)] => *only,
            [inner @ .., (_, rightmost)] => {
                let mut page = page_of(
                    5,
                    &inner.iter().map(|(last, leaf)| [&leaf.to_be_bytes()[..], &varint(*last as u64)].concat()).collect::<Vec<_>>(),
                    0,
                );
                page[8..12].copy_from_slice(&rightmost.to_be_bytes());
                self.add_page(page)
            }
            [] => unreachable!(),
        };
        self.entry("table", name, i64::from(root), sql);
    }

    fn entry(&mut self, kind: &str, name: &str, root: i64, sql: &str) {
        let row = record(&[
            Value::Text(kind.to_owned()),
            Value::Text(name.to_owned()),
            Value::Text(name.to_owned()),
            Value::Integer(root),
            Value::Text(sql.to_owned()),
        ]);
        let id = self.schema.len() as u64 + 1;
        let cell = self.cell(id, &row);
        self.schema.push(cell);
    }

    fn finish(mut self, free: &[&[u8]]) -> Vec<u8> {
        let mut first = leaf(&self.schema, 100);
        first[..16].copy_from_slice(b"SQLite format 3\0");
        first[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
        first[59] = 1;
        let mut trunk = [0_u32.to_be_bytes(), (free.len() as u32).to_be_bytes()].concat();
        for content in free {
            let mut page = content.to_vec();
            page.resize(PAGE, 0);
            trunk.extend(self.add_page(page).to_be_bytes());
        }
        if !free.is_empty() {
            trunk.resize(PAGE, 0);
            first[32..36].copy_from_slice(&self.add_page(trunk).to_be_bytes());
        }
        self.pages[0] = first;
        self.pages.concat()
    }
}

fn leaf(cells: &[Vec<u8>], header: usize) -> Vec<u8> {
    page_of(13, cells, header)
}

fn page_of(kind: u8, cells: &[Vec<u8>], header: usize) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[header] = kind;
    page[header + 3..header + 5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
    let (mut pointer, mut end) = (header + if kind == 5 { 12 } else { 8 }, PAGE);
    for cell in cells {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        page[pointer..pointer + 2].copy_from_slice(&(end as u16).to_be_bytes());
        pointer += 2;
    }
    assert!(pointer <= end, "the cells fit the page");
    page
}

fn people(count: usize) -> Vec<u8> {
    let mut writer = Writer::new();
    let rows: Vec<Vec<Value>> = (0..count)
        .map(|row| {
            let note = if row % 7 == 3 { format!("{}end of {row}", "long ".repeat(300)) } else { format!("note {row}") };
            vec![Value::Null, Value::Text(format!("p{row}@example.com")), Value::Text(note)]
        })
        .collect();
    writer.table("people", "CREATE TABLE people(id INTEGER PRIMARY KEY, mail TEXT, note)", &rows);
    writer.finish(&[b"deleted 536-90-4399"])
}

/// A small database with all there may be in one.
pub(crate) fn sample() -> Vec<u8> {
    people(20)
}

#[test]
fn tables_are_members_and_rows_are_records() {
    let mut writer = Writer::new();
    writer.table(
        "people",
        "CREATE TABLE people(id INTEGER PRIMARY KEY, mail TEXT DEFAULT 'none@example.com', photo BLOB)",
        &[
            vec![Value::Null, Value::Text("ann@example.com".into()), Value::Blob(b"\x89\0\0caption\0".to_vec())],
            vec![Value::Null, Value::Null, Value::Null, Value::Integer(-5)],
        ],
    );
    writer.table("empty", "CREATE TABLE empty(a)", &[]);
    writer.entry("index", "by_mail", 99, "CREATE INDEX by_mail ON people(mail)");
    writer.entry("view", "v", 0, "CREATE VIEW v AS SELECT 'in a view'");
    check(
        "a.db",
        &writer.finish(&[b"\x01\x02deleted 536-90-4399\0"]),
        expect![[r#"
        property: "CREATE TABLE people(id INTEGER PRIMARY KEY, mail TEXT DEFAULT 'none@example.com', photo BLOB)"
        > people
          0: id=1 mail=ann@example.com photo=caption
          1: id=2 column 4=-5
        < table full, 2 records
        > empty
        < table full
        property: "CREATE VIEW v AS SELECT 'in a view'"
        binary 1536: "deleted 536-90-4399\n"
        = sqlite full
    "#]],
    );
}

#[test]
fn long_tables_and_long_rows_are_read_whole() {
    let (transcript, outcome) = extract("a.db", &people(90));
    assert_eq!(shown(&outcome), "sqlite full");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["table full, 90 records"]);
    for row in 0..90 {
        assert!(saw(&transcript, &format!("p{row}@example.com")));
        assert!(row % 7 != 3 || saw(&transcript, &format!("long end of {row}")));
    }
    assert!(saw(&transcript, "deleted 536-90-4399"));
}

#[test]
fn rows_that_were_deleted_from_a_page_are_read() {
    let mut writer = Writer::new();
    let rows = [vec![Value::Text("first".into())], vec![Value::Text("deleted 536-90-4399".into())], vec![Value::Text("third".into())]];
    writer.table("t", "CREATE TABLE t(a)", &rows);
    let mut database = writer.finish(&[]);
    // The second of three cells is taken off the page.
    let page = &mut database[PAGE..];
    page[4] = 2;
    page.copy_within(12..14, 10);
    page[12..14].fill(0);
    check(
        "a.db",
        &database,
        expect![[r#"
        > t
          binary 992: "3deleted 536-90-4399\n"
          0: a=first
          1: a=third
        < table full, 2 records
        = sqlite full
    "#]],
    );
}

#[test]
fn a_broken_page_costs_its_rows_only() {
    let mut database = people(90);
    database[3 * PAGE] = 77;
    let (transcript, outcome) = extract("a.db", &database);
    assert_eq!(shown(&outcome), "sqlite full");
    let [table] = transcript.left.as_slice() else { panic!("one table") };
    assert_eq!((table.method.as_str(), table.reason.map(|reason| reason.as_str())), ("sampled", Some("damaged")));
    assert!(saw(&transcript, "p0@example.com") || saw(&transcript, "p89@example.com"));
    let cut = people(90)[..8000].to_vec();
    assert_eq!(shown(&extract("a.db", &cut).1), "sqlite sampled damaged");
}

#[test]
fn pages_that_lead_to_each_other_end() {
    let mut writer = Writer::new();
    writer.table("t", "CREATE TABLE t(a)", &[]);
    let mut database = writer.finish(&[]);
    let mut circle = page_of(5, &vec![[2_u32.to_be_bytes().to_vec(), vec![1]].concat(); 50], 0);
    circle[8..12].copy_from_slice(&2_u32.to_be_bytes());
    database[PAGE..].copy_from_slice(&circle);
    let (transcript, _) = extract("a.db", &database);
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["table not_scanned damaged"]);
}

#[test]
fn cells_that_overlap_do_not_multiply() {
    let mut writer = Writer::new();
    writer.table("t", "CREATE TABLE t(a)", &[vec![Value::Text("x".repeat(200))]]);
    let mut database = writer.finish(&[]);
    let page = &mut database[PAGE..];
    page[4] = 100;
    let pointer = [page[8], page[9]];
    (0..100).for_each(|cell| page[8 + 2 * cell..10 + 2 * cell].copy_from_slice(&pointer));
    let (transcript, _) = extract("a.db", &database);
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["table sampled damaged, 2 records"]);
}

#[test]
fn databases_nest() {
    let (transcript, outcome) = extract("a.zip", &zip(&[("b.db.gz", &gzip(&sample()))]));
    assert_eq!(shown(&outcome), "zip full");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["table full, 20 records", "sqlite full"]);
    let limits = Limits { buffered_bytes: 1000, ..Limits::default() };
    let (transcript, _) = extract_within(limits, "a.zip", &zip(&[("b.db.gz", &gzip(&sample()))]));
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["sqlite not_scanned memory_limit"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_databases_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut database = sample();
        for (index, byte) in at {
            let index = index.index(database.len());
            database[index] = byte;
        }
        let (transcript, outcome) = extract("a.db", &database);
        for outcome in transcript.left.iter().chain([&outcome]) {
            prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
            prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
        }
    }
}
