use std::io::Write;

use expect_test::expect;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;
use terrier_extract::Limits;

use crate::archives::zip;
use crate::transcript::{check, extract, extract_within, shown};

/// An entry of a directory of TIFF: tag, type, count, and the value or where it lies.
type Entry = (u16, u16, u32, [u8; 4]);

const ASCII: u16 = 2;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;

/// Writes a TIFF, little end first, of a directory, one of the picture and one of positions, with values that lie behind them.
fn tiff(author: &str, comment: &str) -> Vec<u8> {
    const ENTRY: u32 = 12;
    let comment = [b"ASCII\0\0\0", comment.as_bytes()].concat();
    let first = 8;
    let picture = first + 2 + 3 * ENTRY + 4;
    let positions = picture + 2 + ENTRY + 4;
    let latitude = positions + 2 + 4 * ENTRY + 4;
    let longitude = latitude + 24;
    let author_at = longitude + 24;
    let (author_length, comment_length) = (author.len() as u32 + 1, comment.len() as u32);
    let at = u32::to_le_bytes;
    let mut file = [b"II*\0".as_slice(), &at(first)].concat();
    directory(
        &mut file,
        &[(0x013B, ASCII, author_length, at(author_at)), (0x8769, LONG, 1, at(picture)), (0x8825, LONG, 1, at(positions))],
    );
    directory(&mut file, &[(0x9286, UNDEFINED, comment_length, at(author_at + author_length))]);
    directory(
        &mut file,
        &[(1, ASCII, 2, *b"S\0\0\0"), (2, RATIONAL, 3, at(latitude)), (3, ASCII, 2, *b"E\0\0\0"), (4, RATIONAL, 3, at(longitude))],
    );
    for parts in [[33_u32, 51, 35], [151, 12, 40]] {
        parts.iter().for_each(|part| file.extend([at(*part), at(1)].concat()));
    }
    file.extend([author.as_bytes(), b"\0", &comment].concat());
    file
}

fn directory(file: &mut Vec<u8>, entries: &[Entry]) {
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend([&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), value].concat());
    }
    file.extend([0; 4]);
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, marker][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat()
}

/// A picture with all kinds of properties.
pub(crate) fn jpeg() -> Vec<u8> {
    let caption = b"visitors of the clinic";
    let dataset = [&[0x1C, 2, 120][..], &(caption.len() as u16).to_be_bytes(), caption].concat();
    let resource = [b"8BIM\x04\x04\0\0", &(dataset.len() as u32).to_be_bytes()[..], &dataset].concat();
    [
        &[0xFF, 0xD8][..],
        &segment(0xE1, &[b"Exif\0\0".as_slice(), &tiff("Ann Lee", "seen by Bob")].concat()),
        &segment(0xED, &[b"Photoshop 3.0\0".as_slice(), &resource].concat()),
        &segment(0xFE, b"scanned for ann@example.com"),
        &segment(0xDA, &[0; 10]),
        &[0; 64],
        &[0xFF, 0xD9],
    ]
    .concat()
}

fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    for (kind, content) in chunks {
        file.extend([&(content.len() as u32).to_be_bytes()[..], &kind[..], content, &[0; 4]].concat());
    }
    file
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Writes a tag of ID3v2.3 with frames of text in Latin-1, before what could be a recording.
pub(crate) fn mp3(frames: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let mut content = Vec::new();
    for (id, text) in frames {
        content.extend([&id[..], &(text.len() as u32 + 1).to_be_bytes(), &[0, 0, 0], text.as_bytes()].concat());
    }
    let size = content.len() as u32;
    let size = [size >> 21, size >> 14, size >> 7, size].map(|part| (part & 0x7F) as u8);
    [b"ID3\x03\0\0".as_slice(), &size, &content, &[0xFF, 0xFB, 0x90, 0x64], &[0; 413], &[0xFF, 0xFB, 0x90, 0x64], &[0; 413]].concat()
}

