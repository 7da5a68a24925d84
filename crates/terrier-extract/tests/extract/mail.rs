use expect_test::expect;
use proptest::prelude::*;
use terrier_extract::Limits;

use crate::archives::zip;
use crate::transcript::{check, extract, extract_within, saw, shown};

/// Encodes in base64, in lines of 76.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let digits = (0..4).map(|at| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]));
        text.extend(digits.take(group.len() + 1));
        text.push_str(&"=".repeat(3 - group.len()));
        if text.len() % 78 == 76 {
            text.push_str("\r\n");
        }
    }
    text
}

/// A small message with a body in two forms and an attachment.
pub(crate) fn sample() -> Vec<u8> {
    let attached = base64(&zip(&[("list.csv", b"id,email\n1,a@example.com\n2,b@example.com\n")]));
    format!(
        "From: =?iso-8859-1?Q?J=FCrgen?= <j@example.com>\r\nTo: ann@example.com\r\nMessage-ID: <1@example.com>\r\n\
         Subject: =?utf-8?B?TsO8c3Nl?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_o\"\r\n\r\n\
         --=_o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n\
         --i\r\nContent-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         Gr=FC=DFe, pay 5=A4 to 4111 1111=\r\n 1111 1111\r\n\
         --i\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Gr&uuml;&szlig;e, pay <b>5&euro;</b> to 4111 1111 1111 1111</p>\r\n--i--\r\n\
         --=_o\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename*0*=utf-8''li%C3%9F; filename*1=t.zip\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--=_o--\r\n"
    )
    .into_bytes()
}

/// A mailbox of two messages.
pub(crate) fn mailbox() -> Vec<u8> {
    let message = |subject: &str, body: &str| format!("From a@example.com Mon Jan  1 00:00:00 2024\nSubject: {subject}\n\n{body}\n\n");
    [message("one", ">From here on\nFrom noon on"), message("two", "536-90-4399")].concat().into_bytes()
}

