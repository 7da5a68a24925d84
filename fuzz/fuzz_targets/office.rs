#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The part of each format that is read by a room of its own, and what tells the format beside it.
const FORMATS: [(&str, &str, &str); 6] = [
    ("a.docx", "word/document.xml", ""),
    ("a.pptx", "ppt/slides/slide1.xml", ""),
    ("a.odt", "content.xml", "application/vnd.oasis.opendocument.text"),
    ("a.ods", "content.xml", "application/vnd.oasis.opendocument.spreadsheet"),
    ("a.odp", "content.xml", "application/vnd.oasis.opendocument.presentation"),
    ("a.epub", "a.xhtml", "application/epub+zip"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((format, content)) = bytes.split_first() else { return };
    let (name, part, media_type) = FORMATS[usize::from(*format) % FORMATS.len()];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [("mimetype", media_type.as_bytes()), ("ppt/presentation.xml", b""), (part, content)];
    for (name, content) in parts.into_iter().filter(|(name, _)| !name.starts_with("ppt/pres") || part.starts_with("ppt/")) {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        if writer.start_file(name, stored).and_then(|()| Ok(writer.write_all(content)?)).is_err() {
            return;
        }
    }
    if let Ok(archive) = writer.finish() {
        terrier_fuzz::extract(name, archive.get_ref());
    }
});
