use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use terrier_model::{AssetKey, AssetRef, StoreId, StoreKind, Version};
use terrier_stores::{
    ActionCheck, Body, Cursor, Entry, ErrorKind, ListShard, Page, Preflight, ReadPlan, Scope, Store, StoreError, Verdict,
};

use super::{Address, Estate, EstateError, Object};

/// Into how many shards a listing is cut at most.
pub const MOST_SHARDS: u64 = 256;

/// Shards smaller than this are not worth a request of their own.
const LEAST_PER_SHARD: u64 = 1_000;

const PAGE: u64 = 1_000;

/// An estate as a store, as a bucket is one.
#[derive(Debug)]
pub struct SimStore {
    id: StoreId,
    estate: Arc<Estate>,
    page_size: u64,
    /// The objects that there are, where it is not all of the estate's; ascending.
    only: Option<Arc<[u64]>>,
}

impl SimStore {
    /// Opens the estate of an address as it stands behind `sim://`.
    pub fn connect(address: &str) -> Result<Self, EstateError> {
        let parsed: Address = address.parse()?;
        Ok(Self::of(format!("sim://{}", address.trim_end_matches('/')), Arc::new(Estate::at(&parsed)?)))
    }

    /// Opens an estate under a name.
    pub fn of(id: impl Into<String>, estate: Arc<Estate>) -> Self {
        Self { id: StoreId::new(id), estate, page_size: PAGE, only: None }
    }

    /// Changes how many objects a page of a listing holds.
    pub fn with_pages_of(self, size: u64) -> Self {
        Self { page_size: size.max(1), ..self }
    }

    /// Leaves only some of the objects: a sample of the estate, listed and read as all of it is.
    pub fn only(self, mut objects: Vec<u64>) -> Self {
        objects.sort_unstable();
        objects.dedup();
        Self { only: Some(objects.into()), ..self }
    }

    /// Returns the place in the listing at which an object of the estate, or what comes behind it, stands.
    fn place_of(&self, index: u64) -> u64 {
        self.only.as_ref().map_or(index, |only| only.partition_point(|known| *known < index) as u64)
    }

    fn places(&self, prefix: &[u8]) -> std::ops::Range<u64> {
        let range = self.estate.below(prefix);
        self.place_of(range.start)..self.place_of(range.end)
    }

    fn entries(&self, places: std::ops::Range<u64>) -> Vec<Entry> {
        match &self.only {
            None => self.estate.objects(places).map(|object| self.entry(&object)).collect(),
            Some(only) => {
                only[places.start as usize..places.end as usize].iter().map(|index| self.entry(&self.estate.object(*index))).collect()
            }
        }
    }

    /// Returns the estate.
    pub fn estate(&self) -> &Arc<Estate> {
        &self.estate
    }

    fn entry(&self, object: &Object<'_>) -> Entry {
        let asset = AssetRef {
            store: self.id.clone(),
            key: AssetKey::new(object.key()),
            version: Some(Version::new(object.version())),
            size: object.size(),
            modified: Some(object.modified()),
            storage_class: None,
            owner: None,
        };
        Entry { asset, unreadable: None }
    }
}

#[async_trait]
impl Store for SimStore {
    fn id(&self) -> &StoreId {
        &self.id
    }

    fn kind(&self) -> StoreKind {
        StoreKind::Sim
    }

    async fn preflight(&self, scope: &Scope) -> Result<Preflight, StoreError> {
        let check = |action: &str, verdict| ActionCheck {
            action: action.to_owned(),
            verdict,
            required: true,
            detail: "a virtual estate is open to everybody".to_owned(),
        };
        let read = if self.places(&scope.prefix).is_empty() { Verdict::Unknown } else { Verdict::Allowed };
        Ok(Preflight { actions: vec![check("list", Verdict::Allowed), check("read", read)], ..Preflight::default() })
    }

    async fn shards(&self, scope: &Scope) -> Result<Vec<ListShard>, StoreError> {
        let range = self.estate.below(&scope.prefix);
        let objects = range.end - range.start;
        let shards = if self.only.is_some() { 1 } else { (objects / LEAST_PER_SHARD).clamp(1, MOST_SHARDS) };
        let mut boundaries = Vec::new();
        for number in 1..shards {
            let at = range.start + (u128::from(objects) * u128::from(number) / u128::from(shards)) as u64;
            // Where a dataset begins nearby, its prefix is the cut.
            let dataset = self.estate.dataset_of(at);
            let cut = if dataset.first > range.start && at - dataset.first < objects / shards { dataset.first } else { at };
            boundaries.push(self.estate.key(cut - 1).into_bytes());
        }
        boundaries.dedup();
        Ok(ListShard::cut(scope, &boundaries))
    }

    fn list(&self, shard: &ListShard, from: Option<Cursor>) -> BoxStream<'_, Result<Page, StoreError>> {
        let within = self.places(&shard.prefix);
        let behind = |key: &[u8]| self.place_of(self.estate.first_after(key));
        let begin = shard.start(from).map_or(within.start, |after| behind(&after).max(within.start));
        let end = shard.up_to.as_ref().map_or(within.end, |last| behind(last).min(within.end));
        let pages = stream::unfold(Some(begin), move |position| async move {
            let begin = position?;
            let page_end = begin.saturating_add(self.page_size).min(end.max(begin));
            let entries = self.entries(begin..page_end);
            let more = page_end < end;
            let next = entries.last().filter(|_| more).map(|entry| Cursor::after(&entry.asset.key));
            Some((Ok(Page { entries, next }), more.then_some(page_end)))
        });
        pages.boxed()
    }

    async fn open(&self, asset: &AssetRef, plan: &ReadPlan) -> Result<Body, StoreError> {
        let found = self.estate.find(asset.key.expose()).filter(|index| self.place_of(*index) < self.place_of(index + 1));
        let Some(index) = found else {
            return Err(StoreError::new(ErrorKind::NotFound, "there is no such object in the virtual estate"));
        };
        let object = self.estate.object(index);
        let is_other = asset.version.as_ref().is_some_and(|version| version.as_str() != object.version());
        if is_other || asset.size != object.size() {
            return Err(StoreError::new(ErrorKind::Changed, "the object is not the one that was listed"));
        }
        let range = plan.bytes_of(object.size());
        let len = range.end - range.start;
        let pieces = object.read(range);
        Ok(Body::of_one_request(stream::iter(pieces.into_iter().map(Ok)).boxed(), len))
    }
}
