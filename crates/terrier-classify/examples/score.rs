//! Scores the default rules on labelled corpora, by class: `cargo run --release --example score -- CORPORA [CLEAN-FOLDER]`.
//!
//! `CORPORA` holds `text/`, `secrets/` and `tables/` with JSON lines; every high-tier finding in the files of `CLEAN-FOLDER` is wrong.
#![allow(clippy::print_stdout, reason = "it is a program for people")]
#![allow(clippy::unwrap_used, reason = "a corpus that does not read is the end of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use terrier_classify::Classifier;
use terrier_content::{Column, ColumnKind, Origin, Records, Segment, Text};
use terrier_model::{AssetFindings, Tier};
use terrier_rules::RulePack;

/// Other names of the common types, in tables.
const ALIASES: &[(&str, &str)] = &[
    ("EMAIL_ADDRESS", "EMAIL"),
    ("PHONE_NUMBER", "PHONE"),
    ("DATE_OF_BIRTH", "DOB"),
    ("CREDIT_CARD_NUMBER", "CREDIT_CARD"),
    ("NATIONAL_ID", "US_SSN"),
    ("STREET_ADDRESS", "ADDRESS"),
];

/// Common type of a corpus, and the classes that answer to it.
const TYPES: &[(&str, &[&str])] = &[
    ("CREDIT_CARD", &["payment_card"]),
    ("EMAIL", &["email"]),
    ("PHONE", &["phone"]),
    ("IBAN", &["iban"]),
    ("US_SSN", &["us_ssn"]),
    ("IP", &["ip_address"]),
    ("DOB", &["date_of_birth"]),
    ("PASSWORD", &["password"]),
    ("DRIVER_LICENSE", &["us_driving_licence"]),
    ("ADDRESS", &["postal_address"]),
];

#[derive(Default)]
struct Score {
    right: u64,
    wrong: u64,
    missed: u64,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let corpora = PathBuf::from(arguments.next().expect("the folder of the corpora"));
    let pack = RulePack::embedded();
    let classifier = Classifier::compile(&pack).unwrap();
    for name in ["text/presidio_synth_v2", "text/presidio_generated_large", "text/meddocan_es", "text/pl_pii_bench"] {
        score_text(&classifier, &corpora.join(format!("{name}.jsonl")));
    }
    for name in
        ["secrets/creddata", "secrets/secrets_rule_examples", "secrets/secrets_gitleaks_vectors", "secrets/secrets_credsweeper_samples"]
    {
        score_secrets(&classifier, &pack, &corpora.join(format!("{name}.jsonl")));
    }
    for name in ["gittables", "trl_train", "fakename3000", "hdx_nonpersonal", "rdatasets_negative"] {
        score_tables(&classifier, &corpora.join(format!("tables/tables_{name}.jsonl")));
    }
    if let Some(folder) = arguments.next() {
        score_clean(&classifier, Path::new(&folder));
    }
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn report(path: &Path, scores: &BTreeMap<String, Score>) {
    println!("{}", path.file_stem().unwrap().display());
    for (name, Score { right, wrong, missed }) in scores {
        let precision = *right as f64 / (right + wrong).max(1) as f64;
        let recall = *right as f64 / (right + missed).max(1) as f64;
        println!("  {name:28} precision {precision:.2} recall {recall:.2}   right {right} wrong {wrong} missed {missed}");
    }
}

fn score_text(classifier: &Classifier, path: &Path) {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let records = lines(path);
    let labelled: Vec<&str> = records.iter().flat_map(|record| gold(record, "spans")).map(|(kind, ..)| kind).collect();
    for record in &records {
        let text = record["text"].as_str().unwrap();
        let found = classifier.spans(text.as_bytes(), Tier::Medium);
        let gold = gold(record, "spans");
        for (kind, classes) in TYPES.iter().filter(|(kind, _)| labelled.contains(kind)) {
            let score = scores.entry((*kind).to_owned()).or_default();
            let found: Vec<_> =
                found.iter().filter(|(class, ..)| classes.contains(&class.as_str())).map(|(_, start, end)| (*start, *end)).collect();
            let gold: Vec<_> = gold.iter().filter(|(of, ..)| of == kind).map(|(_, start, end)| (*start, *end)).collect();
            tally(score, &found, &gold);
            if std::env::var_os("MISSED").is_some_and(|shown| shown == *kind) {
                let is_missed = |gold: &&(usize, usize)| !found.iter().any(|span| span.0 < gold.1 && gold.0 < span.1);
                gold.iter().filter(is_missed).for_each(|(start, end)| show(text, *start, *end));
            }
        }
    }
    report(path, &scores);
}

/// Shows a span of a corpus with what stands around it.
fn show(text: &str, start: usize, end: usize) {
    let from = text.floor_char_boundary(start.saturating_sub(40));
    let to = text.ceil_char_boundary((end + 20).min(text.len()));
    println!("    {:?} [{}] {:?}", &text[from..start], &text[start..end], &text[end..to]);
}

fn score_secrets(classifier: &Classifier, pack: &RulePack, path: &Path) {
    let mut score = Score::default();
    let is_credential = |class: &str| pack.classes.iter().any(|spec| spec.id.as_str() == class && spec.category.as_str() == "credential");
    for record in lines(path) {
        let found = classifier.spans(record["text"].as_str().unwrap().as_bytes(), Tier::Medium);
        let found: Vec<_> =
            found.iter().filter(|(class, ..)| is_credential(class.as_str())).map(|(_, start, end)| (*start, *end)).collect();
        let gold: Vec<_> = gold(&record, "spans").into_iter().map(|(_, start, end)| (start, end)).collect();
        tally(&mut score, &found, &gold);
    }
    report(path, &BTreeMap::from([("credential".to_owned(), score)]));
}

fn tally(score: &mut Score, found: &[(usize, usize)], gold: &[(usize, usize)]) {
    let overlaps = |a: &(usize, usize), b: &(usize, usize)| a.0 < b.1 && b.0 < a.1;
    score.wrong += found.iter().filter(|span| !gold.iter().any(|gold| overlaps(span, gold))).count() as u64;
    let right = gold.iter().filter(|gold| found.iter().any(|span| overlaps(span, gold))).count() as u64;
    score.right += right;
    score.missed += gold.len() as u64 - right;
}

/// The labelled spans of a record, in bytes.
fn gold<'r>(record: &'r Value, field: &str) -> Vec<(&'r str, usize, usize)> {
    let text = record["text"].as_str().unwrap();
    let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    offsets.push(text.len());
    let spans = record[field].as_array().map(Vec::as_slice).unwrap_or_default();
    let at = |span: &Value, end: &str| offsets[(span[end].as_u64().unwrap() as usize).min(offsets.len() - 1)];
    spans.iter().map(|span| (span["ctype"].as_str().unwrap_or_default(), at(span, "start"), at(span, "end"))).collect()
}

