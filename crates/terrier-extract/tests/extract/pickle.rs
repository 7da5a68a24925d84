//! Pickles of Python, listed and never executed.

use expect_test::expect;

use crate::transcript::{check, extract, saw};

/// `[{"name": "Ann Lee", "email": "ann@example.com", "age": 42}, {"name": "Bob", …}, ["a note", b"bytes"], os.system]`, protocol 4.
pub(crate) fn sample() -> Vec<u8> {
    let text = |text: &str| [&[0x8C, text.len() as u8][..], text.as_bytes(), b"\x94"].concat();
    [
        b"\x80\x04\x95\x10\x01\0\0\0\0\0\0]\x94(}\x94(".to_vec(),
        text("name"),
        text("Ann Lee"),
        text("email"),
        text("ann@example.com"),
        text("age"),
        b"K*u}\x94(h\x02".to_vec(),
        text("Bob"),
        b"h\x06M\xE8\x03u]\x94(".to_vec(),
        text("a note"),
        b"C\x05byteseh\x04e".to_vec(),
        text("os"),
        text("system"),
        b"\x93.".to_vec(),
    ]
    .concat()
}

#[test]
fn dictionaries_are_records() {
    check(
        "a.pkl",
        &sample(),
        expect![[r#"
        property: "a note\nbytes\nemail\nos\nsystem\n"
        0: name=Ann Lee email=ann@example.com age=42
        1: name=Bob age=1000
        = pickle full, 2 records
    "#]],
    );
}

#[test]
fn older_protocols_and_long_texts_are_read() {
    let long = "word ".repeat(300_000);
    let pickle = [
        b"\x80\x02}q\0(X\x03\0\0\0ssnq\x01X\x0B\0\0\x00536-90-4399q\x02U\x04listq\x03]q\x04(cbuiltins\neval\nq\x05X".to_vec(),
        (long.len() as u32).to_le_bytes().to_vec(),
        long.into_bytes(),
        b"G@\x45\0\0\0\0\0\0eu.".to_vec(),
    ]
    .concat();
    let (transcript, outcome) = extract("a", &pickle);
    assert_eq!((outcome.format, outcome.reason), (Some("pickle"), None));
    assert!(transcript.lines.contains(" ssn=536-90-4399") && saw(&transcript, "builtins.eval") && saw(&transcript, "word word"));
}

#[test]
fn the_first_protocols_are_told_by_their_name() {
    let pickle = b"(dp0\nS'it\\'s'\np1\nVZo\\u00eb\np2\nsVage\np3\nI42\nsg1\nF1.5\ns.".to_vec();
    let (transcript, outcome) = extract("a.pkl", &pickle);
    assert_eq!(outcome.format, Some("pickle"));
    assert!(transcript.lines.contains("it's=Zo\u{eb}") && transcript.lines.contains("age=42") && transcript.lines.contains("it's=1.5"));
    assert_eq!(extract("a.txt", &pickle).1.format, Some("text"));
}

#[test]
fn what_is_named_again_and_again_stays_bounded() {
    let text = "a".repeat(250);
    let mut bomb = [b"\x80\x04\x8C\xFA", text.as_bytes(), b"\x94("].concat();
    bomb.extend(b"h\0".repeat(400_000));
    bomb.extend(b"e.");
    let (_, outcome) = extract("a.pkl", &bomb);
    assert_eq!(outcome.format, Some("pickle"));
}
