use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::error::{ErrorKind, StoreError};

/// Says what a failed request means to a caller. `what` says what was being done, `action` is the permission that it needs.
///
/// Of the service's answer only status and code are used: its message can quote the key.
pub(super) fn store_error<E>(error: &SdkError<E, HttpResponse>, what: &'static str, action: &str) -> StoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if lacks_credentials(error) {
        return StoreError::new(
            ErrorKind::Fatal,
            "no usable AWS credentials; set a profile, log in again, or ask anonymously with --no-sign-request",
        );
    }
    match error {
        SdkError::ServiceError(answer) => refusal(answer.err(), answer.raw(), what, action),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            StoreError::new(ErrorKind::Fatal, "the request cannot be sent; check endpoint and region")
        }
        SdkError::DispatchFailure(_) => StoreError::new(ErrorKind::Transient, format!("{what}: the store cannot be reached")),
        SdkError::TimeoutError(_) => StoreError::new(ErrorKind::Transient, format!("{what}: the store does not answer in time")),
        SdkError::ResponseError(_) => StoreError::new(ErrorKind::Transient, format!("{what}: the store's answer is not understood")),
        _ => StoreError::new(ErrorKind::Fatal, "the request cannot be built; check bucket name, endpoint and region"),
    }
}

fn refusal(error: &impl ProvideErrorMetadata, response: &HttpResponse, what: &'static str, action: &str) -> StoreError {
    let status = response.status().as_u16();
    let code = error.code().unwrap_or("");
    let fatal = |text: &'static str| StoreError::new(ErrorKind::Fatal, text);
    let refused = match (code, status) {
        ("NoSuchBucket", _) => StoreError::new(ErrorKind::NotFound, format!("{what}: there is no such bucket")),
        ("InvalidAccessKeyId" | "InvalidToken" | "InvalidClientTokenId", _) => fatal("the store does not know these credentials"),
        ("SignatureDoesNotMatch", _) => fatal("the store does not accept the signature; check the secret key and the endpoint"),
        ("ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired", _) => fatal("the credentials have expired; log in again"),
        ("RequestTimeTooSkewed", _) => fatal("this machine's clock is wrong; set it"),
        ("InvalidObjectState", _) => StoreError::new(ErrorKind::Archived, what),
        ("PreconditionFailed", _) | (_, 412 | 416) => StoreError::new(ErrorKind::Changed, what),
        ("SlowDown" | "TooManyRequests" | "RequestLimitExceeded", _) | (_, 429 | 503) => {
            StoreError::new(ErrorKind::Throttled { after: retry_after(response) }, what)
        }
        (code, _) if code.starts_with("Throttling") => StoreError::new(ErrorKind::Throttled { after: retry_after(response) }, what),
        (_, 200..=299) => StoreError::new(ErrorKind::Transient, format!("{what}: the store's answer is not understood")),
        (_, 404) => StoreError::new(ErrorKind::NotFound, what),
        (_, 401 | 403) => StoreError::new(denial(error.message(), action), what),
        (_, 301 | 307) => fatal("the bucket is elsewhere and the store does not say where; give its region or endpoint"),
        (_, 501) => StoreError::new(ErrorKind::Unsupported, format!("{what}: the store does not support it")),
        (_, 500..) => StoreError::new(ErrorKind::Transient, what),
        _ => StoreError::new(ErrorKind::Unsupported, format!("{what}: the store rejects the request")),
    };
    refused.with_code(error.code())
}

/// A refusal by the encryption key's policy reads like any other, except that the message names the action.
fn denial(message: Option<&str>, action: &str) -> ErrorKind {
    if message.is_some_and(|message| message.contains("kms:Decrypt")) {
        return ErrorKind::KeyDenied { action: "kms:Decrypt".into() };
    }
    ErrorKind::Denied { action: action.into() }
}

fn retry_after(response: &HttpResponse) -> Option<Duration> {
    response.headers().get("retry-after")?.parse().ok().map(Duration::from_secs)
}

fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<CredentialsError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
