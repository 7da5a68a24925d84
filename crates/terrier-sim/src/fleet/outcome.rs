use serde::Serialize;

use super::prices::{NodeType, Prices};
use super::simulate::{self, Limit, Nodes, Ran};
use super::workload::{Mode, Workload};
use crate::virtual_estate::Estate;

/// What scans.
#[derive(Debug, Clone, PartialEq)]
pub enum Fleet {
    /// So many nodes of a kind, on the spot market.
    Nodes(u64, NodeType),
    /// Functions, as many at a time as the quota allows, of one processor each.
    Lambda,
}

/// What limits a fleet for most of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The processors.
    Core,
    /// The network of the nodes.
    Network,
    /// The store's limit of requests under one prefix.
    Prefix,
    /// The latency of requests.
    Latency,
    /// The rate of one connection.
    Connection,
    /// The quota of the key service.
    Keys,
}

impl Bound {
    /// Returns the word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Network => "network",
            Self::Prefix => "prefix",
            Self::Latency => "latency",
            Self::Connection => "connection",
            Self::Keys => "keys",
        }
    }

    fn of(limit: usize) -> Self {
        const ALL: [Bound; 6] = [Bound::Core, Bound::Network, Bound::Prefix, Bound::Latency, Bound::Connection, Bound::Keys];
        const _: () = assert!(Limit::Keys as usize == 5);
        ALL[limit]
    }
}

/// What a scan of an estate by a fleet takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// How much is read.
    pub mode: Mode,
    /// Name of the fleet.
    pub fleet: String,
    /// Nodes, or functions at a time.
    pub nodes: u64,
    /// Hours from the order of the nodes until the last shard is committed. Listing comes before.
    pub hours: f64,
    /// Hours that listing by requests takes, by the one process that plans.
    pub listing_hours: f64,
    /// Hours that the network alone would take.
    pub network_hours: f64,
    /// Hours that the processors alone would take.
    pub core_hours: f64,
    /// What limited the cores for most of the time.
    pub bound: Bound,
    /// What nodes or functions cost: on the spot market, and functions at their price.
    pub compute_usd: f64,
    /// The same on demand.
    pub on_demand_usd: f64,
    /// What reading requests cost.
    pub get_usd: f64,
    /// What listing by requests costs.
    pub list_usd: f64,
    /// What an inventory costs, instead of listing.
    pub inventory_usd: f64,
    /// What the key service costs.
    pub kms_usd: f64,
    /// Bytes that were read.
    pub bytes_read: f64,
    /// Requests that read them.
    pub requests: f64,
    /// Requests that were answered with 503.
    pub throttled: f64,
    /// Nodes that were lost.
    pub interruptions: u64,
}

