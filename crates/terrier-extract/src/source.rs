use std::io;

use terrier_model::Reason;

/// Random access to the bytes of one asset.
///
/// The caller implements it over whatever it reads from; extraction asks for ranges and never holds an asset whole.
pub trait ReadAt: Send + Sync {
    /// Returns the size in bytes.
    fn size(&self) -> u64;

    /// Reads into `buf` from `offset` on and returns how many bytes it read: at least one, except at the end.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError>;
}

/// A read that failed, told as the coverage reason that follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot read on: {}", .reason.explain())]
pub struct ReadError {
    /// The coverage reason that the store's failure leads to.
    pub reason: Reason,
}

impl ReadError {
    /// Makes the error of a reason.
    pub const fn new(reason: Reason) -> Self {
        Self { reason }
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        Self::other(error)
    }
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let read = rest.len().min(buf.len());
        buf[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

impl<S: ReadAt + ?Sized> ReadAt for &S {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        (**self).read_at(offset, buf)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        self.as_slice().read_at(offset, buf)
    }
}

/// Returns the reason that stands behind an I/O error: the one of a failed read or a limit that it carries, else damage, since
/// all other errors come from decoders. The error's own text may quote content and is dropped.
pub(crate) fn reason_of(error: &io::Error) -> Reason {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ReadError>()) {
        Some(read) => read.reason,
        None if error.kind() == io::ErrorKind::OutOfMemory => Reason::MemoryLimit,
        // What a decoder lacks is no damage.
        None if error.kind() == io::ErrorKind::Unsupported => Reason::UnsupportedFormat,
        None => Reason::Damaged,
    }
}
