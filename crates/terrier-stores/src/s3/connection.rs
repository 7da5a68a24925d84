use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::InterceptorContext;
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_s3::config::{ResponseChecksumValidation, StalledStreamProtectionConfig};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::RequestPayer;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::{AccessKey, ConnectOptions, RetryOptions};

/// A bucket's clients: the one in use, which is replaced once when the bucket turns out to be in another region.
pub(crate) struct Connection {
    pub(super) bucket: String,
    pub(super) retry: RetryOptions,
    pub(super) anonymous: bool,
    pub(super) shared: SdkConfig,
    requester_pays: bool,
    client: RwLock<Client>,
    /// Whether the service has ever answered.
    reached: AtomicBool,
}

/// Retries what a broken connection did not carry, whatever broke it. The SDK itself gives up where an earlier answer went on longer
/// than it had announced, since the rest of it is no answer to the next request.
#[derive(Debug)]
struct BrokenConnections;

impl ClassifyRetry for BrokenConnections {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.output_or_error() {
            Some(Err(error)) if error.as_connector_error().is_some_and(|error| !error.is_user()) => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "broken connections"
    }
}

/// How often the first request of all is tried.
const FIRST_ATTEMPTS: u32 = 3;

impl Connection {
    pub(super) async fn new(bucket: &str, options: &ConnectOptions) -> Self {
        let shared = shared_config(options).await;
        let config = aws_sdk_s3::config::Builder::from(&shared)
            .force_path_style(path_style(options, &shared))
            // TLS already guards the way, and checking would cost CPU on every byte.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            // Bodies have a stall guard of their own, which resumes.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_partition(retry_partition())
            .retry_classifier(BrokenConnections)
            .build();
        Self {
            bucket: bucket.to_owned(),
            retry: RetryOptions { max_resumes: options.retry.max_resumes.min(max_attempts(&options.retry)), ..options.retry.clone() },
            anonymous: options.no_sign_request,
            shared,
            requester_pays: options.requester_pays,
            client: RwLock::new(Client::from_conf(config)),
            reached: AtomicBool::new(false),
        }
    }

    /// Makes a request, and makes it again in the bucket's own region where the service says that it is elsewhere.
    pub(super) async fn send<T, E, Request>(&self, request: impl Fn(Client) -> Request) -> Result<T, SdkError<E, HttpResponse>>
    where
        Request: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let client = self.client();
        let asked_in = client.config().region().cloned();
        let first = match self.first_contact(&client, &request).await {
            Some(settled) => settled,
            None => request(client).await,
        };
        let Some(region) = first.as_ref().err().and_then(region_told).filter(|region| Some(region) != asked_in.as_ref()) else {
            return first;
        };
        tracing::info!(region = %region, "the bucket is in another region; following it there");
        request(self.move_to(region)).await
    }

    /// Makes the first request of all with little patience, so that a wrong endpoint shows in seconds. `None` where the service
    /// has answered before, or answers now that it is overloaded: then patience is in place.
    async fn first_contact<T, E, Request>(
        &self,
        client: &Client,
        request: impl Fn(Client) -> Request,
    ) -> Option<Result<T, SdkError<E, HttpResponse>>>
    where
        Request: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        if self.reached.load(Ordering::Relaxed) {
            return None;
        }
        let attempts = max_attempts(&self.retry).min(FIRST_ATTEMPTS);
        let quickly = retry_config(&self.retry).with_max_attempts(attempts);
        let answer = request(Client::from_conf(client.config().to_builder().retry_config(quickly).build())).await;
        let status = answer.as_ref().err().and_then(SdkError::raw_response).map(|response| response.status().as_u16());
        self.reached.store(answer.is_ok() || status.is_some(), Ordering::Relaxed);
        let overloaded = status.is_some_and(|status| status == 429 || status >= 500);
        (!overloaded).then_some(answer)
    }

    pub(super) fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn region(&self) -> Option<String> {
        self.client().config().region().map(|region| region.as_ref().to_owned())
    }

    pub(super) fn payer(&self) -> Option<RequestPayer> {
        self.requester_pays.then_some(RequestPayer::Requester)
    }

    fn move_to(&self, region: Region) -> Client {
        let mut client = self.client.write().unwrap_or_else(PoisonError::into_inner);
        if client.config().region() != Some(&region) {
            *client = Client::from_conf(client.config().to_builder().region(region).build());
        }
        client.clone()
    }
}

