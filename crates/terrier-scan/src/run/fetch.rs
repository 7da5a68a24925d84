//! Gets what a scanning thread needs, asset by asset: its content, or the rows that an earlier run wrote about it.

use std::sync::Arc;

use terrier_model::AssetRef;
use terrier_stores::Store;

use super::{Job, Task};
use crate::identity::AssetNumber;
use crate::plan::{Decision, Plan, PlannedAsset};
use crate::previous::Previous;
use crate::read::{Content, ContentBudget};
use crate::{Identity, Progress};

/// What all fetches of a run share.
#[derive(Clone)]
pub(super) struct Fetcher {
    pub(super) budget: Arc<ContentBudget>,
    pub(super) identity: Arc<Identity>,
    pub(super) progress: Arc<Progress>,
    pub(super) previous: Option<Arc<Previous>>,
}

/// A place of a shard whose turn has come.
pub(super) struct Opening {
    shard: u32,
    index: usize,
    what: What,
}

enum What {
    Listed { planned: PlannedAsset, store: Arc<dyn Store> },
    Gone(AssetNumber),
}

impl Opening {
    /// Iterates over the places of some shards in their order.
    pub(super) fn all<'a>(plan: &'a Plan, shards: &'a [u32]) -> impl Iterator<Item = Self> + Send + 'a {
        shards.iter().flat_map(move |number| {
            let shard = &plan.shards()[*number as usize];
            let store = &plan.targets()[shard.target].store;
            let listed = shard.assets(plan.targets()).map(move |planned| What::Listed { planned, store: Arc::clone(store) });
            let gone = shard.gone().iter().copied().map(What::Gone);
            listed.chain(gone).enumerate().map(move |(index, what)| Self { shard: *number, index, what })
        })
    }

    pub(super) async fn open(self, fetcher: Fetcher) -> Job {
        let Self { shard, index, what } = self;
        let task = match what {
            What::Listed { planned, store } => fetcher.listed(planned, &store).await,
            What::Gone(number) => fetcher.gone(number).await,
        };
        Job { shard, index, task }
    }
}

impl Fetcher {
    async fn listed(&self, planned: PlannedAsset, store: &Arc<dyn Store>) -> Task {
        let PlannedAsset { asset, decision, dataset } = planned;
        match decision {
            Decision::Skip(reason) => Task::Scan { asset, dataset, content: Err(reason), _share: None },
            Decision::Read => self.read(asset, dataset, store).await,
            Decision::Carry => match self.carried(&asset).await {
                Some(carried) => Task::Carry { asset, dataset, carried: Box::new(carried) },
                None => self.read(asset, dataset, store).await,
            },
        }
    }

    async fn read(&self, asset: AssetRef, dataset: u32, store: &Arc<dyn Store>) -> Task {
        let share = if store.kind().holds_tables() { self.budget.share_for_table().await } else { self.budget.share_for(asset.size).await };
        let content = Content::open(store, &asset, &self.identity, &self.progress).await;
        Task::Scan { asset, dataset, content, _share: Some(share) }
    }

    /// Returns the rows to take over. Where they cannot be read any more the asset is read instead: rows are a saving, not a source.
    async fn carried(&self, asset: &AssetRef) -> Option<crate::previous::Carried> {
        let number = self.identity.asset_number(&asset.store, &asset.key);
        self.previous.as_ref()?.rows_of(number, asset).await.ok().flatten()
    }

    async fn gone(&self, number: AssetNumber) -> Task {
        let carried = match &self.previous {
            Some(previous) => previous.rows_of_gone(number).await.ok().flatten(),
            None => None,
        };
        Task::Forget(carried.map(Box::new))
    }
}
