//! The few connections that a scan keeps to a server.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections to one server at a time: a scan is a guest.
pub(super) const CONNECTIONS: usize = 2;

/// Connections in use and at rest; never more than [`CONNECTIONS`] of both.
pub(super) struct Connections<C> {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(String, C)>>,
}

/// A connection in use. Dropped it is closed; given back it waits for the next.
pub(super) struct Lease<C> {
    pub(super) connection: C,
    database: String,
    _permit: OwnedSemaphorePermit,
}

impl<C> Connections<C> {
    pub(super) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(CONNECTIONS)), idle: Mutex::default() }
    }

    /// Waits for a turn, then takes a resting connection to the database or makes one.
    pub(super) async fn lease<E>(&self, database: &str, connect: impl AsyncFnOnce() -> Result<C, E>) -> Result<Lease<C>, E> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("the semaphore is never closed");
        let resting = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let fitting = idle.iter().position(|(of, _)| of == database);
            // One to another database makes room for the one to be made.
            fitting.map(|index| idle.swap_remove(index).1).or_else(|| idle.pop().and(None))
        };
        let connection = match resting {
            Some(connection) => connection,
            None => connect().await?,
        };
        Ok(Lease { connection, database: database.to_owned(), _permit: permit })
    }

    /// Lets a connection rest that is in no transaction and in no doubt.
    pub(super) fn give_back(&self, lease: Lease<C>) {
        let Lease { connection, database, _permit } = lease;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((database, connection));
    }
}

/// Rows of the next page, such that it has some [`PAGE_BYTES`] if its rows are like those before.
pub(super) struct PageSize {
    rows: u64,
    bytes: u64,
}

const FIRST_PAGE: u64 = 100;
const PAGE_BYTES: u64 = 4 << 20;
const PAGE_ROWS: u64 = 4_096;

impl PageSize {
    pub(super) fn new() -> Self {
        Self { rows: 0, bytes: 0 }
    }

    /// Books a row.
    pub(super) fn add(&mut self, bytes: usize) {
        self.rows += 1;
        self.bytes += bytes as u64;
    }

    /// Returns how many rows to ask for.
    pub(super) fn next(&self) -> u64 {
        match (self.bytes / self.rows.max(1)).max(1) {
            _ if self.rows == 0 => FIRST_PAGE,
            average => (PAGE_BYTES / average).clamp(8, PAGE_ROWS),
        }
    }
}
