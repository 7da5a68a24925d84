//! Counters that a running scan keeps and a display reads. Nothing here decides anything.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use terrier_model::{AssetFindings, Coverage, Method, Reason, ReasonKind, Tier};

use crate::plan::Extent;

/// Live counters of a scan.
#[derive(Debug, Default)]
pub struct Progress {
    listed_assets: AtomicU64,
    planned_assets: AtomicU64,
    planned_bytes: AtomicU64,
    done_assets: AtomicU64,
    done_bytes: AtomicU64,
    resumed_bytes: AtomicU64,
    high: AtomicU64,
    medium: AtomicU64,
    low: AtomicU64,
    failures: AtomicU64,
    content_bytes: AtomicU64,
    covered: Mutex<BTreeMap<(Method, Option<Reason>), u64>>,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Assets enumerated so far.
    pub listed_assets: u64,
    /// Assets to read, as far as listed.
    pub planned_assets: u64,
    /// Bytes to read, as far as listed.
    pub planned_bytes: u64,
    /// Assets dealt with.
    pub done_assets: u64,
    /// Bytes of the assets dealt with, and of those in work as far as read.
    pub done_bytes: u64,
    /// The part of `done_bytes` that an earlier, interrupted attempt had done.
    pub resumed_bytes: u64,
    /// Findings at the high tier.
    pub high: u64,
    /// Findings at the medium tier.
    pub medium: u64,
    /// Findings at the low tier.
    pub low: u64,
    /// Assets that should have been read and were not.
    pub failures: u64,
    /// Content held in memory, in bytes.
    pub content_bytes: u64,
}

impl Progress {
    /// Reads all counters.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            listed_assets: self.listed_assets.load(Relaxed),
            planned_assets: self.planned_assets.load(Relaxed),
            planned_bytes: self.planned_bytes.load(Relaxed),
            done_assets: self.done_assets.load(Relaxed),
            done_bytes: self.done_bytes.load(Relaxed),
            resumed_bytes: self.resumed_bytes.load(Relaxed),
            high: self.high.load(Relaxed),
            medium: self.medium.load(Relaxed),
            low: self.low.load(Relaxed),
            failures: self.failures.load(Relaxed),
            content_bytes: self.content_bytes.load(Relaxed),
        }
    }

    /// Counts the assets dealt with in this process, by how they were covered and why not.
    pub fn covered(&self) -> Vec<(Method, Option<Reason>, u64)> {
        let covered = self.covered.lock().unwrap_or_else(PoisonError::into_inner);
        covered.iter().map(|((method, reason), assets)| (*method, *reason, *assets)).collect()
    }

    pub(crate) fn listed(&self, extent: Extent) {
        self.listed_assets.store(extent.assets, Relaxed);
        self.planned_assets.store(extent.readable, Relaxed);
        self.planned_bytes.store(extent.bytes, Relaxed);
    }

    /// Counts a shard that an earlier attempt had committed.
    pub(crate) fn resumed(&self, assets: u64, bytes: u64) {
        self.done_assets.fetch_add(assets, Relaxed);
        self.done_bytes.fetch_add(bytes, Relaxed);
        self.resumed_bytes.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn read(&self, bytes: u64) {
        self.done_bytes.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn finished_asset(&self, coverage: &Coverage) {
        self.done_assets.fetch_add(1, Relaxed);
        let mut covered = self.covered.lock().unwrap_or_else(PoisonError::into_inner);
        *covered.entry((coverage.method, coverage.reason)).or_default() += 1;
        drop(covered);
        if coverage.reason.is_some_and(|reason| reason.kind() == ReasonKind::Failure) {
            self.failures.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn found(&self, findings: &AssetFindings) {
        for finding in &findings.findings {
            let counter = match finding.tier {
                Tier::High => &self.high,
                Tier::Medium => &self.medium,
                Tier::Low => &self.low,
            };
            counter.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn holds(&self, bytes: u64) {
        self.content_bytes.store(bytes, Relaxed);
    }
}
