use std::io::{Cursor, Write};

use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;
use terrier_extract::Limits;
use terrier_model::Reason;
use zip::write::{FullFileOptions, SimpleFileOptions};
use zip::{CompressionMethod, ZipWriter};

use crate::transcript::{check, extract, extract_within, shown};

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_700_000_000);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn gzip_is_what_is_inside() {
    let rows = b"id,email\n1,a@example.com\n";
    check(
        "a.csv.gz",
        &gzip(rows),
        expect![[r#"
        property: "id,email\n"
        0: id=1 email=a@example.com
        = csv full, 1 records
    "#]],
    );
    check(
        "a.gz",
        &[gzip(b"first "), gzip(b"second")].concat(),
        expect![[r#"
        line 1, byte 0: "first second"
        = text full
    "#]],
    );
    check(
        "a.tar.gz",
        &gzip(&tar(&[("b.txt", b"inside")])),
        expect![[r#"
        > b.txt
          line 1, byte 0: "inside"
        < text full
        = tar full
    "#]],
    );
}

#[test]
fn a_cut_gzip_gives_what_it_has() {
    let text: Vec<u8> = (0..100_000_u32).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
    let packed = gzip(&text);
    let (transcript, outcome) = extract("a.log.gz", &packed[..packed.len() / 2].to_vec());
    assert_eq!(shown(&outcome), "text sampled damaged");
    assert!(transcript.content.len() > text.len() / 4);
}

#[test]
fn members_nest() {
    let inner = zip(&[("deep.ndjson", b"{\"a\": 1}\n{\"a\": 2}\n"), ("folder/", b"")]);
    let outer = zip(&[("a.txt", b"text"), ("in.zip", &inner), ("b.tar", &tar(&[("c.txt", b"tarred")])), ("empty", b"")]);
    check(
        "a.zip",
        &outer,
        expect![[r#"
        > a.txt
          line 1, byte 0: "text"
        < text full
        > in.zip
          > deep.ndjson
            0: a=1
            1: a=2
          < ndjson full, 2 records
        < zip full
        > b.tar
          > c.txt
            line 1, byte 0: "tarred"
          < text full
        < tar full
        > empty
        < empty full
        = zip full
    "#]],
    );
}

#[test]
fn names_are_passed_on_as_they_are() {
    let mut archive = zip(&[("../../etc/passwd", b"one"), ("same1", b"two"), ("same2", b"three")]);
    // The writer refuses two members of one name; readers that map names to members would lose one.
    for at in memchr::memmem::find_iter(&archive.clone(), b"same2").collect::<Vec<_>>() {
        archive[at + 4] = b'1';
    }
    check(
        "a.zip",
        &archive,
        expect![[r#"
        > ../../etc/passwd
          line 1, byte 0: "one"
        < text full
        > same1
          line 1, byte 0: "two"
        < text full
        > same1
          line 1, byte 0: "three"
        < text full
        = zip full
    "#]],
    );
}

#[test]
fn encrypted_members_say_so() {
    let mut archive = zip(&[("a.txt", b"secret"), ("b.txt", b"open")]);
    // The flag of the first entry, in the directory.
    let entry = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[entry + 8] |= 1;
    check(
        "a.zip",
        &archive,
        expect![[r#"
        > a.txt
        < - not_scanned encrypted
        > b.txt
          line 1, byte 0: "open"
        < text full
        = zip full
    "#]],
    );
}

#[test]
fn lying_sizes_and_checksums_are_damage_of_the_member_only() {
    let clean = zip(&[("a.txt", b"some text"), ("b.txt", b"open")]);
    let entry = memchr::memmem::find(&clean, b"PK\x01\x02").unwrap();
    for field in [16, 24] {
        let mut archive = clean.clone();
        archive[entry + field] ^= 1;
        let (transcript, outcome) = extract("a.zip", &archive);
        assert_eq!(shown(&outcome), "zip full");
        assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text sampled damaged", "text full"]);
    }
}

#[test]
fn other_methods_are_unsupported() {
    let mut archive = zip(&[("a.txt", b"some text")]);
    let entry = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[entry + 10] = 6;
    check(
        "a.zip",
        &archive,
        expect![[r#"
        > a.txt
        < - not_scanned unsupported_format
        = zip full
    "#]],
    );
}

/// Packs one entry with a method that the writer does not know: it is stored as it is, under the number, size and checksum given.
fn zip_by(method: u16, content: &[u8], packed: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.txt", SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
    writer.write_all(packed).unwrap();
    let mut archive = writer.finish().unwrap().into_inner();
    let entry = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(content);
    archive[entry + 10..entry + 12].copy_from_slice(&method.to_le_bytes());
    archive[entry + 16..entry + 20].copy_from_slice(&crc.sum().to_le_bytes());
    archive[entry + 24..entry + 28].copy_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
    archive
}

/// LZMA as zip has it: with a header of its own, and a marker at the end.
fn lzma_of_zip(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let mut writer = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, true).unwrap();
    writer.write_all(content).unwrap();
    let packed = writer.finish().unwrap();
    [&[9, 20, 5, 0, options.get_props()], &options.dict_size.to_le_bytes()[..], &packed].concat()
}

#[test]
fn entries_are_unpacked_whatever_the_method() {
    let text: Vec<u8> = (0..5000).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
    // Blocks that are stored are the same in Deflate and in Deflate64.
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), Compression::none());
    deflate.write_all(&text).unwrap();
    let by_method = [
        (9, deflate.finish().unwrap()),
        (12, crate::layers::bzip2(&text)),
        (14, lzma_of_zip(&text)),
        (93, crate::layers::zstd(&text)),
        (95, crate::layers::xz(&text)),
    ];
    for (method, packed) in by_method {
        let archive = zip_by(method, &text, &packed);
        let (transcript, outcome) = extract("a.zip", &archive);
        assert_eq!(shown(&outcome), "zip full", "method {method}");
        assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text full"], "method {method}");
        assert_eq!(transcript.content, [text.as_slice(), b"\n"].concat(), "method {method}");
        let (transcript, _) = extract("a.zip", &zip_by(method, &text, &packed[..packed.len() - 20]));
        assert_eq!(transcript.left[0].reason, Some(Reason::Damaged), "method {method}");
        let limits = Limits { ratio_free_bytes: 1 << 10, ratio: 1, ..Limits::default() };
        let (transcript, _) = extract_within(limits, "a.zip", &archive);
        if method != 9 {
            assert_eq!(transcript.left[0].reason, Some(Reason::RatioLimit), "method {method}");
        }
    }
}

#[test]
fn entries_that_share_their_content_cost_what_they_unpack_to() {
    let archive = zip(&[("a.txt", &[b'0'; 100_000]), ("b.txt", b"short")]);
    // The second entry of the directory is made to lie where the first does.
    let mut overlapping = archive.clone();
    let first = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    let second = first + 4 + memchr::memmem::find(&archive[first + 4..], b"PK\x01\x02").unwrap();
    for range in [16..28, 42..46] {
        overlapping.copy_within(first + range.start..first + range.end, second + range.start);
    }
    let (transcript, _) = extract("a.zip", &overlapping);
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text full", "text full"]);
    let limits = Limits { decompressed_bytes: 150_000, ..Limits::default() };
    assert_eq!(shown(&extract_within(limits, "a.zip", &overlapping).1), "zip sampled decompressed_limit");
}

#[test]
fn a_program_that_unpacks_itself_is_an_archive_when_its_magic_says_so() {
    let mut prefixed = b"PK\x03\x04 something before".to_vec();
    prefixed.extend(zip(&[("a.txt", b"text")]));
    let (transcript, outcome) = extract("a.zip", &prefixed);
    assert!(transcript.lines.contains("> a.txt\n  line 1, byte 0: \"text\""));
    assert_eq!(shown(&outcome), "zip sampled unsupported_format");
}

/// Puts bytes between the last entry and the directory.
pub(crate) fn with_unlisted(archive: &[u8], bytes: &[u8]) -> Vec<u8> {
    let directory = memchr::memmem::find(archive, b"PK\x01\x02").unwrap();
    let mut widened = [&archive[..directory], bytes, &archive[directory..]].concat();
    let offset = memchr::memmem::rfind(&widened, b"PK\x05\x06").unwrap() + 16;
    let start = u32::try_from(directory + bytes.len()).unwrap();
    widened[offset..offset + 4].copy_from_slice(&start.to_le_bytes());
    widened
}

#[test]
fn what_the_directory_does_not_list_is_read_as_strings() {
    let archive = zip(&[("a.txt", b"text")]);
    check(
        "a.zip",
        &with_unlisted(&archive, b"\xFF\xFFssn 536-90-4399"),
        expect![[r#"
            > a.txt
              line 1, byte 0: "text"
            < text full
            binary 43: "ssn 536-90-4399\n"
            = zip full
        "#]],
    );
    check(
        "a.zip",
        &[&archive[..], b"\xFF\xFFssn 536-90-4399"].concat(),
        expect![[r#"
            > a.txt
              line 1, byte 0: "text"
            < text full
            binary 116: "ssn 536-90-4399\n"
            = zip full
        "#]],
    );
    // Padding is nothing to read.
    let (transcript, outcome) = extract("a.zip", &with_unlisted(&archive, &[0; 4000]));
    assert_eq!((shown(&outcome).as_str(), transcript.segments), ("zip full", 1));
}

#[test]
fn comments_are_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.txt", FullFileOptions::default().with_file_comment("of patient 536-90-4399")).unwrap();
    writer.write_all(b"text").unwrap();
    writer.set_comment("scanned for 536-90-4399").unwrap();
    check(
        "a.zip",
        &writer.finish().unwrap().into_inner(),
        expect![[r#"
            property: "of patient 536-90-4399"
            > a.txt
              line 1, byte 0: "text"
            < text full
            binary 136: "scanned for 536-90-4399\n"
            = zip full
        "#]],
    );
}

#[test]
fn an_archive_that_its_directory_does_not_list_was_not_read() {
    let (archive, other) = (zip(&[("a.txt", b"text")]), zip(&[("b.txt", b"other")]));
    let entry = &other[..memchr::memmem::find(&other, b"PK\x01\x02").unwrap()];
    for archive in [[other.as_slice(), &archive].concat(), with_unlisted(&archive, entry)] {
        let (transcript, outcome) = extract("a.zip", &archive);
        assert_eq!(shown(&outcome), "zip sampled unsupported_format");
        assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text full"]);
    }
}

#[test]
fn archives_that_were_written_as_a_stream_have_no_gaps() {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (number, large) in [false, true, false].into_iter().enumerate() {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(large);
        writer.start_file(format!("{number}.txt"), options).unwrap();
        writer.write_all(b"streamed").unwrap();
    }
    writer.add_directory("empty", SimpleFileOptions::default()).unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let (transcript, outcome) = extract("a.zip", &archive);
    assert_eq!((shown(&outcome).as_str(), transcript.segments), ("zip full", 3));
}

#[test]
fn limits_end_a_container_with_their_reason() {
    let many: Vec<(String, &[u8])> = (0..20).map(|member| (format!("{member}.txt"), &b"text"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    for archive in [zip(&many), tar(&many)] {
        let (transcript, outcome) = extract_within(Limits { members: 5, ..Limits::default() }, "a", &archive);
        assert_eq!((outcome.method.as_str(), outcome.reason), ("sampled", Some(Reason::MemberLimit)));
        assert_eq!(transcript.left.len(), 5);
    }

    let mut nested = zip(&[("a.txt", b"bottom")]);
    for _ in 0..10 {
        nested = zip(&[("in.zip", &nested)]);
    }
    let (transcript, outcome) = extract("a.zip", &nested);
    assert_eq!(shown(&outcome), "zip full");
    assert_eq!(shown(&transcript.left[0]), "- not_scanned depth_limit");
    assert_eq!(transcript.left.len(), 9);
}

#[test]
fn bombs_stop_at_the_ratio() {
    let zeros = vec![b'0'; 20 << 20];
    let limits = Limits { ratio_free_bytes: 1 << 20, ratio: 50, ..Limits::default() };
    let bomb = gzip(&zeros);
    let (transcript, outcome) = extract_within(limits.clone(), "a.gz", &bomb);
    assert_eq!(shown(&outcome), "text sampled ratio_limit");
    assert!(transcript.content.len() <= 2 << 20);
    let (transcript, outcome) = extract_within(limits, "a.zip", &zip(&[("a", &zeros), ("b", b"after")]));
    assert_eq!(shown(&outcome), "zip sampled ratio_limit");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text sampled ratio_limit"]);
    let (_, outcome) = extract_within(Limits { decompressed_bytes: 1 << 20, ..Limits::default() }, "a.gz", &bomb);
    assert_eq!(shown(&outcome), "text sampled decompressed_limit");
}

#[test]
fn cut_tars_are_damaged() {
    let archive = tar(&[("a.txt", b"whole"), ("b.txt", &[b'x'; 2000])]);
    let (transcript, outcome) = extract("a.tar", &archive[..2600].to_vec());
    assert_eq!(shown(&outcome), "tar sampled damaged");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text full", "text sampled damaged"]);
}
