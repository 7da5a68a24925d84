//! The same function under somebody else's emulator of the service: that of `cargo lambda`.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use terrier_faults::test_program;

use crate::{Cloud, notification};

/// How long the emulator may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn cargo_lambda(command: &str, port: u16) -> Command {
    let mut cargo_lambda = Command::new(test_program("cargo-lambda"));
    cargo_lambda.args(["lambda", command, "--invoke-address", "127.0.0.1", "--invoke-port", &port.to_string()]);
    cargo_lambda
}

#[test]
fn the_emulator_of_cargo_lambda_is_answered() {
    let cloud = Cloud::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut emulator = cargo_lambda("watch", port);
    emulator.arg("--only-lambda-apis").current_dir(env!("CARGO_MANIFEST_DIR")).stdout(Stdio::null()).stderr(Stdio::null());
    let _emulator = Started(emulator.spawn().unwrap());
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the emulator does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut function = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
    function.env_clear().envs(cloud.environment(cloud.s3.endpoint())).env("AWS_LAMBDA_RUNTIME_API", format!("http://127.0.0.1:{port}/.rt"));
    let _function = Started(function.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());

    let event = notification([cloud.put("a.txt", 3, 1)]);
    let invoked = cargo_lambda("invoke", port).args(["--data-ascii", &event.to_string(), "_"]).output().unwrap();
    assert!(invoked.status.success(), "{}", String::from_utf8_lossy(&invoked.stderr));
    assert_eq!(serde_json::from_slice::<Value>(&invoked.stdout).unwrap()["objects"], 1);
    assert_eq!(cloud.shown(), [("a.txt".to_owned(), 3)]);
    let refused = cargo_lambda("invoke", port).args(["--data-ascii", &json!({ "odd": 1 }).to_string(), "_"]).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Terrier.Permanent"), "{}", String::from_utf8_lossy(&refused.stderr));
}