#[test]
fn a_message_is_read_as_people_see_it() {
    check(
        "a.eml",
        &sample(),
        expect![[r#"
        line 1, byte 0: "from: Jürgen <j@example.com>\nto: ann@example.com\nsubject: Nüsse\nmime-version: 1.0\ncontent-type: multipart/mixed; boundary=\"=_o\"\n"
        line 15, byte 355: "Grüße, pay 5€ to 4111 1111 1111 1111"
        > lißt.zip
          > list.csv
            property: "id,email\n"
            0: id=1 email=a@example.com
            1: id=2 email=b@example.com
          < csv full, 2 records
        < zip full
        = mail full
    "#]],
    );
}

#[test]
fn messages_of_a_mailbox_are_members() {
    check(
        "inbox",
        &mailbox(),
        expect![[r#"
        > message 1
          line 1, byte 0: "envelope: From a@example.com Mon Jan  1 00:00:00 2024\nsubject: one\n"
          line 4, byte 58: "From here on\nFrom noon on\n"
        < mail full
        > message 2
          line 7, byte 85: "envelope: From a@example.com Mon Jan  1 00:00:00 2024\nsubject: two\n"
          line 10, byte 143: "536-90-4399\n"
        < mail full
        = mbox full
    "#]],
    );
}

#[test]
fn a_message_inside_a_message_is_a_member() {
    let message = "From: a@example.com\nTo: b@example.com\nContent-Type: multipart/digest; boundary=b\n\npreamble\n--b\n\
                   Content-Type: message/rfc822\n\nFrom: c@example.com\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ninner\n--b--\nepilogue\n";
    check(
        "a.eml",
        message.as_bytes(),
        expect![[r#"
        line 1, byte 0: "from: a@example.com\nto: b@example.com\ncontent-type: multipart/digest; boundary=b\n"
        line 5, byte 82: "preamble"
        > part 1.eml
          line 9, byte 125: "from: c@example.com\ncontent-type: multipart/mixed; boundary=c\n"
          line 14, byte 193: "inner"
        < mail full
        line 16, byte 205: "epilogue"
        = mail full
    "#]],
    );
}

#[test]
fn parts_of_a_digest_are_messages() {
    let message = "From: a@example.com\nTo: b@example.com\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\n\nSubject: two\n\n2\n--b--\n";
    check(
        "a.eml",
        message.as_bytes(),
        expect![[r#"
        line 1, byte 0: "from: a@example.com\nto: b@example.com\ncontent-type: multipart/digest; boundary=b\n"
        > part 1.eml
          line 7, byte 87: "subject: one\n"
          line 9, byte 101: "1"
        < mail full
        > part 2.eml
          line 12, byte 108: "subject: two\n"
          line 14, byte 122: "2"
        < mail full
        = mail full
    "#]],
    );
}

#[test]
fn what_is_encrypted_says_so_and_what_is_signed_is_read() {
    let parts = |of: &str, parts: &str| {
        format!("From: a@example.com\nTo: b@example.com\nContent-Type: {of}; boundary=b\n\n{parts}--b--\n").into_bytes()
    };
    let pgp = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nxyz\n";
    check(
        "a.eml",
        &parts("multipart/encrypted", pgp),
        expect![[r#"
        line 1, byte 0: "from: a@example.com\nto: b@example.com\ncontent-type: multipart/encrypted; boundary=b\n"
        > part 1
          line 1, byte 0: "Version: 1"
        < text full
        > part 2
        < - not_scanned encrypted
        = mail full
    "#]],
    );
    let message = b"Content-Type: text/plain\r\n\r\nsigned words\r\n";
    let tagged = |tag: u8, content: &[u8]| [&[tag, 0x82, 0, content.len() as u8], content].concat();
    let inner = [&b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"[..], &tagged(0xA0, &tagged(4, message))].concat();
    let signed = [&b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"[..], &tagged(0xA0, &tagged(0x30, &tagged(0x30, &inner)))].concat();
    let part = |content: &[u8]| {
        let head = "--b\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n";
        parts("multipart/mixed", &format!("{head}{}\n", base64(content)))
    };
    check(
        "a.eml",
        &part(&tagged(0x30, &signed)),
        expect![[r#"
        line 1, byte 0: "from: a@example.com\nto: b@example.com\ncontent-type: multipart/mixed; boundary=b\n"
        > smime.p7m
          line 1, byte 0: "content-type: text/plain\n"
          line 3, byte 28: "signed words"
        < mail full
        = mail full
    "#]],
    );
    let enveloped = b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
    check(
        "a.eml",
        &part(enveloped),
        expect![[r#"
        line 1, byte 0: "from: a@example.com\nto: b@example.com\ncontent-type: multipart/mixed; boundary=b\n"
        > smime.p7m
        < pkcs7 not_scanned encrypted
        = mail full
    "#]],
    );
}

#[test]
fn a_large_attachment_needs_no_memory_and_is_read_to_its_end() {
    let line = b"just some words of no weight, over and over again...\n";
    let text = [&line.repeat(60_000), &b"the last is 536-90-4399\n"[..]].concat();
    let message = format!(
        "From: a@example.com\r\nTo: b@example.com\r\nContent-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        base64(&text)
    );
    let (transcript, outcome) = extract("a.eml", &message.into_bytes());
    assert!(saw(&transcript, "536-90-4399"));
    assert_eq!(shown(&outcome), "mail full");
}

#[test]
fn messages_beyond_the_members_are_read_as_text_of_the_mailbox() {
    let limits = Limits { members: 10, ..Limits::default() };
    let mut mailbox = String::new();
    for number in 0..20 {
        mailbox += &format!(
            "From a 00:00\nSubject: {number}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbody-{number}.\n--b\nContent-Type: text/csv\n\na\n--b--\n\n"
        );
    }
    let (transcript, outcome) = extract_within(limits, "a.mbox", &mailbox.into_bytes());
    assert!((0..20).all(|number| saw(&transcript, &format!("body-{number}."))));
    assert_eq!(shown(&outcome), "mbox sampled member_limit");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damaged_mail_ends_well(at in 0_usize..2000, bytes in prop::collection::vec(any::<u8>(), 0..8), boundary in any::<bool>()) {
        for mut mail in [sample(), mailbox()] {
            let at = at % mail.len();
            let end = (at + bytes.len()).min(mail.len());
            let with: &[u8] = if boundary { b"\r\n--i\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n" } else { &bytes };
            mail.splice(at..end, with.iter().copied());
            let (_, outcome) = extract("a.eml", &mail);
            prop_assert!(outcome.reason.is_some() || outcome.method.as_str() == "full");
        }
    }

    #[test]
    fn any_bytes_come_through_base64(bytes in prop::collection::vec(32_u8..127, 1..400)) {
        let message = format!(
            "From: a@example.com\nTo: b@example.com\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{}\n",
            base64(&bytes)
        );
        let (transcript, _) = extract("a.eml", &message.into_bytes());
        prop_assert!(saw(&transcript, std::str::from_utf8(&bytes).unwrap()));
    }
}
