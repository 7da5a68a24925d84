//! A sink that writes down what it sees, and the helpers that all tests share.

use std::fmt::Write as _;

use expect_test::Expect;
use terrier_content::{Origin, Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, ReadAt, Sink};

/// What a sink saw.
#[derive(Default)]
pub(crate) struct Transcript {
    /// One line for each event.
    pub(crate) lines: String,
    /// All text: the bodies and the values, one behind the other.
    pub(crate) content: Vec<u8>,
    /// The outcomes of members, in the order of leaving.
    pub(crate) left: Vec<Outcome>,
    /// How many members are open.
    pub(crate) open: usize,
    /// Segments after which to stop.
    pub(crate) stop_after: Option<usize>,
    /// How many segments came.
    pub(crate) segments: usize,
}

impl Sink for Transcript {
    fn enter(&mut self, member: Member<'_>) {
        let name = String::from_utf8_lossy(member.name.expose()).into_owned();
        let _ = writeln!(self.lines, "{}> {name}", "  ".repeat(self.open));
        self.open += 1;
    }

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        let indent = "  ".repeat(self.open);
        match segment {
            Segment::Text(text) => {
                let body = &text.bytes.expose()[text.body()];
                self.content.extend_from_slice(body);
                self.content.push(b'\n');
                let place = match text.origin {
                    Origin::Lines { line, byte } => format!("line {line}, byte {byte}"),
                    Origin::Page(page) => format!("page {page}"),
                    Origin::Slide(slide) => format!("slide {slide}"),
                    Origin::Binary { byte } => format!("binary {byte}"),
                    Origin::Property => "property".to_owned(),
                };
                let shown = String::from_utf8_lossy(&body[..body.len().min(200)]);
                let _ = writeln!(self.lines, "{indent}{place}: {shown:?}");
            }
            Segment::Records(records) => {
                let mut rows = vec![String::new(); records.records as usize];
                for column in &records.columns {
                    for value in column.values() {
                        self.content.extend_from_slice(value.bytes.expose());
                        self.content.push(b'\n');
                        let shown = String::from_utf8_lossy(value.bytes.expose());
                        let shown: String = shown.chars().take(60).collect();
                        let _ = write!(rows[value.record as usize], " {}={shown}", column.name().expose());
                    }
                }
                for (row, line) in rows.iter().enumerate() {
                    let _ = writeln!(self.lines, "{indent}{}:{line}", records.first_record + row as u64);
                }
            }
        }
        self.segments += 1;
        if self.stop_after.is_some_and(|stop| self.segments >= stop) { Flow::Stop } else { Flow::Continue }
    }

    fn leave(&mut self, outcome: Outcome) {
        self.open -= 1;
        let _ = writeln!(self.lines, "{}< {}", "  ".repeat(self.open), shown(&outcome));
        self.left.push(outcome);
    }
}

impl Transcript {
    /// Tells whether the sink asked to stop.
    pub(crate) fn stopped(&self) -> bool {
        self.stop_after.is_some_and(|stop| self.segments >= stop)
    }
}

/// Writes an outcome in a line.
pub(crate) fn shown(outcome: &Outcome) -> String {
    let mut line = format!("{} {}", outcome.format.unwrap_or("-"), outcome.method.as_str());
    if let Some(reason) = outcome.reason {
        let _ = write!(line, " {}", reason.as_str());
    }
    if let Some(read) = outcome.records_read {
        let _ = write!(line, ", {read} records");
    }
    if let Some(total) = outcome.records_total {
        let _ = write!(line, " of {total}");
    }
    line
}

/// Extracts in this process, under limits.
pub(crate) fn extract_within(limits: Limits, name: &str, source: &dyn ReadAt) -> (Transcript, Outcome) {
    let mut transcript = Transcript::default();
    let outcome = Extractor::new(limits, None).extract(source, Sensitive::new(name.as_bytes()), &mut transcript);
    assert_eq!(transcript.open, 0, "every member that is entered is left");
    assert!(outcome.bytes_read <= source.size());
    (transcript, outcome)
}

/// Extracts in this process.
pub(crate) fn extract(name: &str, source: &dyn ReadAt) -> (Transcript, Outcome) {
    extract_within(Limits::default(), name, source)
}

/// Extracts, and compares the transcript.
pub(crate) fn check(name: &str, source: &[u8], expect: Expect) {
    let (transcript, outcome) = extract(name, &source.to_vec());
    expect.assert_eq(&format!("{}= {}\n", transcript.lines, shown(&outcome)));
}

/// Tells whether the content that was seen has `needle` somewhere.
pub(crate) fn saw(transcript: &Transcript, needle: &str) -> bool {
    memchr::memmem::find(&transcript.content, needle.as_bytes()).is_some()
}
