//! What is kept beside the tables: the manifest of a run and the commit of a shard, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use terrier_model::{RunId, Timestamp};

use crate::FindingsError;

/// What makes two runs the same work: an interrupted run is continued only under an equal manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunManifest {
    /// Digest of the plan: which assets, in which shards.
    pub plan_digest: String,
    /// Digest of the rules.
    pub rules_digest: String,
    /// Digest of the options that change what is found.
    pub options_digest: String,
    /// Tells fingerprint keys apart; `None` without a key.
    pub key_id: Option<String>,
    /// Shards of the plan, numbered from 0.
    pub shards: u32,
}

/// A run that was begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// Its id.
    pub run: RunId,
    /// When it was begun.
    pub started: Timestamp,
}

/// What a shard cost, and what went wrong in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Requests made to the stores.
    pub requests: u64,
    /// Bytes read from the stores.
    pub bytes_read: u64,
    /// Assets that should have been read and were not.
    pub failures: u64,
    /// The list price of the requests, in billionths of a US dollar.
    #[serde(default)]
    pub cost_nanousd: u64,
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            bytes_read: self.bytes_read + other.bytes_read,
            failures: self.failures + other.failures,
            cost_nanousd: self.cost_nanousd + other.cost_nanousd,
        }
    }
}

impl std::ops::Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            requests: self.requests - before.requests,
            bytes_read: self.bytes_read - before.bytes_read,
            failures: self.failures - before.failures,
            cost_nanousd: self.cost_nanousd - before.cost_nanousd,
        }
    }
}

/// What a shard's winner committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardCommit {
    /// Names the attempt that won.
    pub attempt: String,
    /// Its files by table name; a table without rows has none.
    pub files: BTreeMap<String, CommittedFile>,
    /// What it cost.
    pub usage: Usage,
}

/// A file of a committed shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedFile {
    /// Its rows.
    pub rows: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

/// The manifest as it is kept: with the time, which plays no part in equality of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    pub(crate) started: Timestamp,
    pub(crate) manifest: RunManifest,
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut json = serde_json::to_vec_pretty(value).expect("strings, numbers and maps with string keys serialise");
    json.push(b'\n');
    json
}

pub(crate) fn from_json<T: for<'de> Deserialize<'de>>(path: &object_store::path::Path, json: &[u8]) -> Result<T, FindingsError> {
    serde_json::from_slice(json).map_err(|error| FindingsError::Unreadable { path: path.to_string(), problem: error.to_string() })
}
