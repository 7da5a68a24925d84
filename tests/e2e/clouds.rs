//! Object stores beside S3, and whole accounts.

use std::time::{Duration, Instant};

use terrier_faults::{AZURE_ACCOUNT, AZURE_KEY, AzureServer, Fault, FaultProxy, GcsServer, S3Server, Times};

use crate::harness::{Bench, Ended};

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

const FOUND: &str =
    "SELECT a.path, concat(f.class, ' ', f.tier, ' ', f.count) FROM findings f JOIN assets a USING (asset_id) ORDER BY 1, 2";

/// Scans with further environment variables.
fn scan(bench: &Bench, target: &str, endpoint: &str, environment: &[(&str, &str)], more: &[&str]) -> Ended {
    let (out, key) = (bench.out(), bench.path("key"));
    let base = ["scan", target, "--endpoint-url", endpoint, "--out", out.to_str().unwrap(), "--key-file", key.to_str().unwrap()];
    let mut command = bench.command(base.iter().chain(more));
    Ended::of(command.envs(environment.iter().copied()).output().unwrap())
}

#[test]
fn containers_and_buckets_give_what_a_folder_gives() {
    let bench = Bench::new();
    let (azure, gcs) = (AzureServer::start(), GcsServer::start());
    azure.create_container("estate");
    gcs.create_bucket("estate");
    terrier_sim::estate::lay_out(5, terrier_sim::estate::Scale::Tiny, |path, bytes| {
        bench.put(path, bytes);
        azure.put("estate", path, bytes);
        gcs.put("estate", path, bytes);
        Ok::<_, std::convert::Infallible>(())
    })
    .unwrap();
    bench.scan(&[]);
    let from_folder = bench.pairs(FOUND);
    assert!(from_folder.len() > 20);

    let container = Bench::new();
    scan(&container, &format!("azblob://{AZURE_ACCOUNT}/estate"), &azure.endpoint(), &[("AZURE_STORAGE_KEY", AZURE_KEY)], &[]);
    assert_eq!(container.pairs(FOUND), from_folder);
    assert_eq!(container.pairs("SELECT kind, account FROM stores"), [("azure".to_owned(), AZURE_ACCOUNT.to_owned())]);

    let bucket = Bench::new();
    scan(&bucket, "gs://estate", &gcs.endpoint(), &[], &["--no-sign-request"]);
    assert_eq!(bucket.pairs(FOUND), from_folder);
    let counted = bucket.pairs("SELECT CAST(requests > 10 AS VARCHAR), CAST(bytes_read > 1000 AS VARCHAR) FROM runs");
    assert_eq!(counted, [("true".to_owned(), "true".to_owned())]);
}

#[test]
fn a_second_scan_reads_neither_what_is_unchanged_nor_what_was_renamed() {
    let bench = Bench::new();
    let azure = AzureServer::start();
    azure.create_container("box");
    for name in ["a.txt", "b.txt"] {
        azure.put("box", name, format!("{name}: {CARD}").as_bytes());
    }
    let proxy = FaultProxy::start(&azure.endpoint());
    let (target, key) = (format!("azblob://{AZURE_ACCOUNT}/box"), [("AZURE_STORAGE_KEY", AZURE_KEY)]);
    scan(&bench, &target, proxy.endpoint(), &key, &[]).expect(0);
    azure.delete("box", "b.txt");
    azure.put("box", "c.txt", format!("b.txt: {CARD}").as_bytes());
    scan(&bench, &target, proxy.endpoint(), &key, &[]).expect(0);
    assert_eq!(proxy.requests("GET", "/box/c.txt"), 0, "a checksum tells that the content is known");
    let found = bench.pairs("SELECT a.path, f.class FROM findings f JOIN assets a USING (asset_id) ORDER BY 1");
    assert_eq!(found, ["a.txt", "c.txt"].map(|path| (path.to_owned(), "payment_card".to_owned())));
}

