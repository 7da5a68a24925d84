//! A part of a plan, as an item of a Distributed Map.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::{EventError, parse};

/// Which part of which plan; and, where an invocation before this one ran out of time, how far it had come.
#[derive(Clone, Deserialize, PartialEq, Eq)]
pub(crate) struct ShardItem {
    /// The plan's folder, `s3://bucket/prefix`.
    pub(crate) plan: String,
    /// From 0.
    pub(crate) shard: u32,
    /// How many parts there are.
    pub(crate) of: u32,
    /// How many of its shards were committed when the invocation before ended.
    #[serde(default)]
    pub(crate) committed: u64,
    /// How many invocations in a row committed nothing.
    #[serde(default)]
    pub(crate) stalled: u32,
}

impl fmt::Debug for ShardItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShardItem({}/{})", self.shard, self.of)
    }
}

pub(super) fn read(event: Value) -> Result<ShardItem, EventError> {
    const WHAT: &str = "a part of a plan";
    let item: ShardItem = parse(event, WHAT)?;
    let named = item.plan.strip_prefix("s3://").is_some_and(|rest| !rest.is_empty());
    if named && item.shard < item.of { Ok(item) } else { Err(EventError::Malformed(WHAT)) }
}
