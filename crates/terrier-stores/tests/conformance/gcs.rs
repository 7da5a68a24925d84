//! The connector of Google Cloud Storage against fake-gcs-server: the suite, and what only that service has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use terrier_faults::{Fault, FaultProxy, GcsServer, Times};
use terrier_model::StoreKind;
use terrier_stores::{ConnectOptions, ErrorKind, ListShard, ReadPlan, Scope, StoreError, Target, connect};

use crate::place::{Place, entries, find, keys, pages, read, store};
use crate::{s3, suite};

/// A bucket of its own on a server.
struct Bucket {
    server: Arc<GcsServer>,
    name: String,
}

impl Bucket {
    fn new(server: &Arc<GcsServer>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("bucket-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        server.create_bucket(&name);
        Self { server: Arc::clone(server), name }
    }
}

fn options(endpoint: &str) -> ConnectOptions {
    ConnectOptions { access_key: None, no_sign_request: true, ..s3::patient_options(endpoint) }
}

impl Place for Bucket {
    fn put(&self, key: &[u8], content: &[u8]) {
        self.server.put(&self.name, std::str::from_utf8(key).unwrap(), content);
    }

    fn delete(&self, key: &[u8]) {
        self.server.delete(&self.name, std::str::from_utf8(key).unwrap());
    }

    /// The service itself forbids `.` and `..`.
    fn can_hold(&self, key: &[u8]) -> bool {
        std::str::from_utf8(key).is_ok() && !matches!(key, b"." | b"..")
    }

    fn target(&self) -> Target {
        Target::Gcs { bucket: self.name.clone(), prefix: Vec::new() }
    }

