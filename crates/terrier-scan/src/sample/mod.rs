//! Which members of a dataset are read, where not all need to be.
//!
//! A sample is decided before anything is read: the members whose ranks are the lowest, and as many of them as exclude, should nothing
//! be found, that more than the allowed share holds anything. Ranks are keyed hashes of names, so nobody can choose a name that is
//! passed over, and an estate that grows keeps most of its sample: what was read for it yesterday counts today.

mod bound;
mod budget;
mod priority;

use std::collections::BinaryHeap;

pub(crate) use self::bound::{Seen, enough};
pub use self::budget::Budget;
use self::budget::spend;
use crate::dataset::{Dataset, Sample};

/// A place in the random order of all assets: the beginning of an asset's id.
pub type Rank = u64;

/// How much of each dataset is to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// How sure the bounds are, above 0 and below 1.
    pub confidence: f64,
    /// The share of a dataset's members that may hold something although nothing was found, at that confidence; above 0, below 1.
    pub max_prevalence: f64,
    /// What reading may cost at most.
    pub budget: Option<Budget>,
}

/// A candidate for a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    pub(crate) rank: Rank,
    /// Bytes that reading it would take; none where it was read before and has not changed.
    pub(crate) bytes: u64,
}

/// Chooses the samples of all datasets while their members go by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampler {
    sampling: Sampling,
    /// As many as the largest sample needs of any dataset.
    most: usize,
}

/// The candidates of a dataset whose ranks are the lowest, as many as a sample needs at most.
#[derive(Debug, Default)]
pub(crate) struct Lowest(BinaryHeap<Candidate>);

impl Lowest {
    /// Takes the candidates of another part of the dataset.
    pub(crate) fn merge(&mut self, other: Self, sampler: &Sampler) {
        other.0.into_iter().for_each(|candidate| sampler.consider(self, candidate));
    }
}

impl Sampler {
    pub(crate) fn new(sampling: Sampling) -> Self {
        let most = enough(u64::from(u32::MAX), sampling.max_prevalence, sampling.confidence);
        Self { sampling, most: most as usize }
    }

    /// Considers a member of a dataset.
    pub(crate) fn consider(&self, Lowest(lowest): &mut Lowest, candidate: Candidate) {
        if lowest.len() < self.most {
            lowest.push(candidate);
        } else if let Some(mut highest) = lowest.peek_mut()
            && candidate < *highest
        {
            *highest = candidate;
        }
    }

    /// Decides the samples, given the candidates of each dataset. `price` is what a dataset's members cost beside their bytes.
    pub(crate) fn decide(self, datasets: &mut [Dataset], lowest: Vec<Lowest>, price: impl Fn(&Dataset, u64) -> f64) {
        let Sampling { confidence, max_prevalence, budget } = self.sampling;
        let mut wanted: Vec<Vec<Candidate>> = lowest.into_iter().map(|Lowest(heap)| heap.into_sorted_vec()).collect();
        for (dataset, candidates) in datasets.iter().zip(&mut wanted) {
            candidates.truncate(enough(dataset.members, max_prevalence, confidence) as usize);
        }
        let sizes = match budget {
            None => wanted.iter().map(Vec::len).collect(),
            Some(budget) => spend(budget, datasets, &wanted, price),
        };
        for ((dataset, candidates), size) in datasets.iter_mut().zip(&wanted).zip(sizes) {
            if size as u64 == dataset.members && budget.is_none() {
                continue;
            }
            let up_to = size.checked_sub(1).map(|last| candidates[last].rank);
            dataset.sample = Some(Sample { up_to, size: size as u64 });
        }
    }
}
