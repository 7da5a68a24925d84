//! The shapes of the events that the function is invoked with.

mod batch;
mod bridge;
mod notification;
mod object;
mod queue;
mod shard;

use serde::Deserialize;
use serde_json::Value;

pub(crate) use self::batch::{BatchJob, Task};
pub(crate) use self::object::{Change, Notice, ObjectEvent};
pub(crate) use self::queue::Message;
pub(crate) use self::shard::ShardItem;

/// What the function is asked to do.
#[derive(Debug)]
pub(crate) enum Invocation {
    /// Objects changed; told by S3, by SNS or by EventBridge.
    Notices(Vec<Notice>),
    /// Messages of a queue, each of which is answered for.
    Queue(Vec<Message>),
    /// Tasks of S3 Batch Operations.
    Batch(BatchJob),
    /// A part of a plan, as a Distributed Map of Step Functions hands it out.
    Shard(ShardItem),
}

/// Why an event cannot be understood. Quotes nothing of it: names of keys are in there.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EventError {
    /// Not JSON.
    #[error("the event is not JSON")]
    NotJson,
    /// Nothing that is known.
    #[error(
        "the event is of no kind that is known; send notifications of S3 (as they are, or through SNS, SQS or EventBridge), tasks of S3 \
         Batch Operations, or {{\"plan\": \"s3://…\", \"shard\": 0, \"of\": 8}}"
    )]
    Unknown,
    /// Something that looks like a known kind and is not.
    #[error("the event looks like {0} and cannot be read as one")]
    Malformed(&'static str),
}

impl Invocation {
    /// Tells what an event asks for.
    pub(crate) fn read(event: Value) -> Result<Self, EventError> {
        if event.get("invocationSchemaVersion").is_some() {
            return batch::read(event).map(Self::Batch);
        }
        if event.get("plan").is_some() {
            return shard::read(event).map(Self::Shard);
        }
        if queue::is_queue(&event) {
            return queue::read(event).map(Self::Queue);
        }
        read_notices(event).map(Self::Notices)
    }
}

/// Reads what tells of objects: a notification of S3, one wrapped by SNS, or an event of EventBridge.
fn read_notices(event: Value) -> Result<Vec<Notice>, EventError> {
    if event.get("detail-type").is_some() {
        return bridge::read(event).map(|notice| vec![notice]);
    }
    if event.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        return Ok(vec![Notice::Ignored("it is the test that S3 sends when notifications are set up")]);
    }
    if event.get("Type").and_then(Value::as_str) == Some("Notification") {
        return topic_message(&event);
    }
    let Some(Value::Array(records)) = event.get("Records") else { return Err(EventError::Unknown) };
    let mut notices = Vec::with_capacity(records.len());
    for record in records {
        match record.get("Sns") {
            Some(envelope) => notices.extend(topic_message(envelope)?),
            None => notices.push(notification::read(record)?),
        }
    }
    Ok(notices)
}

/// Unwraps what SNS carries.
fn topic_message(envelope: &Value) -> Result<Vec<Notice>, EventError> {
    let text = envelope.get("Message").and_then(Value::as_str).ok_or(EventError::Malformed("a message of SNS"))?;
    let event: Value = serde_json::from_str(text).map_err(|_| EventError::Malformed("a message of SNS"))?;
    // What is wrapped twice is no notification, and unwrapping has an end.
    if event.get("Type").is_some() || event.pointer("/Records/0/Sns").is_some() {
        return Err(EventError::Unknown);
    }
    read_notices(event)
}

