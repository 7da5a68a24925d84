//! Runs `terrier` in a home of its own and reads what it wrote.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use terrier_faults::S3Server;

/// A home folder, a folder to scan and a folder for the findings; all gone at the end.
pub(crate) struct Bench {
    home: TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        for folder in ["estate", "tmp"] {
            fs::create_dir(home.path().join(folder)).unwrap();
        }
        let key = home.path().join("key");
        fs::write(&key, "5e".repeat(32)).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        Self { home }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn estate(&self) -> PathBuf {
        self.path("estate")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.path("findings")
    }

    /// Writes a file below the estate, with the folders that lead to it.
    pub(crate) fn put(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.estate().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Prepares a command that knows nothing of the machine's own configuration.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terrier"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("TMPDIR", self.path("tmp"))
            .env("PATH", "/usr/bin:/bin")
            .envs(S3Server::environment())
            // Lasting faults are given up soon, so that their tests are short.
            .env("AWS_MAX_ATTEMPTS", "3")
            .current_dir(self.home.path())
            .args(args);
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ended {
        Ended::of(self.command(args).output().unwrap())
    }

    /// Scans the estate into the findings, with further arguments.
    pub(crate) fn scan(&self, more: &[&str]) -> Ended {
        self.run(self.scan_args(more))
    }

    pub(crate) fn scan_args(&self, more: &[&str]) -> Vec<String> {
        let base = [
            "scan",
            self.estate().to_str().unwrap(),
            "--out",
            self.out().to_str().unwrap(),
            "--key-file",
            self.path("key").to_str().unwrap(),
        ]
        .map(str::to_owned);
        base.into_iter().chain(more.iter().map(ToString::to_string)).collect()
    }

    /// Asks the findings; a row is a JSON object.
    pub(crate) fn query(&self, sql: &str) -> Vec<Value> {
        let ended = self.run(["query", sql, "--findings", self.out().to_str().unwrap(), "--format", "json"]);
        assert_eq!(ended.code, 0, "{sql}: {}", ended.stderr);
        serde_json::from_str(&ended.stdout).unwrap()
    }

    /// Asks the findings for one or two columns, as text.
    pub(crate) fn pairs(&self, sql: &str) -> Vec<(String, String)> {
        let ended = self.run(["query", sql, "--findings", self.out().to_str().unwrap(), "--format", "csv"]);
        assert_eq!(ended.code, 0, "{sql}: {}", ended.stderr);
        let mut rows = csv::Reader::from_reader(ended.stdout.as_bytes());
        let rows = rows.records().map(|row| row.unwrap());
        rows.map(|row| (row[0].to_owned(), row.get(1).unwrap_or_default().to_owned())).collect()
    }

    /// All rows of a table in the order of the file, without the runs that wrote and read them.
    pub(crate) fn rows(&self, table: &str) -> Vec<String> {
        let rows = self.query(&format!("SELECT * FROM {table}"));
        rows.into_iter()
            .map(|mut row| {
                let row = row.as_object_mut().unwrap();
                row.remove("run_id");
                row.remove("read_in");
                serde_json::to_string(row).unwrap()
            })
            .collect()
    }

    /// The same, sorted: what lies in several files is read in any order.
    pub(crate) fn sorted_rows(&self, table: &str) -> Vec<String> {
        let mut rows = self.rows(table);
        rows.sort();
        rows
    }

    /// Asserts how each asset was covered: its path, and the reason or else the method.
    #[track_caller]
    pub(crate) fn expect_coverage(&self, expect: &[(&str, &str)]) {
        let covered = self.pairs("SELECT path, coalesce(coverage_reason, coverage_method) FROM assets ORDER BY path");
        let expect: Vec<_> = expect.iter().map(|(path, how)| ((*path).to_owned(), (*how).to_owned())).collect();
        assert_eq!(covered, expect);
    }

    /// Every file below the home folder, with its content, the estate left out.
    pub(crate) fn written(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.home.path(), &self.estate(), &mut files);
        files
    }
}

fn collect(folder: &Path, except: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path == except {
            continue;
        }
        if path.is_dir() {
            collect(&path, except, files);
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// What opens the database servers; must be seen nowhere.
pub(crate) const PASSWORD: &str = "pw-canary-7Qx2";

/// Each finding: its path, and what was found how often.
pub(crate) const FOUND: &str =
    "SELECT a.path, concat(f.class, ' ', f.tier, ' ', f.count) FROM findings f JOIN assets a USING (asset_id) ORDER BY 1, 2";

/// Scans a database server, whose password is in the environment.
pub(crate) fn scan_database(bench: &Bench, target: &str, more: &[&str]) -> Ended {
    let (out, key) = (bench.out(), bench.path("key"));
    let base = ["scan", target, "--out", out.to_str().unwrap(), "--key-file", key.to_str().unwrap()];
    let mut command = bench.command(base.iter().chain(more));
    Ended::of(command.env("PGPASSWORD", PASSWORD).env("MYSQL_PWD", PASSWORD).env("REDISCLI_AUTH", PASSWORD).output().unwrap())
}

pub(crate) fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}
