//! Databases: tables are assets that open as rows. One room per protocol, each behind a feature of the same name.
//!
//! What holds for all of them: reading only, said to the server too; no lock beyond the one that any reader takes; few connections;
//! short statements; bounded rows and values, and where a bound cut something the coverage says so.

#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod batch;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod listing;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod sql;
mod target;

use std::sync::Arc;

use terrier_model::StoreKind;

pub use self::target::DatabaseTarget;
use crate::error::ErrorKind;
use crate::{ConnectOptions, Store, StoreError};

/// How much of a table is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOptions {
    /// Rows of one table at most; `None` for all of them.
    pub max_rows: Option<u64>,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { max_rows: Some(Self::USUAL_MAX_ROWS) }
    }
}

impl TableOptions {
    /// Rows that are read of a table where nobody asked for more or fewer.
    pub const USUAL_MAX_ROWS: u64 = 1_000_000;
}

/// Connects to the store of a database's address, as far as its protocol is built in.
pub(crate) async fn connect(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Arc<dyn Store>, StoreError> {
    match target.kind() {
        #[cfg(feature = "postgres")]
        StoreKind::Postgres => Ok(Arc::new(postgres::PostgresStore::connect(target, options)?)),
        #[cfg(feature = "mysql")]
        StoreKind::Mysql => Ok(Arc::new(mysql::MysqlStore::connect(target, options)?)),
        #[cfg(feature = "redis")]
        StoreKind::Redis => Ok(Arc::new(redis::RedisStore::connect(target, options)?)),
        kind => {
            let _ = options;
            let kind = kind.as_str();
            let what = format!("this terrier was built without {kind}; build it with --features {kind}");
            Err(StoreError::new(ErrorKind::Unsupported, what))
        }
    }
}
