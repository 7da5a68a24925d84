use expect_test::expect;
use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::transcript::{check, extract, extract_within, shown};

const BLOCK: usize = 32 << 10;

/// Packs a folder in blocks: each is a stream of its own that looks back into the block before.
fn blocks(content: &[u8], zip: bool) -> Vec<(Vec<u8>, usize)> {
    let mut before: &[u8] = &[];
    content
        .chunks(BLOCK)
        .map(|block| {
            if !zip {
                return (block.to_vec(), block.len());
            }
            let mut deflate = Compress::new(Compression::default(), false);
            if !before.is_empty() {
                deflate.set_dictionary(before).unwrap();
            }
            let mut packed = Vec::with_capacity(2 * BLOCK);
            packed.extend_from_slice(b"CK");
            deflate.compress_vec(block, &mut packed, FlushCompress::Finish).unwrap();
            before = block;
            (packed, block.len())
        })
        .collect()
}

/// Writes a cabinet of one folder.
pub(crate) fn cab(members: &[(&str, &[u8])], packing: u16) -> Vec<u8> {
    let content = members.iter().map(|(_, content)| *content).collect::<Vec<_>>().concat();
    let blocks = blocks(&content, packing == 1);
    let mut files = Vec::new();
    let mut start = 0_u32;
    for (name, content) in members {
        files.extend((content.len() as u32).to_le_bytes());
        files.extend(start.to_le_bytes());
        files.extend([0; 8]);
        files.extend_from_slice(name.as_bytes());
        files.push(0);
        start += content.len() as u32;
    }
    let mut cabinet = b"MSCF\0\0\0\0".to_vec();
    cabinet.extend([0; 8]);
    cabinet.extend(44_u32.to_le_bytes());
    cabinet.extend([0, 0, 0, 0, 3, 1, 1, 0]);
    cabinet.extend((members.len() as u16).to_le_bytes());
    cabinet.extend([0; 6]);
    cabinet.extend((44 + files.len() as u32).to_le_bytes());
    cabinet.extend((blocks.len() as u16).to_le_bytes());
    cabinet.extend(packing.to_le_bytes());
    cabinet.extend(files);
    for (packed, len) in blocks {
        cabinet.extend([0; 4]);
        cabinet.extend((packed.len() as u16).to_le_bytes());
        cabinet.extend((len as u16).to_le_bytes());
        cabinet.extend(packed);
    }
    cabinet
}

#[test]
fn files_are_members() {
    let members: [(&str, &[u8]); 3] = [("a.txt", b"text"), ("b\\c.csv", b"id,email\n1,a@b.org\n"), ("empty", b"")];
    assert_eq!(extract("a.cab", &cab(&members, 0)).0.lines, extract("a.cab", &cab(&members, 1)).0.lines);
    check(
        "a.cab",
        &cab(&members, 1),
        expect![[r#"
        > a.txt
          line 1, byte 0: "text"
        < text full
        > b\c.csv
          property: "id,email\n"
          0: id=1 email=a@b.org
        < csv full, 1 records
        > empty
        < empty full
        = cab full
    "#]],
    );
    let (transcript, outcome) = extract("a.cab", &cab(&members, 2));
    assert_eq!(shown(&outcome), "cab full");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["- not_scanned unsupported_format"; 3]);
}

#[test]
fn blocks_look_back_into_the_one_before() {
    let text: Vec<u8> = (0..20_000).flat_map(|line| format!("line {line} of many\n").into_bytes()).collect();
    let cabinet = cab(&[("a.log", &text), ("b.txt", b"after")], 1);
    let (transcript, outcome) = extract("a.cab", &cabinet);
    assert_eq!(shown(&outcome), "cab full");
    assert_eq!(transcript.content, [text.as_slice(), b"\nafter\n"].concat());
    let (transcript, outcome) = extract("a.cab", &cabinet[..cabinet.len() / 2].to_vec());
    assert_eq!(shown(&outcome), "cab sampled damaged");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text sampled damaged", "- not_scanned damaged"]);
    let limits = Limits { ratio_free_bytes: 1000, ratio: 1, ..Limits::default() };
    assert_eq!(shown(&extract_within(limits, "a.cab", &cabinet).1), "cab sampled ratio_limit");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn mutated_cabinets_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), packing in 0..4_u16) {
        let packing = if packing == 3 { 15 << 8 | 3 } else { packing };
        let mut bytes = cab(&[("a.txt", b"some text"), ("b.txt", &[b'x'; 3000])], packing);
        for (index, byte) in at {
            let index = 8 + index.index(bytes.len() - 8);
            bytes[index] = byte;
        }
        let (transcript, outcome) = extract("a.cab", &bytes);
        for outcome in transcript.left.iter().chain([&outcome]) {
            prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        }
    }
}
