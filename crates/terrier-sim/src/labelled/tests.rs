use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use flate2::Crc;
use terrier_classify::validate::{Verdict, by_name};

use super::*;

const RECORDS: u64 = 3000;

fn documents() -> Vec<Document> {
    let generator = Generator::new(1);
    (0..RECORDS).map(|number| generator.document(number)).collect()
}

/// Takes text apart by code points, as the offsets count.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

/// Brings a value to the form in which noise does not show.
fn plain(value: &str) -> String {
    value.replace(['\u{a0}', '\n'], " ").replace("ß", "ss").to_uppercase().replace(", ", " ")
}

#[test]
fn spans_cover_what_was_planted() {
    for document in documents() {
        for span in &document.spans {
            assert_eq!(plain(&slice(&document.text, span.start, span.end)), plain(&span.planted), "{} {}", document.id, span.class);
        }
    }
}

#[test]
fn spans_and_negatives_are_in_order_and_apart() {
    for document in documents() {
        let mut places: Vec<(usize, usize)> = document.spans.iter().map(|span| (span.start, span.end)).collect();
        places.extend(document.negatives.iter().map(|negative| (negative.start, negative.end)));
        places.sort_unstable();
        assert!(places.iter().all(|(start, end)| start < end), "{}", document.id);
        assert!(places.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{}", document.id);
        assert!(places.last().is_none_or(|(_, end)| *end <= document.text.chars().count()), "{}", document.id);
    }
}

#[test]
fn every_class_language_country_kind_and_look_alike_occurs() {
    let documents = documents();
    let planted: BTreeSet<&str> = documents.iter().flat_map(|document| document.spans.iter().map(|span| span.class)).collect();
    let known: BTreeSet<&str> = classes().into_keys().collect();
    assert_eq!(known.difference(&planted).collect::<Vec<_>>(), Vec::<&&str>::new());
    let negatives: BTreeSet<&str> = documents.iter().flat_map(|document| document.negatives.iter().map(|negative| negative.kind)).collect();
    let drawn: BTreeSet<&str> = look_alike::KINDS.iter().map(|known| known.kind).chain(look_alike::WRITTEN.iter().copied()).collect();
    assert_eq!(negatives, drawn);
    let languages: BTreeSet<&str> = documents.iter().map(|document| document.language).collect();
    assert_eq!(languages.len(), language::languages().len());
    let countries: BTreeSet<&str> = documents.iter().map(|document| document.country).collect();
    assert_eq!(countries.len(), country::countries().len());
    let kinds: BTreeMap<&str, usize> = documents.iter().fold(BTreeMap::new(), |mut counts, document| {
        *counts.entry(document.kind).or_default() += 1;
        counts
    });
    assert!(kinds.len() == KINDS.len() && kinds.values().all(|count| *count > 300), "{kinds:?}");
    let labels: BTreeSet<&str> = documents.iter().map(|document| document.label).collect();
    assert_eq!(labels.len(), 4);
}

#[test]
fn every_class_has_a_level() {
    let policy = Policy::new().unwrap();
    assert_eq!(classes().into_keys().filter(|class| !policy.knows(class)).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// The validators were written apart from this; those of numbers of persons are asked in `value/identity`.
#[test]
fn accounts_and_cards_pass_the_validators_of_their_rules_and_references_fail() {
    let (iban, card) = (by_name("iban").unwrap(), by_name("payment_card").unwrap());
    for document in documents() {
        for span in &document.spans {
            let verdict = match span.class {
                "iban" => iban(span.planted.as_bytes()),
                "payment_card" => card(span.planted.as_bytes()),
                _ => continue,
            };
            assert_eq!(verdict, Verdict::Valid, "{} {}", document.id, document.country);
        }
        for negative in document.negatives.iter().filter(|negative| negative.kind == "ref") {
            let text = slice(&document.text, negative.start, negative.end);
            assert_eq!(iban(text.as_bytes()), Verdict::Invalid, "{}", document.id);
        }
    }
}

#[test]
fn some_documents_hold_nothing() {
    let clean = documents().iter().filter(|document| document.spans.is_empty()).count() as u64;
    assert!(clean > RECORDS / 8 && clean < RECORDS / 2, "{clean}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_everywhere() {
    let corpus = corpus(1, 500);
    let mut lines = Vec::new();
    write_lines(&mut lines, &corpus.documents).unwrap();
    write_lines(&mut lines, &corpus.tables).unwrap();
    let mut crc = Crc::new();
    crc.update(&lines);
    assert_eq!(crc.sum(), 1_486_332_368);
    assert_eq!(corpus, super::corpus(1, 500));
    assert_eq!(corpus.documents[..10], super::corpus(1, 10).documents[..]);
    assert_ne!(corpus.documents[0].text, super::corpus(2, 1).documents[0].text);
}

#[test]
fn tables_are_whole_and_hold_every_sort_of_column() {
    let generator = Generator::new(1);
    let tables: Vec<LabelledTable> = (0..400).map(|number| generator.table(number)).collect();
    let kinds: BTreeSet<&str> = tables.iter().flat_map(|table| table.columns.iter().map(|column| column.kind)).collect();
    assert!(kinds.len() >= 16, "{kinds:?}");
    for table in &tables {
        let rows = table.columns[0].values.len();
        assert!(rows >= 6 && table.columns.iter().all(|column| column.values.len() == rows), "{}", table.file);
        assert!(table.columns.iter().all(|column| (column.kind == "None") == column.class.is_none()), "{}", table.file);
    }
}

#[test]
fn archives_open_to_the_documents_that_the_truth_names() {
    let archive = Generator::new(1).archive(0);
    let mut found = BTreeMap::new();
    let mut tar = tar::Archive::new(gunzip(&archive.bytes));
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        open(name, bytes, &mut found);
    }
    let truth: BTreeMap<String, String> = archive.members.into_iter().map(|member| (member.member, member.document.text)).collect();
    assert_eq!(found, truth);
    assert_eq!(truth.keys().filter(|path| path.matches("!/").count() == 2).count(), 2);
}

#[expect(clippy::disallowed_methods, reason = "reads what this crate wrote")]
fn gunzip(bytes: &[u8]) -> impl Read {
    flate2::read::GzDecoder::new(bytes)
}

fn open(path: String, bytes: Vec<u8>, found: &mut BTreeMap<String, String>) {
    if path.ends_with(".zip") {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            open(format!("{path}!/{name}"), bytes, found);
        }
    } else {
        let mut text = String::new();
        if path.ends_with(".gz") {
            gunzip(&bytes).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap();
        }
        found.insert(path, text);
    }
}