#[test]
fn a_picture_says_who_took_it_where_and_what_it_shows() {
    check(
        "a.jpg",
        &jpeg(),
        expect![[r#"
        property: "Artist: Ann Lee\nUserComment: seen by Bob\nGPS position: -33.859722, 151.211111\nCaption: visitors of the clinic\nComment: scanned for ann@example.com\n"
        = jpeg sampled needs_ocr
    "#]],
    );
    check(
        "a.tif",
        &tiff("Cy Ray", "of house 7"),
        expect![[r#"
        property: "Artist: Cy Ray\nUserComment: of house 7\nGPS position: -33.859722, 151.211111\n"
        = tiff sampled needs_ocr
    "#]],
    );
}

#[test]
fn texts_of_a_png_are_read_packed_or_not() {
    let chunks = [
        (b"tEXt", b"Author\0Ann Lee".to_vec()),
        (b"zTXt", [b"Description\0\0".as_slice(), &packed(b"the badge of Ann Lee")].concat()),
        (b"iTXt", b"Title\0\0\0fr\0Titre\0L'\xC3\xA9t\xC3\xA9".to_vec()),
        (b"iTXt", [b"Comment\0\x01\0\0\0".as_slice(), &packed(b"ann@example.com")].concat()),
        (b"IEND", Vec::new()),
    ];
    check(
        "a.png",
        &png(&chunks),
        expect![[r#"
        property: "Author: Ann Lee\nDescription: the badge of Ann Lee\nTitle: L'été\nComment: ann@example.com\n"
        = png sampled needs_ocr
    "#]],
    );
}

#[test]
fn a_packet_of_xmp_is_read_wherever_it_lies() {
    let packet = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><dc:creator>Ann Lee</dc:creator></x:xmpmeta>";
    check(
        "a.gif",
        &[b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), packet, &[0; 20]].concat(),
        expect![[r#"
        property: "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><dc:creator>Ann Lee</dc:creator></x:xmpmeta>\n"
        = gif sampled needs_ocr
    "#]],
    );
    let (transcript, outcome) = extract("a.webp", &[b"RIFF\0\0\0\0WEBPVP8 ".as_slice(), &vec![7; 12 << 20], packet].concat());
    assert!(transcript.lines.contains("Ann Lee"));
    assert_eq!(shown(&outcome), "webp sampled needs_ocr");
}

#[test]
fn a_recording_says_who_made_it() {
    check(
        "a.mp3",
        &mp3(&[(b"TIT2", "Call of 3 May"), (b"TPE1", "Ann Lee"), (b"TENC", "ann@example.com")]),
        expect![[r#"
        property: "TrackTitle: Call of 3 May\nTrackArtist: Ann Lee\nEncodedBy: ann@example.com\n"
        = mp3 sampled needs_speech
    "#]],
    );
}

#[test]
fn what_says_nothing_of_itself_is_not_scanned() {
    check(
        "a.png",
        &png(&[(b"IHDR", vec![0; 13])]),
        expect![[r#"
        = png not_scanned needs_ocr
    "#]],
    );
    check(
        "a.mp3",
        b"ID3\x03\0\0\0\0\0\0",
        expect![[r#"
        = mp3 not_scanned needs_speech
    "#]],
    );
    check(
        "a.zip",
        &zip(&[("a.jpg", &[0xFF, 0xD8, 0xFF, 0xDB, 0, 4, 0, 0])]),
        expect![[r#"
        > a.jpg
        < jpeg not_scanned needs_ocr
        = zip full
    "#]],
    );
}

#[test]
fn a_text_of_a_picture_that_unpacks_to_much_is_cut() {
    let chunk = [b"Comment\0\0".as_slice(), &packed(&vec![b'x'; 8 << 20])].concat();
    let (transcript, outcome) = extract("a.png", &png(&[(b"zTXt", chunk.clone())]));
    assert_eq!(transcript.content.len(), "Comment: \n\n".len() + (1 << 20));
    assert_eq!(shown(&outcome), "png sampled needs_ocr");
    let limits = Limits { decompressed_bytes: 1 << 16, ..Limits::default() };
    let (_, outcome) = extract_within(limits, "a.png", &png(&[(b"zTXt", chunk)]));
    assert_eq!(shown(&outcome), "png not_scanned decompressed_limit");
}

proptest! {
    #[test]
    fn damaged_pictures_and_recordings_end_with_an_outcome(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut file = match which {
            0 => jpeg(),
            1 => tiff("Cy Ray", "of house 7"),
            2 => png(&[(b"tEXt", b"Author\0Ann Lee".to_vec()), (b"zTXt", [b"D\0\0".as_slice(), &packed(b"text")].concat())]),
            _ => mp3(&[(b"TIT2", "Call of 3 May")]),
        };
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file.truncate(cut.index(file.len()) + 1);
        extract("a.bin", &file);
    }
}