#[test]
fn whole_accounts_are_scanned() {
    let azure = AzureServer::start();
    for container in ["one", "two"] {
        azure.create_container(container);
        azure.put(container, "card.txt", CARD.as_bytes());
    }
    let stores =
        "SELECT s.store_id, count(*) FROM findings f JOIN assets a USING (asset_id) JOIN stores s USING (store_id) GROUP BY 1 ORDER BY 1";
    let expect = |stores: [String; 2]| stores.map(|store| (store, "1".to_owned()));
    let sas = AzureServer::sas("rl");
    let bench = Bench::new();
    scan(&bench, &format!("azblob://{AZURE_ACCOUNT}"), &azure.endpoint(), &[("AZURE_STORAGE_SAS_TOKEN", &sas)], &[]).expect(0);
    assert_eq!(bench.pairs(stores), expect(["one", "two"].map(|name| format!("azblob://{AZURE_ACCOUNT}/{name}"))));

    let server = S3Server::moto();
    for bucket in ["first", "second"] {
        server.create_bucket(bucket);
        server.put(bucket, "card.txt", CARD);
    }
    let bench = Bench::new();
    scan(&bench, "s3://", server.endpoint(), &[], &[]).expect(0);
    assert_eq!(bench.pairs(stores), expect(["first", "second"].map(|name| format!("s3://{name}"))));
    let twice = scan(&bench, "s3://", server.endpoint(), &[], &["s3://second/x"]).expect(2);
    assert!(twice.stderr.contains("lies inside another target"), "{}", twice.stderr);
}

#[test]
fn a_managed_identity_opens_a_container() {
    let bench = Bench::new();
    let claims = "eyJhcHBpZCI6InRlc3QtYXBwIn0"; // {"appid":"test-app"}
    let token = format!(
        "{{\"access_token\":\"e30.{claims}.x\",\"expires_on\":\"4102444800\",\"resource\":\"r\",\"token_type\":\"Bearer\",\"client_id\":\"c\"}}"
    );
    let cloud = FaultProxy::start("http://127.0.0.1:9");
    let json = vec![("content-type".to_owned(), "application/json".to_owned())];
    cloud.inject("GET", "/msi", Fault::Answer(200, json, token.into_bytes()), Times::Always);
    let blob = "<Blob><Name>card.txt</Name><Properties><Etag>0x1</Etag><Content-Length>7</Content-Length></Properties></Blob>";
    let listing = format!("<EnumerationResults><Blobs>{blob}</Blobs><NextMarker/></EnumerationResults>");
    cloud.inject("GET", "comp=list", Fault::Answer(200, Vec::new(), listing.into_bytes()), Times::Always);
    cloud.inject(
        "GET",
        "/box/card.txt",
        Fault::Answer(206, vec![("content-range".into(), "bytes 0-0/7".into())], b"c".to_vec()),
        Times::Always,
    );
    let identity = format!("{}/msi", cloud.endpoint());
    let mut doctor = bench.command(["doctor", "azblob://acc/box", "--endpoint-url", cloud.endpoint()]);
    let ended = Ended::of(doctor.env("IDENTITY_ENDPOINT", &identity).env("IDENTITY_HEADER", "header").output().unwrap()).expect(0);
    assert!(ended.stdout.contains("identity  test-app") && ended.stdout.contains("a scan can run"), "{}", ended.stdout);
    assert!(cloud.header_values("authorization").iter().all(|value| value == &format!("Bearer e30.{claims}.x")));
    assert!(cloud.header_values("authorization").len() >= 2);
}

#[test]
fn requests_are_held_to_a_pace() {
    let bench = Bench::new();
    let gcs = GcsServer::start();
    gcs.create_bucket("estate");
    for index in 0..12 {
        gcs.put("estate", &format!("{index}.txt"), CARD.as_bytes());
    }
    let began = Instant::now();
    scan(&bench, "gs://estate", &gcs.endpoint(), &[], &["--no-sign-request", "--requests-per-second", "10"]).expect(0);
    assert!(began.elapsed() >= Duration::from_millis(1_200), "twelve reads and a listing take more than a second at ten a second");
    assert_eq!(bench.pairs("SELECT count(*) FROM findings"), [("12".to_owned(), String::new())]);
    scan(&bench, "gs://estate", &gcs.endpoint(), &[], &["--requests-per-second", "0"]).expect(2);
}
