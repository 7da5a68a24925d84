//! Reports made of results that the findings crate wrote, under the default rules.

#![allow(clippy::unwrap_used, reason = "what a test cannot set up fails the test")]

#[path = "../../../terrier-findings/tests/fixture/mod.rs"]
mod fixture;
mod page;
mod sarif;

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use terrier_findings::ShardRows;
use terrier_model::RunId;
use terrier_query::FindingsDb;

async fn findings_of(rows: impl Fn(&RunId, u32) -> ShardRows) -> FindingsDb {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    fixture::write_run_of(Arc::clone(&store), &Path::default(), "r1", fixture::STARTED, rows).await;
    FindingsDb::open(store, Path::default()).await.unwrap()
}

async fn findings() -> FindingsDb {
    findings_of(fixture::shard).await
}

/// The fixture with names that try to break out of wherever they are put.
fn hostile_shard(run: &RunId, shard: u32) -> ShardRows {
    let mut rows = fixture::shard(run, shard);
    for asset in &mut rows.assets {
        asset.path = format!("{HOSTILE}{}", asset.path);
        if let Some(label) = &mut asset.label {
            label.regulations.push(HOSTILE.to_owned());
        }
        asset.format = Some(HOSTILE.to_owned());
    }
    for finding in &mut rows.findings {
        for place in &mut finding.finding.places {
            place.column = Some(HOSTILE.to_owned());
        }
    }
    rows
}

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}&lt;";
