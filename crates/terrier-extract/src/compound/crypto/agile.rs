//! The encryption of Office 2010 and later ("agile"): an XML document says how.

use quick_xml::Reader;
use quick_xml::events::Event;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::cipher::{BLOCK, Key};
use super::{Opened, password};
use crate::mail::base64;
use crate::markup::local;

/// Most rounds of hashing. Office takes 100,000.
const MAX_ROUNDS: u32 = 1_000_000;
/// Longest document that is read.
const MAX_INFO: usize = 64 << 10;
/// What the keys for the secret, for its hash and for the key of the package are made with (MS-OFFCRYPTO, 2.3.4.11 to 2.3.4.13).
const OF_SECRET: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const OF_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const OF_KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, parts: [&[u8]; 2]) -> Vec<u8> {
        fn digest<D: Digest>(parts: [&[u8]; 2]) -> Vec<u8> {
            D::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }
}

/// What an element says of a key.
struct Method {
    salt: Vec<u8>,
    hash: Hash,
    key_bytes: usize,
    rounds: u32,
    secret: Vec<u8>,
    hash_of_secret: Vec<u8>,
    key: Vec<u8>,
}

/// Makes the vector that a piece of the package begins with.
pub(super) struct Vectors {
    salt: Vec<u8>,
    hash: Hash,
}

impl Vectors {
    /// Returns the vector of a piece.
    pub(super) fn of(&self, piece: u32) -> [u8; BLOCK] {
        vector(&self.hash.of([&self.salt, &piece.to_le_bytes()]))
    }
}

/// Cuts bytes to the length of a vector, or fills them up.
fn vector(bytes: &[u8]) -> [u8; BLOCK] {
    let mut vector = [0x36; BLOCK];
    vector.iter_mut().zip(bytes).for_each(|(byte, given)| *byte = *given);
    vector
}

/// Reads the document, and tries the password.
pub(super) fn open(document: &[u8]) -> Option<Opened> {
    let (of_package, of_password) = methods(&document[..document.len().min(MAX_INFO)])?;
    let mut hash = of_password.hash.of([&of_password.salt, &password()]);
    for round in 0..of_password.rounds {
        hash = of_password.hash.of([&round.to_le_bytes(), &hash]);
    }
    let decrypt = |purpose: [u8; 8], encrypted: &[u8]| {
        let mut key = of_password.hash.of([&hash, &purpose]);
        key.resize(of_password.key_bytes, 0x36);
        let mut bytes = encrypted.to_vec();
        Key::new(&key)?.decrypt_chained(vector(&of_password.salt), &mut bytes);
        Some(bytes)
    };
    let secret = decrypt(OF_SECRET, &of_password.secret)?;
    let hashed = of_password.hash.of([&secret, &[]]);
    if !decrypt(OF_HASH, &of_password.hash_of_secret)?.starts_with(&hashed) {
        return None;
    }
    let key = decrypt(OF_KEY, &of_password.key)?;
    let key = Key::new(key.get(..of_package.key_bytes)?)?;
    Some(Opened { key, chained: Some(Vectors { salt: of_package.salt, hash: of_package.hash }) })
}

/// Returns how the package is encrypted, and how its key is by the password.
fn methods(document: &[u8]) -> Option<(Method, Method)> {
    let mut reader = Reader::from_reader(document);
    let (mut of_package, mut of_password) = (None, None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().into_inner().as_bytes().to_vec();
                let place = match local(&name) {
                    b"keyData" => &mut of_package,
                    b"encryptedKey" => &mut of_password,
                    _ => continue,
                };
                let attribute = |name: &str| element.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned());
                // A key for a certificate says other things.
                if let Some(method) = method(&attribute) {
                    *place = Some(method);
                }
            }
            Event::Eof => return Some((of_package?, of_password?)),
            _ => {}
        }
    }
}

fn method(attribute: &dyn Fn(&str) -> Option<String>) -> Option<Method> {
    let is = |name: &str, value: &str| attribute(name).is_some_and(|given| given == value);
    if !is("cipherAlgorithm", "AES") || !is("cipherChaining", "ChainingModeCBC") || !is("blockSize", "16") {
        return None;
    }
    let hash = match attribute("hashAlgorithm")?.as_str() {
        "SHA1" | "SHA-1" => Hash::Sha1,
        "SHA256" | "SHA-256" => Hash::Sha256,
        "SHA384" | "SHA-384" => Hash::Sha384,
        "SHA512" | "SHA-512" => Hash::Sha512,
        _ => return None,
    };
    let bytes = |name: &str| {
        let mut bytes = Vec::new();
        base64(attribute(name).unwrap_or_default().as_bytes(), &mut bytes);
        bytes
    };
    let number = |name: &str| attribute(name)?.parse::<u32>().ok();
    let has_rounds = attribute("spinCount").is_some();
    Some(Method {
        salt: bytes("saltValue"),
        hash,
        key_bytes: number("keyBits").filter(|bits| matches!(bits, 128 | 192 | 256))? as usize / 8,
        rounds: number("spinCount").filter(|rounds| *rounds <= MAX_ROUNDS).or((!has_rounds).then_some(0))?,
        secret: bytes("encryptedVerifierHashInput"),
        hash_of_secret: bytes("encryptedVerifierHashValue"),
        key: bytes("encryptedKeyValue"),
    })
}
