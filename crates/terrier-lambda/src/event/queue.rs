//! Messages of SQS that carry events of S3.

use serde::Deserialize;
use serde_json::Value;

use super::{EventError, Notice, parse, read_notices};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    body: String,
}

/// A message and what it tells. One that cannot be read stays in the queue, which moves it to its dead letters.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) notices: Result<Vec<Notice>, EventError>,
}

pub(super) fn is_queue(event: &Value) -> bool {
    event.pointer("/Records/0/eventSource").and_then(Value::as_str) == Some("aws:sqs")
}

pub(super) fn read(mut event: Value) -> Result<Vec<Message>, EventError> {
    let records: Vec<Record> = parse(event["Records"].take(), "messages of SQS")?;
    let read = |Record { message_id: id, body }| {
        let event = serde_json::from_str(&body).map_err(|_| EventError::NotJson);
        Message { id, notices: event.and_then(read_notices) }
    };
    Ok(records.into_iter().map(read).collect())
}
