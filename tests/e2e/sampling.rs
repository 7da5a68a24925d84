//! A sample is read and the rest is bounded: what is said of a dataset holds for what was not read.

use crate::harness::Bench;

/// One file in ten holds a card.
const FILES: usize = 1_200;

fn lay_out(bench: &Bench) {
    for index in 0..FILES {
        let text = if index % 10 == 3 { "paid with credit card 4539 5787 6362 1486 today\n" } else { "nothing of interest today\n" };
        bench.put(format!("logs/dt=2026-{:02}-{:02}/part-{index:05}.log", index % 12 + 1, index % 28 + 1), text);
    }
    bench.put("hr/payroll.csv", "name,card\nx,4539578763621486\n");
}

fn text(bench: &Bench, sql: &str) -> String {
    bench.pairs(sql).remove(0).0
}

#[test]
fn a_sample_bounds_what_was_not_read() {
    let bench = Bench::new();
    lay_out(&bench);
    let scan = bench.scan(&["--max-prevalence", "5%"]).expect(0);
    assert!(scan.stdout.contains("not in the sample of its dataset"), "{}", scan.stdout);
    let dataset = bench.query("SELECT * FROM datasets WHERE pattern = 'logs/dt=*/part-{n}.log'").remove(0);
    let read = dataset["read"].as_u64().unwrap();
    assert_eq!((dataset["members"].as_u64(), read), (Some(FILES as u64), 60), "{dataset}");
    assert!(dataset["absent_bound"].as_f64().unwrap() <= 0.05, "{dataset}");
    let found = bench.query("SELECT * FROM dataset_findings WHERE class = 'payment_card' ORDER BY prevalence_low").remove(0);
    let bound = |name: &str| found[name].as_f64().unwrap();
    assert!(bound("prevalence_low") <= 0.1 && 0.1 <= bound("prevalence_high"), "{found}");
    assert_eq!(text(&bench, "SELECT coverage_method FROM assets WHERE path = 'hr/payroll.csv'"), "full", "what is alone is read");
    let skipped = text(&bench, "SELECT count(*) FROM assets WHERE coverage_reason = 'not_sampled'");
    assert_eq!(skipped, (FILES as u64 - read).to_string());
    let shown = bench.run(["show", "--datasets", "--findings", bench.out().to_str().unwrap()]).expect(0).stdout;
    assert!(shown.contains("logs/dt=*/part-{n}.log") && shown.contains("95 % sure"), "{shown}");
}

#[test]
fn a_sample_is_the_same_each_time_and_grows_into_a_full_scan() {
    let bench = Bench::new();
    lay_out(&bench);
    bench.scan(&["--max-prevalence", "5%", "--full", "--threads", "1"]).expect(0);
    let first = bench.sorted_rows("assets");
    bench.scan(&["--max-prevalence", "5%", "--full", "--threads", "4"]).expect(0);
    assert_eq!(bench.sorted_rows("assets"), first);
    bench.scan(&[]).expect(0);
    assert_eq!(text(&bench, "SELECT count(*) FROM assets WHERE read_in IS NOT NULL"), "61");
    assert_eq!(text(&bench, "SELECT count(*) FROM assets WHERE coverage_method = 'full'"), (FILES + 1).to_string());
    assert_eq!(text(&bench, "SELECT max(absent_bound) FROM datasets"), "0.0");
    assert_eq!(text(&bench, "SELECT prevalence FROM dataset_findings f JOIN datasets d USING (dataset_id) WHERE members > 1"), "0.1");
}

#[test]
fn a_budget_goes_where_names_promise_most() {
    let bench = Bench::new();
    lay_out(&bench);
    bench.scan(&["--budget-bytes", "200"]).expect(0);
    let read: u64 = text(&bench, "SELECT bytes_read FROM runs").parse().unwrap();
    assert!(read > 0 && read <= 200, "{read}");
    assert_eq!(text(&bench, "SELECT coverage_method FROM assets WHERE path = 'hr/payroll.csv'"), "full");
    let bound: f64 = text(&bench, "SELECT max(absent_bound) FROM datasets").parse().unwrap();
    assert!(bound > 0.1, "few were read, so much may be missed: {bound}");
}
