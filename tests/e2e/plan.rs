//! A plan is written once and run in parts, by processes that may die or be twins, and its run is exact.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use terrier_sim::estate::{Scale, write_folder};

use crate::determinism::TABLES;
use crate::harness::{Bench, Ended};

/// Enough for some shards.
const FILES: usize = 3_200;

fn lay_out(bench: &Bench) {
    lay_out_files(bench, FILES);
}

fn lay_out_files(bench: &Bench, files: usize) {
    for index in 0..files {
        bench.put(format!("d{:02}/f{index:05}.txt", index % 40), format!("write to person{index}@initech.example.org\n"));
    }
}

fn plan(bench: &Bench, more: &[&str]) -> Ended {
    let (estate, plan, out, key) = (bench.estate(), bench.path("plan"), bench.out(), bench.path("key"));
    let [estate, plan, out, key] = [&estate, &plan, &out, &key].map(|path| path.to_str().unwrap());
    bench.run(["plan", estate, "--out", plan, "--findings", out, "--key-file", key].iter().chain(more))
}

fn part_args(bench: &Bench, shard: &str) -> Vec<String> {
    let (plan, out, key) = (bench.path("plan"), bench.out(), bench.path("key"));
    let [plan, out, key] = [&plan, &out, &key].map(|path| path.to_str().unwrap());
    ["scan", "--plan", plan, "--shard", shard, "--out", out, "--key-file", key].map(str::to_owned).to_vec()
}

#[test]
fn parts_come_to_what_one_scan_comes_to() {
    let bench = Bench::new();
    write_folder(13, Scale::Small, &bench.estate()).unwrap();
    lay_out(&bench);
    bench.scan(&[]);
    let whole = TABLES.map(|table| bench.sorted_rows(table));
    plan(&bench, &["--full"]).expect(0);
    // Out of order, one of them twice.
    for shard in ["2/3", "0/3", "2/3"] {
        assert_eq!(bench.run(part_args(&bench, shard)).expect(0).stdout, "");
    }
    let last = bench.run(part_args(&bench, "1/3"));
    assert!(last.stdout.contains("Covered"), "{}", last.stderr);
    for (table, whole) in TABLES.iter().zip(whole) {
        assert_eq!(bench.sorted_rows(table), whole, "{table}");
    }
    assert!(!bench.path("plan/plan.json").exists(), "a plan is gone when its run is complete");
    let late = bench.run(part_args(&bench, "0/3")).expect(0);
    assert!(late.stderr.contains("nothing is left to do"), "{}", late.stderr);
    let verified = bench.run(["verify", "--findings", bench.out().to_str().unwrap()]).expect(0);
    assert!(verified.stdout.contains("as committed"), "{}", verified.stdout);
}

#[test]
fn parts_that_die_and_parts_that_are_twins_are_exact() {
    let bench = Bench::new();
    lay_out(&bench);
    plan(&bench, &[]).expect(0);
    for shard in ["0/4", "1/4", "2/4", "3/4"] {
        let mut killed = bench.command(part_args(&bench, shard)).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150));
        let _ = killed.kill();
        killed.wait().unwrap();
    }
    let twins: Vec<_> = ["0/4", "1/4", "2/4", "3/4", "0/4", "2/4"]
        .into_iter()
        .map(|shard| bench.command(part_args(&bench, shard).into_iter().chain(["--keep-plan".to_owned()])).spawn().unwrap())
        .collect();
    for mut twin in twins {
        assert!(twin.wait().unwrap().success());
    }
    assert_eq!(bench.query("SELECT * FROM findings").len(), FILES);
    assert_eq!(bench.query("SELECT asset_id FROM assets GROUP BY asset_id HAVING count(*) > 1").len(), 0);
    bench.run(["verify", "--findings", bench.out().to_str().unwrap()]).expect(0);
}

/// Counts the files below a folder.
fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// Kills a process once something has come about, or finds that it ended before.
fn kill_when(mut process: Child, has_come_about: impl Fn() -> bool) {
    while !has_come_about() && process.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = process.kill();
    process.wait().unwrap();
}

