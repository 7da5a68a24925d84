//! Documents that are encrypted with the password that everybody knows, and others.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha512;
use terrier_model::Reason;

use crate::compound::compound;
use crate::transcript::{extract, saw, shown};

const KNOWN: &str = "VelvetSweatshop";
const SALT: [u8; 16] = *b"salt of the test";
const SECRET: [u8; 16] = *b"secret of a test";

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let shown = digit <= three.len();
            text.push(if shown { char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]) } else { '=' });
        }
    }
    text
}

/// Encrypts whole blocks, each with the one before it.
fn chained(key: &[u8], mut vector: [u8; 16], bytes: &[u8]) -> Vec<u8> {
    let cipher = Aes256::new_from_slice(key).unwrap();
    let mut encrypted = Vec::new();
    for block in bytes.chunks(16) {
        let mut whole = [0; 16];
        whole[..block.len()].copy_from_slice(block);
        vector.iter_mut().zip(whole).for_each(|(before, byte)| *before ^= byte);
        cipher.encrypt_block((&mut vector).into());
        encrypted.extend_from_slice(&vector);
    }
    encrypted
}

fn sha512(parts: &[&[u8]]) -> Vec<u8> {
    Sha512::digest(parts.concat()).to_vec()
}

/// Encrypts a document as Office 2010 and later do.
pub(crate) fn agile(document: &[u8], password: &str) -> Vec<u8> {
    const ROUNDS: u32 = 500;
    let mut hash = sha512(&[&SALT, &utf16(password)]);
    for round in 0..ROUNDS {
        hash = sha512(&[&round.to_le_bytes(), &hash]);
    }
    let key_of = |purpose: [u8; 8]| sha512(&[&hash, &purpose])[..32].to_vec();
    let key = sha512(&[b"key"])[..32].to_vec();
    let secret = chained(&key_of([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79]), SALT, &SECRET);
    let of_secret = chained(&key_of([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E]), SALT, &sha512(&[&SECRET]));
    let encrypted_key = chained(&key_of([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6]), SALT, &key);
    let method = format!(
        "saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" \
         hashAlgorithm=\"SHA512\" saltValue=\"{}\"",
        base64(&SALT)
    );
    let info = format!(
        "<?xml version=\"1.0\"?><encryption xmlns=\"e\" xmlns:p=\"p\"><keyData {method}/><keyEncryptors><keyEncryptor uri=\"p\">\
         <p:encryptedKey spinCount=\"{ROUNDS}\" {method} encryptedVerifierHashInput=\"{}\" encryptedVerifierHashValue=\"{}\" \
         encryptedKeyValue=\"{}\"/></keyEncryptor></keyEncryptors></encryption>",
        base64(&secret),
        base64(&of_secret),
        base64(&encrypted_key)
    );
    let mut package = (document.len() as u64).to_le_bytes().to_vec();
    for (number, piece) in (0_u32..).zip(document.chunks(4096)) {
        let vector = sha512(&[&SALT, &number.to_le_bytes()])[..16].try_into().unwrap();
        package.extend(chained(&key, vector, piece));
    }
    let info = [&[4, 0, 4, 0, 0x40, 0, 0, 0], info.as_bytes()].concat();
    compound(&[("EncryptionInfo", &info), ("EncryptedPackage", &package)])
}

/// Encrypts a document as Office 2007 does.
fn standard(document: &[u8], password: &str) -> Vec<u8> {
    let mut hash = Sha1::digest([&SALT[..], &utf16(password)].concat());
    for round in 0..50_000_u32 {
        hash = Sha1::digest([&round.to_le_bytes()[..], &hash].concat());
    }
    let hash = Sha1::digest([&hash[..], &[0; 4]].concat());
    let mut block = [0x36; 64];
    block.iter_mut().zip(hash).for_each(|(byte, hash)| *byte ^= hash);
    let cipher = Aes128::new_from_slice(&Sha1::digest(block)[..16]).unwrap();
    let encrypt = |bytes: &[u8]| {
        let mut encrypted = bytes.to_vec();
        encrypted.resize(bytes.len().next_multiple_of(16), 0);
        encrypted.as_chunks_mut::<16>().0.iter_mut().for_each(|block| cipher.encrypt_block(block.into()));
        encrypted
    };
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let info = [
        vec![3, 0, 2, 0],
        numbers(&[0x24, 32, 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0]),
        numbers(&[16]),
        SALT.to_vec(),
        encrypt(&SECRET),
        numbers(&[20]),
        encrypt(&Sha1::digest(SECRET)),
    ];
    let package = [(document.len() as u64).to_le_bytes().to_vec(), encrypt(document)].concat();
    compound(&[("EncryptionInfo", &info.concat()), ("EncryptedPackage", &package)])
}

