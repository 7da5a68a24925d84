use std::fmt;

use crate::StoreId;

/// Microseconds since 1970-01-01T00:00:00Z.
pub type Timestamp = i64;

/// Names an asset across runs without telling its key: 32 hexadecimal digits of a keyed hash of store and key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(String);

impl AssetId {
    /// Takes the hexadecimal form.
    pub fn new(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// Returns the hexadecimal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names a dataset across runs: 32 hexadecimal digits of a keyed hash of its store and pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DatasetId(String);

impl DatasetId {
    /// Takes the hexadecimal form.
    pub fn new(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// Returns the hexadecimal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names a run: sortable by start time, unique.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(String);

impl RunId {
    /// Takes a run id; letters, digits and `-` only, since it becomes a folder's name.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The exact key of an asset inside its store, as the store gives it: an opaque string of bytes, never a path.
///
/// A key can hold a value (`/export/123-45-6789.pdf`), so it has no `Display` and its `Debug` tells its length only. What the
/// results show is an escaped and masked rendering, made where the rules are known.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetKey(Vec<u8>);

impl AssetKey {
    /// Takes the exact bytes of a key.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Lends the exact bytes to the code that addresses the asset or renders it for the results.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AssetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[key of {} bytes]", self.0.len())
    }
}

/// What tells one content of an asset from the next: an etag, a generation, or modification time and size.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(String);

impl Version {
    /// Takes the store's own form.
    pub fn new(version: impl Into<String>) -> Self {
        Self(version.into())
    }

    /// Takes what tells the contents apart, and the content's MD5 in base64 where the store lists it beside that.
    pub fn with_md5(native: &str, md5: Option<&str>) -> Self {
        Self(md5.map_or_else(|| native.to_owned(), |md5| format!("{native}{MD5}{md5}")))
    }

    /// Returns the store's own form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what the store itself takes for the version.
    pub fn native(&self) -> &str {
        self.0.split_once(MD5).map_or(&self.0, |(native, _)| native)
    }

    /// Returns a checksum of the content, where the version has one: equal checksums of one store mean equal contents.
    ///
    /// S3 gives an MD5 as the etag of what was put in one piece and not encrypted under a key of KMS.
    pub fn checksum(&self) -> Option<&str> {
        if let Some((_, md5)) = self.0.split_once(MD5) {
            return Some(md5);
        }
        let etag = self.0.trim_matches('"');
        (etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(etag)
    }
}

/// What parts a version from the checksum beside it.
const MD5: &str = ";md5=";

/// An asset as a listing gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRef {
    /// The store it is in.
    pub store: StoreId,
    /// Its exact key.
    pub key: AssetKey,
    /// Its version, where the listing gives one.
    pub version: Option<Version>,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last modified.
    pub modified: Option<Timestamp>,
    /// The store's storage class (`STANDARD`, `GLACIER`), where there is one.
    pub storage_class: Option<String>,
    /// The owner as the listing gives it: a user name or id.
    pub owner: Option<String>,
}