fn parse<T: for<'de> Deserialize<'de>>(event: Value, what: &'static str) -> Result<T, EventError> {
    serde_json::from_value(event).map_err(|_| EventError::Malformed(what))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(name: &str, key: &str) -> Value {
        json!({
            "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": "2026-03-01T10:00:00.123Z", "eventName": name,
            "s3": { "bucket": { "name": "b" }, "object": { "key": key, "size": 5, "eTag": "d41d", "sequencer": "0055AED6DCD90281E5" } },
        })
    }

    fn notices(event: Value) -> Vec<Notice> {
        match Invocation::read(event).unwrap() {
            Invocation::Notices(notices) => notices,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn object(notice: &Notice) -> &ObjectEvent {
        match notice {
            Notice::Object(object) => object,
            Notice::Ignored(why) => panic!("{why}"),
        }
    }

    #[test]
    fn notifications_are_read_with_decoded_keys() {
        let notices = notices(json!({ "Records": [record("ObjectCreated:Put", "a+b/%C3%A9%2B.csv"), record("ObjectTagging:Put", "x")] }));
        let created = object(&notices[0]);
        assert_eq!(created.key, "a b/é+.csv".as_bytes());
        assert_eq!((created.bucket.as_str(), created.size, created.change), ("b", Some(5), Change::Created));
        assert_eq!(created.etag.as_deref(), Some("\"d41d\""));
        assert_eq!(created.time, 1_772_359_200_123_000);
        assert!(matches!(notices[1], Notice::Ignored(_)));
        let gone = notices_of("ObjectRemoved:DeleteMarkerCreated");
        assert_eq!(object(&gone[0]).change, Change::Removed);
        assert_eq!(object(&notices_of("LifecycleExpiration:Delete")[0]).change, Change::Removed);
    }

    fn notices_of(name: &str) -> Vec<Notice> {
        notices(json!({ "Records": [record(name, "k")] }))
    }

    #[test]
    fn topics_and_queues_are_unwrapped() {
        let message = json!({ "Records": [record("ObjectCreated:Put", "k")] }).to_string();
        let direct = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": message } }] });
        assert_eq!(object(&notices(direct)[0]).key, b"k");
        let wrapped = json!({ "Type": "Notification", "Message": message }).to_string();
        let queue = json!({ "Records": [
            { "eventSource": "aws:sqs", "messageId": "m1", "body": message },
            { "eventSource": "aws:sqs", "messageId": "m2", "body": wrapped },
            { "eventSource": "aws:sqs", "messageId": "m3", "body": "poison" },
        ] });
        let Invocation::Queue(messages) = Invocation::read(queue).unwrap() else { panic!("a queue") };
        let read: Vec<_> = messages.iter().map(|message| (message.id.as_str(), message.notices.is_ok())).collect();
        assert_eq!(read, [("m1", true), ("m2", true), ("m3", false)]);
    }

    #[test]
    fn events_of_the_bridge_are_read_with_plain_keys() {
        let event = json!({
            "detail-type": "Object Created", "source": "aws.s3", "time": "2026-03-01T10:00:00Z", "region": "eu-west-1",
            "detail": { "bucket": { "name": "b" }, "object": { "key": "a+b%20.csv", "size": 5, "etag": "d41d", "sequencer": "00" } },
        });
        assert_eq!(object(&notices(event)[0]).key, b"a+b%20.csv");
    }

    #[test]
    fn both_versions_of_batch_tasks_are_read() {
        let tasks = json!([{ "taskId": "t", "s3Key": "a+b%20c", "s3VersionId": null, "s3BucketArn": "arn:aws:s3:::b" }]);
        let first = json!({ "invocationSchemaVersion": "1.0", "invocationId": "i", "job": { "id": "j" }, "tasks": tasks });
        let Invocation::Batch(job) = Invocation::read(first).unwrap() else { panic!("a job") };
        assert_eq!((job.tasks[0].bucket().unwrap(), job.tasks[0].key()), ("b", b"a b c".to_vec()));
        let tasks = json!([{ "taskId": "t", "s3Key": "k", "s3Bucket": "b2" }]);
        let job = json!({ "id": "j", "userArguments": { "MyArgument": "x" } });
        let second = json!({ "invocationSchemaVersion": "2.0", "invocationId": "i", "job": job, "tasks": tasks });
        let Invocation::Batch(job) = Invocation::read(second).unwrap() else { panic!("a job") };
        assert_eq!((job.invocation_schema_version.as_str(), job.tasks[0].bucket().unwrap()), ("2.0", "b2"));
    }

    #[track_caller]
    fn refused(event: Value, expect: &str) {
        let error = Invocation::read(event).unwrap_err().to_string();
        assert!(error.contains(expect) && !error.contains("canary"), "{error}");
    }

    #[test]
    fn what_is_no_event_is_refused_without_a_quote() {
        refused(json!({ "canary": 1 }), "of no kind that is known");
        refused(json!("canary"), "of no kind that is known");
        refused(json!({ "Records": [{ "eventSource": "aws:kinesis" }] }), "a notification of S3");
        refused(json!({ "Records": [{ "Sns": { "Message": "canary" } }] }), "a message of SNS");
        refused(json!({ "plan": "s3://canary", "shard": 3, "of": 3 }), "a part of a plan");
        refused(json!({ "plan": "/canary", "shard": 0, "of": 3 }), "a part of a plan");
        refused(json!({ "invocationSchemaVersion": "1.0", "tasks": 3 }), "tasks of S3 Batch Operations");
    }
}
