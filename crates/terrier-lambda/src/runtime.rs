//! The service's runtime API: take the next event, hand back an answer or an error.
//!
//! Four requests over plain HTTP to this machine. The crate that does the same, `lambda_runtime`, switches on features of `serde` and
//! `tracing` for the whole workspace and brings layers that are of no use here.

use std::future::Future;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::deadline::Deadline;
use crate::event::EventError;
use crate::failure::{Failure, Refusal};

/// Where the API is: host and port.
const ADDRESS: &str = "AWS_LAMBDA_RUNTIME_API";

/// A function may run this long, where the service does not say when it ends.
const LONGEST: Duration = Duration::from_secs(900);

/// A client of the runtime API.
pub(crate) struct Runtime {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

/// An event, and what the service says of it.
struct Invocation {
    id: String,
    deadline: Deadline,
    event: Bytes,
}

impl Runtime {
    /// Finds the API through the environment.
    pub(crate) fn of_environment() -> Result<Self, Failure> {
        let address = std::env::var(ADDRESS).map_err(|_| Failure::Runtime("AWS_LAMBDA_RUNTIME_API is not set"))?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        // The service gives host and port; simulators give a URL.
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        Ok(Self { client, base: format!("http://{address}/2018-06-01/runtime") })
    }

    /// Answers events one after the other until the service goes away; returns why.
    pub(crate) async fn serve<F>(&self, answer: impl Fn(Value, Deadline) -> F) -> Failure
    where
        F: Future<Output = Result<Value, Refusal>> + Send + 'static,
    {
        loop {
            let invocation = match self.next().await {
                Ok(invocation) => invocation,
                Err(failure) => return failure,
            };
            let answered = match serde_json::from_slice(&invocation.event) {
                // In a task of its own, whose panic is an error and not the end.
                Ok(event) => tokio::spawn(answer(event, invocation.deadline)).await.unwrap_or_else(|_| Err((&Failure::Internal).into())),
                Err(_) => Err((&Failure::from(EventError::NotJson)).into()),
            };
            if let Err(failure) = self.hand_back(&invocation.id, answered).await {
                return failure;
            }
        }
    }

    /// Says that the function cannot start.
    pub(crate) async fn refuse_to_start(&self, failure: &Failure) {
        if let Err(unheard) = self.tell("/init/error", &failure.into()).await {
            tracing::error!("{unheard}");
        }
    }

    async fn next(&self) -> Result<Invocation, Failure> {
        let response = self.send(Method::GET, "/invocation/next", None, Bytes::new()).await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let id = header("lambda-runtime-aws-request-id").ok_or(Failure::Runtime("the runtime API gave an event without an id"))?;
        let deadline =
            header("lambda-runtime-deadline-ms").and_then(|end| end.parse().ok()).map_or_else(|| Deadline::after(LONGEST), Deadline::at);
        let event = response.into_body().collect().await.map_err(|_| Failure::Runtime("the runtime API cut an event short"))?.to_bytes();
        Ok(Invocation { id, deadline, event })
    }

    async fn hand_back(&self, id: &str, answered: Result<Value, Refusal>) -> Result<(), Failure> {
        match answered {
            Ok(answer) => self.send(Method::POST, &format!("/invocation/{id}/response"), None, answer.to_string().into()).await.map(drop),
            Err(refusal) => {
                tracing::warn!("{}", refusal.text);
                self.tell(&format!("/invocation/{id}/error"), &refusal).await
            }
        }
    }

    async fn tell(&self, path: &str, refusal: &Refusal) -> Result<(), Failure> {
        let body = json!({ "errorMessage": refusal.text, "errorType": refusal.kind });
        self.send(Method::POST, path, Some(refusal.kind), body.to_string().into()).await.map(drop)
    }

    async fn send(&self, method: Method, path: &str, error: Option<&str>, body: Bytes) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base)).header("content-type", "application/json");
        if let Some(kind) = error {
            request = request.header("lambda-runtime-function-error-type", kind);
        }
        let request = request.body(Full::new(body)).map_err(|_| Failure::Runtime("AWS_LAMBDA_RUNTIME_API is no host and port"))?;
        let response = self.client.request(request).await.map_err(|_| Failure::Runtime("the runtime API cannot be reached"))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            // The answer came too late, or is too large; the next event may do better.
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE => {
                tracing::warn!("the runtime API refused an answer");
                Ok(response)
            }
            _ => Err(Failure::Runtime("the runtime API failed")),
        }
    }
}
