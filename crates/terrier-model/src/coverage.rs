/// Says what of an asset was read. Every enumerated asset has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// How it was read.
    pub method: Method,
    /// Why it was not read, or not to its end.
    pub reason: Option<Reason>,
    /// Bytes of the stored object that were read.
    pub bytes_read: u64,
    /// Size of the stored object.
    pub bytes_total: u64,
    /// Records that were read, for structured data.
    pub records_read: Option<u64>,
    /// Records that there are, where the format tells.
    pub records_total: Option<u64>,
}

impl Coverage {
    /// Makes the coverage of an asset that was not read at all.
    pub fn none(reason: Reason, bytes_total: u64) -> Self {
        Self { method: Method::NotScanned, reason: Some(reason), bytes_read: 0, bytes_total, records_read: None, records_total: None }
    }

    /// Makes the coverage of an asset that was read to its end.
    pub fn full(bytes_total: u64) -> Self {
        Self { method: Method::Full, reason: None, bytes_read: bytes_total, bytes_total, records_read: None, records_total: None }
    }
}

/// How an asset was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// To its end.
    Full,
    /// A part of it; the reason says why not all.
    Sampled,
    /// Not at all; the reason says why.
    NotScanned,
}

impl Method {
    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Sampled => "sampled",
            Self::NotScanned => "not_scanned",
        }
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Full, Self::Sampled, Self::NotScanned].into_iter().find(|method| method.as_str() == name)
    }
}

/// Why an asset was not read, or not to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Left out by `--include` or `--exclude`.
    Excluded,
    /// Older than `--newer-than`.
    NotNewer,
    /// Larger than `--max-object-size`.
    TooLarge,
    /// Not in its dataset's sample.
    NotSampled,
    /// Removed from its table, whose log says so, and not yet deleted.
    Superseded,
    /// Gone since the run before.
    Deleted,
    /// In a storage class that must be restored first.
    Archived,
    /// A format that no extractor reads.
    UnsupportedFormat,
    /// Pictures of text, which only the recognition of characters reads.
    NeedsOcr,
    /// Audio or video, which only the recognition of speech reads.
    NeedsSpeech,
    /// Encrypted or password-protected content.
    Encrypted,
    /// Containers nested deeper than the limit.
    DepthLimit,
    /// More members than the limit.
    MemberLimit,
    /// Decompresses to more than the limit.
    DecompressedLimit,
    /// Decompresses at a ratio beyond the limit.
    RatioLimit,
    /// The worker's memory limit was reached.
    MemoryLimit,
    /// The time limit was reached. The only reason that may differ between two runs.
    TimedOut,
    /// More rows, or longer values, than are read of a table.
    TableLimit,
    /// A table whose rows are kept by another server.
    Elsewhere,
    /// Not a regular file: a socket, a device, a link that leaves the target.
    NotAFile,
    /// The store refused access.
    Denied,
    /// The store allows reading, and the use of the key that encrypts the content was refused.
    KeyDenied,
    /// Listed, and gone when it was opened.
    NotFound,
    /// Its version changed between listing and reading.
    Changed,
    /// Locked by somebody else for longer than is waited.
    Locked,
    /// The store kept asking to slow down.
    Throttled,
    /// The store kept failing, or cut the body short.
    ReadFailed,
    /// The content breaks its own format.
    Damaged,
    /// The parser died on it.
    ParserCrashed,
}

/// Whether a reason is the user's choice, a known limit, or something that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReasonKind {
    /// Out of scope, by the user's own filters, by format or by limit.
    OutOfScope,
    /// Should have been read and was not: makes a run incomplete (exit code 3).
    Failure,
}

