use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use super::text;
use crate::error::{ErrorKind, StoreError};

/// How much of a refusal is read: error codes come early in it.
const REFUSAL_BYTES: usize = 64 << 10;

/// Why a request did not get what it asked for.
pub(crate) enum Failure {
    /// The service answered, and refused.
    Refused(Refusal),
    /// No connection came about, or it broke before the answer was complete.
    Unreachable,
    /// The service did not answer in time.
    TooSlow,
    /// The answer is longer than any that makes sense.
    TooLong,
    /// There was nothing to send the request with.
    Unsent(StoreError),
}

/// What a service said when it refused.
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The start of what it wrote. Can quote keys: never to be shown.
    pub(crate) body: Vec<u8>,
}

impl Refusal {
    pub(super) async fn read(mut response: Response) -> Self {
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while body.len() < REFUSAL_BYTES {
            let Ok(Some(chunk)) = response.chunk().await else { break };
            body.extend_from_slice(&chunk);
        }
        body.truncate(REFUSAL_BYTES);
        Self { status, headers, body }
    }

    /// Returns how long the service asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        text(&self.headers, &RETRY_AFTER)?.parse().ok().map(Duration::from_secs)
    }

    fn may_pass(&self) -> bool {
        matches!(self.status.as_u16(), 408 | 429 | 500 | 502..=504)
    }
}

impl Failure {
    /// Tells whether the same request may get through later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.may_pass(),
            Self::Unreachable | Self::TooSlow => true,
            Self::TooLong | Self::Unsent(_) => false,
        }
    }

    /// Tells whether the service answered with this status.
    pub(crate) fn is(&self, status: StatusCode) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == status)
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            _ => None,
        }
    }

    /// Says what the failure means to a caller. `what` says what was being done; `refused` reads the service's own words.
    pub(crate) fn store_error(self, what: &'static str, refused: impl FnOnce(&Refusal) -> StoreError) -> StoreError {
        let transient = |how: &str| StoreError::new(ErrorKind::Transient, format!("{what}: {how}"));
        match self {
            Self::Refused(refusal) => refused(&refusal),
            Self::Unreachable => transient("the store cannot be reached"),
            Self::TooSlow => transient("the store does not answer in time"),
            Self::TooLong => StoreError::new(ErrorKind::Unsupported, format!("{what}: the store's answer is too long")),
            Self::Unsent(error) => error,
        }
    }
}
