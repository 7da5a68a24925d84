//! What no file may do: end the process, leave a member open, or be passed over in silence.

use terrier_model::Method;

use crate::archives::{gzip, tar, zip};
use crate::transcript::{Transcript, extract, shown};
use terrier_content::Sensitive;
use terrier_extract::{Extractor, Limits, Outcome};

/// One small file of every format.
pub(crate) fn samples() -> Vec<(String, Vec<u8>)> {
    let text = b"Some words, and a number 536-90-4399.\n".repeat(3);
    let rows = b"id,email\n1,a@example.com\n2,\"b@example.com\"\n";
    let json = br#"{"users": [{"id": 1, "email": "a@example.com"}, {"id": 2, "x": [1, 2.5, null, true]}]}"#;
    let members: [(&str, &[u8]); 3] = [("a.txt", &text), ("b/c.csv", rows), ("d.json", json)];
    let plain = vec![
        ("a.txt", text.clone()),
        ("a.csv", rows.to_vec()),
        ("a.json", json.to_vec()),
        ("a.csv.gz", gzip(rows)),
        ("sjis.csv", b"\x8E\x81\x96\xBC,email\n\x95\x5C,a@example.com\n\x83\x7C,b@example.com\n".to_vec()),
        ("utf32.txt", text.iter().flat_map(|byte| u32::from(*byte).to_be_bytes()).collect()),
        ("a.sql", crate::sql::mysql()),
        ("b.sql", crate::sql::postgres()),
        ("a.onnx", crate::onnx::sample()),
        ("a.pkl", crate::pickle::sample()),
        ("encrypted.xlsx", crate::encrypted::agile(&crate::office::sample(), "VelvetSweatshop")),
        ("a.html", crate::markup::page()),
        ("a.xml", crate::markup::records()),
        ("a.zip", zip(&members)),
        ("a.tar", tar(&members)),
        ("a.tar.gz", gzip(&tar(&members))),
        ("a.pdf", crate::pdf::pages(&["BT /F1 12 Tf 72 720 Td (SSN 536-90-4399) Tj ET"])),
        ("a.xlsx", crate::office::sample()),
        ("a.parquet", crate::parquet::people(20)),
        ("a.db", crate::sqlite::sample()),
        ("a.cab", crate::cab::cab(&members, 1)),
        ("a.arrow", crate::arrow::sample()),
        ("a.avro", crate::avro::sample()),
        ("a.7z", crate::seven_zip::seven_zip(&members)),
        ("a.eml", crate::mail::sample()),
        ("a.mbox", crate::mail::mailbox()),
        ("a.doc", crate::compound::document()),
        ("a.xls", crate::compound::workbook()),
        ("a.ppt", crate::compound::presentation()),
        ("a.msg", crate::compound::message()),
        ("a.pst", crate::outlook::folders(true)),
        ("winmail.dat", crate::outlook::wrapped()),
        ("a.docx", crate::open_xml::sample_document()),
        ("a.pptx", crate::open_xml::sample_presentation()),
        ("a.ods", crate::open_document::sample_sheet()),
        ("a.epub", crate::book::sample()),
        ("a.rtf", crate::rtf::sample()),
        ("a.jpg", crate::media::jpeg()),
        ("a.mp3", crate::media::mp3(&[(b"TPE1", "Ann Lee")])),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("a.vcf", b"BEGIN:VCARD\r\nEND:VCARD\r\n".to_vec()),
    ];
    plain
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .chain(crate::layers::samples())
        .chain(crate::streams::samples())
        .collect()
}

fn honest(outcome: &Outcome) {
    assert!(outcome.reason.is_some() || outcome.method == Method::Full, "{}", shown(outcome));
}

#[test]
fn every_prefix_ends_well() {
    for (name, bytes) in samples() {
        let step = (bytes.len() / 100).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            let (transcript, outcome) = extract(&name, &bytes[..cut].to_vec());
            honest(&outcome);
            transcript.left.iter().for_each(honest);
        }
    }
}

#[test]
fn every_flipped_byte_ends_well() {
    for (name, bytes) in samples() {
        let step = (bytes.len() / 100).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x81;
            let (transcript, outcome) = extract(&name, &broken);
            honest(&outcome);
            transcript.left.iter().for_each(honest);
        }
    }
}

#[test]
fn a_sink_may_stop_anywhere() {
    for (name, bytes) in samples() {
        for stop_after in 1..6 {
            let mut transcript = Transcript { stop_after: Some(stop_after), ..Transcript::default() };
            let outcome = Extractor::new(Limits::default(), None).extract(&bytes, Sensitive::new(name.as_bytes()), &mut transcript);
            assert_eq!(transcript.open, 0);
            if transcript.stopped() {
                assert_eq!((outcome.method, outcome.reason), (Method::Sampled, None), "{name}");
            }
        }
    }
}