/// Loads what the environment says, the options coming first.
pub(crate) async fn shared_config(options: &ConnectOptions) -> SdkConfig {
    let retry = &options.retry;
    let timeouts = TimeoutConfig::builder().connect_timeout(retry.connect_timeout).read_timeout(retry.stall_timeout).build();
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).region(regions(options)).retry_config(retry_config(retry)).timeout_config(timeouts);
    if let Some(profile) = &options.profile {
        // Asked for by name, a profile wins over keys in the environment: another account must not be scanned by accident.
        let credentials = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
    }
    if let Some(endpoint) = &options.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    if options.no_sign_request {
        loader = loader.no_credentials();
    } else if let Some(AccessKey { id, secret, session_token }) = options.access_key.clone() {
        loader = loader.credentials_provider(Credentials::new(id, secret, session_token, None, "options"));
    }
    loader.load().await
}

/// Tells whether the bucket goes into the path.
pub(crate) fn path_style(options: &ConnectOptions, shared: &SdkConfig) -> bool {
    let own_endpoint = shared.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    options.path_style.unwrap_or(own_endpoint)
}

/// Without a region anywhere, S3 is asked in the one that knows all buckets, and the bucket is followed from there. With an
/// endpoint of its own, or anonymously, there is no need to ask the machine where it runs, which takes seconds where it cannot tell.
fn regions(options: &ConnectOptions) -> RegionProviderChain {
    let chain = RegionProviderChain::first_try(options.region.clone().map(Region::new));
    let profile = options.profile.as_deref();
    let own_endpoint = options.endpoint_url.is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    if own_endpoint || options.no_sign_request {
        let mut file = ProfileFileRegionProvider::builder();
        if let Some(profile) = profile {
            file = file.profile_name(profile);
        }
        return chain.or_else(EnvironmentVariableRegionProvider::new()).or_else(file.build()).or_else("us-east-1");
    }
    let mut usual = DefaultRegionChain::builder();
    if let Some(profile) = profile {
        usual = usual.profile_name(profile);
    }
    chain.or_else(usual.build()).or_else("us-east-1")
}

fn max_attempts(retry: &RetryOptions) -> u32 {
    let from_environment = std::env::var("AWS_MAX_ATTEMPTS").ok().and_then(|attempts| attempts.parse().ok());
    from_environment.unwrap_or(retry.max_attempts).max(1)
}

fn retry_config(retry: &RetryOptions) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(max_attempts(retry))
        .with_initial_backoff(retry.initial_backoff)
        .with_max_backoff(retry.max_backoff)
}

/// By default the SDK stops retrying altogether once a client has retried some hundred times in a row, which protects a service
/// from callers without bounds. Here the threads are bounded and every wait grows, and giving up early would turn a throttled
/// minute into thousands of unread objects.
fn retry_partition() -> RetryPartition {
    RetryPartition::custom("terrier").token_bucket(TokenBucket::unlimited()).build()
}

/// Returns the region that a refusal names as the bucket's own.
fn region_told<E>(error: &SdkError<E, HttpResponse>) -> Option<Region> {
    let response = error.raw_response()?;
    let misdirected = matches!(response.status().as_u16(), 301 | 307 | 400);
    let region = response.headers().get("x-amz-bucket-region").filter(|region| misdirected && is_region(region))?;
    Some(Region::new(region.to_owned()))
}

/// Tells whether a text can be the name of a region. It becomes a part of the host that is asked next, with credentials.
fn is_region(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_a_region_is_followed() {
        for region in ["eu-west-1", "us-gov-east-1", "mx-central-1"] {
            assert!(is_region(region), "{region}");
        }
        for text in ["", "evil.example", "eu-west-1.evil.example/#", "a@b", "EU", "eu west"] {
            assert!(!is_region(text), "{text}");
        }
    }
}
