//! Where results are written.

use std::os::unix::fs::PermissionsExt;

use object_store::path::Path;
use object_store::{ObjectStoreExt, PutMode, PutOptions};
use terrier_faults::S3Server;
use terrier_stores::{ConnectOptions, ErrorKind, ResultsLocation, find_results, open_results};

use crate::s3::options;

/// Results are committed by creating a file only if there is none.
async fn check_commits(location: &ResultsLocation) {
    let (store, path) = (&location.store, location.prefix.clone().join("_commits").join("0.json"));
    let create = || PutOptions::from(PutMode::Create);
    store.put_opts(&path, "first".into(), create()).await.unwrap();
    let second = store.put_opts(&path, "second".into(), create()).await.unwrap_err();
    assert!(matches!(second, object_store::Error::AlreadyExists { .. }), "{second}");
    assert_eq!(&store.get(&path).await.unwrap().bytes().await.unwrap()[..], b"first");
}

#[tokio::test]
async fn a_folder_is_made_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/findings");
    let missing = find_results(path.to_str().unwrap(), &ConnectOptions::default()).await.unwrap_err();
    assert_eq!((missing.kind(), path.exists()), (&ErrorKind::NotFound, false));
    let location = open_results(path.to_str().unwrap(), &ConnectOptions::default()).await.unwrap();
    assert_eq!(location.prefix, Path::default());
    assert_eq!(location.url, path.canonicalize().unwrap().to_str().unwrap());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    check_commits(&location).await;
    let again = find_results(path.to_str().unwrap(), &ConnectOptions::default()).await.unwrap();
    assert_eq!(again.url, location.url);
}

#[tokio::test]
async fn a_bucket_takes_commits() {
    let server = S3Server::moto();
    server.create_bucket("results");
    for (url, prefix) in [("s3://results/a/b", "a/b/"), ("s3://results", "")] {
        let location = open_results(url, &options(server.endpoint())).await.unwrap();
        assert_eq!(location.url, url);
        check_commits(&location).await;
        assert_eq!(server.get("results", &format!("{prefix}_commits/0.json")), b"first");
    }
}

#[tokio::test]
async fn what_cannot_hold_results_is_refused() {
    let check = async |url: &str, options: &ConnectOptions| {
        let error = open_results(url, options).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Fatal, "{url}: {error}");
        error.to_string()
    };
    let plain_http = ConnectOptions { endpoint_url: Some("http://storage.example.org".into()), ..options("") };
    expect_test::expect!["results are not written over plain http except to this machine; give an https endpoint"]
        .assert_eq(&check("s3://bucket/x", &plain_http).await);
    check("s3://bucket/a//b", &options("http://127.0.0.1:9")).await;
    check("gs://bucket", &ConnectOptions::default()).await;
    check("/dev/null/x", &ConnectOptions::default()).await;
}
