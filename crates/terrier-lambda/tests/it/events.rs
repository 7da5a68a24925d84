//! Events: in every wrapping, twice, out of order, for objects that are gone, and against a store that fails.

use std::time::Duration;

use serde_json::{Value, json};
use terrier_faults::{Fault, FaultProxy, Times};

use crate::simulator::Lambda;
use crate::{Cloud, notification, people_of, record};

fn message(id: &str, body: &Value) -> Value {
    json!({ "messageId": id, "eventSource": "aws:sqs", "body": body.to_string() })
}

#[test]
fn an_event_twice_is_recorded_once_and_the_last_version_is_shown() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    let first = cloud.put("hr/staff list+é.txt", 3, 1);
    let answer = lambda.invoke(notification([first.clone()])).unwrap();
    assert_eq!(answer["objects"], 1);
    assert!(answer["outcomes"].as_object().unwrap().keys().all(|words| words.starts_with("full")), "{answer}");
    for _ in 0..2 {
        assert_eq!(lambda.invoke(notification([first.clone()])).unwrap(), answer);
    }
    assert_eq!(cloud.shown(), [("hr/staff list+é.txt".to_owned(), 3)]);
    assert_eq!(cloud.query("SELECT * FROM runs_all").len(), 1);
    assert_eq!(cloud.query("SELECT * FROM assets_all").len(), 1);

    let second = cloud.put("hr/staff list+é.txt", 5, 2);
    lambda.invoke(notification([second])).unwrap();
    // The first one comes again, late: its content is there no more, and what is shown stays.
    lambda.invoke(notification([first])).unwrap();
    assert_eq!(cloud.shown(), [("hr/staff list+é.txt".to_owned(), 5)]);
    assert_eq!(cloud.query("SELECT * FROM assets_all").len(), 2);

    cloud.s3.delete("data", "hr/staff list+é.txt");
    let answer = lambda.invoke(notification([record("ObjectRemoved:Delete", "hr/staff list+é.txt", None, 3)])).unwrap();
    assert_eq!(answer["outcomes"], json!({ "gone": 1 }));
    assert_eq!(cloud.shown(), []);
    assert_eq!(cloud.query("SELECT * FROM assets_all").len(), 2);
    assert!(!lambda.log().contains("staff"), "{}", lambda.log());
}

#[test]
fn every_wrapping_leads_to_the_same_findings() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    let direct = cloud.put("direct.txt", 1, 1);
    let queued = [cloud.put("queued-a.txt", 2, 2), cloud.put("queued-b.txt", 3, 3)];
    let bridged = cloud.put("bridged + plain%20.txt", 4, 4);
    lambda.invoke(notification([direct])).unwrap();
    let topic = json!({ "Type": "Notification", "Message": notification([queued[1].clone()]).to_string() });
    let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "data" });
    let queue = notification([
        message("m1", &notification([queued[0].clone()])),
        message("m2", &topic),
        message("m3", &json!({ "odd": true })),
        message("m4", &test),
    ]);
    let answer = lambda.invoke(queue).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "m3" }] }));
    let object = &bridged["s3"]["object"];
    let detail = json!({ "bucket": { "name": "data" }, "object": {
        "key": "bridged + plain%20.txt", "size": object["size"], "etag": object["eTag"], "sequencer": object["sequencer"],
    } });
    let event = json!({ "detail-type": "Object Created", "source": "aws.s3", "time": "2026-03-01T10:00:00Z", "detail": detail });
    lambda.invoke(event).unwrap();
    let expect = [("bridged + plain%20.txt", 4), ("direct.txt", 1), ("queued-a.txt", 2), ("queued-b.txt", 3)];
    assert_eq!(cloud.shown(), expect.map(|(path, people)| (path.to_owned(), people)));
}

