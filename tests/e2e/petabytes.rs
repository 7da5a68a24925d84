//! The virtual estate as a target, and the benchmark of whole estates.

use serde_json::Value;

use crate::harness::Bench;

#[test]
fn a_virtual_estate_is_scanned_like_a_bucket() {
    let bench = Bench::new();
    let out = bench.out().to_string_lossy().into_owned();
    bench.run(["scan", "sim://1/300/plain", "--out", &out, "--quiet"]).expect(0);
    let assets = bench.query("SELECT count(*) AS assets FROM assets WHERE parent_id IS NULL");
    assert_eq!(assets[0]["assets"], 300);
    let kinds = bench.pairs("SELECT kind, store_id FROM stores");
    assert_eq!(kinds, [("sim".to_owned(), "sim://1/300/plain".to_owned())]);
    let classes = bench.query("SELECT DISTINCT class FROM findings WHERE count_high > 0 AND class = 'email'");
    assert_eq!(classes.len(), 1);
    let refused = bench.run(["scan", "sim://1/many", "--out", &out]).expect(2);
    assert!(refused.stderr.contains("sim://1/10k"), "{}", refused.stderr);
}

#[test]
fn a_whole_estate_is_measured_executed_and_modelled() {
    let bench = Bench::new();
    let args =
        ["bench", "--estate", "9PB,100PB", "--estate-profile", "plain", "--sample", "32K", "--list-objects", "3000", "--nodes", "256"];
    let ended = bench.run(args.iter().chain(&["--format", "json"])).expect(0);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(told["executed"]["objects"], 3000);
    for format in told["measured"]["formats"].as_array().unwrap() {
        let accuracy = &format["accuracy"];
        assert!(accuracy["missed"].as_object().unwrap().is_empty(), "{format}");
    }
    let strata = told["measured"]["strata"].as_array().unwrap();
    assert!(strata.iter().all(|stratum| stratum["requests"].as_u64() >= Some(1)), "{strata:?}");
    let goals = told["modelled"]["goals"].as_array().unwrap();
    assert_eq!(goals.len(), 4, "the sizes that the goals speak of were asked for");
    for estate in told["modelled"]["estates"].as_array().unwrap() {
        let bytes = estate["workloads"][0]["bytes"].as_f64().unwrap() / estate["asked_bytes"].as_f64().unwrap();
        assert!((0.5..2.0).contains(&bytes), "an estate is about as large as was asked for: {bytes}");
        let outcomes = estate["outcomes"].as_array().unwrap();
        assert_eq!(outcomes.len(), 4, "full and sampled, on nodes and on functions");
        assert!(outcomes.iter().all(|outcome| outcome["hours"].as_f64() >= outcome["network_hours"].as_f64()), "{outcomes:?}");
    }
    let assumed = told["assumptions"]["figures"].as_object().unwrap();
    assert!(assumed.values().all(|figure| figure["source"].as_str().is_some_and(|source| !source.is_empty())));
    assert!(told["warnings"].as_array().is_some_and(|warnings| !cfg!(debug_assertions) || !warnings.is_empty()));
}
