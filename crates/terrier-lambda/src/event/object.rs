//! What an event says of one object.

use std::fmt;

use terrier_model::Timestamp;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It has a new content, or can be read again.
    Created,
    /// It, or a version of it, was deleted.
    Removed,
}

/// One thing that an event tells.
#[derive(Debug)]
pub(crate) enum Notice {
    /// An object changed.
    Object(Box<ObjectEvent>),
    /// Nothing that concerns content, and why.
    Ignored(&'static str),
}

/// An object that changed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ObjectEvent {
    pub(crate) bucket: String,
    /// The exact key.
    pub(crate) key: Vec<u8>,
    pub(crate) change: Change,
    pub(crate) size: Option<u64>,
    /// In quotes, as listings give it.
    pub(crate) etag: Option<String>,
    /// Puts the changes of one key in order.
    pub(crate) sequencer: Option<String>,
    /// When it happened.
    pub(crate) time: Timestamp,
    pub(crate) region: Option<String>,
}

impl fmt::Debug for ObjectEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectEvent({:?}, key of {} bytes)", self.change, self.key.len())
    }
}

/// Reads a time, to the microsecond; 0 where there is none.
pub(super) fn time(text: Option<&str>) -> Timestamp {
    text.and_then(|text| text.parse::<jiff::Timestamp>().ok()).map_or(0, |time| time.as_microsecond())
}

/// Puts an etag into the quotes that listings give it, so that a scan knows the object again.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{}\"", etag.trim_matches('"'))
}
