use reqwest::header::HeaderName;

use crate::error::{ErrorKind, StoreError};
use crate::http::{Failure, Refusal, text};

/// Says why a request was refused.
const ERROR_CODE: HeaderName = HeaderName::from_static("x-ms-error-code");

/// Says what a failed request means to a caller. `what` says what was being done, `permission` is what it needs.
pub(super) fn store_error(failure: Failure, what: &'static str, permission: &str) -> StoreError {
    failure.store_error(what, |refusal| refused(refusal, what, permission))
}

/// Returns the service's code of a refusal.
pub(super) fn code(refusal: &Refusal) -> &str {
    text(&refusal.headers, &ERROR_CODE).unwrap_or_else(|| in_body(&refusal.body).unwrap_or_default())
}

fn in_body(body: &[u8]) -> Option<&str> {
    let (_, rest) = std::str::from_utf8(body).ok()?.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code)
}

fn refused(refusal: &Refusal, what: &'static str, permission: &str) -> StoreError {
    let code = code(refusal);
    let fatal = |text: &'static str| StoreError::new(ErrorKind::Fatal, text);
    let denied = || StoreError::new(ErrorKind::Denied { action: permission.into() }, what);
    let error = match (refusal.status.as_u16(), code) {
        (_, "ContainerNotFound" | "ContainerBeingDeleted") => {
            StoreError::new(ErrorKind::NotFound, format!("{what}: there is no such container"))
        }
        (_, "BlobArchived" | "BlobBeingRehydrated") => StoreError::new(ErrorKind::Archived, what),
        (_, "ServerBusy" | "AccountIOPSLimitExceeded") | (429 | 503, _) => {
            StoreError::new(ErrorKind::Throttled { after: refusal.retry_after() }, what)
        }
        (_, "AuthenticationFailed" | "InvalidAuthenticationInfo") => {
            fatal("the store does not accept these credentials; check key, signature and clock, or log in again")
        }
        (_, "KeyBasedAuthenticationNotPermitted") => {
            fatal("the account permits no keys and no signatures of keys; log in with Microsoft Entra ID")
        }
        (_, "AccountIsDisabled") => fatal("the account is disabled"),
        (_, "BlobUsesCustomerSpecifiedEncryption") => {
            StoreError::new(ErrorKind::KeyDenied { action: "the key of whoever wrote it".into() }, what)
        }
        (_, "KeyVaultEncryptionKeyNotFound" | "KeyVaultAccessTokenCannotBeAcquired" | "KeyVaultVaultNotFound") => {
            StoreError::new(ErrorKind::KeyDenied { action: "the account's access to its key vault".into() }, what)
        }
        (_, "PublicAccessNotPermitted" | "NoAuthenticationInformation") | (401 | 403, _) => denied(),
        (404, _) => StoreError::new(ErrorKind::NotFound, what),
        (412 | 416, _) => StoreError::new(ErrorKind::Changed, what),
        (408 | 500.., _) => StoreError::new(ErrorKind::Transient, what),
        _ => StoreError::new(ErrorKind::Unsupported, format!("{what}: the store rejects the request")),
    };
    error.with_code(Some(code))
}
