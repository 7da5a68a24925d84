//! The events: a core asks for work, a unit ends, a node is lost.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap, VecDeque};

use super::prices::Figures;
use super::workload::{Cost, Workload};
use crate::dice::Dice;
use crate::virtual_estate::Estate;

/// Nodes that are all alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nodes {
    pub(super) count: u64,
    pub(super) cores: u64,
    pub(super) bytes_per_second: f64,
    pub(super) fetches: f64,
    /// Losses per node and hour.
    pub(super) interruptions: f64,
    /// Seconds until a node works.
    pub(super) start: f64,
    /// Seconds of overhead for each so many seconds of work on a core: the starts of functions.
    pub(super) restart: Option<(f64, f64)>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Ran {
    pub(super) seconds: f64,
    /// Seconds of all nodes, each until it had nothing more to do.
    pub(super) node_seconds: f64,
    /// Seconds of all cores at work.
    pub(super) core_seconds: f64,
    /// Invocations, where each lasts for a bounded time only.
    pub(super) invocations: f64,
    pub(super) bytes: f64,
    pub(super) requests: f64,
    pub(super) throttled: f64,
    pub(super) interruptions: u64,
    /// Seconds of cores by what they waited for.
    pub(super) waited_for: [f64; 6],
}

/// What a unit was limited by, in the order of `waited_for`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Core,
    Network,
    Prefix,
    Latency,
    Connection,
    Keys,
}

/// A piece of the work.
#[derive(Debug, Clone, Copy)]
struct Unit {
    cost: Cost,
    /// The prefix whose limit it counts against, and how many prefixes' limits it may use.
    prefix: u64,
    prefixes: f64,
}

/// Units for each core: enough that the last of them do not matter, for all fleets alike.
const UNITS_PER_CORE: u64 = 40;
const LEAST_UNITS: u64 = 20_000;
/// The last part of the work is cut into smaller units, as the largest shards come first in a scan.
const LAST_SHARE: f64 = 0.2;
const LAST_CUT: u64 = 8;

/// A core that becomes free.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Free {
    at: f64,
    node: usize,
    core: u64,
}

impl Eq for Free {}

impl Ord for Free {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.node.cmp(&other.node)).then(self.core.cmp(&other.core))
    }
}

impl PartialOrd for Free {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug)]
struct Node {
    slowness: f64,
    network_free: f64,
    lost_at: f64,
    works_from: f64,
    ended: f64,
}

