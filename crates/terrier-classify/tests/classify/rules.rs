use terrier_classify::{Backend, Classifier, LabelPolicy, check, label};
use terrier_content::{Origin, Segment, Sensitive, Text};
use terrier_model::{DataClass, Finding, Sensitivity, Tier};
use terrier_rules::Matcher;

use crate::{classify, pack};

#[test]
fn the_default_rules_do_what_they_say() {
    let complaints: Vec<String> = check(pack()).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_rule_that_does_not_do_what_it_says_is_reported() {
    let mut pack = pack().clone();
    let rule = pack.rules.iter_mut().find(|rule| rule.id.starts_with("us_ssn.")).unwrap();
    let id = rule.id.clone();
    rule.examples = vec!["nothing here".to_owned()];
    rule.counter_examples = vec!["SSN: 536-90-4399, 536904399".to_owned()];
    let found: Vec<String> = check(&pack).iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|found| found.contains(&id) && found.contains("in example 1")), "{found:?}");
    assert!(found.iter().any(|found| found.contains(&id) && found.contains("counter-example 1")), "{found:?}");
}

#[test]
fn rules_that_cannot_run_are_refused_with_a_remedy() {
    let refused = |change: &dyn Fn(&mut terrier_rules::Rule)| {
        let mut pack = pack().clone();
        change(&mut pack.rules[0]);
        let error = Classifier::compile(&pack).err().unwrap();
        assert_eq!(error.rule, pack.rules[0].id);
        assert!(!check(&pack).is_empty());
        format!("{}; {}", error.problem, error.remedy)
    };
    assert!(refused(&|rule| rule.matcher = Matcher::Pattern("(".to_owned())).contains("does not parse"));
    assert!(refused(&|rule| rule.matcher = Matcher::Pattern(r"\d+".to_owned())).contains("bound every repetition"));
    assert!(refused(&|rule| rule.matcher = Matcher::Pattern(r"\A\d{9}".to_owned())).contains("use `^`"));
    assert!(refused(&|rule| rule.validator = Some("nonesuch".to_owned())).contains("there is no validator `nonesuch`"));
    assert!(refused(&|rule| rule.class = DataClass::new("nonesuch")).contains("class is not defined"));
}

#[test]
fn every_backend_finds_the_same() {
    let examples: Vec<&str> = pack().rules.iter().flat_map(|rule| &rule.examples).map(String::as_str).collect();
    let text = examples.join("\n");
    let of_text = |classifier: &Classifier| {
        let mut session = classifier.session(None);
        session.segment(&Segment::Text(Text {
            bytes: Sensitive::new(text.as_bytes()),
            body_start: 0,
            body_end: text.len(),
            origin: Origin::Lines { line: 1, byte: 0 },
        }));
        session.finish().findings
    };
    let expected = of_text(&Classifier::compile_for(pack(), Backend::Rust).unwrap());
    for backend in Backend::BUILT_IN {
        assert_eq!(of_text(&Classifier::compile_for(pack(), *backend).unwrap()), expected, "{backend:?}");
    }
}

#[test]
fn the_label_follows_the_policy() {
    let found = classify("SSN: 536-90-4399").findings;
    let with = |change: &dyn Fn(&mut Finding)| {
        let mut findings = found.clone();
        findings.iter_mut().for_each(change);
        findings
    };
    let strict = LabelPolicy { tier: Tier::Low, occurrences: 1 };
    assert_eq!(label(&found, &[], pack(), &LabelPolicy::default()).sensitivity, Sensitivity::Restricted);
    let unsure = with(&|finding| (finding.count_high, finding.count_medium) = (0, 1));
    assert_eq!(label(&unsure, &[], pack(), &LabelPolicy::default()).sensitivity, Sensitivity::Public);
    assert_eq!(label(&unsure, &[], pack(), &strict).sensitivity, Sensitivity::Restricted);
    let unknown = with(&|finding| finding.class = DataClass::new("nonesuch"));
    assert_eq!(label(&unknown, &[], pack(), &strict).sensitivity, Sensitivity::Public);
}
