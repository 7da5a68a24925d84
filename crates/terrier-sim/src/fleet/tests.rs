use super::workload::assets_for_bound;
use super::*;
use crate::virtual_estate::{Estate, Profile};

const SEED: u64 = 5;

fn estate(objects: u64) -> Estate {
    Estate::new(SEED, objects, Profile::built_in(Some("plain")).unwrap())
}

/// A calibration in which every byte of every format costs the same, so that results can be reckoned by hand.
fn calibration(estate: &Estate, mb_per_second: f64) -> Calibration {
    let strata = strata(estate, 1 << 20).into_iter().map(|stratum| {
        let bytes = 1_000_000 * stratum.sample.len() as u64;
        let requests = stratum.sample.len() as u64;
        StratumFigures { stratum, bytes, bytes_read: bytes, requests, core_seconds: bytes as f64 / (mb_per_second * 1e6) }
    });
    Calibration { strata: strata.collect() }
}

/// Prices without anything that is slow, lost or throttled.
fn calm() -> Prices {
    let mut prices = Prices::built_in();
    let figures = &mut prices.figures;
    for figure in [
        &mut figures.slow_unit_share,
        &mut figures.node_spread,
        &mut figures.interruptions_per_node_hour,
        &mut figures.start_seconds,
        &mut figures.kms_share,
        &mut figures.first_byte_seconds,
        &mut figures.lambda_start_seconds,
    ] {
        figure.value = 0.0;
    }
    figures.gets_per_second_per_prefix.value = 1e12;
    figures.connection_mb_per_second.value = 1e12;
    prices
}

fn fleet(prices: &Prices, count: u64) -> Fleet {
    Fleet::Nodes(count, prices.node(None).unwrap().clone())
}

fn outcome(prices: &Prices, mb_per_second: f64, mode: Mode, count: u64) -> (Outcome, Workload) {
    let estate = estate(2_000_000);
    let workload = Workload::of(&estate, &calibration(&estate, mb_per_second), mode, &prices.figures);
    (Outcome::of(&estate, &workload, &fleet(prices, count), prices, SEED), workload)
}

fn is_near(value: f64, expect: f64, tolerance: f64) -> bool {
    (value / expect - 1.0).abs() <= tolerance
}

#[test]
fn a_calm_fleet_takes_what_the_slowest_part_takes() {
    let prices = calm();
    let (by_core, workload) = outcome(&prices, 10.0, Mode::Full, 16);
    let expect = workload.bytes / 10e6 / (16.0 * 8.0) / 3600.0;
    assert!(by_core.bound == Bound::Core && is_near(by_core.hours, expect, 0.03), "{} and {expect}", by_core.hours);
    assert!(is_near(by_core.core_hours, expect, 0.001) && is_near(by_core.bytes_read, workload.bytes, 1e-6));

    let (by_network, workload) = outcome(&prices, 100_000.0, Mode::Full, 16);
    let expect = workload.bytes / (3.125e9 / 8.0) / 16.0 / 3600.0;
    assert!(by_network.bound == Bound::Network && is_near(by_network.hours, expect, 0.03), "{} and {expect}", by_network.hours);
    assert!(is_near(by_network.on_demand_usd, by_network.hours * 16.0 * 0.41056, 0.03));
    assert!(is_near(by_network.compute_usd, by_network.on_demand_usd * 0.45, 1e-9));
}

#[test]
fn whatever_goes_wrong_makes_it_take_longer_and_loses_no_work() {
    let (calmly, _) = outcome(&calm(), 10.0, Mode::Full, 16);
    let check = |change: fn(&mut Figures), what: &str| {
        let mut prices = calm();
        change(&mut prices.figures);
        let (disturbed, _) = outcome(&prices, 10.0, Mode::Full, 16);
        assert!(disturbed.hours > calmly.hours * 1.01, "{what}: {} after {}", disturbed.hours, calmly.hours);
        assert!(is_near(disturbed.bytes_read, calmly.bytes_read, 0.02), "{what}");
        disturbed
    };
    check(|figures| figures.slow_unit_share.value = 0.1, "slow units");
    check(|figures| figures.node_spread.value = 0.3, "slow nodes");
    check(|figures| figures.first_byte_seconds.value = 60.0, "latency");
    check(|figures| figures.connection_mb_per_second.value = 5.0, "connections");
    check(
        |figures| {
            figures.kms_share.value = 1.0;
            figures.kms_per_second.value = 10.0;
        },
        "keys",
    );
    let lost = check(|figures| figures.interruptions_per_node_hour.value = 5.0, "losses");
    assert!(lost.interruptions > 5, "{}", lost.interruptions);
    let throttled = check(|figures| figures.gets_per_second_per_prefix.value = 0.05, "prefixes");
    assert!(throttled.bound == Bound::Prefix && throttled.throttled > 0.0);
}

