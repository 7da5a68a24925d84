use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use terrier_model::AssetRef;

use super::connection::Connection;
use super::failure::store_error;
use super::key::as_text;
use crate::StoreError;
use crate::error::ErrorKind;
use crate::store::{Body, ReadPlan, Requests};

/// A body that came this much further was not cut by a fault that will always strike at the same place.
const PROGRESS: u64 = 1 << 20;

/// An object on its way: what is still to come of which version.
struct Download {
    connection: Arc<Connection>,
    key: String,
    etag: Option<String>,
    size: u64,
    /// Whether a part of the object was asked for from the start.
    part: bool,
    rest: Range<u64>,
    stream: Option<Incoming>,
    /// How often the body was resumed since it last came a good deal further, and where that was.
    resumes: u32,
    mark: u64,
    requests: Requests,
}

/// The body of one answer.
struct Incoming {
    bytes: ByteStream,
    /// How many bytes the answer announced; `None` if it did not.
    announced: Option<u64>,
}

/// Opens an object. The first request is made here, so that a refusal shows at once; empty objects and empty parts cost none.
pub(super) async fn open(connection: Arc<Connection>, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
    let Some(key) = as_text(asset.key.expose()).filter(|key| !key.is_empty()) else {
        return Err(StoreError::new(ErrorKind::NotFound, "a key that is not UTF-8 names no object"));
    };
    let rest = plan.bytes_of(asset.size);
    let requests = Requests::default();
    let len = rest.end - rest.start;
    if rest.is_empty() {
        return Ok(Body { bytes: stream::empty().boxed(), len, requests });
    }
    let mut download = Download {
        connection,
        key: key.to_owned(),
        etag: asset.version.as_ref().map(|version| version.as_str().to_owned()),
        size: asset.size,
        part: rest != (0..asset.size),
        mark: rest.start,
        rest,
        stream: None,
        resumes: 0,
        requests: requests.clone(),
    };
    download.request().await?;
    let bytes = stream::try_unfold(download, |mut download| async move {
        let chunk = download.next_chunk().await?;
        Ok(chunk.map(|chunk| (chunk, download)))
    });
    Ok(Body { bytes: bytes.boxed(), len, requests })
}

impl Download {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            if self.rest.is_empty() {
                return self.end().await;
            }
            match self.receive().await {
                Some(chunk) if chunk.len() as u64 > self.rest.end - self.rest.start => return Err(too_long()),
                Some(chunk) => {
                    self.advance(chunk.len() as u64);
                    return Ok(Some(chunk));
                }
                None => self.resume().await?,
            }
        }
    }

    /// Waits for bytes; `None` where the body was cut short, stalled, or ended too early.
    async fn receive(&mut self) -> Option<Bytes> {
        let incoming = self.stream.as_mut()?;
        loop {
            let next = tokio::time::timeout(self.connection.retry.stall_timeout, incoming.bytes.next());
            let chunk = next.await.ok()??.ok()?;
            if !chunk.is_empty() {
                return Some(chunk);
            }
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.rest.start += bytes;
        if self.rest.start - self.mark >= PROGRESS {
            self.mark = self.rest.start;
            self.resumes = 0;
        }
    }

    /// Everything has come. An answer that announced its length is over with it, whatever it claimed; else its end is awaited, so
    /// that the connection can be used again.
    async fn end(&mut self) -> Result<Option<Bytes>, StoreError> {
        let unannounced = self.stream.as_ref().is_some_and(|incoming| incoming.announced.is_none());
        let more = if unannounced { self.receive().await } else { None };
        self.stream = None;
        if more.is_some() { Err(too_long()) } else { Ok(None) }
    }

    async fn resume(&mut self) -> Result<(), StoreError> {
        self.stream = None;
        let retry = &self.connection.retry;
        if self.resumes >= retry.max_resumes {
            return Err(StoreError::new(ErrorKind::Transient, "an object's body was cut short again and again"));
        }
        if self.resumes > 0 {
            tokio::time::sleep(backoff(retry.initial_backoff, retry.max_backoff, self.resumes)).await;
        }
        self.resumes += 1;
        tracing::debug!(resumes = self.resumes, "a body was cut short; resuming it");
        self.request().await
    }

    /// Asks for what is still to come, of the same version.
    async fn request(&mut self) -> Result<(), StoreError> {
        let ranged = self.part || self.rest.start > 0;
        let range = ranged.then(|| format!("bytes={}-{}", self.rest.start, self.rest.end - 1));
        self.requests.add_one();
        let answer = self.connection.send(|client| {
            client
                .get_object()
                .bucket(&self.connection.bucket)
                .key(&self.key)
                .set_range(range.clone())
                .set_if_match(self.etag.clone())
                .set_request_payer(self.connection.payer())
                .send()
        });
        let answer = answer.await.map_err(|error| store_error(&error, "an object cannot be read", "s3:GetObject"))?;
        self.accept(answer, ranged)
    }

    /// Checks that an answer is what was asked for.
    fn accept(&mut self, answer: GetObjectOutput, ranged: bool) -> Result<(), StoreError> {
        if self.etag.is_some() && answer.e_tag.is_some() && self.etag != answer.e_tag {
            return Err(changed());
        }
        if ranged {
            let Some((first, total)) = answer.content_range().and_then(content_range) else {
                return Err(StoreError::new(ErrorKind::Unsupported, "the store ignores ranges, so that no part of an object can be read"));
            };
            if total.is_some_and(|total| total != self.size) {
                return Err(changed());
            }
            if first != self.rest.start {
                return Err(StoreError::new(ErrorKind::Transient, "the store sent another part of an object than was asked for"));
            }
        }
        let announced = answer.content_length().and_then(|length| u64::try_from(length).ok());
        // Without an etag to hold on to, the length is all that tells the versions apart.
        if self.etag.is_none() && announced.is_some_and(|length| length != self.rest.end - self.rest.start) {
            return Err(changed());
        }
        self.etag = self.etag.take().or(answer.e_tag);
        self.stream = Some(Incoming { bytes: answer.body, announced });
        Ok(())
    }
}

/// Reads the first byte and the total of `bytes 5-9/100`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.parse().ok()?, total.parse().ok()))
}

/// Returns a wait between half of and all of a time that doubles with each attempt.
fn backoff(initial: Duration, longest: Duration, attempt: u32) -> Duration {
    let whole = initial.saturating_mul(1 << attempt.min(16)).min(longest);
    let jitter = RandomState::new().hash_one(attempt) % 1024;
    whole / 2 + whole.mul_f64(f64::from(u32::try_from(jitter).expect("below 1024")) / 2048.0)
}

fn changed() -> StoreError {
    StoreError::new(ErrorKind::Changed, "an object changed between listing and reading")
}

fn too_long() -> StoreError {
    StoreError::new(ErrorKind::Transient, "the store sent more bytes than an object has")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/100"), Some((5, Some(100))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(content_range("bytes */100"), None);
        assert_eq!(content_range("5-9/100"), None);
    }

    #[test]
    fn waits_grow_and_stay_below_the_longest() {
        let (initial, longest) = (Duration::from_millis(100), Duration::from_secs(1));
        for attempt in 1..100 {
            let wait = backoff(initial, longest, attempt);
            assert!(wait >= Duration::from_millis(100) && wait <= longest, "attempt {attempt}: {wait:?}");
        }
    }
}
