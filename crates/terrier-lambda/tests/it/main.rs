//! The built function under a simulator of the service's runtime API, with a real S3 server.

#![expect(clippy::unwrap_used, reason = "helpers outside of test functions are tests too")]

mod emulator;
mod events;
mod parts;
mod simulator;
mod start;

use std::process::{Command, Output};

use serde_json::{Value, json};
use terrier_faults::S3Server;

use crate::simulator::Lambda;

/// A key, as the environment and `--key-file` hold it.
const KEY: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// A bucket with data, one for findings, and what runs against them.
struct Cloud {
    s3: S3Server,
    home: tempfile::TempDir,
}

impl Cloud {
    fn new() -> Self {
        let s3 = S3Server::moto();
        for bucket in ["data", "findings"] {
            s3.create_bucket(bucket);
        }
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("key"), KEY).unwrap();
        Self { s3, home }
    }

    fn lambda(&self) -> Lambda {
        Lambda::start(&self.environment(self.s3.endpoint()))
    }

    fn environment(&self, endpoint: &str) -> Vec<(String, String)> {
        let own = [
            ("TERRIER_OUT", "s3://findings/out"),
            ("TERRIER_KEY", KEY),
            ("TERRIER_ENDPOINT_URL", endpoint),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
            // Lasting faults are given up soon, so that their tests are short.
            ("AWS_MAX_ATTEMPTS", "2"),
        ];
        let all = own.into_iter().chain(S3Server::environment());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Runs the `terrier` command, which lies beside the function where the whole workspace was built.
    fn terrier(&self, args: &[&str]) -> Output {
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("terrier");
        assert!(program.is_file(), "terrier is not built; build the workspace: cargo build --workspace");
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.home.path()).envs(S3Server::environment()).args(args);
        command.args(["--endpoint-url", self.s3.endpoint()]).output().unwrap()
    }

    /// Plans a scan of the data bucket.
    fn plan(&self) {
        let key = self.home.path().join("key");
        let plan = ["plan", "s3://data", "--out", "s3://findings/plan", "--findings", "s3://findings/out", "--key-file"];
        let planned = self.terrier(&[&plan[..], &[key.to_str().unwrap()]].concat());
        assert!(planned.status.success(), "{}", String::from_utf8_lossy(&planned.stderr));
    }

    /// Asks the findings.
    fn query(&self, sql: &str) -> Vec<Value> {
        let asked = self.terrier(&["query", sql, "--findings", "s3://findings/out", "--format", "json"]);
        assert!(asked.status.success(), "{sql}: {}", String::from_utf8_lossy(&asked.stderr));
        serde_json::from_slice(&asked.stdout).unwrap()
    }

    /// What the findings show of each asset: its path, and how much of a class there is.
    fn shown(&self) -> Vec<(String, i64)> {
        let rows = self.query(
            "SELECT a.path, coalesce(sum(f.count), 0) AS n FROM assets a LEFT JOIN findings f \
             ON a.asset_id = f.asset_id AND a.run_id = f.run_id AND f.class = 'email' GROUP BY a.path ORDER BY a.path",
        );
        rows.iter().map(|row| (row["path"].as_str().unwrap().to_owned(), row["n"].as_i64().unwrap())).collect()
    }

    /// Puts an object that names so many people, and returns the record that S3 would send.
    fn put(&self, key: &str, people: usize, sequencer: u64) -> Value {
        let content = people_of(key, people);
        self.s3.put("data", key, content.clone());
        record("ObjectCreated:Put", key, Some(&content), sequencer)
    }
}

fn people_of(key: &str, people: usize) -> String {
    let salt = key.len();
    (0..people).map(|index| format!("write to person{salt}x{index}@initech.example.org\n")).collect()
}

/// Makes a record of a notification, as S3 sends it.
fn record(name: &str, key: &str, content: Option<&str>, sequencer: u64) -> Value {
    use std::fmt::Write;
    let encoded = key.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b' ' => text.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"./-_".contains(&byte) => text.push(byte.into()),
            byte => write!(text, "%{byte:02X}").unwrap(),
        }
        text
    });
    let mut object = json!({ "key": encoded, "sequencer": format!("{sequencer:016X}") });
    if let Some(content) = content {
        object["size"] = content.len().into();
        object["eTag"] = hex_md5(content).into();
    }
    let time = format!("2026-03-01T10:{:02}:00.000Z", sequencer % 60);
    let s3 = json!({ "s3SchemaVersion": "1.0", "bucket": { "name": "data", "arn": "arn:aws:s3:::data" }, "object": object });
    json!({ "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": time, "eventName": name, "s3": s3 })
}

fn hex_md5(content: &str) -> String {
    use md5::Digest;
    hex::encode(md5::Md5::digest(content.as_bytes()))
}

fn notification(records: impl IntoIterator<Item = Value>) -> Value {
    json!({ "Records": records.into_iter().collect::<Vec<_>>() })
}
