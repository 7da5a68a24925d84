//! As much of HTTP as a scraper on the same machine speaks: one request, one answer, and the connection is closed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::{Measured, text};

/// The most that a request's head may take.
const MOST_HEAD: usize = 16 << 10;

/// The most connections at one time.
const CONNECTIONS: usize = 16;

/// How long a client may take over its request, and over taking the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers scrapers for as long as the task lives.
pub(super) async fn serve(listener: TcpListener, measured: Arc<Measured>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        // Out of descriptors, for a moment: a scraper comes again.
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let measured = Arc::clone(&measured);
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, answer(client, &measured)).await;
            drop(place);
        });
    }
}

async fn answer(mut client: TcpStream, measured: &Measured) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if head.len() > MOST_HEAD || client.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|byte| *byte == b' ');
    let (status, body) = match (words.next(), words.next()) {
        (Some(b"GET"), Some(b"/metrics")) => ("200 OK", text::render(measured)),
        (Some(b"GET"), _) => ("404 Not Found", "metrics are at /metrics\n".to_owned()),
        _ => ("405 Method Not Allowed", "only GET is answered\n".to_owned()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    client.write_all(head.as_bytes()).await?;
    client.write_all(body.as_bytes()).await?;
    client.shutdown().await
}
