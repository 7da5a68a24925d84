use std::ops::Range;

use bytes::Bytes;

use super::http::Answer;
use crate::virtual_estate::calendar::Day;

/// Answers without a body.
pub(super) fn plain(status: u16) -> Answer {
    Answer { status, ..Answer::default() }
}

/// Answers with a document.
pub(super) fn xml(document: &str) -> Answer {
    document_of(200, document)
}

/// Answers with an error, as S3 words it.
pub(super) fn error(status: u16, code: &str) -> Answer {
    document_of(status, &format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"))
}

fn document_of(status: u16, document: &str) -> Answer {
    let text = Bytes::from(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}"));
    Answer { status, headers: vec![("content-type", "application/xml".to_owned())], length: text.len() as u64, pieces: vec![text] }
}

/// Answers with an object or a part of it.
pub(super) fn object(pieces: Vec<Bytes>, length: u64, part: Option<Range<u64>>, size: u64, etag: String, modified: i64) -> Answer {
    let mut headers = vec![("etag", etag), ("last-modified", http_time(modified)), ("accept-ranges", "bytes".to_owned())];
    headers.extend(part.as_ref().map(|part| ("content-range", format!("bytes {}-{}/{size}", part.start, part.end - 1))));
    Answer { status: if part.is_some() { 206 } else { 200 }, headers, pieces, length }
}

/// Writes a time as in listings.
pub(super) fn iso_time(microseconds: i64) -> String {
    let (Day { year, month, day }, time) = parts(microseconds);
    format!("{year}-{month:02}-{day:02}T{time}.000Z")
}

/// Writes a time as in headers.
fn http_time(microseconds: i64) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekday = WEEKDAYS[(microseconds as u64 / 86_400_000_000 % 7) as usize];
    let (Day { year, month, day }, time) = parts(microseconds);
    format!("{weekday}, {day:02} {} {year} {time} GMT", MONTHS[(month - 1) as usize])
}

fn parts(microseconds: i64) -> (Day, String) {
    let seconds = microseconds as u64 / 1_000_000;
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    (Day::from_epoch(seconds / 86_400), time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_protocol_wants_them() {
        let time = 1_714_550_405_000_000;
        assert_eq!(iso_time(time), "2024-05-01T08:00:05.000Z");
        assert_eq!(http_time(time), "Wed, 01 May 2024 08:00:05 GMT");
    }
}
