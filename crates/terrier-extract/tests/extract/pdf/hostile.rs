//! Documents that are broken, locked, or made to waste time and memory.

use md5::{Digest, Md5};
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::{Method, Reason};

use super::{deflated, document, document_of_bytes, page, pages, stream};
use crate::transcript::{extract, extract_within, saw, shown};

/// The padding of passwords (ISO 32000-1, 7.6.3.3).
const PADDING: [u8; 32] =
    *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: Vec<u8> = (0..=255).collect();
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    data.iter()
        .map(|byte| {
            i = i.wrapping_add(1);
            j = j.wrapping_add(state[usize::from(i)]);
            state.swap(usize::from(i), usize::from(j));
            byte ^ state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))]
        })
        .collect()
}

/// Makes a document that is encrypted with RC4 of 40 bits under a password of at most 32 bytes.
fn encrypted(password: &[u8]) -> Vec<u8> {
    let padded: Vec<u8> = password.iter().chain(&PADDING).copied().take(32).collect();
    let (owner, permissions, id) = ([7_u8; 32], -4_i32, [9_u8; 16]);
    let key = &Md5::digest([padded.as_slice(), &owner, &permissions.to_le_bytes(), &id].concat())[..5];
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let of_object = |number: u8, data: &[u8]| rc4(&Md5::digest([key, &[number, 0, 0, 0, 0]].concat())[..10], data);
    let content = of_object(4, b"BT /F1 12 Tf 72 720 Td (536-90-4399) Tj ET");
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
            .to_vec(),
        [format!("<< /Length {} >>\nstream\n", content.len()).as_bytes(), &content, b"\nendstream"].concat(),
        format!("<< /Title <{}> >>", hex(&of_object(5, b"Secret title"))).into_bytes(),
        format!("<< /Filter /Standard /V 1 /R 2 /O <{}> /U <{}> /P {permissions} >>", hex(&owner), hex(&rc4(key, &PADDING))).into_bytes(),
    ];
    document_of_bytes(&objects, &format!("/Info 5 0 R /Encrypt 6 0 R /ID [<{0}> <{0}>]", hex(&id)))
}

#[test]
fn an_empty_password_opens() {
    let (transcript, outcome) = extract("a.pdf", &encrypted(b""));
    assert!(saw(&transcript, "536-90-4399") && saw(&transcript, "Secret title"), "{}", transcript.lines);
    assert_eq!(shown(&outcome), "pdf full");
}

#[test]
fn a_password_is_asked_for_by_nobody() {
    let (_, outcome) = extract("a.pdf", &encrypted(b"open sesame"));
    assert_eq!(shown(&outcome), "pdf not_scanned encrypted");
}

#[test]
fn trees_that_bite_their_tail_end() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R 4 0 R 3 0 R] /Count 4 /Parent 3 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R 4 0 R] /Count 3 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 << /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
            .to_owned(),
        stream("", "BT /F1 10 Tf (once) Tj ET"),
    ];
    let (transcript, _) = extract("a.pdf", &document(&objects, ""));
    assert_eq!(transcript.lines.matches("once").count(), 1, "{}", transcript.lines);
}

#[test]
fn forms_that_draw_themselves_end() {
    let form = stream("/Subtype /Form /Resources << /XObject << /Fm 6 0 R >> >>", "BT /F1 10 Tf 0 0 Td (once) Tj ET /Fm Do");
    let (transcript, _) = extract("a.pdf", &page("/Fm Do", "", "", "/XObject << /Fm 6 0 R >>", &["null".to_owned(), form]));
    assert_eq!(transcript.lines.matches("once").count(), 1, "{}", transcript.lines);
}

#[test]
fn forms_that_double_at_every_level_end() {
    let forms =
        (0..40).map(|level| stream(&format!("/Subtype /Form /Resources << /XObject << /Fm {} 0 R >> >>", level + 7), "/Fm Do /Fm Do"));
    let objects: Vec<String> = std::iter::once("null".to_owned()).chain(forms).collect();
    let (_, outcome) = extract("a.pdf", &page("/Fm Do", "", "", "/XObject << /Fm 6 0 R >>", &objects));
    assert_eq!(shown(&outcome), "pdf not_scanned depth_limit");
}

