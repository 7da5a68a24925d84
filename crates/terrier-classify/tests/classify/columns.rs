use terrier_model::{AssetFindings, PlaceKind, Tier};

use crate::{cards, classify_table, finding, ssns, with_luhn};

fn decided(found: &AssetFindings, column: usize) -> Option<&str> {
    found.columns[column].class.as_ref().map(|class| class.as_str())
}

#[test]
fn bare_numbers_under_a_telling_header_are_sure() {
    let found = classify_table(&[("employee_ssn", ssns(50))], 20);
    assert_eq!(decided(&found, 0), Some("us_ssn"));
    let finding = finding(&found, "us_ssn").unwrap();
    assert_eq!((finding.tier, finding.count_high, finding.distinct), (Tier::High, 50, 50));
    assert_eq!((finding.places[0].kind, finding.places[0].number), (PlaceKind::Record, 0));
    assert_eq!(finding.places[0].column.as_deref(), Some("employee_ssn"));
    assert_eq!(found.columns[0].pass_rate, Some(1.0));
}

#[test]
fn the_same_numbers_without_a_header_are_not() {
    let found = classify_table(&[("value", ssns(50))], 20);
    assert_eq!(decided(&found, 0), None);
    assert!(finding(&found, "us_ssn").is_none_or(|finding| finding.tier < Tier::High));
}

#[test]
fn numbers_that_count_rows_are_not_ids_of_persons() {
    let rows = (0..60).map(|row| format!("{}", 536_904_399 + row)).collect();
    assert_eq!(decided(&classify_table(&[("id", rows)], 60), 0), None);
}

#[test]
fn forty_of_forty_passes_beat_any_header() {
    let found = classify_table(&[("reference", cards(40))], 40);
    assert_eq!(decided(&found, 0), Some("payment_card"));
    assert_eq!(finding(&found, "payment_card").unwrap().count_high, 40);
}

#[test]
fn one_of_forty_passes_is_noise() {
    let wrong = |number: u64| {
        let right = with_luhn(&format!("4539{:011}", 77_123_456_789 + number * 7_919_317));
        let last = (right.as_bytes()[15] - b'0' + 1) % 10;
        format!("{}{last}", &right[..15])
    };
    let mut numbers: Vec<String> = (0..39).map(wrong).collect();
    numbers.push(cards(40).pop().unwrap());
    let found = classify_table(&[("reference", numbers)], 40);
    assert_eq!(decided(&found, 0), None);
    assert!(finding(&found, "payment_card").is_none());
}

#[test]
fn a_header_may_speak_against_a_class() {
    let codes = (0..30).map(|row| format!("{}", row % 3)).collect();
    let found = classify_table(&[("card_number_count", codes)], 30);
    assert_eq!(decided(&found, 0), None);
}

#[test]
fn cells_do_not_run_together() {
    let halves: Vec<String> = cards(20).iter().flat_map(|card| [card[..8].to_owned(), card[8..].to_owned()]).collect();
    let found = classify_table(&[("part", halves)], 40);
    assert!(finding(&found, "payment_card").is_none());
}

#[test]
fn free_text_counts_cell_by_cell() {
    let mut notes: Vec<String> = (0..20).map(|row| format!("call number {row}: nothing to report, will follow up next week")).collect();
    notes[7] = "customer gave SSN: 536-90-4399 on the phone, please delete".to_owned();
    let found = classify_table(&[("note", notes)], 8);
    assert_eq!(decided(&found, 0), None);
    let finding = finding(&found, "us_ssn").unwrap();
    assert_eq!((finding.count_high, finding.places[0].number), (1, 7));
}

#[test]
fn batches_do_not_matter() {
    let table = || [("ssn", ssns(50)), ("mail", (0..50).map(|row| format!("person{row}@corp-mail.net")).collect()), ("ref", cards(50))];
    let whole = classify_table(&table(), 50);
    for batch in [1, 7, 49] {
        assert_eq!(classify_table(&table(), batch), whole, "{batch}");
    }
}

