//! The second column: what is really done, only that the content is virtual.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt};
use terrier_sim::virtual_estate::{Estate, SimStore};
use terrier_stores::{ListShard, Meter, Scope, Store};

/// A listing that was executed.
pub(super) struct Executed {
    pub(super) objects: u64,
    pub(super) bytes: u64,
    pub(super) shards: usize,
    pub(super) list_requests: u64,
    pub(super) seconds: f64,
}

/// Lists a whole estate through the seam of stores, its shards side by side, and counts what comes.
pub(super) async fn list(estate: Arc<Estate>, threads: NonZeroUsize) -> anyhow::Result<Executed> {
    let meter = Meter::new(Arc::new(SimStore::of("sim://bench", estate)));
    let usage = meter.usage();
    let store: Arc<dyn Store> = Arc::new(meter);
    let started = Instant::now();
    let shards = store.shards(&Scope::whole()).await?;
    let count = shards.len();
    let each = shards.into_iter().map(|shard| {
        let store = Arc::clone(&store);
        async move { tokio::spawn(async move { list_shard(&*store, &shard).await }).await? }
    });
    let listed: Vec<(u64, u64)> = futures::stream::iter(each).buffer_unordered(threads.get()).try_collect().await?;
    Ok(Executed {
        objects: listed.iter().map(|(objects, _)| objects).sum(),
        bytes: listed.iter().map(|(_, bytes)| bytes).sum(),
        shards: count,
        list_requests: usage.list_requests(),
        seconds: started.elapsed().as_secs_f64(),
    })
}

async fn list_shard(store: &dyn Store, shard: &ListShard) -> anyhow::Result<(u64, u64)> {
    let mut pages = store.list(shard, None);
    let (mut objects, mut bytes) = (0, 0);
    while let Some(page) = pages.try_next().await? {
        objects += page.entries.len() as u64;
        bytes += page.entries.iter().map(|entry| entry.asset.size).sum::<u64>();
    }
    Ok((objects, bytes))
}
