//! Starting: what is missing is named, and what it takes is told.

use crate::simulator::Lambda;
use crate::{Cloud, notification};

#[test]
fn what_is_missing_is_named_with_the_remedy() {
    let Err(error) = Lambda::try_start(&[]) else { panic!("it starts without a place for the findings") };
    let text = error["errorMessage"].as_str().unwrap();
    assert!(text.starts_with("TERRIER_OUT is not set; set it to"), "{text}");
    assert_eq!(error["errorType"], "Terrier.Permanent");
}

/// Says how long starting takes; to measure it, run this test alone with a release build.
#[test]
fn a_start_comes_to_an_answer() {
    let cloud = Cloud::new();
    let event = notification([cloud.put("a.txt", 1, 1)]);
    let lambda = cloud.lambda();
    let begun = std::time::Instant::now();
    assert_eq!(lambda.invoke(event).unwrap()["objects"], 1);
    println!("asked for its first event after {:?}, answered it after another {:?}", lambda.cold_start, begun.elapsed());
}
