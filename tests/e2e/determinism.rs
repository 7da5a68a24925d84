//! The same input gives the same findings, whatever the number of threads.

use terrier_sim::estate::{Scale, write_folder};

use crate::harness::Bench;

pub(crate) const TABLES: [&str; 8] =
    ["stores", "datasets", "dataset_findings", "assets", "columns", "findings", "combinations", "fingerprints"];

#[test]
fn findings_do_not_depend_on_threads() {
    let bench = Bench::new();
    write_folder(11, Scale::Small, &bench.estate()).unwrap();
    let mut results = Vec::new();
    for threads in ["1", "2", "8"] {
        bench.scan(&["--full", "--threads", threads]);
        results.push(TABLES.map(|table| bench.rows(table)));
    }
    assert!(results[0].iter().all(|rows| !rows.is_empty()));
    assert_eq!(results[0], results[1], "1 and 2 threads");
    assert_eq!(results[0], results[2], "1 and 8 threads");
}
