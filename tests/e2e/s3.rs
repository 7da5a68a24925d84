//! Buckets of real servers, and servers that fail.

use terrier_faults::{Fault, FaultProxy, S3Server, Times};

use crate::harness::{Bench, Ended};

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

fn scan_bucket(bench: &Bench, endpoint: &str, target: &str, more: &[&str]) -> Ended {
    let (out, key) = (bench.out(), bench.path("key"));
    let base = ["scan", target, "--endpoint-url", endpoint, "--out", out.to_str().unwrap(), "--key-file", key.to_str().unwrap()];
    bench.run(base.iter().chain(more))
}

#[test]
fn a_bucket_gives_what_a_folder_gives() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("estate");
    terrier_sim::estate::lay_out(5, terrier_sim::estate::Scale::Tiny, |path, bytes| {
        bench.put(path, bytes);
        server.put("estate", path, bytes);
        Ok::<_, std::convert::Infallible>(())
    })
    .unwrap();
    const FOUND: &str =
        "SELECT a.path, concat(f.class, ' ', f.tier, ' ', f.count) FROM findings f JOIN assets a USING (asset_id) ORDER BY 1, 2";
    bench.scan(&[]);
    let from_folder = bench.pairs(FOUND);
    assert!(from_folder.len() > 20);
    let bucket = Bench::new();
    scan_bucket(&bucket, server.endpoint(), "s3://estate", &[]);
    assert_eq!(bucket.pairs(FOUND), from_folder);
}

#[test]
fn every_key_survives() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("odd");
    let long = "k".repeat(1_024);
    let keys = ["/lead", "trail/", "a//b", "./dot", "../up", "a/../b", "ctrl\u{1}", "%2F", "a+b", "sp ace", "emoji-😀", &long];
    for key in keys {
        server.put("odd", key, format!("{key}: {CARD}"));
    }
    scan_bucket(&bench, server.endpoint(), "s3://odd", &[]).expect(0);
    let rows = bench.pairs("SELECT a.path, f.class FROM findings f JOIN assets a USING (asset_id) ORDER BY 1");
    let mut expect: Vec<String> = keys.iter().map(|key| key.replace('\u{1}', "\\u{1}")).collect();
    expect.sort();
    assert_eq!(rows, expect.into_iter().map(|path| (path, "payment_card".to_owned())).collect::<Vec<_>>());
}

#[test]
fn passing_faults_are_ridden_out() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    for key in ["cut.txt", "slow.txt", "reset.txt", "good.txt"] {
        server.put("bucket", key, CARD.repeat(400));
    }
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", "cut.txt", Fault::CutAfter(9_000), Times::First(1));
    proxy.inject("GET", "slow.txt", Fault::SlowDown, Times::First(2));
    proxy.inject("GET", "reset.txt", Fault::Reset, Times::First(1));
    scan_bucket(&bench, proxy.endpoint(), "s3://bucket", &[]).expect(0);
    let counts = bench.pairs("SELECT a.path, f.count FROM findings f JOIN assets a USING (asset_id) ORDER BY 1");
    assert_eq!(counts, ["cut.txt", "good.txt", "reset.txt", "slow.txt"].map(|key| (key.to_owned(), "400".to_owned())));
}

#[test]
fn lasting_faults_are_rows_with_reasons() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    for key in ["changed", "cut", "denied", "good", "gone", "lying", "throttled"] {
        server.put("bucket", key, CARD.repeat(100));
    }
    server.put_in_class("bucket", "archived", CARD, "GLACIER");
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", "/bucket/changed", Fault::Error(412, "PreconditionFailed"), Times::Always);
    proxy.inject("GET", "/bucket/cut", Fault::CutAfter(100), Times::Always);
    proxy.inject("GET", "/bucket/denied", Fault::Error(403, "AccessDenied"), Times::Always);
    proxy.inject("GET", "/bucket/gone", Fault::Error(404, "NoSuchKey"), Times::Always);
    proxy.inject("GET", "/bucket/lying", Fault::AnnounceMore(50), Times::Always);
    proxy.inject("GET", "/bucket/throttled", Fault::SlowDown, Times::Always);
    let ended = scan_bucket(&bench, proxy.endpoint(), "s3://bucket", &[]).expect(3);
    bench.expect_coverage(&[
        ("archived", "archived"),
        ("changed", "changed"),
        ("cut", "read_failed"),
        ("denied", "denied"),
        ("gone", "not_found"),
        ("good", "full"),
        // All that was listed came; that more was announced and did not come takes nothing from it.
        ("lying", "full"),
        ("throttled", "throttled"),
    ]);
    for reason in ["access denied", "gone between listing and reading"] {
        assert!(ended.stdout.contains(reason), "{reason} is missing in:\n{}", ended.stdout);
    }
    let complete = bench.pairs("SELECT complete FROM runs");
    assert_eq!(complete[0].0, "false");
}

#[test]
fn a_bucket_that_cannot_be_listed_is_no_scan() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", "list-type=2", Fault::Error(403, "AccessDenied"), Times::Always);
    let ended = scan_bucket(&bench, proxy.endpoint(), "s3://bucket", &[]).expect(2);
    assert!(ended.stderr.contains("s3:ListBucket"), "{}", ended.stderr);
    scan_bucket(&bench, server.endpoint(), "s3://nowhere", &[]).expect(2);
}

