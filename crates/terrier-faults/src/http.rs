//! As much of HTTP/1.1 as lies between an S3 client and an S3 server. By hand, because an HTTP library would refuse to send most
//! of the answers that are wanted here.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// The first line and the headers of a request or an answer.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    /// Reads a head; `None` where the other side has nothing more to say.
    pub(crate) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if from.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            from.read_line(&mut header).await?;
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Some(Self { line: line.trim_end().to_owned(), headers }))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|(header, _)| header != name);
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    pub(crate) fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked"))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{}\r\n{headers}\r\n", self.line).into_bytes()
    }
}

/// Reads the body of a request, in the coding in which it comes.
pub(crate) async fn read_request_body(head: &Head, from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head.is_chunked() {
        read_chunks(from, &mut body).await?;
    } else {
        from.take(head.content_length().unwrap_or(0)).read_to_end(&mut body).await?;
    }
    Ok(body)
}

async fn read_chunks(from: &mut (impl AsyncBufRead + Unpin), body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let size_line = read_line_into(from, body).await?;
        let size = size_line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        if size == 0 {
            // What follows are trailers, up to an empty line.
            while !read_line_into(from, body).await?.trim().is_empty() {}
            return Ok(());
        }
        from.take(size + 2).read_to_end(body).await?;
    }
}

async fn read_line_into(from: &mut (impl AsyncBufRead + Unpin), body: &mut Vec<u8>) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line).await?;
    body.extend_from_slice(line.as_bytes());
    Ok(line)
}
