//! What a person types and sees.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use expect_test::expect;

use crate::harness::Bench;

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

#[test]
fn exit_codes_say_what_was_found() {
    let bench = Bench::new();
    bench.put("card.txt", CARD);
    bench.scan(&[]).expect(0);
    bench.scan(&["--fail-on", "high"]).expect(1);
    bench.scan(&["--fail-on", "payment_card"]).expect(1);
    bench.scan(&["--fail-on", "us_ssn,iban:high"]).expect(0);
    bench.scan(&["--fail-on", "no_such_class"]).expect(2);
    bench.put("broken.zip", b"PK\x03\x04 and no more");
    bench.scan(&[]).expect(3);
    bench.scan(&["--fail-on", "high"]).expect(1);
}

#[test]
fn test_values_do_not_fail_a_scan() {
    let bench = Bench::new();
    bench.put("card.txt", "credit card 4111 1111 1111 1111\n");
    bench.scan(&["--fail-on", "low"]).expect(0);
    let rows = bench.pairs("SELECT class, test_value FROM findings");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, "payment_card");
    assert_ne!(rows[0].1, "");
}

#[test]
fn what_cannot_work_says_why() {
    let bench = Bench::new();
    let check = |args: &[&str], expect: &str| {
        let ended = bench.run(args).expect(2);
        assert!(ended.stderr.contains(expect), "{args:?}: {}", ended.stderr);
    };
    check(&["scan", "nowhere"], "nowhere");
    check(&["scan", "estate", "--include", "[a"], "the glob `[a` is malformed");
    check(&["scan", "estate", "--memory", "1M"], "at least 128M");
    check(&["scan", "estate", "estate"], "name each place once");
    check(&["scan", "ftp://host/x"], "scheme is not supported");
    check(&["show", "--findings", "nowhere"], "nowhere");
    check(&["rules", "show", "nothing"], "terrier rules list");
    check(&["scan", "estate", "--rules", "nowhere"], "nowhere");
}

#[test]
fn a_dry_run_reads_nothing() {
    let bench = Bench::new();
    bench.put("a.txt", CARD);
    bench.put("b.bak", CARD);
    let ended = bench.scan(&["--dry-run", "--exclude", "*.bak", "--format", "json"]).expect(0);
    let estimate: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(estimate["assets"], 2);
    assert_eq!(estimate["readable"], 1);
    assert_eq!(estimate["bytes"], CARD.len());
    assert!(!bench.out().exists(), "a dry run writes nothing");
}

#[test]
fn the_summary_is_one_json_object_where_asked() {
    let bench = Bench::new();
    bench.put("a.txt", CARD);
    let ended = bench.scan(&["--format", "json", "--quiet"]).expect(0);
    let summary: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(summary["classes"][0]["class"], "payment_card");
    assert_eq!(summary["classes"][0]["high"], 1);
    assert_eq!(ended.stderr, "");
}

#[test]
fn findings_are_shown_by_asset_and_class() {
    let bench = Bench::new();
    bench.put("deep/card.txt", CARD);
    bench.scan(&[]).expect(0);
    let out = bench.out();
    let show = |what: &[&str]| bench.run(["show", "--findings", out.to_str().unwrap()].iter().chain(what)).expect(0).stdout;
    for what in [&["--asset", "deep/card.txt"][..], &["--class", "payment_card"], &["--worst"], &[]] {
        let shown = show(what);
        assert!(shown.contains("deep/card.txt") && shown.contains("payment_card") || shown.contains("Payment card"), "{what:?}: {shown}");
    }
}

#[test]
fn own_rules_join_the_built_in_ones() {
    let bench = Bench::new();
    let pack = "pack: badge\nclasses:\n  - {id: badge, name: Badge number, category: personal, sensitivity: internal}\nrules:\n  - id: badge.number\n    class: badge\n    description: A badge of ours\n    pattern: '\\bBDG-[0-9]{6}\\b'\n    prior: 6.0\n    checksum: none\n    examples: ['BDG-104233', 'BDG-104234', 'BDG-104235', 'BDG-104236', 'BDG-104237']\n    counter_examples: ['BDG-1', 'BDG-2', 'BDG-3', 'BDG-4', 'BDG-5']\n    references: ['https://badges.example.org']\n";
    fs::create_dir(bench.path("rules")).unwrap();
    fs::write(bench.path("rules/badge.yaml"), pack).unwrap();
    bench.put("a.txt", "lost BDG-104233 in the lobby\n");
    bench.run(["rules", "check", "--rules", "rules"]).expect(0);
    bench.scan(&["--rules", "rules"]).expect(0);
    assert_eq!(bench.pairs("SELECT class FROM findings"), [("badge".to_owned(), String::new())]);

    fs::write(bench.path("rules/badge.yaml"), pack.replace("[0-9]{6}", "[0-9")).unwrap();
    let ended = bench.run(["rules", "check", "--rules", "rules"]).expect(2);
    assert!((ended.stdout + &ended.stderr).contains("badge.yaml:8"), "the line is named");
}

