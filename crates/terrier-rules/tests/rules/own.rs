use std::fs;

use terrier_model::DataClass;
use terrier_rules::{Builtin, RulePack};

const OWN: &str = "pack: own
classes:
  - id: staff_badge
    name: Staff badge
    category: personal
    sensitivity: confidential
    regulations: {gdpr: it identifies an employee}
    person_key: 70
rules:
  - {id: staff_badge.plain, class: staff_badge, description: A badge., pattern: 'B\\d{5}', prior: 0.5}
  - {id: email.staff, class: email, description: Ours., pattern: '[a-z]{1,20}@ours', prior: 0.5}
evidence:
  weights:
    keyword_nearby: {weight: 1.25}
";

fn load(builtin: Builtin) -> RulePack {
    let dir = tempfile::tempdir().expect("a folder for the test");
    fs::write(dir.path().join("own.yml"), OWN).expect("the pack is written");
    fs::write(dir.path().join("notes.txt"), "not a pack").expect("the pack is written");
    RulePack::load(&[dir.path().to_owned()], builtin).expect("the packs load")
}

#[test]
fn own_packs_add_to_the_embedded_ones() {
    let (own, embedded) = (load(Builtin::Default), RulePack::embedded());
    assert_eq!(own.rules.len(), embedded.rules.len() + 2);
    assert!(own.class(&DataClass::new("staff_badge")).is_some());
    assert!(own.rules_of(&DataClass::new("email")).any(|rule| rule.id == "email.staff"));
    assert_ne!(own.digest(), embedded.digest());
}

#[test]
fn own_packs_change_weights_and_keep_what_they_mean() {
    let (own, embedded) = (load(Builtin::Default), RulePack::embedded());
    assert_eq!(own.evidence.weight("keyword_nearby"), Some(1.25));
    assert_eq!(own.evidence.weights["keyword_nearby"].meaning, embedded.evidence.weights["keyword_nearby"].meaning);
    assert_eq!(own.evidence.weight("field_name"), embedded.evidence.weight("field_name"));
    assert_eq!(own.evidence.tiers, embedded.evidence.tiers);
}

#[test]
fn without_the_embedded_packs_only_their_regulations_and_weights_remain() {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let alone = OWN.replace("  - {id: email.staff, class: email, description: Ours., pattern: '[a-z]{1,20}@ours', prior: 0.5}\n", "");
    fs::write(dir.path().join("own.yaml"), alone).expect("the pack is written");
    let pack = RulePack::load(&[dir.path().to_owned()], Builtin::None).unwrap();
    assert_eq!(pack.rules.len(), 1);
    assert_eq!(pack.classes.len(), 1);
    assert_eq!(pack.regulations, RulePack::embedded().regulations);
}
