//! The assets of a shard in a few dozen bytes each: keys share their front with the one before, numbers are varints.

use terrier_model::{AssetKey, AssetRef, StoreId, Timestamp, Version};

use super::{Decision, PlannedAsset};

/// An append-only list of planned assets of one store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries {
    encoded: Vec<u8>,
    len: usize,
    last_key: Vec<u8>,
    last_modified: Timestamp,
}

impl Entries {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The whole list as bytes; equal lists are equal bytes.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    pub(super) fn push(&mut self, planned: &PlannedAsset) {
        let PlannedAsset { asset, decision, dataset } = planned;
        let key = asset.key.expose();
        let shared = key.iter().zip(&self.last_key).take_while(|(a, b)| a == b).count();
        let out = &mut self.encoded;
        put_number(out, shared as u64);
        put_bytes(out, &key[shared..]);
        put_number(out, asset.size);
        put_number(out, decision.number());
        put_number(out, u64::from(*dataset));
        put_text(out, asset.version.as_ref().map(Version::as_str));
        put_text(out, asset.storage_class.as_deref());
        put_text(out, asset.owner.as_deref());
        match asset.modified {
            None => out.push(0),
            Some(modified) => {
                out.push(1);
                put_number(out, zigzag(modified.wrapping_sub(self.last_modified)));
                self.last_modified = modified;
            }
        }
        self.last_key.truncate(shared);
        self.last_key.extend_from_slice(&key[shared..]);
        self.len += 1;
    }

    pub(super) fn iter<'a>(&'a self, store: &'a StoreId) -> Iter<'a> {
        Iter { rest: &self.encoded, left: self.len, key: Vec::new(), modified: 0, store }
    }
}

/// Reads an [`Entries`] back in order.
pub(super) struct Iter<'a> {
    rest: &'a [u8],
    left: usize,
    key: Vec<u8>,
    modified: Timestamp,
    store: &'a StoreId,
}

impl Iterator for Iter<'_> {
    type Item = PlannedAsset;

    fn next(&mut self) -> Option<PlannedAsset> {
        self.left = self.left.checked_sub(1)?;
        let rest = &mut self.rest;
        let shared = take_number(rest) as usize;
        self.key.truncate(shared);
        self.key.extend_from_slice(take_bytes(rest));
        let size = take_number(rest);
        let decision = Decision::numbered(take_number(rest));
        let dataset = take_number(rest) as u32;
        let version = take_text(rest).map(Version::new);
        let storage_class = take_text(rest);
        let owner = take_text(rest);
        let modified = (take_byte(rest) == 1).then(|| {
            self.modified = self.modified.wrapping_add(unzigzag(take_number(rest)));
            self.modified
        });
        let asset =
            AssetRef { store: self.store.clone(), key: AssetKey::new(self.key.clone()), version, size, modified, storage_class, owner };
        Some(PlannedAsset { asset, decision, dataset })
    }
}

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

/// Length plus one, so that zero means absent.
fn put_text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            put_number(out, text.len() as u64 + 1);
            out.extend_from_slice(text.as_bytes());
        }
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

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let len = take_number(rest).checked_sub(1)? as usize;
    Some(String::from_utf8(take_slice(rest, len).to_vec()).expect(WELL_FORMED))
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
        let decision = (0..Reason::ALL.len() as u64 + 2).prop_map(Decision::numbered);
        let modified = proptest::option::of(any::<i64>());
        (key, any::<u64>(), decision, any::<u32>(), text(), text(), text(), modified).prop_map(
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
            prop_assert_eq!(entries.iter(&store).collect::<Vec<_>>(), assets);
        }
    }
}
