use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;

use crate::transcript::{check, extract, extract_within, saw, shown};

const SECTOR: usize = 512;
const SMALL: usize = 64;
const CUTOFF: usize = 4096;
const END: u32 = 0xFFFF_FFFE;
const NONE: u32 = 0xFFFF_FFFF;

/// Makes a compound file of streams, whose paths name the storages that they lie in.
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Writer::default();
    // Names of entries and the index of their storage; the root is the first.
    let mut entries: Vec<(String, usize, Option<&[u8]>)> = vec![("Root Entry".to_owned(), 0, None)];
    for (path, content) in streams {
        let mut parent = 0;
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
            let found = entries.iter().skip(1).position(|(name, of, _)| (name.as_str(), *of) == (folder, parent));
            parent = found.map_or_else(
                || {
                    entries.push((folder.to_owned(), parent, None));
                    entries.len() - 1
                },
                |index| index + 1,
            );
        }
        entries.push((name.to_owned(), parent, Some(content)));
    }
    let mut directory = Vec::new();
    let small: Vec<u8> = Vec::new();
    let mut small = (small, Vec::new());
    let starts: Vec<u32> = entries.iter().map(|(_, _, content)| content.map_or(END, |content| file.add(content, &mut small))).collect();
    let small_start = file.chain(&small.0);
    for (index, (name, parent, content)) in entries.iter().enumerate() {
        let units: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut entry = [units.as_slice(), &vec![0; 64 - units.len()]].concat();
        entry.extend((units.len() as u16).to_le_bytes());
        entry.extend([
            if index == 0 {
                5
            } else if content.is_some() {
                2
            } else {
                1
            },
            1,
        ]);
        let sibling = (index + 1..entries.len()).find(|other| index > 0 && entries[*other].1 == *parent);
        let child = (1..entries.len()).find(|other| content.is_none() && entries[*other].1 == index);
        let link = |at: Option<usize>| at.map_or(NONE, |at| at as u32).to_le_bytes();
        entry.extend([NONE.to_le_bytes(), link(sibling), link(child)].concat());
        entry.extend([0; 36]);
        let (start, size) = if index == 0 { (small_start, small.0.len()) } else { (starts[index], content.map_or(0, <[u8]>::len)) };
        entry.extend(start.to_le_bytes());
        entry.extend((size as u64).to_le_bytes());
        directory.extend(entry);
    }
    let directory = file.chain(&directory);
    let small_table: Vec<u8> = small.1.iter().flat_map(|next: &u32| next.to_le_bytes()).collect();
    let small_table = file.chain(&small_table);
    file.finish(directory, small_table)
}

#[derive(Default)]
struct Writer {
    sectors: Vec<u8>,
    table: Vec<u32>,
}

impl Writer {
    /// Adds a chain of sectors and returns its first.
    fn chain(&mut self, content: &[u8]) -> u32 {
        if content.is_empty() {
            return END;
        }
        let (first, count) = (self.table.len(), content.len().div_ceil(SECTOR));
        self.sectors.extend_from_slice(content);
        self.sectors.resize((first + count) * SECTOR, 0xFF);
        self.table.extend((1..count).map(|next| (first + next) as u32));
        self.table.push(END);
        first as u32
    }

    /// Adds a stream, which goes among the small ones where it is small.
    fn add(&mut self, content: &[u8], small: &mut (Vec<u8>, Vec<u32>)) -> u32 {
        if content.len() >= CUTOFF {
            return self.chain(content);
        }
        if content.is_empty() {
            return END;
        }
        let (first, count) = (small.1.len(), content.len().div_ceil(SMALL));
        small.0.extend_from_slice(content);
        small.0.resize((first + count) * SMALL, 0xFF);
        small.1.extend((1..count).map(|next| (first + next) as u32));
        small.1.push(END);
        first as u32
    }

