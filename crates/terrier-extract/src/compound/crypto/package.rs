use super::Opened;
use super::cipher::BLOCK;
use crate::compound::chain::Stream;
use crate::stream::fill_at;
use crate::{ReadAt, ReadError};

/// How much is encrypted by itself.
const PIECE: u64 = 4096;
/// What the package's size takes in front of it.
const SIZE: u64 = 8;

/// Reads an encrypted package as what it was, piece by piece.
pub(in crate::compound) struct Package<'s> {
    encrypted: Stream<'s>,
    opened: Opened,
    size: u64,
}

impl<'s> Package<'s> {
    pub(super) fn new(encrypted: Stream<'s>, opened: Opened) -> Option<Self> {
        let mut size = [0; SIZE as usize];
        (fill_at(&encrypted, 0, &mut size).ok()? == size.len()).then_some(())?;
        let size = u64::from_le_bytes(size).min(encrypted.size().saturating_sub(SIZE));
        Some(Self { encrypted, opened, size })
    }
}

impl ReadAt for Package<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let number = offset / PIECE;
        let start = number * PIECE;
        let mut piece = [0; PIECE as usize];
        let filled = fill_at(&self.encrypted, SIZE + start, &mut piece)?;
        let whole = &mut piece[..filled / BLOCK * BLOCK];
        match &self.opened.chained {
            Some(vectors) => self.opened.key.decrypt_chained(vectors.of(u32::try_from(number).unwrap_or(u32::MAX)), whole),
            None => self.opened.key.decrypt(whole),
        }
        let end = whole.len().min(usize::try_from(self.size.saturating_sub(start)).unwrap_or(usize::MAX));
        let from = (offset - start) as usize;
        let read = end.saturating_sub(from).min(buf.len());
        buf[..read].copy_from_slice(&whole[from.min(end)..][..read]);
        Ok(read)
    }
}
