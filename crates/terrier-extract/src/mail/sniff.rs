use super::fields::name_len;
use super::lines::is_envelope;

/// Fields that begin messages and little else.
const OF_MAIL: [&[u8]; 13] = [
    b"received",
    b"return-path",
    b"delivered-to",
    b"message-id",
    b"mime-version",
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"reply-to",
    b"x-mailer",
    b"envelope-to",
    b"dkim-signature",
];
/// Further fields of messages, which other headers have too.
const OTHERS: [&[u8]; 5] = [b"date", b"content-type", b"content-transfer-encoding", b"sender", b"x-originating-ip"];

/// Tells whether text begins like a message: a header with some fields of mail, and an empty line or nothing behind it.
pub(crate) fn is_message(head: &[u8], complete: bool, named: bool) -> bool {
    let (mut of_mail, mut others, mut fields) = (0, 0, 0);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = head.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        if line.trim_ascii().is_empty() && fields > 0 {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if fields == 0 {
                return false;
            }
            continue;
        }
        let Some(len) = name_len(line) else {
            // The last line of the head may be cut.
            if lines.peek().is_none() && !complete && fields > 0 {
                break;
            }
            return fields == 0 && is_envelope(line) && is_message(&head[line.len()..], complete, true);
        };
        let name = line[..len].trim_ascii().to_ascii_lowercase();
        fields += 1;
        of_mail += usize::from(OF_MAIL.contains(&name.as_slice()));
        others += usize::from(OTHERS.contains(&name.as_slice()) || name.starts_with(b"x-"));
    }
    if named { of_mail + others > 0 } else { of_mail > 1 || of_mail == 1 && others > 0 && fields > 2 }
}

/// Tells whether text begins like a mailbox.
pub(crate) fn is_mailbox(head: &[u8], complete: bool) -> bool {
    let start = head.len() - head.trim_ascii_start().len();
    let head = &head[start..];
    let len = memchr::memchr(b'\n', head).map_or(head.len(), |newline| newline + 1);
    let rest = &head[len..];
    is_envelope(&head[..len]) && (rest.starts_with(b"\n") || rest.starts_with(b"\r\n") || is_message(rest, complete, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_header() {
        assert!(is_message(b"From: a@example.com\nTo: b@example.com\nSubject: x\n\nHi\n", true, false));
        assert!(is_message(b"Return-Path: <a@example.com>\r\nReceived: from x\r\n\tby y\r\n", false, false));
        assert!(!is_message(b"Date: today\nContent-Type: text/html\nServer: x\n\nHi\n", true, false));
        assert!(!is_message(b"Subject: to whom it may concern\nDear all\n\n", true, false));
        assert!(!is_message(b"to be or not\n", true, true));
        assert!(is_mailbox(b"From a@example.com Mon Jan  1 00:00:00 2024\nSubject: x\n\nHi\n", true));
        assert!(!is_mailbox(b"From 10:00 on we met\nwithout end\n", true));
    }
}
