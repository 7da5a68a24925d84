//! Puts sequences that are alike together, so that many can be looked for as few.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::frequency::Odds;
use super::sequence::Sequence;

/// Among so many every two are compared; among more only neighbours in their order.
const FEW: usize = 64;

/// Unites sequences until no more than `most` are left, and as long as no more than a share of `free` is let through for it: of
/// neighbours in their order, always the two that together let least through that neither does alone.
pub(crate) fn unite(sequences: Vec<Sequence>, most: usize, free: f32) -> Vec<Sequence> {
    unite_neighbours(distinct(sequences), most, free).into_iter().map(|bucket| *bucket.odds.sequence()).collect()
}

/// Sequences that are looked for as one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bucket {
    /// What applies wherever one of them does.
    pub(crate) odds: Odds,
    /// How often that is, by estimate.
    frequency: f32,
    pub(crate) members: Vec<Sequence>,
}

/// Puts sequences into buckets.
pub(crate) fn group(sequences: Vec<Sequence>, most: usize) -> Vec<Bucket> {
    unite_any(unite_neighbours(distinct(sequences), FEW.max(most), 0.0), most)
}

fn distinct(mut sequences: Vec<Sequence>) -> Vec<Bucket> {
    sequences.sort_unstable();
    sequences.dedup_by(|next, kept| next.before == kept.before && next.at == kept.at);
    sequences.into_iter().map(|sequence| Bucket::of(Odds::of(sequence), vec![sequence])).collect()
}

fn unite_neighbours(buckets: Vec<Bucket>, most: usize, free: f32) -> Vec<Bucket> {
    let mut left = buckets.len();
    let mut buckets: Vec<Option<Bucket>> = buckets.into_iter().map(Some).collect();
    // Whose neighbours are whose, and how often each was united: what is known of an older one does not count.
    let mut before: Vec<usize> = (0..left).map(|at| at.wrapping_sub(1)).collect();
    let mut behind: Vec<usize> = (1..=left).collect();
    let mut age = vec![0_u32; left];
    let mut pairs = BinaryHeap::new();
    let pair = |buckets: &[Option<Bucket>], age: &[u32], first: usize, second: usize| {
        let union = Union::of(buckets.get(first)?.as_ref()?, buckets.get(second)?.as_ref()?);
        Some(Reverse((Cost(union.cost), first, second, age[first], age[second])))
    };
    pairs.extend((1..left).filter_map(|second| pair(&buckets, &age, second - 1, second)));
    while let Some(Reverse((Cost(cost), first, second, age_of_first, age_of_second))) = pairs.pop() {
        let are_there = buckets[first].is_some() && buckets[second].is_some();
        if !are_there || age[first] != age_of_first || age[second] != age_of_second {
            continue;
        }
        if left <= most && cost > free {
            break;
        }
        if let (Some(taken), Some(into)) = (buckets[second].take(), buckets[first].as_mut()) {
            let union = Union::of(into, &taken);
            into.take(taken, union);
        }
        left -= 1;
        age[first] += 1;
        behind[first] = behind[second];
        if let Some(back) = before.get_mut(behind[second]) {
            *back = first;
        }
        pairs.extend(pair(&buckets, &age, before[first], first));
        pairs.extend(pair(&buckets, &age, first, behind[first]));
    }
    buckets.into_iter().flatten().collect()
}

/// In order.
#[derive(Debug, Clone, Copy)]
struct Cost(f32);

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cost {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Cost {}

/// Always unites the two that together let least through that neither does alone.
fn unite_any(mut buckets: Vec<Bucket>, most: usize) -> Vec<Bucket> {
    // For each bucket the best of those before it.
    let best_before = |buckets: &[Bucket], at: usize| {
        let unions = buckets[..at].iter().map(|other| Union::of(other, &buckets[at]).cost).enumerate();
        unions.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f32::INFINITY))
    };
    let mut best: Vec<(usize, f32)> = (0..buckets.len()).map(|at| best_before(&buckets, at)).collect();
    while buckets.len() > most {
        let Some(second) = (1..buckets.len()).min_by(|a, b| best[*a].1.total_cmp(&best[*b].1)) else { break };
        let first = best[second].0;
        let union = Union::of(&buckets[first], &buckets[second]);
        let last = buckets.len() - 1;
        let taken = buckets.swap_remove(second);
        best.swap_remove(second);
        buckets[first].take(taken, union);
        // What was best with one of the two, or with the last that took the place of the second, or stands behind a changed one.
        for at in 0..buckets.len() {
            let (with, _) = best[at];
            if at == first || at == second || with == first || with == second || with == last {
                best[at] = best_before(&buckets, at);
            } else if at > first {
                let cost = Union::of(&buckets[first], &buckets[at]).cost;
                if cost < best[at].1 {
                    best[at] = (first, cost);
                }
            }
            if at > second && second < buckets.len() && with != second {
                let cost = Union::of(&buckets[second], &buckets[at]).cost;
                if cost < best[at].1 {
                    best[at] = (second, cost);
                }
            }
        }
    }
    buckets
}

struct Union {
    odds: Odds,
    frequency: f32,
    /// What it lets through more than its two parts.
    cost: f32,
}

impl Union {
    fn of(a: &Bucket, b: &Bucket) -> Self {
        let odds = a.odds.union(&b.odds);
        let frequency = odds.frequency();
        Self { odds, frequency, cost: frequency - a.frequency - b.frequency }
    }
}

impl Bucket {
    fn of(odds: Odds, members: Vec<Sequence>) -> Self {
        Self { frequency: odds.frequency(), odds, members }
    }

    fn take(&mut self, other: Self, union: Union) {
        (self.odds, self.frequency) = (union.odds, union.frequency);
        self.members.extend(other.members);
    }
}
