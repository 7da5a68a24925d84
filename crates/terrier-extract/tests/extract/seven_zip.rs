use std::io::Cursor;

use expect_test::expect;
use proptest::prelude::*;
use sevenz_rust2::encoder_options::Lzma2Options;
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, SourceReader};
use terrier_extract::Limits;
use terrier_model::Method;

use crate::archives::{gzip, zip};
use crate::transcript::{check, extract, extract_within, saw, shown};

/// Packs members into one solid block, or each into a block of its own.
fn pack(members: &[(&str, &[u8])], method: EncoderMethod, solid: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let mut configuration = EncoderConfiguration::new(method);
    if method == EncoderMethod::LZMA2 {
        configuration = Lzma2Options::from_level(1).into();
    }
    writer.set_content_methods(vec![configuration]);
    if solid {
        let entries = members.iter().map(|(name, _)| ArchiveEntry::new_file(name)).collect();
        let readers = members.iter().map(|(_, content)| SourceReader::new(*content)).collect();
        writer.push_archive_entries(entries, readers).unwrap();
    } else {
        for (name, content) in members {
            writer.push_archive_entry(ArchiveEntry::new_file(name), Some(*content)).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn seven_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    pack(members, EncoderMethod::LZMA2, true)
}

#[test]
fn entries_are_members_whatever_the_method() {
    let inner = zip(&[("c.txt", b"inside")]);
    let rows = b"id,email\n1,a@example.com\n";
    let members: [(&str, &[u8]); 4] = [("a.txt", b"text"), ("empty", b""), ("folder/b.csv", rows), ("c.zip", &inner)];
    for method in [EncoderMethod::COPY, EncoderMethod::LZMA, EncoderMethod::LZMA2, EncoderMethod::BZIP2, EncoderMethod::PPMD] {
        check(
            "a.7z",
            &pack(&members, method, true),
            expect![[r#"
                > a.txt
                  line 1, byte 0: "text"
                < text full
                > empty
                < empty full
                > folder/b.csv
                  property: "id,email\n"
                  0: id=1 email=a@example.com
                < csv full, 1 records
                > c.zip
                  > c.txt
                    line 1, byte 0: "inside"
                  < text full
                < zip full
                = 7z full
            "#]],
        );
        let (transcript, outcome) = extract("a.7z", &pack(&members, method, false));
        assert_eq!(shown(&outcome), "7z full");
        assert_eq!(transcript.left.len(), 5);
    }
}

#[test]
fn the_rest_of_a_solid_block_is_read_past_what_is_not() {
    let members: [(&str, &[u8]); 2] = [("a.png", &[b"\x89PNG\r\n\x1A\n".as_slice(), &[7; 200_000]].concat()), ("b.txt", b"after")];
    check(
        "a.7z",
        &seven_zip(&members),
        expect![[r#"
        > a.png
        < png not_scanned needs_ocr
        > b.txt
          line 1, byte 0: "after"
        < text full
        = 7z full
    "#]],
    );
}

#[test]
fn a_broken_block_is_damage_of_its_members_only() {
    let noise: Vec<u8> =
        (1..60_000_u64).map(|number| (number.wrapping_mul(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    let mut archive = pack(&[("a.bin", &noise), ("b.txt", b"after")], EncoderMethod::LZMA2, false);
    archive[20_000] ^= 0xFF;
    let (transcript, outcome) = extract("a.7z", &archive);
    assert_eq!(shown(&outcome), "7z sampled damaged");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>()[1], "text full");
    assert_eq!(transcript.left[0].reason.map(|reason| reason.as_str()), Some("damaged"));
    let mut solid = seven_zip(&[("a.bin", &noise), ("b.txt", b"after")]);
    solid[20_000] ^= 0xFF;
    let (transcript, _) = extract("a.7z", &solid);
    assert!(transcript.left.iter().all(|outcome| outcome.reason.is_some()), "{}", transcript.lines);
    assert_eq!(transcript.left.len(), 2);
    assert_eq!(shown(&extract("a.7z", &archive[..30_000].to_vec()).1), "7z not_scanned damaged");
}

/// Writes an archive of one entry by hand, whose coder has that number; `list` where the list of entries is what it packs.
fn by_hand(coder: &[u8], list: bool) -> Vec<u8> {
    let content = b"content of any kind";
    let len = content.len() as u8;
    let mut header = if list { vec![0x17] } else { vec![0x01, 0x04] };
    header.extend([0x06, 0, 1, 0x09, len, 0]);
    header.extend([0x07, 0x0B, 1, 0, 1, coder.len() as u8]);
    header.extend(coder);
    header.extend([0x0C, len, 0]);
    if list {
        header.push(0);
    } else {
        header.extend([0x08, 0, 0, 0x05, 1, 0x11, 5, 0, b'a', 0, 0, 0, 0, 0]);
    }
    let mut start = (content.len() as u64).to_le_bytes().to_vec();
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc(&header).to_le_bytes());
    [&b"7z\xBC\xAF\x27\x1C\x00\x04"[..], &crc(&start).to_le_bytes(), &start, content, &header].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn encrypted_entries_say_so() {
    check(
        "a.7z",
        &by_hand(&[0], false),
        expect![[r#"
        > a
          line 1, byte 0: "content of any kind"
        < text full
        = 7z full
    "#]],
    );
    check(
        "a.7z",
        &by_hand(&[0x06, 0xF1, 0x07, 0x01], false),
        expect![[r#"
        > a
        < - not_scanned encrypted
        = 7z full
    "#]],
    );
    check(
        "a.7z",
        &by_hand(&[0x06, 0xF1, 0x07, 0x01], true),
        expect![[r#"
        = 7z not_scanned encrypted
    "#]],
    );
}

#[test]
fn methods_that_are_not_built_in_are_unsupported() {
    check(
        "a.7z",
        &by_hand(&[0x04, 0x01, 0x09], false),
        expect![[r#"
        > a
        < - not_scanned unsupported_format
        = 7z sampled unsupported_format
    "#]],
    );
}

#[test]
fn archives_nest_and_have_limits() {
    let archive = seven_zip(&[("a.txt", b"one"), ("b.txt", b"two"), ("c.txt", b"three")]);
    let (transcript, outcome) = extract("a.zip", &zip(&[("a.7z.gz", &gzip(&archive))]));
    assert!(saw(&transcript, "three"));
    assert_eq!(shown(&outcome), "zip full");
    let (transcript, outcome) = extract_within(Limits { members: 2, ..Limits::default() }, "a.7z", &archive);
    assert_eq!(shown(&outcome), "7z sampled member_limit");
    assert_eq!(transcript.left.len(), 2);
    let bomb = seven_zip(&[("a", &vec![b'0'; 4 << 20]), ("b", b"after")]);
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 1, ..Limits::default() };
    let (transcript, outcome) = extract_within(limits, "a.7z", &bomb);
    assert_eq!(shown(&outcome), "7z sampled ratio_limit");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text sampled ratio_limit"]);
    // What is passed over is unpacked all the same.
    let bomb = seven_zip(&[("a.png", &[b"\x89PNG\r\n\x1A\n".as_slice(), &vec![b'0'; 4 << 20]].concat()), ("b", b"after")]);
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 1, ..Limits::default() };
    assert_eq!(shown(&extract_within(limits, "a.7z", &bomb).1), "7z sampled ratio_limit");
    let limits = Limits { worker_memory: 1 << 20, ..Limits::default() };
    let (transcript, _) = extract_within(limits, "a.7z", &archive);
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["- not_scanned memory_limit"; 3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn mutated_archives_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), mend in any::<bool>()) {
        let mut archive = pack(&[("a.txt", b"some text"), ("b.txt", b"more of it")], EncoderMethod::LZMA, true);
        for (index, byte) in at {
            let index = 32 + index.index(archive.len() - 32);
            archive[index] = byte;
        }
        if mend {
            // With checksums that fit, the parser sees what was changed.
            let offset = u64::from_le_bytes(archive[12..20].try_into().unwrap()) as usize + 32;
            let sum = crc(&archive[offset..]).to_le_bytes();
            archive[28..32].copy_from_slice(&sum);
            let sum = crc(&archive[12..32]).to_le_bytes();
            archive[8..12].copy_from_slice(&sum);
        }
        let (transcript, outcome) = extract("a.7z", &archive);
        for outcome in transcript.left.iter().chain([&outcome]) {
            prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        }
    }
}
