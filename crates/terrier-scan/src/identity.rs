//! How assets are named in the results: keyed ids, and paths that are escaped reversibly and masked.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use terrier_classify::Classifier;
use terrier_content::FingerprintKey;
use terrier_model::{AssetId, AssetKey, DatasetId, StoreId};

use crate::sample::Rank;

/// Separates a container's path from its member's in the results.
pub const MEMBER_SEPARATOR: &str = "!/";

/// Without a key of the user's, ids are still stable, but whoever guesses a key can confirm the guess.
const PUBLIC_KEY: [u8; 32] = *b"terrier asset id, no user key v1";

/// The number that an asset's id spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AssetNumber(u128);

impl AssetNumber {
    /// Reads an id back; `None` where another program wrote it.
    pub(crate) fn of(id: &AssetId) -> Option<Self> {
        (id.as_str().len() == 32).then(|| u128::from_str_radix(id.as_str(), 16).ok()).flatten().map(Self)
    }

    pub(crate) fn id(self) -> AssetId {
        AssetId::new(hex::encode(self.to_bytes()))
    }

    /// Takes what [`AssetNumber::to_bytes`] gave.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(u128::from_be_bytes(bytes.try_into().ok()?)))
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The place of the asset in the random order of all: ids are keyed hashes.
    pub(crate) fn rank(self) -> Rank {
        (self.0 >> 64) as Rank
    }
}

fn first_half(digest: [u8; 32]) -> [u8; 16] {
    digest[..16].try_into().expect("sixteen of 32 bytes are sixteen")
}

/// Computes the ids of a run under the user's key.
#[derive(Debug, Clone)]
pub struct Identity {
    key: Option<FingerprintKey>,
}

impl Identity {
    /// Takes the user's key, if there is one.
    pub fn new(key: Option<FingerprintKey>) -> Self {
        Self { key }
    }

    /// Returns the user's key.
    pub fn key(&self) -> Option<&FingerprintKey> {
        self.key.as_ref()
    }

    /// Returns a digest that tells keys apart without telling the key.
    pub fn key_id(&self) -> Option<String> {
        self.key.as_ref().map(|_| hex::encode(&self.digest(b"key id", &[])[..8]))
    }

    /// Names an asset.
    pub fn asset_id(&self, store: &StoreId, key: &AssetKey) -> AssetId {
        self.asset_number(store, key).id()
    }

    /// Names an asset in sixteen bytes.
    pub(crate) fn asset_number(&self, store: &StoreId, key: &AssetKey) -> AssetNumber {
        AssetNumber(u128::from_be_bytes(first_half(self.digest(b"asset", &[store.as_str().as_bytes(), key.expose()]))))
    }

    /// Names a dataset, given what tells it from others.
    pub(crate) fn dataset_id(&self, parts: &[&[u8]]) -> DatasetId {
        DatasetId::new(hex::encode(first_half(self.digest(b"dataset", parts))))
    }

    /// Names the member of a container. `ordinal` tells members of the same name apart.
    pub fn member_id(&self, container: &AssetId, name: &[u8], ordinal: u64) -> AssetId {
        let ordinal = ordinal.to_be_bytes();
        AssetId::new(hex::encode(&self.digest(b"member", &[container.as_str().as_bytes(), name, &ordinal])[..16]))
    }

    /// Starts to name the assets of a store in sixteen bytes each.
    pub(crate) fn numbering(&self, store: &StoreId) -> Numbering {
        let mut mac = self.mac(b"asset");
        update(&mut mac, store.as_str().as_bytes());
        Numbering(mac)
    }

    /// Digests a set of options; tells two of them apart and nothing else.
    pub fn options_digest<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut digest = self.plan_digest();
        parts.into_iter().for_each(|part| digest.part(part));
        digest.finish()
    }

    /// Starts to digest a plan; tells two of them apart and nothing else.
    pub(crate) fn plan_digest(&self) -> PlanDigest {
        PlanDigest(self.mac(b"plan"))
    }

    /// Returns a hasher for whole contents; `None` without a key, since an unkeyed hash of a small file tells its content.
    pub fn content_hasher(&self) -> Option<blake3::Hasher> {
        self.key.as_ref().map(|_| {
            let key: [u8; 32] = self.digest(b"content", &[]);
            blake3::Hasher::new_keyed(&key)
        })
    }

    /// Returns what is written in the place of a hash of a piece of content, 63 bits; `None` without a key, since anyone could hash a guess.
    pub(crate) fn mark(&self, hash: u64) -> Option<i64> {
        self.key.as_ref()?;
        let digest = self.digest(b"similarity", &[&hash.to_be_bytes()]);
        let first = u64::from_be_bytes(digest[..8].try_into().expect("eight of 32 bytes are eight"));
        Some((first >> 1) as i64)
    }

    fn digest(&self, domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac(domain);
        for part in parts {
            update(&mut mac, part);
        }
        mac.finalize().into_bytes().into()
    }

    fn mac(&self, domain: &[u8]) -> Hmac<Sha256> {
        let key = self.key.as_ref().map_or(&PUBLIC_KEY, FingerprintKey::expose);
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        update(&mut mac, domain);
        mac
    }
}

