use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::*;
use crate::value::KINDS;

fn laid_out(seed: u64, scale: Scale) -> (BTreeMap<String, Vec<u8>>, Truth) {
    let mut files = BTreeMap::new();
    let Ok(truth) = lay_out(seed, scale, |path, bytes| -> Result<(), Infallible> {
        assert!(files.insert(path.to_owned(), bytes.to_vec()).is_none(), "{path} is written twice");
        Ok(())
    });
    (files, truth)
}

#[test]
fn the_small_estate_is_of_the_promised_size() {
    let (files, truth) = laid_out(1, Scale::Small);
    assert!((150..=210).contains(&files.len()), "{} files", files.len());
    assert!((9_000_000..20_000_000).contains(&truth.bytes), "{} bytes", truth.bytes);
    assert_eq!(truth.files as usize, files.len());
}

#[test]
fn every_class_is_somewhere_in_it() {
    let (_, truth) = laid_out(1, Scale::Tiny);
    let found: BTreeSet<_> = truth.rows.iter().filter_map(|row| row.class).collect();
    let all: BTreeSet<_> = KINDS.iter().map(|kind| kind.class).collect();
    assert_eq!(found, all);
}

#[test]
fn a_seed_decides_every_byte() {
    let (once, again, other) = (laid_out(1, Scale::Tiny), laid_out(1, Scale::Tiny), laid_out(2, Scale::Tiny));
    assert!(once == again);
    assert_ne!(once.1.ndjson(), other.1.ndjson());
    assert!(once.0["hr/employees.csv"] != other.0["hr/employees.csv"]);
}

#[test]
fn every_file_is_accounted_for() {
    let (files, truth) = laid_out(1, Scale::Tiny);
    let named: BTreeSet<_> = truth.rows.iter().map(|row| row.asset.split("!/").next().unwrap_or_default()).collect();
    assert_eq!(named, files.keys().map(String::as_str).collect());
}

#[test]
fn truth_counts_what_the_files_hold() {
    let (files, truth) = laid_out(1, Scale::Tiny);
    let text = String::from_utf8(files["hr/employees.csv"].clone()).unwrap();
    let rows = text.lines().count() as u64 - 1;
    for class in ["us_ssn", "email", "phone", "date_of_birth"] {
        let counted = truth.rows.iter().find(|row| row.asset == "hr/employees.csv" && row.class == Some(class)).unwrap();
        assert_eq!(counted.count, rows, "{class}");
    }
    assert!(truth.rows.iter().any(|row| row.asset == "backups/nested-archive.zip!/2023.zip!/old/people.ndjson"));
}
