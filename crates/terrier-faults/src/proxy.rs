use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::background::Background;
use crate::http::{Head, read_request_body};

/// What goes wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 503 with the code `SlowDown`.
    SlowDown,
    /// An error with this status and code; the server is not asked.
    Error(u16, &'static str),
    /// An answer of the test's own making: status, headers, body; the server is not asked.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// The connection closes after so many bytes of the body.
    CutAfter(u64),
    /// Nothing more comes after so many bytes of the body, and the connection stays open.
    StallAfter(u64),
    /// The header announces so many bytes more than there are.
    AnnounceMore(u64),
    /// The header announces so many bytes less than there are.
    AnnounceLess(u64),
    /// So many bytes at a time, with a pause after each.
    Slow(usize, Duration),
    /// The connection is reset before anything is answered.
    Reset,
}

/// How late the bytes come that were not announced.
const LATE: Duration = Duration::from_millis(30);

/// How often a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The first so many matching requests.
    First(u64),
    /// Every matching request.
    Always,
}

struct Rule {
    method: &'static str,
    part: String,
    fault: Fault,
    left: Times,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    log: Vec<Head>,
}

/// A loopback proxy in front of an S3 server, which hands everything on except where a rule strikes.
pub struct FaultProxy {
    endpoint: String,
    state: Arc<Mutex<State>>,
    _background: Background,
}

impl FaultProxy {
    /// Starts a proxy in front of an endpoint such as `http://127.0.0.1:9000`.
    pub fn start(upstream: &str) -> Self {
        let upstream = upstream.strip_prefix("http://").expect("the upstream is a plain http URL").trim_end_matches('/').to_owned();
        let background = Background::start();
        let listener = background.wait(TcpListener::bind("127.0.0.1:0")).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::<Mutex<State>>::default();
        background.spawn(accept(listener, upstream, Arc::clone(&state)));
        Self { endpoint: format!("http://{address}"), state, _background: background }
    }

    /// Returns the proxy's URL.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Adds a rule for requests of a method (`GET`; `*` for any) whose path and query, as sent, contain `part`. The first rule
    /// that matches and still has strikes left decides.
    pub fn inject(&self, method: &'static str, part: &str, fault: Fault, times: Times) {
        self.state().rules.push(Rule { method, part: part.to_owned(), fault, left: times });
    }

    /// Drops all rules.
    pub fn heal(&self) {
        self.state().rules.clear();
    }

    /// Counts the requests so far, of a method (`*` for any), whose path and query contain `part`.
    pub fn requests(&self, method: &str, part: &str) -> usize {
        self.state().log.iter().filter(|head| matches(method, part, head)).count()
    }

    /// Counts the requests so far that carried a header, named in lower case.
    pub fn requests_with_header(&self, name: &str) -> usize {
        self.header_values(name).len()
    }

    /// Returns the values of a header, named in lower case, over the requests so far.
    pub fn header_values(&self, name: &str) -> Vec<String> {
        self.state().log.iter().filter_map(|head| head.header(name).map(str::to_owned)).collect()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes a request and returns what is to go wrong with it.
    fn strike(&mut self, head: &Head) -> Option<Fault> {
        self.log.push(head.clone());
        let rule = self.rules.iter_mut().find(|rule| rule.left != Times::First(0) && matches(rule.method, &rule.part, head))?;
        if let Times::First(left) = &mut rule.left {
            *left -= 1;
        }
        Some(rule.fault.clone())
    }
}

fn matches(method: &str, part: &str, head: &Head) -> bool {
    let (of, target) = head.line.split_once(' ').unwrap_or_default();
    (method == "*" || method == of) && target.contains(part)
}

async fn accept(listener: TcpListener, upstream: String, state: Arc<Mutex<State>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (upstream, state) = (upstream.clone(), Arc::clone(&state));
        // A connection that breaks is what half of the faults are about.
        tokio::spawn(async move { serve(client, &upstream, &state).await });
    }
}

/// Whether the client's connection can carry another request.
#[derive(PartialEq, Eq)]
enum Connection {
    Usable,
    Over,
}

