use futures::StreamExt;
use terrier_extract::{ReadAt, ReadError};
use terrier_model::{AssetRef, Reason};
use terrier_stores::{ReadPlan, Store};

/// A small asset, fetched in one request.
pub(crate) struct WholeSource {
    bytes: Vec<u8>,
    hash: Option<String>,
}

impl WholeSource {
    pub(crate) async fn fetch(store: &dyn Store, asset: &AssetRef, hasher: Option<blake3::Hasher>) -> Result<Self, Reason> {
        let mut bytes = Vec::with_capacity(asset.size as usize);
        if asset.size > 0 {
            let body = store.open(asset, &ReadPlan { range: None }).await.map_err(|error| error.reason())?;
            let mut chunks = body.bytes;
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|error| error.reason())?;
                if bytes.len() + chunk.len() > asset.size as usize {
                    return Err(Reason::Changed);
                }
                bytes.extend_from_slice(&chunk);
            }
        }
        if (bytes.len() as u64) < asset.size {
            return Err(Reason::ReadFailed);
        }
        let hash = hasher.map(|mut hasher| hasher.update(&bytes).finalize().to_hex()[..32].to_owned());
        Ok(Self { bytes, hash })
    }

    pub(super) fn hash(self) -> Option<String> {
        self.hash
    }
}

impl ReadAt for WholeSource {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}
