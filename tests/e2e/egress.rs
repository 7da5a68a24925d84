//! No connection leaves but to where the user pointed: not to services of the machine, not where an answer points, and not with credentials.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use terrier_faults::{Fault, FaultProxy, S3Server, Times};

use crate::harness::{Bench, Ended};

/// Set for the part of a test that runs in a network of its own.
const INSIDE: &str = "TERRIER_TEST_INSIDE";

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts").join(name)
}

fn in_a_network_of_its_own(command: &[&str]) -> Output {
    Command::new(script("no-egress.sh")).args(command).env(INSIDE, "1").output().unwrap()
}

/// What a user does, without the setting that keeps the AWS tools from asking the machine who it is.
fn everything(bench: &Bench, server: &S3Server) {
    let run = |args: &[&str]| {
        let mut command = bench.command(args.iter().chain(["--endpoint-url", server.endpoint()].iter()));
        Ended::of(command.env_remove("AWS_EC2_METADATA_DISABLED").output().unwrap()).expect(0)
    };
    let key = bench.path("key");
    let key = key.to_str().unwrap();
    run(&["doctor", "s3://estate"]);
    run(&["scan", "s3://estate", "--out", "s3://mine/findings", "--key-file", key]);
    run(&["plan", "s3://estate", "--full", "--out", "s3://mine/plan", "--findings", "s3://mine/findings", "--key-file", key]);
    for shard in ["0/2", "1/2"] {
        run(&["scan", "--plan", "s3://mine/plan", "--shard", shard, "--out", "s3://mine/findings", "--key-file", key]);
    }
    run(&["verify", "--findings", "s3://mine/findings"]);
    let found = run(&["query", "SELECT sum(count) AS n FROM findings", "--findings", "s3://mine/findings", "--format", "csv"]);
    assert!(found.stdout.contains("40"), "{}", found.stdout);
    let report = bench.path("report.html");
    run(&["report", "--findings", "s3://mine/findings", "--html", report.to_str().unwrap()]);
}

#[test]
fn nothing_is_reached_but_the_store() {
    if std::env::var_os(INSIDE).is_some() {
        let (bench, server) = (Bench::new(), S3Server::moto());
        for bucket in ["estate", "mine"] {
            server.create_bucket(bucket);
        }
        server.put("estate", "a.txt", CARD.repeat(20));
        // A format that is read in a worker process.
        server.put("estate", "b.zip", terrier_sim::document::zip(&[terrier_sim::document::Member::new("c.txt", CARD.repeat(20))]));
        everything(&bench, &server);
        return;
    }
    let own = std::env::current_exe().unwrap();
    let ended = in_a_network_of_its_own(&[own.to_str().unwrap(), "--exact", "egress::nothing_is_reached_but_the_store"]);
    let told = format!("{}\n{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
fn a_connection_to_elsewhere_would_be_noticed() {
    for elsewhere in ["('169.254.169.254', 80)", "('10.1.2.3', 443)"] {
        let code = format!("import socket; socket.socket().connect_ex({elsewhere})");
        let ended = in_a_network_of_its_own(&["python3", "-c", &code]);
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && told.contains("tried to reach another address"), "{told}");
    }
}

/// Somewhere that must never be asked.
fn trap() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/latest/meta-data/iam/security-credentials/", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn answers_that_point_elsewhere_are_not_followed() {
    let (bench, server) = (Bench::new(), S3Server::moto());
    server.create_bucket("estate");
    server.put("estate", "a.txt", CARD);
    let proxy = FaultProxy::start(server.endpoint());
    let args = ["--endpoint-url", proxy.endpoint(), "--key-file", "key"];
    for status in [301, 302, 307, 308] {
        let (trap, url) = trap();
        let headers = vec![("location".to_owned(), url), ("x-amz-bucket-region".to_owned(), "evil.example/#".to_owned())];
        proxy.inject("*", "", Fault::Answer(status, headers, Vec::new()), Times::Always);
        // The connector that reads, and the object store of the results.
        let scanned = bench.run(["scan", "s3://estate", "--out", "findings"].iter().chain(&args)).expect(2);
        assert!(!scanned.stderr.contains("evil"), "{}", scanned.stderr);
        bench.run(["query", "SELECT 1", "--findings", "s3://estate/f", "--endpoint-url", proxy.endpoint()]).expect(2);
        proxy.heal();
        // Only the objects, or only the results, point elsewhere.
        proxy.inject(
            "GET",
            "/estate/a.txt",
            Fault::Answer(status, vec![("location".to_owned(), trap_url(&trap))], Vec::new()),
            Times::Always,
        );
        bench.run(["scan", "s3://estate", "--out", "findings", "--full"].iter().chain(&args)).expect(3);
        assert!(trap.accept().is_err(), "an answer with {status} was followed");
        proxy.heal();
    }
}

fn trap_url(trap: &TcpListener) -> String {
    format!("http://{}/", trap.local_addr().unwrap())
}

#[test]
fn credentials_are_in_no_output() {
    const SECRETS: [(&str, &str); 3] = [
        ("AWS_ACCESS_KEY_ID", "AKIACANARYCANARYCAN1"),
        ("AWS_SECRET_ACCESS_KEY", "canarySecret/canarySecret/canarySecret12"),
        ("AWS_SESSION_TOKEN", "canaryTokencanaryTokencanaryTokencanaryToken"),
    ];
    let key = "c0".repeat(32);
    let (bench, server) = (Bench::new(), S3Server::moto());
    server.create_bucket("estate");
    server.put("estate", "a.txt", CARD);
    let proxy = FaultProxy::start(server.endpoint());
    let refusal = format!("<Error><Code>AccessDenied</Code><Message>{} {}</Message></Error>", SECRETS[0].1, SECRETS[2].1);
    let mut told = String::new();
    for failing in [false, true] {
        if failing {
            proxy.inject("*", "", Fault::Answer(403, Vec::new(), refusal.clone().into_bytes()), Times::Always);
        }
        for args in [
            vec!["scan", "s3://estate", "--out", "findings", "--full"],
            vec!["scan", "s3://estate", "--out", "s3://estate/findings", "--full"],
            vec!["doctor", "s3://estate"],
            vec!["query", "SELECT * FROM runs", "--findings", "s3://estate/findings"],
        ] {
            let mut command = bench.command(args.iter().chain(["--log", "trace", "--endpoint-url", proxy.endpoint()].iter()));
            let ended = Ended::of(command.envs(SECRETS).env("TERRIER_KEY", &key).env("RUST_LOG", "trace").output().unwrap());
            told += &format!("{}{}", ended.stdout, ended.stderr);
        }
    }
    let written = bench.written();
    for secret in SECRETS.iter().skip(1).map(|(_, secret)| *secret).chain([key.as_str()]) {
        assert!(!told.contains(secret), "a secret was told:\n{told}");
        let holds = |content: &[u8]| content.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!written.iter().any(|(_, content)| holds(content)), "a secret was written");
    }
}
