//! Planned assets in a few dozen bytes each: keys share their front with the one before, numbers are varints, checksums are bytes.

use terrier_model::{AssetKey, AssetRef, StoreId, Timestamp, Version};

use super::{Decision, PlannedAsset};

/// An append-only list of planned assets of one store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries {
    encoded: Vec<u8>,
    len: usize,
    last: Last,
}

/// What an entry may have in common with the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Last {
    key: Vec<u8>,
    modified: Timestamp,
    storage_class: Option<String>,
}

/// A planned asset, lent by the list that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a [u8],
    pub(super) size: u64,
    pub(super) decision: Decision,
    pub(super) dataset: u32,
    pub(super) version: Option<EntryVersion<'a>>,
    pub(super) storage_class: Option<&'a str>,
    pub(super) owner: Option<&'a str>,
    pub(super) modified: Option<Timestamp>,
}

/// A version as a list holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryVersion<'a> {
    /// An etag that is the MD5 of a content, in small letters and quotes: what most are.
    Checksum([u8; 16]),
    Text(&'a str),
}

const QUOTED_CHECKSUM: usize = 34;

impl<'a> EntryVersion<'a> {
    fn of(version: &'a Version) -> Self {
        let text = version.as_str();
        let hex = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|_| text.len() == QUOTED_CHECKSUM);
        let mut checksum = [0; 16];
        match hex {
            Some(hex) if !hex.bytes().any(|byte| byte.is_ascii_uppercase()) && hex::decode_to_slice(hex, &mut checksum).is_ok() => {
                Self::Checksum(checksum)
            }
            _ => Self::Text(text),
        }
    }

    /// Hands the text over.
    pub(super) fn with_text<T>(self, take: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Text(text) => take(text),
            Self::Checksum(checksum) => {
                let mut text = [b'"'; QUOTED_CHECKSUM];
                hex::encode_to_slice(checksum, &mut text[1..QUOTED_CHECKSUM - 1]).expect("16 bytes are 32 digits");
                take(std::str::from_utf8(&text).expect("digits and quotes are ASCII"))
            }
        }
    }
}

impl Entry<'_> {
    /// Makes the asset that it stands for.
    pub(super) fn to_planned(self, store: &StoreId) -> PlannedAsset {
        let asset = AssetRef {
            store: store.clone(),
            key: AssetKey::new(self.key),
            version: self.version.map(|version| version.with_text(|text| Version::new(text))),
            size: self.size,
            modified: self.modified,
            storage_class: self.storage_class.map(str::to_owned),
            owner: self.owner.map(str::to_owned),
        };
        PlannedAsset { asset, decision: self.decision, dataset: self.dataset }
    }
}

impl Entries {
    /// Takes what [`Entries::encoded`] gave.
    pub(super) fn of_encoded(encoded: Vec<u8>, len: usize) -> Self {
        Self { encoded, len, last: Last::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The whole list as bytes; equal lists are equal bytes.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    pub(super) fn into_encoded(self) -> Vec<u8> {
        self.encoded
    }

    pub(super) fn push(&mut self, PlannedAsset { asset, decision, dataset }: &PlannedAsset) {
        self.push_entry(&Entry {
            key: asset.key.expose(),
            size: asset.size,
            decision: *decision,
            dataset: *dataset,
            version: asset.version.as_ref().map(EntryVersion::of),
            storage_class: asset.storage_class.as_deref(),
            owner: asset.owner.as_deref(),
            modified: asset.modified,
        });
    }

    pub(super) fn push_entry(&mut self, entry: &Entry<'_>) {
        let Self { encoded: out, len, last } = self;
        let shared = entry.key.iter().zip(&last.key).take_while(|(a, b)| a == b).count();
        put_number(out, shared as u64);
        put_bytes(out, &entry.key[shared..]);
        put_number(out, entry.size);
        put_number(out, entry.decision.number());
        put_number(out, u64::from(entry.dataset));
        match entry.version {
            None => out.push(NONE),
            Some(EntryVersion::Checksum(checksum)) => {
                out.push(CHECKSUM);
                out.extend_from_slice(&checksum);
            }
            Some(EntryVersion::Text(text)) => put_text(out, text),
        }
        if entry.storage_class == last.storage_class.as_deref() {
            out.push(SAME);
        } else {
            put_optional(out, entry.storage_class);
            last.storage_class = entry.storage_class.map(str::to_owned);
        }
        put_optional(out, entry.owner);
        match entry.modified {
            None => out.push(NONE),
            Some(modified) => {
                out.push(TEXT);
                put_number(out, zigzag(modified.wrapping_sub(last.modified)));
                last.modified = modified;
            }
        }
        last.key.truncate(shared);
        last.key.extend_from_slice(&entry.key[shared..]);
        *len += 1;
    }

    /// Starts to lend the entries in order.
    pub(super) fn lend(&self) -> Lending<'_> {
        Lending { rest: &self.encoded, left: self.len, key: Vec::new(), modified: 0, storage_class: None }
    }

    pub(super) fn iter<'a>(&'a self, store: &'a StoreId) -> impl Iterator<Item = PlannedAsset> + Send + 'a {
        let mut entries = self.lend();
        std::iter::from_fn(move || entries.next().map(|entry| entry.to_planned(store)))
    }
}

/// Lends the entries of a list one after the other, without a copy of any.
pub(super) struct Lending<'a> {
    rest: &'a [u8],
    left: usize,
    key: Vec<u8>,
    modified: Timestamp,
    storage_class: Option<&'a str>,
}

