//! Nothing is lost: a scan killed anywhere is continued, and ends with the findings of an undisturbed one.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use crate::harness::Bench;

/// Five shards of many small files, which are quicker to write than few large ones.
const FILES: usize = 4_500;

fn lay_out(bench: &Bench) {
    for index in 0..FILES {
        let text = format!("row {index}: write to person{index}@initech-{}.example.org about order {}\n", index % 7, index * 31);
        bench.put(format!("d{:02}/f{index:05}.txt", index % 50), text);
    }
}

fn findings(bench: &Bench) -> Vec<String> {
    let rows = bench.query("SELECT * FROM findings ORDER BY finding_id");
    rows.into_iter()
        .map(|mut row| {
            row.as_object_mut().unwrap().remove("run_id");
            row.to_string()
        })
        .collect()
}

/// Committed shards by file, with the time they were committed: a shard read twice would be committed twice.
fn commits(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let Ok(runs) = fs::read_dir(bench.out().join("_commits")) else { return BTreeMap::new() };
    let files = runs.flat_map(|run| fs::read_dir(run.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).map(|path| (path.display().to_string(), fs::read(&path).unwrap_or_default())).collect()
}

#[test]
fn a_scan_killed_twenty_times_ends_like_an_undisturbed_one() {
    let undisturbed = Bench::new();
    lay_out(&undisturbed);
    let started = Instant::now();
    undisturbed.scan(&[]).expect(0);
    let whole = started.elapsed();

    let killed = Bench::new();
    lay_out(&killed);
    let mut seen = BTreeMap::new();
    for attempt in 1..=20_u32 {
        let mut scan = killed.command(killed.scan_args(&["--quiet"])).spawn().unwrap();
        // Spread over the whole length of a scan; which step it hits is left to the machine.
        let until = Instant::now() + whole * (attempt * 7 % 20) / 20 + Duration::from_millis(20);
        while Instant::now() < until && scan.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = scan.kill();
        scan.wait().unwrap();
        let now = commits(&killed);
        for (shard, commit) in &seen {
            assert_eq!(now.get(shard), Some(commit), "a committed shard was written again");
        }
        seen = now;
    }
    killed.scan(&[]).expect(0);
    assert_eq!(findings_by_asset(&killed), findings_by_asset(&undisturbed));
    assert_eq!(findings(&killed).len(), FILES);
    no_file_holds_a_finding_twice(&killed);
}

/// Asset ids depend on where the estate lies, which differs between the two; paths below it do not.
fn findings_by_asset(bench: &Bench) -> Vec<(String, String)> {
    bench.pairs("SELECT a.path, concat(f.class, f.tier, f.count) FROM findings f JOIN assets a USING (asset_id) ORDER BY 1, 2")
}

fn no_file_holds_a_finding_twice(bench: &Bench) {
    let twice = bench.query("SELECT run_id, finding_id FROM findings_all GROUP BY run_id, finding_id HAVING count(*) > 1");
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn an_interrupted_scan_says_so_and_goes_on() {
    let bench = Bench::new();
    lay_out(&bench);
    let scan =
        bench.command(bench.scan_args(&[])).stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    while commits(&bench).is_empty() {
        std::thread::yield_now();
    }
    // The shell's own `kill`: the program is not on every system.
    let interrupted = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", scan.id())]).status().unwrap();
    assert!(interrupted.success());
    let ended = crate::harness::Ended::of(scan.wait_with_output().unwrap()).expect(4);
    assert!(ended.stderr.contains("run the same command again to continue"), "{}", ended.stderr);
    let before = commits(&bench);
    bench.scan(&[]).expect(0);
    let after = commits(&bench);
    assert!(before.iter().all(|(shard, commit)| after.get(shard) == Some(commit)));
    assert_eq!(fs::read_dir(bench.out().join("runs")).unwrap().count(), 1, "the same run was continued");
    assert_eq!(findings(&bench).len(), FILES);
}

#[test]
fn a_changed_estate_begins_a_new_run() {
    let bench = Bench::new();
    bench.put("a.txt", "x");
    bench.scan(&[]).expect(0);
    bench.put("b.txt", "y");
    bench.scan(&[]).expect(0);
    assert_eq!(bench.query("SELECT run_id FROM runs_all").len(), 2);
    assert_eq!(
        bench.pairs("SELECT path FROM assets ORDER BY path"),
        [("a.txt".to_owned(), String::new()), ("b.txt".to_owned(), String::new())]
    );
}
