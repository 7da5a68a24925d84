//! What `terrier explain` says of findings, and of assets without any.

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use terrier_sim::document::{Member, zip};

use crate::harness::{Bench, Ended};

fn explain(bench: &Bench, args: &[&str]) -> Ended {
    bench.run(["explain", "--findings", bench.out().to_str().unwrap()].iter().chain(args))
}

/// Checks what is said of an asset, but for the lines that differ from run to run: where it lies, its id, the run.
#[track_caller]
fn check(bench: &Bench, asset: &str, expect: Expect) {
    let told = explain(bench, &[asset]).expect(0).stdout;
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].ends_with(asset) && lines[1].starts_with("  id  ") && lines[2].starts_with("  run  "), "{told}");
    expect.assert_eq(&lines[3..].iter().map(|line| format!("{}\n", outdented(line))).collect::<String>());
}

/// Snapshots cannot hold an indent that all lines have.
fn outdented(line: &str) -> &str {
    line.strip_prefix("  ").unwrap_or(line)
}

fn explain_json(bench: &Bench, asset: &str) -> Value {
    serde_json::from_str(&explain(bench, &[asset, "--format", "json"]).expect(0).stdout).unwrap()
}

/// Numbers of the form of a US Social Security number, under a header that says so.
fn people() -> String {
    (0..12).fold("id,ssn\n".to_owned(), |rows, row| format!("{rows}{row},536-{:02}-{:04}\n", 10 + row, 4_399 + row * 37))
}

