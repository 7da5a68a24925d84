//! What a server's errors mean. Their messages quote names and values, so only their codes are kept.

use sqlx::mysql::MySqlDatabaseError;

use crate::StoreError;
use crate::error::ErrorKind;

/// Makes the error of a failed connection.
pub(super) fn unreachable(error: &sqlx::Error) -> StoreError {
    let what = match error {
        sqlx::Error::Database(_) => return failed(error, "the MySQL server refuses the connection"),
        sqlx::Error::Tls(_) => "the TLS connection to the MySQL server failed; check its certificate and ssl-mode, or give ssl-ca=FILE",
        sqlx::Error::Io(_) => {
            return StoreError::new(ErrorKind::Transient, "the MySQL server cannot be reached; check host, port and firewall");
        }
        _ => "the MySQL server does not speak as expected; check host, port and ssl-mode",
    };
    StoreError::new(ErrorKind::Fatal, what)
}

/// Makes the error of a statement; `what` says what was tried.
pub(super) fn failed(error: &sqlx::Error, what: &'static str) -> StoreError {
    let sqlx::Error::Database(cause) = error else {
        return StoreError::new(ErrorKind::Transient, format!("{what}: the connection to the MySQL server broke"));
    };
    let number = cause.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number);
    let (kind, what) = match number {
        1045 | 1698 => (ErrorKind::Fatal, format!("{what}: wrong user or password; give the password in MYSQL_PWD")),
        1044 | 1142 | 1143 | 1227 | 1370 => (ErrorKind::Denied { action: "SELECT".into() }, what.to_owned()),
        1129 | 1130 => (ErrorKind::Denied { action: "a connection from this host".into() }, what.to_owned()),
        1049 => (ErrorKind::NotFound, format!("{what}: there is no such database")),
        1146 | 1051 => (ErrorKind::NotFound, format!("{what}: it is gone")),
        1054 => (ErrorKind::Changed, what.to_owned()),
        1205 | 3572 => (ErrorKind::Locked, format!("{what}: it stayed locked for two seconds")),
        1969 | 3024 | 1317 => (ErrorKind::TimedOut, format!("{what}: the statement took too long")),
        1040 | 1203 | 1226 => (ErrorKind::Throttled { after: None }, format!("{what}: it has no connection left")),
        1053 | 1158..=1161 | 1213 => (ErrorKind::Transient, what.to_owned()),
        _ => (ErrorKind::Fatal, what.to_owned()),
    };
    StoreError::new(kind, what).with_sql_state(cause.code().as_deref())
}
