use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::folder::FolderStore;
use crate::s3::S3Store;
use crate::{Store, StoreError, TableOptions, Target, database};

/// How to reach a target, as far as the target itself does not say. [`Default`] is right for AWS and for folders.
///
/// For S3, what is not set here comes from the usual places: environment, profile, container and instance roles.
#[derive(Debug, Clone, Default)]
pub struct ConnectOptions {
    /// Where the service is, if not where its provider has it: `http://127.0.0.1:9000`.
    pub endpoint_url: Option<String>,
    /// What opens a storage account of Azure, instead of what the environment says.
    pub azure_credential: Option<AzureCredential>,
    /// The region. A bucket elsewhere is followed there.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// Credentials to use instead of looking for them.
    pub access_key: Option<AccessKey>,
    /// Whether the bucket goes into the path instead of the host name; default: yes with an endpoint of its own, else no.
    pub path_style: Option<bool>,
    /// Whether to pay for requests to a bucket whose owner demands it.
    pub requester_pays: bool,
    /// Whether to ask anonymously.
    pub no_sign_request: bool,
    /// Paths below a folder that are never listed, whether or not they exist yet: the results' own folder.
    pub ignore_paths: Vec<PathBuf>,
    /// Key prefixes in a bucket that are never listed: the results' own. Plain strings; end them in `/` to mean a folder.
    pub ignore_prefixes: Vec<Vec<u8>>,
    /// How often and how patiently to repeat what failed.
    pub retry: RetryOptions,
    /// How many keys to ask for per page of a listing; default: the most that the store gives.
    pub page_size: Option<u16>,
    /// How much of a table to read.
    pub tables: TableOptions,
}

/// What opens an account of Azure Blob Storage, beside what `azure_identity` finds.
#[derive(Clone, PartialEq, Eq)]
pub enum AzureCredential {
    /// The account's key, in base64.
    AccountKey(String),
    /// A shared access signature, with or without the `?` before it.
    SasToken(String),
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[credential]")
    }
}

/// An access key of AWS or of a service that speaks S3.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The public part.
    pub id: String,
    /// The secret part.
    pub secret: String,
    /// The token that goes with a temporary key.
    pub session_token: Option<String>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[access key]")
    }
}

/// How often and how patiently to repeat what failed or was throttled. Waits grow exponentially, with jitter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryOptions {
    /// Attempts in all; the environment's `AWS_MAX_ATTEMPTS` comes first, and bounds the resumptions too.
    pub max_attempts: u32,
    /// The first wait, at most.
    pub initial_backoff: Duration,
    /// The longest wait.
    pub max_backoff: Duration,
    /// How often a body is resumed that was cut short without having come at least 1 MiB further.
    pub max_resumes: u32,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for the next bytes.
    pub stall_timeout: Duration,
}

impl Default for RetryOptions {
    /// Eight attempts with waits of up to 20 s ride out about a minute of throttling, which is how long S3 takes to split a hot
    /// partition's load in the mild cases; beyond that the asset is reported as throttled.
    fn default() -> Self {
        Self {
            max_attempts: 8,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_resumes: 5,
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(30),
        }
    }
}

/// Connects to the store of a target. Makes no request to the store yet: what is wrong with a bucket shows when it is used.
pub async fn connect(target: &Target, options: &ConnectOptions) -> Result<Arc<dyn Store>, StoreError> {
    match target {
        Target::Folder(path) => Ok(Arc::new(FolderStore::connect(path, options).await?)),
        Target::S3 { bucket, .. } => Ok(Arc::new(S3Store::connect(bucket, options).await)),
        Target::Database(target) => database::connect(target, options).await,
        #[cfg(feature = "azure")]
        Target::Azure { account, container, .. } => Ok(Arc::new(crate::azure::AzureStore::connect(account, container, options)?)),
        #[cfg(not(feature = "azure"))]
        Target::Azure { .. } => Err(left_out("Azure Blob Storage", "azure")),
        #[cfg(feature = "gcs")]
        Target::Gcs { bucket, .. } => Ok(Arc::new(crate::gcs::GcsStore::connect(bucket, options)?)),
        #[cfg(not(feature = "gcs"))]
        Target::Gcs { .. } => Err(left_out("Google Cloud Storage", "gcs")),
        Target::Account(_) => Err(StoreError::new(ErrorKind::Unsupported, "an account is not one store; its buckets are")),
        Target::Sim { .. } => Err(StoreError::new(ErrorKind::Unsupported, "a virtual estate has no connector here; terrier-sim opens it")),
    }
}

/// Says that a connector was not built in.
#[cfg(not(all(feature = "azure", feature = "gcs")))]
pub(crate) fn left_out(service: &str, feature: &str) -> StoreError {
    let how = format!("this program was built without {service}; build it with --features {feature}");
    StoreError::new(ErrorKind::Unsupported, how)
}