#[test]
fn more_nodes_take_less_time_and_cost_about_the_same() {
    let prices = Prices::built_in();
    // So slow that a node's start hardly counts.
    let (few, _) = outcome(&prices, 0.2, Mode::Full, 16);
    let (many, _) = outcome(&prices, 0.2, Mode::Full, 64);
    assert!(many.hours < few.hours / 3.0, "{} and {}", many.hours, few.hours);
    assert!(is_near(many.compute_usd, few.compute_usd, 0.1), "{} and {}", many.compute_usd, few.compute_usd);
    assert_eq!(outcome(&prices, 0.2, Mode::Full, 16).0, few, "the same seed gives the same answer");
}

#[test]
fn a_sample_bounds_prevalence_by_the_binomial() {
    assert_eq!(assets_for_bound(0.01, 0.95), 299);
    assert_eq!(assets_for_bound(0.05, 0.95), 59);
    assert_eq!(assets_for_bound(1.0, 0.95), 1);
    assert_eq!(assets_for_bound(0.0, 0.95), u64::MAX);
    let (full, everything) = outcome(&calm(), 10.0, Mode::Full, 16);
    let (sampled, some) = outcome(&calm(), 10.0, Mode::Sampled, 16);
    assert!(some.objects_opened < everything.objects_opened / 3.0 && sampled.hours < full.hours / 3.0);
    assert!(is_near(everything.objects_opened, 2_000_000.0, 1e-9));
}

#[test]
fn functions_are_paid_by_the_second_they_run() {
    let prices = calm();
    let estate = estate(2_000_000);
    let workload = Workload::of(&estate, &calibration(&estate, 10.0), Mode::Full, &prices.figures);
    let functions = Outcome::of(&estate, &workload, &Fleet::Lambda, &prices, SEED);
    let seconds = workload.core_hours() * 3600.0;
    assert!(
        is_near(functions.compute_usd, seconds * 1.769 * 0.000_016_666_7 + seconds / 600.0 * 0.2e-6, 0.02),
        "{}",
        functions.compute_usd
    );
}

#[test]
fn samples_are_spread_over_a_stratum_and_stay_within_their_bytes() {
    let estate = estate(100_000);
    for stratum in strata(&estate, 4 << 20) {
        let sizes: Vec<u64> = stratum.sample.iter().map(|index| estate.object(*index).size()).collect();
        assert!(!sizes.is_empty() && (sizes.iter().sum::<u64>() <= 4 << 20 || sizes.len() == 1), "{sizes:?}");
        assert!(sizes.iter().all(|size| (*size > SMALL_UP_TO) == stratum.is_large));
        let range = estate.objects_of(stratum.family);
        let spread = stratum.sample[stratum.sample.len() - 1] - stratum.sample[0];
        assert!(sizes.len() < 4 || spread > (range.end - range.start) / 2, "{:?}", stratum.sample);
    }
    let all: f64 = strata(&estate, 0).iter().map(|stratum| stratum.objects).sum();
    assert!(is_near(all, 100_000.0, 1e-9));
}

#[test]
fn goals_are_judged_by_what_came_out() {
    let prices = calm();
    let (reached, _) = outcome(&prices, 10.0, Mode::Full, 256);
    let judged = targets(std::slice::from_ref(&reached), &[]);
    assert_eq!(judged.len(), 1, "what was not simulated is not judged");
    assert_eq!(judged[0].is_met, reached.hours <= 1.1 * reached.network_hours);
}