#[test]
fn a_finding_in_text_is_explained() {
    let bench = Bench::new();
    bench.put("card.txt", "two lines\n4539 5787 6362 1486\n");
    bench.put("birth.txt", "birth date of the applicant is 1984-02-29\n");
    bench.scan(&[]).expect(0);
    check(
        &bench,
        "card.txt",
        expect![[r#"
          read      in full; 30 B, text
          label     restricted
                    Payment card number found once: restricted, covered by CCPA, GDPR, GLBA, PCI DSS, UK GDPR, US breach laws.

          Payment card number (payment_card)  high 0.971
            found     once: 1 high, 0 medium, 0 low, 0 test; about 1 distinct
            places    line 2
            rules     payment_card.grouped: A card number printed in groups, as on the card.
            evidence   +0.50  pattern          the value has the form that the rule describes; the weight is the rule's prior
                       +3.00  checksum_strong  the validator finds the value valid, which few random values of the form are
                       +3.50  sum              in log-odds; 1 / (1 + e^-3.50) = 0.971, the confidence
            tier      high, 0.50 above 3.0, where high begins
                      without checksum_strong (+3.00) it would be medium
            label     counts
    "#]],
    );
    check(
        &bench,
        "birth.txt",
        expect![[r#"
          read      in full; 42 B, text
          label     public

          Date of birth (date_of_birth)  medium 0.818
            found     once: 0 high, 1 medium, 0 low, 0 test; about 1 distinct
            places    line 1
            rules     date_of_birth.numeric: A calendar date in digits; only where the context speaks of birth.
            evidence   -2.00  pattern         the value has the form that the rule describes; the weight is the rule's prior
                       +3.50  keyword_nearby  a keyword of the rule stands within 60 characters
                       +1.50  sum             in log-odds; 1 / (1 + e^-1.50) = 0.818, the confidence
            tier      medium, 1.50 above 0.0, where medium begins, and 1.50 below 3.0, where high begins
                      without keyword_nearby (+3.50) it would not be reported
            label     does not count: that takes the high tier
    "#]],
    );
}

#[test]
fn a_column_is_explained() {
    let bench = Bench::new();
    bench.put("people.csv", people());
    bench.scan(&[]).expect(0);
    check(
        &bench,
        "people.csv",
        expect![[r#"
          read      in full; 177 B, 12 records, csv
          label     restricted
                    US Social Security number found 12 times: restricted, covered by CCPA, GLBA, US breach laws.

          US Social Security number (us_ssn)  high 1.000
            found     12 times: 12 high, 0 medium, 0 low, 0 test; about 12 distinct
            places    records 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 of ssn; later places are not kept
            columns   ssn is of this class as a whole: 100.0 % of 12 values pass; confidence 1.000
            rules     us_ssn.dashed: A Social Security number with dashes.
            evidence   -0.50  pattern           the value has the form that the rule describes; the weight is the rule's prior
                       +1.00  checksum_weak     the validator finds the value valid, which a fair share of random values of the form are
                       +5.00  field_name        the column's name, or the key before the value, is one of the rule's fields
                       +4.00  column_pass_rate  nearly all values of the column pass the rule, far more than chance explains; scaled by the share
                       +9.50  sum               in log-odds; 1 / (1 + e^-9.50) = 1.000, the confidence
            tier      high, 6.50 above 3.0, where high begins
                      no single piece of evidence beside the pattern decides
            label     counts
    "#]],
    );
}

#[test]
fn what_speaks_against_a_value_is_named() {
    let bench = Bench::new();
    bench.put("path.txt", "see files/4539-5787-6362-1486/inbox\n");
    bench.put("mixed.txt", "credit card 4111 1111 1111 1111\nor 4539578763621486 and 4539578763621486\n");
    bench.put("test.txt", "credit card 4111 1111 1111 1111\n");
    bench.scan(&[]).expect(0);
    check(
        &bench,
        "path.txt",
        expect![[r#"
          read      in full; 36 B, text
          label     public

          Payment card number (payment_card)  medium 0.818
            found     once: 0 high, 1 medium, 0 low, 0 test; about 1 distinct
            places    line 1
            rules     payment_card.grouped: A card number printed in groups, as on the card.
            evidence   +0.50  pattern          the value has the form that the rule describes; the weight is the rule's prior
                       +3.00  checksum_strong  the validator finds the value valid, which few random values of the form are
                       -2.00  inside_path      the value is a part of a path or of an address
                       +1.50  sum              in log-odds; 1 / (1 + e^-1.50) = 0.818, the confidence
            tier      medium, 1.50 above 0.0, where medium begins, and 1.50 below 3.0, where high begins
                      without checksum_strong (+3.00) it would be low
                      without inside_path (-2.00) it would be high
            label     does not count: that takes the high tier
    "#]],
    );
    check(
        &bench,
        "mixed.txt",
        expect![[r#"
          read      in full; 73 B, text
          label     restricted
                    Payment card number found 2 times: restricted, covered by CCPA, GDPR, GLBA, PCI DSS, UK GDPR, US breach laws.

          Payment card number (payment_card)  high 0.996
            found     3 times: 2 high, 0 medium, 0 low, 1 test; about 2 distinct
            places    lines 1, 2
            rules     payment_card.grouped: A card number printed in groups, as on the card.
                      payment_card.plain: A card number of 14 to 19 digits without separators.
            evidence   -1.00  pattern          the value has the form that the rule describes; the weight is the rule's prior
                       +3.00  checksum_strong  the validator finds the value valid, which few random values of the form are
                       +3.50  keyword_nearby   a keyword of the rule stands within 60 characters
                       +5.50  sum              in log-odds; 1 / (1 + e^-5.50) = 0.996, the confidence
            tier      high, 2.50 above 3.0, where high begins
                      without checksum_strong (+3.00) it would be medium
                      without keyword_nearby (+3.50) it would be medium
            label     counts; known test values (1) do not
    "#]],
    );
    check(
        &bench,
        "test.txt",
        expect![[r#"
            read      in full; 32 B, text
            label     public

            Payment card number (payment_card)  high 1.000
              found     once: 0 high, 0 medium, 0 low, 1 test; about 1 distinct
              places    line 1
              rules     payment_card.grouped: A card number printed in groups, as on the card.
              evidence   +0.50  pattern          the value has the form that the rule describes; the weight is the rule's prior
                         +3.00  checksum_strong  the validator finds the value valid, which few random values of the form are
                         +5.00  field_name       the column's name, or the key before the value, is one of the rule's fields
                         +0.00  test_value       the value is a known test value; it is kept and marked
                         +8.50  sum              in log-odds; 1 / (1 + e^-8.50) = 1.000, the confidence
              tier      high, 5.50 above 3.0, where high begins
                        no single piece of evidence beside the pattern decides
              label     does not count: all are known test values (a card number that payment providers publish for tests)
        "#]],
    );
}

#[test]
fn it_says_why_there_is_no_finding() {
    let bench = Bench::new();
    let picture = Member::new("a.png", b"\x89PNG\r\n\x1A\n\0\0");
    bench.put("plain.txt", "nothing of interest\n");
    bench.put("a.png", &picture.bytes);
    bench.put("old.bak", "x");
    bench.put("broken.zip", b"PK\x03\x04 and no more");
    let archive = zip(&[picture, Member::new("m.txt", "card number 4539 5787 6362 1486")]);
    bench.put("behind.txt", [b"a line of text\n", &archive[..]].concat());
    bench.put("archive.zip", archive);
    bench.scan(&["--exclude", "*.bak"]).expect(3);
    let mut told = String::new();
    for asset in ["plain.txt", "a.png", "old.bak", "broken.zip", "behind.txt", "archive.zip"] {
        let shown = explain(&bench, &[asset]).expect(0).stdout;
        // The sizes of archives are not what is tested.
        let line = |line: &str| format!("{}\n", outdented(if line.starts_with("  read") { line.split(';').next().unwrap() } else { line }));
        told.extend(shown.lines().skip(3).map(line));
        told.push('\n');
    }
    expect![[r#"
          read      in full
          label     public

          Nothing was found. All of it was read, and nothing in it is likely enough even for the low tier.

          read      not at all: needs character recognition (OCR)
          label     –

          It was not read, so what is in it is not known: needs character recognition (OCR). That is a choice or a limit, and no failure of the run.

          read      not at all: left out by --include/--exclude
          label     –

          It was not read, so what is in it is not known: left out by --include/--exclude. That is a choice or a limit, and no failure of the run.

          read      not at all: content is damaged
          label     –

          It was not read, so what is in it is not known: content is damaged. It should have been read, and the run counts as incomplete: remove the cause and scan again.

          read      in part: no extractor for this format
          label     public

          Nothing was found in what was read of it; what is in the rest is not known: no extractor for this format. That is a choice or a limit, and no failure of the run.

          read      in full
          label     restricted
                    a member: Payment card number found once: restricted, covered by CCPA, GDPR, GLBA, PCI DSS, UK GDPR, US breach laws.

          Nothing was found beside its members.

          2 members, each explained by its own name; the most sensitive first
            restricted   archive.zip!/m.txt
            –            archive.zip!/a.png

    "#]]
    .assert_eq(&told);
    let told = explain_json(&bench, "broken.zip");
    assert_eq!((&told["coverage"], &told["reason"], &told["findings"]), (&json!("not_scanned"), &json!("damaged"), &json!([])));
    assert!(told["nothing_found"].as_str().unwrap().contains("should have been read"), "{told}");
}

#[test]
fn json_holds_what_a_program_needs() {
    let bench = Bench::new();
    bench.put("people.csv", people());
    bench.scan(&[]).expect(0);
    let told = explain_json(&bench, "people.csv");
    let finding = &told["findings"][0];
    assert_eq!((&finding["class"], &finding["tier"], &finding["count_high"]), (&json!("us_ssn"), &json!("high"), &json!(12)));
    assert_eq!(finding["tiers"], json!({ "high": 3.0, "medium": 0.0, "low": -3.0 }));
    assert_eq!(finding["rules"][0]["id"], "us_ssn.dashed");
    assert!(finding["rules"][0]["description"].as_str().is_some_and(|description| !description.is_empty()));
    assert_eq!((&finding["columns"][0]["name"], &finding["columns"][0]["pass_rate"]), (&json!("ssn"), &json!(1.0)));
    assert_eq!(finding["places"][0], json!({ "kind": "record", "number": 0, "column": "ssn" }));
    let evidence = finding["evidence"].as_array().unwrap();
    let sum: f64 = evidence.iter().map(|piece| piece["weight"].as_f64().unwrap()).sum();
    assert!((sum - finding["sum"].as_f64().unwrap()).abs() < 0.001, "{finding}");
    assert!(evidence.iter().all(|piece| piece["meaning"].is_string()), "{finding}");
    assert_eq!((&told["rules_of_run"], &told["nothing_found"], &told["records_read"]), (&json!(true), &Value::Null, &json!(12)));
    let lines = explain(&bench, &["people.csv", "people.csv", "--format", "json"]).expect(0).stdout;
    assert_eq!(lines.lines().count(), 2, "an object per asset and line");
}

#[test]
fn what_is_not_there_is_told_with_what_may_have_been_meant() {
    let bench = Bench::new();
    bench.put("hr/payroll.csv", people());
    bench.scan(&[]).expect(0);
    for (asset, told) in
        [("hr/payrol.csv", "near it: `hr/payroll.csv`;"), ("Payroll", "near it: `hr/payroll.csv`;"), ("zzz", "SELECT path FROM assets")]
    {
        let ended = explain(&bench, &[asset]).expect(2);
        assert!(ended.stderr.contains(told) && ended.stderr.contains("terrier query --findings"), "{asset}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    let ended = explain(&bench, &["payroll.csv", "zzz"]).expect(2);
    assert!(ended.stderr.contains("argument 2: no asset"), "{}", ended.stderr);
    let ended = bench.run(["explain", "a.csv"]).expect(2);
    assert!(ended.stderr.contains("terrier scan TARGET"), "{}", ended.stderr);
}

#[test]
fn an_asset_is_explained_by_its_own_name() {
    let bench = Bench::new();
    bench.put("names/ssn_536-90-4399.csv", people());
    bench.scan(&[]).expect(0);
    let told = explain(&bench, &["names/ssn_536-90-4399.csv"]).expect(0).stdout;
    assert!(told.contains("names/ssn_‹us_ssn›.csv"), "{told}");
}

#[test]
fn a_run_with_the_extended_rules_tells_so_itself() {
    let bench = Bench::new();
    bench.put("a.txt", "our key is 4f8a1c2e, IMEI: 490154203237518\n");
    bench.scan(&["--extended-rules"]).expect(0);
    let told = explain_json(&bench, "a.txt");
    assert_eq!(told["rules_of_run"], true);
    assert!(told["findings"].as_array().unwrap().iter().any(|finding| finding["rules"][0]["description"].is_string()), "{told}");
}

#[test]
fn rules_of_ones_own_are_asked_for() {
    let bench = Bench::new();
    let pack = "pack: own\nevidence:\n  tiers: {medium: 1.0, high: 4.0}\n  weights:\n    checksum_strong: {weight: 3.25}\n";
    std::fs::create_dir(bench.path("rules")).unwrap();
    std::fs::write(bench.path("rules/own.yaml"), pack).unwrap();
    bench.put("card.txt", "4539 5787 6362 1486\n");
    bench.scan(&["--rules", "rules"]).expect(0);
    let told = explain(&bench, &["card.txt", "--rules", "rules"]).expect(0).stdout;
    assert!(told.contains("medium, 2.75 above 1.0, where medium begins, and 0.25 below 4.0, where high begins"), "{told}");
    assert!(!told.contains("not those of the run"), "{told}");
    let told = explain(&bench, &["card.txt"]).expect(0).stdout;
    assert!(
        told.contains("not those of the run") && told.contains("medium, as the run recorded it; by the tiers here it would be high"),
        "{told}"
    );
}
