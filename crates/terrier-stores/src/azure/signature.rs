use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue, IF_MATCH, RANGE};
use sha2::Sha256;

use crate::StoreError;
use crate::error::ErrorKind;
use crate::http::text;

/// The time of a request.
const DATE: HeaderName = HeaderName::from_static("x-ms-date");

/// An account's key, which signs requests.
pub(super) struct SharedKey {
    account: String,
    key: Vec<u8>,
}

impl SharedKey {
    /// Takes a key in base64.
    pub(super) fn new(account: &str, key: &str) -> Result<Self, StoreError> {
        let bad = |_| StoreError::new(ErrorKind::Fatal, "the account's key is not base64; copy it again");
        Ok(Self { account: account.to_owned(), key: STANDARD.decode(key.trim()).map_err(bad)? })
    }

    /// Dates and signs a request that reads.
    pub(super) fn sign(&self, request: &mut Request) {
        let now = DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now());
        if let Some(date) = now.ok().and_then(|now| HeaderValue::try_from(now).ok()) {
            request.headers_mut().insert(DATE, date);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        mac.update(self.string_to_sign(request).as_bytes());
        let authorization = format!("SharedKey {}:{}", self.account, STANDARD.encode(mac.finalize().into_bytes()));
        if let Ok(mut authorization) = HeaderValue::try_from(authorization) {
            authorization.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
    }

    /// Method; encoding, language, length, digest and type of a body, and the date, which are all absent; conditions; range; headers;
    /// resource: <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>.
    fn string_to_sign(&self, request: &Request) -> String {
        let header = |name: &HeaderName| text(request.headers(), name).unwrap_or_default();
        let mut headers: Vec<_> = request.headers().iter().filter(|(name, _)| name.as_str().starts_with("x-ms-")).collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        let headers: String =
            headers.iter().map(|(name, value)| format!("{name}:{}\n", value.to_str().unwrap_or_default().trim())).collect();
        let mut parameters: Vec<_> = request.url().query_pairs().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        parameters.sort();
        let parameters: String = parameters.iter().map(|(name, value)| format!("\n{name}:{value}")).collect();
        let (matching, range, path) = (header(&IF_MATCH), header(&RANGE), request.url().path());
        format!("{}\n\n\n\n\n\n\n\n{matching}\n\n\n{range}\n{headers}/{}{path}{parameters}", request.method(), self.account)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, Url};

    use super::*;

    #[test]
    fn what_is_signed_is_laid_out_as_the_service_wants_it() {
        let key = SharedKey::new("acc", "a2V5").unwrap();
        let url = "https://acc.blob.core.windows.net/c?restype=container&comp=list&prefix=a%20b%2F";
        let mut request = Request::new(Method::GET, Url::parse(url).unwrap());
        request.headers_mut().insert("x-ms-version", HeaderValue::from_static("2026-04-06"));
        request.headers_mut().insert(DATE, HeaderValue::from_static("Fri, 27 Nov 2026 10:11:07 GMT"));
        request.headers_mut().insert(RANGE, HeaderValue::from_static("bytes=0-1"));
        let expect = "GET\n\n\n\n\n\n\n\n\n\n\nbytes=0-1\nx-ms-date:Fri, 27 Nov 2026 10:11:07 GMT\nx-ms-version:2026-04-06\n\
                      /acc/c\ncomp:list\nprefix:a b/\nrestype:container";
        assert_eq!(key.string_to_sign(&request), expect);
        assert!(SharedKey::new("acc", "no base64!").is_err());
    }
}
