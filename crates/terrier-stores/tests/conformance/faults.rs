//! The S3 connector while the store misbehaves.

use std::sync::Arc;
use std::time::Duration;

use terrier_faults::{Fault, FaultProxy, S3Server, Times};
use terrier_model::Reason;
use terrier_stores::{ConnectOptions, ErrorKind, Meter, ReadPlan, RetryOptions, Scope, Store, StoreError, connect};

use crate::place::{Place, entries, find, read};
use crate::s3::{Bucket, options};

/// A bucket with one object behind a proxy.
struct Trouble {
    bucket: Bucket,
    proxy: FaultProxy,
    content: Vec<u8>,
}

/// The object's key: part of it must never show in an error.
const KEY: &str = "folder/canary-123-45-6789";

impl Trouble {
    fn new(server: &Arc<S3Server>, size: u32) -> Self {
        let content: Vec<u8> = (0..size.div_ceil(4)).flat_map(u32::to_le_bytes).collect();
        let bucket = Bucket::new(server);
        bucket.put(KEY.as_bytes(), &content);
        Self { bucket, proxy: FaultProxy::start(server.endpoint()), content }
    }

    async fn store(&self) -> Arc<dyn Store> {
        connect(&self.bucket.target(), &options(self.proxy.endpoint())).await.unwrap()
    }

    /// Reads the object while a fault strikes.
    async fn read(&self, fault: Fault, times: Times) -> Result<Vec<u8>, StoreError> {
        let store = self.store().await;
        let asset = find(&*store, KEY.as_bytes()).await;
        self.proxy.inject("GET", "canary", fault, times);
        let read = read(&*store, &asset, &ReadPlan::whole()).await;
        self.proxy.heal();
        if let Err(error) = &read {
            assert!(!format!("{error} {error:?}").contains("canary"), "errors hold no key");
        }
        read
    }

    async fn survives(&self, fault: Fault, times: Times) {
        let read = self.read(fault.clone(), times).await;
        assert!(read.unwrap_or_else(|error| panic!("{fault:?}: {error}")) == self.content, "{fault:?}");
    }

    async fn fails(&self, fault: Fault, times: Times, kind: ErrorKind, reason: Reason) {
        let Err(error) = self.read(fault.clone(), times).await else { panic!("{fault:?} does no harm") };
        assert_eq!((error.kind(), error.reason()), (&kind, reason), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn passing_faults_are_ridden_out() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 100_000);
    let twice = Times::First(2);
    for fault in [
        Fault::SlowDown,
        Fault::Error(500, "InternalError"),
        Fault::Error(503, "ServiceUnavailable"),
        Fault::Error(400, "RequestTimeout"),
        Fault::Reset,
        Fault::CutAfter(0),
        Fault::CutAfter(50_000),
        Fault::CutAfter(99_999),
        Fault::AnnounceMore(10),
        Fault::AnnounceLess(10),
        Fault::AnnounceLess(90_000),
        Fault::Slow(30_000, Duration::from_millis(1)),
    ] {
        trouble.survives(fault, twice).await;
    }
    // A body is whole once all its bytes are there, whatever its header says.
    trouble.survives(Fault::AnnounceMore(10), Times::Always).await;
}

#[tokio::test]
async fn lasting_faults_end_with_their_reason() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 100_000);
    let denied = ErrorKind::Denied { action: "s3:GetObject".into() };
    let always = Times::Always;
    trouble.fails(Fault::SlowDown, always, ErrorKind::Throttled { after: None }, Reason::Throttled).await;
    trouble.fails(Fault::Error(500, "InternalError"), always, ErrorKind::Transient, Reason::ReadFailed).await;
    trouble.fails(Fault::Error(403, "AccessDenied"), always, denied, Reason::Denied).await;
    trouble.fails(Fault::Error(404, "NoSuchKey"), always, ErrorKind::NotFound, Reason::NotFound).await;
    trouble.fails(Fault::Error(412, "PreconditionFailed"), always, ErrorKind::Changed, Reason::Changed).await;
    trouble.fails(Fault::Error(403, "InvalidObjectState"), always, ErrorKind::Archived, Reason::Archived).await;
    trouble.fails(Fault::Error(403, "ExpiredToken"), always, ErrorKind::Fatal, Reason::ReadFailed).await;
    trouble.fails(Fault::Reset, always, ErrorKind::Transient, Reason::ReadFailed).await;
    trouble.fails(Fault::CutAfter(0), always, ErrorKind::Transient, Reason::ReadFailed).await;
    trouble.fails(Fault::CutAfter(10_000), always, ErrorKind::Transient, Reason::ReadFailed).await;

    let message = "User is not authorized to perform: kms:Decrypt on the key of canary";
    let body = format!("<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>").into_bytes();
    let denied = ErrorKind::KeyDenied { action: "kms:Decrypt".into() };
    trouble.fails(Fault::Answer(403, Vec::new(), body), always, denied, Reason::KeyDenied).await;
    let wait = vec![("retry-after".to_owned(), "7".to_owned())];
    let throttled = ErrorKind::Throttled { after: Some(Duration::from_secs(7)) };
    trouble.fails(Fault::Answer(429, wait, Vec::new()), always, throttled, Reason::Throttled).await;
}