async fn serve(client: TcpStream, upstream: &str, state: &Mutex<State>) -> io::Result<()> {
    let mut client = BufReader::new(client);
    while let Some(mut head) = Head::read(&mut client).await? {
        let method = head.line.split(' ').next().unwrap_or_default().to_owned();
        if head.header("expect").is_some() {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            head.remove("expect");
        }
        let body = read_request_body(&head, &mut client).await?;
        let fault = state.lock().unwrap_or_else(PoisonError::into_inner).strike(&head);
        let connection = match fault {
            Some(Fault::Reset) => {
                client.get_ref().set_zero_linger()?;
                Connection::Over
            }
            Some(Fault::SlowDown) => answer(&mut client, &method, 503, &[], &error_body("SlowDown")).await?,
            Some(Fault::Error(status, code)) => answer(&mut client, &method, status, &[], &error_body(code)).await?,
            Some(Fault::Answer(status, headers, body)) => answer(&mut client, &method, status, &headers, &body).await?,
            fault => forward(&mut client, upstream, &method, head, &body, fault).await?,
        };
        if connection == Connection::Over {
            return Ok(());
        }
    }
    Ok(())
}

fn error_body(code: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>on purpose</Message></Error>").into_bytes()
}

async fn answer(
    client: &mut BufReader<TcpStream>,
    method: &str,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<Connection> {
    let mut head = Head { line: format!("HTTP/1.1 {status} On Purpose"), headers: headers.to_vec() };
    head.set("content-length", &body.len().to_string());
    client.write_all(&head.to_bytes()).await?;
    if method != "HEAD" {
        client.write_all(body).await?;
    }
    Ok(Connection::Usable)
}

/// Asks the server and hands on its answer, spoilt as the fault says.
async fn forward(
    client: &mut BufReader<TcpStream>,
    upstream: &str,
    method: &str,
    mut request: Head,
    body: &[u8],
    fault: Option<Fault>,
) -> io::Result<Connection> {
    let mut server = BufReader::new(TcpStream::connect(upstream).await?);
    request.set("connection", "close");
    server.write_all(&request.to_bytes()).await?;
    server.write_all(body).await?;
    let Some(mut head) = Head::read(&mut server).await? else { return Ok(Connection::Over) };
    head.remove("connection");

    let status = head.line.split(' ').nth(1).unwrap_or_default();
    let empty = method == "HEAD" || matches!(status, "204" | "304");
    let length = if empty { Some(0) } else { head.content_length() };
    match (&fault, head.content_length()) {
        (Some(Fault::AnnounceMore(more)), Some(length)) => head.set("content-length", &(length + more).to_string()),
        (Some(Fault::AnnounceLess(less)), Some(length)) => head.set("content-length", &length.saturating_sub(*less).to_string()),
        _ => {}
    }
    client.write_all(&head.to_bytes()).await?;
    send_body(client, server, length, fault).await
}

async fn send_body(
    client: &mut BufReader<TcpStream>,
    server: BufReader<TcpStream>,
    length: Option<u64>,
    fault: Option<Fault>,
) -> io::Result<Connection> {
    let mut body = server.take(length.unwrap_or(u64::MAX));
    match fault {
        Some(Fault::CutAfter(bytes)) => {
            tokio::io::copy(&mut body.take(bytes), client).await?;
            client.shutdown().await?;
            Ok(Connection::Over)
        }
        // What comes too much comes late, when the client may have asked for something else on the same connection.
        Some(Fault::AnnounceLess(less)) => {
            let announced = length.unwrap_or(0).saturating_sub(less);
            tokio::io::copy(&mut (&mut body).take(announced), client).await?;
            client.flush().await?;
            tokio::time::sleep(LATE).await;
            tokio::io::copy(&mut body, client).await?;
            Ok(Connection::Over)
        }
        Some(Fault::StallAfter(bytes)) => {
            tokio::io::copy(&mut body.take(bytes), client).await?;
            // Until the client gives up.
            let _ = client.read_u8().await;
            Ok(Connection::Over)
        }
        Some(Fault::Slow(bytes, pause)) => {
            let mut piece = vec![0; bytes];
            loop {
                let read = body.read(&mut piece).await?;
                if read == 0 {
                    return Ok(Connection::Over);
                }
                client.write_all(&piece[..read]).await?;
                tokio::time::sleep(pause).await;
            }
        }
        fault => {
            tokio::io::copy(&mut body, client).await?;
            client.flush().await?;
            Ok(if fault.is_none() && length.is_some() { Connection::Usable } else { Connection::Over })
        }
    }
}