fn score_tables(classifier: &Classifier, path: &Path) {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for table in lines(path) {
        let columns = table["columns"].as_array().unwrap();
        let records = to_records(columns);
        let mut session = classifier.session(None);
        session.segment(&Segment::Records(&records));
        for (column, decision) in columns.iter().zip(session.finish().columns) {
            let gold = column["type"].as_str().unwrap_or("None");
            let gold = ALIASES.iter().find(|(alias, _)| *alias == gold).map_or(gold, |(_, kind)| *kind);
            if gold == "REVIEW" {
                continue;
            }
            let class = decision.class.as_ref().filter(|_| decision.confidence >= 0.5).map(|class| class.as_str());
            if let Some((kind, classes)) = TYPES.iter().find(|(kind, _)| *kind == gold) {
                let score = scores.entry((*kind).to_owned()).or_default();
                if class.is_some_and(|class| classes.contains(&class)) {
                    score.right += 1;
                } else {
                    score.missed += 1;
                    if std::env::var_os("MISSED").is_some_and(|shown| shown == *kind) {
                        println!("    {:?} {:?}", decision.name, column["values"].as_array().map(|values| &values[..values.len().min(4)]));
                    }
                }
            }
            if let Some(class) = class {
                let kind = TYPES.iter().find(|(_, classes)| classes.contains(&class)).map_or(class, |(kind, _)| *kind);
                if kind != gold {
                    if std::env::var_os("WRONG").is_some_and(|shown| shown == *kind) {
                        println!(
                            "    {gold} taken for {kind}: {:?} {:?}",
                            decision.name,
                            column["values"].as_array().map(|values| &values[..values.len().min(3)])
                        );
                    }
                    scores.entry(kind.to_owned()).or_default().wrong += 1;
                }
            }
        }
    }
    report(path, &scores);
}

fn to_records(columns: &[Value]) -> Records {
    let mut records = Records::default();
    for (index, column) in columns.iter().enumerate() {
        let name = column["name"].as_str().map_or_else(String::new, str::to_owned);
        // Two columns of one name would be taken for one.
        let name = if columns[..index].iter().any(|other| other["name"] == column["name"]) { format!("{name}.{index}") } else { name };
        let mut made = Column::new(name, ColumnKind::Text);
        let values = column["values"].as_array().unwrap();
        for (record, value) in (0..).zip(values) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            made.push(record, text.as_bytes());
        }
        records.records = records.records.max(values.len() as u32);
        records.columns.push(made);
    }
    records
}

fn score_clean(classifier: &Classifier, folder: &Path) {
    let mut by_class: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    let mut bytes = 0;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(content) = fs::read(&path) {
                bytes += content.len();
                for finding in findings(classifier, &content).findings {
                    let counts = by_class.entry(finding.class.to_string()).or_default();
                    counts.0 += finding.count_high;
                    counts.1 += finding.count_medium;
                    counts.2 += finding.count_low;
                    if finding.count_high > 0 && std::env::var_os("SHOW").is_some_and(|class| class == finding.class.as_str()) {
                        println!("  {} {:?} {:?} {:?}", path.display(), finding.places, finding.evidence, finding.rules);
                    }
                }
            }
        }
    }
    let gigabytes = bytes as f64 / 1e9;
    println!("clean, {gigabytes:.3} GB, per GB: high, medium, low");
    for (class, (high, medium, low)) in by_class {
        let per_gigabyte = |count: u64| count as f64 / gigabytes;
        println!("  {class:28} {:10.1} {:10.1} {:10.1}", per_gigabyte(high), per_gigabyte(medium), per_gigabyte(low));
    }
}

fn findings(classifier: &Classifier, content: &[u8]) -> AssetFindings {
    let mut session = classifier.session(None);
    session.segment(&Segment::Text(Text::whole(content, Origin::Lines { line: 1, byte: 0 })));
    session.finish()
}
