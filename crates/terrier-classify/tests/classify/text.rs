use proptest::prelude::*;
use terrier_model::{PlaceKind, Sensitivity, Tier};

use crate::{classify, classify_cut, finding};

#[test]
fn a_value_with_context_is_sure() {
    let found = classify("first line\nSSN: 536-90-4399\n");
    let finding = finding(&found, "us_ssn").unwrap();
    assert_eq!((finding.tier, finding.count, finding.count_high, finding.distinct), (Tier::High, 1, 1, 1));
    assert_eq!((finding.places[0].kind, finding.places[0].number), (PlaceKind::Line, 2));
    assert!(finding.evidence.iter().any(|evidence| evidence.name == "field_name"));
    assert_eq!(found.label.sensitivity, Sensitivity::Restricted);
    assert!(!found.label.reasons.is_empty());
    assert_eq!(found.combinations.len(), 1);
}

#[test]
fn the_form_of_a_value_does_not_matter_for_its_fingerprint() {
    let sketch = |text: &str| classify(text).fingerprints[0].sketch.clone();
    assert_eq!(sketch("SSN: 536-90-4399"), sketch("SSN: 536904399"));
    assert_ne!(sketch("SSN: 536-90-4399"), sketch("SSN: 536-90-4398"));
}

#[test]
fn a_test_value_is_kept_and_marked_and_raises_no_label() {
    let found = classify("card number: 4111 1111 1111 1111");
    let finding = finding(&found, "payment_card").unwrap();
    assert_eq!((finding.count, finding.count_test, finding.count_high), (1, 1, 0));
    assert!(finding.test_value.is_some());
    assert_eq!(found.label.sensitivity, Sensitivity::Public);
    assert!(found.fingerprints.is_empty());
}

#[test]
fn one_value_counts_once() {
    let found = classify("please charge card 4539 7712 3456 7897 today, phone or account");
    let classes: Vec<&str> = found.findings.iter().map(|finding| finding.class.as_str()).collect();
    assert_eq!(classes, ["payment_card"]);
    assert_eq!(found.findings[0].count, 1);
}

#[test]
fn what_is_a_part_of_something_else_is_not_found() {
    for text in [
        "x = 0.4539771234567897",
        "id 123e4567-e89b-12d3-a456-536904399000 ssn",
        "etag 9f86d081-4539771234567897-8a2feaa0c55ad015",
        "took 1700000000 at 2024-03-04T10:11:12.536904399Z",
    ] {
        let found = classify(text);
        let sure: Vec<_> = found.findings.iter().filter(|finding| finding.tier == Tier::High).map(|finding| &finding.class).collect();
        assert!(sure.is_empty(), "{text}: {sure:?}");
    }
}

#[test]
fn evidence_and_reasons_hold_no_value() {
    let found = classify("SSN: 536-90-4399, card 4539 7712 3456 7897, mail jane.roe@corp-mail.net");
    let shown = format!("{found:?}");
    for value in ["536-90-4399", "536904399", "4539", "jane.roe"] {
        assert!(!shown.contains(value));
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "SSN: 536-90-4399",
        "536904398",
        "card 4539 7712 3456 7897",
        "4539771234567897",
        "jane.roe@corp-mail.net",
        "phone +49 30 901820",
        "\n",
        " ",
        ", ",
        "password = 'tr0ub4dor&3'",
        "iban DE89 3704 0044 0532 0130 00",
        "0.",
        "-",
        "the quick brown fox jumps over it",
        "é",
        "{\"ssn\": \"",
        "\"}",
        "AKIAQWERTYUIOPASDFGH",
        "10.20.30.40",
        "date of birth 1980-02-03",
    ]);
    prop::collection::vec(piece, 1..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn findings_do_not_depend_on_the_cut(text in text(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..5)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(classify_cut(&text, &cuts), classify(&text));
    }
}
