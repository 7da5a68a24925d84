//! Assets that belong together by the pattern of their keys: the unit of sampling, and of most answers about a large estate.
//!
//! Every asset belongs to exactly one dataset. Which one follows from the names in its target and from its own size, never from its
//! content, so it is known before anything is read, and a run that adds assets leaves the others where they are.

mod summary;
mod template;
mod tree;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use terrier_model::{DatasetId, StoreId};

pub(crate) use self::summary::summarise;
pub(crate) use self::template::ending;
use self::tree::{Family, Finder, Tree};
use crate::Identity;
use crate::sample::{Lowest, Rank};

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

    /// Returns about how many bytes are to be read of it.
    pub(crate) fn wanted_bytes(&self) -> u64 {
        let share = self.sample.map_or(1.0, |sample| sample.size as f64 / self.members.max(1) as f64);
        (self.bytes as f64 * share) as u64
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
    const COUNT: usize = 3;

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
#[derive(Debug)]
pub(crate) struct Grouping {
    target: usize,
    tree: Arc<Tree>,
    numbers: Numbers,
}

/// The names of a target, all learned, for those who count its parts side by side.
#[derive(Debug, Clone)]
pub(crate) struct Names(Arc<Tree>);

impl Names {
    /// Starts to count a part of the assets.
    pub(crate) fn census(&self) -> Census<'_> {
        Census { finder: self.0.finder(), numbers: Numbers::default(), groups: Vec::new() }
    }
}

/// Numbers by family and kind of size.
#[derive(Debug, Default)]
struct Numbers(HashMap<usize, BTreeMap<Vec<u8>, [Option<u32>; SizeClass::COUNT]>>);

impl Numbers {
    fn get(&self, family: Family<&[u8]>, size_class: SizeClass) -> Option<u32> {
        self.0.get(&family.folder)?.get(family.file)?[size_class as usize]
    }

    fn insert(&mut self, family: Family<&[u8]>, size_class: SizeClass, number: u32) {
        self.0.entry(family.folder).or_default().entry(family.file.to_vec()).or_default()[size_class as usize] = Some(number);
    }
}

/// What belongs together in a part of a target, in the order of the first asset of each.
pub(crate) struct Census<'g> {
    finder: Finder<'g>,
    numbers: Numbers,
    pub(crate) groups: Vec<Group>,
}

/// What a part of a target has of a dataset.
pub(crate) struct Group {
    family: Family<Vec<u8>>,
    size_class: SizeClass,
    /// Assets in it that may be read.
    pub(crate) members: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Those of them that a sample may want.
    pub(crate) lowest: Lowest,
}

impl Grouping {
    pub(crate) fn new(target: usize) -> Self {
        Self { target, tree: Arc::default(), numbers: Numbers::default() }
    }

    /// Learns of keys.
    ///
    /// # Panics
    /// Where [`Grouping::names`] were given out before: what a name belongs to is known only once all names are.
    pub(crate) fn learn(&mut self, mut each: impl FnMut(&mut dyn FnMut(&[u8]))) {
        let tree = Arc::get_mut(&mut self.tree).expect("names are learned before they are counted");
        each(&mut |key| tree.add(key));
    }

    /// Returns the names that were learned.
    pub(crate) fn names(&self) -> Names {
        Names(Arc::clone(&self.tree))
    }

    /// Returns the number of the dataset that a group is of, and makes the dataset where the group is the first of it.
    pub(crate) fn dataset(&mut self, group: &Group, store: &StoreId, identity: &Identity, datasets: &mut Vec<Dataset>) -> u32 {
        let family = Family { folder: group.family.folder, file: group.family.file.as_slice() };
        if let Some(number) = self.numbers.get(family, group.size_class) {
            return number;
        }
        let number = u32::try_from(datasets.len()).expect("fewer datasets than 2^32 fit into memory");
        let pattern = self.tree.pattern(family);
        let id = dataset_id(identity, store, &pattern, group.size_class);
        datasets.push(Dataset { id, target: self.target, members: 0, bytes: 0, sample: None, pattern });
        self.numbers.insert(family, group.size_class, number);
        number
    }

    /// Starts to tell the datasets of assets that were counted.
    pub(crate) fn assignment(&self) -> Assignment<'_> {
        Assignment { finder: self.tree.finder(), numbers: &self.numbers }
    }
}

impl Census<'_> {
    /// Returns the group of an asset.
    pub(crate) fn group_of(&mut self, key: &[u8], size: u64) -> &mut Group {
        let (family, size_class) = (self.finder.family(key), SizeClass::of(size));
        let number = self.numbers.get(family, size_class).unwrap_or_else(|| {
            let number = u32::try_from(self.groups.len()).expect("a part has fewer groups than assets, and of these fewer than 2^32");
            self.numbers.insert(family, size_class, number);
            let family = Family { folder: family.folder, file: family.file.to_vec() };
            self.groups.push(Group { family, size_class, members: 0, bytes: 0, lowest: Lowest::default() });
            number
        });
        &mut self.groups[number as usize]
    }
}

/// Tells datasets by key and size.
pub(crate) struct Assignment<'g> {
    finder: Finder<'g>,
    numbers: &'g Numbers,
}

impl Assignment<'_> {
    /// Returns the number of an asset's dataset.
    pub(crate) fn dataset_of(&mut self, key: &[u8], size: u64) -> u32 {
        self.numbers.get(self.finder.family(key), SizeClass::of(size)).expect("the asset was counted")
    }
}

fn dataset_id(identity: &Identity, store: &StoreId, pattern: &[u8], size_class: SizeClass) -> DatasetId {
    identity.dataset_id(&[store.as_str().as_bytes(), pattern, size_class.name().as_bytes()])
}
