use terrier_classify::Explanation;
use terrier_model::{AssetFindings, Tier};
use terrier_rules::RulePack;

use crate::{cards, classify, classify_table, finding, pack, ssns};

/// The tier, and what decided it: without which evidence it would be which tier.
#[track_caller]
fn check(found: &AssetFindings, class: &str, tier: Tier, deciding: &[(&str, Option<Tier>)]) {
    let finding = finding(found, class).expect("the class was found");
    let explanation = Explanation::new(finding, pack());
    assert_eq!((finding.tier, explanation.tier), (tier, Some(tier)));
    let told: Vec<_> = explanation.deciding().map(|evidence| (evidence.name.as_str(), evidence.tier_without)).collect();
    assert_eq!(told, deciding, "{explanation:#?}");
}

#[test]
fn what_decided_is_told() {
    use Tier::{High, Low, Medium};
    check(&classify("card 4539 7712 3456 7897"), "payment_card", High, &[]);
    check(&classify("4539 7712 3456 7897"), "payment_card", High, &[("checksum_strong", Some(Medium))]);
    let of_two = classify("card files/4539771234567897/inbox");
    check(&of_two, "payment_card", High, &[("checksum_strong", Some(Medium)), ("keyword_nearby", Some(Medium))]);
    let held_down = classify("files/4539771234567897/inbox");
    check(&held_down, "payment_card", Medium, &[("checksum_strong", Some(Low))]);
    check(&classify_table(&[("reference", cards(40))], 40), "payment_card", High, &[("column_pass_rate", Some(Medium))]);
}

#[test]
fn without_a_needed_keyword_there_is_no_finding() {
    check(&classify("birth date of the applicant is 1984-02-29"), "date_of_birth", Tier::Medium, &[("keyword_nearby", None)]);
}

#[test]
fn the_recorded_evidence_comes_to_the_recorded_tier_and_confidence() {
    let text = "SSN: 536-90-4399, card 4539 7712 3456 7897, mail jane.roe@corp-mail.net, dob 1984-02-29, call +49 30 901820, 10.20.30.40, \
        card number 4111 1111 1111 1111, iban DE89 3704 0044 0532 0130 00, 4539771234567897";
    let tables = [("value", ssns(50)), ("reference", cards(40)), ("ssn", ssns(3)), ("note", vec![text.to_owned(); 7])];
    let found = [classify(text), classify_table(&tables, 50)];
    let findings: Vec<_> = found.iter().flat_map(|found| &found.findings).collect();
    assert!(findings.len() > 10, "{}", findings.len());
    for finding in findings {
        let explanation = Explanation::new(finding, pack());
        assert_eq!(explanation.tier, Some(finding.tier), "{finding:?}");
        assert!((explanation.probability - finding.confidence).abs() < 0.0021, "{finding:?}");
        assert_eq!(explanation.evidence.len(), finding.evidence.len());
        assert!(explanation.evidence.iter().all(|evidence| evidence.meaning.as_ref().is_some_and(|meaning| !meaning.is_empty())));
    }
}

#[test]
fn tiers_and_meanings_are_those_of_the_pack() {
    let found = classify("card 4539 7712 3456 7897");
    let finding = finding(&found, "payment_card").unwrap();
    let mut strict = RulePack::embedded();
    strict.evidence.tiers.high = 20.0;
    strict.evidence.weights.clear();
    let explanation = Explanation::new(finding, &strict);
    assert_eq!(explanation.tiers, [(Tier::High, 20.0), (Tier::Medium, 0.0), (Tier::Low, -3.0)]);
    assert_eq!(explanation.tier, Some(Tier::Medium));
    assert_eq!(explanation.evidence.iter().filter(|evidence| evidence.meaning.is_some()).count(), 1, "that of the pattern");
}