#[test]
fn classes_of_one_record_are_combined() {
    let mut mails: Vec<String> = (0..50).map(|row| format!("person{row}@corp-mail.net")).collect();
    mails[3] = String::new();
    let found = classify_table(&[("ssn", ssns(50)), ("email", mails)], 16);
    let sets: Vec<(Vec<&str>, u64)> = found
        .combinations
        .iter()
        .map(|combination| (combination.classes.iter().map(|class| class.as_str()).collect(), combination.records))
        .collect();
    assert_eq!(sets, [(vec!["email", "us_ssn"], 49), (vec!["us_ssn"], 1)]);
    assert_eq!(found.combinations[0].person_class.as_ref().map(|class| class.as_str()), Some("us_ssn"));
    assert_eq!(found.combinations[0].persons.len(), 49);
    assert!(found.combinations[0].jurisdictions.contains(&"US".to_owned()));
}

#[test]
fn many_columns_are_bounded_and_still_counted() {
    let columns: Vec<(String, Vec<String>)> = (0..700).map(|number| (format!("ssn_{number}"), ssns(2))).collect();
    let columns: Vec<(&str, Vec<String>)> = columns.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
    let found = classify_table(&columns, 2);
    assert_eq!(found.columns.len(), 512);
    let finding = finding(&found, "us_ssn").unwrap();
    assert_eq!(finding.count, 1400);
    assert!(finding.places.len() <= 10);
}

#[test]
fn passwords_are_known_by_their_column() {
    let passwords = ["tr0ub4dor&3", "Kestrel!Ox77", "p7#mLw2qZ", "9dgQx!vv3"].map(str::to_owned).to_vec();
    let found = classify_table(&[("user_password", passwords)], 4);
    assert_eq!(decided(&found, 0), Some("password"));
}

#[test]
fn a_header_that_is_a_value_is_masked() {
    let found = classify_table(&[("jane.roe@corp-mail.net", vec!["x".to_owned()])], 4);
    assert_eq!(found.columns[0].name, "‹email›");
}

fn shown(name: &str) -> String {
    classify_table(&[(name, vec!["x".to_owned()])], 1).columns[0].name.clone()
}

#[test]
fn a_header_that_is_a_date_or_a_diagnosis_is_masked() {
    for name in
        ["1984-02-29", "1984/02/29", "02/29/1984", "2/29/84", "29.02.1984", "29-02-1984", "02_29_1984", "29 February 1984", "Feb 29, 1984"]
    {
        assert_eq!(shown(name), "‹date_of_birth›", "{name}");
    }
    assert_eq!(shown("1984-02-29T00:00:00"), "‹date_of_birth›T00:00:00");
    assert_eq!(shown("1984-02-29 (2)"), "‹date_of_birth› (2)");
    for name in ["E11.9", "S72.141A", "F32.A", "M1A.09X0"] {
        assert_eq!(shown(name), "‹icd10›", "{name}");
    }
}

#[test]
fn ordinary_headers_stay() {
    for name in [
        "‹date_of_birth›",
        "‹icd10› (2)",
        "address1",
        "v01",
        "q12",
        "2024",
        "2024-01",
        "01/2024",
        "2023-24",
        "Q1 2024",
        "CUSTOMER",
        "B20",
        "e11.9",
        "A10.2.1",
        "price 1.99",
        "1985-02-30",
        "sales 2024-01-31",
        "ISO-27001",
        "ISO27001",
        "h264.mp4",
        "column 12",
    ] {
        assert_eq!(shown(name), name);
    }
}

#[test]
fn no_more_values_are_distinct_than_there_are() {
    for rows in [300, 700, 900, 1_500] {
        let found = classify_table(&[("employee_ssn", ssns(rows))], rows as usize);
        assert!(found.columns[0].distinct <= found.columns[0].values);
        assert!(found.findings.iter().all(|finding| finding.distinct <= finding.count));
    }
}
