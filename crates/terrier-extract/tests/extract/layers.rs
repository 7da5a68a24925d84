//! Compression layers: what is inside is the asset, whatever it was packed with.

use std::io::Write;

use expect_test::expect;
use lzma_rust2::{LzipOptions, LzipWriter, LzmaOptions, LzmaWriter, XzOptions, XzWriter};
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::archives::{gzip, tar};
use crate::transcript::{check, extract, extract_within, saw, shown};

type Pack = fn(&[u8]) -> Vec<u8>;

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(content, 3).unwrap()
}

pub(crate) fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::new(1));
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(content: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(3)).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn lzma(content: &[u8]) -> Vec<u8> {
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &LzmaOptions::with_preset(3), None).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn lzip(content: &[u8]) -> Vec<u8> {
    let mut writer = LzipWriter::new(Vec::new(), LzipOptions::with_preset(3));
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn lz4(content: &[u8]) -> Vec<u8> {
    let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB).content_checksum(true);
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn snappy(content: &[u8]) -> Vec<u8> {
    let mut encoder = snap::write::FrameEncoder::new(Vec::new());
    encoder.write_all(content).unwrap();
    encoder.into_inner().unwrap()
}

fn brotli(content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    ::brotli::BrotliCompress(&mut &content[..], &mut packed, &::brotli::enc::BrotliEncoderParams { quality: 4, ..Default::default() })
        .unwrap();
    packed
}

/// Packs as `compress` does: codes of 9 to 12 bits in groups of eight.
fn compress(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1F, 0x9D, 0x8C];
    let mut table = std::collections::HashMap::new();
    let (mut next, mut width) = (257_u32, 9);
    let mut group = Vec::new();
    let mut flush = |group: &mut Vec<u32>, width: u32, whole: bool| {
        let mut bits = 0_u128;
        group.iter().enumerate().for_each(|(index, code)| bits |= u128::from(*code) << (index as u32 * width));
        let len = if whole { width } else { (group.len() as u32 * width).div_ceil(8) };
        out.extend_from_slice(&bits.to_le_bytes()[..len as usize]);
        group.clear();
    };
    let mut bytes = content.iter();
    let mut current = u32::from(*bytes.next().unwrap());
    for byte in bytes {
        if let Some(longer) = table.get(&(current, *byte)) {
            current = *longer;
            continue;
        }
        group.push(current);
        if group.len() == 8 {
            flush(&mut group, width, true);
        }
        if next < 1 << 12 {
            table.insert((current, *byte), next);
            next += 1;
            // The reader is one entry behind.
            if next == (1 << width) + 1 && width < 12 {
                if !group.is_empty() {
                    flush(&mut group, width, true);
                }
                width += 1;
            }
        }
        current = u32::from(*byte);
    }
    group.push(current);
    flush(&mut group, width, false);
    out
}

const LAYERS: [(&str, Pack); 10] = [
    ("gz", gzip),
    ("zst", zstd),
    ("bz2", bzip2),
    ("xz", xz),
    ("lzma", lzma),
    ("lz", lzip),
    ("lz4", lz4),
    ("sz", snappy),
    ("br", brotli),
    ("Z", compress),
];

/// A sample of each layer, with its name.
pub(crate) fn samples() -> impl Iterator<Item = (String, Vec<u8>)> {
    let rows = b"id,email\n1,a@example.com\n2,\"b@example.com\"\n";
    LAYERS.iter().map(|(suffix, pack)| (format!("a.csv.{suffix}"), pack(rows)))
}

fn lines(count: u32) -> Vec<u8> {
    (0..count).flat_map(|line| format!("line {line} of a log\n").into_bytes()).collect()
}

