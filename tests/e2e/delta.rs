//! Of a Delta table that is read which it has, and what it has removed is named.

use crate::harness::Bench;

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

fn table(bench: &Bench) {
    let commits = [
        r#"{"add":{"path":"dt=2026-01-01/part%200.csv"}}
           {"add":{"path":"dt=2026-01-01/part-1.csv"}}"#,
        r#"{"remove":{"path":"dt=2026-01-01/part%200.csv","dataChange":true}}
           {"add":{"path":"dt=2026-01-02/part-2.csv"}}"#,
    ];
    for (version, actions) in commits.iter().enumerate() {
        bench.put(format!("sales/_delta_log/{version:020}.json"), actions);
    }
    for file in ["dt=2026-01-01/part 0.csv", "dt=2026-01-01/part-1.csv", "dt=2026-01-02/part-2.csv", "unknown.csv"] {
        bench.put(format!("sales/{file}"), CARD);
    }
    bench.put("other/part 0.csv", CARD);
}

#[test]
fn what_a_table_has_removed_is_named_and_not_read() {
    let bench = Bench::new();
    table(&bench);
    bench.scan(&[]).expect(0);
    bench.expect_coverage(&[
        ("other/part 0.csv", "full"),
        ("sales/_delta_log/00000000000000000000.json", "full"),
        ("sales/_delta_log/00000000000000000001.json", "full"),
        ("sales/dt=2026-01-01/part 0.csv", "superseded"),
        ("sales/dt=2026-01-01/part-1.csv", "full"),
        ("sales/dt=2026-01-02/part-2.csv", "full"),
        ("sales/unknown.csv", "full"),
    ]);
}

#[test]
fn all_is_read_where_it_is_asked_for_or_the_log_has_a_gap() {
    let bench = Bench::new();
    table(&bench);
    bench.scan(&["--superseded"]).expect(0);
    assert_eq!(bench.pairs("SELECT path, coverage_reason FROM assets WHERE coverage_reason IS NOT NULL"), []);
    bench.scan(&["--full"]).expect(0);
    assert_eq!(bench.pairs("SELECT path, coverage_reason FROM assets WHERE coverage_reason IS NOT NULL").len(), 1);
    // What was not read for its table is read once the table has nothing to say, although it has not changed.
    std::fs::remove_file(bench.estate().join("sales/_delta_log/00000000000000000000.json")).unwrap();
    bench.scan(&[]).expect(0);
    assert_eq!(bench.pairs("SELECT path, coverage_reason FROM assets WHERE coverage_reason IS NOT NULL AND NOT deleted"), []);
}
