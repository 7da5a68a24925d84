//! The S3 connector against real servers: the suite, odd keys, and what only S3 has.

use std::cmp::Ordering as KeyOrder;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::StreamExt;
use terrier_faults::{ACCESS_KEY_ID, Fault, FaultProxy, REGION, S3Server, SECRET_ACCESS_KEY, Times};
use terrier_model::{Reason, StoreKind};
use terrier_stores::{AccessKey, ConnectOptions, ErrorKind, ListShard, ReadPlan, RetryOptions, Scope, Target, Verdict, connect};

use crate::place::{Place, entries, find, keys, pages, read, store};
use crate::suite;

/// A bucket of its own on a server.
pub(crate) struct Bucket {
    pub(crate) server: Arc<S3Server>,
    pub(crate) name: String,
    by_folder: bool,
}

impl Bucket {
    pub(crate) fn new(server: &Arc<S3Server>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("bucket-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        server.create_bucket(&name);
        Self { server: Arc::clone(server), name, by_folder: false }
    }
}

/// Returns the options to reach an endpoint, with waits that a test can afford.
pub(crate) fn options(endpoint: &str) -> ConnectOptions {
    let retry = RetryOptions {
        max_attempts: 3,
        initial_backoff: Duration::from_millis(5),
        max_backoff: Duration::from_millis(20),
        max_resumes: 3,
        ..RetryOptions::default()
    };
    ConnectOptions {
        endpoint_url: Some(endpoint.into()),
        region: Some(REGION.into()),
        access_key: Some(AccessKey { id: ACCESS_KEY_ID.into(), secret: SECRET_ACCESS_KEY.into(), session_token: None }),
        retry,
        ..ConnectOptions::default()
    }
}

/// The same with more attempts: a kept connection that the proxy has closed in the meantime costs one of a plain HTTP client.
#[cfg(any(feature = "azure", feature = "gcs"))]
pub(crate) fn patient_options(endpoint: &str) -> ConnectOptions {
    let hasty = options(endpoint);
    ConnectOptions { retry: RetryOptions { max_attempts: 6, ..hasty.retry.clone() }, ..hasty }
}

impl Place for Bucket {
    fn put(&self, key: &[u8], content: &[u8]) {
        self.server.put(&self.name, std::str::from_utf8(key).unwrap(), content);
    }

    fn delete(&self, key: &[u8]) {
        self.server.delete(&self.name, std::str::from_utf8(key).unwrap());
    }

    /// The server finds no route to a key with a line feed; what goes over the wire for it has a test of its own.
    fn can_hold(&self, key: &[u8]) -> bool {
        std::str::from_utf8(key).is_ok() && !key.contains(&b'\n')
    }

    /// The server repeats the key in its answer, and not encoded, so that control characters make it unreadable.
    fn can_resume_after(&self, key: &[u8]) -> bool {
        key.iter().all(|byte| !matches!(byte, 0..=8 | 11 | 12 | 14..=31))
    }

    /// A store that keeps keys in folders lists them folder by folder, as if `/` came before all other characters.
    fn order(&self, left: &[u8], right: &[u8]) -> KeyOrder {
        let folders = |key: &[u8]| key.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect::<Vec<_>>();
        if self.by_folder { folders(left).cmp(&folders(right)) } else { left.cmp(right) }
    }

    fn target(&self) -> Target {
        Target::S3 { bucket: self.name.clone(), prefix: Vec::new() }
    }

    fn options(&self) -> ConnectOptions {
        options(self.server.endpoint())
    }
}

#[tokio::test]
async fn s3_conforms_against_moto() {
    let server = Arc::new(S3Server::moto());
    suite::conformance(|| Bucket::new(&server)).await;
    suite::exact_keys(&Bucket::new(&server)).await;
}

#[tokio::test]
async fn s3_conforms_against_seaweed() {
    let server = Arc::new(S3Server::seaweed());
    suite::conformance(|| Bucket { by_folder: true, ..Bucket::new(&server) }).await;
}

#[tokio::test]
async fn archived_objects_are_known_from_the_listing() {
    let server = Arc::new(S3Server::moto());
    let bucket = Bucket::new(&server);
    for class in ["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "STANDARD_IA"] {
        server.put_in_class(&bucket.name, class, "content", class);
    }
    let store = store(&bucket).await;
    let listed = entries(&*store, &Scope::whole()).await;
    let seen: Vec<_> = listed.iter().map(|entry| (entry.asset.storage_class.as_deref().unwrap(), entry.unreadable)).collect();
    let archived = Some(Reason::Archived);
    assert_eq!(seen, [("DEEP_ARCHIVE", archived), ("GLACIER", archived), ("GLACIER_IR", None), ("STANDARD_IA", None)]);
    let error = read(&*store, &listed[0].asset, &ReadPlan::whole()).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (&ErrorKind::Archived, Reason::Archived));
}