#[tokio::test]
async fn a_long_body_may_be_cut_often_as_long_as_it_gets_on() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 12_000_000);
    trouble.survives(Fault::CutAfter(1_100_000), Times::Always).await;
    // Eleven cuts at least; chunks may end beyond the mark.
    let requests = trouble.proxy.requests("GET", "canary");
    assert!((10..=12).contains(&requests), "{requests} requests");
    trouble.fails(Fault::CutAfter(100_000), Times::Always, ErrorKind::Transient, Reason::ReadFailed).await;
}

#[tokio::test]
async fn an_object_that_changes_in_the_middle_is_not_patched_together() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 100_000);
    let store = trouble.store().await;
    let asset = find(&*store, KEY.as_bytes()).await;
    trouble.proxy.inject("GET", "canary", Fault::CutAfter(50_000), Times::First(1));
    let body = store.open(&asset, &ReadPlan::whole()).await.unwrap();
    trouble.bucket.put(KEY.as_bytes(), &vec![b'x'; trouble.content.len()]);
    let items: Vec<_> = futures::StreamExt::collect(body.bytes).await;
    assert_eq!(items.last().unwrap().as_ref().unwrap_err().kind(), &ErrorKind::Changed);
}

#[tokio::test]
async fn ranges_are_resumed_and_resumptions_are_counted() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 100_000);
    let meter = Meter::new(trouble.store().await);
    let asset = find(&meter, KEY.as_bytes()).await;
    trouble.proxy.inject("GET", "canary", Fault::CutAfter(10_000), Times::First(2));
    let got = read(&meter, &asset, &ReadPlan::range(1_000..60_000)).await.unwrap();
    assert!(got == trouble.content[1_000..60_000]);
    assert_eq!((meter.usage().get_requests(), trouble.proxy.requests("GET", "canary")), (3, 3));
    assert_eq!(meter.usage().bytes_read(), 59_000);
    assert_eq!(trouble.proxy.requests("HEAD", ""), 0);
}

#[tokio::test]
async fn a_stalled_body_is_resumed() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 100_000);
    let patient = options(trouble.proxy.endpoint());
    let hasty = ConnectOptions { retry: RetryOptions { stall_timeout: Duration::from_millis(300), ..patient.retry.clone() }, ..patient };
    let store = connect(&trouble.bucket.target(), &hasty).await.unwrap();
    let asset = find(&*store, KEY.as_bytes()).await;
    trouble.proxy.inject("GET", "canary", Fault::StallAfter(10_000), Times::First(1));
    assert!(read(&*store, &asset, &ReadPlan::whole()).await.unwrap() == trouble.content);
}

#[tokio::test]
async fn listings_are_retried_and_refused() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 4);
    let store = trouble.store().await;
    trouble.proxy.inject("GET", "list-type=2", Fault::SlowDown, Times::First(2));
    assert_eq!(entries(&*store, &Scope::whole()).await.len(), 1);

    trouble.proxy.inject("GET", "list-type=2", Fault::Error(403, "AccessDenied"), Times::Always);
    let error = store.shards(&Scope::whole()).await.unwrap_err();
    expect_test::expect!["the bucket cannot be listed: s3:ListBucket is not allowed (AccessDenied); grant s3:ListBucket or leave this out"]
        .assert_eq(&error.to_string());
}

#[tokio::test]
async fn a_bucket_elsewhere_is_followed_to_its_region() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 4);
    let elsewhere = vec![("x-amz-bucket-region".to_owned(), "eu-central-1".to_owned())];
    trouble.proxy.inject("GET", "list-type=2", Fault::Answer(301, elsewhere, Vec::new()), Times::First(1));
    let store = trouble.store().await;
    let asset = find(&*store, KEY.as_bytes()).await;
    assert_eq!(read(&*store, &asset, &ReadPlan::whole()).await.unwrap(), trouble.content);
    assert_eq!(store.preflight(&Scope::whole()).await.unwrap().region.as_deref(), Some("eu-central-1"));
    assert!(trouble.proxy.header_values("authorization").iter().filter(|value| value.contains("/eu-central-1/s3/")).count() >= 2);
}

#[tokio::test]
async fn an_endpoint_where_nobody_listens_is_unreachable() {
    let store =
        connect(&terrier_stores::Target::S3 { bucket: "bucket".into(), prefix: Vec::new() }, &options("http://127.0.0.1:9")).await.unwrap();
    let error = store.shards(&Scope::whole()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Transient);
    expect_test::expect!["the bucket cannot be listed: the store cannot be reached; try again later"].assert_eq(&error.to_string());
}

#[tokio::test]
async fn patience_begins_once_the_store_has_answered() {
    let server = Arc::new(S3Server::moto());
    let trouble = Trouble::new(&server, 4);
    let hasty = options(trouble.proxy.endpoint());
    let patient = ConnectOptions { retry: RetryOptions { max_attempts: 7, ..hasty.retry.clone() }, ..hasty };
    let store = connect(&trouble.bucket.target(), &patient).await.unwrap();
    let attempts = async |fault: Fault| {
        let before = trouble.proxy.requests("GET", "");
        trouble.proxy.inject("GET", "", fault, Times::Always);
        store.shards(&Scope::whole()).await.unwrap_err();
        trouble.proxy.heal();
        trouble.proxy.requests("GET", "") - before
    };
    assert_eq!(attempts(Fault::Reset).await, 3, "nothing has ever answered");
    assert_eq!(attempts(Fault::SlowDown).await, 3 + 7, "there is a store, and it is busy");
    assert_eq!(attempts(Fault::Reset).await, 7, "there was a store");
}
