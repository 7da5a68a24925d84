//! Items of a Distributed Map: parts of a plan that `terrier plan` made.

use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::Lambda;
use crate::{Cloud, people_of};

/// Enough for some shards.
const FILES: usize = 2_100;

fn cloud() -> Cloud {
    let cloud = Cloud::new();
    cloud.s3.put_all("data", (0..FILES).map(|index| (format!("f{index:04}.txt"), people_of("any", 1).into_bytes())));
    cloud.plan();
    cloud
}

fn item(shard: u32, of: u32) -> Value {
    json!({ "plan": "s3://findings/plan", "shard": shard, "of": of })
}

#[test]
fn parts_by_functions_that_die_and_that_are_twins_are_exact() {
    let cloud = cloud();
    cloud.lambda().kill_during(item(0, 3), Duration::from_millis(700));
    let twins: Vec<_> = [0, 1, 0]
        .map(|shard| {
            let lambda = cloud.lambda();
            std::thread::spawn(move || lambda.invoke(item(shard, 3)).unwrap())
        })
        .into();
    for twin in twins {
        assert_eq!(twin.join().unwrap()["done"], true);
    }
    let lambda = cloud.lambda();
    let last = lambda.invoke(item(2, 3)).unwrap();
    assert_eq!((&last["done"], &last["complete"]), (&json!(true), &json!(true)), "{last}");
    assert_eq!(cloud.query("SELECT * FROM findings").len(), FILES);
    assert_eq!(cloud.query("SELECT asset_id FROM assets GROUP BY asset_id HAVING count(*) > 1"), Vec::<Value>::new());
    // The plan is gone with its run, and a part that comes late is told so.
    assert_eq!(lambda.invoke(item(1, 3)).unwrap()["complete"], true);
    let verified = cloud.terrier(&["verify", "--findings", "s3://findings/out"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn a_part_without_time_says_how_to_continue_and_ends_where_it_gets_nowhere() {
    let cloud = cloud();
    let lambda = cloud.lambda();
    let first = lambda.invoke_within(item(0, 1), Duration::from_millis(300)).unwrap();
    assert_eq!((&first["done"], &first["committed"], &first["stalled"]), (&json!(false), &json!(0), &json!(1)), "{first}");
    let error = lambda.invoke_within(first.clone(), Duration::from_millis(300)).unwrap_err();
    assert_eq!(error["errorType"], "Terrier.Permanent");
    assert!(error["errorMessage"].as_str().unwrap().contains("committed no shard"), "{error}");
    // A loop as the state machine has it.
    let (mut next, mut limit) = (first, Duration::from_secs(4));
    while next["done"] == false {
        next["stalled"] = 0.into();
        next = lambda.invoke_within(next, limit).unwrap();
        limit *= 2;
    }
    assert_eq!(cloud.query("SELECT * FROM findings").len(), FILES);
}

#[test]
fn a_plan_of_something_else_is_refused_with_the_remedy() {
    let cloud = cloud();
    let mut environment = cloud.environment(cloud.s3.endpoint());
    environment.push(("TERRIER_EXTENDED_RULES".into(), "true".into()));
    let error = Lambda::start(&environment).invoke(item(0, 1)).unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("was made for other rules; set the same TERRIER_RULES"), "{error}");
    environment.retain(|(name, _)| name != "TERRIER_EXTENDED_RULES" && name != "TERRIER_KEY");
    let error = Lambda::start(&environment).invoke(item(0, 1)).unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("another fingerprint key"), "{error}");
}