#[tokio::test]
async fn markers_and_prefixes_are_plain_keys() {
    let server = Arc::new(S3Server::moto());
    let bucket = Bucket::new(&server);
    for key in ["folder/", "folder/file", "folder2/file", "out/findings", "out/runs"] {
        bucket.put(key.as_bytes(), if key.ends_with('/') { b"" } else { b"content" });
    }
    let options = ConnectOptions { ignore_prefixes: vec![b"out/".to_vec()], ..bucket.options() };
    let target = Target::S3 { bucket: bucket.name.clone(), prefix: b"folder/".to_vec() };
    let store = connect(&target, &options).await.unwrap();
    assert_eq!((store.kind(), store.id().as_str()), (StoreKind::S3, format!("s3://{}", bucket.name).as_str()));
    let listed = entries(&*store, &Scope::whole()).await;
    let all: Vec<_> = listed.iter().map(|entry| entry.asset.key.expose()).collect();
    assert_eq!(all, [&b"folder/"[..], b"folder/file", b"folder2/file"]);
    assert!(listed.iter().all(|entry| entry.unreadable.is_none()));
    assert_eq!(read(&*store, &listed[0].asset, &ReadPlan::whole()).await.unwrap(), b"");

    assert_eq!(keys(&pages(&*store, &ListShard::whole(&target.scope()), None).await).len(), 2);
    let no_text = ListShard::whole(&Scope::prefix(b"\xff".to_vec()));
    assert_eq!(keys(&pages(&*store, &no_text, None).await).len(), 0);
}

#[tokio::test]
async fn preflight_tells_who_asks_and_what_is_refused() {
    let server = Arc::new(S3Server::moto());
    let bucket = Bucket::new(&server);
    bucket.put(b"key", b"content");
    let allowed = store(&bucket).await.preflight(&Scope::whole()).await.unwrap();
    assert!(allowed.identity.as_deref().is_some_and(|arn| arn.starts_with("arn:aws:")), "{:?}", allowed.identity);
    assert_eq!((allowed.account.as_deref(), allowed.region.as_deref()), (Some("123456789012"), Some(REGION)));

    let verdicts = |refused: &'static str| {
        let (bucket, server) = (bucket.name.clone(), Arc::clone(&server));
        async move {
            let proxy = FaultProxy::start(server.endpoint());
            proxy.inject("GET", refused, Fault::Error(403, "AccessDenied"), Times::Always);
            let store = connect(&Target::S3 { bucket, prefix: Vec::new() }, &options(proxy.endpoint())).await.unwrap();
            let preflight = store.preflight(&Scope::whole()).await.unwrap();
            let verdicts: Vec<_> = preflight.actions.into_iter().map(|check| (check.action, check.verdict)).collect();
            verdicts
        }
    };
    let check = |list, get| vec![("s3:ListBucket".to_owned(), list), ("s3:GetObject".to_owned(), get)];
    assert_eq!(verdicts("x-id=GetObject").await, check(Verdict::Allowed, Verdict::Denied));
    assert_eq!(verdicts("list-type=2").await, check(Verdict::Denied, Verdict::Unknown));
    assert_eq!(verdicts("nothing").await, check(Verdict::Allowed, Verdict::Allowed));

    let missing = Target::S3 { bucket: "no-such-bucket".into(), prefix: Vec::new() };
    let error = connect(&missing, &bucket.options()).await.unwrap().preflight(&Scope::whole()).await.unwrap_err();
    expect_test::expect!["the bucket cannot be listed: there is no such bucket (NoSuchBucket); check the name"]
        .assert_eq(&error.to_string());
}

#[tokio::test]
async fn anonymous_and_paying_requests_say_so() {
    let server = Arc::new(S3Server::moto());
    let bucket = Bucket::new(&server);
    bucket.put(b"key", b"content");
    let proxy = FaultProxy::start(server.endpoint());
    let anonymous = ConnectOptions { no_sign_request: true, access_key: None, ..options(proxy.endpoint()) };
    let store = connect(&bucket.target(), &anonymous).await.unwrap();
    assert_eq!(keys(&pages(&*store, &ListShard::whole(&Scope::whole()), None).await).len(), 1);
    assert_eq!(proxy.requests_with_header("authorization"), 0);

    let paying = ConnectOptions { requester_pays: true, ..options(proxy.endpoint()) };
    let store = connect(&bucket.target(), &paying).await.unwrap();
    read(&*store, &find(&*store, b"key").await, &ReadPlan::whole()).await.unwrap();
    assert_eq!(proxy.requests_with_header("x-amz-request-payer"), 2);
    assert_eq!(proxy.requests_with_header("authorization"), 2);
}