impl Outcome {
    /// Simulates.
    pub fn of(estate: &Estate, workload: &Workload, fleet: &Fleet, prices: &Prices, seed: u64) -> Self {
        let figures = &prices.figures;
        let nodes = match fleet {
            Fleet::Nodes(count, kind) => Nodes {
                count: *count,
                cores: kind.vcpus,
                bytes_per_second: kind.gbit_per_second * 1e9 / 8.0,
                fetches: figures.fetches_per_node.value,
                interruptions: figures.interruptions_per_node_hour.value,
                start: figures.start_seconds.value,
                restart: None,
            },
            Fleet::Lambda => Nodes {
                count: figures.lambda_concurrency.value as u64,
                cores: 1,
                bytes_per_second: figures.lambda_mb_per_second.value * 1e6,
                fetches: figures.fetches_per_node.value,
                interruptions: 0.0,
                start: 0.0,
                restart: Some((figures.lambda_start_seconds.value, figures.lambda_seconds.value)),
            },
        };
        let ran = simulate::run(estate, workload, &nodes, figures, seed);
        let (compute_usd, on_demand_usd) = compute(fleet, &ran, prices);
        let pages = workload.objects / figures.keys_per_list.value;
        let limit = (0..ran.waited_for.len()).max_by(|one, other| ran.waited_for[*one].total_cmp(&ran.waited_for[*other])).unwrap_or(0);
        Self {
            mode: workload.mode,
            fleet: match fleet {
                Fleet::Nodes(count, kind) => format!("{count} x {}", kind.name),
                Fleet::Lambda => format!("{} functions", nodes.count),
            },
            nodes: nodes.count,
            hours: ran.seconds / 3600.0,
            listing_hours: pages * figures.first_byte_seconds.value / figures.listing_streams.value / 3600.0,
            network_hours: workload.bytes_read() / (nodes.bytes_per_second * nodes.count as f64) / 3600.0,
            core_hours: workload.core_hours() / (nodes.count * nodes.cores) as f64,
            bound: Bound::of(limit),
            compute_usd,
            on_demand_usd,
            get_usd: ran.requests / 1000.0 * figures.get_usd_per_1000.value,
            list_usd: pages / 1000.0 * figures.list_usd_per_1000.value,
            inventory_usd: workload.objects / 1e6 * figures.inventory_usd_per_million.value,
            kms_usd: ran.requests * figures.kms_share.value / 10_000.0 * figures.kms_usd_per_10000.value,
            bytes_read: ran.bytes,
            requests: ran.requests,
            throttled: ran.throttled,
            interruptions: ran.interruptions,
        }
    }

    /// Returns what all of it costs, listed by requests.
    pub fn usd(&self) -> f64 {
        self.compute_usd + self.get_usd + self.list_usd + self.kms_usd
    }
}

fn compute(fleet: &Fleet, ran: &Ran, prices: &Prices) -> (f64, f64) {
    match fleet {
        Fleet::Nodes(_, kind) => {
            let on_demand = ran.node_seconds / 3600.0 * kind.usd_per_hour;
            (on_demand * kind.spot_share, on_demand)
        }
        Fleet::Lambda => {
            let figures = &prices.figures;
            let seconds = ran.core_seconds * figures.lambda_gb_per_vcpu.value * figures.lambda_usd_per_gb_second.value;
            let usd = seconds + ran.invocations / 1e6 * figures.lambda_usd_per_million.value;
            (usd, usd)
        }
    }
}

/// A goal that was set before anything was known, and whether it is reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// What was wanted.
    pub wanted: String,
    /// What came out.
    pub got: f64,
    /// The most that it may be.
    pub most: f64,
    /// Whether it is reached.
    pub is_met: bool,
}

/// Holds outcomes against the goals. `small` are those of 9 PB, `large` those of 100 PB; a goal whose outcome was not simulated is left out.
pub fn targets(small: &[Outcome], large: &[Outcome]) -> Vec<Target> {
    let target =
        |wanted: &str, got: Option<f64>, most: f64| got.map(|got| Target { wanted: wanted.to_owned(), got, most, is_met: got <= most });
    let cheapest = |outcomes: &[Outcome], mode: Mode| {
        outcomes.iter().filter(|outcome| outcome.mode == mode).map(|outcome| outcome.compute_usd).min_by(f64::total_cmp)
    };
    let of_256 = |mode: Mode| small.iter().find(|outcome| outcome.mode == mode && outcome.nodes == 256);
    let slowdown = |outcome: &Outcome| outcome.hours / outcome.network_hours.max(f64::MIN_POSITIVE);
    let all = [
        target("100 PB in full for at most 4,000 USD of compute, the cheapest fleet", cheapest(large, Mode::Full), 4_000.0),
        target("100 PB sampled for at most 400 USD of compute, the cheapest fleet", cheapest(large, Mode::Sampled), 400.0),
        target(
            "9 PB sampled in at most 6 hours on 256 nodes, listing included",
            of_256(Mode::Sampled).map(|it| it.hours + it.listing_hours),
            6.0,
        ),
        target("9 PB in full on 256 nodes in at most 1.1 times what the network takes", of_256(Mode::Full).map(slowdown), 1.1),
    ];
    all.into_iter().flatten().collect()
}
