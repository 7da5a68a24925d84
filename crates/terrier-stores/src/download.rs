//! Bodies that arrive whole: one that is cut short goes on from where it broke, of the same version or not at all.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use terrier_model::AssetRef;

use crate::error::ErrorKind;
use crate::store::{Body, ReadPlan, Requests};
use crate::{RetryOptions, StoreError};

/// A body that came this much further was not cut by a fault that will always strike at the same place.
const PROGRESS: u64 = 1 << 20;

/// An object of a service that answers requests for its bytes.
#[async_trait]
pub(crate) trait ByteSource: Send + Sync + 'static {
    /// Asks for the object, or for a part of it, and for no other version than the given one.
    async fn get(&self, range: Option<Range<u64>>, version: Option<&str>) -> Result<Answer, StoreError>;
}

/// What a service answered to a request for bytes.
pub(crate) struct Answer {
    /// Which version it sends, as far as it says so.
    pub(crate) version: Option<String>,
    /// What it says about the part that it sends: `bytes 5-9/100`.
    pub(crate) content_range: Option<String>,
    /// How many bytes it announces; `None` if it does not.
    pub(crate) announced: Option<u64>,
    /// The bytes; `None` where the connection broke.
    pub(crate) bytes: BoxStream<'static, Option<Bytes>>,
}

/// An object on its way: what is still to come of which version.
struct Download {
    source: Box<dyn ByteSource>,
    retry: RetryOptions,
    version: Option<String>,
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
    bytes: BoxStream<'static, Option<Bytes>>,
    announced: Option<u64>,
}

/// Opens an object at a version. The first request is made here, so that a refusal shows at once; empty objects and empty parts
/// cost none.
pub(crate) async fn open(
    source: impl ByteSource,
    retry: &RetryOptions,
    asset: &AssetRef,
    version: Option<&str>,
    plan: &ReadPlan,
) -> Result<Body, StoreError> {
    let rest = plan.bytes_of(asset.size);
    let requests = Requests::default();
    let len = rest.end - rest.start;
    if rest.is_empty() {
        return Ok(Body { bytes: stream::empty().boxed(), len, requests });
    }
    let mut download = Download {
        source: Box::new(source),
        retry: retry.clone(),
        version: version.map(str::to_owned),
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
            let next = tokio::time::timeout(self.retry.stall_timeout, incoming.bytes.next());
            let chunk = next.await.ok()???;
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
        let retry = &self.retry;
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
        self.requests.add_one();
        let answer = self.source.get(ranged.then(|| self.rest.clone()), self.version.as_deref()).await?;
        self.accept(answer, ranged)
    }

    /// Checks that an answer is what was asked for.
    fn accept(&mut self, answer: Answer, ranged: bool) -> Result<(), StoreError> {
        if self.version.is_some() && answer.version.is_some() && self.version != answer.version {
            return Err(changed());
        }
        if ranged {
            let Some((first, total)) = answer.content_range.as_deref().and_then(content_range) else {
                return Err(StoreError::new(ErrorKind::Unsupported, "the store ignores ranges, so that no part of an object can be read"));
            };
            if total.is_some_and(|total| total != self.size) {
                return Err(changed());
            }
            if first != self.rest.start {
                return Err(StoreError::new(ErrorKind::Transient, "the store sent another part of an object than was asked for"));
            }
        }
        // Without a version to hold on to, the length is all that tells one from the other.
        if self.version.is_none() && answer.announced.is_some_and(|length| length != self.rest.end - self.rest.start) {
            return Err(changed());
        }
        self.version = self.version.take().or(answer.version);
        self.stream = Some(Incoming { bytes: answer.bytes, announced: answer.announced });
        Ok(())
    }
}

/// Returns the value of a `Range` header.
pub(crate) fn range_header(range: &Range<u64>) -> String {
    format!("bytes={}-{}", range.start, range.end - 1)
}

/// Reads the first byte and the total of `bytes 5-9/100`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.parse().ok()?, total.parse().ok()))
}

/// Returns a wait between half of and all of a time that doubles with each attempt.
pub(crate) fn backoff(initial: Duration, longest: Duration, attempt: u32) -> Duration {
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
