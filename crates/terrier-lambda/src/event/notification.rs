//! Notifications of S3.

use serde::Deserialize;
use serde_json::Value;
use terrier_stores::decode_key;

use super::object::{Change, Notice, ObjectEvent, quoted, time};
use super::{EventError, parse};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    event_time: Option<String>,
    aws_region: Option<String>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: String,
    size: Option<u64>,
    e_tag: Option<String>,
    sequencer: Option<String>,
}

/// Reads a record; its key is encoded as in a form.
pub(super) fn read(record: &Value) -> Result<Notice, EventError> {
    let Record { event_name, event_time, aws_region, s3 } = parse(record.clone(), "a notification of S3")?;
    let Some(change) = change(&event_name) else {
        return Ok(Notice::Ignored("it is about no content"));
    };
    Ok(Notice::Object(Box::new(ObjectEvent {
        bucket: s3.bucket.name,
        key: decode_key(&s3.object.key),
        change,
        size: s3.object.size,
        etag: s3.object.e_tag.as_deref().map(quoted),
        sequencer: s3.object.sequencer,
        time: time(event_time.as_deref()),
        region: aws_region,
    })))
}

/// Tells what a kind of event does to content. Older notifications put `s3:` before the name.
fn change(name: &str) -> Option<Change> {
    let name = name.strip_prefix("s3:").unwrap_or(name);
    match name.split(':').next()? {
        "ObjectCreated" => Some(Change::Created),
        "ObjectRestore" if name == "ObjectRestore:Completed" => Some(Change::Created),
        "ObjectRemoved" | "LifecycleExpiration" => Some(Change::Removed),
        _ => None,
    }
}
