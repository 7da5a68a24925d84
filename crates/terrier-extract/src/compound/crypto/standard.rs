//! The encryption of Office 2007 ("standard").

use sha1::{Digest, Sha1};

use super::cipher::{BLOCK, Key};
use super::{Opened, password};
use crate::compound::file::u32_at;

const AES: [u32; 3] = [0x660E, 0x660F, 0x6610];
const ROUNDS: u32 = 50_000;

/// Reads what stands behind the version, and tries the password.
pub(super) fn open(info: &[u8]) -> Option<Opened> {
    let header_size = u32_at(info, 0) as usize;
    let (header, verifier) = (info.get(4..4 + header_size)?, info.get(4 + header_size..)?);
    let bits = u32_at(header, 16);
    if !AES.contains(&u32_at(header, 8)) || !matches!(bits, 128 | 192 | 256) || u32_at(verifier, 0) != 16 {
        return None;
    }
    let key = Key::new(derive(verifier.get(4..20)?).get(..bits as usize / 8)?)?;
    let mut secret: [u8; BLOCK] = verifier.get(20..36)?.try_into().ok()?;
    let mut hash: [u8; 2 * BLOCK] = verifier.get(40..72)?.try_into().ok()?;
    key.decrypt(&mut secret);
    key.decrypt(&mut hash);
    (Sha1::digest(secret)[..] == hash[..20]).then_some(Opened { key, chained: None })
}

/// Makes key material of the salt and the password (MS-OFFCRYPTO, 2.3.4.7).
fn derive(salt: &[u8]) -> Vec<u8> {
    let mut hash = Sha1::digest([salt, &password()].concat());
    for round in 0..ROUNDS {
        hash = Sha1::new().chain_update(round.to_le_bytes()).chain_update(hash).finalize();
    }
    let hash = Sha1::new().chain_update(hash).chain_update([0; 4]).finalize();
    let half = |fill: u8| {
        let mut block = [fill; 64];
        block.iter_mut().zip(hash).for_each(|(byte, hash)| *byte ^= hash);
        Sha1::digest(block)
    };
    [half(0x36), half(0x5C)].concat()
}
