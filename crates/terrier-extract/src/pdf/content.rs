//! Streams of a document, unpacked within the asset's budget.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use flate2::read::DeflateDecoder;
use hayro_syntax::Filter;

use hayro_syntax::object::{Object, ObjectIdentifier, Stream};
use terrier_model::Reason;

use crate::context::Budget;
use crate::source::reason_of;
use crate::stream::Capped;

/// Largest content stream, unpacked.
const MAX_CONTENT: u64 = 256 << 20;
/// Filters of a stream.
const MAX_FILTERS: usize = 64;
/// Memory for content streams that are drawn again and again, as letterheads are.
const MAX_KEPT: usize = 32 << 20;

/// Opens a stream for reading. What it yields is booked.
pub(super) fn open<'s>(stream: &Stream<'s>, budget: &'s Budget) -> Result<Box<dyn Read + 's>, Reason> {
    let filters = stream.filters();
    if filters.len() != named_filters(stream) {
        return Err(Reason::UnsupportedFormat);
    }
    match filters.as_slice() {
        [] => Ok(Box::new(Cursor::new(stream.raw_data()))),
        [Filter::FlateDecode] if !is_predicted(stream) => {
            let packed = stream.raw_data();
            if packed.is_empty() {
                return Ok(Box::new(io::empty()));
            }
            let is_whole = stream.dict().get::<u32>(b"Length").is_some_and(|length| is_whole(length as usize, packed.len()));
            let start = deflated_from(&packed);
            let mut packed = Cursor::new(packed);
            packed.set_position(start);
            #[expect(clippy::disallowed_methods, reason = "runs inside a Capped")]
            let unpacked = DeflateDecoder::new(packed);
            Ok(Box::new(Flushed { inner: Capped::new(unpacked, budget), is_whole }))
        }
        // Chains of filters, which are rare: the address space of the worker bounds what they yield.
        _ => {
            budget.allowance().map_err(|error| error.reason)?;
            #[expect(clippy::disallowed_methods, reason = "bounded by the worker's memory, and booked")]
            let unpacked = stream.decoded_data().map_err(|_| Reason::Damaged)?;
            budget.spend(unpacked.len() as u64);
            Ok(Box::new(Cursor::new(unpacked)))
        }
    }
}

/// Counts the filters that a stream names, known or not.
fn named_filters(stream: &Stream<'_>) -> usize {
    match [b"F".as_slice(), b"Filter"].iter().find_map(|key| stream.dict().get::<Object<'_>>(key)) {
        Some(Object::Name(_)) => 1,
        Some(Object::Array(names)) => names.iter::<Object<'_>>().take(MAX_FILTERS).count(),
        _ => 0,
    }
}

/// Returns where deflated data begins: behind the two bytes that zlib puts before it (RFC 1950). Its checksum behind them is not held
/// against the text, for writers get it wrong.
fn deflated_from(packed: &[u8]) -> u64 {
    match packed {
        [method, flags, ..] if method & 15 == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0 => 2,
        _ => 0,
    }
}

/// Tells whether rows were predicted before they were compressed, as those of images are.
fn is_predicted(stream: &Stream<'_>) -> bool {
    stream.dict().contains_key(b"DecodeParms") || stream.dict().contains_key(b"DP")
}

/// Tells whether a stream has the length that it should have. AES makes it longer by a block and what fills up the last one.
fn is_whole(length: usize, packed: usize) -> bool {
    length == packed || length.is_multiple_of(16) && (17..=32).contains(&length.saturating_sub(packed))
}

/// Takes the end of the data for the end of the stream where the data is whole: some writers flush and do not finish.
struct Flushed<R> {
    inner: R,
    is_whole: bool,
}

impl<R: Read> Read for Flushed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buf) {
            Err(error) if self.is_whole && error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            result => result,
        }
    }
}

/// What was unpacked, and why it may not be all.
pub(super) type Unpacked = (Rc<[u8]>, Option<Reason>);

/// The content streams of a document.
pub(super) struct Contents<'b> {
    budget: &'b Budget,
    kept: HashMap<ObjectIdentifier, Unpacked>,
    kept_bytes: usize,
}

impl<'b> Contents<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { budget, kept: HashMap::new(), kept_bytes: 0 }
    }

    /// Unpacks a stream behind what `bytes` holds, and returns why it may not be all.
    pub(super) fn read(&self, stream: &Stream<'_>, bytes: &mut Vec<u8>) -> Option<Reason> {
        match open(stream, self.budget) {
            Ok(reader) => read_to_end(reader, bytes),
            Err(reason) => Some(reason),
        }
    }

    /// Unpacks a stream that several places may show.
    pub(super) fn shared(&mut self, stream: &Stream<'_>) -> Unpacked {
        let id = stream.obj_id();
        if let Some(kept) = self.kept.get(&id) {
            return kept.clone();
        }
        let mut bytes = Vec::new();
        let missed = self.read(stream, &mut bytes);
        let unpacked: Unpacked = (Rc::from(bytes), missed);
        if self.kept_bytes + unpacked.0.len() <= MAX_KEPT {
            self.kept_bytes += unpacked.0.len();
            self.kept.insert(id, unpacked.clone());
        }
        unpacked
    }

    /// Books content that is gone through.
    pub(super) fn go_through(&self, bytes: usize) -> Result<(), Reason> {
        self.budget.spend_decoded(bytes as u64)
    }
}

/// Reads what there is; a stream that breaks off keeps what came before.
fn read_to_end(reader: impl Read, bytes: &mut Vec<u8>) -> Option<Reason> {
    match reader.take(MAX_CONTENT).read_to_end(bytes) {
        Ok(read) if read as u64 == MAX_CONTENT => Some(Reason::DecompressedLimit),
        Ok(_) => None,
        Err(error) => Some(reason_of(&error)),
    }
}
