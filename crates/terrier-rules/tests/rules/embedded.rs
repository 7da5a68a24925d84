use std::collections::BTreeSet;

use terrier_rules::{Builtin, Category, RulePack, TestMatch, lint};

#[test]
fn the_embedded_packs_fit_together() {
    match RulePack::load(&[], Builtin::Default) {
        Ok(pack) => assert!(!pack.rules.is_empty() && !pack.classes.is_empty() && !pack.regulations.is_empty()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_embedded_packs_are_well_formed() {
    let complaints: Vec<String> = lint(&RulePack::embedded()).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_classes_that_users_ask_for_first_are_there() {
    let pack = RulePack::embedded();
    let classes: BTreeSet<&str> = pack.classes.iter().map(|class| class.id.as_str()).collect();
    let expected = "advertising_id age aws_access_key br_cpf ca_sin connection_string criminal_record date_of_birth de_tax_id email es_dni_nie ethnicity \
        fr_nir gender generic_secret geo_coordinates github_token gitlab_token google_api_key health_condition http_credential iban icd10 imei in_aadhaar in_pan \
        ip_address it_codice_fiscale jwt lab_value mac_address marital_status medical_record_number medication passport_mrz password payment_card person_name phone political_opinion \
        postal_address postcode private_key religion sexual_orientation sim_card slack_token spoken_language stripe_key uk_nhs_number uk_nino \
        union_membership us_bank_account us_dea us_driving_licence us_ein us_itin us_npi us_passport us_ssn";
    assert_eq!(classes, expected.split_ascii_whitespace().collect());
}

#[test]
fn every_regulation_follows_from_a_class() {
    let pack = RulePack::embedded();
    let used: BTreeSet<&str> = pack.classes.iter().flat_map(|class| &class.regulations).map(|regulation| regulation.id.as_str()).collect();
    let defined: BTreeSet<&str> = pack.regulations.iter().map(|regulation| regulation.id.as_str()).collect();
    assert_eq!(used, defined);
}

#[test]
fn test_values_are_in_comparable_form_and_have_a_reason() {
    for rule in RulePack::embedded().rules {
        for test in &rule.test_values {
            assert!(!test.reason.is_empty(), "{}", rule.id);
            if let TestMatch::Value(value) = &test.matches {
                assert!(!value.is_empty() && rule.normalize.apply(value) == *value, "{}", rule.id);
            }
        }
    }
}

#[test]
fn lookups_find_what_is_there() {
    let pack = RulePack::embedded();
    for class in &pack.classes {
        assert_eq!(pack.class(&class.id).map(|found| &found.id), Some(&class.id));
        assert!(pack.rules_of(&class.id).next().is_some());
    }
    assert!(pack.rules.iter().all(|rule| pack.rule(&rule.id).is_some()));
    assert!(pack.regulations.iter().all(|regulation| pack.regulation(&regulation.id).is_some()));
    assert!(pack.rule("no.such").is_none());
}

#[test]
fn the_digest_depends_on_what_the_pack_says_and_on_nothing_else() {
    let pack = RulePack::embedded();
    let mut moved = pack.clone();
    moved.rules[0].location.line += 1;
    moved.rules[0].matcher_location.line += 1;
    assert_eq!(pack.digest(), moved.digest());
    let mut changed = pack.clone();
    changed.rules[0].prior += 0.5;
    assert_ne!(pack.digest(), changed.digest());
    let mut shifted = pack.clone();
    let keyword = shifted.rules[0].keywords.pop();
    assert!(keyword.is_some());
    assert_ne!(pack.digest(), shifted.digest());
    assert_eq!(pack.digest().len(), 64);
}

#[test]
fn the_extended_packs_are_well_formed_and_many() {
    let pack = RulePack::load(&[], Builtin::Extended).unwrap_or_else(|error| panic!("{error}"));
    let complaints: Vec<String> = lint(&pack).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let states: BTreeSet<&str> =
        pack.classes.iter().filter(|class| class.person_key.is_some()).flat_map(|class| &class.jurisdictions).map(String::as_str).collect();
    let credentials = pack.rules.iter().filter(|rule| pack.class(&rule.class).is_some_and(|class| class.category == Category::Credential));
    let credentials = credentials.count();
    assert!(pack.rules.len() >= 700 && states.len() >= 80 && credentials >= 300, "{} {} {credentials}", pack.rules.len(), states.len());
}
