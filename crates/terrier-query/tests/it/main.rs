//! Questions asked of results that the findings crate wrote.

#![allow(clippy::unwrap_used, reason = "what a test cannot set up fails the test")]

#[path = "../../../terrier-findings/tests/fixture/mod.rs"]
mod fixture;
mod named;
mod rendering;
mod sql;

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use terrier_query::FindingsDb;

/// Results below a prefix whose characters an address would have to escape.
fn prefix() -> Path {
    Path::from("out put/ü%2F#1")
}

fn empty() -> Arc<dyn ObjectStore> {
    Arc::new(InMemory::new())
}

async fn open(store: Arc<dyn ObjectStore>) -> FindingsDb {
    FindingsDb::open(store, prefix()).await.unwrap()
}

/// One finished run.
async fn one_run() -> FindingsDb {
    let store = empty();
    fixture::write_run(Arc::clone(&store), &prefix(), "r1", fixture::STARTED).await;
    open(store).await
}
