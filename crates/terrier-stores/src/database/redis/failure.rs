//! What a server's errors mean. Their messages quote keys, so only their codes are kept.

use ::redis::{ErrorKind as Cause, RedisError, ServerErrorKind};

use crate::StoreError;
use crate::error::ErrorKind;

/// Makes the error of a command; `what` says what was tried.
pub(super) fn failed(error: &RedisError, what: &'static str) -> StoreError {
    let denied = || ErrorKind::Denied { action: "reading (+@read ~*)".to_owned() };
    let (kind, why) = match (error.kind(), error.code()) {
        (_, Some("NOAUTH" | "WRONGPASS")) | (Cause::AuthenticationFailed, _) => {
            (ErrorKind::Fatal, "wrong user or password; give the password in REDISCLI_AUTH")
        }
        (Cause::Server(ServerErrorKind::NoPerm), _) | (_, Some("NOPERM")) => (denied(), "the user may not do that"),
        (Cause::Server(ServerErrorKind::BusyLoading | ServerErrorKind::MasterDown | ServerErrorKind::TryAgain), _) => {
            (ErrorKind::Transient, "the server is not ready")
        }
        (Cause::Server(ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::CrossSlot), _) => {
            (ErrorKind::Fatal, "keys of a cluster lie with several servers; name each of them as a target")
        }
        (Cause::Server(_), _) => (ErrorKind::Fatal, "the server refuses"),
        _ if error.is_timeout() => (ErrorKind::TimedOut, "the server took too long"),
        (Cause::Io, _) => (ErrorKind::Transient, "it cannot be reached; check host, port and firewall"),
        _ => (ErrorKind::Fatal, "it does not speak as expected; check host and port, and redis:// or rediss://"),
    };
    StoreError::new(kind, format!("{what}: {why}")).with_code(error.code())
}