/// Runs the work on the nodes.
pub(super) fn run(estate: &Estate, workload: &Workload, nodes: &Nodes, figures: &Figures, seed: u64) -> Ran {
    let mut dice = Dice::new(seed).fork("fleet");
    let units = (nodes.count * nodes.cores * UNITS_PER_CORE).max(LEAST_UNITS);
    let mut queue = units_of(estate, workload, units, &mut dice);
    let mut fleet: Vec<Node> = (0..nodes.count).map(|_| node(0.0, nodes, figures, &mut dice)).collect();
    let mut free: BinaryHeap<Reverse<Free>> = BinaryHeap::new();
    for (number, node) in fleet.iter().enumerate() {
        free.extend((0..nodes.cores).map(|core| Reverse(Free { at: node.works_from, node: number, core })));
    }
    let mut limits = Limits { prefixes: HashMap::new(), keys_free: 0.0, figures };
    let mut ran = Ran::default();
    while let Some(Reverse(Free { at, node: number, core })) = free.pop() {
        let Some(unit) = queue.pop_front() else {
            fleet[number].ended = fleet[number].ended.max(at);
            continue;
        };
        if at >= fleet[number].lost_at {
            // All cores of a lost node come by here; the first one orders another node in its place.
            ran.interruptions += 1;
            let lost_at = fleet[number].lost_at;
            ran.node_seconds += lost_at - fleet[number].works_from + nodes.start;
            fleet[number] = node(lost_at + figures.replacement_seconds.value - nodes.start, nodes, figures, &mut dice);
        }
        let begin = at.max(fleet[number].works_from);
        let (end, limit) = limits.end_of(&unit, begin, &mut fleet[number], nodes, &mut dice, &mut ran);
        let lost_at = fleet[number].lost_at;
        let done = if end > lost_at { ((lost_at - begin) / (end - begin)).clamp(0.0, 1.0) } else { 1.0 };
        if done < 1.0 {
            // What was committed stays done; of the shard that was open, half on average, and the rest of the unit are done again.
            let open_bytes = figures.shard_bytes.value / 2.0 / unit.cost.bytes.max(1.0);
            let open_assets = figures.shard_assets.value / 2.0 / unit.cost.requests.max(1.0);
            let lost = open_bytes.min(open_assets).min(done / 2.0);
            limits.give_back(&unit, 1.0 - done);
            queue.push_back(Unit { cost: unit.cost.times(1.0 - done + lost), ..unit });
        }
        let stop = end.min(lost_at.max(begin));
        ran.core_seconds += stop - begin;
        ran.waited_for[limit as usize] += stop - begin;
        ran.bytes += unit.cost.bytes * done;
        ran.requests += unit.cost.requests * done;
        ran.seconds = ran.seconds.max(stop);
        fleet[number].ended = fleet[number].ended.max(stop);
        free.push(Reverse(Free { at: stop, node: number, core }));
    }
    ran.node_seconds += fleet.iter().map(|node| (node.ended - node.works_from + nodes.start).max(0.0)).sum::<f64>();
    ran.invocations = nodes.restart.map_or(0.0, |(_, each)| (ran.core_seconds / each).ceil());
    ran
}

fn node(ordered: f64, nodes: &Nodes, figures: &Figures, dice: &mut Dice) -> Node {
    let works_from = ordered + nodes.start;
    let lifetime = if nodes.interruptions > 0.0 { -(1.0 - share(dice)).ln() / nodes.interruptions * 3600.0 } else { f64::INFINITY };
    let slowness = 1.0 + share(dice) * figures.node_spread.value;
    Node { slowness, network_free: works_from, lost_at: works_from + lifetime, works_from, ended: works_from }
}

fn share(dice: &mut Dice) -> f64 {
    (dice.bits() >> 11) as f64 / (1_u64 << 53) as f64
}

/// What all nodes share.
struct Limits<'a> {
    /// When a prefix takes the next request.
    prefixes: HashMap<u64, f64>,
    keys_free: f64,
    figures: &'a Figures,
}

impl Limits<'_> {
    /// Takes back the part of a unit's requests that was not made after all.
    fn give_back(&mut self, unit: &Unit, part: f64) {
        let requests = unit.cost.requests * part;
        let figures = self.figures;
        if let Some(prefix_free) = self.prefixes.get_mut(&unit.prefix) {
            *prefix_free -= requests / (figures.gets_per_second_per_prefix.value * unit.prefixes);
        }
        self.keys_free -= requests * figures.kms_share.value / figures.kms_per_second.value;
    }

    /// Returns when a unit ends, and what it waited for longest.
    fn end_of(&mut self, unit: &Unit, begin: f64, node: &mut Node, nodes: &Nodes, dice: &mut Dice, ran: &mut Ran) -> (f64, Limit) {
        let figures = self.figures;
        let Cost { bytes, requests, core_seconds } = unit.cost;
        let slow = if share(dice) < figures.slow_unit_share.value { figures.slow_unit_factor.value } else { 1.0 };
        let fetches = nodes.fetches / nodes.cores as f64;
        let restarts = nodes.restart.map_or(1.0, |(start, each)| 1.0 + start / each);
        let core = begin + core_seconds * node.slowness * slow * restarts;
        node.network_free = node.network_free.max(begin) + bytes / nodes.bytes_per_second;
        let prefix_free = self.prefixes.entry(unit.prefix).or_insert(0.0);
        *prefix_free = prefix_free.max(begin) + requests / (figures.gets_per_second_per_prefix.value * unit.prefixes);
        let prefix = *prefix_free;
        self.keys_free = self.keys_free.max(begin) + requests * figures.kms_share.value / figures.kms_per_second.value;
        let ends = [
            (core, Limit::Core),
            (node.network_free, Limit::Network),
            (prefix, Limit::Prefix),
            (begin + requests * figures.first_byte_seconds.value / fetches, Limit::Latency),
            (begin + bytes / (figures.connection_mb_per_second.value * 1e6), Limit::Connection),
            (if figures.kms_share.value > 0.0 { self.keys_free } else { begin }, Limit::Keys),
        ];
        let (end, limit) = ends.into_iter().max_by(|one, other| one.0.total_cmp(&other.0)).expect("there are six");
        if limit == Limit::Prefix {
            let without = ends.iter().filter(|(_, limit)| *limit != Limit::Prefix).map(|(end, _)| *end).fold(begin, f64::max);
            ran.throttled += (prefix - without) / figures.backoff_seconds.value * fetches;
        }
        (end, limit)
    }
}

