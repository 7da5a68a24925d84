//! Tells a program elsewhere how a scan ended, where the user names that program: counts only, unless names are asked for.

mod summary;

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

pub(crate) use self::summary::{Told, summary};
use crate::args::NotifyArgs;
use crate::exit::Exit;
use crate::metrics;

/// How often an address is tried, and how long one try may take.
const TRIES: u32 = 3;
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// The same where the process is about to be killed.
const LAST_TRY_LIMIT: Duration = Duration::from_secs(4);

/// Whom to tell. Its address may hold a token, so nothing here prints it.
pub(crate) struct Notifier {
    address: Option<Address>,
    file: Option<PathBuf>,
    when: Vec<Exit>,
    job: Option<String>,
    paths: bool,
}

struct Address {
    url: Url,
    host: String,
    authorization: Option<HeaderValue>,
    client: Client,
}

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifyError {
    #[error("is no address; expected https://HOST/PATH (it is not shown here, since it may hold a token)")]
    Malformed,
    #[error("is not encrypted; expected https://, or http:// to this machine")]
    Unencrypted,
    #[error("names the host {0}, which is not among those allowed; add it to --notify-host (notify.host) if it is meant")]
    HostNotAllowed(String),
    #[error("cannot be sent as a header: it holds a character that headers do not carry")]
    Authorization,
    #[error("cannot be used: {0}")]
    Client(String),
}

impl NotifyError {
    /// The field of a configuration that it is about.
    pub(crate) fn field(&self) -> &'static str {
        match self {
            Self::Authorization => "notify.authorization",
            Self::Malformed | Self::Unencrypted | Self::HostNotAllowed(_) | Self::Client(_) => "notify.url",
        }
    }

    /// The same as it is typed.
    pub(crate) fn argument(&self) -> String {
        format!("--{}", self.field().replace('.', "-"))
    }
}

/// How it went to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Nobody was to be told.
    NotWanted,
    Done,
    /// Why not, without the address.
    Failed(String),
}

impl Notifier {
    /// Makes sure that what is asked for is allowed, before anything is scanned.
    pub(crate) fn new(args: &NotifyArgs) -> Result<Self, NotifyError> {
        let address = args.notify_url.as_ref().map(|url| Address::new(&url.0, args)).transpose()?;
        Ok(Self {
            address,
            file: args.summary_file.clone(),
            when: args.notify_when.clone(),
            job: args.notify_job.clone(),
            paths: args.notify_paths,
        })
    }

    /// Whether anybody is to be told anything.
    pub(crate) fn is_needed(&self) -> bool {
        self.address.is_some() || self.file.is_some()
    }

    /// Tells how the scan ended.
    pub(crate) async fn tell(&self, told: &Told<'_>) -> Delivery {
        let wanted = self.when.is_empty() || self.when.contains(&told.exit);
        let address = self.address.as_ref().filter(|_| wanted);
        if address.is_none() && self.file.is_none() {
            return Delivery::NotWanted;
        }
        let body = summary(told, self.job.as_deref(), self.paths).to_string();
        let written = match &self.file {
            Some(path) => {
                metrics::write(path, &format!("{body}\n")).map_err(|error| format!("the summary cannot be written ({})", error.kind()))
            }
            None => Ok(()),
        };
        let sent = match address {
            Some(address) => address.post(body, told.exit == Exit::Interrupted).await,
            None => Ok(()),
        };
        match written.and(sent) {
            Ok(()) => Delivery::Done,
            Err(why) => Delivery::Failed(why),
        }
    }
}

impl Address {
    fn new(url: &str, args: &NotifyArgs) -> Result<Self, NotifyError> {
        let url = Url::parse(url.trim()).map_err(|_| NotifyError::Malformed)?;
        let host = url.host_str().ok_or(NotifyError::Malformed)?.to_ascii_lowercase();
        let here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            "http" => return Err(NotifyError::Unencrypted),
            _ => return Err(NotifyError::Malformed),
        }
        if !args.notify_host.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host)) {
            return Err(NotifyError::HostNotAllowed(host));
        }
        let header = |secret: &crate::args::Secret| {
            let mut value = HeaderValue::from_str(secret.0.trim()).map_err(|_| NotifyError::Authorization)?;
            value.set_sensitive(true);
            Ok(value)
        };
        let authorization = args.notify_authorization.as_ref().map(header).transpose()?;
        // A redirect would lead to a host that nobody allowed.
        let client = Client::builder().redirect(Policy::none()).user_agent(concat!("terrier/", env!("CARGO_PKG_VERSION"))).build();
        let client = client.map_err(|error| NotifyError::Client(error.without_url().to_string()))?;
        Ok(Self { url, host, authorization, client })
    }

    /// Posts a body, again where that may help.
    async fn post(&self, body: String, last: bool) -> Result<(), String> {
        let (tries, limit) = if last { (1, LAST_TRY_LIMIT) } else { (TRIES, TRY_LIMIT) };
        let mut why = String::new();
        for attempt in 0..tries {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await;
            }
            let mut request = self.client.post(self.url.clone()).timeout(limit).header(CONTENT_TYPE, "application/json").body(body.clone());
            if let Some(authorization) = &self.authorization {
                request = request.header(AUTHORIZATION, authorization.clone());
            }
            match request.send().await.map(|answer| answer.status()) {
                Ok(status) if status.is_success() => return Ok(()),
                Ok(status) => {
                    why = format!("{} answered {}", self.host, status.as_u16());
                    if !(status.is_server_error() || matches!(status.as_u16(), 408 | 429)) {
                        break;
                    }
                }
                Err(error) => why = format!("{} {}", self.host, what_failed(&error)),
            }
        }
        Err(why)
    }
}

fn what_failed(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "broke off"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Secret;

    fn problem(url: &str, hosts: &[&str]) -> Option<String> {
        let args = NotifyArgs {
            notify_url: Some(Secret(url.to_owned())),
            notify_host: hosts.iter().map(|host| (*host).to_owned()).collect(),
            ..NotifyArgs::default()
        };
        Notifier::new(&args).err().map(|error| error.to_string())
    }

    #[test]
    fn only_allowed_hosts_are_told_and_only_encrypted() {
        assert_eq!(problem("https://hooks.example.com/t0ken", &["hooks.example.com"]), None);
        assert_eq!(problem("http://127.0.0.1:9000/x", &["127.0.0.1"]), None);
        for (url, hosts, expect) in [
            ("http://hooks.example.com/t0ken", &["hooks.example.com"][..], "is not encrypted"),
            ("https://evil.example.com/t0ken", &["hooks.example.com"][..], "names the host evil.example.com"),
            ("https://hooks.example.com@evil.example.com/t0ken", &["hooks.example.com"][..], "names the host evil.example.com"),
            ("https://hooks.example.com/t0ken", &[][..], "which is not among those allowed"),
            ("ftp://hooks.example.com/t0ken", &["hooks.example.com"][..], "is no address"),
            ("t0ken", &[][..], "is no address"),
        ] {
            let told = problem(url, hosts).unwrap();
            assert!(told.contains(expect) && !told.contains("t0ken"), "{url}: {told}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret("t0ken".to_owned())), "Secret(…)");
    }
}
