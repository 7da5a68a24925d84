use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use terrier_model::Reason;

/// Says why a store could not do what was asked.
///
/// Opaque: callers decide by [`StoreError::kind`]. The text never holds a key, a path, content, or what a service wrote in its
/// message, since services quote keys there; of a service's answer only the status and the error code are kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: ErrorKind,
    what: Cow<'static, str>,
    code: Option<String>,
}

/// What a caller can do about a [`StoreError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The store kept asking to slow down, through all retries: slow down, come back later.
    Throttled {
        /// How long the store asked to wait, where it said so.
        after: Option<Duration>,
    },
    /// The store refused: the credential needs this action.
    Denied {
        /// The action that is missing, in the store's own words: `s3:GetObject`, `read`.
        action: String,
    },
    /// The store allows reading and the key that encrypts the asset does not: the credential needs this action on the key.
    KeyDenied {
        /// The action that is missing, in the store's own words: `kms:Decrypt`.
        action: String,
    },
    /// There is no such asset or store.
    NotFound,
    /// The asset is no longer the version that was listed: list it again.
    Changed,
    /// The cursor is no longer valid: list the shard from its start.
    CursorReset,
    /// The store cannot do this at all.
    Unsupported,
    /// The asset must be restored from an archive first.
    Archived,
    /// Somebody else kept the asset locked for longer than is waited.
    Locked,
    /// The store took longer than it is given.
    TimedOut,
    /// Failed through all retries; may work later.
    Transient,
    /// Will fail again in the same way until something is put right: credentials, configuration.
    Fatal,
}

impl StoreError {
    /// Says what failed; `what` never holds a key, a path or content.
    pub fn new(kind: ErrorKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, what: what.into(), code: None }
    }

    /// Adds the error code that the service gave, as far as it looks like one.
    pub(crate) fn with_code(mut self, code: Option<&str>) -> Self {
        let is_code = |text: &&str| text.len() <= 64 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        self.code = code.filter(is_code).map(str::to_owned);
        self
    }

    /// Adds the SQLSTATE that a database gave, five letters and digits.
    pub(crate) fn with_sql_state(mut self, state: Option<&str>) -> Self {
        let is_state = |text: &&str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        self.code = state.filter(is_state).map(|state| format!("SQLSTATE {state}"));
        self
    }

    /// Tells what a caller can do.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Returns the coverage reason of an asset that could not be read because of this.
    pub fn reason(&self) -> Reason {
        match self.kind {
            ErrorKind::Throttled { .. } => Reason::Throttled,
            ErrorKind::Denied { .. } => Reason::Denied,
            ErrorKind::KeyDenied { .. } => Reason::KeyDenied,
            ErrorKind::NotFound => Reason::NotFound,
            ErrorKind::Changed => Reason::Changed,
            ErrorKind::Archived => Reason::Archived,
            ErrorKind::Locked => Reason::Locked,
            ErrorKind::TimedOut => Reason::TimedOut,
            ErrorKind::CursorReset | ErrorKind::Unsupported | ErrorKind::Transient | ErrorKind::Fatal => Reason::ReadFailed,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let ErrorKind::Denied { action } | ErrorKind::KeyDenied { action } = &self.kind {
            write!(f, ": {action} is not allowed")?;
        }
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        match &self.kind {
            ErrorKind::Throttled { .. } => f.write_str("; the store keeps asking to slow down: use fewer threads or run later"),
            ErrorKind::Denied { action } => write!(f, "; grant {action} or leave this out"),
            ErrorKind::KeyDenied { action } => write!(f, "; grant {action} on the key that encrypts it"),
            ErrorKind::NotFound => f.write_str("; check the name"),
            ErrorKind::Changed => f.write_str("; scan again to read its new content"),
            ErrorKind::CursorReset => f.write_str("; list again from the start"),
            ErrorKind::Archived => f.write_str("; restore it first"),
            ErrorKind::Locked => f.write_str("; scan again when the lock is gone"),
            ErrorKind::TimedOut => f.write_str("; try again when the server has less to do"),
            ErrorKind::Transient => f.write_str("; try again later"),
            ErrorKind::Unsupported | ErrorKind::Fatal => Ok(()),
        }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({:?}: {self})", self.kind)
    }
}

impl std::error::Error for StoreError {}