/// Cuts the work into units and mixes them, as a plan interleaves prefixes.
fn units_of(estate: &Estate, workload: &Workload, wanted: u64, dice: &mut Dice) -> VecDeque<Unit> {
    // By whatever takes longest on its own, so that units take about equally long.
    let weight = |cost: &Cost| cost.core_seconds.max(cost.bytes / 400e6).max(cost.requests / 300.0);
    let all: f64 = workload.parts.iter().map(|part| weight(&part.cost)).sum();
    let (mut units, mut last) = (Vec::new(), Vec::new());
    for part in &workload.parts {
        let count = ((wanted as f64 * weight(&part.cost) / all.max(f64::MIN_POSITIVE)).ceil() as u64).clamp(1, part.items);
        for number in 0..count {
            let first = (u128::from(part.items) * u128::from(number) / u128::from(count)) as u64;
            let end = (u128::from(part.items) * u128::from(number + 1) / u128::from(count)) as u64;
            let cost = part.cost.times((end - first) as f64 / part.items as f64);
            let (prefix, prefixes) = match part.sampled {
                // Under a prefix of its own, since few objects of each dataset are opened; of as many as it has datasets.
                Some(datasets) => {
                    let spread = (end - first) as f64 / part.items as f64 * datasets as f64;
                    (u64::MAX - units.len() as u64 - last.len() as u64, spread.max(1.0))
                }
                None => prefixes_of(estate, part.family, first, end),
            };
            let unit = Unit { cost, prefix, prefixes };
            if number as f64 >= count as f64 * (1.0 - LAST_SHARE) {
                last.extend((0..LAST_CUT).map(|_| Unit { cost: cost.times(1.0 / LAST_CUT as f64), ..unit }));
            } else {
                units.push(unit);
            }
        }
    }
    shuffle(&mut units, dice);
    shuffle(&mut last, dice);
    units.into_iter().chain(last).collect()
}

/// Returns the prefix that a run of objects lies under, and how many prefixes it is spread over: a dataset each.
fn prefixes_of(estate: &Estate, family: usize, first: u64, end: u64) -> (u64, f64) {
    let base = estate.objects_of(family).start;
    let dataset = estate.dataset_of(base + first);
    let rest = dataset.first + dataset.count - (base + first);
    if rest >= end - first {
        return (dataset.number, 1.0);
    }
    let last = estate.dataset_of(base + end - 1);
    (dataset.number, (last.number - dataset.number + 1) as f64)
}

fn shuffle(units: &mut [Unit], dice: &mut Dice) {
    for place in (1..units.len()).rev() {
        units.swap(place, dice.index(place + 1));
    }
}
