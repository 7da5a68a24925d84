//! Labels: what classes are by themselves, and what together in one record.

use expect_test::{Expect, expect};
use terrier_classify::{LabelPolicy, label};
use terrier_model::{AssetFindings, Label, Sensitivity};

use crate::{classify, classify_cut, classify_table, pack};

fn has(label: &Label, regulation: &str) -> bool {
    label.regulations.iter().any(|covering| covering == regulation)
}

/// Tells whether what was found is taken for health information of an identified person.
fn is_phi(found: &AssetFindings) -> bool {
    let is_named = found.label.reasons.iter().any(|reason| reason.starts_with("Health of an identified person"));
    assert_eq!(is_named, has(&found.label, "hipaa") && found.label.sensitivity == Sensitivity::Restricted, "{:?}", found.label);
    is_named
}

fn check(text: &str, expect: Expect) {
    let label = classify(text).label;
    expect.assert_eq(&format!("{}\n{}\n{}\n", label.sensitivity, label.regulations.join(" "), label.reasons.join("\n")));
}

#[test]
fn a_file_of_diagnoses_and_medicines_is_no_health_information_of_anyone() {
    for text in [
        "Diagnosis: E11.9\nDiagnosis: asthma\nMedication: metformin 500 mg twice daily\nHbA1c 7.9 %\n",
        "Diagnose: Diabetes mellitus\nMedikation: Bisoprolol 5 mg\nLDL 131 mg/dl\n",
        "Patients with hypertension were treated for depression with sertraline 50 mg.",
    ] {
        let label = classify(text).label;
        assert!(!has(&label, "hipaa") && label.sensitivity <= Sensitivity::Confidential, "{text}: {label:?}");
    }
    let codes = ["E11.9", "J45.909", "I10", "F32.1"].map(str::to_owned).to_vec();
    let table = classify_table(&[("diagnosis_code", codes)], 10);
    assert!(!is_phi(&table) && table.label.sensitivity == Sensitivity::Confidential);
}

#[test]
fn a_person_and_a_fact_of_health_in_one_record_are_health_information() {
    for text in [
        "Jane Harrington was diagnosed with type 2 diabetes in May.",
        "Frau Anna Kowalska ist wegen Depression krankgeschrieben.",
        "M. Jean Dupont prend metformine 500 mg, deux fois par jour",
        "Name: Jane Harrington\nDiagnosis: E11.9\n",
        "MRN: 48201937, HbA1c 7.9 %",
        "SSN 536-90-4399, medication: warfarin",
    ] {
        assert!(is_phi(&classify(text)), "{text}");
    }
}

#[test]
fn what_stands_in_different_records_is_not_taken_together() {
    let far =
        |words: usize| format!("Mr Jane Harrington called.\n\n{}\n\nDiagnosis: asthma, medication: warfarin\n", "word ".repeat(words));
    assert!(!is_phi(&classify(&far(1000))));
    // A short text is of a whole, but for the entries of a log.
    assert!(is_phi(&classify(&far(80))));
    let log = "2026-11-02 user Jane Harrington\n2026-11-03 nothing\n2026-11-04 diagnosis: asthma, medication: warfarin\n";
    assert!(!is_phi(&classify(log)));
    assert!(!is_phi(&classify("Date of birth: 1984-02-29, the meeting is on Monday")));
}

#[test]
fn a_letter_is_of_whom_its_head_names() {
    let letter = "Jane Harrington\n12 Mill Lane, Boston\n\nDear Ms Harrington,\n\nthank you for your visit.\n\nWe diagnosed type 2 diabetes.\n\nYours\n";
    assert!(is_phi(&classify(letter)));
    let cuts = [17, letter.len() / 2, letter.len() - 20];
    assert_eq!(classify_cut(letter, &cuts), classify(letter));
}

#[test]
fn rows_are_records() {
    let names = ["Jane Harrington", "Anna Kowalska", "Peter Hughes", "Maria Santos", "Tom Baker", "Lucy Evans"].map(str::to_owned).to_vec();
    let codes = ["E11.9", "J45.909", "I10", "F32.1", "N18.31", "C50.911"].map(str::to_owned).to_vec();
    let both = classify_table(&[("patient_name", names.clone()), ("diagnosis_code", codes.clone())], 3);
    assert!(is_phi(&both));
    let half = |values: &[String], kept: fn(usize) -> bool| -> Vec<String> {
        values.iter().enumerate().map(|(row, value)| if kept(row) { value.clone() } else { String::new() }).collect()
    };
    let apart = classify_table(&[("patient_name", half(&names, |row| row < 3)), ("diagnosis_code", half(&codes, |row| row >= 3))], 10);
    assert!(!is_phi(&apart), "{:?}", apart.combinations);
}

#[test]
fn the_reasons_name_what_the_record_is() {
    check(
        "MRN: 48201937, HbA1c 7.9 %",
        expect![[r#"
            restricted
            ccpa gdpr hipaa uk_gdpr us_breach_laws
            Medical record number found once: restricted, covered by CCPA, GDPR, HIPAA, US breach laws.
            Health of an identified person found in one record: restricted, covered by HIPAA, US breach laws.
            Result of a laboratory found once: confidential, covered by CCPA, GDPR, UK GDPR.
        "#]],
    );
}

#[test]
fn an_account_with_its_password_falls_under_the_breach_laws() {
    let both = classify("login: jane.roe@corp-mail.net, password: kd8fJ!hG93kPa").label;
    assert!(has(&both, "us_breach_laws"), "{both:?}");
    assert!(!has(&classify("password: kd8fJ!hG93kPa").label, "us_breach_laws"));
    assert!(!has(&classify("mail jane.roe@corp-mail.net").label, "us_breach_laws"));
}

#[test]
fn classes_count_together_only_where_each_counts_by_itself() {
    let found = classify("Jane Harrington was diagnosed with type 2 diabetes in May.");
    let mut unsure = found.findings.clone();
    for finding in unsure.iter_mut().filter(|finding| finding.class.as_str() == "health_condition") {
        (finding.count_high, finding.count_medium) = (0, 1);
    }
    let label = label(&unsure, &found.combinations, pack(), &LabelPolicy::default());
    assert!(!has(&label, "hipaa"), "{label:?}");
}
