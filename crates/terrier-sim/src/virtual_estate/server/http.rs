//! As much of HTTP/1.1 as an S3 client on the same machine speaks: requests without a body that matters, answers of known length.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The most that the lines of a request may take together.
const MOST_HEAD: u64 = 64 << 10;

/// The most that is taken of a body that nobody reads.
const MOST_BODY: u64 = 1 << 20;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    headers: Vec<(String, String)>,
}

/// What is answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) pieces: Vec<Bytes>,
    /// Bytes of the body; of an answer to HEAD, those that it would have.
    pub(super) length: u64,
}

impl Request {
    /// Reads a request; `None` where the client has nothing more to ask.
    pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let mut head = (&mut *from).take(MOST_HEAD);
        let mut line = String::new();
        if head.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let mut words = line.split_ascii_whitespace();
        let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(invalid()) };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), headers: Vec::new() };
        loop {
            let mut line = String::new();
            // Without a line's end the head is too long, or the client went away in the middle of it.
            if head.read_line(&mut line).await? == 0 || !line.ends_with('\n') {
                return Err(invalid());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = request.header("content-length").map_or(Ok(0), str::parse::<u64>).map_err(|_| invalid())?;
        if length > MOST_BODY || request.header("transfer-encoding").is_some() {
            return Err(invalid());
        }
        tokio::io::copy(&mut (&mut *from).take(length), &mut tokio::io::sink()).await?;
        Ok(Some(request))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Answer {
    /// Writes the answer.
    pub(super) async fn write(self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} \r\ncontent-length: {}\r\n", self.status, self.length);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        to.write_all(head.as_bytes()).await?;
        for piece in &self.pieces {
            to.write_all(piece).await?;
        }
        to.flush().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_read_one_after_another() {
        let mut sent = &b"GET /b/k?x=1 HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\n\r\n"[..];
        let first = Request::read(&mut sent).await.unwrap().unwrap();
        assert_eq!((first.method.as_str(), first.path.as_str(), first.query.as_str()), ("GET", "/b/k", "x=1"));
        assert_eq!((first.header("range"), first.header("if-match")), (Some("bytes=0-1"), None));
        assert_eq!(Request::read(&mut sent).await.unwrap().unwrap().method, "POST");
        assert_eq!(Request::read(&mut sent).await.unwrap().unwrap().method, "HEAD");
        assert!(Request::read(&mut sent).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused() {
        let long = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 100_000]].concat();
        for sent in [&b"nonsense\r\n\r\n"[..], b"GET / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", b"GET / HTTP/1.1\r\nHost", &long] {
            let mut sent = sent;
            assert!(Request::read(&mut sent).await.is_err());
        }
    }
}
