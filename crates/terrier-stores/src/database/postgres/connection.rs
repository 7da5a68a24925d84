use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::super::DatabaseTarget;
use super::failure::{failed, unreachable};
use crate::error::ErrorKind;
use crate::{ConnectOptions, StoreError};

/// What every session is told first. Rows that lie in no order are read as they lie, so where a scan begins must not depend on others.
const SESSION: &str = "\
    SET default_transaction_read_only = on;
    SET statement_timeout = '60s';
    SET lock_timeout = '2s';
    SET idle_in_transaction_session_timeout = '10min';
    SET search_path = pg_catalog;
    SET synchronize_seqscans = off;
    SET max_parallel_workers_per_gather = 0;
    SET jit = off";

/// The database that there is on every server.
const ENTRY: &str = "postgres";

/// How a server is reached.
pub(super) struct Server {
    target: DatabaseTarget,
    timeout: Duration,
}

impl Server {
    pub(super) fn new(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Self, StoreError> {
        Ok(Self { target: target.clone(), timeout: options.retry.connect_timeout })
    }

    /// Returns the database that the target names.
    pub(super) fn database(&self) -> Option<&str> {
        self.target.database()
    }

    /// Returns a database to ask for the others: what the environment names, else the one that is always there.
    pub(super) fn entry_database(&self) -> Result<String, StoreError> {
        Ok(self.options("")?.get_database().unwrap_or(ENTRY).to_owned())
    }

    /// Names the server without saying who asks.
    pub(super) fn uri(&self) -> Result<String, StoreError> {
        let options = self.options(self.database().unwrap_or_default())?;
        let host = match options.get_socket() {
            Some(socket) => socket.to_string_lossy().replace('/', "%2F"),
            None => options.get_host().replace('/', "%2F"),
        };
        Ok(format!("postgres://{host}:{}", options.get_port()))
    }

    /// Returns who asks.
    pub(super) fn user(&self) -> Result<String, StoreError> {
        Ok(self.options("")?.get_username().to_owned())
    }

    /// What the address does not say comes from the environment and the password file, as for all clients of PostgreSQL.
    fn options(&self, database: &str) -> Result<PgConnectOptions, StoreError> {
        let url = self.target.expose_url("postgres", database);
        let what = "the address of the PostgreSQL server cannot be used; check port, sslmode and the other parameters";
        let options = PgConnectOptions::from_str(&url).map_err(|_| StoreError::new(ErrorKind::Fatal, what))?;
        Ok(options.application_name("terrier"))
    }

    pub(super) async fn open(&self, database: &str) -> Result<PgConnection, StoreError> {
        let options = self.options(database)?;
        let connecting = tokio::time::timeout(self.timeout, PgConnection::connect_with(&options));
        let mut connection = match connecting.await {
            Ok(connected) => connected.map_err(|error| unreachable(&error))?,
            Err(_) => {
                return Err(StoreError::new(ErrorKind::Transient, "the PostgreSQL server did not answer in time; check host and port"));
            }
        };
        sqlx::raw_sql(SESSION).execute(&mut connection).await.map_err(|error| failed(&error, "cannot make the session read-only"))?;
        Ok(connection)
    }
}
