use std::sync::Arc;

use aws_sdk_s3::config::retry::RetryConfig;
use futures::StreamExt;
use terrier_model::AssetRef;

use super::S3Store;
use super::body;
use super::key::as_text;
use super::listing::Ask;
use crate::StoreError;
use crate::error::ErrorKind;
use crate::store::{ActionCheck, ListShard, Preflight, ReadPlan, Scope, Verdict};

/// Who the credentials belong to.
struct Caller {
    arn: String,
    account: String,
}

impl S3Store {
    /// Tries each action that a scan needs, on as little as possible.
    pub(super) async fn check_access(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        let caller = self.caller().await;
        let first = self.list(scope).await;
        let (list, first) = match first {
            Ok(first) => (allowed("s3:ListBucket", "listing the bucket"), first),
            Err(error) => (refused("s3:ListBucket", "listing the bucket", error)?, None),
        };
        let read = self.try_read(first).await;
        let account = match &caller {
            Some(caller) if list.verdict == Verdict::Allowed => {
                self.is_owned_by(scope, &caller.account).await.then(|| caller.account.clone())
            }
            _ => None,
        };
        Ok(Preflight {
            identity: if self.connection.anonymous { Some("anonymous".into()) } else { caller.map(|caller| caller.arn) },
            account,
            region: self.connection.region(),
            actions: vec![list, read],
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

    /// Lists one page and returns the first object of it that has bytes to read.
    async fn list(&self, scope: &Scope) -> Result<Option<AssetRef>, StoreError> {
        let page = self.pages(&ListShard::whole(scope), None).next().await.transpose()?;
        let entries = page.into_iter().flat_map(|page| page.entries);
        Ok(entries.filter(|entry| entry.unreadable.is_none() && entry.asset.size > 0).map(|entry| entry.asset).next())
    }

    async fn try_read(&self, object: Option<AssetRef>) -> ActionCheck {
        const ACTION: &str = "s3:GetObject";
        let Some(object) = object else {
            return unknown(ACTION, "reading objects: there is none to try it on");
        };
        match body::open(Arc::clone(&self.connection), &object, &ReadPlan::range(0..1)).await {
            Ok(_) => allowed(ACTION, "reading objects: tried on the first one"),
            Err(error) => match error.kind() {
                ErrorKind::Denied { action } if action != ACTION => {
                    denied(action, "decrypting objects: the key's policy must allow it too")
                }
                ErrorKind::Denied { .. } => denied(ACTION, "reading objects: tried on the first one"),
                _ => unknown(ACTION, "reading objects: the first one could not be read for another reason"),
            },
        }
    }

    /// Tells whether an account owns the bucket: the service refuses a listing that expects another owner.
    async fn is_owned_by(&self, scope: &Scope, account: &str) -> bool {
        let prefix = as_text(&scope.prefix).unwrap_or_default().to_owned();
        let ask = Ask { prefix, max_keys: Some(1), bucket_owner: Some(account.to_owned()), ..Ask::default() };
        self.ask(&ask).await.is_ok()
    }
}

fn allowed(action: &str, detail: &str) -> ActionCheck {
    check(action, Verdict::Allowed, detail)
}

fn denied(action: &str, detail: &str) -> ActionCheck {
    check(action, Verdict::Denied, detail)
}

fn unknown(action: &str, detail: &str) -> ActionCheck {
    check(action, Verdict::Unknown, detail)
}

fn check(action: &str, verdict: Verdict, detail: &str) -> ActionCheck {
    ActionCheck { action: action.into(), verdict, required: true, detail: detail.into() }
}

/// Makes an answer of a refusal; passes on what says nothing about permissions.
fn refused(action: &str, detail: &str, error: StoreError) -> Result<ActionCheck, StoreError> {
    match error.kind() {
        ErrorKind::Denied { .. } => Ok(denied(action, detail)),
        ErrorKind::Throttled { .. } => Ok(unknown(action, detail)),
        _ => Err(error),
    }
}
