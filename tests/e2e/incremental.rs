//! A second scan reads what is new or has changed, takes over the rest, and comes to what a full scan comes to.

use std::fs;

use terrier_faults::S3Server;
use terrier_sim::estate::{Scale, write_folder};

use crate::determinism::TABLES;
use crate::harness::Bench;

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";

/// What the latest run read of the stores, and what it took over.
fn read_and_unchanged(bench: &Bench) -> (String, String) {
    let unchanged = "(SELECT count(*) FROM assets WHERE read_in IS NOT NULL AND parent_id IS NULL)";
    bench.pairs(&format!("SELECT bytes_read, {unchanged} FROM runs")).remove(0)
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let bench = Bench::new();
    write_folder(12, Scale::Small, &bench.estate()).unwrap();
    bench.scan(&[]);
    let first = TABLES.map(|table| bench.rows(table));
    let objects = bench.pairs("SELECT count(*) FROM assets WHERE parent_id IS NULL").remove(0).0;
    let second = bench.scan(&[]);
    assert!(second.stdout.contains("objects since the last scan, not read again"), "{}", second.stdout);
    let (bytes_read, unchanged) = read_and_unchanged(&bench);
    assert_eq!((bytes_read.as_str(), &unchanged), ("0", &objects));
    for (table, (first, second)) in TABLES.iter().zip(first.iter().zip(TABLES.map(|table| bench.rows(table)))) {
        assert_eq!(first, &second, "{table}");
    }
    let third = bench.scan(&["--full"]);
    assert!(!third.stdout.contains("not read again"), "{}", third.stdout);
    assert_eq!(read_and_unchanged(&bench).1, "0");
}

#[test]
fn what_changed_came_or_went_is_told() {
    let bench = Bench::new();
    bench.put("same.txt", CARD);
    bench.put("changed.txt", "nothing yet");
    bench.put("gone.txt", CARD);
    bench.scan(&[]).expect(0);
    bench.put("changed.txt", CARD.repeat(2));
    bench.put("new.txt", CARD);
    fs::remove_file(bench.estate().join("gone.txt")).unwrap();
    let second = bench.scan(&[]).expect(0);
    assert!(second.stdout.contains("Covered   3 of 3 objects"), "{}", second.stdout);
    let how =
        "SELECT path, concat(coalesce(coverage_reason, coverage_method), CASE WHEN read_in IS NULL THEN '' ELSE ' before' END) FROM assets";
    let expect = [("changed.txt", "full"), ("gone.txt", "deleted"), ("new.txt", "full"), ("same.txt", "full before")];
    assert_eq!(bench.pairs(&format!("{how} ORDER BY path")), expect.map(|(path, how)| (path.to_owned(), how.to_owned())));
    let found = bench.pairs("SELECT a.path, f.count FROM findings f JOIN assets a USING (asset_id) ORDER BY 1");
    assert_eq!(found, [("changed.txt", "2"), ("new.txt", "1"), ("same.txt", "1")].map(|(path, count)| (path.to_owned(), count.to_owned())));
    bench.scan(&[]).expect(0);
    assert_eq!(bench.pairs("SELECT count(*) FROM assets WHERE deleted").remove(0).0, "0", "what is gone is told once");
}

/// A relative path is another folder elsewhere, of which nothing is gone.
#[test]
fn a_folder_of_the_same_name_elsewhere_is_another_one() {
    let bench = Bench::new();
    for place in ["here", "there"] {
        fs::create_dir_all(bench.path(place).join("data")).unwrap();
        fs::write(bench.path(place).join("data").join(format!("{place}.txt")), CARD).unwrap();
        let (out, key) = (bench.out(), bench.path("key"));
        let args = ["scan", "data", "--out", out.to_str().unwrap(), "--key-file", key.to_str().unwrap()];
        assert!(bench.command(args).current_dir(bench.path(place)).output().unwrap().status.success());
    }
    bench.expect_coverage(&[("there.txt", "full")]);
}

#[test]
fn what_is_renamed_or_copied_in_a_bucket_is_not_read_again() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("bucket");
    server.put("bucket", "old/a.txt", CARD);
    let target = ["s3://bucket", "--endpoint-url", server.endpoint()];
    let scan = || bench.run(["scan", "--out", "findings", "--key-file", "key"].iter().chain(&target)).expect(0);
    scan();
    server.put("bucket", "new/b.txt", CARD);
    scan();
    let found = bench.pairs("SELECT a.path, f.finding_id FROM findings f JOIN assets a USING (asset_id) ORDER BY 1");
    assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["new/b.txt", "old/a.txt"]);
    assert_ne!(found[0].1, found[1].1, "each has findings of its own");
    assert_eq!(read_and_unchanged(&bench), ("0".to_owned(), "2".to_owned()));
}

fn pack(sensitivity: &str, digits: &str) -> String {
    let examples = "['BDG-104233', 'BDG-104234', 'BDG-104235', 'BDG-104236', 'BDG-104237']";
    format!(
        "pack: badge\nclasses:\n  - {{id: badge, name: Badge number, category: personal, sensitivity: {sensitivity}}}\nrules:\n  - id: badge.number\n    \
         class: badge\n    description: A badge of ours\n    pattern: '\\bBDG-{digits}\\b'\n    prior: 6.0\n    checksum: none\n    examples: {examples}\n    \
         counter_examples: ['BDG-1', 'BDG-2', 'BDG-3', 'BDG-4', 'BDG-5']\n    references: ['https://badges.example.org']\n"
    )
}

#[test]
fn labels_follow_new_rules_without_reading_and_patterns_do_not() {
    let bench = Bench::new();
    fs::create_dir(bench.path("rules")).unwrap();
    let write = |sensitivity, digits| fs::write(bench.path("rules/badge.yaml"), pack(sensitivity, digits)).unwrap();
    bench.put("a.txt", "the badge BDG-104233\n");
    let label = || bench.pairs("SELECT sensitivity, bytes_read FROM assets").remove(0).0;
    write("internal", "[0-9]{6}");
    bench.scan(&["--rules", "rules"]).expect(0);
    assert_eq!(label(), "internal");
    write("restricted", "[0-9]{6}");
    bench.scan(&["--rules", "rules"]).expect(0);
    assert_eq!((label().as_str(), read_and_unchanged(&bench).0.as_str()), ("restricted", "0"));
    write("restricted", "1[0-9]{5}");
    let third = bench.scan(&["--rules", "rules"]).expect(0);
    assert!(third.stderr.contains("everything is read again") && third.stderr.contains("other rules"), "{}", third.stderr);
    assert_ne!(read_and_unchanged(&bench).0, "0");
}

#[test]
fn what_could_not_be_read_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.put("locked.txt", CARD);
    let mode = |mode| fs::set_permissions(bench.estate().join("locked.txt"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o000);
    if fs::read(bench.estate().join("locked.txt")).is_ok() {
        eprintln!("skipped: this user reads everything");
        return;
    }
    bench.scan(&[]).expect(3);
    mode(0o644);
    bench.scan(&[]).expect(0);
    bench.expect_coverage(&[("locked.txt", "full")]);
}
