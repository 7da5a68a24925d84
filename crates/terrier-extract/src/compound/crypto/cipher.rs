use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};

pub(super) const BLOCK: usize = 16;

/// A key of AES.
pub(super) enum Key {
    Short(Box<Aes128>),
    Middle(Box<Aes192>),
    Long(Box<Aes256>),
}

impl Key {
    /// Makes a key of 16, 24 or 32 bytes.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        Some(match bytes.len() {
            16 => Self::Short(Box::new(Aes128::new_from_slice(bytes).ok()?)),
            24 => Self::Middle(Box::new(Aes192::new_from_slice(bytes).ok()?)),
            32 => Self::Long(Box::new(Aes256::new_from_slice(bytes).ok()?)),
            _ => return None,
        })
    }

    fn block(&self, block: &mut [u8; BLOCK]) {
        match self {
            Self::Short(key) => key.decrypt_block(block.into()),
            Self::Middle(key) => key.decrypt_block(block.into()),
            Self::Long(key) => key.decrypt_block(block.into()),
        }
    }

    /// Decrypts whole blocks, each by itself.
    pub(super) fn decrypt(&self, bytes: &mut [u8]) {
        bytes.as_chunks_mut::<BLOCK>().0.iter_mut().for_each(|block| self.block(block));
    }

    /// Decrypts whole blocks, each of which depends on the one before it.
    pub(super) fn decrypt_chained(&self, mut vector: [u8; BLOCK], bytes: &mut [u8]) {
        for block in bytes.as_chunks_mut::<BLOCK>().0 {
            let encrypted = *block;
            self.block(block);
            block.iter_mut().zip(vector).for_each(|(byte, before)| *byte ^= before);
            vector = encrypted;
        }
    }
}

/// RC4, the cipher of older workbooks.
pub(super) struct Rc4 {
    state: [u8; 256],
    at: u8,
    other: u8,
}

impl Rc4 {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut state = std::array::from_fn(|at| at as u8);
        let mut other = 0_u8;
        for at in 0..256 {
            other = other.wrapping_add(state[at]).wrapping_add(key[at % key.len()]);
            state.swap(at, usize::from(other));
        }
        Self { state, at: 0, other: 0 }
    }

    fn next(&mut self) -> u8 {
        self.at = self.at.wrapping_add(1);
        self.other = self.other.wrapping_add(self.state[usize::from(self.at)]);
        self.state.swap(usize::from(self.at), usize::from(self.other));
        let sum = self.state[usize::from(self.at)].wrapping_add(self.state[usize::from(self.other)]);
        self.state[usize::from(sum)]
    }

    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte ^= self.next());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_yield_what_their_standards_say() {
        let mut bytes = *b"Plaintext";
        Rc4::new(b"Key").apply(&mut bytes);
        assert_eq!(bytes, [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]);
        // FIPS 197, appendix C.1.
        let key = Key::new(&std::array::from_fn::<u8, 16, _>(|at| at as u8)).unwrap();
        let mut block = [0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30, 0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4, 0xC5, 0x5A];
        key.decrypt(&mut block);
        assert_eq!(block, std::array::from_fn(|at| at as u8 * 0x11));
    }
}
