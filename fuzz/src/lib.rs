//! What every fuzz target of a parser holds extraction to: it ends, it leaves what it enters, it says why where it did not read all. What
//! those of the classifier hold it to stands in [`classifier`].

pub mod classifier;

use std::io::{Cursor, Write};

use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, Sink};
use terrier_model::{Method, Reason};

#[derive(Default)]
struct Balanced {
    open: u32,
}

impl Sink for Balanced {
    fn enter(&mut self, _: Member<'_>) {
        self.open += 1;
    }

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        if let Segment::Text(text) = segment {
            assert!(text.body_start <= text.body_end && text.body_end <= text.bytes.expose().len());
        }
        Flow::Continue
    }

    fn leave(&mut self, outcome: Outcome) {
        self.open -= 1;
        check(&outcome);
    }
}

fn check(outcome: &Outcome) {
    assert!(outcome.method == Method::Full || outcome.reason.is_some());
    assert!(outcome.reason != Some(Reason::ParserCrashed), "a parser panicked");
}

/// Extracts bytes under a name, within small limits.
pub fn extract(name: &str, bytes: &[u8]) {
    let limits = Limits { decompressed_bytes: 32 << 20, buffered_bytes: 16 << 20, members: 1000, ..Limits::default() };
    let mut sink = Balanced::default();
    let outcome = Extractor::new(limits, None).extract(&bytes, Sensitive::new(name.as_bytes()), &mut sink);
    assert_eq!(sink.open, 0);
    assert!(outcome.bytes_read <= bytes.len() as u64);
    check(&outcome);
}

/// Extracts a compound file of streams.
pub fn extract_compound(name: &str, streams: &[(&str, &[u8])]) {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("writing to memory does not fail");
    for (stream, content) in streams {
        file.create_stream(stream).and_then(|mut stream| stream.write_all(content)).expect("writing to memory does not fail");
    }
    extract(name, file.into_inner().get_ref());
}

/// Extracts bytes that begin with a format's magic.
pub fn extract_with_magic(name: &str, magic: &[u8], bytes: &[u8]) {
    extract(name, &[magic, bytes].concat());
}
