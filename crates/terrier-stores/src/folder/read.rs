use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use rustix::fs::{self, FileType};
use terrier_model::{AssetRef, Version};

use super::blocking;
use super::root::{Root, error_of, size, version_of};
use crate::StoreError;
use crate::error::ErrorKind;
use crate::store::{Body, ReadPlan, Requests};

/// How much is read at once.
const CHUNK: u64 = 1 << 20;

/// A file on its way: what is still to be read of which version.
struct Reading {
    file: OwnedFd,
    version: Version,
    rest: Range<u64>,
}

/// Opens a file and reads its first chunk in the same go, which for most files is all of it.
pub(super) async fn open(root: Arc<Root>, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
    let (key, version, plan) = (asset.key.clone(), asset.version.clone(), plan.clone());
    let (reading, len, first) = blocking(move || {
        let mut reading = Reading::begin(root.open_file(key.expose())?, version, &plan)?;
        let len = reading.rest.end - reading.rest.start;
        let first = reading.next_chunk();
        Ok::<_, StoreError>((reading, len, first))
    })
    .await??;
    let requests = Requests::default();
    requests.add_one();
    let bytes = stream::iter(first.transpose()).chain(chunks(reading));
    Ok(Body { bytes: ended_by_error(bytes).boxed(), len, requests })
}

fn chunks(reading: Reading) -> impl stream::Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
    stream::try_unfold(reading, |mut reading| async move {
        if reading.rest.is_empty() {
            return Ok(None);
        }
        let (reading, chunk) = blocking(move || {
            let chunk = reading.next_chunk();
            (reading, chunk)
        })
        .await?;
        Ok(chunk?.map(|chunk| (chunk, reading)))
    })
}

/// Ends a stream after its first error.
fn ended_by_error<T: Send>(
    items: impl stream::Stream<Item = Result<T, StoreError>> + Send,
) -> impl stream::Stream<Item = Result<T, StoreError>> + Send {
    items.scan(false, |failed, item| {
        let over = std::mem::replace(failed, item.is_err());
        std::future::ready((!over).then_some(item))
    })
}

impl Reading {
    fn begin(file: OwnedFd, listed: Option<Version>, plan: &ReadPlan) -> Result<Self, StoreError> {
        let stat = fs::fstat(&file).map_err(|errno| error_of(errno, "a file cannot be opened"))?;
        let version = version_of(&stat);
        let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        if !regular || listed.is_some_and(|listed| listed != version) {
            return Err(changed());
        }
        Ok(Self { file, version, rest: plan.bytes_of(size(&stat)) })
    }

    /// Reads on. With the last chunk it looks whether the file is still what was opened.
    fn next_chunk(&mut self) -> Result<Option<Bytes>, StoreError> {
        let wanted = (self.rest.end - self.rest.start).min(CHUNK);
        let mut chunk = Vec::with_capacity(usize::try_from(wanted).expect("a chunk fits the memory"));
        while (chunk.len() as u64) < wanted {
            let offset = self.rest.start + chunk.len() as u64;
            match rustix::io::pread(&self.file, rustix::buffer::spare_capacity(&mut chunk), offset) {
                Ok(0) => return Err(changed()),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(error_of(errno, "a file cannot be read")),
            }
        }
        // The allocator may have given more room than asked for, and a file that grows may have filled it.
        chunk.truncate(usize::try_from(wanted).expect("a chunk fits the memory"));
        self.rest.start += wanted;
        if self.rest.is_empty() {
            let stat = fs::fstat(&self.file).map_err(|errno| error_of(errno, "a file cannot be read"))?;
            if version_of(&stat) != self.version {
                return Err(changed());
            }
        }
        Ok((!chunk.is_empty()).then(|| Bytes::from(chunk)))
    }
}

fn changed() -> StoreError {
    StoreError::new(ErrorKind::Changed, "a file changed between listing and reading")
}
