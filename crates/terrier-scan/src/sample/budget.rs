//! Spends a budget where the risk is.

use std::cmp::Reverse;

use super::Candidate;
use super::priority::priority;
use crate::dataset::Dataset;

/// What reading may cost at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// Bytes of the stored objects.
    Bytes(u64),
    /// US dollars of requests at list price; reading a folder costs nothing.
    Usd(f64),
}

/// Members of each dataset that are wanted in turn: a look at all of them before a second one at any.
const ROUNDS: [usize; 4] = [1, 8, 64, usize::MAX];

/// Returns how many of its wanted members each dataset gets. Those that promise most come first in every round.
///
/// That a sample ends early, even because its next member is large, leaves the bounds valid: they hold after every member at once.
pub(super) fn spend(budget: Budget, datasets: &[Dataset], wanted: &[Vec<Candidate>], price: impl Fn(&Dataset, u64) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..datasets.len()).collect();
    order.sort_by_key(|index| (Reverse(priority(datasets[*index].expose_pattern())), &datasets[*index].id));
    let cost = |dataset: usize, candidate: Candidate| match budget {
        _ if candidate.bytes == 0 => 0.0,
        Budget::Bytes(_) => candidate.bytes as f64,
        Budget::Usd(_) => price(&datasets[dataset], candidate.bytes),
    };
    let mut left = match budget {
        Budget::Bytes(bytes) => bytes as f64,
        Budget::Usd(dollars) => dollars,
    };
    let mut sizes = vec![0; datasets.len()];
    for round in ROUNDS {
        for index in &order {
            let candidates = &wanted[*index];
            while sizes[*index] < candidates.len().min(round) {
                let next = cost(*index, candidates[sizes[*index]]);
                if next > left {
                    break;
                }
                left -= next;
                sizes[*index] += 1;
            }
        }
    }
    sizes
}
