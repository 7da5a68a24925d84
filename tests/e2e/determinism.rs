//! The same input gives the same findings, whatever the number of threads.

use terrier_sim::estate::{Scale, write_folder};

use crate::harness::Bench;

const TABLES: [&str; 6] = ["stores", "assets", "columns", "findings", "combinations", "fingerprints"];

#[test]
fn findings_do_not_depend_on_threads() {
    let bench = Bench::new();
    write_folder(11, Scale::Small, &bench.estate()).unwrap();
    let mut results = Vec::new();
    for threads in ["1", "2", "8"] {
        bench.scan(&["--threads", threads]);
        results.push(TABLES.map(|table| rows_without_run(&bench, table)));
    }
    assert!(results[0].iter().all(|rows| !rows.is_empty()));
    assert_eq!(results[0], results[1], "1 and 2 threads");
    assert_eq!(results[0], results[2], "1 and 8 threads");
}

/// All rows of the latest run in the order of the file, without the run's id.
fn rows_without_run(bench: &Bench, table: &str) -> Vec<String> {
    let rows = bench.query(&format!("SELECT * FROM {table}"));
    rows.into_iter()
        .map(|mut row| {
            row.as_object_mut().unwrap().remove("run_id");
            row.to_string()
        })
        .collect()
}
