use serde::Deserialize;

use crate::error::{ErrorKind, StoreError};
use crate::http::{Failure, Refusal};

/// What the service writes when it refuses. Its messages can quote names, so that they are searched and never kept.
#[derive(Deserialize)]
struct Words {
    error: Problem,
}

#[derive(Deserialize, Default)]
struct Problem {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Cause>,
}

#[derive(Deserialize)]
struct Cause {
    #[serde(default)]
    reason: String,
}

/// Says what a failed request means to a caller. `what` says what was being done, `permission` is what it needs.
pub(super) fn store_error(failure: Failure, what: &'static str, permission: &str) -> StoreError {
    failure.store_error(what, |refusal| refused(refusal, what, permission))
}

fn refused(refusal: &Refusal, what: &'static str, permission: &str) -> StoreError {
    let problem = serde_json::from_slice::<Words>(&refusal.body).map(|words| words.error).unwrap_or_default();
    let reason = problem.errors.first().map_or("", |cause| cause.reason.as_str());
    let fatal = |text: &'static str| StoreError::new(ErrorKind::Fatal, text);
    let throttled = || StoreError::new(ErrorKind::Throttled { after: refusal.retry_after() }, what);
    let error = match (refusal.status.as_u16(), reason) {
        (_, "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded") | (429 | 503, _) => throttled(),
        (400 | 403, _) if problem.message.contains("cloudkms.") || problem.message.contains("Cloud KMS") => {
            StoreError::new(ErrorKind::KeyDenied { action: "cloudkms.cryptoKeyVersions.useToDecrypt".into() }, what)
        }
        (400, "userProjectMissing" | "required") => {
            fatal("the bucket's requester pays; allow it with --requester-pays and set GOOGLE_CLOUD_PROJECT")
        }
        (401, "required") => StoreError::new(ErrorKind::Denied { action: permission.into() }, what),
        (401, _) => fatal("the store does not accept these credentials; log in again"),
        (403, "accountDisabled" | "disabled") => fatal("the bucket's account is disabled"),
        (403, _) => StoreError::new(ErrorKind::Denied { action: permission.into() }, what),
        (404, _) => StoreError::new(ErrorKind::NotFound, what),
        (412 | 416, _) => StoreError::new(ErrorKind::Changed, what),
        (408 | 500.., _) => StoreError::new(ErrorKind::Transient, what),
        _ => StoreError::new(ErrorKind::Unsupported, format!("{what}: the store rejects the request")),
    };
    error.with_code(Some(reason))
}
