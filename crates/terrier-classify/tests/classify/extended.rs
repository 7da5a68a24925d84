//! The extended rules, which a scan runs on demand.

use terrier_classify::{Classifier, check};
use terrier_content::{Column, ColumnKind, Records, Segment};
use terrier_rules::{Builtin, RulePack};

#[test]
fn the_extended_rules_do_what_they_say() {
    let pack = RulePack::load(&[], Builtin::Extended).unwrap();
    let complaints: Vec<String> = check(&pack).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn ordinary_names_stay() {
    let classifier = Classifier::compile(&RulePack::load(&[], Builtin::Extended).unwrap()).unwrap();
    for name in ["FY-Q1", "DOC-V2.pdf", "Q4 2024.xlsx", "01-2024", "2024-01-31.log", "female", "CUSTOMER"] {
        assert_eq!(classifier.mask(name), name);
        let mut session = classifier.session(None);
        let mut column = Column::new(name, ColumnKind::Text);
        column.push(0, b"x");
        session.segment(&Segment::Records(&Records { first_record: 0, records: 1, columns: vec![column] }));
        assert_eq!(session.finish().columns[0].name, name);
    }
}

#[test]
fn keys_without_a_prefix_are_known_by_their_column() {
    const KEYS: [&str; 3] = ["1f9c04d7ab62e85033d1907b4ce86af2", "c27e5b10f8d946a3b07129e4d65f83ca", "90ab3e7cd2415f68e6b80c37fa5d194e"];
    let classifier = Classifier::compile(&RulePack::load(&[], Builtin::Extended).unwrap()).unwrap();
    for (name, expected) in [("datadog_api_key", Some("monitoring_key")), ("algoliaAdminKey", Some("saas_token")), ("md5", None)] {
        let mut column = Column::new(name, ColumnKind::Text);
        (0..).zip(KEYS).for_each(|(record, key)| column.push(record, key.as_bytes()));
        let mut session = classifier.session(None);
        session.segment(&Segment::Records(&Records { first_record: 0, records: 3, columns: vec![column] }));
        let found = session.finish();
        assert_eq!(found.columns[0].class.as_ref().map(|class| class.as_str()), expected, "{name}");
    }
}
