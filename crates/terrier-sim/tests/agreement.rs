//! Generator and classifier, written apart from each other, agree on what a value of a class is.

use std::collections::{BTreeMap, BTreeSet};

use terrier_classify::Classifier;
use terrier_content::{Column, ColumnKind, Origin, Records, Segment, Text};
use terrier_model::Finding;
use terrier_rules::RulePack;
use terrier_sim::Dice;
use terrier_sim::benchmark::{self, Content, Kind};
use terrier_sim::canary::canaries;
use terrier_sim::text::paragraph;
use terrier_sim::value::{KINDS, LOOK_ALIKES};

fn pack() -> RulePack {
    RulePack::embedded()
}

fn classifier() -> Classifier {
    Classifier::compile(&pack()).expect("the embedded rules compile")
}

fn in_text(classifier: &Classifier, text: &str) -> Vec<Finding> {
    let mut session = classifier.session(None);
    session.segment(&Segment::Text(Text::whole(text.as_bytes(), Origin::Lines { line: 1, byte: 0 })));
    session.finish().findings
}

fn in_column(classifier: &Classifier, header: &str, values: &[String]) -> Vec<Finding> {
    let mut column = Column::new(header, ColumnKind::Text);
    for (record, value) in (0..).zip(values) {
        column.push(record, value.as_bytes());
    }
    let records = Records { first_record: 0, records: values.len() as u32, columns: vec![column] };
    let mut session = classifier.session(None);
    session.segment(&Segment::Records(&records));
    session.finish().findings
}

/// Returns how many values of a class were found at the medium tier or above.
fn sure(findings: &[Finding], class: &str) -> u64 {
    findings.iter().filter(|finding| finding.class.as_str() == class).map(|finding| finding.count_high + finding.count_medium).sum()
}

#[test]
fn every_class_of_the_rules_has_values_and_the_other_way_round() {
    // Told by the names of their columns and keys, or only assigned; the rules' own examples are their test.
    const WITHOUT: [&str; 11] = [
        "advertising_id",
        "age",
        "gender",
        "generic_secret",
        "geo_coordinates",
        "http_credential",
        "imei",
        "marital_status",
        "postcode",
        "sim_card",
        "spoken_language",
    ];
    let pack = pack();
    let rules: BTreeSet<&str> = pack.classes.iter().map(|class| class.id.as_str()).collect();
    let values: BTreeSet<&str> = KINDS.iter().map(|kind| kind.class).collect();
    let unknown: Vec<_> = values.difference(&rules).collect();
    assert!(unknown.is_empty(), "no rule knows {unknown:?}");
    let labelled = terrier_sim::labelled::classes();
    let without: Vec<_> = rules.difference(&values).copied().filter(|class| !labelled.contains_key(class)).collect();
    assert_eq!(without, WITHOUT);
}

#[test]
fn values_are_found_in_text_and_in_columns() {
    const DRAWS: usize = 100;
    let classifier = classifier();
    let mut missed = BTreeMap::new();
    for kind in KINDS {
        let mut dice = Dice::new(11).fork(kind.field);
        let values: Vec<String> = (0..DRAWS).map(|_| kind.draw(&mut dice)).collect();
        let texts = values.iter().filter(|value| {
            let text = format!("{}\n\n{} {value}\n\n{}\n", paragraph(&mut dice), kind.lead, paragraph(&mut dice));
            sure(&in_text(&classifier, &text), kind.class) > 0
        });
        let (text, column) = (texts.count(), sure(&in_column(&classifier, kind.field, &values), kind.class));
        if text < DRAWS || column < DRAWS as u64 {
            missed.insert(format!("{}/{}", kind.class, kind.field), format!("{text} in text, {column} in a column, of {DRAWS}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_canary_is_a_finding() {
    let classifier = classifier();
    let missed: Vec<&str> = canaries()
        .iter()
        .filter(|canary| sure(&in_text(&classifier, &canary.context), canary.class) == 0)
        .map(|canary| canary.class)
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

/// A checksum lets one in some ninety pass, so a few of many may be taken for real where no column speaks against it.
#[test]
fn look_alikes_are_hardly_ever_found() {
    const DRAWS: u64 = 500;
    let classifier = classifier();
    let mut found = BTreeMap::new();
    for kind in LOOK_ALIKES {
        let mut dice = Dice::new(12).fork(kind.field);
        let values: Vec<String> = (0..DRAWS).map(|_| kind.draw(&mut dice)).collect();
        let (column, text) = (in_column(&classifier, kind.field, &values), in_text(&classifier, &values.join("\n")));
        for finding in column.iter().chain(&text) {
            let taken = finding.count_high + finding.count_medium;
            if taken * 100 > DRAWS {
                found.insert(format!("{} as {}", kind.field, finding.class), format!("{taken} of {DRAWS}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Checks that of a block that is measured with, exactly what was planted is found, class by class, at whatever tier; of words, surely.
fn check_benchmark(kind: Kind) {
    let corpus = benchmark::corpus(kind, benchmark::SEED, benchmark::BLOCK);
    let classifier = classifier();
    let mut session = classifier.session(None);
    match &corpus.content {
        Content::Text(text) => session.segment(&Segment::Text(Text::whole(text, Origin::Lines { line: 1, byte: 0 }))),
        Content::Records(batches) => batches.iter().for_each(|batch| session.segment(&Segment::Records(batch))),
    }
    // What is recognised by words is found by chance now and then, and never surely.
    let is_of_words = |class: &str| matches!(class, "person_name" | "postal_address");
    let count = |finding: &Finding| if is_of_words(finding.class.as_str()) { finding.count_high } else { finding.count };
    let findings = session.finish().findings;
    let found: BTreeMap<_, _> =
        findings.iter().map(|finding| (finding.class.to_string(), count(finding))).filter(|(_, count)| *count > 0).collect();
    let planted: BTreeMap<_, _> = corpus.truth.iter().map(|(class, count)| ((*class).to_owned(), *count)).collect();
    assert_eq!(found, planted, "{}", kind.as_str());
    assert_eq!(planted.is_empty(), kind == Kind::MixedClean, "{}", kind.as_str());
}

#[test]
fn what_was_planted_in_benchmarks_is_found_and_nothing_else() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Encoded) {
        check_benchmark(kind);
    }
}
