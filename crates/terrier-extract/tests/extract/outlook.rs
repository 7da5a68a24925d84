use expect_test::expect;
use proptest::prelude::*;

use crate::transcript::{check, extract, shown};

/// A property: tag, type, and what it has: a number, bytes in the heap, or a number of a node.
type Property<'p> = (u16, u16, Value<'p>);

enum Value<'p> {
    Number(u32),
    Bytes(&'p [u8]),
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Makes a heap with a tree of properties.
fn heap(properties: &[Property<'_>]) -> Vec<u8> {
    let (mut entries, mut values) = (Vec::new(), Vec::new());
    for (tag, of, value) in properties {
        let value = match value {
            Value::Number(number) => *number,
            Value::Bytes(bytes) => {
                values.push(bytes.to_vec());
                ((values.len() + 2) << 5) as u32
            }
        };
        entries.extend([&tag.to_le_bytes()[..], &of.to_le_bytes(), &value.to_le_bytes()].concat());
    }
    let items = [vec![vec![0xB5, 2, 6, 0, 0x40, 0, 0, 0], entries], values].concat();
    let mut places = vec![12];
    let mut heap = vec![0, 0, 0xEC, 0xBC, 0x20, 0, 0, 0, 0, 0, 0, 0];
    for item in &items {
        heap.extend(item);
        places.push(heap.len() as u16);
    }
    let map = (heap.len() as u16).to_le_bytes();
    heap[..2].copy_from_slice(&map);
    heap.extend((items.len() as u16).to_le_bytes());
    heap.extend([0, 0]);
    heap.extend(places.iter().flat_map(|place| place.to_le_bytes()));
    heap
}

/// Writes folders, in numbers of four or eight bytes.
struct Writer {
    wide: bool,
    file: Vec<u8>,
    blocks: Vec<(u64, u64, u16)>,
}

impl Writer {
    fn number(&self, number: u64) -> Vec<u8> {
        number.to_le_bytes()[..if self.wide { 8 } else { 4 }].to_vec()
    }

    /// Adds a block and returns its number; bit 1 marks those of the database itself.
    fn block(&mut self, bytes: &[u8], internal: bool) -> u64 {
        let id = (self.blocks.len() as u64 + 1) << 2 | u64::from(internal) << 1;
        self.blocks.push((id, self.file.len() as u64, bytes.len() as u16));
        self.file.extend(bytes);
        self.file.resize(self.file.len().next_multiple_of(64), 0);
        id
    }

    fn inside(&mut self, nodes: &[(u32, u64, u64)]) -> u64 {
        let mut list = vec![2, 0, nodes.len() as u8, 0];
        list.resize(if self.wide { 8 } else { 4 }, 0);
        for (id, data, inside) in nodes {
            list.extend([self.number(u64::from(*id)), self.number(*data), self.number(*inside)].concat());
        }
        self.block(&list, true)
    }

    fn page(&mut self, entries: &[Vec<u8>], level: u8) -> u64 {
        self.file.resize(self.file.len().next_multiple_of(512), 0);
        let offset = self.file.len();
        self.file.extend(entries.concat());
        self.file.resize(offset + 512, 0);
        let end = offset + if self.wide { 488 } else { 496 };
        self.file[end..end + 4].copy_from_slice(&[entries.len() as u8, entries.len() as u8, entries[0].len() as u8, level]);
        offset as u64
    }

    fn finish(mut self, nodes: &[(u32, u64, u64)]) -> Vec<u8> {
        let nodes: Vec<Vec<u8>> = nodes
            .iter()
            .map(|(id, data, inside)| {
                let parent = if self.wide { vec![0; 8] } else { vec![0; 4] };
                [self.number(u64::from(*id)), self.number(*data), self.number(*inside), parent].concat()
            })
            .collect();
        let first = nodes[0][..if self.wide { 8 } else { 4 }].to_vec();
        let leaf = self.page(&nodes, 0);
        let root = self.page(&[[first, self.number(0), self.number(leaf)].concat()], 1);
        let blocks: Vec<Vec<u8>> = self
            .blocks
            .iter()
            .map(|(id, offset, len)| {
                let rest = if self.wide { vec![0; 6] } else { vec![0; 2] };
                [self.number(*id), self.number(*offset), len.to_le_bytes().to_vec(), rest].concat()
            })
            .collect();
        let blocks = self.page(&blocks, 0);
        self.file[..12].copy_from_slice(&[b'!', b'B', b'D', b'N', 0, 0, 0, 0, b'S', b'M', if self.wide { 23 } else { 15 }, 0]);
        let at = if self.wide { [224, 240] } else { [188, 196] };
        for (at, offset) in at.into_iter().zip([root, blocks]) {
            let number = self.number(offset);
            self.file[at..at + number.len()].copy_from_slice(&number);
        }
        self.file
    }
}

/// Makes folders of one message with a file attached and a large body.
pub(crate) fn folders(wide: bool) -> Vec<u8> {
    let mut writer = Writer { wide, file: vec![0; 1024], blocks: Vec::new() };
    let folder = writer.block(&heap(&[(0x3001, 0x1F, Value::Bytes(&utf16("Inbox")))]), false);
    let csv: &[u8] = b"id,email\n1,a@example.com\n2,b@example.com\n";
    let attachment = heap(&[(0x3701, 0x0102, Value::Bytes(csv)), (0x3707, 0x1F, Value::Bytes(&utf16("a.csv")))]);
    let attachment = writer.block(&attachment, false);
    let halves = [writer.block(&utf16("Dear Ann, "), false), writer.block(&utf16("call me"), false)];
    let list = [vec![1, 1, 2, 0, 0, 0, 0, 0], writer.number(halves[0]), writer.number(halves[1])].concat();
    let body = writer.block(&list, true);
    let inside = writer.inside(&[(0x3F, body, 0), (0x8025, attachment, 0)]);
    let message = heap(&[
        (0x0037, 0x1E, Value::Bytes(b"Caf\xE9")),
        (0x007D, 0x1E, Value::Bytes(b"From: =?utf-8?Q?J=C3=BCrgen?= <j@example.com>\r\nMessage-ID: <1@example.com>\r\n\r\n")),
        (0x1000, 0x1F, Value::Number(0x3F)),
        (0x3FFD, 3, Value::Number(1252)),
    ]);
    let message = writer.block(&message, false);
    writer.finish(&[(0x122, folder, 0), (0x20_0024, message, inside)])
}

/// Makes a file as Outlook wraps attachments in.
pub(crate) fn wrapped() -> Vec<u8> {
    let attribute =
        |level: u8, id: u32, body: &[u8]| [&[level][..], &id.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body, &[0, 0]].concat();
    let property = |of: u16, tag: u16, value: &[u8]| {
        let mut value = value.to_vec();
        let len = value.len() as u32;
        value.resize(value.len().next_multiple_of(4), 0);
        [&of.to_le_bytes()[..], &tag.to_le_bytes(), &1_u32.to_le_bytes(), &len.to_le_bytes(), &value].concat()
    };
    let list = |properties: &[Vec<u8>]| [&(properties.len() as u32).to_le_bytes()[..], &properties.concat()].concat();
    let named = [&[0x1F, 0, 5, 0x80][..], &[0; 20], &[9, 0, 0, 0], &1_u32.to_le_bytes(), &4_u32.to_le_bytes(), &utf16("hi")].concat();
    [
        vec![0x78, 0x9F, 0x3E, 0x22, 1, 0],
        attribute(1, 0x0001_8004, b"Subject\0"),
        attribute(1, 0x0006_9003, &list(&[named, property(0x1F, 0x1000, &utf16("Dear Ann"))])),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"A~1.TXT\0"),
        attribute(2, 0x0006_800F, b"attached words"),
        attribute(2, 0x0006_9005, &list(&[property(0x1F, 0x3707, &utf16("a long name.txt"))])),
    ]
    .concat()
}

#[test]
fn folders_are_read_message_by_message() {
    check(
        "a.pst",
        &folders(true),
        expect![[r#"
        property: "Inbox"
        > message 1
          property: "Café\nfrom: Jürgen <j@example.com>\n"
          line 1, byte 0: "Dear Ann, call me"
          > a.csv
            property: "id,email\n"
            0: id=1 email=a@example.com
            1: id=2 email=b@example.com
          < csv full, 2 records
        < msg full
        = pst full
    "#]],
    );
    let (wide, _) = extract("a.pst", &folders(true));
    let (narrow, outcome) = extract("a.pst", &folders(false));
    assert_eq!(narrow.lines, wide.lines);
    assert_eq!(shown(&outcome), "pst full");
}

#[test]
fn folders_of_a_form_that_is_not_known_are_read_as_strings() {
    let mut folders = folders(true);
    folders[10] = 36;
    let (_, outcome) = extract("a.ost", &folders);
    assert_eq!(shown(&outcome), "pst sampled unsupported_format");
}

#[test]
fn what_outlook_wraps_is_unwrapped() {
    check(
        "winmail.dat",
        &wrapped(),
        expect![[r#"
        property: "Subject"
        property: "hi\n"
        line 1, byte 0: "Dear Ann"
        > a long name.txt
          line 1, byte 0: "attached words"
        < text full
        = tnef full
    "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_end_well(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..8)) {
        for mut file in [folders(true), folders(false), wrapped()] {
            let at = at.index(file.len());
            let end = (at + bytes.len()).min(file.len());
            file[at..end].copy_from_slice(&bytes[..end - at]);
            let (_, outcome) = extract("a", &file);
            prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
            prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
        }
    }
}
