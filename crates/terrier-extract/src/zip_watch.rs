//! Watches for a zip in what is read as text: its members are not read, however much of the rest is.

use std::io::{self, Read};

use memchr::memmem;

/// The signature of the record at the end of a zip (PKWARE's APPNOTE, 4.3.16). No text holds its control characters.
const END: &[u8; 4] = b"PK\x05\x06";

/// Tells whether the record at the end of a zip stands in `bytes`.
pub(crate) fn holds_end_of_zip(bytes: &[u8]) -> bool {
    memmem::find(bytes, END).is_some()
}

/// Passes on what it reads and notes whether a zip ends in it.
pub(crate) struct ZipWatch<R> {
    inner: R,
    /// The last bytes that were read, fewer than a signature has.
    last: Vec<u8>,
    holds_zip: bool,
}

impl<R: Read> ZipWatch<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, last: Vec::with_capacity(2 * END.len()), holds_zip: false }
    }

    /// Tells whether a zip ended in what was read so far.
    pub(crate) fn holds_zip(&self) -> bool {
        self.holds_zip
    }

    fn see(&mut self, bytes: &[u8]) {
        const KEPT: usize = END.len() - 1;
        self.last.extend_from_slice(&bytes[..bytes.len().min(KEPT)]);
        self.holds_zip |= holds_end_of_zip(&self.last) || holds_end_of_zip(bytes);
        if bytes.len() > KEPT {
            self.last.clear();
            self.last.extend_from_slice(&bytes[bytes.len() - KEPT..]);
        } else {
            self.last.drain(..self.last.len().saturating_sub(KEPT));
        }
    }
}

impl<R: Read> Read for ZipWatch<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.see(&buf[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_zip_is_seen_wherever_reads_are_cut() {
        let text = b"some text\nPK\x05\x06\0\0 and more of it";
        for piece in 1..text.len() {
            let mut watch = ZipWatch::new(&text[..]);
            let mut buf = vec![0; piece];
            let mut passed = Vec::new();
            loop {
                let read = watch.read(&mut buf).unwrap();
                if read == 0 {
                    break;
                }
                passed.extend_from_slice(&buf[..read]);
            }
            assert!(watch.holds_zip() && passed == text, "{piece}");
        }
        let mut watch = ZipWatch::new(&b"PK\x05 PK\x03\x04 P K\x05\x06"[..]);
        io::copy(&mut watch, &mut io::sink()).unwrap();
        assert!(!watch.holds_zip());
    }
}
