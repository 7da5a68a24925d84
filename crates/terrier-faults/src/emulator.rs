//! Servers that stand in for the object stores of Azure and Google on this machine.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;
use tempfile::TempDir;

use crate::server::test_program;

/// The storage account that [`AzureServer`] holds.
pub const AZURE_ACCOUNT: &str = "terriertest";
/// Its key, in base64.
pub const AZURE_KEY: &str = "VGVycmllcidzIHRlc3RzLCBhbmQgbm9ib2R5IGVsc2UgYXQgYWxsLg==";

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server's process on a free loopback port, stopped when dropped.
struct Emulator {
    port: u16,
    process: Child,
    _data: TempDir,
}

impl Emulator {
    fn start(command: impl Fn(u16, &TempDir) -> Command) -> Self {
        let started = Instant::now();
        loop {
            let data = tempfile::tempdir().expect("a temporary folder can be made");
            let free = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
            let port = free.local_addr().expect("a bound socket has an address").port();
            drop(free);
            let mut command = command(port, &data);
            let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let process = process.unwrap_or_else(|error| panic!("{} cannot be started: {error}", command.get_program().display()));
            let mut emulator = Self { port, process, _data: data };
            // A port that was free may have been taken since; then the server ends and another try finds another port.
            while emulator.process.try_wait().is_ok_and(|ended| ended.is_none()) {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return emulator;
                }
                assert!(started.elapsed() < PATIENCE, "no server started within {PATIENCE:?}");
                std::thread::sleep(Duration::from_millis(25));
            }
        }
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends a request as it is written here: no library changes the path. Panics where it is refused.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
            self.port,
            body.len()
        );
        let mut answer = Vec::new();
        let sent = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut stream| {
            stream.write_all(head.as_bytes())?;
            stream.write_all(body)?;
            stream.read_to_end(&mut answer)
        });
        sent.expect("a server on this machine answers");
        let status = answer.get(9..10).unwrap_or_default();
        assert!(status == b"2", "{method} {path}: {}", String::from_utf8_lossy(&answer));
        answer
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Azurite: Microsoft's own stand-in for Azure Blob Storage. It has trouble with control characters, and reads `\` as `/`.
pub struct AzureServer(Emulator);

impl AzureServer {
    /// Starts it with one account.
    pub fn start() -> Self {
        Self(Emulator::start(|port, data| {
            let mut command = Command::new(test_program("azurite-blob"));
            command.args(["--silent", "--disableTelemetry", "--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort"]);
            command.arg(port.to_string()).current_dir(data.path()).env("AZURITE_ACCOUNTS", format!("{AZURE_ACCOUNT}:{AZURE_KEY}"));
            command
        }))
    }

    /// Returns the server's URL, without the account.
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }

    /// Makes a shared access signature of the account with these permissions (`rl`).
    pub fn sas(permissions: &str) -> String {
        const EXPIRY: &str = "2099-01-01T00:00:00Z";
        const VERSION: &str = "2020-12-06";
        let to_sign = format!("{AZURE_ACCOUNT}\n{permissions}\nb\nsco\n\n{EXPIRY}\n\n\n{VERSION}\n\n");
        let key = STANDARD.decode(AZURE_KEY).expect("the key is base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key may have any length");
        mac.update(to_sign.as_bytes());
        let signature = encoded(&STANDARD.encode(mac.finalize().into_bytes()));
        format!("sv={VERSION}&ss=b&srt=sco&sp={permissions}&se={}&sig={signature}", encoded(EXPIRY))
    }

    /// Makes a container.
    pub fn create_container(&self, container: &str) {
        self.send("PUT", &format!("/{AZURE_ACCOUNT}/{container}?restype=container"), &[], &[]);
    }

    /// Puts a blob.
    pub fn put(&self, container: &str, name: &str, bytes: &[u8]) {
        self.put_with(container, name, bytes, &[]);
    }

    /// Puts a blob with further headers, such as `x-ms-meta-name`.
    pub fn put_with(&self, container: &str, name: &str, bytes: &[u8], headers: &[(&str, &str)]) {
        let headers: Vec<_> = headers.iter().copied().chain([("x-ms-blob-type", "BlockBlob")]).collect();
        self.send("PUT", &format!("/{AZURE_ACCOUNT}/{container}/{}?", encoded(name)), &headers, bytes);
    }

    /// Moves a blob to a tier (`Archive`).
    pub fn set_tier(&self, container: &str, name: &str, tier: &str) {
        let path = format!("/{AZURE_ACCOUNT}/{container}/{}?comp=tier", encoded(name));
        self.send("PUT", &path, &[("x-ms-access-tier", tier)], &[]);
    }

    /// Deletes a blob.
    pub fn delete(&self, container: &str, name: &str) {
        self.send("DELETE", &format!("/{AZURE_ACCOUNT}/{container}/{}?", encoded(name)), &[], &[]);
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let headers: Vec<_> = headers.iter().copied().chain([("x-ms-version", "2026-04-06")]).collect();
        self.0.send(method, &format!("{path}&{}", Self::sas("rwdlac")), &headers, body);
    }
}

/// fake-gcs-server: a stand-in for Google Cloud Storage that keeps every name exactly. It asks for no credentials, and does not hold
/// reads to a generation, though it says which one it sends.
pub struct GcsServer(Emulator);

impl GcsServer {
    /// Starts it.
    pub fn start() -> Self {
        Self(Emulator::start(|port, data| {
            let mut command = Command::new(test_program("fake-gcs-server"));
            command.args(["-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", &port.to_string()]);
            command.args(["-public-host", &format!("127.0.0.1:{port}")]).current_dir(data.path());
            command
        }))
    }

    /// Returns the server's URL.
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }

    /// Makes a bucket.
    pub fn create_bucket(&self, bucket: &str) {
        let body = format!("{{\"name\":\"{bucket}\"}}");
        self.0.send("POST", "/storage/v1/b?project=test", &[("Content-Type", "application/json")], body.as_bytes());
    }

    /// Puts an object.
    pub fn put(&self, bucket: &str, name: &str, bytes: &[u8]) {
        self.put_encoded(bucket, name, bytes, None);
    }

    /// Puts an object whose bytes are in a coding, such as `gzip`.
    pub fn put_encoded(&self, bucket: &str, name: &str, bytes: &[u8], coding: Option<&str>) {
        let coding = coding.map(|coding| format!("&contentEncoding={coding}")).unwrap_or_default();
        let path = format!("/upload/storage/v1/b/{bucket}/o?uploadType=media&name={}{coding}", encoded(name));
        self.0.send("POST", &path, &[("Content-Type", "application/octet-stream")], bytes);
    }

    /// Deletes an object.
    pub fn delete(&self, bucket: &str, name: &str) {
        self.0.send("DELETE", &format!("/storage/v1/b/{bucket}/o/{}", encoded(name)), &[], &[]);
    }
}
