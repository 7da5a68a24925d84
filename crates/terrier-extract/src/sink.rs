use terrier_content::{Segment, Sensitive};
use terrier_model::{Method, Reason, Timestamp};

/// A member of a container, as it is entered.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Its name inside the container, as the container gives it: not checked, not decoded.
    pub name: Sensitive<&'a [u8]>,
    /// Its unpacked size, where the container tells. Not verified.
    pub size: Option<u64>,
    /// When it was last modified, where the container tells. Containers without a time zone are taken as UTC.
    pub modified: Option<Timestamp>,
}

/// What became of an asset or of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The format by content, such as `csv`; of a gzip file, that of what is inside. `None` where it was not opened.
    pub format: Option<&'static str>,
    /// How it was read.
    pub method: Method,
    /// Why it was not read, or not to its end. `None` with [`Method::Sampled`] where the sink asked to stop.
    pub reason: Option<Reason>,
    /// Bytes of the source that were read, at most its size; of a member, unpacked bytes.
    pub bytes_read: u64,
    /// Records that were read, for structured data.
    pub records_read: Option<u64>,
    /// Records that there are, where the format tells.
    pub records_total: Option<u64>,
}

impl Outcome {
    /// Makes the outcome of something that was not read at all.
    pub const fn unread(format: Option<&'static str>, reason: Reason) -> Self {
        Self { format, method: Method::NotScanned, reason: Some(reason), bytes_read: 0, records_read: None, records_total: None }
    }
}

/// Whether extraction goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop here: the asset's outcome is [`Method::Sampled`] without a reason. Open members are left, no further segment comes.
    Stop,
}

/// Receives what extraction finds in an asset.
///
/// Segments between an [`enter`](Sink::enter) and its [`leave`](Sink::leave) belong to that member; the pairs nest for
/// containers inside containers. Every `enter` gets its `leave`, whatever happens. Segments of a member are never interleaved with
/// those of its container.
pub trait Sink {
    /// A member of a container begins.
    fn enter(&mut self, member: Member<'_>);
    /// A segment of the innermost open member, or of the asset itself.
    fn segment(&mut self, segment: Segment<'_>) -> Flow;
    /// The innermost open member ends.
    fn leave(&mut self, outcome: Outcome);
}
