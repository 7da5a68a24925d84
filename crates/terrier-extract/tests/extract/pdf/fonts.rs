//! Fonts: what the codes of a string stand for.

use super::{page, stream};
use crate::transcript::{extract, shown};

/// Returns the text that a font shows, and the outcome.
fn shows(string: &str, font: &str, objects: &[String]) -> (String, String) {
    let content = format!("BT /F2 10 Tf 72 700 Td {string} Tj ET");
    let objects = [&[font.to_owned()], objects].concat();
    let (transcript, outcome) = extract("a.pdf", &page(&content, "", "", "", &objects));
    (String::from_utf8(transcript.content).unwrap().trim_end().to_owned(), shown(&outcome))
}

#[test]
fn encodings_and_their_differences() {
    let font = |encoding: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding {encoding} >>");
    assert_eq!(shows(r"(Zo\353 \200)", &font("/WinAnsiEncoding"), &[]).0, "Zo\u{EB} \u{20AC}");
    assert_eq!(shows(r"(Zo\221)", &font("/MacRomanEncoding"), &[]).0, "Zo\u{EB}");
    assert_eq!(shows("(ABC)", &font("<< /Differences [65 /five /three /six] >>"), &[]).0, "536");
    assert_eq!(shows("(ABC)", &font("<< /Differences [65 /fi /uni20AC /a_b] >>"), &[]).0, "fi\u{20AC}ab");
}

#[test]
fn maps_to_unicode() {
    let map = stream(
        "",
        "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <41> <43> <0035> endbfrange 1 beginbfchar <44> <00660066> endbfchar endcmap",
    );
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>";
    assert_eq!(shows("(ABCD)", font, &[map]).0, "567ff");
}

#[test]
fn fonts_of_many_characters() {
    let font = |encoding: &str, unicode: &str, ordering: &str| {
        format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /{encoding} {unicode} /DescendantFonts [<< /Type /Font /Subtype \
             /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) /Supplement 0 >> >>] >>"
        )
    };
    let map = stream(
        "",
        "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0100> <01FF> <4E00> endbfrange endcmap",
    );
    assert_eq!(shows("<01000101>", &font("Identity-H", "/ToUnicode 6 0 R", "Identity"), &[map]).0, "\u{4E00}\u{4E01}");
    assert_eq!(shows("<4E004E01>", &font("UniGB-UCS2-H", "", "GB1"), &[]).0, "\u{4E00}\u{4E01}");
    assert_eq!(shows("<82A082A2>", &font("90ms-RKSJ-H", "", "Japan1"), &[]).0, "\u{3042}\u{3044}");
    // A name for a map that maps nothing: the codes are characters.
    assert_eq!(shows("<00350033>", &font("Identity-H", "/ToUnicode /Identity-H", "Identity"), &[]).0, "53");
}

#[test]
fn fonts_that_are_drawn_by_streams() {
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 65 /LastChar 66 /Widths [5 5] \
                /CharProcs << /a53 6 0 R /a51 6 0 R >> /Encoding << /Differences [65 /a53 /a51] >> >>";
    assert_eq!(shows("(AB)", font, &[stream("", "5 0 d0")]).0, "53\nAB");
}

#[test]
fn digits_that_follow_a_font_with_a_made_up_box_are_all_read() {
    // By its box, letters of this font are 100 times as high as the line, so that all that follows would stand at one place.
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 97 /LastChar 97 /Widths [5] \
                /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> >>";
    let content = "BT 72 700 Td /F2 10 Tf (a) Tj /F1 10 Tf (2003) Tj ET";
    let (transcript, _) = extract("a.pdf", &page(content, "", "", "", &[font.to_owned(), stream("", "5 0 d0")]));
    assert_eq!(String::from_utf8(transcript.content).unwrap().trim_end(), "a2003");
}

#[test]
fn what_codes_are_by_themselves_is_a_second_reading() {
    let font = |name: &str, encoding: &str| format!("<< /Type /Font /Subtype /{name} /BaseFont /X /Encoding {encoding} >>");
    // Names that nobody knows: the codes; names that are numbers throughout: the numbers.
    assert_eq!(shows("(AB)", &font("Type1", "<< /Differences [65 /odd /names] >>"), &[]).0, "AB");
    assert_eq!(shows(r"(\001\002)", &font("Type1", "<< /Differences [1 /g53 /g52] >>"), &[]).0, "54");
    assert_eq!(shows(r"(\001\002)", &font("Type1", "<< /Differences [1 /C4a /C4b] >>"), &[]).0, "JK");
    // Lines of which everything is told are there once.
    let (text, _) = shows("(AB) Tj 0 -20 Td /F1 10 Tf (told)", &font("Type1", "<< /Differences [65 /a53 /a51] >>"), &[]);
    assert_eq!(text, "53\ntold\nAB");
}

#[test]
fn truetype_fonts_that_say_nothing_of_their_codes_are_of_windows() {
    assert_eq!(shows(r"(it's \200 5)", "<< /Type /Font /Subtype /TrueType /BaseFont /X >>", &[]).0, "it's \u{20AC} 5");
}

#[test]
fn what_no_font_tells_needs_recognition() {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype \
                /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>";
    // What codes are by themselves is handed out, as viewers do, though it is of use to few.
    assert_eq!(shows("<0001000200010002>", font, &[]), ("\u{1}\u{2}\u{1}\u{2}".to_owned(), "pdf sampled needs_ocr".to_owned()));
    // The usual order of glyphs is worth a try, and no more than that.
    let (text, outcome) = shows("<00360036003100030018>", font, &[]);
    assert_eq!((text.as_str(), outcome.as_str()), ("SSN 5\n661\u{3}\u{18}", "pdf sampled needs_ocr"));
}

#[test]
fn right_to_left_lines_are_turned_round() {
    let map = stream("", "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <41> <44> <05D0> endbfrange endcmap");
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>";
    assert_eq!(shows("(12 DC BA)", font, &[map]).0, "\u{5D0}\u{5D1} \u{5D2}\u{5D3} 12");
}