#[test]
fn batch_tasks_are_answered_one_by_one_in_both_schemas() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    cloud.put("a b.txt", 2, 1);
    cloud.s3.put("data", "photo.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec());
    let task = |id: &str, key: &str| json!({ "taskId": id, "s3Key": key, "s3VersionId": null, "s3BucketArn": "arn:aws:s3:::data" });
    let tasks = json!([task("t1", "a+b.txt"), task("t2", "photo.gif"), task("t3", "nowhere.txt")]);
    let job = json!({ "invocationSchemaVersion": "1.0", "invocationId": "i1", "job": { "id": "j1" }, "tasks": tasks });
    let answer = lambda.invoke(job.clone()).unwrap();
    assert_eq!((&answer["invocationSchemaVersion"], &answer["invocationId"]), (&json!("1.0"), &json!("i1")));
    let codes: Vec<_> = answer["results"].as_array().unwrap().iter().map(|result| result["resultCode"].as_str().unwrap()).collect();
    assert_eq!(codes, ["Succeeded"; 3], "{answer}");
    assert_eq!(answer["results"][2]["resultString"], "gone");
    assert_eq!(lambda.invoke(job).unwrap(), answer);

    let task = json!({ "taskId": "t1", "s3Key": "a+b.txt", "s3VersionId": null, "s3Bucket": "data" });
    let job = json!({ "id": "j2", "userArguments": { "note": "x" } });
    let second = json!({ "invocationSchemaVersion": "2.0", "invocationId": "i2", "job": job, "tasks": [task] });
    let answer = lambda.invoke(second).unwrap();
    assert_eq!(answer["results"][0]["resultCode"], "Succeeded", "{answer}");
    assert_eq!(cloud.shown().iter().filter(|(_, people)| *people == 2).count(), 1);
}

#[test]
fn what_a_failing_store_did_not_give_comes_again() {
    let cloud = Cloud::new();
    let proxy = FaultProxy::start(cloud.s3.endpoint());
    let lambda = Lambda::start(&cloud.environment(proxy.endpoint()));
    let (good, bad) = (cloud.put("good.txt", 1, 1), cloud.put("bad.txt", 2, 2));
    proxy.inject("GET", "/data/bad.txt", Fault::SlowDown, Times::Always);
    let queue = notification([message("m1", &notification([good.clone()])), message("m2", &notification([bad.clone()]))]);
    let answer = lambda.invoke(queue.clone()).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "m2" }] }));
    let error = lambda.invoke(notification([good, bad])).unwrap_err();
    assert_eq!(error["errorType"], "Terrier.Temporary", "{error}");
    let task = json!({ "taskId": "t", "s3Key": "bad.txt", "s3BucketArn": "arn:aws:s3:::data" });
    let job = json!({ "invocationSchemaVersion": "1.0", "invocationId": "i", "job": { "id": "j" }, "tasks": [task] });
    assert_eq!(lambda.invoke(job).unwrap()["results"][0]["resultCode"], "TemporaryFailure");
    proxy.heal();
    assert_eq!(lambda.invoke(queue).unwrap(), json!({ "batchItemFailures": [] }));
    assert_eq!(cloud.shown(), [("bad.txt".to_owned(), 2), ("good.txt".to_owned(), 1)]);
}

#[test]
fn the_findings_own_files_are_never_scanned() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    let mut own = record("ObjectCreated:Put", "out/findings/run=1/000000.parquet", Some("x"), 1);
    own["s3"]["bucket"]["name"] = "findings".into();
    let answer = lambda.invoke(notification([own])).unwrap();
    assert_eq!(answer["outcomes"], json!({ "it is a file of the findings": 1 }));
    assert_eq!(cloud.s3.keys("findings", ""), Vec::<String>::new());
}

#[test]
fn a_function_that_is_killed_loses_nothing() {
    let cloud = Cloud::new();
    let event = notification((0..6).map(|index| cloud.put(&format!("f{index}.txt"), index + 1, index as u64)));
    for after in [50, 400, 900] {
        cloud.lambda().kill_during(event.clone(), Duration::from_millis(after));
    }
    cloud.lambda().invoke(event).unwrap();
    let expect: Vec<_> = (0..6).map(|index| (format!("f{index}.txt"), index + 1)).collect();
    assert_eq!(cloud.shown(), expect);
    assert_eq!(cloud.query("SELECT asset_id FROM assets_all GROUP BY asset_id HAVING count(*) > 1"), Vec::<Value>::new());
}

#[test]
fn what_there_was_no_time_for_comes_again() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    let queue = notification([message("m1", &notification([cloud.put("late.txt", 1, 1)]))]);
    let answer = lambda.invoke_within(queue.clone(), Duration::ZERO).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "m1" }] }));
    assert_eq!(lambda.invoke(queue).unwrap(), json!({ "batchItemFailures": [] }));
    assert_eq!(cloud.shown().len(), 1);
}

#[test]
fn what_is_no_event_is_refused_without_a_quote() {
    let cloud = Cloud::new();
    let lambda = cloud.lambda();
    let error = lambda.invoke(json!({ "canary": people_of("canary", 1) })).unwrap_err();
    assert_eq!(error["errorType"], "Terrier.Permanent");
    assert!(!error.to_string().contains("initech") && !lambda.log().contains("initech"), "{error}");
}
