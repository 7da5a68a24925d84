//! The runtime API of the service as far as a function sees it: it hands out events and takes answers, over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// How long a test waits for the function.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running function.
pub(crate) struct Lambda {
    process: Child,
    events: Sender<(Value, Duration)>,
    heard: Receiver<Heard>,
    log: Arc<Mutex<String>>,
    /// From starting the process to its first asking for an event.
    pub(crate) cold_start: Duration,
}

/// What the function says.
#[derive(Debug)]
pub(crate) enum Heard {
    /// It asks for an event.
    Next(Instant),
    /// It answered one.
    Answer(Value),
    /// It failed at one; its error, and the kind that the header names.
    Error(Value, String),
    /// It cannot start.
    InitError(Value),
}

impl Lambda {
    /// Starts the function and waits until it asks for its first event.
    pub(crate) fn start(environment: &[(String, String)]) -> Self {
        match Self::try_start(environment) {
            Ok(lambda) => lambda,
            Err(error) => panic!("the function did not start: {error}"),
        }
    }

    /// Starts the function; an error is what it said of why it cannot.
    pub(crate) fn try_start(environment: &[(String, String)]) -> Result<Self, Value> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, handed_out) = channel();
        let (told, heard) = channel();
        std::thread::spawn(move || serve(&listener, &Arc::new(Mutex::new(handed_out)), &told));
        let started = Instant::now();
        let mut process = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &address)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut lines, keeper) = (process.stderr.take().unwrap(), Arc::clone(&log));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = lines.read(&mut buffer) {
                keeper.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        let mut lambda = Self { process, events, heard, log, cold_start: Duration::ZERO };
        match lambda.hear() {
            Heard::Next(at) => {
                lambda.cold_start = at - started;
                Ok(lambda)
            }
            Heard::InitError(error) => Err(error),
            other => panic!("before its first event the function said {other:?}"),
        }
    }

    /// Hands out an event with a generous deadline; an error is the function's own.
    pub(crate) fn invoke(&self, event: Value) -> Result<Value, Value> {
        self.invoke_within(event, Duration::from_secs(100))
    }

    /// Hands out an event that is to be answered within a time.
    pub(crate) fn invoke_within(&self, event: Value, limit: Duration) -> Result<Value, Value> {
        self.events.send((event, limit)).unwrap();
        let answered = match self.hear() {
            Heard::Answer(answer) => Ok(answer),
            Heard::Error(error, kind) => {
                assert_eq!(error["errorType"], kind.as_str());
                Err(error)
            }
            other => panic!("instead of an answer the function said {other:?}"),
        };
        assert!(matches!(self.hear(), Heard::Next(_)), "after an answer a function asks for the next event");
        answered
    }

    /// Hands out an event and kills the function after a while.
    pub(crate) fn kill_during(mut self, event: Value, after: Duration) {
        self.events.send((event, PATIENCE)).unwrap();
        // What a test of being killed waits for is that something is under way; whether it is or not, the outcome must be the same.
        let _ = self.heard.recv_timeout(after);
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    fn hear(&self) -> Heard {
        self.heard.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the function says nothing; its log:\n{}", self.log()))
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(listener: &TcpListener, events: &Arc<Mutex<Receiver<(Value, Duration)>>>, told: &Sender<Heard>) {
    for stream in listener.incoming() {
        let (events, told) = (Arc::clone(events), told.clone());
        std::thread::spawn(move || while_connected(stream.unwrap(), &events, &told));
    }
}

fn while_connected(mut stream: TcpStream, events: &Mutex<Receiver<(Value, Duration)>>, told: &Sender<Heard>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let request = Request::read(&mut reader)?;
        let path =
            request.path.strip_prefix("/2018-06-01/runtime").unwrap_or_else(|| panic!("no path of the runtime API: {}", request.path));
        match path.split('/').collect::<Vec<_>>()[..] {
            ["", "invocation", "next"] => {
                told.send(Heard::Next(Instant::now())).ok()?;
                let (event, limit) = events.lock().unwrap().recv().ok()?;
                answer(&mut stream, "200 OK", limit, &event.to_string())?;
            }
            ["", "invocation", "request-1", "response"] => {
                told.send(Heard::Answer(request.body)).ok()?;
                answer(&mut stream, "202 Accepted", PATIENCE, "")?;
            }
            ["", "invocation", "request-1", "error"] => {
                told.send(Heard::Error(request.body, request.error)).ok()?;
                answer(&mut stream, "202 Accepted", PATIENCE, "")?;
            }
            ["", "init", "error"] => {
                told.send(Heard::InitError(request.body)).ok()?;
                answer(&mut stream, "202 Accepted", PATIENCE, "")?;
            }
            _ => panic!("the runtime API has no {path}"),
        }
    }
}

struct Request {
    path: String,
    error: String,
    body: Value,
}

impl Request {
    fn read(from: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let path = line.split(' ').nth(1)?.to_owned();
        let (mut length, mut error) = (0, String::new());
        loop {
            let mut header = String::new();
            from.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "lambda-runtime-function-error-type" => error = value.trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body).ok()?;
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
        Some(Self { path, error, body })
    }
}

fn answer(stream: &mut TcpStream, status: &str, limit: Duration, body: &str) -> Option<()> {
    let deadline = (SystemTime::now() + limit).duration_since(UNIX_EPOCH).ok()?.as_millis();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nlambda-runtime-aws-request-id: request-1\r\n\
         lambda-runtime-deadline-ms: {deadline}\r\nlambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:1:function:f\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}
