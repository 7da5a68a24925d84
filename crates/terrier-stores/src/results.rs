use std::ffi::OsStr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use object_store::aws::{AmazonS3Builder, AwsCredential, S3ConditionalPut, resolve_bucket_region};
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ClientOptions, CredentialProvider, ObjectStore, RetryConfig};
use tokio::sync::Mutex;

use crate::error::{ErrorKind, StoreError};
use crate::no_redirects::NoRedirects;
use crate::s3::{path_style, shared_config};
use crate::{ConnectOptions, RetryOptions, Target};

/// Where results go: a folder or a part of a bucket.
#[derive(Debug, Clone)]
pub struct ResultsLocation {
    /// Reads and writes the results' own files.
    pub store: Arc<dyn ObjectStore>,
    /// What their keys begin with.
    pub prefix: object_store::path::Path,
    /// The location as shown to people: an absolute path or `s3://bucket/prefix`.
    pub url: String,
}

/// Opens the location of results, a path or `s3://bucket/prefix`, for writing and reading.
///
/// A folder is made where there is none, for its owner only. A bucket must exist. Keys here are of Terrier's own making, so the
/// generic object store, which does not bear every key, is enough.
pub async fn open_results(url: &str, options: &ConnectOptions) -> Result<ResultsLocation, StoreError> {
    match parse(url)? {
        Target::Folder(path) => {
            make_folder(&path)?;
            open_folder(&path)
        }
        Target::S3 { bucket, prefix } => open_bucket(&bucket, &prefix, options).await,
        _ => Err(only_read()),
    }
}

/// Opens the location of results that are there already. Unlike [`open_results`] it makes no folder.
pub async fn find_results(url: &str, options: &ConnectOptions) -> Result<ResultsLocation, StoreError> {
    match parse(url)? {
        Target::Folder(path) => open_folder(&path),
        Target::S3 { bucket, prefix } => open_bucket(&bucket, &prefix, options).await,
        _ => Err(only_read()),
    }
}

fn parse(url: &str) -> Result<Target, StoreError> {
    let unusable = |error| StoreError::new(ErrorKind::Fatal, format!("the results' location cannot be used: {error}"));
    Target::parse(OsStr::new(url)).map_err(unusable)
}

fn only_read() -> StoreError {
    StoreError::new(ErrorKind::Fatal, "the results' location cannot be used; give a folder or s3://bucket/prefix")
}

fn make_folder(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| folder_error(&error))
}

fn open_folder(path: &Path) -> Result<ResultsLocation, StoreError> {
    let path = std::fs::canonicalize(path).map_err(|error| folder_error(&error))?;
    let store = LocalFileSystem::new_with_prefix(&path)
        .map_err(|_| StoreError::new(ErrorKind::Fatal, "the results' folder cannot be used; give a path in plain characters"))?;
    Ok(ResultsLocation { store: Arc::new(store), prefix: object_store::path::Path::default(), url: path.display().to_string() })
}

fn folder_error(error: &std::io::Error) -> StoreError {
    let kind = match error.kind() {
        std::io::ErrorKind::PermissionDenied => ErrorKind::Denied { action: "write".into() },
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Fatal,
    };
    StoreError::new(kind, format!("the results' folder cannot be made or opened ({})", error.kind()))
}