impl Reason {
    /// All reasons, in the order of their documentation.
    pub const ALL: [Self; 29] = [
        Self::Excluded,
        Self::NotNewer,
        Self::TooLarge,
        Self::NotSampled,
        Self::Superseded,
        Self::Deleted,
        Self::Archived,
        Self::UnsupportedFormat,
        Self::NeedsOcr,
        Self::NeedsSpeech,
        Self::Encrypted,
        Self::DepthLimit,
        Self::MemberLimit,
        Self::DecompressedLimit,
        Self::RatioLimit,
        Self::MemoryLimit,
        Self::TimedOut,
        Self::TableLimit,
        Self::Elsewhere,
        Self::NotAFile,
        Self::Denied,
        Self::KeyDenied,
        Self::NotFound,
        Self::Changed,
        Self::Locked,
        Self::Throttled,
        Self::ReadFailed,
        Self::Damaged,
        Self::ParserCrashed,
    ];

    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::NotNewer => "not_newer",
            Self::TooLarge => "too_large",
            Self::NotSampled => "not_sampled",
            Self::Superseded => "superseded",
            Self::Deleted => "deleted",
            Self::Archived => "archived",
            Self::UnsupportedFormat => "unsupported_format",
            Self::NeedsOcr => "needs_ocr",
            Self::NeedsSpeech => "needs_speech",
            Self::Encrypted => "encrypted",
            Self::DepthLimit => "depth_limit",
            Self::MemberLimit => "member_limit",
            Self::DecompressedLimit => "decompressed_limit",
            Self::RatioLimit => "ratio_limit",
            Self::MemoryLimit => "memory_limit",
            Self::TimedOut => "timed_out",
            Self::TableLimit => "table_limit",
            Self::Elsewhere => "elsewhere",
            Self::NotAFile => "not_a_file",
            Self::Denied => "denied",
            Self::KeyDenied => "key_denied",
            Self::NotFound => "not_found",
            Self::Changed => "changed",
            Self::Locked => "locked",
            Self::Throttled => "throttled",
            Self::ReadFailed => "read_failed",
            Self::Damaged => "damaged",
            Self::ParserCrashed => "parser_crashed",
        }
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// Says whether the reason makes a run incomplete.
    pub fn kind(self) -> ReasonKind {
        match self {
            Self::Excluded
            | Self::NotNewer
            | Self::TooLarge
            | Self::NotSampled
            | Self::Superseded
            | Self::Deleted
            | Self::Archived
            | Self::UnsupportedFormat
            | Self::NeedsOcr
            | Self::NeedsSpeech
            | Self::Encrypted
            | Self::DepthLimit
            | Self::MemberLimit
            | Self::DecompressedLimit
            | Self::RatioLimit
            | Self::MemoryLimit
            | Self::TimedOut
            | Self::TableLimit
            | Self::Elsewhere
            | Self::NotAFile => ReasonKind::OutOfScope,
            Self::Denied
            | Self::KeyDenied
            | Self::NotFound
            | Self::Changed
            | Self::Locked
            | Self::Throttled
            | Self::ReadFailed
            | Self::Damaged
            | Self::ParserCrashed => ReasonKind::Failure,
        }
    }

    /// Explains the reason to a person, in a few words.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Excluded => "left out by --include/--exclude",
            Self::NotNewer => "older than --newer-than",
            Self::TooLarge => "larger than --max-object-size",
            Self::NotSampled => "not in the sample of its dataset",
            Self::Superseded => "removed from its table and waiting to be deleted",
            Self::Deleted => "gone since the run before",
            Self::Archived => "in an archive storage class; restore it first",
            Self::UnsupportedFormat => "no extractor for this format",
            Self::NeedsOcr => "needs character recognition (OCR)",
            Self::NeedsSpeech => "needs speech recognition",
            Self::Encrypted => "encrypted or password-protected",
            Self::DepthLimit => "containers nested too deep",
            Self::MemberLimit => "container with too many members",
            Self::DecompressedLimit => "decompresses to more than the limit",
            Self::RatioLimit => "decompression ratio beyond the limit",
            Self::MemoryLimit => "parser reached its memory limit",
            Self::TimedOut => "reached its time limit",
            Self::TableLimit => "more rows or longer values than are read of a table",
            Self::Elsewhere => "kept by another server; scan that one",
            Self::NotAFile => "not a regular file",
            Self::Denied => "access denied",
            Self::KeyDenied => "use of the encryption key denied",
            Self::NotFound => "gone between listing and reading",
            Self::Changed => "changed between listing and reading",
            Self::Locked => "locked by somebody else",
            Self::Throttled => "store kept throttling",
            Self::ReadFailed => "store kept failing",
            Self::Damaged => "content is damaged",
            Self::ParserCrashed => "parser crashed on it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
    }
}