    fn finish(mut self, directory: u32, small_table: u32) -> Vec<u8> {
        let mut count = 0;
        while (self.table.len() + count).div_ceil(SECTOR / 4) > count {
            count += 1;
        }
        let first = self.table.len() as u32;
        self.table.extend(std::iter::repeat_n(0xFFFF_FFFD, count));
        let table: Vec<u8> = self.table.iter().flat_map(|next| next.to_le_bytes()).collect();
        let mut header = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        header.extend([0; 16]);
        header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        header.extend([0; 10]);
        for number in [count as u32, directory, 0, CUTOFF as u32, small_table, 1, END, 0] {
            header.extend(number.to_le_bytes());
        }
        header.extend((0..109).flat_map(|at| if at < count as u32 { first + at } else { NONE }.to_le_bytes()));
        let mut file = [header, self.sectors, table].concat();
        file.resize(file.len().next_multiple_of(SECTOR), 0xFF);
        file
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Makes a set of properties: the code page, a title and an author.
fn summary(title: &str, author: &str) -> Vec<u8> {
    let string = |text: &str| {
        let mut value = [&0x1E_u32.to_le_bytes()[..], &(text.len() as u32 + 1).to_le_bytes(), text.as_bytes(), b"\0"].concat();
        value.resize(value.len().next_multiple_of(4), 0);
        value
    };
    let values = [vec![2, 0, 0, 0, 0xE4, 4, 0, 0], string(title), string(author)];
    let mut set = Vec::new();
    let mut offset = 8 + 8 * values.len();
    for (id, value) in [1_u32, 2, 4].into_iter().zip(&values) {
        set.extend([id.to_le_bytes(), (offset as u32).to_le_bytes()].concat());
        offset += value.len();
    }
    let head = [&[0xFE, 0xFF, 0, 0, 5, 0, 2, 0][..], &[0; 16], &[1, 0, 0, 0], &[0; 16], &48_u32.to_le_bytes()].concat();
    [head, (offset as u32).to_le_bytes().to_vec(), 3_u32.to_le_bytes().to_vec(), set, values.concat()].concat()
}

/// Makes the two streams of a document whose text is in two pieces: one of eight bits, one of sixteen.
fn pieces(narrow: &[u8], wide: &str) -> (Vec<u8>, Vec<u8>) {
    let wide = utf16(wide);
    let mut document = vec![0; 0x200];
    document[..4].copy_from_slice(&[0xEC, 0xA5, 0xC1, 0]);
    document[10..12].copy_from_slice(&0x0200_u16.to_le_bytes());
    let table: Vec<u8> = [
        &[1, 2, 0, 9, 9, 2][..],
        &(3 * 4 + 2 * 8_u32).to_le_bytes(),
        &0_u32.to_le_bytes(),
        &(narrow.len() as u32).to_le_bytes(),
        &((narrow.len() + wide.len() / 2) as u32).to_le_bytes(),
        &[0, 0],
        &(0x4000_0400_u32).to_le_bytes(),
        &[0; 4],
        &(0x200 + narrow.len() as u32).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    document[0x1A2..0x1AA].copy_from_slice(&[0_u32.to_le_bytes(), (table.len() as u32).to_le_bytes()].concat());
    document.extend_from_slice(narrow);
    document.extend_from_slice(&wide);
    (document, table)
}

/// A small document with a link, properties and a file embedded.
pub(crate) fn document() -> Vec<u8> {
    let (document, table) = pieces(
        b"Write to \x13 HYPERLINK \"mailto:ann@example.com\" \x14Ann\x15 for 4\x80.\r",
        "Gr\u{fc}\u{df}e \u{4f60}\u{597d}\rCell\u{7}\u{7}",
    );
    let native = [
        &[0, 0, 0, 0, 2, 0][..],
        b"a.csv\0C:\\a.csv\0\0\0\x03\0",
        &9_u32.to_le_bytes(),
        b"C:\\a.csv\0",
        &31_u32.to_le_bytes(),
        b"id,email\n1,a@b.example\n2,b@b.ex",
    ]
    .concat();
    compound(&[
        ("WordDocument", &document),
        ("1Table", &table),
        ("\u{5}SummaryInformation", &summary("Plan", "Bob")),
        ("ObjectPool/_1/\u{1}CompObj", b"x"),
        ("ObjectPool/_1/\u{1}Ole10Native", &native),
    ])
}

fn record(of: u16, body: &[u8]) -> Vec<u8> {
    [&of.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
}

/// The records of a sheet of names, numbers and dates.
fn sheet() -> Vec<u8> {
    let cell = |row: u16, column: u16, format: u16, rest: &[u8]| {
        [&row.to_le_bytes()[..], &column.to_le_bytes(), &format.to_le_bytes(), rest].concat()
    };
    let shared = |row, column, index: u32| record(0x00FD, &cell(row, column, 0, &index.to_le_bytes()));
    let packed = |number: i32| ((number << 2) as u32 | 2).to_le_bytes();
    [
        record(0x0809, &[0, 6, 0x10, 0]),
        shared(0, 0, 0),
        shared(0, 1, 1),
        shared(0, 2, 2),
        shared(1, 0, 3),
        record(0x0203, &cell(1, 1, 0, &4_111_111_111_111_111_f64.to_le_bytes())),
        record(0x027E, &cell(1, 2, 1, &packed(29_221))),
        shared(2, 0, 4),
        record(0x00BD, &[&cell(2, 1, 0, &packed(-7))[..], &[1, 0], &packed(29_222), &[2, 0]].concat()),
        record(0x0006, &cell(3, 0, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0])),
        record(0x0207, &[3, 0, 0, b'C', b'y', b'd']),
        record(0x001C, &[3, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, b'D', b'o', b'e']),
        record(0x01B6, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0]),
        record(0x003C, b"\0call"),
        record(0x000A, b""),
    ]
    .concat()
}

/// A small workbook.
pub(crate) fn workbook() -> Vec<u8> {
    compound(&[("Workbook", &workbook_stream())])
}

/// The records of a workbook whose shared texts go on in a second record.
pub(crate) fn workbook_stream() -> Vec<u8> {
    let first = [&[0; 4][..], &6_u32.to_le_bytes(), b"\x04\0\0name\x04\0\0card\x05\0\0birth\x03\0\0Ann\x08\0\0Bo"].concat();
    let second = [&[1][..], &utf16("b\u{416} \u{4f60}x"), b"!\0", b"\x07\0\0deleted"].concat();
    let globals = [
        record(0x0809, &[0, 6, 5, 0]),
        record(0x00E0, &[0; 20]),
        record(0x00E0, &[0, 0, 14, 0]),
        record(0x0085, b"\0\0\0\0\0\0\x05\0Staff"),
        record(0x00FC, &first),
        record(0x003C, &second),
        record(0x000A, b""),
    ];
    [globals.concat(), sheet()].concat()
}

/// A small presentation.
pub(crate) fn presentation() -> Vec<u8> {
    let atom = |of: u16, body: &[u8]| [&[0, 0][..], &of.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body].concat();
    let inner = [atom(4008, b"J\xFCrgen\rSmith"), atom(4000, &utf16("\u{4f60}\u{597d}")), atom(4026, &utf16("a note"))].concat();
    let container = [&[0x0F, 0][..], &1000_u16.to_le_bytes(), &(inner.len() as u32).to_le_bytes(), &inner].concat();
    compound(&[("PowerPoint Document", &container), ("Pictures", b"\x89PNG\r\n")])
}

/// A small message of Outlook with its body in three forms, a file and a message attached.
pub(crate) fn message() -> Vec<u8> {
    let rtf =
        b"{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}Dear Ann, {\\*\\htmltag84 <b>}new{\\*\\htmltag84 </b>}\\htmlrtf {\\par}\\htmlrtf0 }";
    let packed = [&[0; 8][..], &0x414C_454D_u32.to_le_bytes(), &[0; 4], rtf].concat();
    compound(&[
        ("__properties_version1.0", &[0; 32]),
        ("__substg1.0_0037001F", &utf16("Subject")),
        ("__substg1.0_1000001F", &utf16("Dear Ann, call +1 555 0100\r\n")),
        ("__substg1.0_10130102", b"<html><p>Dear <b>Ann</b>, call +1 555 0100</p></html>"),
        ("__substg1.0_10090102", &packed),
        ("__recip_version1.0_#00000000/__substg1.0_3001001F", &utf16("Ann")),
        ("__recip_version1.0_#00000000/__substg1.0_39FE001E", b"ann@example.com"),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", &utf16("a.csv")),
        ("__attach_version1.0_#00000000/__substg1.0_37010102", b"id,email\n1,a@example.com\n2,b@example.com\n"),
        ("__attach_version1.0_#00000001/__substg1.0_3001001F", &utf16("Fwd")),
        ("__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0", &[0; 24]),
        ("__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F", &utf16("inner")),
    ])
}

#[test]
fn documents_are_read_piece_by_piece() {
    check(
        "a.doc",
        &document(),
        expect![[r#"
        line 1, byte 0: "Write to Ann for 4€.\nHYPERLINK \"mailto:ann@example.com\"\nGrüße 你好\nCell\t\t\n"
        property: "Plan\nBob\n"
        > ObjectPool/_1
          > a.csv
            property: "id,email\n"
            0: id=1 email=a@b.example
            1: id=2 email=b@b.ex
          < csv full, 2 records
        < ole full
        = doc full
    "#]],
    );
}

#[test]
fn cells_of_old_workbooks_are_records() {
    check(
        "a.xls",
        &workbook(),
        expect![[r#"
        property: "Staff"
        property: "Doe"
        property: "call"
        property: "name\tcard\tbirth"
        0: name=Ann card=4111111111111111 birth=1980-01-01
        1: name=BobЖ 你x! card=-7 birth=1980-01-02
        2: name=Cyd
        property: "deleted\n"
        = xls full, 3 records
    "#]],
    );
}

#[test]
fn presentations_give_their_text() {
    check(
        "a.ppt",
        &presentation(),
        expect![[r#"
        line 1, byte 0: "Jürgen\nSmith\n你好\na note\n"
        > Pictures
        < - not_scanned unsupported_format
        = ppt full
    "#]],
    );
}

#[test]
fn messages_of_outlook_are_read_with_what_is_attached() {
    check(
        "a.msg",
        &message(),
        expect![[r#"
        property: "Subject\n"
        line 1, byte 0: "Dear Ann, call +1 555 0100\r\n"
        line 1, byte 0: "Dear Ann, new\n"
        property: "Ann\nann@example.com\n"
        > a.csv
          property: "id,email\n"
          0: id=1 email=a@example.com
          1: id=2 email=b@example.com
        < csv full, 2 records
        > Fwd
          line 1, byte 0: "inner"
        < msg full
        = msg full
    "#]],
    );
}

#[test]
fn passwords_are_told() {
    let mut protected = pieces(b"x", "y");
    protected.0[11] |= 1;
    let document =
        compound(&[("WordDocument", &protected.0), ("1Table", &protected.1), ("\u{5}SummaryInformation", &summary("Plan", "Bob"))]);
    let (transcript, outcome) = extract("a.doc", &document);
    assert!(saw(&transcript, "Bob"));
    assert_eq!(shown(&outcome), "doc sampled encrypted");
    let workbook = compound(&[("Workbook", &[record(0x0809, &[0, 6, 5, 0]), record(0x002F, &[0; 6])].concat())]);
    let (_, outcome) = extract("a.xls", &workbook);
    assert_eq!(shown(&outcome), "xls not_scanned encrypted");
    let (_, outcome) = extract("a.docx", &compound(&[("EncryptedPackage", &[7; 5000]), ("EncryptionInfo", b"x")]));
    assert_eq!(shown(&outcome), "ole not_scanned encrypted");
}

#[test]
fn what_has_no_structure_is_read_as_strings() {
    let (transcript, outcome) = extract("a.doc", &compound(&[("WordDocument", b"no header, but 536-90-4399 in it")]));
    assert!(saw(&transcript, "536-90-4399"));
    assert_eq!(shown(&outcome), "doc sampled damaged");
    let (transcript, outcome) = extract("a", &compound(&[("VisioDocument", b"\x01some words 536-90-4399")]));
    assert!(saw(&transcript, "536-90-4399"));
    assert_eq!(shown(&outcome), "ole sampled unsupported_format");
    let mut lost = compound(&[("VisioDocument", b"\x01some words 536-90-4399")]);
    lost[48..52].copy_from_slice(&77_777_u32.to_le_bytes());
    let (transcript, outcome) = extract("a", &lost);
    assert!(saw(&transcript, "536-90-4399"));
    assert_eq!(shown(&outcome), "ole sampled damaged");
}

#[test]
fn chains_that_go_in_circles_end() {
    let mut file = compound(&[("WordDocument", &[0xA5; 20_000])]);
    let table = file.len() - SECTOR;
    // Every sector leads to the first.
    file[table..table + 160].fill(0);
    let (_, outcome) = extract("a.doc", &file);
    assert!(outcome.reason.is_some());
    let streams: Vec<(String, Vec<u8>)> = (0..200).map(|number| (format!("s{number}"), vec![b'a'; 5000])).collect();
    let streams: Vec<(&str, &[u8])> = streams.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let limits = Limits { ratio_free_bytes: 100_000, ratio: 0, ..Limits::default() };
    let (_, outcome) = extract_within(limits, "a", &compound(&streams));
    assert_eq!(shown(&outcome), "ole sampled ratio_limit");
}

#[test]
fn a_text_that_a_million_cells_share_is_a_bomb() {
    let text = [&[0; 4][..], &1_u32.to_le_bytes(), &[0x40, 0x1F, 0], &[b'x'; 8000]].concat();
    let mut records = [record(0x0809, &[0, 6, 5, 0]), record(0x00FC, &text), record(0x0809, &[0, 6, 0x10, 0])].concat();
    for row in 0..2000_u16 {
        records.extend(record(0x00FD, &[&row.to_le_bytes()[..], &[0; 8]].concat()));
    }
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 20, ..Limits::default() };
    let (_, outcome) = extract_within(limits, "a.xls", &compound(&[("Workbook", &records)]));
    assert_eq!((outcome.method.as_str(), outcome.reason.map(|reason| reason.as_str())), ("sampled", Some("ratio_limit")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_end_well(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..8), word in any::<bool>()) {
        for (name, file) in [("a.doc", document()), ("a.xls", workbook()), ("a.ppt", presentation()), ("a.msg", message())] {
            let mut file = file;
            let at = at.index(file.len());
            let with: &[u8] = if word { &[0xFF, 0xFF, 0xFF, 0x7F] } else { &bytes };
            for (offset, byte) in with.iter().enumerate().take_while(|(offset, _)| at + offset < 1_000_000) {
                if let Some(place) = file.get_mut(at + offset) {
                    *place = *byte;
                }
            }
            let (_, outcome) = extract(name, &file);
            prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
            prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
        }
    }
}
