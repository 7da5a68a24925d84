//! Listings of services that hand out pages of names: how they are cut, resumed and held to their order.

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};

use crate::StoreError;
use crate::error::ErrorKind;
use crate::order;
use crate::store::{Cursor, Entry, ListShard, Page, Scope, evenly};

/// Into how many shards a container is cut at most. Each costs at least one request.
const SHARDS: usize = 32;

/// A service that lists the names that begin with a prefix, page by page.
#[async_trait]
pub(crate) trait ListService: Send + Sync {
    async fn ask(&self, ask: &Ask<'_>) -> Result<Listed, StoreError>;
}

/// What to ask for.
#[derive(Default)]
pub(crate) struct Ask<'a> {
    pub(crate) prefix: &'a str,
    /// The first name, which is part of the listing; the same on every page.
    pub(crate) start: Option<&'a str>,
    /// The last name. More may be listed.
    pub(crate) last: Option<&'a str>,
    /// The service's own mark of the place, which comes first where there is one.
    pub(crate) token: Option<&'a str>,
    /// Whether to list only one level, and the "folders" of it.
    pub(crate) one_level: bool,
}

/// A page as the service gives it.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) items: Vec<Item>,
    /// The "folders" of the level, with a closing `/`.
    pub(crate) folders: Vec<String>,
    /// The mark of the next page.
    pub(crate) token: Option<String>,
}

/// Something that has a name.
pub(crate) struct Item {
    pub(crate) entry: Entry,
    /// Whether it only stands for a folder, and is no asset.
    pub(crate) is_folder: bool,
}

/// Where a listing stands.
struct Position {
    shard: ListShard,
    /// Where it began.
    start: Option<Vec<u8>>,
    /// The last name that was seen, or where the listing began.
    after: Option<Vec<u8>>,
    token: Option<String>,
    /// Whether the service does not start where it is asked to, so that names are left out here.
    skipping: bool,
}

/// Cuts a scope at the "folders" of its top level.
pub(crate) async fn cut(service: &dyn ListService, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
    let Ok(prefix) = std::str::from_utf8(&scope.prefix) else { return Ok(Vec::new()) };
    let listed = service.ask(&Ask { prefix, one_level: true, ..Ask::default() }).await?;
    let files = listed.items.iter().map(|item| item.entry.asset.key.expose().to_vec());
    let names = files.chain(listed.folders.into_iter().map(String::into_bytes)).collect();
    let mut boundaries = order::safe_boundaries(names);
    // Whether a service compares UTF-8 or UTF-16 makes no difference to what comes before and after plain letters.
    boundaries.retain(|boundary| boundary.is_ascii());
    Ok(ListShard::cut(scope, &evenly(boundaries, SHARDS - 1)))
}

/// Lists a shard.
pub(crate) fn pages<'a>(service: &'a dyn ListService, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'a, Result<Page, StoreError>> {
    let start = shard.start(from).filter(|start| !start.is_empty());
    let position = Position { shard: shard.clone(), after: start.clone(), start, token: None, skipping: false };
    let pages = stream::try_unfold(Some(position), move |position| async move {
        let Some(position) = position else { return Ok(None) };
        page(service, position).await.map(Some)
    });
    pages.boxed()
}

async fn page(service: &dyn ListService, mut position: Position) -> Result<(Page, Option<Position>), StoreError> {
    let Ok(prefix) = std::str::from_utf8(&position.shard.prefix) else {
        // No name begins with anything but UTF-8.
        return Ok((Page { entries: Vec::new(), next: None }, None));
    };
    let token = position.token.take();
    let ask = Ask {
        prefix,
        start: text(position.start.as_deref())?,
        last: text(position.shard.up_to.as_deref())?,
        token: token.as_deref(),
        one_level: false,
    };
    let listed = service.ask(&ask).await?;
    let is_first = token.is_none();
    let (entries, ended) = position.take(listed.items, is_first)?;
    position.token = listed.token.filter(|token| !token.is_empty() && !ended);
    let next = position.token.is_some().then(|| Cursor::new(position.after.clone().unwrap_or_default()));
    Ok((Page { entries, next: next.clone() }, next.map(|_| position)))
}

impl Position {
    /// Takes from a page what belongs to the shard, and tells whether the shard ended in it.
    fn take(&mut self, items: Vec<Item>, is_first: bool) -> Result<(Vec<Entry>, bool), StoreError> {
        let mut entries = Vec::with_capacity(items.len());
        for Item { entry, is_folder } in items {
            let key = entry.asset.key.expose();
            if let Some(start) = self.start.as_deref() {
                self.skipping = key != start && ((is_first && !order::may_follow(start, key)) || (self.skipping && key < start));
                if key == start || self.skipping {
                    continue;
                }
            }
            if self.shard.ends_before(key) {
                return Ok((entries, true));
            }
            if self.after.as_deref().is_some_and(|last| !order::may_follow(last, key)) {
                // Without an order there is no cursor and no cut, and names would be lost in silence.
                return Err(StoreError::new(ErrorKind::Unsupported, "the store lists its objects in no order and cannot be scanned"));
            }
            self.after = Some(key.to_vec());
            if !is_folder {
                entries.push(entry);
            }
        }
        Ok((entries, false))
    }
}

fn text(bytes: Option<&[u8]>) -> Result<Option<&str>, StoreError> {
    let text = bytes.map(std::str::from_utf8).transpose();
    text.map_err(|_| StoreError::new(ErrorKind::CursorReset, "the cursor is no name of a stored object"))
}
