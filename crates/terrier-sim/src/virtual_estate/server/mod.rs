//! As much of S3 as a scanner asks for, on loopback: so that the real client and the network stack are measured with.
//!
//! Listing (ListObjectsV2), reading (GetObject with ranges and If-Match, HeadObject), HeadBucket and GetBucketLocation. Nothing is
//! checked: no signature, no permission. It listens on loopback only.

mod answer;
mod http;
mod listing;
mod request;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};

use self::answer::{error, object, plain, xml};
use self::http::{Answer, Request};
use self::request::{Place, decoded, parameters};
use super::Estate;

/// The bucket that the estate is served as.
pub const BUCKET: &str = "estate";

/// An estate that is served as a bucket.
pub struct Server {
    listener: TcpListener,
    estate: Arc<Estate>,
}

impl Server {
    /// Takes a port on loopback; 0 for any that is free.
    pub async fn bind(estate: Arc<Estate>, port: u16) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?, estate })
    }

    /// Returns where the server is.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the task is dropped.
    ///
    /// # Errors
    /// When no connection can be taken any more.
    pub async fn serve(self) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let estate = Arc::clone(&self.estate);
            tokio::spawn(async move {
                // A client that goes away or does not speak HTTP ends its own connection and nothing else.
                let _ = converse(&estate, stream).await;
            });
        }
    }
}

/// Answers the requests of a connection until it ends.
async fn converse(estate: &Estate, mut stream: TcpStream) -> io::Result<()> {
    // Small answers wait for nobody.
    stream.set_nodelay(true)?;
    let (from, to) = stream.split();
    let (mut from, mut to) = (BufReader::new(from), BufWriter::with_capacity(64 << 10, to));
    while let Some(request) = Request::read(&mut from).await? {
        let mut answer = answer(estate, &request);
        if request.method == "HEAD" {
            answer.pieces.clear();
        }
        answer.write(&mut to).await?;
    }
    Ok(())
}

fn answer(estate: &Estate, request: &Request) -> Answer {
    let asked = parameters(&request.query);
    let is_head = request.method == "HEAD";
    if !is_head && request.method != "GET" {
        return error(501, "NotImplemented");
    }
    match Place::of(&request.path) {
        Place::Service => error(501, "NotImplemented"),
        Place::Bucket(name) | Place::Object(name, _) if name != BUCKET.as_bytes() => error(404, "NoSuchBucket"),
        Place::Bucket(_) if is_head => plain(200),
        Place::Bucket(_) if asked.contains_key("location") => {
            xml("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>")
        }
        Place::Bucket(_) if asked.get("list-type").is_some_and(|kind| kind == b"2") => listing::list(estate, &asked),
        Place::Bucket(_) => error(501, "NotImplemented"),
        Place::Object(_, key) => read(estate, request, &key),
    }
}

fn read(estate: &Estate, request: &Request, key: &[u8]) -> Answer {
    let Some(index) = estate.find(key) else { return error(404, "NoSuchKey") };
    let found = estate.object(index);
    let etag = format!("\"{}\"", found.version());
    if request.header("if-match").is_some_and(|wanted| wanted != "*" && wanted.trim_matches('"') != found.version()) {
        return error(412, "PreconditionFailed");
    }
    let size = found.size();
    let range = match request.header("range").map(|range| request::range(range, size)) {
        None | Some(request::Range::Whole) => None,
        Some(request::Range::Part(range)) => Some(range),
        Some(request::Range::Outside) => return error(416, "InvalidRange"),
    };
    let bytes = range.clone().unwrap_or(0..size);
    let length = bytes.end - bytes.start;
    let pieces: Vec<Bytes> = found.read(bytes);
    object(pieces, length, range, size, etag, found.modified())
}

/// Decodes what a client percent-encoded in a path.
fn path_bytes(path: &str) -> Vec<u8> {
    decoded(path, false)
}
