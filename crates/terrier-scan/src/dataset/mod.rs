//! Assets that belong together by the pattern of their keys: the unit of sampling, and of most answers about a large estate.
//!
//! Every asset belongs to exactly one dataset. Which one follows from the names in its target and from its own size, never from its
//! content, so it is known before anything is read, and a run that adds assets leaves the others where they are.

mod summary;
mod template;
mod tree;

use std::collections::BTreeMap;

use terrier_model::{AssetRef, DatasetId, StoreId};

pub(crate) use self::summary::summarise;
pub(crate) use self::template::ending;
use self::tree::{Family, Tree};
use crate::Identity;
use crate::sample::Rank;

/// Assets that belong together.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Its id, stable across runs under one key.
    pub id: DatasetId,
    /// Index of the target it belongs to.
    pub target: usize,
    /// Assets in it that are not left out by filter, storage class or kind.
    pub members: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many of its members the sample is, where one is taken.
    pub sample: Option<Sample>,
    pub(crate) pattern: Vec<u8>,
}

/// A simple random sample of a dataset: the members whose ranks are the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The highest rank in it; `None` where it is empty.
    pub up_to: Option<Rank>,
    /// How many members it is.
    pub size: u64,
}

impl Dataset {
    /// Lends the exact pattern to the code that masks it for the results: it is made of names that people chose.
    pub fn expose_pattern(&self) -> &[u8] {
        &self.pattern
    }

    /// Tells whether a member is in the sample; without one, all are.
    pub fn samples(&self, rank: Rank) -> bool {
        self.sample.is_none_or(|sample| sample.up_to.is_some_and(|up_to| rank <= up_to))
    }
}

/// Sizes that are read in different ways and seldom of one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SizeClass {
    Empty,
    Usual,
    Huge,
}

/// An asset of this size is no longer one of many.
const HUGE: u64 = 1 << 30;

impl SizeClass {
    fn of(size: u64) -> Self {
        match size {
            0 => Self::Empty,
            size if size < HUGE => Self::Usual,
            _ => Self::Huge,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Usual => "usual",
            Self::Huge => "huge",
        }
    }
}

/// Learns the names of a target first, then gives each of its assets a dataset.
pub(crate) struct Grouping {
    target: usize,
    tree: Tree,
    numbers: BTreeMap<(Family, SizeClass), u32>,
}

impl Grouping {
    pub(crate) fn new(target: usize) -> Self {
        Self { target, tree: Tree::default(), numbers: BTreeMap::new() }
    }

    /// Learns that there is an asset.
    pub(crate) fn learn(&mut self, asset: &AssetRef) {
        self.tree.add(asset.key.expose());
    }

    /// Returns the number of the dataset of an asset that was learned, and makes the dataset where the asset is the first of it.
    pub(crate) fn dataset(&mut self, asset: &AssetRef, identity: &Identity, datasets: &mut Vec<Dataset>) -> u32 {
        let family = self.tree.family(asset.key.expose());
        let size_class = SizeClass::of(asset.size);
        if let Some(number) = self.numbers.get(&(family.clone(), size_class)) {
            return *number;
        }
        let number = u32::try_from(datasets.len()).expect("fewer datasets than 2^32 fit into memory");
        let pattern = self.tree.pattern(&family);
        let id = dataset_id(identity, &asset.store, &pattern, size_class);
        datasets.push(Dataset { id, target: self.target, members: 0, bytes: 0, sample: None, pattern });
        self.numbers.insert((family, size_class), number);
        number
    }
}

fn dataset_id(identity: &Identity, store: &StoreId, pattern: &[u8], size_class: SizeClass) -> DatasetId {
    identity.dataset_id(&[store.as_str().as_bytes(), pattern, size_class.name().as_bytes()])
}
