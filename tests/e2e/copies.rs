//! Copies and near copies are told, wherever they lie.

use crate::harness::Bench;

fn lines(from: usize, to: usize) -> String {
    (from..to).map(|line| format!("entry {line}: delivered to the warehouse\n")).collect()
}

#[test]
fn copies_and_near_copies_are_told() {
    let bench = Bench::new();
    bench.put("a/report.txt", lines(0, 500));
    bench.put("b/copy of report.txt", lines(0, 500));
    bench.put("c/report-2.txt", lines(0, 520));
    bench.put("d/other.txt", lines(9_000, 9_500));
    bench.scan(&[]).expect(0);
    let shown = bench.run(["show", "--copies", "--findings", bench.out().to_str().unwrap()]).expect(0).stdout;
    let estate = bench.estate();
    let place = |path: &str| format!("file://{}/{path}", estate.display());
    let (equal, near) = shown.split_once("Nearly alike").unwrap();
    assert!(
        equal.starts_with("2 × ") && equal.contains(&place("a/report.txt")) && equal.contains(&place("b/copy of report.txt")),
        "{shown}"
    );
    assert!(near.contains(&place("c/report-2.txt")) && !shown.contains("d/other.txt"), "{shown}");
}