    fn options(&self) -> ConnectOptions {
        options(&self.server.endpoint())
    }
}

#[tokio::test]
async fn gcs_conforms() {
    let server = Arc::new(GcsServer::start());
    suite::conformance(|| Bucket::new(&server)).await;
    suite::exact_keys(&Bucket::new(&server)).await;
}

#[tokio::test]
async fn compressed_objects_come_as_they_are_stored() {
    let server = Arc::new(GcsServer::start());
    let bucket = Bucket::new(&server);
    // An empty gzip file: what matters is that the bytes are those that the listing counts.
    let stored = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    server.put_encoded(&bucket.name, "log.gz", &stored, Some("gzip"));
    let proxy = FaultProxy::start(&server.endpoint());
    let store = connect(&bucket.target(), &options(proxy.endpoint())).await.unwrap();
    let asset = find(&*store, b"log.gz").await;
    assert_eq!(read(&*store, &asset, &ReadPlan::whole()).await.unwrap(), stored);
    assert_eq!(read(&*store, &asset, &ReadPlan::range(2..5)).await.unwrap(), stored[2..5]);
    assert_eq!(proxy.header_values("accept-encoding"), ["gzip", "gzip"]);
    assert_eq!(proxy.requests_with_header("authorization"), 0);
}

#[tokio::test]
async fn reads_are_held_to_the_generation_and_listings_to_what_is_needed() {
    let server = Arc::new(GcsServer::start());
    let bucket = Bucket::new(&server);
    bucket.put(b"data/a", b"content");
    bucket.put(b"other/b", b"content");
    let proxy = FaultProxy::start(&server.endpoint());
    let store = connect(&bucket.target(), &options(proxy.endpoint())).await.unwrap();
    assert_eq!((store.kind(), store.id().as_str()), (StoreKind::Gcs, format!("gs://{}", bucket.name).as_str()));
    let shards = store.shards(&Scope::whole()).await.unwrap();
    assert_eq!(shards.len(), 2);
    let listed = pages(&*store, &shards[1], None).await;
    assert_eq!(keys(&listed), [&b"data/a"[..], b"other/b"]);
    assert_eq!(proxy.requests("GET", "startOffset=data%2F"), 1);
    assert_eq!(proxy.requests("GET", "fields=nextPageToken"), 2);
    let asset = &listed[0].entries[0].asset;
    read(&*store, asset, &ReadPlan::whole()).await.unwrap();
    let generation = asset.version.as_ref().unwrap().native();
    assert!(generation.bytes().all(|byte| byte.is_ascii_digit()), "{generation}");
    assert_eq!(proxy.requests("GET", &format!("ifGenerationMatch={generation}")), 1);
    assert!(asset.version.as_ref().unwrap().checksum().is_some() && asset.storage_class.as_deref() == Some("STANDARD"));
}

/// Reads an object while a fault strikes.
async fn read_in_trouble(fault: Fault, times: Times, content: &[u8]) -> Result<Vec<u8>, StoreError> {
    let server = Arc::new(GcsServer::start());
    let bucket = Bucket::new(&server);
    bucket.put(b"folder/canary", content);
    let proxy = FaultProxy::start(&server.endpoint());
    let store = connect(&bucket.target(), &options(proxy.endpoint())).await.unwrap();
    let asset = find(&*store, b"folder/canary").await;
    proxy.inject("GET", "canary", fault, times);
    let read = read(&*store, &asset, &ReadPlan::whole()).await;
    if let Err(error) = &read {
        assert!(!format!("{error} {error:?}").contains("canary"), "errors hold no key");
    }
    read
}

#[tokio::test]
async fn passing_faults_are_ridden_out() {
    let content: Vec<u8> = (0..25_000_u32).flat_map(u32::to_le_bytes).collect();
    for fault in [Fault::Error(503, "x"), Fault::Error(429, "x"), Fault::Reset, Fault::CutAfter(0), Fault::CutAfter(50_000)] {
        let read = read_in_trouble(fault.clone(), Times::First(2), &content).await;
        assert!(read.unwrap_or_else(|error| panic!("{fault:?}: {error}")) == content, "{fault:?}");
    }
}

#[tokio::test]
async fn refusals_mean_what_the_service_says() {
    let denied = || ErrorKind::Denied { action: "storage.objects.get".into() };
    let by_key = "Permission denied on Cloud KMS key of canary: 'cloudkms.cryptoKeyVersions.useToDecrypt'";
    let cases = [
        (403, "forbidden", "canary is not yours", denied()),
        (401, "required", "Anonymous caller does not have storage.objects.get access to canary", denied()),
        (401, "authError", "Invalid Credentials", ErrorKind::Fatal),
        (403, "rateLimitExceeded", "slow down", ErrorKind::Throttled { after: None }),
        (429, "rateLimitExceeded", "slow down", ErrorKind::Throttled { after: None }),
        (403, "forbidden", by_key, ErrorKind::KeyDenied { action: "cloudkms.cryptoKeyVersions.useToDecrypt".into() }),
        (412, "conditionNotMet", "canary", ErrorKind::Changed),
        (404, "notFound", "No such object: canary", ErrorKind::NotFound),
        (500, "backendError", "oops", ErrorKind::Transient),
    ];
    for (status, reason, message, kind) in cases {
        let body = format!("{{\"error\":{{\"code\":{status},\"message\":\"{message}\",\"errors\":[{{\"reason\":\"{reason}\"}}]}}}}");
        let error = read_in_trouble(Fault::Answer(status, Vec::new(), body.into_bytes()), Times::Always, b"content").await.unwrap_err();
        assert_eq!(error.kind(), &kind, "{status} {reason}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let server = Arc::new(GcsServer::start());
    let missing = Bucket { server: Arc::clone(&server), name: "no-such-bucket".into() };
    let error = store(&missing).await.preflight(&Scope::whole()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    let nobody = connect(&missing.target(), &options("http://127.0.0.1:9")).await.unwrap();
    let error = nobody.shards(&Scope::whole()).await.unwrap_err();
    expect_test::expect!["the bucket cannot be listed: the store cannot be reached; try again later"].assert_eq(&error.to_string());
    let bucket = Bucket::new(&server);
    let no_text = ListShard::whole(&Scope::prefix(b"\xff".to_vec()));
    assert_eq!(keys(&pages(&*store(&bucket).await, &no_text, None).await).len(), 0);
    assert_eq!(entries(&*store(&bucket).await, &Scope::whole()).await, []);
}