#[tokio::test]
async fn without_credentials_the_error_says_what_to_do() {
    let options =
        ConnectOptions { profile: Some("no-such-profile-of-terrier-tests".into()), access_key: None, ..options("http://127.0.0.1:9") };
    let store = connect(&bucket_target(), &options).await.unwrap();
    let error = store.shards(&Scope::whole()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Fatal);
    expect_test::expect!["no usable AWS credentials; set a profile, log in again, or ask anonymously with --no-sign-request"]
        .assert_eq(&error.to_string());
}

/// Makes a proxy that gives these listings one after another, the last one from then on, and no server behind it.
fn canned_listings(pages: &[&str]) -> FaultProxy {
    let proxy = FaultProxy::start("http://127.0.0.1:9");
    for (index, page) in pages.iter().enumerate() {
        let listing = format!("<ListBucketResult><EncodingType>url</EncodingType>{page}</ListBucketResult>").into_bytes();
        let times = if index + 1 == pages.len() { Times::Always } else { Times::First(1) };
        proxy.inject("GET", "list-type=2", Fault::Answer(200, Vec::new(), listing), times);
    }
    proxy
}

fn key_elements(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("<Contents><Key>{key}</Key><Size>7</Size><ETag>\"e\"</ETag></Contents>")).collect()
}

fn bucket_target() -> Target {
    Target::S3 { bucket: "bucket".into(), prefix: Vec::new() }
}

#[tokio::test]
async fn pages_without_keys_are_passed_through() {
    let empty = "<IsTruncated>true</IsTruncated><NextContinuationToken>on</NextContinuationToken>";
    let full = format!("{empty}{}", key_elements(&["a"]));
    let proxy = canned_listings(&[empty, &full, empty, &key_elements(&["b"])]);
    let store = connect(&bucket_target(), &options(proxy.endpoint())).await.unwrap();
    let listed = pages(&*store, &ListShard::whole(&Scope::whole()), None).await;
    assert_eq!(keys(&listed), [b"a", b"b"]);
    let cursors: Vec<_> = listed.iter().map(|page| page.next.as_ref().map(|cursor| cursor.expose().to_vec())).collect();
    assert_eq!(cursors, [Some(b"".to_vec()), Some(b"a".to_vec()), Some(b"a".to_vec()), None]);
}

#[tokio::test]
async fn a_listing_without_order_is_refused() {
    for disorder in [["b", "a"], ["a/x", "a"], ["a", "a"]] {
        let proxy = canned_listings(&[&key_elements(&disorder)]);
        let store = connect(&bucket_target(), &options(proxy.endpoint())).await.unwrap();
        let listed: Vec<_> = store.list(&ListShard::whole(&Scope::whole()), None).collect().await;
        assert_eq!(listed.last().unwrap().as_ref().unwrap_err().kind(), &ErrorKind::Unsupported, "{disorder:?}");
    }
}

#[tokio::test]
async fn keys_go_over_the_wire_as_they_came() {
    // As S3 encodes keys in listings: everything but letters, digits and `-_./*`, and a space as `+`.
    let keys = [("/lead/..//.", "//lead/..//."), ("a%0Ab", "/a%0Ab"), ("a+b%2B%252F", "/a%20b%2B%252F"), ("%F0%9F%90%B6", "/%F0%9F%90%B6")];
    let proxy = canned_listings(&[&key_elements(&keys.map(|(key, _)| key))]);
    proxy.inject("GET", "x-id=GetObject", Fault::Answer(200, vec![("etag".into(), "\"e\"".into())], b"content".into()), Times::Always);
    let store = connect(&bucket_target(), &options(proxy.endpoint())).await.unwrap();
    let listed = entries(&*store, &Scope::whole()).await;
    assert_eq!(listed.len(), keys.len());
    for (entry, (_, path)) in listed.iter().zip(keys) {
        assert_eq!(read(&*store, &entry.asset, &ReadPlan::whole()).await.unwrap(), b"content");
        assert_eq!(proxy.requests("GET", &format!("/bucket{path}?")), 1, "{path}");
    }
}
