//! Nothing is silently skipped, and nothing hostile stops a scan.

use std::os::unix::fs::{PermissionsExt, symlink};

use terrier_sim::document::{Member, gzip, zip};

use crate::harness::Bench;

#[test]
fn everything_enumerated_has_a_row() {
    let bench = Bench::new();
    bench.put("a.txt", "plain");
    bench.put("empty", "");
    bench.put("old.bak", "x");
    bench.put("large.txt", vec![b'x'; 3_000]);
    bench.put("broken.zip", &zip(&[Member::new("m.txt", vec![b'm'; 500])])[..60]);
    symlink("a.txt", bench.estate().join("link")).unwrap();
    bench.scan(&["--exclude", "*.bak", "--max-object-size", "2K"]).expect(3);
    bench.expect_coverage(&[
        ("a.txt", "full"),
        ("broken.zip", "damaged"),
        ("empty", "full"),
        ("large.txt", "too_large"),
        ("link", "not_a_file"),
        ("old.bak", "excluded"),
    ]);
}

#[test]
fn what_lies_beside_a_zip_is_not_skipped() {
    let bench = Bench::new();
    let archive = zip(&[Member::new("m.txt", "plain")]);
    bench.put("ordinary.zip", &archive);
    bench.put("note-behind.zip", [&archive[..], b"\nSocial Security number 536-90-4399\n"].concat());
    bench.put("two.zip", archive.repeat(2));
    bench.put("zip-behind.txt", [&b"a line of text\n".repeat(8_000)[..], &archive].concat());
    bench.put("zip-behind-short.txt", [&b"a line of text\n"[..], &archive].concat());
    bench.scan(&[]).expect(0);
    bench.expect_coverage(&[
        ("note-behind.zip", "full"),
        ("note-behind.zip!/m.txt", "full"),
        ("ordinary.zip", "full"),
        ("ordinary.zip!/m.txt", "full"),
        ("two.zip", "unsupported_format"),
        ("two.zip!/m.txt", "full"),
        ("zip-behind-short.txt", "unsupported_format"),
        ("zip-behind.txt", "unsupported_format"),
    ]);
    let found = bench.pairs("SELECT a.path, f.class FROM findings f JOIN assets a USING (asset_id)");
    assert_eq!(found, [("note-behind.zip".to_owned(), "us_ssn".to_owned())]);
}

#[test]
fn text_in_pictures_is_recognised_where_that_is_asked_for() {
    let bench = Bench::new();
    bench.put("scan.png", include_bytes!("../../crates/terrier-extract/tests/extract/scan.png"));
    bench.scan(&["--ocr"]).expect(0);
    bench.expect_coverage(&[("scan.png", "full")]);
    let refused = bench.scan(&["--ocr", "--ocr-lang", "klingon"]);
    assert!(refused.stderr.contains("change --ocr-lang"), "{}", refused.stderr);
    refused.expect(2);

    let without = Bench::new();
    without.put("scan.png", include_bytes!("../../crates/terrier-extract/tests/extract/scan.png"));
    without.scan(&[]).expect(0);
    without.expect_coverage(&[("scan.png", "needs_ocr")]);
}

#[test]
fn what_was_not_read_has_no_label() {
    let bench = Bench::new();
    let picture = Member::new("a.png", b"\x89PNG\r\n\x1A\n\0\0");
    let text = Member::new("b.txt", "Social Security number 536-90-4399");
    bench.put("a.png", &picture.bytes);
    bench.put("empty", "");
    bench.put("empty.zip", zip(&[]));
    bench.put("plain.txt", "plain");
    bench.put("pictures.zip", zip(std::slice::from_ref(&picture)));
    bench.put("nested.zip", zip(&[Member::new("inner.zip", zip(std::slice::from_ref(&picture)))]));
    bench.put("mixed.zip", zip(&[picture, text]));
    bench.scan(&[]).expect(0);
    let labels = bench.pairs("SELECT path, coalesce(sensitivity, '-') FROM assets ORDER BY path");
    let labels: Vec<_> = labels.iter().map(|(path, label)| (path.as_str(), label.as_str())).collect();
    assert_eq!(
        labels,
        [
            ("a.png", "-"),
            ("empty", "public"),
            ("empty.zip", "public"),
            ("mixed.zip", "restricted"),
            ("mixed.zip!/a.png", "-"),
            ("mixed.zip!/b.txt", "restricted"),
            ("nested.zip", "-"),
            ("nested.zip!/inner.zip", "-"),
            ("nested.zip!/inner.zip!/a.png", "-"),
            ("pictures.zip", "-"),
            ("pictures.zip!/a.png", "-"),
            ("plain.txt", "public"),
        ]
    );
    let shown = bench.run(["show", "--asset", "a.png", "--findings", bench.out().to_str().unwrap()]).expect(0);
    assert!(shown.stdout.contains("label     –"), "{}", shown.stdout);
    let shown = bench.run(["show", "--asset", "a.png", "--findings", bench.out().to_str().unwrap(), "--format", "json"]).expect(0);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["sensitivity"], &shown["regulations"]), (&serde_json::Value::Null, &serde_json::json!([])));
}

