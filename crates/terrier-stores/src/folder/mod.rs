//! Folders of a file system, local or mounted.
//!
//! A key is the path below the target, as the bytes that the file system gives. Links are never followed, and nothing but a regular
//! file is ever opened: every step down is taken relative to an open folder and refuses links, so a folder that is swapped for a
//! link during a scan leads nowhere else.

mod owner;
mod read;
mod root;
mod walk;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use terrier_model::{AssetRef, StoreId, StoreKind};

use crate::error::ErrorKind;
use crate::preflight::{ActionCheck, Preflight, Verdict};
use crate::store::{Body, Cursor, ListShard, Page, ReadPlan, Scope, Store};
use crate::{ConnectOptions, StoreError};
use root::Root;
use walk::Walk;

/// How many entries a page of a listing holds.
const PAGE: usize = 1000;
/// Into how many shards a folder is cut at most.
const SHARDS: usize = 16;
/// A target with more names than this in its top folder is one shard, since each shard reads that folder again.
const TOP_NAMES: usize = 10_000;

/// A folder, or a single file seen as a folder that holds nothing else.
pub(crate) struct FolderStore {
    root: Arc<Root>,
    page: usize,
}

impl FolderStore {
    pub(crate) async fn connect(path: &Path, options: &ConnectOptions) -> Result<Self, StoreError> {
        let (path, ignore) = (path.to_owned(), options.ignore_paths.clone());
        let root = blocking(move || Root::open(&path, &ignore)).await??;
        Ok(Self { root: Arc::new(root), page: options.page_size.map_or(PAGE, |size| usize::from(size.max(1))) })
    }

    /// Returns the outcome of opening the first file that there is.
    async fn try_read(&self, scope: &Scope) -> ActionCheck {
        let check = |verdict, detail: &str| ActionCheck { action: "read".into(), verdict, required: true, detail: detail.into() };
        let first = self.list(&ListShard::whole(scope), None).next().await;
        let Some(Ok(page)) = first else {
            return check(Verdict::Unknown, "the folder could not be listed");
        };
        let Some(entry) = page.entries.iter().find(|entry| entry.unreadable.is_none()) else {
            return check(Verdict::Unknown, "no file to try it on");
        };
        match self.open(&entry.asset, &ReadPlan::range(0..1)).await {
            Ok(_) => check(Verdict::Allowed, "tried on the first file; each file has its own permissions"),
            Err(error) if matches!(error.kind(), ErrorKind::Denied { .. }) => {
                check(Verdict::Denied, "the first file may not be read; run as a user who may, or expect such files in the coverage")
            }
            Err(_) => check(Verdict::Unknown, "the first file could not be opened"),
        }
    }
}

#[async_trait]
impl Store for FolderStore {
    fn id(&self) -> &StoreId {
        &self.root.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Folder
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        // The root was opened for reading when the store was connected.
        let list =
            ActionCheck { action: "list".into(), verdict: Verdict::Allowed, required: true, detail: "tried on the target itself".into() };
        let read = self.try_read(scope).await;
        Ok(Preflight { identity: Some(self.root.owners.current_user()), account: None, region: None, actions: vec![list, read] })
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        let (root, scope) = (Arc::clone(&self.root), scope.clone());
        blocking(move || walk::shards(&root, &scope, SHARDS, TOP_NAMES)).await
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let page = self.page;
        let walk = Walk::new(Arc::clone(&self.root), shard, from);
        stream::try_unfold(Some(walk), move |walk| async move {
            let Some(mut walk) = walk else { return Ok(None) };
            let (walk, page) = blocking(move || {
                let page = walk.page(page);
                (walk, page)
            })
            .await?;
            let page = page?;
            let rest = page.next.is_some().then_some(walk);
            Ok(Some((page, rest)))
        })
        .boxed()
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        read::open(Arc::clone(&self.root), asset, plan).await
    }
}

/// Runs code that waits for the file system on a thread that may wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let stopped = |_| StoreError::new(ErrorKind::Fatal, "the reading of a folder was stopped from within");
    tokio::task::spawn_blocking(work).await.map_err(stopped)
}
