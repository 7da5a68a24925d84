use std::fs;
use std::path::PathBuf;

use expect_test::{Expect, expect};
use terrier_rules::{Builtin, RulePack, lint};

/// A pack with a class and the beginning of a rule; what follows completes the rule.
const BADGE: &str = "pack: own\nclasses:\n  - {id: badge, name: Badge, category: personal, sensitivity: internal}\nrules:\n  - id: badge.plain\n    class: badge\n    description: A badge.\n";

/// Loads `pack` as the user's own beside the embedded ones and compares the complaints, with the folder's name left out.
fn check(pack: &str, expect: Expect) {
    let dir = tempfile::tempdir().expect("a folder for the test");
    fs::write(dir.path().join("own.yaml"), pack).expect("the pack is written");
    let text = match RulePack::load(&[dir.path().to_owned()], Builtin::Default) {
        Ok(pack) => lint(&pack).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(error) => error.to_string(),
    };
    expect.assert_eq(&text.replace(&format!("{}/", dir.path().display()), ""));
}

fn check_badge(rest: &str, expect: Expect) {
    let indented: String = rest.lines().map(|line| format!("    {line}\n")).collect();
    check(&format!("{BADGE}{indented}"), expect);
}

#[test]
fn a_rule_of_an_unknown_class() {
    check(
        "pack: own\nrules:\n  - id: badge.plain\n    class: badge\n    description: A badge.\n    pattern: 'B\\d{5}'\n    prior: 0.0\n",
        expect![
            "own.yaml:4: error: the rule `badge.plain` names the class `badge`, which no pack defines; correct the name, or define `badge` under `classes:`"
        ],
    );
}

#[test]
fn text_that_is_not_yaml() {
    check("pack: own\nrules: [\n", expect!["own.yaml:2: error: unclosed bracket '['; see docs/rules.md for the form of a pack"]);
}

#[test]
fn a_field_that_does_not_exist() {
    check_badge(
        "pattern: 'B\\d{5}'\nprior: 0.0\nkeyword: [badge]\n",
        expect![
            "own.yaml:10: error: unknown field `keyword`, expected one of id, class, description, pattern, recognizer, validator, prior, checksum, keywords, keyword_required, fields, negative_fields, normalize, examples, counter_examples, test_values, references; see docs/rules.md for the form of a pack"
        ],
    );
}

#[test]
fn a_field_that_is_missing() {
    check_badge(
        "prior: 0.0\n",
        expect!["own.yaml:5: error: the rule `badge.plain` has not exactly one of `pattern` and `recognizer`; give one of the two"],
    );
}

#[test]
fn a_value_of_the_wrong_type() {
    check_badge(
        "pattern: 'B\\d{5}'\nprior: high\n",
        expect!["own.yaml:9: error: invalid floating point; see docs/rules.md for the form of a pack"],
    );
}

#[test]
fn a_checksum_that_does_not_exist() {
    check_badge(
        "pattern: 'B\\d{5}'\nprior: 0.0\nchecksum: luhn\n",
        expect!["own.yaml:10: error: unknown variant `luhn`, expected one of strong, weak, none; see docs/rules.md for the form of a pack"],
    );
}

