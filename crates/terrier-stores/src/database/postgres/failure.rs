//! What a server's errors mean. Their messages quote names and values, so only their codes are kept.

use crate::StoreError;
use crate::error::ErrorKind;

/// Makes the error of a failed connection.
pub(super) fn unreachable(error: &sqlx::Error) -> StoreError {
    let what = match error {
        sqlx::Error::Database(_) => return failed(error, "the PostgreSQL server refuses the connection"),
        sqlx::Error::Tls(_) => {
            "the TLS connection to the PostgreSQL server failed; check its certificate and sslmode, or give sslrootcert=FILE"
        }
        sqlx::Error::Io(_) => {
            return StoreError::new(ErrorKind::Transient, "the PostgreSQL server cannot be reached; check host, port and firewall");
        }
        _ => "the PostgreSQL server does not speak as expected; check host, port and sslmode",
    };
    StoreError::new(ErrorKind::Fatal, what)
}

/// Makes the error of a statement; `what` says what was tried.
pub(super) fn failed(error: &sqlx::Error, what: &'static str) -> StoreError {
    let sqlx::Error::Database(cause) = error else {
        return StoreError::new(ErrorKind::Transient, format!("{what}: the connection to the PostgreSQL server broke"));
    };
    let state = cause.code();
    let state = state.as_deref().unwrap_or_default();
    let denied = |action: &str| ErrorKind::Denied { action: action.to_owned() };
    let (kind, what) = match state {
        "42501" if what.contains("connection") => (denied("CONNECT"), what.to_owned()),
        "42501" => (denied("SELECT"), what.to_owned()),
        "28P01" => (ErrorKind::Fatal, format!("{what}: wrong user or password; give the password in PGPASSWORD, PGPASSFILE or ~/.pgpass")),
        // What `pg_hba.conf` does not allow.
        "28000" => (denied("CONNECT"), what.to_owned()),
        "3D000" => (ErrorKind::NotFound, format!("{what}: there is no such database")),
        "42P01" | "3F000" | "42704" => (ErrorKind::NotFound, format!("{what}: it is gone")),
        "42703" => (ErrorKind::Changed, what.to_owned()),
        "55P03" => (ErrorKind::Locked, format!("{what}: it stayed locked for two seconds")),
        "57014" => (ErrorKind::TimedOut, format!("{what}: the statement took longer than a minute")),
        "53300" => (ErrorKind::Throttled { after: None }, format!("{what}: it has no connection left")),
        state if ["08", "40", "53", "57", "58"].iter().any(|class| state.starts_with(class)) => (ErrorKind::Transient, what.to_owned()),
        _ => (ErrorKind::Fatal, what.to_owned()),
    };
    StoreError::new(kind, what).with_sql_state(Some(state))
}