async fn open_bucket(bucket: &str, prefix: &[u8], options: &ConnectOptions) -> Result<ResultsLocation, StoreError> {
    let unusable = |what: &'static str| StoreError::new(ErrorKind::Fatal, what);
    let prefix = std::str::from_utf8(prefix)
        .ok()
        .and_then(|prefix| object_store::path::Path::parse(prefix).ok())
        .ok_or_else(|| unusable("the results' prefix has empty, `.` or `..` parts or odd characters; give a plain one"))?;
    let shared = shared_config(options).await;
    let endpoint = shared.endpoint_url().map(str::to_owned).or_else(|| std::env::var("AWS_ENDPOINT_URL_S3").ok());
    let allow_http = endpoint.as_deref().is_some_and(is_loopback);
    let (connect_timeout, timeout) = (options.retry.connect_timeout, options.retry.stall_timeout * 4);
    if endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://") && !is_loopback(endpoint)) {
        return Err(unusable("results are not written over plain http except to this machine; give an https endpoint"));
    }

    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(results_region(bucket, endpoint.as_deref(), &shared).await)
        .with_virtual_hosted_style_request(!path_style(options, &shared))
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_skip_signature(options.no_sign_request)
        .with_request_payer(options.requester_pays)
        .with_retry(retry_config(&options.retry))
        .with_client_options(ClientOptions::new().with_allow_http(allow_http))
        .with_http_connector(NoRedirects { allow_http, connect_timeout, timeout });
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(provider) = shared.credentials_provider() {
        builder = builder.with_credentials(Arc::new(CredentialChain::new(provider)));
    }
    let store = builder.build().map_err(|_| unusable("the results' bucket cannot be used; check its name, region and endpoint"))?;
    let url = format!("s3://{bucket}/{prefix}").trim_end_matches('/').to_owned();
    Ok(ResultsLocation { store: Arc::new(store), prefix, url })
}

/// Returns the bucket's own region where AWS tells it, since the object store does not follow a bucket to another one.
async fn results_region(bucket: &str, endpoint: Option<&str>, shared: &SdkConfig) -> String {
    let configured = shared.region().map_or("us-east-1", |region| region.as_ref());
    // The question goes to the public endpoint, over TLS, whose certificate does not cover names with dots.
    if endpoint.is_none() && !bucket.contains('.') {
        let quickly = ClientOptions::new().with_timeout(Duration::from_secs(5));
        if let Ok(region) = resolve_bucket_region(bucket, &quickly).await {
            return region;
        }
    }
    configured.to_owned()
}

fn retry_config(retry: &RetryOptions) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig { init_backoff: retry.initial_backoff, max_backoff: retry.max_backoff, base: 2.0 },
        max_retries: usize::try_from(retry.max_attempts.saturating_sub(1)).unwrap_or(usize::MAX),
        ..RetryConfig::default()
    }
}

fn is_loopback(endpoint: &str) -> bool {
    let Some(rest) = endpoint.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.starts_with("[::1]") {
        return true;
    }
    let host = authority.split(':').next().unwrap_or_default();
    host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Gives the object store the credentials of the whole usual chain, of which it knows only a part by itself.
///
/// The chain asks anew each time (a role's service, a process), so what it gave is kept until shortly before it expires.
#[derive(Debug)]
struct CredentialChain {
    chain: SharedCredentialsProvider,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    credential: Arc<AwsCredential>,
    renew: Option<SystemTime>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[credentials]")
    }
}

impl CredentialChain {
    /// Long enough for a request that was signed last to be sent again.
    const BEFORE_EXPIRY: Duration = Duration::from_secs(300);

    fn new(chain: SharedCredentialsProvider) -> Self {
        Self { chain, kept: Mutex::new(None) }
    }
}

#[async_trait]
impl CredentialProvider for CredentialChain {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.renew.is_none_or(|renew| SystemTime::now() < renew)) {
            return Ok(Arc::clone(&kept.credential));
        }
        let fresh = self.chain.provide_credentials().await.map_err(|_| object_store::Error::Generic {
            store: "S3",
            source: "no usable AWS credentials; set a profile or log in again".into(),
        })?;
        let credential = Arc::new(AwsCredential {
            key_id: fresh.access_key_id().to_owned(),
            secret_key: fresh.secret_access_key().to_owned(),
            token: fresh.session_token().map(str::to_owned),
        });
        let renew = fresh.expiry().and_then(|expiry| expiry.checked_sub(Self::BEFORE_EXPIRY));
        *kept = Some(Kept { credential: Arc::clone(&credential), renew });
        Ok(credential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for endpoint in ["http://127.0.0.1:9000", "http://localhost:9000/", "http://[::1]:9000", "http://127.8.8.8"] {
            assert!(is_loopback(endpoint), "{endpoint}");
        }
        for endpoint in ["https://127.0.0.1", "http://10.0.0.1", "http://localhost.example.org", "http://example.org/127.0.0.1", ""] {
            assert!(!is_loopback(endpoint), "{endpoint}");
        }
    }
}
