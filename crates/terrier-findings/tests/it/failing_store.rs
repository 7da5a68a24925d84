//! A store that dies: from the k-th operation on, everything fails, as if the process had been killed there.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, RenameOptions, Result,
};

/// Whether the fatal operation takes effect before the process is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastOperation {
    Undone,
    Done,
}

/// Whether a rename is one operation, as on a file system, or a copy and a deletion, as on S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rename {
    Atomic,
    CopyAndDelete,
}

#[derive(Debug, Clone)]
pub(crate) struct FailingStore {
    inner: Arc<dyn ObjectStore>,
    left: Arc<AtomicUsize>,
    last: LastOperation,
    rename: Rename,
}

enum Fate {
    Lives,
    DiesBefore,
    DiesAfter,
}

impl FailingStore {
    /// Lets `operations` succeed and fails the next and all after it.
    pub(crate) fn new(inner: Arc<dyn ObjectStore>, operations: usize, last: LastOperation, rename: Rename) -> Self {
        Self { inner, left: Arc::new(AtomicUsize::new(operations)), last, rename }
    }

    /// Says whether anything has failed.
    pub(crate) fn died(&self) -> bool {
        self.left.load(Ordering::SeqCst) == DEAD
    }

    fn step(&self) -> Fate {
        let next = |left| match left {
            DEAD | 0 => Some(DEAD),
            left => Some(left - 1),
        };
        match (self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).expect("always updates"), self.last) {
            (0, LastOperation::Done) => Fate::DiesAfter,
            (0 | DEAD, _) => Fate::DiesBefore,
            _ => Fate::Lives,
        }
    }

    async fn run<T>(&self, operation: impl Future<Output = Result<T>>) -> Result<T> {
        match self.step() {
            Fate::Lives => operation.await,
            Fate::DiesBefore => Err(dead()),
            Fate::DiesAfter => {
                operation.await?;
                Err(dead())
            }
        }
    }
}

const DEAD: usize = usize::MAX;

fn dead() -> Error {
    Error::Generic { store: "failing", source: "killed by the test".into() }
}

impl fmt::Display for FailingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FailingStore({})", self.inner)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for FailingStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.run(self.inner.put_opts(location, payload, opts)).await
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.run(self.inner.put_multipart_opts(location, opts)).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.run(self.inner.get_opts(location, options)).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.run(self.inner.get_ranges(location, ranges)).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.step() {
            Fate::Lives => self.inner.delete_stream(locations),
            Fate::DiesBefore => stream::once(async { Err(dead()) }).boxed(),
            Fate::DiesAfter => self.inner.delete_stream(locations).map(|_| Err(dead())).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.step() {
            Fate::Lives => self.inner.list(prefix),
            Fate::DiesBefore | Fate::DiesAfter => stream::once(async { Err(dead()) }).boxed(),
        }
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.step() {
            Fate::Lives => self.inner.list_with_offset(prefix, offset),
            Fate::DiesBefore | Fate::DiesAfter => stream::once(async { Err(dead()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.run(self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.run(self.inner.copy_opts(from, to, options)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        match self.rename {
            Rename::Atomic => self.run(self.inner.rename_opts(from, to, options)).await,
            Rename::CopyAndDelete => {
                self.run(self.inner.copy_opts(from, to, CopyOptions::new())).await?;
                let from = from.clone();
                self.delete_stream(stream::once(async { Ok(from) }).boxed()).next().await.expect("one outcome per path").map(drop)
            }
        }
    }
}