#[test]
fn eight_indexes_of_a_job_of_which_some_are_killed_and_some_have_twins_are_exact() {
    const MANY: usize = 9_400;
    let bench = Bench::new();
    lay_out_files(&bench, MANY);
    let planned = plan(&bench, &[]).expect(0);
    assert!(planned.stdout.contains("10 shards"), "{}", planned.stdout);
    let index = |engine: &str, index: usize| {
        let args = part_args(&bench, "auto/8").into_iter().chain(["--keep-plan".to_owned()]);
        bench.command(args).env(engine, index.to_string()).spawn().unwrap()
    };
    const KUBERNETES: &str = "JOB_COMPLETION_INDEX";
    const BATCH: &str = "AWS_BATCH_JOB_ARRAY_INDEX";
    let (attempts, commits) = (bench.out().join("_attempts"), bench.out().join("_commits"));
    // Killed as its first shard is being written, which is before it is committed; and right after it was.
    kill_when(index(KUBERNETES, 0), || files_below(&attempts) > 0);
    let before = files_below(&commits);
    kill_when(index(BATCH, 1), || files_below(&commits) > before);
    kill_when(index(KUBERNETES, 2), || files_below(&commits) > before + 1);
    // All of them, started again by their engine, and two that it takes for dead although they live.
    let running: Vec<_> =
        [0, 1, 2, 3, 4, 5, 6, 7, 4, 1].map(|number| index(if number % 2 == 0 { KUBERNETES } else { BATCH }, number)).into();
    for mut process in running {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(bench.query("SELECT * FROM findings").len(), MANY);
    assert_eq!(bench.query("SELECT DISTINCT asset_id FROM assets").len(), MANY);
    assert_eq!(bench.query("SELECT * FROM assets").len(), MANY);
    bench.run(["verify", "--findings", bench.out().to_str().unwrap()]).expect(0);
    let nowhere = bench.run(part_args(&bench, "auto/8")).expect(2);
    assert!(nowhere.stderr.contains("JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX"), "{}", nowhere.stderr);
}

#[test]
fn a_plan_is_for_its_owner_and_says_what_it_amounts_to() {
    let bench = Bench::new();
    lay_out(&bench);
    let planned = plan(&bench, &["--core-rate", "1M", "--cores", "2"]).expect(0);
    assert!(planned.stdout.contains("Would read   3,200 of 3,200 objects") && planned.stdout.contains("Forecast"), "{}", planned.stdout);
    assert!(planned.stdout.contains("4 shards"), "{}", planned.stdout);
    let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("plan"), mode("plan/plan.json"), mode("plan/assets/000000.parquet")), (0o700, 0o600, 0o600));
    assert!(plan(&bench, &[]).expect(2).stderr.contains("there is a plan at"));
    let other = bench.run(part_args(&bench, "0/2").iter().map(String::as_str).chain(["--extended-rules"])).expect(2);
    assert!(other.stderr.contains("other rules"), "{}", other.stderr);
    let nowhere = bench.run(["scan", "--plan", "nowhere"]).expect(2);
    assert!(nowhere.stderr.contains("plan at nowhere"), "{}", nowhere.stderr);
}

#[test]
fn what_was_changed_after_the_commit_is_noticed() {
    let bench = Bench::new();
    lay_out(&bench);
    bench.scan(&[]).expect(0);
    let run = fs::read_dir(bench.out().join("findings")).unwrap().next().unwrap().unwrap().path();
    let file = run.join("000001.parquet");
    let mut content = fs::read(&file).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::write(&file, content).unwrap();
    fs::remove_file(run.join("000002.parquet")).unwrap();
    fs::copy(run.join("000000.parquet"), run.join("000009.parquet")).unwrap();
    let verified = bench.run(["verify", "--findings", bench.out().to_str().unwrap()]).expect(2).stdout;
    for problem in ["000001.parquet is not what was committed", "000002.parquet is missing", "000009.parquet was not committed by anybody"]
    {
        assert!(verified.contains(problem), "{problem}: {verified}");
    }
}
