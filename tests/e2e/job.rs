//! Jobs that a file describes: what they do, what they tell others, and how they end when they are told to go.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use terrier_faults::{Fault, FaultProxy, S3Server, Times, test_program};

use crate::harness::{Bench, Ended};

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

/// Parts of that card which no output may hold.
const CANARIES: [&str; 3] = ["4539 5787", "45395787", "5787 6362"];

/// A web server that notes what is posted to it, headers first, and answers with the codes it was given, the last one for ever.
const RECEIVER: &str = r#"
import http.server, sys
codes = [int(code) for code in sys.argv[2].split(",")]
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with open(sys.argv[1], "ab") as notes:
            notes.write(str(self.headers.get("authorization")).encode() + b"\t" + self.path.encode() + b"\t" + body + b"\n")
        self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
"#;

struct Receiver {
    process: Child,
    port: u16,
    notes: std::path::PathBuf,
}

impl Receiver {
    fn start(bench: &Bench, codes: &str) -> Self {
        let notes = bench.path("received");
        let mut command = Command::new(test_program("python"));
        let mut process = command.args(["-c", RECEIVER, notes.to_str().unwrap(), codes]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, port: line.trim().parse().unwrap(), notes }
    }

    /// What came, each as authorization, path and body.
    fn received(&self) -> Vec<[String; 3]> {
        let notes = fs::read_to_string(&self.notes).unwrap_or_default();
        notes.lines().map(|line| line.splitn(3, '\t').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn write_job(bench: &Bench, more: &str) -> String {
    let text = format!("version: 1\ntargets: [./estate]\nresults:\n  out: ./findings\n  key_file: ./key\n{more}");
    let path = bench.path("job.yaml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[track_caller]
fn holds_no_value(text: &str) {
    assert!(!CANARIES.iter().any(|canary| text.contains(canary)), "{text}");
}

#[test]
fn a_job_scans_and_tells_what_it_may() {
    let bench = Bench::new();
    bench.put("payroll/4539578763621486.txt", CARD);
    bench.put("damaged.zip", [&b"PK\x03\x04"[..], &[0xff; 64]].concat());
    let receiver = Receiver::start(&bench, "200");
    let more = format!(
        "  fail_on: [high]\nmetrics:\n  file: ./terrier.prom\nnotify:\n  url: http://127.0.0.1:{}/hook/${{HOOK_TOKEN}}\n  host: [127.0.0.1]\n  \
         authorization: Bearer ${{HOOK_BEARER}}\n  job: nightly\n  summary_file: ./summary.json\nlog:\n  format: json\n",
        receiver.port
    );
    let job = write_job(&bench, &more);
    let run = |job: &str| {
        Ended::of(bench.command(["run", job]).env("HOOK_TOKEN", "t0ken").env("HOOK_BEARER", "b3arer").output().unwrap()).expect(1)
    };
    let ended = run(&job);

    let told: Vec<Value> = ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = told.last().unwrap();
    assert_eq!((&last["event"], &last["outcome"], &last["exit_code"]), (&"ended".into(), &"found".into(), &1.into()), "{}", ended.stderr);

    let [authorization, path, body] = receiver.received().remove(0);
    assert_eq!((authorization.as_str(), path.as_str()), ("Bearer b3arer", "/hook/t0ken"));
    let summary: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&summary["outcome"], &summary["job"]), (&"found".into(), &"nightly".into()));
    assert_eq!(summary["counts"]["classes"][0]["class"], "payment_card");
    assert_eq!(summary["counts"]["assets"], 2);
    assert!(!body.contains("payroll") && !body.contains("estate"), "no name was asked for: {body}");
    assert_eq!(fs::read_to_string(bench.path("summary.json")).unwrap().trim(), body);

    let metrics = fs::read_to_string(bench.path("terrier.prom")).unwrap();
    for line in [
        "terrier_assets_total{coverage=\"full\",reason=\"\"} 1",
        "terrier_run_exit_code 1",
        "terrier_run_class_occurrences{class=\"payment_card\",tier=\"high\"} 1",
        "terrier_notification_delivered 1",
    ] {
        assert!(metrics.lines().any(|told| told == line), "{line} is missing in\n{metrics}");
    }

    run(&write_job(&bench, &more.replace("  job: nightly", "  paths: true")));
    let with_paths = &receiver.received()[1][2];
    assert!(with_paths.contains("payroll/‹payment_card›.txt"), "{with_paths}");

    for (path, bytes) in bench.written() {
        if path != Path::new(&job) {
            let text = String::from_utf8_lossy(&bytes);
            holds_no_value(&text);
            assert!(path == receiver.notes || !(text.contains("t0ken") || text.contains("b3arer")), "{} holds a secret", path.display());
        }
    }
    holds_no_value(&ended.stderr);
    assert!(!ended.stderr.contains("t0ken") && !ended.stdout.contains("t0ken"));
}

#[test]
fn a_notification_that_nobody_takes_makes_a_job_fail() {
    let bench = Bench::new();
    bench.put("a.txt", "nothing");
    let receiver = Receiver::start(&bench, "503,503,200");
    let told = |more: &str| format!("notify:\n  url: http://127.0.0.1:{}/t0ken\n  host: [127.0.0.1]\n{more}", receiver.port);
    bench.run(["run", &write_job(&bench, &told(""))]).expect(0);
    assert_eq!(receiver.received().len(), 3, "what may pass is tried again");
    bench.run(["run", &write_job(&bench, &told("  when: [found, incomplete]\n"))]).expect(0);
    assert_eq!(receiver.received().len(), 3, "nobody wanted to know");
    drop(receiver);

    let refusing = Receiver::start(&bench, "404");
    let told = |host: &str| format!("notify:\n  url: http://127.0.0.1:{}/t0ken\n  host: [{host}]\n", refusing.port);
    let before = refusing.received().len();
    let ended = bench.run(["run", &write_job(&bench, &told("127.0.0.1"))]).expect(2);
    assert!(ended.stderr.contains("127.0.0.1 answered 404"), "{}", ended.stderr);
    assert_eq!(refusing.received().len(), before + 1, "what will not pass is not tried again");
    let ended = bench.run(["run", &write_job(&bench, &told("hooks.example.com"))]).expect(2);
    assert!(ended.stderr.contains("job.yaml:7:8: notify.url: names the host 127.0.0.1"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("t0ken"), "{}", ended.stderr);
}

#[test]
fn since_last_reads_what_is_new_and_refuses_to_read_everything() {
    let bench = Bench::new();
    bench.put("a.txt", CARD);
    let job = write_job(&bench, "");
    let refused = bench.run(["run", &job, "--since-last"]).expect(2);
    assert!(refused.stderr.contains("run once without --since-last"), "{}", refused.stderr);
    assert!(bench.run(["config", "check", &job]).expect(0).stdout.contains("in order"));
    bench.run(["run", &job]).expect(0);
    bench.put("b.txt", CARD);
    bench.run(["run", &job, "--since-last", "--log-format", "json"]).expect(0);
    assert_eq!(bench.pairs("SELECT path FROM assets WHERE read_in IS NULL").remove(0).0, "b.txt");
    let other = write_job(&bench, "rules:\n  extended_rules: true\n");
    let refused = bench.run(["run", &other, "--since-last"]).expect(2);
    assert!(refused.stderr.contains("was made with"), "{}", refused.stderr);
}

#[test]
fn the_examples_run_and_fit_the_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let examples = ["folder.yaml", "bucket.yaml"].map(|name| root.join("docs/examples").join(name).to_str().unwrap().to_owned());
    let bench = Bench::new();
    bench.put("a.csv", CARD);
    bench.run(["config", "check", &examples[0], &examples[1]]).expect(0);
    bench.run(["run", &examples[0]]).expect(1);
    assert!(bench.path("summary.json").is_file() && bench.path("terrier.prom").is_file());

    let mistaken = [
        "version: 1\ntargets: []\n",
        "version: 1\ntargets: [./a]\nsampling: { max_prevalense: 1% }\n",
        "version: 1\ntargets: ['${HOME}']\n",
        "version: 1\ntargets: [./a]\nresources: { threads: 0 }\n",
        "version: 1\ntargets: [./a]\nresults: { format: xml }\n",
        "version: 1\ntargets: [./a]\nread: { full: perhaps }\n",
    ];
    let mistaken: Vec<String> = mistaken
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let path = bench.path(&format!("mistaken-{number}.yaml"));
            fs::write(&path, text).unwrap();
            bench.run(["config", "check", path.to_str().unwrap()]).expect(2);
            path.to_str().unwrap().to_owned()
        })
        .collect();
    const VALIDATE: &str = r#"
import json, jsonschema, sys, yaml
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
validator.check_schema(validator.schema)
right, wrong = sys.argv[2:4], sys.argv[4:]
for path in right:
    errors = [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(yaml.safe_load(open(path)))]
    assert not errors, errors
for path in wrong:
    assert not validator.is_valid(yaml.safe_load(open(path))), f"the schema takes {path}: {open(path).read()}"
"#;
    let schema = root.join("docs/config.schema.json");
    let mut python = Command::new(test_program("python"));
    python.args(["-c", VALIDATE, schema.to_str().unwrap()]).args(&examples).args(&mistaken);
    let ended = Ended::of(python.output().unwrap());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

fn terminate(process: &Child) {
    // The shell's own `kill`: the program is not on every system.
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", process.id())]).status().unwrap();
    assert!(sent.success());
}

fn commits(bench: &Bench) -> usize {
    let Ok(runs) = fs::read_dir(bench.out().join("_commits")) else { return 0 };
    runs.map(|run| fs::read_dir(run.unwrap().path()).unwrap().count()).sum()
}

/// Asks for the metrics as a scraper does.
fn scrape(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

#[test]
fn a_store_that_stalls_does_not_hold_up_the_end() {
    let bench = Bench::new();
    let server = S3Server::seaweed();
    server.create_bucket("bucket");
    const OBJECTS: usize = 2_500;
    server.put_all("bucket", (0..OBJECTS).map(|index| (format!("o{index:05}.txt"), format!("{index}: {CARD}").into_bytes())));
    let proxy = FaultProxy::start(server.endpoint());
    proxy.inject("GET", &format!("o{:05}", OBJECTS - 1), Fault::StallAfter(4), Times::Always);
    let job = |out: &str, more: &str| {
        let path = bench.path("job.yaml");
        let endpoint = proxy.endpoint();
        let text = format!(
            "version: 1\ntargets: ['s3://bucket']\nobject_stores:\n  endpoint_url: {endpoint}\nresults:\n  out: ./{out}\n  key_file: ./key\n{more}"
        );
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let watched = "metrics:\n  listen: 127.0.0.1:0\nlog:\n  format: json\n  level: info\n";
    let mut scan = bench.command(["run", &job("findings", watched)]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stderr = BufReader::new(scan.stderr.take().unwrap()).lines().map(|line| line.unwrap());
    let address = stderr.find_map(|line| Some(line.split_once("metrics are at http://")?.1.split('/').next()?.to_owned())).unwrap();
    // What is told is read, so that the program is never stopped by a full pipe.
    let rest = std::thread::spawn(move || stderr.collect::<Vec<String>>());
    while commits(&bench) < 2 {
        std::thread::yield_now();
    }
    let page = scrape(&address);
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("terrier_assets_listed 2500\n"), "{page}");

    terminate(&scan);
    let asked = Instant::now();
    assert_eq!(scan.wait().unwrap().code(), Some(4));
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    let told = rest.join().unwrap();
    assert!(told.iter().any(|line| line.contains("\"event\":\"interrupted\"")), "{told:?}");
    assert!(told.last().unwrap().contains("\"exit_code\":4"), "{told:?}");

    proxy.heal();
    // The very first object is looked at once more, to see what is allowed.
    let requests = proxy.requests("GET", "/bucket/o00010.txt");
    assert_eq!(requests, 1);
    bench.run(["run", &job("findings", "")]).expect(0);
    assert_eq!(proxy.requests("GET", "/bucket/o00010.txt"), requests, "what was committed is not read again");
    let found = |out: &str| {
        let sql = "SELECT a.path, concat(f.class, f.tier, f.count) AS found FROM findings f JOIN assets a USING (asset_id) ORDER BY 1, 2";
        bench.run(["query", sql, "--findings", bench.path(out).to_str().unwrap(), "--format", "csv"]).expect(0).stdout
    };
    bench.run(["run", &job("undisturbed", "")]).expect(0);
    assert_eq!(found("findings"), found("undisturbed"));
    assert_eq!(found("findings").lines().count(), OBJECTS + 1);
}

#[test]
fn the_guide_says_what_to_do_about_every_reason() {
    use terrier_model::{Reason, ReasonKind};
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md")).unwrap();
    for reason in Reason::ALL {
        let mark = if reason.kind() == ReasonKind::Failure { " **!**" } else { "" };
        let row = format!("| `{}`{mark} | ", reason.as_str());
        assert!(guide.contains(&row), "docs/operations.md has no row {row}");
    }
}
