use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Request, Url};

use super::endpoint::{ConnectionString, blobs_of, is_local};
use super::entra::Entra;
use super::signature::SharedKey;
use crate::error::ErrorKind;
use crate::{AzureCredential, ConnectOptions, StoreError};

/// What requests to an account are authorized with.
pub(super) enum Credential {
    /// Nothing.
    Anonymous,
    /// The account's own key.
    SharedKey(SharedKey),
    /// A shared access signature, as the query that it is.
    Sas(String),
    /// A token of Microsoft Entra ID.
    Entra(Entra),
}

/// Finds out where an account is and what opens it: what the options say, else the environment, else who this machine or its user is.
pub(super) fn find(account: &str, options: &ConnectOptions) -> Result<(Url, Credential), StoreError> {
    let from_environment = variable("AZURE_STORAGE_CONNECTION_STRING").map(|text| ConnectionString::parse(&text));
    let string = from_environment.filter(|string| string.is_of(account)).unwrap_or_default();
    let blobs = blobs_of(account, options.endpoint_url.as_deref().or(string.endpoint.as_deref()))?;
    let credential = if options.no_sign_request {
        Credential::Anonymous
    } else if let Some(given) = options.azure_credential.clone().or_else(|| of_string(string)).or_else(|| of_environment(account)) {
        match given {
            AzureCredential::AccountKey(key) => Credential::SharedKey(SharedKey::new(account, &key)?),
            AzureCredential::SasToken(token) => Credential::Sas(token.trim_start_matches('?').to_owned()),
        }
    } else {
        if blobs.scheme() != "https" && !is_local(&blobs) {
            return Err(StoreError::new(ErrorKind::Fatal, "a token would go over the network unencrypted; give an https endpoint"));
        }
        Credential::Entra(Entra::new())
    };
    Ok((blobs, credential))
}

fn of_string(string: ConnectionString) -> Option<AzureCredential> {
    string.key.map(AzureCredential::AccountKey).or_else(|| string.sas.map(AzureCredential::SasToken))
}

/// A key that is said to be another account's is not this one's.
fn of_environment(account: &str) -> Option<AzureCredential> {
    if variable("AZURE_STORAGE_ACCOUNT").is_some_and(|of| of != account) {
        return None;
    }
    let key = variable("AZURE_STORAGE_KEY").map(AzureCredential::AccountKey);
    key.or_else(|| variable("AZURE_STORAGE_SAS_TOKEN").map(AzureCredential::SasToken))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Credential {
    pub(super) async fn authorize(&self, request: &mut Request) -> Result<(), StoreError> {
        match self {
            Self::Anonymous => {}
            Self::SharedKey(key) => key.sign(request),
            Self::Sas(token) => {
                let query = request.url().query().map_or_else(|| token.clone(), |query| format!("{query}&{token}"));
                request.url_mut().set_query(Some(&query));
            }
            Self::Entra(entra) => {
                let bearer = format!("Bearer {}", entra.token().await?.secret());
                let mut bearer = HeaderValue::try_from(bearer).map_err(|_| StoreError::new(ErrorKind::Fatal, "the token is no token"))?;
                bearer.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, bearer);
            }
        }
        Ok(())
    }

    /// Says who is asking.
    pub(super) async fn identity(&self) -> Option<String> {
        match self {
            Self::Anonymous => Some("anonymous".into()),
            Self::SharedKey(_) => Some("the account's key".into()),
            Self::Sas(_) => Some("a shared access signature".into()),
            Self::Entra(entra) => entra.identity().await,
        }
    }
}
