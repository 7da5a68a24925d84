use super::connection::Connection;
use super::failure::store_error;
use crate::{ConnectOptions, StoreError};

/// Returns the names of the buckets of the account that the credentials belong to, sorted.
pub(crate) async fn buckets(options: &ConnectOptions) -> Result<Vec<String>, StoreError> {
    let connection = Connection::new("", options).await;
    let (mut names, mut token) = (Vec::new(), None::<String>);
    loop {
        let answer = connection.send(|client| client.list_buckets().set_continuation_token(token.clone()).send()).await;
        let page = answer.map_err(|error| store_error(&error, "the account's buckets cannot be listed", "s3:ListAllMyBuckets"))?;
        names.extend(page.buckets.unwrap_or_default().into_iter().filter_map(|bucket| bucket.name));
        token = page.continuation_token;
        if token.is_none() {
            names.sort();
            return Ok(names);
        }
    }
}