#[test]
fn every_command_explains_itself() {
    let bench = Bench::new();
    for command in
        ["scan", "run", "config", "plan", "verify", "show", "explain", "query", "report", "doctor", "rules", "bench", "eval", "completions"]
    {
        let help = bench.run([command, "--help"]).expect(0).stdout;
        assert!(help.len() > 100, "{command}: {help}");
    }
    expect![[r#"
        Scan folders and buckets, and write what was found as Parquet
        Run a scan that a file describes, unattended: the job of a scheduler
        Check the files of terrier run, and print what may stand in them
        Write down what a scan would read, in shards that any number of processes run
        Check a finished run: every shard committed once, every file as it was committed
        Show what a scan found: the summary, one asset, one class, or the worst assets
        Explain the findings of an asset: evidence, weights, and what decided; or why there
        none
        Ask the findings in SQL
        Write the findings as one HTML page, or as SARIF
        Tell who you are to a target, which needed action is allowed, and what would fail
        List, show and check the rules
        Measure how fast this machine classifies, and what a petabyte would cost
        Score the rules on labelled corpora: precision and recall by class and tier
        Print a completion script for a shell
        Print the manual page, in roff
    "#]]
    .assert_eq(&commands_of(&bench.run(["--help"]).expect(0).stdout));
    assert!(bench.run(["man"]).expect(0).stdout.contains("--fail-on") || bench.run(["man"]).expect(0).stdout.contains("\\-\\-fail\\-on"));
    assert!(bench.run(["completions", "bash"]).expect(0).stdout.contains("terrier"));
}

fn commands_of(help: &str) -> String {
    let lines = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| format!("{}\n", line.trim_start().split_once(' ').unwrap().1.trim_start())).collect()
}

#[test]
fn doctor_tells_who_we_are_and_what_we_may() {
    let bench = Bench::new();
    let told = bench.run(["doctor", "estate"]).expect(0).stdout;
    assert!(told.contains("identity") && told.contains("a scan can run"), "{told}");
    bench.run(["doctor", "nowhere"]).expect(2);
}

#[test]
fn findings_are_kept_apart_from_the_data() {
    let bench = Bench::new();
    bench.put("deep/people.csv", "ssn\n536-90-4399\n");
    let estate = bench.estate();
    let deep = estate.join("deep");
    for (target, out) in [(&estate, &estate), (&deep, &estate), (&deep, &deep)] {
        let ended = bench.run(["scan", target.to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(2);
        assert!(ended.stderr.contains("a place of their own"), "{}", ended.stderr);
    }
    for (target, out) in [("s3://b", "s3://b"), ("s3://b/a/x", "s3://b/a"), ("s3://b/a", "s3://b/a/")] {
        let ended = bench.run(["scan", target, "--out", out, "--endpoint-url", "http://127.0.0.1:9"]).expect(2);
        assert!(ended.stderr.contains("a place of their own"), "{}", ended.stderr);
    }
    bench.run(["scan", deep.to_str().unwrap(), "--out", estate.join("findings").to_str().unwrap()]).expect(0);
    bench.run(["scan", estate.to_str().unwrap(), "--out", estate.join("findings").to_str().unwrap()]).expect(0);
}

#[test]
fn nothing_scanned_does_not_look_like_nothing_found() {
    let bench = Bench::new();
    let empty = bench.path("empty");
    fs::create_dir(&empty).unwrap();
    for command in [&["show"][..], &["show", "--worst"], &["explain", "a.csv"], &["report", "--html", "report.html"]] {
        let ended = bench.run(command.iter().copied().chain(["--findings", empty.to_str().unwrap()])).expect(2);
        assert!(ended.stderr.contains("no finished run"), "{}", ended.stderr);
    }
    let ended = bench.run(["query", "SELECT 1", "--findings", empty.to_str().unwrap()]).expect(0);
    assert!(ended.stderr.contains("no finished run"), "{}", ended.stderr);
    assert!(bench.scan(&["--quiet"]).expect(0).stderr.contains("nothing was scanned"));
}

#[test]
fn reports_go_through_links_and_devices() {
    let bench = Bench::new();
    bench.put("people.csv", "ssn\n536-90-4399\n");
    bench.scan(&[]).expect(0);
    let (file, link) = (bench.path("file.html"), bench.path("link.html"));
    fs::write(&file, "old").unwrap();
    symlink(&file, &link).unwrap();
    let out = bench.out();
    let report = |option: &str, path: &Path| bench.run(["report", option, path.to_str().unwrap(), "--findings", out.to_str().unwrap()]);
    report("--html", &link).expect(0);
    assert!(link.is_symlink() && fs::read_to_string(&file).unwrap().contains("</html>"));
    assert!(report("--sarif", Path::new("/dev/stdout")).expect(0).stdout.contains("sarif"));
    let same = ["report", "--html", "same", "--sarif", "same", "--findings", out.to_str().unwrap()];
    assert!(bench.run(same).expect(2).stderr.contains("the same file"));
}

#[test]
fn an_asset_is_shown_by_its_own_name() {
    let bench = Bench::new();
    bench.put("names/ssn_536-90-4399.csv", "ssn\n536-90-4399\n");
    bench.scan(&[]).expect(0);
    let shown = bench.run(["show", "--asset", "names/ssn_536-90-4399.csv", "--findings", bench.out().to_str().unwrap()]).expect(0);
    assert!(shown.stdout.contains("names/ssn_‹us_ssn›.csv"), "{}", shown.stdout);
}

#[test]
fn too_many_threads_are_refused() {
    let bench = Bench::new();
    assert!(bench.scan(&["--threads", "1000"]).expect(2).stderr.contains("at most 256"));
}