/// Names the assets of one store.
#[derive(Clone)]
pub(crate) struct Numbering(Hmac<Sha256>);

impl Numbering {
    /// Does what [`Identity::asset_number`] does.
    pub(crate) fn of(&self, key: &[u8]) -> AssetNumber {
        let mut mac = self.0.clone();
        update(&mut mac, key);
        AssetNumber(u128::from_be_bytes(first_half(mac.finalize().into_bytes().into())))
    }
}

/// A keyed digest of the parts of a plan.
pub(crate) struct PlanDigest(Hmac<Sha256>);

impl PlanDigest {
    pub(crate) fn part(&mut self, part: &[u8]) {
        update(&mut self.0, part);
    }

    pub(crate) fn finish(self) -> String {
        hex::encode(&self.0.finalize().into_bytes()[..16])
    }
}

/// Length first, so that no two sequences of parts are the same bytes.
fn update(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&(part.len() as u64).to_be_bytes());
    mac.update(part);
}

/// Renders a key for the results: escaped reversibly, then masked where a part is a value of a class.
pub fn render_path(classifier: &Classifier, key: &[u8]) -> String {
    let escaped = escape(key);
    let masked = classifier.mask_path(&escaped);
    masked.split('/').map(|part| mask_if_encoded(classifier, part)).collect::<Vec<_>>().join("/")
}

/// Masks a part whose percent-decoded form holds a value, such as `email=jane%40corp.example` in a partitioned table.
fn mask_if_encoded<'a>(classifier: &Classifier, part: &'a str) -> std::borrow::Cow<'a, str> {
    match percent_decode(part) {
        Some(decoded) if is_masked(classifier, &escape(&decoded)) => "‹masked›".into(),
        _ => part.into(),
    }
}

fn is_masked(classifier: &Classifier, name: &str) -> bool {
    classifier.mask_path(name) != name
}

fn percent_decode(part: &str) -> Option<Vec<u8>> {
    if !part.contains('%') {
        return None;
    }
    let bytes = part.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    Some(decoded)
}

/// Escapes a key to printable UTF-8: `\` doubles, control characters become `\u{..}`, bytes that are not UTF-8 `\x..`.
pub fn escape(key: &[u8]) -> String {
    let mut escaped = String::with_capacity(key.len());
    for chunk in key.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => escaped.push_str("\\\\"),
                character if is_unprintable(character) => escaped.push_str(&format!("\\u{{{:x}}}", character as u32)),
                character => escaped.push(character),
            }
        }
        for byte in chunk.invalid() {
            escaped.push_str(&format!("\\x{byte:02x}"));
        }
    }
    escaped
}

/// Control characters, and the marks that reorder or hide text on a screen.
fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Reads [`escape`]'s form back; `None` where the text was not made by it.
pub fn unescape(escaped: &str) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        key.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        match rest.as_bytes().first()? {
            b'\\' => {
                key.push(b'\\');
                rest = &rest[1..];
            }
            b'x' => {
                key.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
                rest = &rest[3..];
            }
            b'u' => {
                let end = rest.find('}')?;
                let character = char::from_u32(u32::from_str_radix(rest.get(2..end)?, 16).ok()?)?;
                key.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[end + 1..];
            }
            _ => return None,
        }
    }
    key.extend_from_slice(rest.as_bytes());
    Some(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(key: &[u8], expect: &str) {
        assert_eq!(escape(key), expect);
        assert_eq!(unescape(expect).as_deref(), Some(key));
    }

    #[test]
    fn keys_are_escaped_reversibly() {
        check(b"plain/key.csv", "plain/key.csv");
        check(b"/lead//double/../trail/", "/lead//double/../trail/");
        check(b"tab\there", "tab\\u{9}here");
        check(b"back\\slash", "back\\\\slash");
        check(b"latin-\xe9", "latin-\\xe9");
        check("emoji-😀".as_bytes(), "emoji-😀");
        check("over\u{202e}ride".as_bytes(), "over\\u{202e}ride");
    }

    proptest! {
        #[test]
        fn every_key_reads_back(key in proptest::collection::vec(any::<u8>(), 0..64)) {
            let escaped = escape(&key);
            prop_assert!(!escaped.chars().any(char::is_control));
            prop_assert_eq!(unescape(&escaped), Some(key));
        }
    }

    #[test]
    fn ids_depend_on_key_store_and_name() {
        let identity = Identity::new(Some(FingerprintKey::new([7; 32])));
        let other = Identity::new(None);
        let (store, key) = (StoreId::new("s3://b"), AssetKey::new("k"));
        let id = identity.asset_id(&store, &key);
        assert_eq!(id, identity.asset_id(&store, &key));
        assert_ne!(id, other.asset_id(&store, &key));
        assert_eq!(AssetNumber::of(&id), Some(identity.asset_number(&store, &key)));
        assert_ne!(id, identity.asset_id(&StoreId::new("s3://bk"), &AssetKey::new("")));
        assert_ne!(identity.member_id(&id, b"a", 0), identity.member_id(&id, b"a", 1));
    }
}
