//! Text in pictures. The picture shows two lines: `Erika Mustermann` and `Invoice 2003-17`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use terrier_content::Sensitive;
use terrier_extract::{Extractor, Limits, Ocr, OcrError, Outcome};

use crate::archives::zip;
use crate::pdf::document_of_bytes;
use crate::transcript::{Transcript, saw, shown};
use crate::worker::command;

const SCAN: &[u8] = include_bytes!("scan.png");
/// Where the packed rows of the picture begin and end, which PDF has as they are.
const ROWS: std::ops::Range<usize> = 41..SCAN.len() - 16;

fn read(ocr: Ocr, name: &str, source: &[u8]) -> (Transcript, Outcome) {
    let extractor = Extractor::new(Limits::default(), Some(command())).with_ocr(ocr);
    let mut transcript = Transcript::default();
    let outcome = extractor.extract(&source.to_vec(), Sensitive::new(name.as_bytes()), &mut transcript);
    assert_eq!(transcript.open, 0, "every member that is entered is left");
    (transcript, outcome)
}

/// Tesseract, which these tests need: see scripts/install-test-deps.sh.
fn tesseract() -> Ocr {
    Ocr::find(Path::new("tesseract"), "eng").unwrap_or_else(|error| panic!("{error}"))
}

fn scanned(filter: &str, entries: &str, rows: &[u8], content: &str) -> Vec<u8> {
    let picture = format!(
        "<< /Type /XObject /Subtype /Image /Width 300 /Height 100 /ColorSpace /DeviceGray {filter} {entries} /Length {} >>\nstream\n",
        rows.len()
    );
    let text = |text: &str| text.as_bytes().to_vec();
    let objects = [
        text("<< /Type /Catalog /Pages 2 0 R >>"),
        text("<< /Type /Pages /Kids [6 0 R 3 0 R] /Count 2 >>"),
        text("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 100] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"),
        text(&format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len())),
        [picture.as_bytes(), rows, b"\nendstream"].concat(),
        text("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 100] >>"),
    ];
    document_of_bytes(&objects, "")
}

#[test]
fn pictures_are_read_wherever_they_are() {
    let (transcript, outcome) = read(tesseract(), "a.png", SCAN);
    assert_eq!((transcript.lines.as_str(), shown(&outcome).as_str()), ("page 1: \"Erika Mustermann\\nInvoice 2003-17\"\n", "png full"));
    let (transcript, outcome) = read(tesseract(), "a.zip", &zip(&[("b.png", SCAN)]));
    assert!(saw(&transcript, "Invoice 2003-17"));
    assert_eq!((shown(&transcript.left[0]), shown(&outcome)), ("png full".to_owned(), "zip full".to_owned()));
}

#[test]
fn scanned_pages_are_read() {
    let predicted = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 300 /BitsPerComponent 1 >>";
    let page = scanned(predicted, "/BitsPerComponent 1", &SCAN[ROWS], "300 0 0 100 0 0 cm /I Do");
    let (transcript, outcome) = read(tesseract(), "a.pdf", &page);
    assert_eq!((transcript.lines.as_str(), shown(&outcome).as_str()), ("page 2: \"Erika Mustermann\\nInvoice 2003-17\"\n", "pdf full"));
}

#[test]
fn what_is_not_recognised_keeps_its_reason() {
    let (_, outcome) = read(tesseract(), "a.png", &SCAN[..200]);
    assert_eq!(shown(&outcome), "png not_scanned needs_ocr");
    // A way of packing that is not handed over, and shapes that may be letters beside a picture.
    let page = scanned("/Filter /JBIG2Decode", "/BitsPerComponent 1", b"rows", "300 0 0 100 0 0 cm /I Do");
    assert_eq!(shown(&read(tesseract(), "a.pdf", &page).1), "pdf not_scanned needs_ocr");
    let shapes = format!("q 300 0 0 100 0 0 cm /I Do Q {}", "0 0 m 9 9 l f ".repeat(40));
    let page = scanned(
        "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 300 /BitsPerComponent 1 >>",
        "/BitsPerComponent 1",
        &SCAN[ROWS],
        &shapes,
    );
    assert_eq!(shown(&read(tesseract(), "a.pdf", &page).1), "pdf sampled needs_ocr");
}

#[test]
fn a_picture_of_any_colours_is_handed_over() {
    let white_as = |colours: &str, bits: u8, row: usize, white: u8| {
        let entries = format!("/BitsPerComponent {bits}");
        let page = scanned("", &entries, &vec![white; row * 100], "300 0 0 100 0 0 cm /I Do");
        let page = String::from_utf8_lossy(&page).replace("/ColorSpace /DeviceGray", &format!("/ColorSpace {colours}"));
        shown(&read(echo("said"), "a.pdf", page.as_bytes()).1)
    };
    // These rows are ASCII, so that the document stays what it is; what they show is of no matter to this program.
    assert_eq!(white_as("/DeviceRGB", 8, 900, b' '), "pdf full");
    assert_eq!(white_as("/DeviceCMYK", 8, 1200, b' '), "pdf full");
    assert_eq!(white_as("[/Indexed /DeviceRGB 1 <000000FFFFFF>]", 4, 150, b' '), "pdf full");
    assert_eq!(white_as("/Lab", 8, 900, b' '), "pdf not_scanned needs_ocr");
}

/// A program that is no Tesseract, but says so: it runs a script of the shell, without a process of its own, whose output is a word.
fn script(name: &str, script: &str) -> Ocr {
    let folder = std::env::temp_dir().join(format!("terrier-ocr-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("program");
    let row = "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t0\\t0\\t99\\t%s\\n'";
    let text = format!(
        "#!/bin/sh\ncase $1 in --version) echo fake 1; exit;; --list-langs) echo languages; echo eng; exit;; esac\nsay() {{ {row} \"$1\"; }}\n\
         cd '{}'\n{script}\n",
        folder.display()
    );
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let ocr = Ocr::find(&program, "eng").unwrap();
    assert_eq!(ocr.description(), "fake 1, eng");
    ocr
}

fn echo(word: &str) -> Ocr {
    script(&format!("echo-{word}-{:?}", std::thread::current().id()), &format!("say {word}"))
}

#[test]
fn the_program_reads_files_and_does_nothing_else() {
    let (transcript, _) = read(
        script(
            "jailed",
            "say \"$OMP_THREAD_LIMIT-${HOME-none}\"; if true < program; then say reads; fi; if true > new; then say writes; fi",
        ),
        "a.png",
        SCAN,
    );
    let text = String::from_utf8(transcript.content).unwrap();
    assert_eq!(text.trim_end(), "1-none reads");
}

#[test]
fn a_program_that_is_not_there_or_lacks_a_language_is_said_before_anything_is_read() {
    let missing = Ocr::find(Path::new("/nowhere/tesseract"), "eng").unwrap_err();
    assert!(matches!(missing, OcrError::Missing { .. }));
    assert!(missing.to_string().contains("install Tesseract"), "{missing}");
    let unknown = Ocr::find(Path::new("tesseract"), "eng+klingon").unwrap_err();
    assert!(unknown.to_string().contains("\"klingon\"") && unknown.to_string().contains("--ocr-lang"), "{unknown}");
}
