use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, StreamExt};
use terrier_model::AssetRef;

use super::connection::Connection;
use super::failure::store_error;
use super::key::as_text;
use crate::StoreError;
use crate::download::{self, Answer, ByteSource, range_header};
use crate::error::ErrorKind;
use crate::store::{Body, ReadPlan};

/// An object of a bucket.
struct Object {
    connection: Arc<Connection>,
    key: String,
}

pub(super) async fn open(connection: Arc<Connection>, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
    let Some(key) = as_text(asset.key.expose()).filter(|key| !key.is_empty()) else {
        return Err(StoreError::new(ErrorKind::NotFound, "a key that is not UTF-8 names no object"));
    };
    let object = Object { connection: Arc::clone(&connection), key: key.to_owned() };
    let etag = asset.version.as_ref().map(|version| version.as_str());
    download::open(object, &connection.retry, asset, etag, plan).await
}

#[async_trait]
impl ByteSource for Object {
    async fn get(&self, range: Option<Range<u64>>, version: Option<&str>) -> Result<Answer, StoreError> {
        let range = range.as_ref().map(range_header);
        let answer = self.connection.send(|client| {
            client
                .get_object()
                .bucket(&self.connection.bucket)
                .key(&self.key)
                .set_range(range.clone())
                .set_if_match(version.map(str::to_owned))
                .set_request_payer(self.connection.payer())
                .send()
        });
        let answer = answer.await.map_err(|error| store_error(&error, "an object cannot be read", "s3:GetObject"))?;
        let bytes = stream::unfold(answer.body, |mut body| async move { Some((body.next().await?.ok(), body)) });
        Ok(Answer {
            version: answer.e_tag,
            content_range: answer.content_range,
            announced: answer.content_length.and_then(|length| u64::try_from(length).ok()),
            bytes: bytes.boxed(),
        })
    }
}