#[test]
fn findings_go_to_a_bucket_and_come_back() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("estate");
    server.put("estate", "card.txt", CARD);
    let key = bench.path("key");
    let out = "s3://estate/terrier/findings";
    let args = ["scan", "s3://estate", "--endpoint-url", server.endpoint(), "--out", out, "--key-file", key.to_str().unwrap()];
    bench.run(args).expect(0);
    // Again: the findings of the first run lie in the bucket and are not part of the target.
    bench.run(args).expect(0);
    let sql = "SELECT path FROM assets_all";
    let rows = bench.run(["query", sql, "--findings", out, "--endpoint-url", server.endpoint(), "--format", "csv"]).expect(0);
    assert_eq!(rows.stdout, "path\ncard.txt\ncard.txt\n");
    let shown = bench.run(["show", "--findings", out, "--endpoint-url", server.endpoint()]).expect(0);
    assert!(shown.stdout.contains("card.txt"), "{}", shown.stdout);
}

#[test]
fn parquet_is_read_by_ranges() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    let mut table = terrier_sim::document::Table::new(&["email", "padding"]);
    let mut noise = 88_172_645_463_325_252_u64;
    table.rows = (0..240_000_u32)
        .map(|row| {
            let mut word = || {
                noise ^= noise << 13;
                noise ^= noise >> 7;
                noise ^= noise << 17;
                format!("{noise:016x}")
            };
            vec![format!("person{row}@initech.example.org"), format!("{}{}{}", word(), word(), word())]
        })
        .collect();
    let file = terrier_sim::document::parquet(&table);
    assert!(file.len() > 5 << 20, "the file must be too large to be fetched whole: {}", file.len());
    server.put("bucket", "people.parquet", file);
    let proxy = FaultProxy::start(server.endpoint());
    scan_bucket(&bench, proxy.endpoint(), "s3://bucket", &[]).expect(0);
    assert!(proxy.requests("GET", "people.parquet") > 1);
    assert_eq!(bench.pairs("SELECT class, count FROM findings"), [("email".to_owned(), "240000".to_owned())]);
}

#[test]
fn doctor_names_what_a_bucket_denies() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    server.put("bucket", "a.txt", CARD);
    let doctor = |endpoint: &str| bench.run(["doctor", "s3://bucket", "--endpoint-url", endpoint]);
    assert!(doctor(server.endpoint()).expect(0).stdout.contains("a scan can run"));
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", "list-type=2", Fault::Error(403, "AccessDenied"), Times::Always);
    let told = doctor(proxy.endpoint()).expect(2).stdout;
    assert!(told.contains("✗ s3:ListBucket"), "{told}");
}

#[test]
fn a_continued_scan_reads_no_committed_shard_again() {
    let bench = Bench::new();
    let server = S3Server::seaweed();
    server.create_bucket("bucket");
    // Two shards of a thousand, and one whose objects do not arrive.
    server.put_all("bucket", (0..2_000).map(|index| (format!("a/{index:04}"), CARD.into())));
    server.put_all("bucket", (0..10).map(|index| (format!("z/{index:04}"), CARD.into())));
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", "/bucket/z/", Fault::StallAfter(0), Times::Always);
    let (out, key) = (bench.out(), bench.path("key"));
    let args =
        ["scan", "s3://bucket", "--endpoint-url", proxy.endpoint(), "--out", out.to_str().unwrap(), "--key-file", key.to_str().unwrap()];
    let mut scan = bench.command(args).stderr(std::process::Stdio::null()).spawn().unwrap();
    while committed(&bench) < 2 {
        assert!(scan.try_wait().unwrap().is_none(), "the scan ended although objects are stalled");
        std::thread::yield_now();
    }
    scan.kill().unwrap();
    scan.wait().unwrap();
    proxy.heal();
    bench.run(args).expect(0);
    // The very first object is also what the check of permissions tries.
    assert_eq!(proxy.requests("GET", "/bucket/a/1"), 1_000, "each object of a committed shard is asked for once");
    assert_eq!(bench.pairs("SELECT count(*), count(DISTINCT asset_id) FROM findings_all"), [("2010".to_owned(), "2010".to_owned())]);
}

fn committed(bench: &Bench) -> usize {
    let Ok(runs) = std::fs::read_dir(bench.out().join("_commits")) else { return 0 };
    let files = runs.flat_map(|run| std::fs::read_dir(run.unwrap().path()).unwrap());
    files.filter(|file| file.as_ref().is_ok_and(|file| file.path().extension().is_some_and(|extension| extension == "json"))).count()
}

/// The environment of the tests holds keys.
#[test]
fn a_profile_asked_for_by_name_wins_over_keys_in_the_environment() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("estate");
    let ended = scan_bucket(&bench, server.endpoint(), "s3://estate", &["--profile", "nobody"]).expect(2);
    assert!(ended.stderr.contains("no usable AWS credentials"), "{}", ended.stderr);
    scan_bucket(&bench, server.endpoint(), "s3://estate", &[]).expect(0);
}

#[test]
fn doctor_says_where_a_service_cannot_be_reached() {
    let bench = Bench::new();
    let ended = bench.run(["doctor", "s3://estate", "--endpoint-url", "http://127.0.0.1:9"]).expect(2);
    assert!(ended.stdout.contains("cannot be reached"), "{}", ended.stdout);
}
