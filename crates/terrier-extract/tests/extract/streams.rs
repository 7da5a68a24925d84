//! Formats that are read from front to end: archives of Unix and of the web, tables of a fixed width, models.

use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;
use terrier_model::Method;

use crate::archives::{gzip, tar};
use crate::layers::{xz, zstd};
use crate::transcript::{check, extract, extract_within, shown};

fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, content) in members {
        archive.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 1_700_000_000, 0, 0, 100_644, content.len()).bytes());
        archive.extend_from_slice(content);
        archive.extend(std::iter::repeat_n(b'\n', content.len() % 2));
    }
    archive
}

fn cpio(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in members.iter().chain([&("TRAILER!!!", &b""[..])]) {
        let fields = [1, 0o100_644, 0, 0, 1, 1_700_000_000, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
        archive.extend_from_slice(b"070701");
        fields.iter().for_each(|field| archive.extend(format!("{field:08x}").bytes()));
        archive.extend_from_slice(name.as_bytes());
        archive.push(0);
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(4), 0);
    }
    archive
}

fn rpm(strings: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = |strings: &[u8]| {
        let mut header = vec![0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        header.extend((strings.len() as u32).to_be_bytes());
        header.extend([0; 16]);
        header.extend_from_slice(strings);
        header
    };
    let mut package = vec![0xED, 0xAB, 0xEE, 0xDB, 3];
    package.resize(96, 0);
    package.extend(header(b"sum\0"));
    package.extend([0; 4]);
    package.extend(header(strings));
    package.extend_from_slice(payload);
    package
}

fn warc() -> Vec<u8> {
    let record = |kind: &str, content_type: &str, block: &[u8]| {
        let head = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example/{kind}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    };
    let packed = gzip(b"<p>answer of 536-90-4399</p>");
    let (first, second) = packed.split_at(20);
    let body = [
        format!("{:x}\r\n", first.len()).as_bytes(),
        first,
        format!("\r\n{:x};x=y\r\n", second.len()).as_bytes(),
        second,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let answer =
        [&b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b\r\n\r\n"[..], &body].concat();
    [
        record("warcinfo", "application/warc-fields", b"operator: ann@example.com\r\n"),
        record("request", "application/http; msgtype=request", b"GET /?q=1 HTTP/1.1\r\n\r\n"),
        record("response", "application/http; msgtype=response", &answer),
        record("resource", "text/plain", b"a resource"),
    ]
    .concat()
}

fn dbf() -> Vec<u8> {
    let fields = [("NAME", b'C', 10), ("BORN", b'D', 8), ("PAID", b'N', 7), ("OK", b'L', 1), ("NOTE", b'M', 10)];
    let width: u16 = 1 + fields.iter().map(|(_, _, len)| *len).sum::<u16>();
    let mut table = vec![0x03, 124, 5, 1, 2, 0, 0, 0];
    table.extend((32 + 32 * fields.len() as u16 + 1).to_le_bytes());
    table.extend(width.to_le_bytes());
    table.resize(32, 0);
    for (name, kind, len) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(kind);
        field.extend([0, 0, 0, 0, len as u8]);
        field.resize(32, 0);
        table.extend(field);
    }
    table.push(0x0D);
    table.extend(b" Ann       19840229  12.50T         1");
    table.extend(b"*J\xF6rg      20000101     -3F          ");
    table.push(0x1A);
    table
}

fn gguf() -> Vec<u8> {
    let string = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let mut model = b"GGUF\x03\0\0\0".to_vec();
    model.extend([0_u64.to_le_bytes(), 3_u64.to_le_bytes()].concat());
    model.extend([string("general.author"), 8_u32.to_le_bytes().to_vec(), string("ann@example.com")].concat());
    model.extend(
        [string("tokens"), 9_u32.to_le_bytes().to_vec(), 8_u32.to_le_bytes().to_vec(), 1_u64.to_le_bytes().to_vec(), string("the")]
            .concat(),
    );
    model.extend([string("layers"), 4_u32.to_le_bytes().to_vec(), vec![1, 0, 0, 0]].concat());
    model
}

fn safetensors() -> Vec<u8> {
    let json = br#"{"__metadata__":{"author":"ann@example.com"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    [&(json.len() as u64).to_le_bytes()[..], json, &[0; 4]].concat()
}

/// One small file of each, with its name.
pub(crate) fn samples() -> Vec<(String, Vec<u8>)> {
    let members: [(&str, &[u8]); 2] = [("a.txt", b"text"), ("b.csv", b"id,email\n1,a@example.com\n")];
    let samples = [
        ("a.a", ar(&members)),
        ("a.cpio", cpio(&members)),
        ("a.rpm", rpm(b"name\0Ann\0", &xz(&cpio(&members)))),
        ("a.warc", warc()),
        ("a.dbf", dbf()),
        ("a.gguf", gguf()),
        ("a.safetensors", safetensors()),
    ];
    samples.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

#[test]
fn debian_packages_are_archives_of_archives() {
    let control = gzip(&tar(&[("control", b"Maintainer: Ann <ann@example.com>")]));
    let data = xz(&tar(&[("etc/a.conf", b"password=x")]));
    let package = ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &control), ("data.tar.xz", &data)]);
    check(
        "a.deb",
        &package,
        expect![[r#"
        > control.tar.gz
          > control
            line 1, byte 0: "Maintainer: Ann <ann@example.com>"
          < text full
        < tar full
        > data.tar.xz
          > etc/a.conf
            line 1, byte 0: "password=x"
          < text full
        < tar full
        = deb full
    "#]],
    );
}

#[test]
fn names_of_static_libraries_may_be_long() {
    let library = ar(&[
        ("/", b"\0\0\0\0"),
        ("//", b"a_rather_long_name.txt/\nanother.txt/\n"),
        ("/24", b"one"),
        ("#1/8", b"bsd.txt\0two"),
        ("c.txt/", b"odd"),
    ]);
    check(
        "a.a",
        &library,
        expect![[r#"
        > another.txt
          line 1, byte 0: "one"
        < text full
        > bsd.txt
          line 1, byte 0: "two"
        < text full
        > c.txt
          line 1, byte 0: "odd"
        < text full
        = ar full
    "#]],
    );
    assert_eq!(shown(&extract("a.a", &library[..library.len() - 2].to_vec()).1), "ar sampled damaged");
}

#[test]
fn cpio_and_rpm_are_read() {
    let archive = cpio(&[("a.txt", b"text"), ("b/c.json", b"{\"a\": 1}")]);
    check(
        "a.rpm",
        &rpm(b"Packager\0Ann <ann@example.com>\0\x01", &zstd(&archive)),
        expect![[r#"
        property: "Packager\nAnn <ann@example.com>\n "
        > payload
          > a.txt
            line 1, byte 0: "text"
          < text full
          > b/c.json
            0: a=1
          < json full, 1 records
        < cpio full
        = rpm full
    "#]],
    );
    let (transcript, outcome) = extract("a.cpio", &archive[..archive.len() - 150].to_vec());
    assert_eq!(shown(&outcome), "cpio sampled damaged", "{}", transcript.lines);
}

#[test]
fn answers_of_servers_are_members() {
    check(
        "a.warc",
        &warc(),
        expect![[r#"
            line 1, byte 0: "operator: ann@example.com\r\n"
            line 1, byte 0: "GET /?q=1 HTTP/1.1\r\n\r\n"
            > http://a.example/response
              property: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b\r\n"
              line 1, byte 0: "answer of 536-90-4399"
            < html full
            > http://a.example/resource
              line 1, byte 0: "a resource"
            < text full
            = warc full
        "#]],
    );
    assert_eq!(shown(&extract("a.warc.gz", &gzip(&warc())).1), "warc full");
    let cut = warc();
    assert_eq!(shown(&extract("a.warc", &cut[..cut.len() - 10].to_vec()).1), "warc sampled damaged");
}

#[test]
fn rows_of_dbase_are_records() {
    check(
        "a.dbf",
        &dbf(),
        expect![[r#"
        0: NAME=Ann BORN=1984-02-29 PAID=12.50 OK=T
        1: NAME=Jörg BORN=2000-01-01 PAID=-3 OK=F
        = dbf full, 2 records of 2
    "#]],
    );
    let (_, outcome) = extract("a.dbf", &dbf()[..dbf().len() - 10].to_vec());
    assert_eq!(shown(&outcome), "dbf sampled damaged, 1 records of 2");
}

#[test]
fn models_tell_of_themselves() {
    check(
        "a.gguf",
        &gguf(),
        expect![[r#"
        property: "general.author: ann@example.com"
        = gguf full
    "#]],
    );
    check(
        "a.safetensors",
        &safetensors(),
        expect![[r#"
        property: "{\"__metadata__\":{\"author\":\"ann@example.com\"},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
        = safetensors full
    "#]],
    );
}

#[test]
fn limits_hold() {
    let many: Vec<(String, &[u8])> = (0..20).map(|member| (format!("{member}.txt"), &b"text"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    for archive in [ar(&many), cpio(&many)] {
        let (transcript, outcome) = extract_within(Limits { members: 5, ..Limits::default() }, "a", &archive);
        assert_eq!(outcome.reason.map(|reason| reason.as_str()), Some("member_limit"));
        assert_eq!(transcript.left.len(), 5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutated_files_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), sample in 0..7_usize) {
        let (name, mut bytes) = samples().swap_remove(sample);
        for (index, byte) in at {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let (transcript, outcome) = extract(&name, &bytes);
        for outcome in transcript.left.iter().chain([&outcome]) {
            prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
            prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
        }
    }
}
