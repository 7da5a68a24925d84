use std::str::FromStr;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{Connection, Row};

use super::super::DatabaseTarget;
use super::failure::{failed, unreachable};
use crate::error::ErrorKind;
use crate::{ConnectOptions, StoreError};

/// What every session is told first.
const SESSION: [&str; 2] = ["SET SESSION TRANSACTION READ ONLY", "SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2"];

/// A minute for a statement, as the two servers call it.
const MARIADB_LIMIT: &str = "SET SESSION max_statement_time = 60";
const MYSQL_LIMIT: &str = "SET SESSION max_execution_time = 60000";

/// How a server is reached.
pub(super) struct Server {
    target: DatabaseTarget,
    options: MySqlConnectOptions,
    timeout: Duration,
}

impl Server {
    pub(super) fn new(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Self, StoreError> {
        let what = "the address of the MySQL server cannot be used; check port, ssl-mode and the other parameters";
        let url = target.expose_url("mysql", "");
        let mut connect = MySqlConnectOptions::from_str(&url).map_err(|_| StoreError::new(ErrorKind::Fatal, what))?;
        if !target.has_password()
            && let Ok(password) = std::env::var("MYSQL_PWD")
        {
            connect = connect.password(&password);
        }
        let connect = connect.pipes_as_concat(false).no_engine_substitution(false).statement_cache_capacity(0);
        Ok(Self { target: target.clone(), options: connect, timeout: options.retry.connect_timeout })
    }

    /// Returns the database that the target names.
    pub(super) fn database(&self) -> Option<&str> {
        self.target.database()
    }

    /// Names the server without saying who asks.
    pub(super) fn uri(&self) -> String {
        match self.options.get_socket() {
            Some(socket) => format!("mysql://{}", socket.to_string_lossy().replace('/', "%2F")),
            None => format!("mysql://{}:{}", self.options.get_host(), self.options.get_port()),
        }
    }

    pub(super) async fn open(&self) -> Result<MySqlConnection, StoreError> {
        let connecting = tokio::time::timeout(self.timeout, MySqlConnection::connect_with(&self.options));
        let mut connection = match connecting.await {
            Ok(connected) => connected.map_err(|error| unreachable(&error))?,
            Err(_) => return Err(StoreError::new(ErrorKind::Transient, "the MySQL server did not answer in time; check host and port")),
        };
        begin(&mut connection).await.map_err(|error| failed(&error, "cannot make the session read-only"))?;
        Ok(connection)
    }
}

async fn begin(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    for statement in SESSION {
        sqlx::raw_sql(statement).execute(&mut *connection).await?;
    }
    let version: String = sqlx::raw_sql("SELECT CAST(VERSION() AS CHAR)").fetch_one(&mut *connection).await?.try_get(0)?;
    let limit = if version.contains("MariaDB") { MARIADB_LIMIT } else { MYSQL_LIMIT };
    sqlx::raw_sql(limit).execute(connection).await?;
    Ok(())
}