#[test]
fn names_of_category_and_sensitivity() {
    check(
        "pack: own\nclasses:\n  - {id: badge, name: Badge, category: people, sensitivity: secret, person_key: 101}\n",
        expect![[r#"
        own.yaml:3: error: `people` is not a category; use one of credential, financial, national_id, health, personal, contact, network
        own.yaml:3: error: `secret` is not a sensitivity; use one of restricted, confidential, internal, public
        own.yaml:3: error: the class `badge` has a person_key of 101; give a number from 0 to 100, or leave it out"#]],
    );
}

#[test]
fn a_regulation_that_no_pack_defines() {
    check(
        "pack: own\nclasses:\n  - id: badge\n    name: Badge\n    category: personal\n    sensitivity: internal\n    regulations:\n      gdrp: a slip\n",
        expect![
            "own.yaml:8: error: the class `badge` names the regulation `gdrp`, which no pack defines; correct the name, or define `gdrp` under `regulations:`"
        ],
    );
}

#[test]
fn ids_that_are_taken() {
    check(
        "pack: contact\nclasses:\n  - {id: email, name: E-mail, category: contact, sensitivity: internal}\nregulations:\n  - {id: gdpr, name: G, title: T, jurisdiction: EU, duty: d, reference: 'https://a.b'}\nrules:\n  - {id: email.address, class: email, description: d, pattern: a, prior: 0.0}\n",
        expect![[r#"
            own.yaml:1: error: the pack `contact` is already defined at scanner-rules/contact.yaml:1; give one of the two another id, or remove it
            own.yaml:3: error: the class `email` is already defined at scanner-rules/contact.yaml:4; give one of the two another id, or remove it
            own.yaml:5: error: the regulation `gdpr` is already defined at scanner-rules/regulations.yaml:23; give one of the two another id, or remove it
            own.yaml:7: error: the rule `email.address` is already defined at scanner-rules/contact.yaml:45; give one of the two another id, or remove it"#]],
    );
}

#[test]
fn a_test_value_with_both_forms() {
    check_badge(
        "pattern: 'B\\d{5}'\nprior: 0.0\ntest_values:\n  - {value: B00000, pattern: 'B0{5}', reason: zeros}\n  - {reason: nothing}\n",
        expect![[r#"
            own.yaml:11: error: a test value of the rule `badge.plain` has not exactly one of `value` and `pattern`; give one of the two
            own.yaml:12: error: a test value of the rule `badge.plain` has not exactly one of `value` and `pattern`; give one of the two"#]],
    );
}

#[test]
fn evidence_that_does_not_exist_or_makes_no_sense() {
    check(
        "pack: own\nevidence:\n  tiers: {medium: 3.0, high: 1.0}\n  weights:\n    keyword_near: {weight: 1.0}\n    keyword_nearby: {weight: .inf}\n",
        expect![[r#"
            own.yaml:3: error: the medium tier begins at 3, the high one at 1; let `high` be greater than `medium`
            own.yaml:5: error: there is no evidence named `keyword_near`; use one of address_cue, address_unit, among_names, article, author, beside_place, checksum_strong, checksum_weak, column_pass_rate, common_word, distinct_postcode, field_name, full_name, given_name, house_number, inside_hash, inside_number, inside_path, inside_timestamp, inside_uuid, keyword_in_header, keyword_nearby, known_country, known_region, known_town, named, named_nearby, negative_field, neighbour_record, organisation, other_capitals, place_name, post_office_box, postcode, repeated_digits, role, salutation, serial_numbers, speech, street_name, street_word, surname, surname_ending, test_value, title
            own.yaml:6: error: the weight of the evidence `keyword_nearby` is not a finite number; give it as log-odds, such as 1.5"#]],
    );
}

#[test]
fn patterns_that_cannot_be_run() {
    check_badge(
        "pattern: 'B(\\d{5}'\nprior: 0.0\n",
        expect![[r#"
        own.yaml:5: warning: the rule `badge.plain` has 0 examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has 0 counter_examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has no references; give the address of the document that defines the form
        own.yaml:8: error: the pattern of the rule `badge.plain` does not parse: unclosed group; use the syntax of the crate `regex` without Unicode classes; write a letter beyond ASCII as an alternative: `(?:i|í)`"#]],
    );
    check_badge(
        "pattern: 'B\\d+'\nprior: 0.0\n",
        expect![[r#"
        own.yaml:5: warning: the rule `badge.plain` has 0 examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has 0 counter_examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has no references; give the address of the document that defines the form
        own.yaml:8: error: the pattern of the rule `badge.plain` matches text of any length; bound every repetition, such as `{0,8}` for `*`, so that a match has at most 4096 bytes"#]],
    );
    check_badge(
        "pattern: '[ií]d\\d{5}'\nprior: 0.0\n",
        expect![[r#"
        own.yaml:5: warning: the rule `badge.plain` has 0 examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has 0 counter_examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has no references; give the address of the document that defines the form
        own.yaml:8: error: the pattern of the rule `badge.plain` does not parse: Unicode not allowed here; use the syntax of the crate `regex` without Unicode classes; write a letter beyond ASCII as an alternative: `(?:i|í)`"#]],
    );
    check_badge(
        "pattern: '\\d{0,5}'\nprior: 0.0\n",
        expect![[r#"
        own.yaml:5: warning: the rule `badge.plain` has 0 examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has 0 counter_examples; give at least 5, since they are its tests
        own.yaml:5: warning: the rule `badge.plain` has no references; give the address of the document that defines the form
        own.yaml:8: error: the pattern of the rule `badge.plain` matches the empty text; let it require at least one character"#]],
    );
}

#[test]
fn the_form_of_a_rule() {
    check_badge(
        "pattern: 'B\\d{5}'\nprior: 9.0\nchecksum: weak\nkeyword_required: true\nnegative_fields: [Badge Type]\nreferences: [the handbook]\n",
        expect![[r#"
            own.yaml:5: warning: the rule `badge.plain` has 0 examples; give at least 5, since they are its tests
            own.yaml:5: warning: the rule `badge.plain` has 0 counter_examples; give at least 5, since they are its tests
            own.yaml:5: error: the rule `badge.plain` has the reference `the handbook`, which is not an address; give an address that begins with `https://`
            own.yaml:5: error: the rule `badge.plain` has the prior 9; give log-odds from -6 to 6
            own.yaml:5: error: the rule `badge.plain` requires a keyword and has neither keywords nor fields, so it finds nothing; add keywords or fields, or remove `keyword_required`
            own.yaml:5: error: the rule `badge.plain` has the field `Badge Type`; write it in lower case, words joined by `_`; other spellings are brought to this form
            own.yaml:5: error: the rule `badge.plain` counts a weak checksum and has no validator; name a validator, or remove `checksum`"#]],
    );
    check(
        "pack: own\nclasses:\n  - {id: Badge-1, name: Badge, category: personal, sensitivity: internal, jurisdictions: [USA]}\n  - {id: badge, name: Badge, category: personal, sensitivity: internal}\nrules:\n  - {id: employee, class: badge, description: d, pattern: a, prior: 0.0, keywords: [' id ']}\n",
        expect![[r#"
            own.yaml:3: error: the id of the class `Badge-1` is not well-formed; use lower-case letters, digits and `_`, beginning with a letter
            own.yaml:3: warning: the class `Badge-1` has no rule; add a rule that recognises it, or remove the class
            own.yaml:3: error: the class `Badge-1` has the jurisdiction `USA`; use the two letters of ISO 3166-1, such as `US`
            own.yaml:6: error: the id of the rule `employee` does not tell its class; name it `badge.` and a word of lower-case letters, digits and `_`
            own.yaml:6: warning: the rule `employee` has 0 examples; give at least 5, since they are its tests
            own.yaml:6: warning: the rule `employee` has 0 counter_examples; give at least 5, since they are its tests
            own.yaml:6: warning: the rule `employee` has no references; give the address of the document that defines the form
            own.yaml:6: error: the rule `employee` has the keyword ` id `, which is empty or has spaces around it; write the bare word or phrase; it is matched at word boundaries anyway"#]],
    );
}

#[test]
fn folders_that_hold_no_packs() {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let complain = |path: PathBuf, expect: Expect| {
        let error = RulePack::load(&[path], Builtin::Default).expect_err("there is no pack");
        expect.assert_eq(&error.to_string().replace(&dir.path().display().to_string(), "DIR"));
    };
    complain(
        dir.path().to_owned(),
        expect!["DIR: error: the folder holds no rule pack; put packs there, named `*.yaml` or `*.yml`, or name another folder"],
    );
    complain(
        dir.path().join("absent"),
        expect!["DIR/absent: error: the folder of rule packs cannot be read (entity not found); name a folder that exists and may be read"],
    );
    fs::write(dir.path().join("own.yaml"), [0xff, 0xfe]).expect("the pack is written");
    complain(
        dir.path().to_owned(),
        expect![
            "DIR/own.yaml: error: the rule pack cannot be read (invalid data); make it a readable file of UTF-8 text, or move it out of the folder"
        ],
    );
}

#[test]
fn a_combination_that_nothing_can_make_up() {
    check(
        "pack: own\ncombinations:\n  - id: file\n    name: File\n    of: [person, nonesuch]\n    sensitivity: internal\n    regulations: {nolaw: because}\n",
        expect![[r#"
            own.yaml:5: error: the combination `file` is of the group `nonesuch`, to which no class belongs; correct the name, or give a class `groups` with that name
            own.yaml:7: error: the combination `file` names the regulation `nolaw`, which no pack defines; correct the name, or define `nolaw` under `regulations:`"#]],
    );
    check(
        "pack: own\ncombinations:\n  - {id: file, name: File, of: [person], sensitivity: internal}\n",
        expect!["own.yaml:3: error: the combination `file` is of 1 groups; name 2 to 4 groups of classes under `of`"],
    );
}

#[test]
fn the_group_of_persons_follows_from_the_person_key() {
    check(
        "pack: own\nclasses:\n  - {id: badge, name: Badge, category: personal, sensitivity: internal, groups: [person]}\nrules:\n  - {id: badge.plain, class: badge, description: A badge., pattern: 'B\\d{5}', prior: 0.5, examples: [a, b, c, d, e], counter_examples: [a, b, c, d, e], references: [a]}\n",
        expect![
            "own.yaml:3: error: the class `badge` names the group `person`, which follows from `person_key`; give it a person_key of 40 or more instead"
        ],
    );
}
