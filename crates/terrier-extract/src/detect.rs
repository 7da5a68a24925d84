//! What an asset is: by its content first, by its name where the content leaves it open.

use serde::de::IgnoredAny;

use crate::decode::{self, Encoding};
use crate::delimited::{self, Dialect, Hint};
use crate::layer::{self, Codec};
use crate::office::by_media_type;
use crate::outlook::tnef;
use crate::untagged::{self, Flavour};
use crate::{ar, arrow, cpio, dbf, folded, iso, mail, markup, model, onnx, pickle, rar, rpm, sql, warc, xml};

/// What an asset is, and so which room reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No bytes.
    Empty,
    /// Running text.
    Text(Encoding),
    /// Rows of cells.
    Delimited(Encoding, Dialect),
    /// JSON; `lines` where several values follow each other.
    Json { encoding: Encoding, lines: bool },
    /// A compression layer.
    Layer(Codec),
    /// A notebook of Jupyter: JSON whose lists of strings are texts.
    Notebook(Encoding),
    /// The dump of a database as SQL.
    Sql(Encoding),
    /// HTML, or XML without records.
    Markup(Encoding, Flavour),
    /// XML that holds records.
    Xml,
    /// A pickle of Python.
    Pickle,
    /// A model as ONNX.
    Onnx,
    /// Text of this format, whose lines are folded.
    Folded(Encoding, &'static str),
    /// Zip, and the office formats that are zip files.
    Zip,
    /// Tar.
    Tar,
    /// Parquet.
    Parquet,
    /// PDF.
    Pdf,
    /// SQLite.
    Sqlite,
    /// Avro.
    Avro,
    /// ORC.
    Orc,
    /// An ISO 9660 image.
    Iso,
    /// A cabinet.
    Cab,
    /// An `ar` archive.
    Ar,
    /// A cpio archive.
    Cpio,
    /// An RPM package.
    Rpm,
    /// A WARC archive.
    Warc,
    /// A dBase table.
    Dbf,
    /// A model as safetensors.
    Safetensors,
    /// A model as GGUF.
    Gguf,
    /// The file format of Arrow.
    ArrowFile,
    /// The stream format of Arrow.
    ArrowStream,
    /// 7z.
    SevenZip,
    /// A compound file.
    Compound,
    /// Folders of Outlook.
    Pst,
    /// What Outlook wraps attachments in.
    Tnef,
    /// A message.
    Mail,
    /// A mailbox.
    Mailbox,
    /// Rich Text Format.
    Rtf,
    /// A document of OpenDocument that is one XML file, and which.
    FlatDocument(&'static str),
    /// A picture.
    Picture(&'static str),
    /// Audio or video.
    Recording(&'static str),
    /// A known format whose content is not visible without its extractor.
    Opaque(&'static str),
    /// A known format without an extractor whose strings are worth reading.
    Strings(&'static str),
    /// Encrypted as a whole.
    Encrypted(&'static str),
    /// Bytes of no known format.
    Binary,
}

/// Formats told by some bytes at a place: offset, bytes, what they are.
const MAGIC: &[(usize, &[u8], Kind)] = &[
    (0, b"PK\x03\x04", Kind::Zip),
    (0, b"PK\x05\x06", Kind::Zip),
    (0, b"PK\x07\x08", Kind::Zip),
    (0, &[b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C], Kind::SevenZip),
    (0, b"MSCF\0\0\0\0", Kind::Cab),
    (0, ar::MAGIC, Kind::Ar),
    (0, rpm::MAGIC, Kind::Rpm),
    (0, b"PAR1", Kind::Parquet),
    (0, b"PARE", Kind::Encrypted("parquet")),
    (0, b"SQLite format 3\0", Kind::Sqlite),
    (0, b"Obj\x01", Kind::Avro),
    (0, b"ARROW1\0\0", Kind::ArrowFile),
    (0, &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Kind::Compound),
    (0, tnef::MAGIC, Kind::Tnef),
    (0, b"{\\rtf", Kind::Rtf),
    (0, b"hsqs", Kind::Opaque("squashfs")),
    (0, b"KDMV", Kind::Strings("vmdk")),
    (0, b"QFI\xFB", Kind::Strings("qcow2")),
    (0, b"conectix", Kind::Strings("vhd")),
    (0, b"vhdxfile", Kind::Strings("vhdx")),
    (0, b"\x89PNG\r\n\x1A\n", Kind::Picture("png")),
    (0, &[0xFF, 0xD8, 0xFF], Kind::Picture("jpeg")),
    (0, b"GIF8", Kind::Picture("gif")),
    (0, b"II*\0", Kind::Picture("tiff")),
    (0, b"MM\0*", Kind::Picture("tiff")),
    (8, b"WEBPVP8", Kind::Picture("webp")),
    (0, b"8BPS", Kind::Picture("psd")),
    (4, b"ftypheic", Kind::Picture("heif")),
    (4, b"ftypheix", Kind::Picture("heif")),
    (4, b"ftypmif1", Kind::Picture("heif")),
    (4, b"ftypmsf1", Kind::Picture("heif")),
    (4, b"ftypavif", Kind::Picture("heif")),
    (4, b"ftyp", Kind::Recording("mp4")),
    (0, b"OggS", Kind::Recording("ogg")),
    (0, b"ID3", Kind::Recording("mp3")),
    (0, b"fLaC", Kind::Recording("flac")),
    (8, b"WAVEfmt", Kind::Recording("wav")),
    (8, b"AVI LIST", Kind::Recording("avi")),
    (0, &[0x1A, 0x45, 0xDF, 0xA3], Kind::Recording("matroska")),
    (0, b"wOF2", Kind::Opaque("woff2")),
    (0, b"\x7FELF", Kind::Strings("elf")),
    (0, b"Salted__", Kind::Encrypted("openssl")),
    (0, b"age-encryption.org/v1\n", Kind::Encrypted("age")),
    (0, b"LUKS\xBA\xBE", Kind::Encrypted("luks")),
];

/// Tells what begins with `head`; `complete` where the head is all there is.
pub(crate) fn detect(head: &[u8], complete: bool, name: &[u8]) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    if let Some(kind) = by_magic(head).or_else(|| layer::detect(head, name).map(Kind::Layer)) {
        return kind;
    }
    if matches!(extension(name).as_slice(), b"pkl" | b"pickle" | b"joblib") && pickle::is_unmarked(head) {
        return Kind::Pickle;
    }
    if onnx::is_onnx(head, extension(name) == b"onnx") {
        return Kind::Onnx;
    }
    if mail::is_mailbox(head, complete) {
        return Kind::Mailbox;
    }
    if mail::is_message(head, complete, matches!(extension(name).as_slice(), b"eml" | b"mht" | b"mhtml" | b"emlx")) {
        return Kind::Mail;
    }
    let Some(encoding) = decode::guess(head, complete) else { return Kind::Binary };
    match encoding {
        Encoding::Utf8 { mark } => text_kind(encoding, head, &head[mark..], complete, name),
        Encoding::Ascii => text_kind(encoding, head, head, complete, name),
        _ => text_kind(encoding, head, &decode::decode_head(encoding, head), complete, name),
    }
}

fn by_magic(head: &[u8]) -> Option<Kind> {
    if is_tar(head) {
        return Some(Kind::Tar);
    }
    if let Some((_, _, kind)) = MAGIC.iter().find(|(offset, magic, _)| head.get(*offset..).is_some_and(|rest| rest.starts_with(magic))) {
        return Some(*kind);
    }
    if let Some(format) = flat_document(head) {
        return Some(Kind::FlatDocument(format));
    }
    by_header(head)
}

/// Tells the formats that a few bytes at one place do not tell.
fn by_header(head: &[u8]) -> Option<Kind> {
    let holds = |most: usize, needle: &[u8]| memchr::memmem::find(&head[..head.len().min(most)], needle).is_some();
    Some(match head {
        _ if holds(1024, b"%PDF-") || begins_with_object(head) => Kind::Pdf,
        _ if arrow::is_stream(head) => Kind::ArrowStream,
        _ if head.starts_with(b"ORC") && !head.iter().take(64).all(u8::is_ascii) => Kind::Orc,
        _ if head.starts_with(b"GGUF") && head.get(4..8).is_some_and(|version| version[1..] == [0; 3]) => Kind::Gguf,
        _ if head.starts_with(b"!BDN") && head.get(8..10) == Some(b"SM") => Kind::Pst,
        [0x30, ..] if holds(24, mail::ENVELOPED) => Kind::Encrypted("pkcs7"),
        _ if cpio::is_cpio(head) => Kind::Cpio,
        _ if warc::is_warc(head) => Kind::Warc,
        _ if dbf::is_dbf(head) => Kind::Dbf,
        _ if model::is_safetensors(head) => Kind::Safetensors,
        _ if pickle::is_pickle(head) => Kind::Pickle,
        _ if iso::is_iso(head) => Kind::Iso,
        _ => match rar::detect(head)? {
            true => Kind::Encrypted("rar"),
            false => Kind::Opaque("rar"),
        },
    })
}

/// Tells a flat document of OpenDocument by its root element and the media type that it names.
fn flat_document(head: &[u8]) -> Option<&'static str> {
    let head = &head[..head.len().min(8192)];
    if !matches!(head, [b'<', ..] | [0xEF, 0xBB, 0xBF, b'<', ..]) {
        return None;
    }
    let root = &head[memchr::memmem::find(head, b"<office:document ")?..];
    let media_type = &root[memchr::memmem::find(root, b"office:mimetype=\"")? + 17..];
    by_media_type(&media_type[..memchr::memchr(b'"', media_type)?])
}

/// A tar header is told by its magic, or by its checksum where it is older than the magic.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    if &header[257..262] == b"ustar" {
        return true;
    }
    let Ok(field) = std::str::from_utf8(&header[148..156]) else { return false };
    let Ok(stored) = u32::from_str_radix(field.trim_matches([' ', '\0']), 8) else { return false };
    let rest: u32 = header.iter().enumerate().filter(|(at, _)| !(148..156).contains(at)).map(|(_, byte)| u32::from(*byte)).sum();
    header[0] != 0 && rest + 8 * u32::from(b' ') == stored
}

/// Tells what text is: `head` decoded is `text`.
fn text_kind(encoding: Encoding, head: &[u8], text: &[u8], complete: bool, name: &[u8]) -> Kind {
    if let Some(format) = folded::format(text) {
        return Kind::Folded(encoding, format);
    }
    let extension = extension(name);
    if let Some(lines) = json(text, complete, matches!(extension.as_slice(), b"json" | b"ndjson" | b"jsonl" | b"geojson" | b"ipynb")) {
        return if !lines && is_notebook(text) { Kind::Notebook(encoding) } else { Kind::Json { encoding, lines } };
    }
    let named = extension == b"sql";
    if (named || hint(&extension) == Hint::None) && sql::is_dump(text, named) {
        return Kind::Sql(encoding);
    }
    if let Some(flavour) = markup_flavour(text, &extension) {
        let has_records = flavour == Flavour::Xml && reads_alike(encoding, head) && xml::records(text).is_some();
        return if has_records { Kind::Xml } else { Kind::Markup(encoding, flavour) };
    }
    match delimited::sniff(text, complete, hint(&extension)) {
        Some(dialect) => Kind::Delimited(encoding, dialect),
        None => Kind::Text(encoding),
    }
}

/// Tells markup; source code that begins with a tag is read as it is written.
fn markup_flavour(text: &[u8], extension: &[u8]) -> Option<Flavour> {
    match extension {
        b"html" | b"htm" | b"xhtml" | b"xht" | b"shtml" => untagged::flavour(text, Some(Flavour::Html)),
        b"xml" | b"svg" | b"plist" | b"xsd" | b"xsl" | b"xslt" | b"wsdl" | b"rss" | b"atom" => untagged::flavour(text, Some(Flavour::Xml)),
        _ if hint(extension) == Hint::None => untagged::flavour(text, None),
        _ => None,
    }
}

/// Tells whether a reader of XML takes the document to be in that encoding.
fn reads_alike(encoding: Encoding, head: &[u8]) -> bool {
    let declared = markup::encoding(head);
    match encoding {
        Encoding::Named(named) => named == declared,
        Encoding::Utf8 { .. } => declared == encoding_rs::UTF_8 || head.is_ascii(),
        Encoding::Ascii => true,
        Encoding::Utf32 { .. } | Encoding::Dos => false,
    }
}

/// Tells JSON; true where further values follow the first.
fn json(text: &[u8], complete: bool, named: bool) -> Option<bool> {
    let text = text.trim_ascii_start();
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    match values.next()? {
        Ok(_) => {
            let rest = text[values.byte_offset()..].trim_ascii_start();
            // A line such as `[42] text` begins like JSON and is none.
            (rest.is_empty() || matches!(rest[0], b'{' | b'[') || named).then_some(!rest.is_empty())
        }
        Err(error) if error.is_eof() && !complete => Some(false),
        // The error may be further on: a broken line, `NaN`, an end that was cut off.
        Err(error) => (named || error.line() > 3 || error.column() > 200).then(|| has_second_line(text)),
    }
}

/// Tells a notebook by the keys that all have (the format of Jupyter, `nbformat` 4).
fn is_notebook(text: &[u8]) -> bool {
    let holds = |key: &[u8]| memchr::memmem::find(text, key).is_some();
    text.trim_ascii_start().starts_with(b"{") && holds(b"\"cells\"") && holds(b"\"cell_type\"")
}

fn has_second_line(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
    line.starts_with(b"{") || line.starts_with(b"[")
}

fn extension(name: &[u8]) -> Vec<u8> {
    let file = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    match memchr::memrchr(b'.', file) {
        Some(dot) if file.len() - dot <= 9 => file[dot + 1..].to_ascii_lowercase(),
        _ => Vec::new(),
    }
}

fn hint(extension: &[u8]) -> Hint {
    match extension {
        b"csv" | b"tsv" | b"psv" | b"tab" => Hint::Table,
        b"log" | b"md" | b"rst" | b"sql" | b"html" | b"htm" | b"xml" | b"yaml" | b"yml" | b"toml" | b"ini" | b"conf" | b"cfg"
        | b"properties" | b"env" | b"eml" | b"rtf" | b"tex" | b"svg" | b"css" | b"js" | b"ts" | b"py" | b"rs" | b"c" | b"h" | b"cpp"
        | b"cs" | b"java" | b"kt" | b"go" | b"rb" | b"php" | b"pl" | b"sh" | b"ps1" | b"tf" | b"pem" | b"key" | b"r" | b"swift"
        | b"scala" | b"vue" => Hint::Text,
        _ => Hint::None,
    }
}

/// Tells whether a file begins, behind comments, with an object as those of PDF are: its first line may be wrong, or missing.
fn begins_with_object(head: &[u8]) -> bool {
    let mut rest = head.trim_ascii_start();
    // Values of forms for a document that is elsewhere are text as they stand.
    if rest.starts_with(b"%FDF-") {
        return false;
    }
    while let Some(comment) = rest.strip_prefix(b"%") {
        let end = comment.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(comment.len());
        rest = comment[end..].trim_ascii_start();
    }
    let number = |rest: &mut &[u8]| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *rest = rest[digits..].trim_ascii_start();
        digits > 0
    };
    number(&mut rest) && number(&mut rest) && rest.strip_prefix(b"obj").is_some_and(|object| object.trim_ascii_start().starts_with(b"<<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF8: Encoding = Encoding::Utf8 { mark: 0 };

    fn check(head: &[u8], name: &str, expect: Kind) {
        assert_eq!(detect(head, true, name.as_bytes()), expect);
    }

    #[test]
    fn content_decides_before_the_name() {
        check(b"", "a.csv", Kind::Empty);
        check(b"%PDF-1.7\n", "a.csv", Kind::Pdf);
        check(b"PK\x03\x04", "a.txt", Kind::Zip);
        check(b"\x89PNG\r\n\x1A\n\0\0", "a.txt", Kind::Picture("png"));
        check(b"hello world", "a.pdf", Kind::Text(UTF8));
        check(b"%1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "a", Kind::Pdf);
        check(b"%FDF-1.2\n1 0 obj\n<< /FDF << >> >>\nendobj\n", "a", Kind::Text(UTF8));
        check(b"1 0 object << that >>", "a", Kind::Text(UTF8));
        check(&[0, 1, 2, 3, 200, 201], "a.txt", Kind::Binary);
        check(b"{\\rtf1\\ansi a}", "a.doc", Kind::Rtf);
        check(
            b"<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.text\">",
            "a",
            Kind::FlatDocument("odt"),
        );
        check(b"Salted__12345678", "x", Kind::Encrypted("openssl"));
    }

    #[test]
    fn text_is_told_by_its_shape() {
        check(b"{\"a\": 1}", "x", Kind::Json { encoding: UTF8, lines: false });
        check(b"{\"a\": 1}\n{\"a\": 2}\n", "x", Kind::Json { encoding: UTF8, lines: true });
        check(b"[2024-01-01 10:00:00] started\n[2024-01-01 10:00:01] stopped\n", "x", Kind::Text(UTF8));
        check(b"[42] started\n[43] stopped\n", "x", Kind::Text(UTF8));
        check(b"[section]\nkey=value\n", "x.ini", Kind::Text(UTF8));
        let csv = Dialect { delimiter: b',', header: true, skip: 0, width: 3 };
        check(b"id,name,email\n1,a,a@b.c\n2,b,b@b.c\n", "x", Kind::Delimited(UTF8, csv));
        check(b"id;name;email\n1;a;a@b.c\n2;b;b@b.c\n", "x", Kind::Delimited(UTF8, Dialect { delimiter: b';', ..csv }));
        check(b"Dear all, this is prose,\nwith commas, and more, of them\nhere.\n", "x.txt", Kind::Text(UTF8));
    }

    #[test]
    fn encodings_are_told() {
        let utf16: Vec<u8> = "h\u{e9}llo world\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&utf16, "x", Kind::Text(Encoding::UTF16_LE));
        let utf16: Vec<u8> = "h\u{e9}llo world\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&utf16, "x", Kind::Text(Encoding::UTF16_BE));
        check(b"caf\xE9 au lait, cr\xE8me", "x", Kind::Text(Encoding::WINDOWS_1252));
        check("caf\u{e9}".as_bytes(), "x", Kind::Text(UTF8));
    }
}