impl Lending<'_> {
    pub(super) fn next(&mut self) -> Option<Entry<'_>> {
        self.left = self.left.checked_sub(1)?;
        let rest = &mut self.rest;
        let shared = take_number(rest) as usize;
        self.key.truncate(shared);
        self.key.extend_from_slice(take_bytes(rest));
        let size = take_number(rest);
        let decision = Decision::numbered(take_number(rest));
        let dataset = take_number(rest) as u32;
        let version = match take_byte(rest) {
            NONE => None,
            CHECKSUM => Some(EntryVersion::Checksum(*take_slice(rest, 16).first_chunk().expect(WELL_FORMED))),
            _ => Some(EntryVersion::Text(take_text(rest))),
        };
        match take_byte(rest) {
            NONE => self.storage_class = None,
            SAME => {}
            _ => self.storage_class = Some(take_text(rest)),
        }
        let owner = (take_byte(rest) == TEXT).then(|| take_text(rest));
        let modified = (take_byte(rest) == TEXT).then(|| {
            self.modified = self.modified.wrapping_add(unzigzag(take_number(rest)));
            self.modified
        });
        Some(Entry { key: &self.key, size, decision, dataset, version, storage_class: self.storage_class, owner, modified })
    }
}

/// What stands before a part that may be missing.
const NONE: u8 = 0;
const TEXT: u8 = 1;
const SAME: u8 = 2;
const CHECKSUM: u8 = 3;

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(TEXT);
    put_bytes(out, text.as_bytes());
}

fn put_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(NONE),
        Some(text) => put_text(out, text),
    }
}

const WELL_FORMED: &str = "an entry list is read as it was written";

fn take_byte(rest: &mut &[u8]) -> u8 {
    let (first, after) = rest.split_first().expect(WELL_FORMED);
    *rest = after;
    *first
}

fn take_number(rest: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = take_byte(rest);
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
        shift += 7;
    }
}

fn take_slice<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (slice, after) = rest.split_at(len);
    *rest = after;
    slice
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let len = take_number(rest) as usize;
    take_slice(rest, len)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> &'a str {
    std::str::from_utf8(take_bytes(rest)).expect(WELL_FORMED)
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use terrier_model::Reason;

    use super::*;

    fn planned() -> impl Strategy<Value = PlannedAsset> {
        let key = proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'/'), any::<u8>()], 0..40);
        let text = || proptest::option::of("[a-z0-9]{0,6}");
        let version = proptest::option::of(prop_oneof!["[a-z0-9]{0,6}", "\"[0-9a-f]{32}\"", "\"[0-9a-fA-F]{32}\"", "\"[0-9a-f]{30,34}\""]);
        let decision = (0..Reason::ALL.len() as u64 + 2).prop_map(Decision::numbered);
        let modified = proptest::option::of(any::<i64>());
        (key, any::<u64>(), decision, any::<u32>(), version, text(), text(), modified).prop_map(
            |(key, size, decision, dataset, version, storage_class, owner, modified)| PlannedAsset {
                asset: AssetRef {
                    store: StoreId::new("s3://b"),
                    key: AssetKey::new(key),
                    version: version.map(Version::new),
                    size,
                    modified,
                    storage_class,
                    owner,
                },
                decision,
                dataset,
            },
        )
    }

    proptest! {
        #[test]
        fn entries_read_back(assets in proptest::collection::vec(planned(), 0..20)) {
            let mut entries = Entries::default();
            assets.iter().for_each(|asset| entries.push(asset));
            let store = StoreId::new("s3://b");
            prop_assert_eq!(entries.iter(&store).collect::<Vec<_>>(), assets.clone());
            let again = Entries::of_encoded(entries.encoded().to_vec(), entries.len());
            prop_assert_eq!(again.iter(&store).collect::<Vec<_>>(), assets);
        }
    }
}
