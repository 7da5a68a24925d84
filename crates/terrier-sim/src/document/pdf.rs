use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

/// Lines that a page holds.
const LINES: usize = 52;
/// Characters after which a line is broken between words.
const WIDTH: usize = 92;

/// Writes text as a PDF 1.4 (ISO 32000-1): one font, pages of 52 lines, compressed content streams. Characters outside
/// ISO 8859-1 become `?`.
pub fn pdf(text: &str) -> Vec<u8> {
    let lines: Vec<String> = text.lines().flat_map(wrapped).collect();
    let pages: Vec<&[String]> = if lines.is_empty() { vec![&[]] } else { lines.chunks(LINES).collect() };
    let mut file = Objects::new();
    file.add(b"<< /Type /Catalog /Pages 2 0 R >>");
    let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    file.add(format!("<< /Type /Pages /Kids [ {kids}] /Count {} >>", pages.len()).as_bytes());
    file.add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    for (number, page) in pages.iter().enumerate() {
        let content = 5 + 2 * number;
        file.add(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
            )
            .as_bytes(),
        );
        file.add(&stream(&content_of(page)));
    }
    file.finish("/Root 1 0 R")
}

/// Breaks a line between words; a word longer than a line stays whole.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].len() + word.len() >= WIDTH {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}

fn content_of(lines: &[String]) -> Vec<u8> {
    let mut content = b"BT /F1 11 Tf 50 790 Td 14 TL\n".to_vec();
    for line in lines {
        content.push(b'(');
        for c in line.chars() {
            let byte = u8::try_from(u32::from(c)).unwrap_or(b'?');
            if matches!(byte, b'(' | b')' | b'\\') {
                content.push(b'\\');
            }
            content.push(byte);
        }
        content.extend_from_slice(b") Tj T*\n");
    }
    content.extend_from_slice(b"ET");
    content
}

fn stream(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(content).expect("writing to memory does not fail");
    let packed = encoder.finish().expect("writing to memory does not fail");
    let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

/// Objects of a PDF in the making, numbered from 1.
pub(super) struct Objects {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Objects {
    pub(super) fn new() -> Self {
        Self { bytes: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec(), offsets: Vec::new() }
    }

    pub(super) fn add(&mut self, body: &[u8]) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend_from_slice(format!("{} 0 obj\n", self.offsets.len()).as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// Adds the cross-reference table and the trailer with the given entries.
    pub(super) fn finish(mut self, trailer: &str) -> Vec<u8> {
        let start = self.bytes.len();
        let count = self.offsets.len() + 1;
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        end.extend(self.offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")));
        end += &format!("trailer\n<< /Size {count} {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        self.bytes.extend_from_slice(end.as_bytes());
        self.bytes
    }
}
