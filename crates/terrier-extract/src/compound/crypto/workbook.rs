//! The encryption of workbooks of Excel 97 to 2003: RC4, under a key that changes every 1,024 bytes.

use md5::Md5;
use sha1::{Digest, Sha1};

use super::cipher::Rc4;
use super::password;
use crate::compound::file::{u16_at, u32_at};

/// How much is encrypted under one key.
const PIECE: usize = 1024;
const FILE_PASS: u16 = 0x002F;
/// Records that are not encrypted: the beginning of a part, and what says who may open the file, and how.
const OPEN: [u16; 6] = [0x0809, FILE_PASS, 0x00E1, 0x0194, 0x0195, 0x0138];
/// A sheet's name. The place of its part stands before it, and is not encrypted.
const SHEET: u16 = 0x0085;

/// What the key of a piece is made of.
enum Secret {
    /// Excel 97.
    Md5([u8; 5]),
    /// Excel 2002 and later, with the length of its key.
    Sha1([u8; 20], usize),
}

impl Secret {
    fn cipher(&self, piece: usize) -> Rc4 {
        let number = u32::try_from(piece).unwrap_or(u32::MAX).to_le_bytes();
        match self {
            Self::Md5(secret) => Rc4::new(&Md5::new().chain_update(secret).chain_update(number).finalize()),
            Self::Sha1(secret, length) => {
                let hash = Sha1::new().chain_update(secret).chain_update(number).finalize();
                let mut key = [0; 16];
                key[..*length].copy_from_slice(&hash[..*length]);
                // Keys of 40 bits are filled up with zeros.
                Rc4::new(if *length == 5 { &key } else { &key[..*length] })
            }
        }
    }
}

/// Decrypts a workbook's stream; `None` where the password is another one, or the method unknown.
pub(in crate::compound) fn decrypt(workbook: &[u8]) -> Option<Vec<u8>> {
    let secret = secret(records(workbook).find(|(of, _, _)| *of == FILE_PASS)?.2)?;
    let mut bytes = workbook.to_vec();
    let mut keys = Keys { secret, piece: usize::MAX, stream: [0; PIECE] };
    for (of, at, body) in records(workbook).filter(|(of, _, _)| !OPEN.contains(of)) {
        let first = if of == SHEET { 4 } else { 0 };
        let Some(encrypted) = bytes.get_mut(at + first..at + body.len()) else { continue };
        encrypted.iter_mut().zip(at + first..).for_each(|(byte, offset)| *byte ^= keys.at(offset));
    }
    Some(bytes)
}

/// Goes through the records: type, offset of the body, body.
fn records(workbook: &[u8]) -> impl Iterator<Item = (u16, usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = workbook.get(at..)?;
        let body = rest.get(4..)?.get(..usize::from(u16_at(rest, 2)))?;
        let start = at + 4;
        at = start + body.len();
        Some((u16_at(rest, 0), start, body))
    })
}

/// The bytes that a piece is encrypted with.
struct Keys {
    secret: Secret,
    piece: usize,
    stream: [u8; PIECE],
}

impl Keys {
    fn at(&mut self, offset: usize) -> u8 {
        if self.piece != offset / PIECE {
            self.piece = offset / PIECE;
            self.stream = [0; PIECE];
            self.secret.cipher(self.piece).apply(&mut self.stream);
        }
        self.stream[offset % PIECE]
    }
}

/// Reads how the workbook is encrypted, and tries the password.
fn secret(body: &[u8]) -> Option<Secret> {
    match (u16_at(body, 0), u16_at(body, 2), u16_at(body, 4)) {
        (1, 1, 1) => of_excel_97(body.get(6..54)?),
        (1, 2..=4, 2) => of_later(body.get(10..)?),
        _ => None,
    }
}

/// MS-OFFCRYPTO, 2.3.6.2.
fn of_excel_97(verifier: &[u8]) -> Option<Secret> {
    let short = |hash: &[u8]| <[u8; 5]>::try_from(&hash[..5]).ok();
    let hash = short(&Md5::digest(password()))?;
    let salted = [&hash[..], &verifier[..16]].concat().repeat(16);
    let secret = Secret::Md5(short(&Md5::digest(salted))?);
    let mut verified = verifier[16..48].to_vec();
    secret.cipher(0).apply(&mut verified);
    (Md5::digest(&verified[..16])[..] == verified[16..]).then_some(secret)
}

/// MS-OFFCRYPTO, 2.3.5.2.
fn of_later(info: &[u8]) -> Option<Secret> {
    let header_size = u32_at(info, 0) as usize;
    let (header, verifier) = (info.get(4..4 + header_size)?, info.get(4 + header_size..)?);
    let length = match u32_at(header, 16) {
        0 => 5,
        bits @ (40..=128) => bits as usize / 8,
        _ => return None,
    };
    let salt = verifier.get(4..20)?;
    let secret = Secret::Sha1(Sha1::digest([salt, &password()].concat()).into(), length);
    let mut verified = [verifier.get(20..36)?, verifier.get(40..60)?].concat();
    secret.cipher(0).apply(&mut verified);
    (Sha1::digest(&verified[..16])[..] == verified[16..]).then_some(secret)
}
