use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::StorageClass;
use futures::stream::{self, StreamExt};
use tempfile::TempDir;

use crate::background::Background;

/// The access key that the servers take.
pub const ACCESS_KEY_ID: &str = "test";
/// The secret key that goes with it.
pub const SECRET_ACCESS_KEY: &str = "test-secret";
/// The region that the servers are in.
pub const REGION: &str = "us-east-1";

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many objects are put at once.
const PUTS: usize = 16;

/// A real S3 server on a free loopback port, stopped when dropped.
pub struct S3Server {
    endpoint: String,
    process: Child,
    client: Client,
    background: Background,
    _data: TempDir,
}

impl S3Server {
    /// Starts moto: the complete API, every key exactly, STS too; in memory, slow, and it denies nothing.
    pub fn moto() -> Self {
        Self::start(1, |ports, data| {
            let mut command = Command::new(test_program("moto_server"));
            command.args(["-H", "127.0.0.1", "-p", &ports[0].to_string()]).current_dir(data.path());
            command
        })
    }

    /// Starts SeaweedFS: a real store, fast enough for load. It collapses `//` in keys and refuses `.` and `..`, and its bucket
    /// names have three characters at least.
    pub fn seaweed() -> Self {
        Self::start(8, |ports, data| {
            let mut command = Command::new(test_program("weed"));
            command.arg("server").current_dir(data.path());
            let flags = [
                "s3.port",
                "s3.port.grpc",
                "master.port",
                "master.port.grpc",
                "volume.port",
                "volume.port.grpc",
                "filer.port",
                "filer.port.grpc",
            ];
            for (flag, port) in flags.iter().zip(ports) {
                command.arg(format!("-{flag}={port}"));
            }
            command.arg(format!("-dir={}", data.path().display()));
            command.args(["-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=200", "-master.volumeSizeLimitMB=1024"]);
            command.args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]);
            command
        })
    }

    fn start(ports: usize, command: impl Fn(&[u16], &TempDir) -> Command) -> Self {
        let started = Instant::now();
        loop {
            let data = tempfile::tempdir().expect("a temporary folder can be made");
            let ports = free_ports(ports);
            let mut command = command(&ports, &data);
            let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let process = process.unwrap_or_else(|error| panic!("{} cannot be started: {error}", command.get_program().display()));
            let endpoint = format!("http://127.0.0.1:{}", ports[0]);
            let client = client(&endpoint);
            let mut server = Self { endpoint, process, client, background: Background::start(), _data: data };
            // A port that was free may have been taken since; then the server ends and another try finds other ports.
            if server.becomes_ready(ports[0], started) {
                return server;
            }
            assert!(started.elapsed() < PATIENCE, "no S3 server started within {PATIENCE:?}");
        }
    }

    /// Waits until objects can be put; `false` if the server ended.
    fn becomes_ready(&mut self, port: u16, started: Instant) -> bool {
        while started.elapsed() < PATIENCE {
            if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            if TcpStream::connect(("127.0.0.1", port)).is_ok() && self.takes_objects() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        false
    }

    /// A store opens its port before its parts have found each other.
    fn takes_objects(&self) -> bool {
        let client = self.client.clone();
        self.background.wait(async move {
            let _ = client.create_bucket().bucket("readiness").send().await;
            let put = client.put_object().bucket("readiness").key("probe").body(ByteStream::from_static(b"1")).send().await;
            let deleted = client.delete_object().bucket("readiness").key("probe").send().await;
            put.is_ok() && deleted.is_ok() && client.delete_bucket().bucket("readiness").send().await.is_ok()
        })
    }

    /// Returns the server's URL.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the environment variables under which a program finds credentials and region, and nothing of the machine's own.
    pub fn environment() -> Vec<(&'static str, &'static str)> {
        vec![
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("AWS_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ]
    }

    /// Makes a bucket.
    pub fn create_bucket(&self, bucket: &str) {
        let request = self.client.create_bucket().bucket(bucket);
        self.background.wait(async move { expect_done(request.send().await, "a bucket cannot be made") });
    }

    /// Puts an object.
    pub fn put(&self, bucket: &str, key: &str, bytes: impl Into<Vec<u8>>) {
        self.put_all(bucket, [(key.to_owned(), bytes.into())]);
    }

    /// Puts many objects, several at a time.
    pub fn put_all<Objects>(&self, bucket: &str, objects: Objects)
    where
        Objects: IntoIterator<Item = (String, Vec<u8>)>,
        Objects::IntoIter: Send + 'static,
    {
        let (client, bucket, objects) = (self.client.clone(), bucket.to_owned(), objects.into_iter());
        self.background.wait(async move {
            let puts = stream::iter(objects).map(|(key, bytes)| {
                let request = client.put_object().bucket(&bucket).key(&key).body(ByteStream::from(bytes));
                async move {
                    expect_done(request.send().await, &format!("the object {key:?} cannot be put"));
                }
            });
            puts.buffer_unordered(PUTS).collect::<()>().await;
        });
    }

    /// Puts an object into a storage class (`GLACIER`, `DEEP_ARCHIVE`).
    pub fn put_in_class(&self, bucket: &str, key: &str, bytes: impl Into<Vec<u8>>, class: &str) {
        let body = ByteStream::from(bytes.into());
        let request = self.client.put_object().bucket(bucket).key(key).body(body).storage_class(StorageClass::from(class));
        self.background.wait(async move { expect_done(request.send().await, "an object cannot be put") });
    }

    /// Deletes an object.
    pub fn delete(&self, bucket: &str, key: &str) {
        let request = self.client.delete_object().bucket(bucket).key(key);
        self.background.wait(async move { expect_done(request.send().await, "an object cannot be deleted") });
    }

    /// Returns the content of an object.
    pub fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let request = self.client.get_object().bucket(bucket).key(key);
        self.background.wait(async move {
            let answer = expect_done(request.send().await, "an object cannot be read");
            answer.body.collect().await.expect("the server sends whole objects").to_vec()
        })
    }

    /// Returns the keys that begin with a prefix, as the server gives them unencoded; for plain keys.
    pub fn keys(&self, bucket: &str, prefix: &str) -> Vec<String> {
        let pages = self.client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator();
        self.background.wait(async move {
            let mut pages = pages.send();
            let mut keys = Vec::new();
            while let Some(page) = pages.next().await {
                let page = expect_done(page, "the bucket cannot be listed");
                keys.extend(page.contents().iter().filter_map(|object| object.key().map(str::to_owned)));
            }
            keys
        })
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn expect_done<T, E: std::error::Error + 'static>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {}", DisplayErrorContext(&error)))
}

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

/// Returns the path of a program that the tests need, from the environment that `make test-deps` made.
///
/// # Panics
/// With what to do, where it is not installed: a test that silently did nothing would prove nothing.
pub fn test_program(name: &str) -> PathBuf {
    let beside_the_crates = || PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("Cargo sets it for tests")).join("../../.venv");
    let environment = std::env::var_os("TERRIER_TEST_VENV").map_or_else(beside_the_crates, PathBuf::from);
    let program = environment.join("bin").join(name);
    assert!(program.is_file(), "{} is not there; run `make test-deps` to install what the tests need", program.display());
    program
}

pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").expect("loopback has free ports")).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("a bound socket has an address").port()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_says_what_to_do() {
        let panic = std::panic::catch_unwind(|| test_program("no-such-program")).unwrap_err();
        assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("run `make test-deps`")));
    }
}