#[test]
fn a_layer_is_what_is_inside() {
    for (name, packed) in samples() {
        check(
            &name,
            &packed,
            expect![[r#"
                property: "id,email\n"
                0: id=1 email=a@example.com
                1: id=2 email=b@example.com
                = csv full, 2 records
            "#]],
        );
    }
}

#[test]
fn all_of_a_long_stream_is_read() {
    let text = lines(100_000);
    for (suffix, pack) in LAYERS {
        let (transcript, outcome) = extract(&format!("a.log.{suffix}"), &pack(&text));
        assert_eq!(shown(&outcome), "text full", "{suffix}");
        let seen: usize = transcript.content.iter().filter(|byte| **byte != b'\n').count();
        assert_eq!(seen, text.iter().filter(|byte| **byte != b'\n').count(), "{suffix}");
        assert!(saw(&transcript, "line 99999 of"), "{suffix}");
    }
}

#[test]
fn streams_one_behind_the_other_are_one() {
    let skippable: &[u8] = b"\x50\x2A\x4D\x18\x05\0\0\0hello";
    for (suffix, pack) in LAYERS.into_iter().filter(|(suffix, _)| !["lzma", "br", "Z"].contains(suffix)) {
        let (first, second) = (pack(b"first "), pack(b"second"));
        let mut joined = [first.as_slice(), &second].concat();
        if ["zst", "lz4"].contains(&suffix) {
            joined = [skippable, &first, skippable, &second, skippable].concat();
        }
        let (transcript, outcome) = extract("a", &joined);
        assert_eq!((shown(&outcome).as_str(), transcript.content.as_slice()), ("text full", &b"first second\n"[..]), "{suffix}");
    }
}

#[test]
fn what_is_cut_gives_what_it_has() {
    // Digits that do not repeat: these formats have blocks, of which a reader gives whole ones.
    let text: Vec<u8> = (1..60_000_u64).flat_map(|line| format!("{:x}\n", line.wrapping_mul(0x9E37_79B9_7F4A_7C15)).into_bytes()).collect();
    for (suffix, pack) in LAYERS {
        let packed = pack(&text);
        for cut in [packed.len() / 2, packed.len() - 1] {
            let (transcript, outcome) = extract(&format!("a.log.{suffix}"), &packed[..cut].to_vec());
            // A code that is missing at the end of what `compress` wrote is not to be seen.
            if suffix != "Z" {
                assert_eq!(shown(&outcome), "text sampled damaged", "{suffix} cut at {cut}");
            }
            assert!(transcript.content.len() > text.len() / 4, "{suffix}: {} of {}", transcript.content.len(), text.len());
        }
    }
}

#[test]
fn an_lz4_that_ends_between_two_blocks_is_cut() {
    let packed = lz4(&lines(20_000));
    let block = 7 + 4 + u32::from_le_bytes(packed[7..11].try_into().unwrap()) as usize;
    let (_, outcome) = extract("a.log.lz4", &packed[..block].to_vec());
    assert_eq!(shown(&outcome), "text sampled damaged");
}

#[test]
fn layers_and_archives_nest() {
    let inner = tar(&[("b.txt.lz4", &lz4(b"inside")), ("c.txt.Z", &compress(b"also inside"))]);
    check(
        "a.tar.xz.zst",
        &zstd(&xz(&inner)),
        expect![[r#"
            > b.txt.lz4
              line 1, byte 0: "inside"
            < text full
            > c.txt.Z
              line 1, byte 0: "also inside"
            < text full
            = tar full
        "#]],
    );
    let mut deep = b"bottom".to_vec();
    for _ in 0..9 {
        deep = bzip2(&deep);
    }
    assert_eq!(shown(&extract("a", &deep).1), "bzip2 not_scanned depth_limit");
}

#[test]
fn bombs_of_every_layer_stop_at_the_limits() {
    let zeros = vec![b'0'; 4 << 20];
    let by_ratio = Limits { ratio_free_bytes: 1 << 20, ratio: 1, ..Limits::default() };
    let by_size = Limits { decompressed_bytes: 1 << 20, ..Limits::default() };
    for (suffix, pack) in LAYERS {
        let bomb = pack(&zeros);
        let name = format!("a.{suffix}");
        let (transcript, outcome) = extract_within(by_ratio.clone(), &name, &bomb);
        assert_eq!(shown(&outcome), "text sampled ratio_limit", "{suffix}");
        assert!(transcript.content.len() <= 2 << 20, "{suffix}");
        let (_, outcome) = extract_within(by_size.clone(), &name, &bomb);
        assert_eq!(shown(&outcome), "text sampled decompressed_limit", "{suffix}");
    }
}

#[test]
fn dictionaries_beyond_the_memory_are_a_limit_and_no_damage() {
    let limits = Limits { worker_memory: 4 << 20, ..Limits::default() };
    let text = lines(1000);
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(23).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(&text).unwrap();
    let zstd = encoder.finish().unwrap();
    for (name, packed) in [("zstd", zstd), ("xz", xz(&text)), ("lzma", lzma(&text))] {
        let (_, outcome) = extract_within(limits.clone(), "a", &packed);
        assert_eq!(shown(&outcome), format!("{name} not_scanned memory_limit"));
        assert_eq!(shown(&extract("a", &packed).1), "text full");
    }
}

#[test]
fn names_alone_make_no_brotli() {
    assert_eq!(shown(&extract("a.br", &b"plain text, whatever its name".to_vec()).1), "text full");
    assert_eq!(shown(&extract("a.br", &[0xFF; 100].to_vec()).1), "binary full");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn mutated_layers_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), layer in 0..LAYERS.len()) {
        let (suffix, pack) = LAYERS[layer];
        let mut packed = pack(&lines(2000));
        for (index, byte) in at {
            let index = index.index(packed.len());
            packed[index] = byte;
        }
        let (_, outcome) = extract(&format!("a.{suffix}"), &packed);
        prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
        prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
    }
}
