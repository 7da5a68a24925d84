//! The virtual estate: a bucket of any size of which nothing is stored.
//!
//! A seed and a number of objects are all there is. The name, size, version and content of the n-th object follow from n, in about as
//! many steps as n has digits, and so does the truth about what is in it. Keys ascend as indexes do, so that a listing can begin
//! anywhere and a key leads back to its object by bisection. Contents are runs of blocks that are drawn once.
//!
//! **What it is not**: blocks repeat, so that objects of a dataset have much of their content in common. It measures how an estate is
//! listed, planned, sampled and read, and whether what is in an object is found; how well a class is told apart is measured by
//! `crate::labelled`.

mod address;
mod calendar;
mod cascade;
mod footers;
mod hash;
mod inventory;
mod key;
mod object;
mod pool;
mod profile;
pub mod server;
mod size;
mod store;
#[cfg(test)]
mod tests;
mod truth;

use std::ops::Range;
use std::sync::Arc;

pub use self::address::{Address, EstateError};
use self::cascade::Cascade;
use self::footers::Footers;
use self::hash::{Purpose, below};
pub use self::inventory::write_inventory;
pub use self::object::Object;
use self::pool::{Kind, Pool};
pub use self::profile::{Family, Format, FormatShare, Layout, Profile, Subject};
pub use self::size::Sizes;
pub use self::store::{MOST_SHARDS, SimStore};
pub use self::truth::{Counted, DatasetTruth};

/// An estate.
#[derive(Debug)]
pub struct Estate {
    seed: u64,
    families: Vec<Placed>,
    footers: Footers,
}

/// A family and where its objects and datasets begin.
#[derive(Debug)]
struct Placed {
    family: Family,
    first: u64,
    first_dataset: u64,
    cascade: Cascade,
}

/// A part of the estate whose objects belong together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dataset {
    /// Its place among all datasets, from 0.
    pub number: u64,
    /// The family it is in.
    pub family: usize,
    /// Index of its first object.
    pub first: u64,
    /// How many objects it has.
    pub count: u64,
    /// Format of its objects; in a share, each object has one of its own.
    pub format: Format,
    /// What its sensitive objects hold.
    pub subject: Subject,
    /// The probability of an object to be sensitive.
    pub prevalence: f64,
    number_in_family: u64,
}

impl Estate {
    /// Makes the estate of an address.
    pub fn at(address: &Address) -> Result<Self, EstateError> {
        Ok(Self::new(address.seed, address.objects, Profile::built_in(address.profile.as_deref())?))
    }

    /// Makes the estate of a seed, with so many objects.
    pub fn new(seed: u64, objects: u64, profile: Profile) -> Self {
        let all: u128 = profile.families.iter().map(|family| u128::from(family.objects)).sum();
        let (mut families, mut weight, mut first, mut first_dataset) = (Vec::new(), 0_u128, 0, 0);
        for family in profile.families {
            weight += u128::from(family.objects);
            let end = (u128::from(objects) * weight / all) as u64;
            let count = end - first;
            let parts = family.datasets_of(count);
            families.push(Placed { cascade: Cascade { seed: seed ^ first_dataset, objects: count, parts }, family, first, first_dataset });
            first = end;
            first_dataset += if count == 0 { 0 } else { parts };
        }
        Self { seed, families, footers: Footers::default() }
    }

    /// Returns how many objects there are.
    pub fn len(&self) -> u64 {
        self.families.last().map_or(0, |placed| placed.first + placed.cascade.objects)
    }

    /// Tells whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the families.
    pub fn families(&self) -> impl Iterator<Item = &Family> {
        self.families.iter().map(|placed| &placed.family)
    }

    /// Returns the indexes of a family's objects.
    pub fn objects_of(&self, family: usize) -> Range<u64> {
        let placed = &self.families[family];
        placed.first..placed.first + placed.cascade.objects
    }

    /// Returns how many datasets a family has.
    pub fn datasets_of(&self, family: usize) -> u64 {
        let cascade = self.families[family].cascade;
        if cascade.objects == 0 { 0 } else { cascade.parts }
    }

    /// Returns how many datasets there are.
    pub fn dataset_count(&self) -> u64 {
        (0..self.families.len()).map(|family| self.datasets_of(family)).sum()
    }

