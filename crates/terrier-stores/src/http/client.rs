use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Request, Response, Url};

use super::{Authorize, Failure, Refusal};
use crate::download::backoff;
use crate::error::ErrorKind;
use crate::{RetryOptions, StoreError};

/// How often the first request of all is tried.
const FIRST_ATTEMPTS: u32 = 3;

/// The longest listing that is taken in: 5,000 names with the metadata that a service allows them come to less.
const ANSWER_BYTES: usize = 64 << 20;

/// A client that repeats what failed on the way or on the service's side.
pub(crate) struct HttpClient {
    client: Client,
    retry: RetryOptions,
    /// Whether the service has ever answered.
    reached: AtomicBool,
}

impl HttpClient {
    pub(crate) fn new(retry: &RetryOptions) -> Result<Self, StoreError> {
        // Objects that are stored compressed come as they are stored: their listed size is that of the stored bytes.
        let client = Client::builder()
            .connect_timeout(retry.connect_timeout)
            .read_timeout(retry.stall_timeout)
            .no_gzip()
            .no_deflate()
            .no_brotli()
            .no_zstd()
            .redirect(Policy::none())
            .user_agent(concat!("terrier/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| StoreError::new(ErrorKind::Fatal, "no secure connection can be made; check this machine's certificates"))?;
        Ok(Self { client, retry: retry.clone(), reached: AtomicBool::new(false) })
    }

    pub(crate) fn retry(&self) -> &RetryOptions {
        &self.retry
    }

    /// Asks for something whose bytes are to be read as they come.
    pub(crate) async fn get(&self, url: &Url, headers: &HeaderMap, by: &dyn Authorize) -> Result<Response, Failure> {
        self.patiently(|| self.attempt(url, headers, by)).await
    }

    /// Asks for something and reads it whole.
    pub(crate) async fn get_whole(&self, url: &Url, headers: &HeaderMap, by: &dyn Authorize) -> Result<Vec<u8>, Failure> {
        self.patiently(|| async { whole(self.attempt(url, headers, by).await?).await }).await
    }

    async fn attempt(&self, url: &Url, headers: &HeaderMap, by: &dyn Authorize) -> Result<Response, Failure> {
        let mut request = Request::new(Method::GET, url.clone());
        *request.headers_mut() = headers.clone();
        by.authorize(&mut request).await.map_err(Failure::Unsent)?;
        let response = self.client.execute(request).await.map_err(|error| broken(&error))?;
        self.reached.store(true, Ordering::Relaxed);
        if response.status().is_success() { Ok(response) } else { Err(Failure::Refused(Refusal::read(response).await)) }
    }

    /// Repeats what may pass. Until the service has answered for the first time there is little patience, so that a wrong endpoint
    /// shows in seconds.
    async fn patiently<T, Attempt>(&self, attempt: impl Fn() -> Attempt) -> Result<T, Failure>
    where
        Attempt: Future<Output = Result<T, Failure>>,
    {
        let mut tried = 0;
        loop {
            let failure = match attempt().await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            tried += 1;
            let most = self.retry.max_attempts.max(1);
            let attempts = if self.reached.load(Ordering::Relaxed) { most } else { most.min(FIRST_ATTEMPTS) };
            if tried >= attempts || !failure.may_pass() {
                return Err(failure);
            }
            let wait = backoff(self.retry.initial_backoff, self.retry.max_backoff, tried - 1);
            let asked = failure.retry_after().unwrap_or_default().min(self.retry.max_backoff);
            tokio::time::sleep(wait.max(asked)).await;
        }
    }
}

async fn whole(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > ANSWER_BYTES {
            return Err(Failure::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn broken(error: &reqwest::Error) -> Failure {
    if error.is_timeout() { Failure::TooSlow } else { Failure::Unreachable }
}
