//! Puts scanned assets back in order, shard by shard, and commits a shard when its last asset is in.

use std::collections::BTreeMap;

use futures::stream::{FuturesUnordered, StreamExt};
use terrier_findings::{FindingsError, Results, ShardRows, Usage};
use terrier_model::{ReasonKind, RunId};
use tokio::sync::mpsc;

use super::Scanned;
use crate::plan::Plan;
use crate::{RequestMeter, ScanError};

/// Shards being written at one time.
const COMMITS: usize = 4;

pub(super) struct Collector<'a> {
    run: &'a RunId,
    results: &'a Results,
    meter: &'a RequestMeter,
    open: BTreeMap<u32, OpenShard>,
}

struct OpenShard {
    assets: Vec<Option<ShardRows>>,
    missing: usize,
}

impl<'a> Collector<'a> {
    pub(super) fn new(plan: &Plan, run: &'a RunId, results: &'a Results, meter: &'a RequestMeter, todo: &[u32]) -> Self {
        let open = todo.iter().map(|number| (*number, OpenShard { assets: Vec::new(), missing: plan.shards()[*number as usize].len() }));
        Self { run, results, meter, open: open.collect() }
    }

    /// Collects until the threads are done. Shards that are not full by then are left for the next attempt.
    pub(super) async fn collect(mut self, mut scanned: mpsc::Receiver<Scanned>) -> Result<BTreeMap<u32, Usage>, ScanError> {
        let mut commits = BTreeMap::new();
        let mut writing = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(committed) = writing.next() => {
                    let (number, usage): (u32, Result<Usage, FindingsError>) = committed;
                    commits.insert(number, usage?);
                }
                next = scanned.recv(), if writing.len() < COMMITS => match next {
                    Some(asset) => {
                        let number = asset.shard;
                        if let Some(rows) = self.add(asset) {
                            let (run, results, usage) = (self.run, self.results, self.usage_of(&rows));
                            writing.push(async move { (number, results.commit_shard(run, number, rows, usage).await.map(|_| usage)) });
                        }
                    }
                    None => break,
                },
            }
        }
        while let Some((number, usage)) = writing.next().await {
            commits.insert(number, usage?);
        }
        Ok(commits)
    }

    /// Reckons to the shard what was asked of the stores since the shard before: the sum over a run is right.
    fn usage_of(&self, rows: &ShardRows) -> Usage {
        let reasons = rows.assets.iter().filter_map(|asset| asset.coverage.reason);
        let failures = reasons.filter(|reason| reason.kind() == ReasonKind::Failure).count() as u64;
        Usage { failures, ..self.meter.take() }
    }

    fn add(&mut self, asset: Scanned) -> Option<ShardRows> {
        let shard = self.open.get_mut(&asset.shard).expect("only open shards are scanned");
        if shard.assets.is_empty() {
            shard.assets.resize_with(shard.missing, || None);
        }
        shard.assets[asset.index] = Some(asset.rows);
        shard.missing -= 1;
        if shard.missing > 0 {
            return None;
        }
        let shard = self.open.remove(&asset.shard).expect("the shard was open a moment ago");
        Some(shard.assets.into_iter().flatten().fold(ShardRows::default(), append))
    }
}

fn append(mut all: ShardRows, mut rows: ShardRows) -> ShardRows {
    all.assets.append(&mut rows.assets);
    all.columns.append(&mut rows.columns);
    all.findings.append(&mut rows.findings);
    all.combinations.append(&mut rows.combinations);
    all.fingerprints.append(&mut rows.fingerprints);
    all
}
