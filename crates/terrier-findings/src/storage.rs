//! The few operations on the results' location that the protocol stands on, with errors that name the place.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::FindingsError;

/// A location that keeps results.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
}

/// Whether a file was made by this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    Yes,
    ExistsAlready,
}

impl Storage {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    pub(crate) async fn write(&self, path: &Path, content: Bytes) -> Result<(), FindingsError> {
        self.store.put(path, content.into()).await.map(drop).map_err(failed("write", path))
    }

    /// Writes a file only if there is none of that name.
    pub(crate) async fn create(&self, path: &Path, content: Vec<u8>) -> Result<Created, FindingsError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(path, content.into(), options).await {
            Ok(_) => Ok(Created::Yes),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Created::ExistsAlready),
            Err(error) => Err(failed("create", path)(error)),
        }
    }

    /// Reads a file; `None` where there is none.
    pub(crate) async fn read(&self, path: &Path) -> Result<Option<Bytes>, FindingsError> {
        let read = async { self.store.get(path).await?.bytes().await };
        absent_is_none(read.await).map_err(failed("read", path))
    }

    /// Moves a file over whatever has the new name. A reader sees the whole file under the new name or none: local file systems
    /// rename, object stores copy and then delete.
    pub(crate) async fn rename(&self, from: &Path, to: &Path) -> Result<Option<()>, FindingsError> {
        absent_is_none(self.store.rename(from, to).await).map_err(failed("publish", to))
    }

    pub(crate) async fn exists(&self, path: &Path) -> Result<bool, FindingsError> {
        Ok(absent_is_none(self.store.head(path).await).map_err(failed("look for", path))?.is_some())
    }

    /// Lists all files below a folder.
    pub(crate) async fn list(&self, folder: &Path) -> Result<Vec<ObjectMeta>, FindingsError> {
        let listed = self.store.list(Some(folder)).try_collect().await;
        Ok(absent_is_none(listed).map_err(failed("list", folder))?.unwrap_or_default())
    }

    /// Deletes a file; that there is none is as good.
    pub(crate) async fn delete(&self, path: &Path) -> Result<(), FindingsError> {
        absent_is_none(self.store.delete(path).await).map(drop).map_err(failed("delete", path))
    }
}

fn absent_is_none<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(Error) -> FindingsError {
    let path = path.to_string();
    move |source| FindingsError::Storage { action, path, source }
}