    /// Returns the datasets one after another.
    pub fn datasets(&self) -> impl Iterator<Item = Dataset> + '_ {
        let of = move |family: usize| (0..self.datasets_of(family)).map(move |number| self.dataset(family, number));
        (0..self.families.len()).flat_map(of)
    }

    /// Returns a dataset of a family.
    pub fn dataset(&self, family: usize, number: u64) -> Dataset {
        self.described(family, self.families[family].cascade.part(number))
    }

    /// Returns the dataset that an object is in.
    ///
    /// # Panics
    /// When there is no such object.
    pub fn dataset_of(&self, index: u64) -> Dataset {
        assert!(index < self.len(), "the estate has {} objects", self.len());
        let family = self.families.partition_point(|placed| placed.first + placed.cascade.objects <= index);
        let placed = &self.families[family];
        self.described(family, placed.cascade.holding(index - placed.first))
    }

    /// Returns an object.
    ///
    /// # Panics
    /// When there is no such object.
    pub fn object(&self, index: u64) -> Object<'_> {
        Object::of(self, self.dataset_of(index), index)
    }

    /// Returns the objects of a range, one after another.
    pub fn objects(&self, range: Range<u64>) -> impl Iterator<Item = Object<'_>> {
        let mut dataset: Option<Dataset> = None;
        range.map(move |index| {
            let known = dataset.filter(|dataset| index < dataset.first + dataset.count);
            let dataset = *dataset.insert(known.unwrap_or_else(|| self.dataset_of(index)));
            Object::of(self, dataset, index)
        })
    }

    /// Returns the key of an object.
    pub fn key(&self, index: u64) -> String {
        let dataset = self.dataset_of(index);
        let format = match self.families[dataset.family].family.layout {
            Layout::Share => self.draw_format(dataset.family, index),
            _ => dataset.format,
        };
        self.key_in(&dataset, index - dataset.first, format)
    }

    /// Returns the object of a key.
    pub fn find(&self, key: &[u8]) -> Option<u64> {
        let index = self.first_from(key);
        (index < self.len() && self.key(index).as_bytes() == key).then_some(index)
    }

    /// Returns the indexes of the objects whose keys begin with a prefix.
    pub fn below(&self, prefix: &[u8]) -> Range<u64> {
        let first = self.first_from(prefix);
        first..self.bisect(first, |key| key.starts_with(prefix))
    }

    /// Returns the index of the first object whose key is not less.
    pub(crate) fn first_from(&self, key: &[u8]) -> u64 {
        self.bisect(0, |known| known < key)
    }

    /// Returns the index of the first object whose key is greater.
    pub(crate) fn first_after(&self, key: &[u8]) -> u64 {
        self.bisect(0, |known| known <= key)
    }

    /// Returns the first object from `low` on for whose key something does not hold that holds for all before it.
    fn bisect(&self, mut low: u64, holds: impl Fn(&[u8]) -> bool) -> u64 {
        let mut high = self.len();
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.key(middle).as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn described(&self, family: usize, part: cascade::Part) -> Dataset {
        let placed = &self.families[family];
        let number = placed.first_dataset + part.number;
        let pick = |purpose, count: usize| below(self.seed, purpose, number, count as u64) as usize;
        let format = self.draw_format(family, !number);
        let is_clean = !placed.family.formats.iter().any(|share| share.format.holds_text());
        Dataset {
            number,
            family,
            first: placed.first + part.first,
            count: part.count,
            format,
            subject: placed.family.subjects[pick(Purpose::Subject, placed.family.subjects.len())],
            prevalence: if is_clean { 0.0 } else { placed.family.prevalence[pick(Purpose::Prevalence, placed.family.prevalence.len())] },
            number_in_family: part.number,
        }
    }

    fn draw_format(&self, family: usize, place: u64) -> Format {
        let formats = &self.families[family].family.formats;
        let all = formats.iter().map(|share| share.weight).sum();
        let mut drawn = below(self.seed, Purpose::Format, place, all);
        for share in formats {
            if drawn < share.weight {
                return share.format;
            }
            drawn -= share.weight;
        }
        formats[0].format
    }

    fn pool(&self, kind: Kind) -> Arc<Pool> {
        // Without words there is no subject, and one pool does for all.
        let subject = if kind.format.holds_text() { kind.subject } else { Subject::People };
        pool::pool(self.seed, Kind { subject, ..kind })
    }
}