#[test]
fn a_fifo_and_a_forbidden_file_do_not_stop_a_scan() {
    let bench = Bench::new();
    bench.put("good.txt", "mail jane.roe@initech.example.org");
    bench.put("forbidden.txt", "x");
    std::process::Command::new("mkfifo").arg(bench.estate().join("pipe")).status().unwrap();
    std::fs::set_permissions(bench.estate().join("forbidden.txt"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read anything, so only an ordinary user sees the denial.
    let is_root = std::fs::read(bench.estate().join("forbidden.txt")).is_ok();
    bench.scan(&[]).expect(if is_root { 0 } else { 3 });
    bench.expect_coverage(&[("forbidden.txt", if is_root { "full" } else { "denied" }), ("good.txt", "full"), ("pipe", "not_a_file")]);
}

#[test]
fn bombs_end_at_a_limit() {
    let bench = Bench::new();
    let zeros = vec![0; 100 << 20];
    bench.put("bomb.gz", gzip(&gzip(&zeros)));
    bench.put("bomb.zip", zip(&[Member::new("zeros", zeros)]));
    let mut nested = b"core".to_vec();
    for _ in 0..40 {
        nested = zip(&[Member::new("inner.zip", nested)]);
    }
    bench.put("nested.zip", nested);
    bench.scan(&[]).expect(0);
    let reasons = bench.pairs("SELECT DISTINCT coverage_reason, '' FROM assets WHERE coverage_reason IS NOT NULL ORDER BY 1");
    let reasons: Vec<_> = reasons.iter().map(|(reason, _)| reason.as_str()).collect();
    assert!(reasons.contains(&"ratio_limit") && reasons.contains(&"depth_limit"), "{reasons:?}");
}

#[test]
fn names_of_every_kind_are_kept_apart() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    for name in [&b"latin-\xe9.txt"[..], b"new\nline", b"back\\slash", "emoji-\u{1f600}".as_bytes(), b" space ", b"%2F", b"a+b"] {
        bench.put(std::ffi::OsStr::from_bytes(name), "x");
    }
    bench.scan(&[]).expect(0);
    bench.expect_coverage(&[
        (" space ", "full"),
        ("%2F", "full"),
        ("a+b", "full"),
        ("back\\\\slash", "full"),
        ("emoji-\u{1f600}", "full"),
        ("latin-\\xe9.txt", "full"),
        ("new\\u{a}line", "full"),
    ]);
}

#[test]
fn the_findings_are_never_scanned() {
    let bench = Bench::new();
    bench.put("a.txt", "x");
    let inside = bench.estate().join("findings");
    for _ in 0..2 {
        bench.run(["scan", bench.estate().to_str().unwrap(), "--out", inside.to_str().unwrap()]).expect(0);
    }
    let rows = bench.run(["query", "SELECT path FROM assets", "--findings", inside.to_str().unwrap(), "--format", "csv"]).expect(0);
    assert_eq!(rows.stdout, "path\na.txt\n");
}

#[test]
fn an_sqlite_file_is_a_target_by_its_scheme() {
    let bench = Bench::new();
    let file = bench.path("app.db");
    let make = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('CREATE TABLE people (email TEXT)'); \
                db.execute(\"INSERT INTO people VALUES ('a@initech.example.org')\"); db.commit()";
    let made = std::process::Command::new(terrier_faults::test_program("python")).args(["-c", make]).arg(&file).status().unwrap();
    assert!(made.success());
    let target = format!("sqlite:{}", file.display());
    bench.run(["scan", &target, "--out", bench.out().to_str().unwrap(), "--key-file", bench.path("key").to_str().unwrap()]).expect(0);
    let found = bench.pairs("SELECT a.path, f.class FROM findings f JOIN assets a USING (asset_id)");
    assert_eq!(found, [("app.db!/people".to_owned(), "email".to_owned())]);
}
