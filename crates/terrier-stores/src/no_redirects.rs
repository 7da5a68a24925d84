//! Connections that follow no redirect and keep no service's words. What the object store asks for is signed for one place; an answer that
//! points elsewhere, such as at the machine's metadata service, is a wrong answer and not an errand. And of an error it would quote the whole
//! body, in which services quote names and more.

use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpResponseBody, HttpService};
use reqwest_0_12::redirect::Policy;

/// The code of an error is looked for in so much of its body.
const MOST_OF_AN_ERROR: usize = 64 << 10;

/// Makes connections for the results.
#[derive(Debug)]
pub(crate) struct NoRedirects {
    /// Whether plain HTTP is allowed.
    pub(crate) allow_http: bool,
    /// How long to wait for a connection.
    pub(crate) connect_timeout: Duration,
    /// How long to wait for an answer with its body.
    pub(crate) timeout: Duration,
}

#[derive(Debug)]
struct Direct(reqwest_0_12::Client);

impl HttpConnector for NoRedirects {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest_0_12::Client::builder()
            .redirect(Policy::none())
            .https_only(!self.allow_http)
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .user_agent(concat!("terrier/", env!("CARGO_PKG_VERSION")))
            .http1_only()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .build();
        let failed = |error: reqwest_0_12::Error| object_store::Error::Generic { store: "S3", source: Box::new(error) };
        client.map(|client| HttpClient::new(Direct(client))).map_err(failed)
    }
}

#[async_trait]
impl HttpService for Direct {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = self.0.call(request).await?.into_parts();
        if !parts.status.is_client_error() && !parts.status.is_server_error() {
            return Ok(HttpResponse::from_parts(parts, body));
        }
        let code = code_of(&start_of(body).await).unwrap_or_default();
        Ok(HttpResponse::from_parts(parts, code.into()))
    }
}

async fn start_of(body: HttpResponseBody) -> Vec<u8> {
    let (mut start, mut chunks) = (Vec::new(), body.bytes_stream());
    while let Some(Ok(chunk)) = chunks.next().await {
        start.extend_from_slice(&chunk);
        if start.len() > MOST_OF_AN_ERROR {
            break;
        }
    }
    start
}

/// Returns the code of an error, as far as it looks like one.
fn code_of(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_code = !code.is_empty() && code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_error_the_code_is_kept() {
        let kept = |body: &str| code_of(body.as_bytes());
        assert_eq!(kept("<Error><Code>AccessDenied</Code><Message>canary</Message></Error>").as_deref(), Some("AccessDenied"));
        for body in ["", "canary", "<Code>", "<Code></Code>", "<Code>a canary</Code>", "<Code>canary 4539</Code>"] {
            assert_eq!(kept(body), None, "{body}");
        }
    }
}
