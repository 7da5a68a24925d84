//! Events of S3 by way of EventBridge.

use serde::Deserialize;
use serde_json::Value;

use super::object::{Change, Notice, ObjectEvent, quoted, time};
use super::{EventError, parse};

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "detail-type")]
    detail_type: String,
    source: String,
    time: Option<String>,
    region: Option<String>,
    detail: Value,
}

#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    size: Option<u64>,
    etag: Option<String>,
    sequencer: Option<String>,
}

/// Reads an event; its key is not encoded.
pub(super) fn read(event: Value) -> Result<Notice, EventError> {
    const WHAT: &str = "an event of EventBridge";
    let Event { detail_type, source, time: happened, region, detail } = parse(event, WHAT)?;
    if source != "aws.s3" {
        return Ok(Notice::Ignored("it is not from S3"));
    }
    let change = match detail_type.as_str() {
        "Object Created" | "Object Restore Completed" => Change::Created,
        "Object Deleted" => Change::Removed,
        _ => return Ok(Notice::Ignored("it is about no content")),
    };
    let Detail { bucket, object } = parse(detail, WHAT)?;
    Ok(Notice::Object(Box::new(ObjectEvent {
        bucket: bucket.name,
        key: object.key.into_bytes(),
        change,
        size: object.size,
        etag: object.etag.as_deref().map(quoted),
        sequencer: object.sequencer,
        time: time(happened.as_deref()),
        region,
    })))
}
