use aws_sdk_s3::config::retry::RetryConfig;

use super::S3Store;
use super::key::as_text;
use super::listing::Ask;
use crate::StoreError;
use crate::preflight::{Preflight, Verdict, try_actions};
use crate::store::Scope;

/// Who the credentials belong to.
struct Caller {
    arn: String,
    account: String,
}

impl S3Store {
    /// Tries each action that a scan needs, on as little as possible.
    pub(super) async fn check_access(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        let caller = self.caller().await;
        let actions = try_actions(self, scope, "s3:ListBucket", "s3:GetObject").await?;
        let account = match &caller {
            Some(caller) if actions.first().is_some_and(|list| list.verdict == Verdict::Allowed) => {
                self.is_owned_by(scope, &caller.account).await.then(|| caller.account.clone())
            }
            _ => None,
        };
        Ok(Preflight {
            identity: if self.connection.anonymous { Some("anonymous".into()) } else { caller.map(|caller| caller.arn) },
            account,
            region: self.connection.region(),
            actions,
        })
    }

    /// Asks who is asking. Needs no permission; services other than AWS often cannot tell.
    async fn caller(&self) -> Option<Caller> {
        if self.connection.anonymous {
            return None;
        }
        let quickly = RetryConfig::standard().with_max_attempts(2);
        let config = aws_sdk_sts::config::Builder::from(&self.connection.shared).retry_config(quickly).build();
        let answer = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.ok()?;
        Some(Caller { arn: answer.arn?, account: answer.account? })
    }

    /// Tells whether an account owns the bucket: the service refuses a listing that expects another owner.
    async fn is_owned_by(&self, scope: &Scope, account: &str) -> bool {
        let prefix = as_text(&scope.prefix).unwrap_or_default().to_owned();
        let ask = Ask { prefix, max_keys: Some(1), bucket_owner: Some(account.to_owned()), ..Ask::default() };
        self.ask(&ask).await.is_ok()
    }
}
