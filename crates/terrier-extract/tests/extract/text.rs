use std::sync::Mutex;

use expect_test::expect;
use terrier_content::{Origin, Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, ReadAt, ReadError, Sink};
use terrier_model::Reason;

use crate::archives::zip;
use crate::transcript::{check, extract, saw, shown};

#[test]
fn folded_lines_and_encoded_values_are_read_as_meant() {
    let card = b"BEGIN:VCARD\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCll=\r\ner\r\nTEL:+1 555 \r\n 0100\r\n\
        PHOTO;ENCODING=b:/9j/4AAQ\r\n /9j/4AAQ\r\nEND:VCARD\r\n";
    check(
        "a.vcf",
        card,
        expect![[r#"
        line 1, byte 0: "BEGIN:VCARD\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE: Müller\nTEL:+1 555 0100\r\nPHOTO;ENCODING=b:\nEND:VCARD\r\n"
        = vcard sampled unsupported_format
    "#]],
    );
    let ldif = b"version: 1\ndn: cn=Ann,\n dc=example\ncn:: SsO8cmdlbg==\nmail: a@exam\n ple.com\n";
    check(
        "a.ldif",
        ldif,
        expect![[r#"
        line 1, byte 0: "version: 1\ndn: cn=Ann,dc=example\ncn: Jürgen\nmail: a@example.com\n"
        = ldif full
    "#]],
    );
}

#[test]
fn text_in_every_encoding_is_one_text() {
    let expect = || {
        expect![[r#"
            line 1, byte 0: "Zoë's note\nsecond line\n"
            = text full
        "#]]
    };
    let text = "Zo\u{eb}'s note\nsecond line\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    check("a.txt", text.as_bytes(), expect());
    check("a.txt", &[b"\xEF\xBB\xBF", text.as_bytes()].concat(), expect());
    check("a.txt", &utf16(u16::to_le_bytes), expect());
    check("a.txt", &utf16(u16::to_be_bytes), expect());
    check("a.txt", &[vec![0xFF, 0xFE], utf16(u16::to_le_bytes)].concat(), expect());
    check("a.txt", &[vec![0xFE, 0xFF], utf16(u16::to_be_bytes)].concat(), expect());
    check("a.txt", b"Zo\xEB's note\nsecond line\n", expect());
}

#[test]
fn text_in_utf_32_is_text() {
    let expect = || {
        expect![[r#"
            line 1, byte 0: "Zoë's note\nsecond line\n"
            = text full
        "#]]
    };
    let utf32 = |text: &str, unit: fn(u32) -> [u8; 4]| text.chars().map(u32::from).flat_map(unit).collect::<Vec<u8>>();
    let text = "Zo\u{eb}'s note\nsecond line\n";
    for text in [text.to_owned(), format!("\u{feff}{text}")] {
        check("a.txt", &utf32(&text, u32::to_le_bytes), expect());
        check("a.txt", &utf32(&text, u32::to_be_bytes), expect());
    }
    // Numbers are none.
    let numbers: Vec<u8> = (0..100_u32).flat_map(u32::to_le_bytes).collect();
    assert_eq!(extract("a", &numbers).1.format, Some("binary"));
}

#[test]
fn tables_in_other_encodings_are_tables() {
    let utf16: Vec<u8> =
        "\u{feff}name\temail\r\nZo\u{eb}\tz@example.com\r\nAnn\ta@example.com\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = expect![[r#"
        property: "name\temail\r"
        0: name=Zoë email=z@example.com
        1: name=Ann email=a@example.com
        = tsv full, 2 records
    "#]];
    check("a.csv", &utf16, rows);
    // In Shift_JIS the second byte of 表 is a backslash, that of ポ a vertical bar.
    let japanese =
        b"\x8E\x81\x96\xBC,email\n\x95\x5C,a@example.com\n\x83\x7C\x8F\xBC\x93\xC1\x96\xDA\x82\xCC\x8E\x67\x82\xA2,b@example.com\n";
    check(
        "a.csv",
        japanese,
        expect![[r#"
            property: "氏名,email\n"
            0: 氏名=表 email=a@example.com
            1: 氏名=ポ松特目の使い email=b@example.com
            = csv full, 2 records
        "#]],
    );
}

#[test]
fn an_encoding_is_told_where_text_ceases_to_be_ascii() {
    let ascii = b"a line of a log that is ASCII for long\n".repeat(2500);
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("имя: Анна Петрова, Москва\n");
    let (transcript, _) = extract("a.log", &[ascii.clone(), cyrillic.repeat(40)].concat());
    assert!(saw(&transcript, "имя: Анна Петрова"));
    // UTF-8 stays as it is, also with a broken byte far behind.
    let utf8 = [ascii.clone(), "имя: Анна\n".as_bytes().to_vec(), ascii.clone(), b"bad \xFF byte\n".to_vec()].concat();
    let (transcript, _) = extract("a.log", &utf8);
    assert_eq!(transcript.content.iter().filter(|byte| **byte >= 0x80).count(), utf8.iter().filter(|byte| **byte >= 0x80).count());
    // So does what is no text in any encoding.
    let (transcript, _) = extract("a.log", &[ascii, b"\x01\xFF\x02\xFE 536-90-4399\n".repeat(20)].concat());
    assert!(saw(&transcript, "536-90-4399"));
}

#[test]
fn text_with_a_few_broken_bytes_stays_text() {
    check(
        "a.log",
        b"gr\xC3\xBC\xC3\x9Fe aus k\xC3\xB6ln, \xC3\xA4hm\nbad \xFF byte\n",
        expect![[r#"
            line 1, byte 0: "grüße aus köln, ähm\nbad � byte\n"
            = text full
        "#]],
    );
}

#[test]
fn strings_of_binaries_are_found_with_their_places() {
    let mut binary = vec![0x01, 0x02, 0x80, 0xFF];
    binary.extend_from_slice(b"password=hunter2");
    binary.extend_from_slice(&[0, 1, 0, 2]);
    binary.extend_from_slice(b"short\0\xFE");
    binary.extend(b"wide string".iter().flat_map(|byte| [*byte, 0]));
    binary.extend_from_slice(&[0xFF; 40]);
    check(
        "a.bin",
        &binary,
        expect![[r#"
            binary 4: "password=hunter2\nwide string\n"
            = binary full
        "#]],
    );
}

#[test]
fn a_binary_that_holds_a_zip_was_not_read_whole() {
    let installer = [&b"MZ\x90\0\x03\0\0\0\xFF\xFF"[..], &zip(&[("people.csv", b"ssn\n536-90-4399\n")])].concat();
    let (_, outcome) = extract("setup.exe", &installer.as_slice());
    assert_eq!(shown(&outcome), "binary sampled unsupported_format");
}

#[test]
fn a_text_that_holds_a_zip_was_not_read_whole() {
    let archive = zip(&[("people.csv", b"ssn\n536-90-4399\n")]);
    let (rows, lines) = (b"id,email\n1,a@example.com\n".repeat(4000), b"{\"id\": 1}\n".repeat(8000));
    for (name, text) in [("a.txt", b"a line of text\n".repeat(8000)), ("a.csv", rows), ("a.ndjson", lines)] {
        let (_, outcome) = extract(name, &text);
        assert_eq!(outcome.reason, None, "{name}");
        let (_, outcome) = extract(name, &[text, archive.clone()].concat());
        assert_eq!(outcome.reason, Some(Reason::UnsupportedFormat), "{name}");
    }
}

#[test]
fn formats_without_an_extractor_say_so() {
    check(
        "a.flac",
        b"fLaC rest",
        expect![[r#"
        = flac not_scanned needs_speech
    "#]],
    );
    check(
        "a.png",
        b"\x89PNG\r\n\x1A\n rest",
        expect![[r#"
        = png not_scanned needs_ocr
    "#]],
    );
    check(
        "a.so",
        b"\x7FELF\x02\x01 some text in it\0",
        expect![[r#"
        binary 6: " some text in it\n"
        = elf sampled unsupported_format
    "#]],
    );
    check(
        "a",
        b"",
        expect![[r#"
        = empty full
    "#]],
    );
}

/// Notes windows: what they hold, and where their bodies lie.
#[derive(Default)]
struct Windows {
    bodies: Vec<u8>,
    places: Vec<(u64, u64)>,
    largest: usize,
}

impl Sink for Windows {
    fn enter(&mut self, _: Member<'_>) {}

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        let Segment::Text(text) = segment else { panic!("only text is expected") };
        let Origin::Lines { line, byte } = text.origin else { panic!("only lines are expected") };
        assert_eq!(byte, self.bodies.len() as u64);
        assert_eq!(line, 1 + self.bodies.iter().filter(|byte| **byte == b'\n').count() as u64);
        let before = &text.bytes.expose()[..text.body_start];
        assert!(self.bodies.ends_with(before), "what lies before the body is the end of the body before");
        assert_eq!(before.len(), self.bodies.len().min(4096));
        self.bodies.extend_from_slice(&text.bytes.expose()[text.body()]);
        self.places.push((line, byte));
        self.largest = self.largest.max(text.bytes.expose().len());
        Flow::Continue
    }

    fn leave(&mut self, _: Outcome) {}
}

#[test]
fn long_texts_come_in_windows_that_join() {
    for line in [40, 4000, 3 << 20] {
        let mut text = Vec::new();
        while text.len() < (5 << 20) {
            text.extend(std::iter::repeat_n(b'x', line));
            text.extend_from_slice("\u{20ac}\n".as_bytes());
        }
        let mut windows = Windows::default();
        Extractor::new(Limits::default(), None).extract(&text, Sensitive::new(b"a.log"), &mut windows);
        assert!(windows.bodies == text);
        assert!(windows.places.len() >= 5);
        assert!(windows.largest <= (1 << 20) + (8 << 10));
    }
}

/// A source that fails behind a part of it.
struct Failing {
    bytes: Vec<u8>,
    from: usize,
    reads: Mutex<Vec<u64>>,
}

impl ReadAt for Failing {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        self.reads.lock().unwrap().push(offset);
        if offset >= self.from as u64 {
            Err(ReadError { reason: Reason::Throttled })
        } else {
            self.bytes[..self.from].to_vec().read_at(offset, buf)
        }
    }
}

#[test]
fn what_was_read_before_a_failure_is_seen() {
    let text: Vec<u8> = b"needle in line one\n".iter().copied().cycle().take(200 << 10).collect();
    for name in ["a.log", "a.csv"] {
        let source = Failing { bytes: text.clone(), from: 150 << 10, reads: Mutex::default() };
        let (transcript, outcome) = extract(name, &source);
        assert_eq!(outcome.reason, Some(Reason::Throttled));
        assert_eq!(outcome.method.as_str(), "sampled");
        assert_eq!(outcome.bytes_read, 150 << 10);
        assert!(saw(&transcript, "needle") && transcript.content.len() > 140 << 10);
    }
    let denied = Failing { bytes: text, from: 0, reads: Mutex::default() };
    let (_, outcome) = extract("a.log", &denied);
    assert_eq!((outcome.method.as_str(), outcome.reason), ("not_scanned", Some(Reason::Throttled)));
    assert_eq!(outcome.bytes_read, 0);
}
