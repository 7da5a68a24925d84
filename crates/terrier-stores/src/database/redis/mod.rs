//! Redis, and what speaks its protocol: the keys of each logical database are one table, a row for each key.
//!
//! Which columns there are the keys tell: those that differ in numbers and random parts only share columns, `session:*` for the value and
//! `user:*.email` for a field. Keys are walked with `SCAN`, never with `KEYS`; only commands that read are sent.

mod failure;
mod read;
mod template;

use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, Value, cmd};
use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use terrier_model::{AssetRef, Reason, StoreId, StoreKind};
use tokio::sync::Semaphore;

use self::failure::failed;
use super::batch::RowSink;
use super::listing::{Listed, concerns, pages};
use super::{DatabaseTarget, TableOptions, target};
use crate::error::ErrorKind;
use crate::preflight::{ActionCheck, Preflight, Verdict};
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Requests, Scope, Store};
use crate::{ConnectOptions, RowBody, StoreError};

/// The name of the one table of a logical database.
const TABLE: &str = "keys";

/// Logical databases that are read at one time: a scan is a guest.
const CONNECTIONS: usize = 2;

/// How long a command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// A server.
pub(crate) struct RedisStore {
    id: StoreId,
    target: DatabaseTarget,
    timeout: Duration,
    tables: TableOptions,
    permits: Arc<Semaphore>,
}

impl RedisStore {
    pub(crate) fn connect(target: &DatabaseTarget, options: &ConnectOptions) -> Result<Self, StoreError> {
        let shown = target.without_password();
        let server = shown.split_once("://").map_or("", |(_, rest)| rest);
        let server = server.split(['/', '?']).next().unwrap_or_default();
        let server = server.rsplit('@').next().unwrap_or_default();
        let port = if server.rsplit(']').next().is_some_and(|end| end.contains(':')) { "" } else { ":6379" };
        Ok(Self {
            id: StoreId::new(format!("redis://{server}{port}")),
            target: target.clone(),
            timeout: options.retry.connect_timeout,
            tables: options.tables.clone(),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        })
    }

    async fn open_connection(&self, database: &str) -> Result<MultiplexedConnection, StoreError> {
        let what = "the address of the Redis server cannot be used; write redis://[user@]host[:port][/number]";
        let url = self.target.expose_url(self.target.scheme(), database);
        let mut info = url.into_connection_info().map_err(|_| StoreError::new(ErrorKind::Fatal, what))?;
        if !self.target.has_password()
            && let Ok(password) = std::env::var("REDISCLI_AUTH")
        {
            let settings = info.redis_settings().clone().set_password(password);
            info = info.set_redis_settings(settings);
        }
        let cannot = |error: ::redis::RedisError| failed(&error, "cannot connect to the Redis server");
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(self.timeout)).set_response_timeout(Some(COMMAND_LIMIT));
        choose_ciphers();
        let client = Client::open(info).map_err(cannot)?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await.map_err(cannot)?;
        // Reading is to leave no trace in what the server evicts next; servers before 7.2 do not know the word.
        let _ = cmd("CLIENT").arg("NO-TOUCH").arg("ON").query_async::<Value>(&mut connection).await;
        Ok(connection)
    }

    /// Returns the logical databases that hold keys, and how many keys each has.
    async fn databases(&self) -> Result<Vec<(String, u64)>, StoreError> {
        if let Some(database) = self.target.database() {
            return Ok(vec![(database.to_owned(), 0)]);
        }
        let mut connection = self.open_connection("").await?;
        match cmd("INFO").arg("keyspace").query_async::<String>(&mut connection).await {
            Ok(info) => Ok(keyspaces(&info)),
            // Whoever may not ask is asked nothing but what the first one holds.
            Err(error) if matches!(failed(&error, "").kind(), ErrorKind::Denied { .. }) => Ok(vec![("0".to_owned(), 0)]),
            Err(error) => Err(failed(&error, "cannot list the databases")),
        }
    }
}

/// Reads lines such as `db0:keys=5,expires=0,avg_ttl=0`.
fn keyspaces(info: &str) -> Vec<(String, u64)> {
    let keyspace = |line: &str| {
        let (number, counts) = line.trim().strip_prefix("db")?.split_once(':')?;
        let keys = counts.split(',').find_map(|count| count.strip_prefix("keys=")?.parse().ok())?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| (number.to_owned(), keys))
    };
    info.lines().filter_map(keyspace).collect()
}

#[async_trait]
impl Store for RedisStore {
    fn id(&self) -> &StoreId {
        &self.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Redis
    }

