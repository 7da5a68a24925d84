use crate::target::Account;
use crate::{ConnectOptions, StoreError, Target};

/// Finds out which stores a target means: of an account every bucket or container, by name; of anything else itself.
pub async fn expand(target: Target, options: &ConnectOptions) -> Result<Vec<Target>, StoreError> {
    match target {
        Target::Account(Account::S3) => {
            let buckets = crate::s3::buckets(options).await?;
            Ok(buckets.into_iter().map(|bucket| Target::S3 { bucket, prefix: Vec::new() }).collect())
        }
        #[cfg(feature = "azure")]
        Target::Account(Account::Azure { account }) => {
            let containers = crate::azure::containers(&account, options).await?;
            let of = |container| Target::Azure { account: account.clone(), container, prefix: Vec::new() };
            Ok(containers.into_iter().map(of).collect())
        }
        #[cfg(not(feature = "azure"))]
        Target::Account(Account::Azure { .. }) => Err(crate::connect::left_out("Azure Blob Storage", "azure")),
        target => Ok(vec![target]),
    }
}
