use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{Secret, TokenCredential};
use azure_identity::{
    ClientSecretCredential, DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::OnceCell;

use crate::StoreError;
use crate::error::ErrorKind;

/// What tokens are asked for.
const SCOPES: &[&str] = &["https://storage.azure.com/.default"];
/// How long each source of tokens may take where it has given none yet: the metadata server of a machine that has none never answers.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tokens of Microsoft Entra ID, from the first source that gives one.
pub(super) struct Entra {
    sources: Vec<Arc<dyn TokenCredential>>,
    chosen: OnceCell<Arc<dyn TokenCredential>>,
}

impl Entra {
    /// Lines up the sources: a service principal's secret and a workload's identity where the environment names them, the managed
    /// identity of the machine, and who has logged in with `az` or `azd`.
    pub(super) fn new() -> Self {
        let mut sources: Vec<Arc<dyn TokenCredential>> = Vec::new();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let client = variable("AZURE_CLIENT_ID");
        if let (Some(tenant), Some(client), Some(secret)) = (variable("AZURE_TENANT_ID"), client.clone(), variable("AZURE_CLIENT_SECRET"))
            && let Ok(source) = ClientSecretCredential::new(&tenant, client, Secret::new(secret), None)
        {
            sources.push(source);
        }
        if variable("AZURE_FEDERATED_TOKEN_FILE").is_some()
            && let Ok(source) = WorkloadIdentityCredential::new(None)
        {
            sources.push(source);
        }
        let user_assigned_id = client.map(UserAssignedId::ClientId);
        let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
        if let Ok(source) = ManagedIdentityCredential::new(Some(options)) {
            sources.push(source);
        }
        if let Ok(source) = DeveloperToolsCredential::new(None) {
            sources.push(source);
        }
        Self { sources, chosen: OnceCell::new() }
    }

    /// Returns a token that is still good; the sources keep and renew theirs.
    pub(super) async fn token(&self) -> Result<Secret, StoreError> {
        let source = self.chosen.get_or_try_init(|| self.choose()).await?;
        match source.get_token(SCOPES, None).await {
            Ok(token) => Ok(token.token),
            Err(_) => Err(StoreError::new(ErrorKind::Fatal, "the Azure credentials are no longer good; log in again")),
        }
    }

    async fn choose(&self) -> Result<Arc<dyn TokenCredential>, StoreError> {
        for source in &self.sources {
            if matches!(tokio::time::timeout(PATIENCE, source.get_token(SCOPES, None)).await, Ok(Ok(_))) {
                return Ok(Arc::clone(source));
            }
        }
        Err(StoreError::new(
            ErrorKind::Fatal,
            "no usable Azure credentials; log in with `az login`, set AZURE_STORAGE_SAS_TOKEN, or ask anonymously with --no-sign-request",
        ))
    }

    /// Returns the name in the token: of a user, else of an application.
    pub(super) async fn identity(&self) -> Option<String> {
        let token = self.token().await.ok()?;
        let claims = URL_SAFE_NO_PAD.decode(token.secret().split('.').nth(1)?).ok()?;
        let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
        let named = ["upn", "unique_name", "appid", "oid"].into_iter().find_map(|claim| claims.get(claim)?.as_str());
        named.map(str::to_owned)
    }
}