/// RC4 at an offset of a stream whose key changes every 1,024 bytes.
fn rc4(key: &dyn Fn(u32) -> Vec<u8>, offset: usize) -> u8 {
    let key = key((offset / 1024) as u32);
    let mut state: [u8; 256] = std::array::from_fn(|at| at as u8);
    let mut j = 0_u8;
    for at in 0..256 {
        j = j.wrapping_add(state[at]).wrapping_add(key[at % key.len()]);
        state.swap(at, j.into());
    }
    let (mut i, mut j, mut byte) = (0_u8, 0_u8, 0);
    for _ in 0..=offset % 1024 {
        i = i.wrapping_add(1);
        j = j.wrapping_add(state[usize::from(i)]);
        state.swap(i.into(), j.into());
        byte = state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))];
    }
    byte
}

/// Encrypts a workbook's stream: the record that says how is put behind the first one.
fn workbook(stream: &[u8], file_pass: &[u8], key: &dyn Fn(u32) -> Vec<u8>) -> Vec<u8> {
    let first = 4 + usize::from(u16::from_le_bytes([stream[2], stream[3]]));
    let record = [&0x2F_u16.to_le_bytes()[..], &(file_pass.len() as u16).to_le_bytes(), file_pass].concat();
    let mut bytes = [&stream[..first], &record, &stream[first..]].concat();
    let mut at = 0;
    while at + 4 <= bytes.len() {
        let (of, length) = (u16::from_le_bytes([bytes[at], bytes[at + 1]]), u16::from_le_bytes([bytes[at + 2], bytes[at + 3]]));
        let end = at + 4 + usize::from(length);
        let start = match of {
            0x0809 | 0x002F => end,
            0x0085 => at + 8,
            _ => at + 4,
        };
        for (offset, byte) in bytes.iter_mut().enumerate().take(end).skip(start) {
            *byte ^= rc4(key, offset);
        }
        at = end;
    }
    compound(&[("Workbook", &bytes)])
}

fn applied(key: &dyn Fn(u32) -> Vec<u8>, bytes: &[u8]) -> Vec<u8> {
    bytes.iter().enumerate().map(|(at, byte)| byte ^ rc4(key, at)).collect()
}

fn of_excel_97(stream: &[u8], password: &str) -> Vec<u8> {
    let hash = Md5::digest(utf16(password));
    let hash = Md5::digest([&hash[..5], &SALT].concat().repeat(16));
    let key = |piece: u32| Md5::digest([&hash[..5], &piece.to_le_bytes()].concat()).to_vec();
    let verifier = applied(&key, &[&SECRET[..], &Md5::digest(SECRET)].concat());
    workbook(stream, &[&[1, 0, 1, 0, 1, 0], &SALT[..], &verifier].concat(), &key)
}

fn of_excel_2002(stream: &[u8], password: &str) -> Vec<u8> {
    let hash = Sha1::digest([&SALT[..], &utf16(password)].concat());
    let key = |piece: u32| Sha1::digest([&hash[..], &piece.to_le_bytes()].concat())[..16].to_vec();
    let verifier = applied(&key, &[&SECRET[..], &Sha1::digest(SECRET)].concat());
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let header = numbers(&[4, 0, 0x6801, 0x8004, 128, 1, 0, 0]);
    let info = [
        vec![1, 0, 2, 0, 2, 0],
        numbers(&[4, header.len() as u32]),
        header,
        numbers(&[16]),
        SALT.to_vec(),
        verifier[..16].to_vec(),
        numbers(&[20]),
        verifier[16..].to_vec(),
    ];
    workbook(stream, &info.concat(), &key)
}

#[test]
fn the_password_that_everybody_knows_protects_nothing() {
    let document = crate::office::sample();
    let (open, outcome) = extract("a.xlsx", &document);
    for encrypted in [agile(&document, KNOWN), standard(&document, KNOWN)] {
        let (transcript, of_encrypted) = extract("a.xlsx", &encrypted);
        assert_eq!((transcript.lines, shown(&of_encrypted)), (open.lines.clone(), shown(&outcome)));
    }
    let stream = crate::compound::workbook_stream();
    let (open, outcome) = extract("a.xls", &compound(&[("Workbook", &stream)]));
    for encrypted in [of_excel_97(&stream, KNOWN), of_excel_2002(&stream, KNOWN)] {
        let (transcript, of_encrypted) = extract("a.xls", &encrypted);
        assert_eq!((transcript.lines, shown(&of_encrypted)), (open.lines.clone(), shown(&outcome)));
    }
}

#[test]
fn another_password_keeps_a_document_closed() {
    let document = crate::office::sample();
    let stream = crate::compound::workbook_stream();
    for encrypted in
        [agile(&document, "other"), standard(&document, "other"), of_excel_97(&stream, "other"), of_excel_2002(&stream, "other")]
    {
        let (transcript, outcome) = extract("a", &encrypted);
        assert_eq!(outcome.reason, Some(Reason::Encrypted));
        assert!(!saw(&transcript, "example.com"));
    }
}