#[test]
fn content_that_unpacks_to_more_than_the_budget_ends() {
    let bomb = deflated("", &vec![b' '; 200 << 20]);
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        bomb.clone(),
    ];
    let (_, outcome) = extract("a.pdf", &document_of_bytes(&objects, ""));
    assert_eq!(shown(&outcome), "pdf not_scanned ratio_limit");
    let attached = [&objects[..3], &[b"<< /EF << /F 5 0 R >> /F (bomb) >>".to_vec(), bomb]].concat();
    let (_, outcome) =
        extract_within(Limits { ratio_free_bytes: 1 << 20, ..Limits::default() }, "a.pdf", &document_of_bytes(&attached, ""));
    assert_eq!(shown(&outcome), "pdf sampled ratio_limit");
}

#[test]
fn content_that_breaks_off_is_said() {
    let whole = deflated("", "BT /F1 10 Tf 0 0 Td (some words to be read) Tj ET ".repeat(400).as_bytes());
    let broken = [&whole[..whole.len() - 40], b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\nendstream"].concat();
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
            .to_vec(),
        broken,
    ];
    let (transcript, outcome) = extract("a.pdf", &document_of_bytes(&objects, ""));
    assert!(saw(&transcript, "some words"), "{}", transcript.lines);
    assert_eq!(outcome.reason, Some(Reason::Damaged));
}

#[test]
fn filters_that_are_not_known_are_said() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_owned(),
        stream("/Filter /BrotliDecode", "BT (packed) Tj ET"),
    ];
    let (_, outcome) = extract("a.pdf", &document(&objects, ""));
    assert_eq!(shown(&outcome), "pdf not_scanned unsupported_format");
}

#[test]
fn text_behind_what_is_broken_is_read() {
    let (transcript, outcome) = extract("a.pdf", &pages(&["BT /F1 10 Tf 0 0 Td (before) Tj <4g8 @> Tj ] >> ) (behind) Tj ET (cut"]));
    assert!(saw(&transcript, "before") && saw(&transcript, "behind"), "{}", transcript.lines);
    assert_eq!(shown(&outcome), "pdf sampled damaged");
}

/// A document with something of everything.
fn sample() -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Subtype /CIDFontType2 /BaseFont /X \
                /W [1 [500 600] 7 9 400] /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> >>] >>";
    let objects = [
        font.to_owned(),
        stream("/Subtype /Form /BBox [0 0 9 9]", "BT /F2 10 Tf 0 0 Td <4E004E01> Tj ET"),
        "<< /F (a.txt) /EF << /F 8 0 R >> >>".to_owned(),
        stream("", "attached"),
    ];
    let content = "q 1 0 0 1 9 9 cm BT /F1 10 Tf 12 TL 72 700 Td [(two) -300 (words)] TJ T* (three) ' ET /Fm Do Q";
    page(
        content,
        "/AcroForm << /Fields [<< /T (f) /V (value) >>] >>",
        "/Annots [<< /AP << /N 6 0 R >> >>]",
        "/XObject << /Fm 6 0 R >>",
        &objects,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mutated_documents_end_with_an_outcome(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..4), 1..12)) {
        let mut bytes = sample();
        for (index, byte, how) in changes {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(9)),
            }
        }
        let (_, outcome) = extract("a.pdf", &bytes);
        prop_assert!(outcome.reason != Some(Reason::ParserCrashed));
        prop_assert!(outcome.method == Method::Full || outcome.reason.is_some());
    }

    #[test]
    fn any_content_ends(content in "[ -~\n]{0,300}", words in prop::collection::vec(prop::sample::select(vec!["BT", "ET", "/F1 10 Tf", "(x) Tj", "q", "Q", "1 0 0 1 5 5 cm", "[(a) 1e30 (b)] TJ", "0 0 0 0 0 0 Tm", "/Fm Do", "BI ID x EI", "/S << /ActualText (y) >> BDC", "EMC", "-1e38 Tz", "<", ">>"]), 0..60)) {
        let (_, outcome) = extract("a.pdf", &pages(&[&format!("{content} {}", words.join(" "))]));
        prop_assert!(outcome.reason != Some(Reason::ParserCrashed));
    }
}
