//! Where an account is, and what a connection string says.

use reqwest::Url;

use crate::StoreError;
use crate::error::ErrorKind;

/// What a connection string holds, as far as it concerns blobs.
#[derive(Default)]
pub(super) struct ConnectionString {
    pub(super) account: Option<String>,
    pub(super) key: Option<String>,
    pub(super) sas: Option<String>,
    pub(super) endpoint: Option<String>,
}

impl ConnectionString {
    /// Reads `Name=value;Name=value`.
    pub(super) fn parse(text: &str) -> Self {
        let mut parsed = Self::default();
        let (mut protocol, mut suffix) = ("https", "core.windows.net");
        for pair in text.split(';') {
            let Some((name, value)) = pair.trim().split_once('=') else { continue };
            match name {
                "AccountName" => parsed.account = Some(value.to_owned()),
                "AccountKey" => parsed.key = Some(value.to_owned()),
                "SharedAccessSignature" => parsed.sas = Some(value.trim_start_matches('?').to_owned()),
                "BlobEndpoint" => parsed.endpoint = Some(value.to_owned()),
                "DefaultEndpointsProtocol" => protocol = value,
                "EndpointSuffix" => suffix = value,
                _ => {}
            }
        }
        if let (None, Some(account)) = (&parsed.endpoint, &parsed.account) {
            parsed.endpoint = Some(format!("{protocol}://{account}.blob.{suffix}"));
        }
        parsed
    }

    /// Tells whether it is about an account.
    pub(super) fn is_of(&self, account: &str) -> bool {
        match (&self.account, &self.endpoint) {
            (Some(name), _) => name == account,
            (None, Some(endpoint)) => endpoint.contains(account),
            (None, None) => false,
        }
    }
}

/// Returns the URL of an account's blobs. An address instead of a name, as emulators have, carries the account in its path.
pub(super) fn blobs_of(account: &str, endpoint: Option<&str>) -> Result<Url, StoreError> {
    let text = endpoint.map_or_else(|| format!("https://{account}.blob.core.windows.net"), str::to_owned);
    let bad = |_| StoreError::new(ErrorKind::Fatal, "the endpoint is no URL; give https://ACCOUNT.blob.core.windows.net or the like");
    let url = Url::parse(&text).map_err(bad)?;
    let is_bare = matches!(url.path(), "" | "/");
    if is_bare && is_address(&url) { Url::parse(&format!("{}/{account}", text.trim_end_matches('/'))).map_err(bad) } else { Ok(url) }
}

/// Tells whether requests to a URL stay on this machine.
pub(super) fn is_local(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."))
}

fn is_address(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host == "localhost" || host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_strings_are_read() {
        let text = "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5==;EndpointSuffix=core.chinacloudapi.cn";
        let parsed = ConnectionString::parse(text);
        assert_eq!(parsed.endpoint.as_deref(), Some("https://acc.blob.core.chinacloudapi.cn"));
        assert_eq!((parsed.key.as_deref(), parsed.is_of("acc"), parsed.is_of("other")), (Some("a2V5=="), true, false));

        let parsed = ConnectionString::parse("BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=a%3D");
        assert_eq!(parsed.sas.as_deref(), Some("sv=1&sig=a%3D"));
        assert!(parsed.is_of("acc") && parsed.key.is_none());
        assert!(!ConnectionString::parse("").is_of("acc"));
    }

    #[test]
    fn accounts_have_urls() {
        let check = |endpoint, expect: &str| assert_eq!(blobs_of("acc", endpoint).unwrap().as_str().trim_end_matches('/'), expect);
        check(None, "https://acc.blob.core.windows.net");
        check(Some("http://127.0.0.1:10000"), "http://127.0.0.1:10000/acc");
        check(Some("http://127.0.0.1:10000/acc"), "http://127.0.0.1:10000/acc");
        check(Some("https://acc.privatelink.example"), "https://acc.privatelink.example");
        assert!(blobs_of("acc", Some("nowhere")).is_err());
    }
}
