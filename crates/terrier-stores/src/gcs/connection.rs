use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use google_cloud_auth::credentials::{Builder, CacheableResource, Credentials};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, RANGE};
use reqwest::{Request, Url};
use serde::Deserialize;

use super::GET;
use super::failure::store_error;
use crate::download::{Answer, ByteSource, range_header};
use crate::error::ErrorKind;
use crate::http::url::{encoded, path_step, query};
use crate::http::{Authorize, HttpClient, answer, text};
use crate::{ConnectOptions, StoreError};

/// Where the service is.
const ENDPOINT: &str = "https://storage.googleapis.com";
/// What the credentials are asked for: to read.
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// Says which content an answer is.
const GENERATION: HeaderName = HeaderName::from_static("x-goog-generation");

/// How a bucket is asked.
pub(super) struct Connection {
    pub(super) http: HttpClient,
    /// The bucket's URL, without a closing `/`.
    bucket: String,
    credentials: Option<Credentials>,
    /// The project that pays.
    payer: Option<String>,
}

impl Connection {
    pub(super) fn new(bucket: &str, options: &ConnectOptions) -> Result<Self, StoreError> {
        let emulator = std::env::var("STORAGE_EMULATOR_HOST").ok().filter(|host| !host.is_empty());
        let anonymous = options.no_sign_request || (options.endpoint_url.is_none() && emulator.is_some());
        let endpoint = options.endpoint_url.clone().or(emulator).unwrap_or_else(|| ENDPOINT.into());
        let endpoint = if endpoint.contains("://") { endpoint } else { format!("http://{endpoint}") };
        let credentials = if anonymous { None } else { Some(credentials()?) };
        let payer = options.requester_pays.then(|| std::env::var("GOOGLE_CLOUD_PROJECT").ok()).flatten();
        let bucket = format!("{}/storage/v1/b/{}", endpoint.trim_end_matches('/'), encoded(bucket));
        Ok(Self { http: HttpClient::new(&options.retry)?, bucket, credentials, payer })
    }

    /// Asks about the bucket.
    pub(super) async fn ask<'a>(
        &'a self,
        path: &str,
        parameters: Vec<(&'a str, &'a str)>,
        what: &'static str,
        permission: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let url = self.url(path, parameters)?;
        let answer = self.http.get_whole(&url, &HeaderMap::new(), self).await;
        answer.map_err(|failure| store_error(failure, what, permission))
    }

    fn url<'a>(&'a self, path: &str, mut parameters: Vec<(&'a str, &'a str)>) -> Result<Url, StoreError> {
        if let Some(payer) = &self.payer {
            parameters.push(("userProject", payer));
        }
        Url::parse(&format!("{}{path}?{}", self.bucket, query(parameters)))
            .map_err(|_| StoreError::new(ErrorKind::Fatal, "the request cannot be built; check the bucket's name and the endpoint"))
    }

    /// Who is asking, as far as that is known here.
    pub(super) fn identity(&self) -> Option<String> {
        self.credentials.is_none().then(|| "anonymous".into())
    }

    /// Where the bucket is; `None` where the credentials may not ask.
    pub(super) async fn location(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Bucket {
            location: String,
        }
        let bucket = self.ask("", vec![("fields", "location")], "the bucket cannot be described", "storage.buckets.get").await.ok()?;
        serde_json::from_slice::<Bucket>(&bucket).ok().map(|bucket| bucket.location)
    }
}

/// Looks for credentials where Google's tools look: the file that `GOOGLE_APPLICATION_CREDENTIALS` names (service accounts, workload
/// identity federation), the one that `gcloud` wrote, else the metadata server.
fn credentials() -> Result<Credentials, StoreError> {
    Builder::default().with_scopes([SCOPE]).build().map_err(|_| no_credentials())
}

fn no_credentials() -> StoreError {
    StoreError::new(
        ErrorKind::Fatal,
        "no usable Google credentials; set GOOGLE_APPLICATION_CREDENTIALS, log in with `gcloud auth application-default login`, or ask anonymously with --no-sign-request",
    )
}

#[async_trait]
impl Authorize for Connection {
    async fn authorize(&self, request: &mut Request) -> Result<(), StoreError> {
        let Some(credentials) = &self.credentials else { return Ok(()) };
        let CacheableResource::New { data, .. } = credentials.headers(http::Extensions::new()).await.map_err(|_| no_credentials())? else {
            return Err(no_credentials());
        };
        request.headers_mut().extend(data);
        Ok(())
    }
}

/// An object of a bucket.
pub(super) struct Object {
    connection: Arc<Connection>,
    path: String,
}

impl Object {
    pub(super) fn new(connection: &Arc<Connection>, key: &[u8]) -> Result<Self, StoreError> {
        let step = std::str::from_utf8(key).ok().and_then(path_step);
        let Some(step) = step else {
            return Err(StoreError::new(ErrorKind::NotFound, "no object of a bucket has such a name"));
        };
        Ok(Self { connection: Arc::clone(connection), path: format!("/o/{step}") })
    }
}

#[async_trait]
impl ByteSource for Object {
    async fn get(&self, range: Option<Range<u64>>, version: Option<&str>) -> Result<Answer, StoreError> {
        let mut parameters = vec![("alt", "media")];
        // Not `generation=` too: an object that was overwritten would then be as absent as one that was deleted.
        parameters.extend(version.map(|generation| ("ifGenerationMatch", generation)));
        let url = self.connection.url(&self.path, parameters)?;
        let mut headers = HeaderMap::new();
        // Without this, objects that were stored with gzip come decompressed, and no range fits.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if let Some(range) = &range {
            headers.insert(RANGE, HeaderValue::try_from(range_header(range)).expect("digits are a header's value"));
        }
        let response = self.connection.http.get(&url, &headers, &*self.connection).await;
        let response = response.map_err(|failure| store_error(failure, "an object cannot be read", GET))?;
        let generation = text(response.headers(), &GENERATION).map(str::to_owned);
        Ok(answer(response, generation))
    }
}
