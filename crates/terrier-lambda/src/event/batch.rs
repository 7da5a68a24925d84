//! Tasks of S3 Batch Operations, in both versions of their schema.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use terrier_stores::decode_key;

use super::{EventError, parse};

/// Tasks of a job. Batch Operations sends one at a time so far, and the answer has room for more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchJob {
    pub(crate) invocation_schema_version: String,
    pub(crate) invocation_id: String,
    pub(crate) job: JobName,
    pub(crate) tasks: Vec<Task>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct JobName {
    pub(crate) id: String,
}

/// An object of the job's manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    pub(crate) task_id: String,
    s3_key: String,
    /// In version 1.0.
    s3_bucket_arn: Option<String>,
    /// In version 2.0.
    s3_bucket: Option<String>,
}

impl Task {
    /// Returns the name of the bucket.
    pub(crate) fn bucket(&self) -> Result<&str, EventError> {
        let of_arn = |arn: &'_ str| arn.rfind(':').map(|colon| colon + 1);
        let named = self.s3_bucket.as_deref().or_else(|| self.s3_bucket_arn.as_deref().and_then(|arn| of_arn(arn).map(|at| &arn[at..])));
        named.filter(|name| !name.is_empty()).ok_or(EventError::Malformed("a task of S3 Batch Operations"))
    }

    /// Returns the exact key: manifests, and so tasks, hold it encoded.
    pub(crate) fn key(&self) -> Vec<u8> {
        decode_key(&self.s3_key)
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task(key of {} bytes)", self.s3_key.len())
    }
}

pub(super) fn read(event: Value) -> Result<BatchJob, EventError> {
    parse(event, "tasks of S3 Batch Operations")
}