    async fn preflight(&self, _scope: &Scope) -> Result<Preflight, StoreError> {
        let databases = self.databases().await?;
        let mut connection = self.open_connection(databases.first().map_or("", |(name, _)| name)).await?;
        let identity = cmd("ACL").arg("WHOAMI").query_async::<String>(&mut connection).await.ok();
        let scan = cmd("SCAN").arg(0).arg("COUNT").arg(1).query_async::<Value>(&mut connection).await;
        let keys: u64 = databases.iter().map(|(_, keys)| keys).sum();
        let scan = ActionCheck {
            action: "SCAN".into(),
            verdict: if scan.is_ok() { Verdict::Allowed } else { Verdict::Denied },
            required: true,
            detail: match scan {
                Ok(_) => format!("{keys} keys in {} databases", databases.len()),
                Err(_) => "needed to walk the keys: ACL SETUSER … ~* +@read +@connection +info".into(),
            },
        };
        let user = ActionCheck {
            action: "read-only user".into(),
            verdict: Verdict::Unknown,
            required: false,
            detail: "a scan sends commands that read and no others; give it a user with ~* +@read +@connection +info only".into(),
        };
        Ok(Preflight { identity, account: None, region: None, actions: vec![scan, user] })
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        Ok(vec![ListShard::whole(scope)])
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let (shard, start) = (shard.clone(), shard.start(from));
        let listed = async move {
            let mut databases: Vec<String> = self.databases().await?.into_iter().map(|(name, _)| name).collect();
            super::listing::sort_databases(&mut databases);
            databases.retain(|database| concerns(&shard, start.as_deref(), database));
            let table = || vec![Listed { names: vec![TABLE.to_owned()], ..Listed::default() }];
            let listed = databases.iter().flat_map(|database| pages(&self.id, &shard, start.as_deref(), database, table()));
            let entries = listed.flat_map(|page| page.entries).collect();
            Ok(Page { entries, next: None })
        };
        stream::once(listed).boxed()
    }

    async fn open(&self, _asset: &AssetRef, _plan: &ReadPlan) -> Result<Body, StoreError> {
        Err(StoreError::new(ErrorKind::Unsupported, "a table opens as rows"))
    }

    async fn open_rows(&self, table: &AssetRef) -> Result<RowBody, StoreError> {
        let unknown = || StoreError::new(ErrorKind::NotFound, "the key names no database");
        let parts = target::parts(table.key.expose()).ok_or_else(unknown)?;
        let [database, name] = parts.as_slice() else { return Err(unknown()) };
        if name != TABLE {
            return Err(unknown());
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("the semaphore is never closed");
        let mut connection = self.open_connection(database).await?;
        let keys = cmd("DBSIZE").query_async::<u64>(&mut connection).await.ok();
        let requests = Requests::default();
        requests.add_one();
        let (mut sink, body) =
            RowSink::new(&read::COLUMNS.map(|(name, kind)| (name.to_owned(), kind)), self.tables.max_rows, keys, requests.clone());
        tokio::spawn(async move {
            let _permit = permit;
            match read::run(&mut connection, &mut sink, &requests).await {
                Ok(()) | Err(read::End::Gone) => {}
                Err(read::End::Failed(error)) => sink.fail(error).await,
            }
        });
        Ok(body)
    }
}

/// What a refusal of one key means for its database.
const DENIED: Reason = Reason::Denied;

/// The client takes the process's provider of ciphers and panics where two are linked and none was chosen.
fn choose_ciphers() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Somebody else may have been faster, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::Target;

    #[tokio::test]
    async fn a_server_that_speaks_no_tls_is_an_error() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("rediss://{}/0", listener.local_addr().unwrap());
        let answering = std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            std::io::Write::write_all(&mut client, b"-ERR no TLS here\r\n").unwrap();
        });
        let Ok(Target::Database(target)) = Target::parse(OsStr::new(&address)) else { panic!("not the address of a database") };
        let store = RedisStore::connect(&target, &ConnectOptions::default()).unwrap();
        assert!(store.preflight(&Scope::whole()).await.is_err());
        answering.join().unwrap();
    }

    #[test]
    fn keyspaces_are_read_from_the_servers_own_words() {
        let info = "# Keyspace\r\ndb0:keys=5,expires=0,avg_ttl=0\r\ndb11:keys=2,expires=1,avg_ttl=9\r\n";
        assert_eq!(keyspaces(info), [("0".to_owned(), 5), ("11".to_owned(), 2)]);
    }
}
