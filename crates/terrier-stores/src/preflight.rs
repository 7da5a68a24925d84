use std::fmt;

use futures::StreamExt;

use crate::StoreError;
use crate::error::ErrorKind;
use crate::store::{ListShard, ReadPlan, Scope, Store};

/// What a credential can do with a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preflight {
    /// Who is asking, in the store's own words: an ARN, a user name.
    pub identity: Option<String>,
    /// The account that owns the store, where that could be established.
    pub account: Option<String>,
    /// Where the store is.
    pub region: Option<String>,
    /// The actions that a scan needs, in the order it needs them.
    pub actions: Vec<ActionCheck>,
}

impl Preflight {
    /// Tells whether no action that a scan cannot do without is denied.
    pub fn can_scan(&self) -> bool {
        self.actions.iter().all(|check| !check.required || check.verdict != Verdict::Denied)
    }
}

/// Whether an action is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionCheck {
    /// The action in the store's own words: `s3:ListBucket`.
    pub action: String,
    /// Whether it is allowed.
    pub verdict: Verdict,
    /// Whether a scan cannot do without it.
    pub required: bool,
    /// What it is needed for, and what to do where it is not allowed or not known.
    pub detail: String,
}

impl ActionCheck {
    pub(crate) fn allowed(action: &str, detail: &str) -> Self {
        Self::of(action, Verdict::Allowed, detail)
    }

    pub(crate) fn denied(action: &str, detail: &str) -> Self {
        Self::of(action, Verdict::Denied, detail)
    }

    pub(crate) fn unknown(action: &str, detail: &str) -> Self {
        Self::of(action, Verdict::Unknown, detail)
    }

    fn of(action: &str, verdict: Verdict, detail: &str) -> Self {
        Self { action: action.into(), verdict, required: true, detail: detail.into() }
    }

    /// Makes an answer of a refusal; passes on what says nothing about permissions.
    fn refused(action: &str, detail: &str, error: StoreError) -> Result<Self, StoreError> {
        match error.kind() {
            ErrorKind::Denied { .. } => Ok(Self::denied(action, detail)),
            ErrorKind::Throttled { .. } => Ok(Self::unknown(action, detail)),
            _ => Err(error),
        }
    }
}

/// Tries what a scan of objects needs on as little as possible: lists one page, and reads a byte of its first object that has any.
pub(crate) async fn try_actions(store: &dyn Store, scope: &Scope, list: &str, read: &str) -> Result<Vec<ActionCheck>, StoreError> {
    const LISTING: &str = "listing objects";
    let page = store.list(&ListShard::whole(scope), None).next().await.transpose();
    let (listing, page) = match page {
        Ok(page) => (ActionCheck::allowed(list, LISTING), page),
        Err(error) => (ActionCheck::refused(list, LISTING, error)?, None),
    };
    let entries = page.into_iter().flat_map(|page| page.entries);
    let first = entries.filter(|entry| entry.unreadable.is_none() && entry.asset.size > 0).map(|entry| entry.asset).next();
    let Some(object) = first else {
        return Ok(vec![listing, ActionCheck::unknown(read, "reading objects: there is none to try it on")]);
    };
    let reading = match store.open(&object, &ReadPlan::range(0..1)).await {
        Ok(_) => ActionCheck::allowed(read, "reading objects: tried on the first one"),
        Err(error) => match error.kind() {
            ErrorKind::KeyDenied { action } => ActionCheck::denied(action, "decrypting objects: the key's policy must allow it too"),
            ErrorKind::Denied { .. } => ActionCheck::denied(read, "reading objects: tried on the first one"),
            _ => ActionCheck::unknown(read, "reading objects: the first one could not be read for another reason"),
        },
    };
    Ok(vec![listing, reading])
}

/// The answer to whether something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It was tried and worked.
    Allowed,
    /// It was tried and refused.
    Denied,
    /// It could not be tried.
    Unknown,
}

impl Verdict {
    /// Returns the word shown to people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
