use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, RANGE};
use reqwest::{Request, StatusCode, Url};

use super::GET;
use super::credential::{Credential, find};
use super::failure::{code, store_error};
use crate::download::{Answer, ByteSource, range_header};
use crate::error::ErrorKind;
use crate::http::url::{path_step, query};
use crate::http::{Authorize, Failure, HttpClient, answer, text};
use crate::{ConnectOptions, StoreError};

/// The version of the API that is spoken: the first that was tried which lists from a given name on.
const VERSION: (HeaderName, HeaderValue) = (HeaderName::from_static("x-ms-version"), HeaderValue::from_static("2026-04-06"));

/// How a container is asked, or an account.
pub(super) struct Connection {
    pub(super) http: HttpClient,
    account: String,
    /// The URL of the container, or of the account's blobs, without a closing `/`.
    url: String,
    credential: Credential,
    /// Whether the service lists from a given name on.
    starts_anywhere: AtomicBool,
}

impl Connection {
    pub(super) fn new(account: &str, container: &str, options: &ConnectOptions) -> Result<Self, StoreError> {
        let (blobs, credential) = find(account, options)?;
        Ok(Self {
            http: HttpClient::new(&options.retry)?,
            account: account.to_owned(),
            url: format!("{}/{container}", blobs.as_str().trim_end_matches('/')).trim_end_matches('/').to_owned(),
            credential,
            starts_anywhere: AtomicBool::new(true),
        })
    }

    /// Lists the account's containers.
    pub(super) async fn containers(&self, parameters: &[(&str, &str)], permission: &str) -> Result<Vec<u8>, StoreError> {
        let url = url(&self.url, parameters.iter().copied())?;
        let answer = self.http.get_whole(&url, &headers(), self).await;
        answer.map_err(|failure| store_error(failure, "the account's containers cannot be listed", permission))
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) async fn identity(&self) -> Option<String> {
        self.credential.identity().await
    }

    /// Lists. A service that cannot start at `start` is asked without it.
    pub(super) async fn list(&self, parameters: &[(&str, &str)], start: Option<&str>, permission: &str) -> Result<Vec<u8>, StoreError> {
        let fail = |failure| store_error(failure, "the container cannot be listed", permission);
        let start = start.filter(|_| self.starts_anywhere.load(Ordering::Relaxed));
        let all = parameters.iter().copied().chain(start.map(|start| ("startFrom", start)));
        let url = url(&self.url, all)?;
        match self.http.get_whole(&url, &headers(), self).await {
            Err(Failure::Refused(refusal)) if start.is_some() && code(&refusal).contains("QueryParameter") => {
                self.starts_anywhere.store(false, Ordering::Relaxed);
                let url = self::url(&self.url, parameters.iter().copied())?;
                self.http.get_whole(&url, &headers(), self).await.map_err(fail)
            }
            answer => answer.map_err(fail),
        }
    }
}

fn headers() -> HeaderMap {
    HeaderMap::from_iter([VERSION])
}

fn url<'a>(path: &str, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Url, StoreError> {
    let query = query(parameters);
    let url = if query.is_empty() { Url::parse(path) } else { Url::parse(&format!("{path}?{query}")) };
    url.map_err(|_| {
        StoreError::new(ErrorKind::Fatal, "the request cannot be built; check the names of account and container and the endpoint")
    })
}

#[async_trait]
impl Authorize for Connection {
    async fn authorize(&self, request: &mut Request) -> Result<(), StoreError> {
        self.credential.authorize(request).await
    }
}

/// A blob of a container.
pub(super) struct Blob {
    connection: Arc<Connection>,
    url: Url,
}

impl Blob {
    pub(super) fn new(connection: &Arc<Connection>, key: &[u8]) -> Result<Self, StoreError> {
        let Some(name) = std::str::from_utf8(key).ok().filter(|name| !name.is_empty()) else {
            return Err(StoreError::new(ErrorKind::NotFound, "a name that is not UTF-8 names no blob"));
        };
        let Some(step) = path_step(name) else {
            return Err(StoreError::new(ErrorKind::Unsupported, "a blob that is named `.` or `..` cannot be asked for in any URL"));
        };
        let url = url(&format!("{}/{step}", connection.url), std::iter::empty())?;
        Ok(Self { connection: Arc::clone(connection), url })
    }
}

impl Blob {
    /// Asks without a condition, and returns the refusal where there is no such blob.
    async fn gone(&self) -> Option<Failure> {
        let mut headers = headers();
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
        let failure = self.connection.http.get(&self.url, &headers, &*self.connection).await.err()?;
        failure.is(StatusCode::NOT_FOUND).then_some(failure)
    }
}

#[async_trait]
impl ByteSource for Blob {
    async fn get(&self, range: Option<Range<u64>>, version: Option<&str>) -> Result<Answer, StoreError> {
        let mut headers = headers();
        let mut set = |name, value: String| HeaderValue::try_from(value).ok().and_then(|value| headers.insert(name, value));
        if let Some(range) = &range {
            set(RANGE, range_header(range));
        }
        if let Some(etag) = version {
            set(IF_MATCH, format!("\"{etag}\""));
        }
        let response = match self.connection.http.get(&self.url, &headers, &*self.connection).await {
            // A condition is not met by what is gone, either.
            Err(failure) if failure.is(StatusCode::PRECONDITION_FAILED) => Err(self.gone().await.unwrap_or(failure)),
            response => response,
        };
        let response = response.map_err(|failure| store_error(failure, "a blob cannot be read", GET))?;
        let etag = text(response.headers(), &ETAG).map(|etag| etag.trim_matches('"').to_owned());
        Ok(answer(response, etag))
    }
}
