//! Requests to services that speak plain HTTP: how they are authorized, repeated and answered.

mod client;
mod refusal;
pub(crate) mod url;

use async_trait::async_trait;
use futures::StreamExt;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, HeaderName};
use reqwest::{Request, Response};

use crate::StoreError;
use crate::download::Answer;

pub(crate) use client::HttpClient;
pub(crate) use refusal::{Failure, Refusal};

/// What makes a request acceptable to a service: a token, a signature, or nothing.
#[async_trait]
pub(crate) trait Authorize: Send + Sync {
    /// Adds to each attempt of a request what it needs.
    async fn authorize(&self, request: &mut Request) -> Result<(), StoreError>;
}

/// Takes an answer as the bytes of an object.
pub(crate) fn answer(response: Response, version: Option<String>) -> Answer {
    let content_range = text(response.headers(), &CONTENT_RANGE).map(str::to_owned);
    let announced = text(response.headers(), &CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let bytes = response.bytes_stream().map(Result::ok);
    Answer { version, content_range, announced, bytes: bytes.boxed() }
}

/// Returns a header's value, where it is text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
