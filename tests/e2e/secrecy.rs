//! Values never leave: canaries of every class in every format and every name, and a search through all that was written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aho_corasick::{AhoCorasick, Match};
use terrier_classify::Classifier;
use terrier_model::Tier;
use terrier_rules::{Builtin, RulePack};
use terrier_sim::canary::{Canary, canaries};
use terrier_sim::document::{
    Dialect, Encoding, Member, Table, delimited, docx, encode, gzip, json, ndjson, ods, odt, parquet, pdf, pptx, rtf, tar, tar_gz, xlsx,
    zip,
};

use crate::harness::{Bench, Ended};

const TABLES: [&str; 7] = ["runs", "stores", "assets", "columns", "findings", "combinations", "fingerprints"];

/// A table with the canary as value, and one with the canary as a column's name.
fn tables(canary: &Canary) -> [Table; 2] {
    let mut as_value = Table::new(&["id", canary.field, "note"]);
    as_value.rows = (0..5).map(|row| vec![row.to_string(), canary.cell.clone(), canary.context.clone()]).collect();
    let mut as_header = Table::new(&["id", &canary.cell]);
    as_header.rows = (0..5).map(|row| vec![row.to_string(), canary.cell.clone()]).collect();
    [as_value, as_header]
}

fn documents(canary: &Canary) -> Vec<(String, Vec<u8>)> {
    let text = &canary.context;
    let [as_value, as_header] = tables(canary);
    let in_name = name_holding(canary).map_or("other.txt".to_owned(), |name| format!("{}_{name}.txt", canary.field));
    let member = |name: &str| Member::new(name, text.as_bytes());
    let archive = [member("plain.txt"), member(&in_name), Member::new("inner.zip", zip(&[member(&in_name)]))];
    let mut documents = vec![
        ("utf8.txt".to_owned(), text.clone().into_bytes()),
        ("utf16.txt".to_owned(), encode(text, Encoding::Utf16Le)),
        ("latin1.txt".to_owned(), encode(&format!("Größe é {text}"), Encoding::Latin1)),
        ("app.log.gz".to_owned(), gzip(text.as_bytes())),
        ("archive.zip".to_owned(), zip(&archive)),
        ("archive.tar".to_owned(), tar(&archive)),
        ("archive.tar.gz".to_owned(), tar_gz(&archive)),
        ("document.pdf".to_owned(), pdf(text)),
        ("document.docx".to_owned(), docx(text)),
        ("document.odt".to_owned(), odt(text)),
        ("document.rtf".to_owned(), rtf(text)),
        ("slides.pptx".to_owned(), pptx(text)),
        ("program.bin".to_owned(), [&b"\x7fELF\0\x01\x02\0\0\xff"[..], text.as_bytes(), &[0; 64]].concat()),
    ];
    for (kind, table) in [("value", &as_value), ("header", &as_header)] {
        documents.extend([
            (format!("{kind}.csv"), delimited(table, Dialect::CSV).into_bytes()),
            (format!("{kind}.tsv"), delimited(table, Dialect::TSV).into_bytes()),
            (format!("{kind}.json"), json(table).into_bytes()),
            (format!("{kind}.ndjson"), ndjson(table).into_bytes()),
            (format!("{kind}.parquet"), parquet(table)),
            (format!("{kind}.xlsx"), xlsx(&[("people", table)])),
            (format!("{kind}.ods"), ods(&[(&canary.cell, table)])),
        ]);
    }
    let broken =
        documents.iter().map(|(name, bytes)| (format!("broken-{name}"), bytes[..bytes.len() * 2 / 3].to_vec())).collect::<Vec<_>>();
    documents.extend(broken);
    documents
}

/// The canary as a part of a file's name, with what a name allows. A key of many lines is no name.
fn name_holding(canary: &Canary) -> Option<String> {
    (canary.cell == canary.value && canary.value.len() < 200).then(|| canary.value.replace('/', "_"))
}

fn plant(bench: &Bench, canary: &Canary) {
    for (name, bytes) in documents(canary) {
        bench.put(Path::new(canary.class).join(name), bytes);
    }
    if let Some(name) = name_holding(canary) {
        let folder = Path::new(canary.field).join(&name);
        bench.put(folder.join(format!("{}_{name}.txt", canary.field)), &canary.context);
        bench.put(Path::new(canary.field).join(format!("{name}.csv.gz")), gzip(b"a,b\n1,2\n"));
        // A date alone is the date of a file: it stays, whoever was born on it.
        if canary.class != "date_of_birth" {
            bench.put(Path::new("a1b2c3d4_e5f6").join(format!("{name}.dat")), &canary.context);
        }
    }
}

/// What must not be seen: the value, and its digits or letters without the separators where that is still telling.
fn needles(canary: &Canary) -> Vec<String> {
    let compact: String = canary.value.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut needles = vec![canary.value.clone()];
    if compact.len() >= 8 && compact != canary.value {
        needles.push(compact);
    }
    needles
}

/// Ids of assets that show all there is to explain: of each class and set of rules one with findings, of each column name that was
/// masked one, of each reason one that was not read.
fn explainable(bench: &Bench) -> Vec<String> {
    let ids = bench.pairs(
        "SELECT min(asset_id), '' FROM findings GROUP BY class, array_to_string(rules, ' ')
        UNION SELECT min(asset_id), '' FROM columns WHERE strpos(name, '‹') > 0 GROUP BY name
        UNION SELECT min(asset_id), '' FROM assets GROUP BY format, coverage_reason",
    );
    ids.into_iter().map(|(id, _)| id).collect()
}

/// What was seen where it must not be.
#[derive(Default)]
struct Leaks(BTreeSet<String>);

impl Leaks {
    fn search(&mut self, place: &str, bytes: &[u8], canaries: &[Canary]) {
        for canary in canaries {
            for needle in needles(canary) {
                if bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes())) {
                    self.0.insert(format!("{} through {place}", canary.class));
                }
            }
        }
    }

    fn search_output(&mut self, place: &str, ended: &Ended, canaries: &[Canary]) {
        self.search(&format!("{place} (stdout)"), ended.stdout.as_bytes(), canaries);
        self.search(&format!("{place} (stderr)"), ended.stderr.as_bytes(), canaries);
    }
}

impl Drop for Leaks {
    fn drop(&mut self) {
        assert!(std::thread::panicking() || self.0.is_empty(), "canaries left: {:#?}", self.0);
    }
}

#[test]
fn canaries_planted_everywhere_show_up_nowhere() {
    let (bench, mut leaks) = (Bench::new(), Leaks::default());
    let canaries = canaries();
    canaries.iter().for_each(|canary| plant(&bench, canary));
    let out = bench.out();
    let out = out.to_str().unwrap();

    let scan = bench.scan(&["--log", "trace"]);
    assert!([0, 3].contains(&scan.code), "{}", scan.stderr);
    leaks.search_output("scan", &scan, &canaries);
    leaks.search_output("scan as JSON", &bench.scan(&["--log", "trace", "--format", "json"]), &canaries);
    for table in TABLES {
        let sql = format!("SELECT * FROM {table}_all");
        let rows = bench.run(["query", &sql, "--findings", out, "--format", "json", "--log", "trace"]).expect(0);
        assert!(!rows.stdout.is_empty(), "{table} is empty, which proves nothing");
        leaks.search_output(&format!("the table {table}"), &rows, &canaries);
    }
    for show in [&["show"][..], &["show", "--worst", "1000"], &["show", "--class", "payment_card"]] {
        leaks.search_output("show", &bench.run(show.iter().copied().chain(["--findings", out])).expect(0), &canaries);
    }
    let explained = explainable(&bench);
    assert!(explained.len() > canaries.len(), "only {} assets to explain", explained.len());
    let explain = ["explain", "--findings", out, "--log", "trace"].map(str::to_owned);
    let told = bench.run(explain.iter().chain(&explained)).expect(0);
    assert!(canaries.iter().all(|canary| told.stdout.contains(canary.class)), "not every class is explained");
    leaks.search_output("explain", &told, &canaries);
    let explain = ["explain", "--findings", out, "--format", "json"].map(str::to_owned);
    leaks.search_output("explain as JSON", &bench.run(explain.iter().chain(explained.iter().take(50))).expect(0), &canaries);
    let (html, sarif) = (bench.path("report.html"), bench.path("report.sarif"));
    bench.run(["report", "--findings", out, "--html", html.to_str().unwrap(), "--sarif", sarif.to_str().unwrap()]).expect(0);
    for (path, bytes) in bench.written() {
        leaks.search(&path.display().to_string(), &bytes, &canaries);
        leaks.search("a file's name", path.as_os_str().as_encoded_bytes(), &canaries);
    }
}

/// The extended rules bring their own canaries: what they find in their examples.
#[test]
fn what_the_extended_rules_find_shows_up_nowhere() {
    const SHORTEST: usize = 8;
    const MOST_EXPLAINED: usize = 100;
    let (bench, mut found) = (Bench::new(), BTreeMap::new());
    let pack = RulePack::load(&[], Builtin::Extended).unwrap();
    let classifier = Classifier::compile(&pack).unwrap();
    for rule in &pack.rules {
        let text = rule.examples.join("\n\n");
        for span in classifier.spans(text.as_bytes(), 0..text.len(), Tier::Medium) {
            found.insert(text.as_bytes()[span.start..span.end].to_owned(), &rule.id);
        }
        let mut table = Table::new(&["id", rule.fields.first().map_or("value", String::as_str)]);
        table.rows = (0..).zip(&rule.examples).map(|(id, example): (u32, _)| vec![id.to_string(), example.clone()]).collect();
        bench.put(format!("{}.txt", rule.id), &text);
        bench.put(format!("{}.csv", rule.id), delimited(&table, Dialect::CSV));
        bench.put(format!("{}.ndjson", rule.id), ndjson(&table));
    }
    // What is as short as `female` turns up by accident, and so does what classes are called by, such as `Hong Kong`.
    let named: String = pack.classes.iter().map(|class| format!("{} ", class.name)).collect();
    let is_name = |value: &[u8]| named.as_bytes().windows(value.len()).any(|window| window == value);
    found.retain(|value, _| value.len() >= SHORTEST && !is_name(value));
    assert!(found.len() > 2_000, "only {} values", found.len());

    let out = bench.out();
    let out = out.to_str().unwrap();
    let scan = bench.scan(&["--extended-rules", "--log", "trace"]);
    assert!([0, 3].contains(&scan.code), "{}", scan.stderr);
    let (html, sarif) = (bench.path("report.html"), bench.path("report.sarif"));
    bench.run(["report", "--findings", out, "--html", html.to_str().unwrap(), "--sarif", sarif.to_str().unwrap()]).expect(0);
    let mut written: Vec<(String, Vec<u8>)> = vec![("stdout".into(), scan.stdout.into()), ("stderr".into(), scan.stderr.into())];
    for table in TABLES {
        let sql = format!("SELECT * FROM {table}_all");
        let rows = bench.run(["query", &sql, "--findings", out, "--format", "json"]).expect(0);
        written.push((format!("the table {table}"), rows.stdout.into()));
    }
    let explained = explainable(&bench);
    let explain = ["explain", "--findings", out].map(str::to_owned);
    let ended = bench.run(explain.iter().chain(explained.iter().take(MOST_EXPLAINED))).expect(0);
    written.push(("what is explained".into(), ended.stdout.into()));
    written.extend(bench.written().into_iter().map(|(path, bytes)| (path.display().to_string(), bytes)));
    let values = AhoCorasick::new(found.keys()).unwrap();
    let rules: Vec<&&String> = found.values().collect();
    let mut left = BTreeSet::new();
    for (place, bytes) in &written {
        // Eight digits turn up by accident within the sixteen of a time, and the nineteen of a hash.
        let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        let is_within_number = |value: &Match| {
            bytes[value.range()].iter().all(u8::is_ascii_digit) && (is_digit(value.start().checked_sub(1)) || is_digit(Some(value.end())))
        };
        let leaked = values.find_iter(bytes).filter(|value| !is_within_number(value));
        left.extend(leaked.map(|value| format!("{} in {place}", rules[value.pattern().as_usize()])));
    }
    assert!(left.is_empty(), "values of the extended rules left: {left:#?}");
}

#[test]
fn every_class_is_found_in_the_canaries() {
    let bench = Bench::new();
    let canaries = canaries();
    for canary in &canaries {
        bench.put(format!("{}.txt", canary.class), &canary.context);
    }
    bench.scan(&[]).expect(0);
    let found = bench.pairs("SELECT a.path, f.class FROM findings f JOIN assets a USING (asset_id)");
    for canary in &canaries {
        let expect = (format!("{}.txt", canary.class), canary.class.to_owned());
        assert!(found.contains(&expect), "{} was not found in its own context", canary.class);
    }
}

#[test]
fn errors_do_not_quote_what_the_user_named() {
    let (bench, mut leaks) = (Bench::new(), Leaks::default());
    let canaries = canaries();
    bench.put("card.txt", "nothing");
    bench.scan(&[]).expect(0);
    let findings = bench.out();
    let findings = findings.to_str().unwrap();
    for canary in &canaries {
        let Some(name) = name_holding(canary) else { continue };
        let missing = bench.path(&format!("{}_{name}", canary.field));
        let missing = missing.to_str().unwrap();
        let out = bench.out();
        leaks.search_output("a missing target", &bench.run(["scan", missing, "--out", out.to_str().unwrap()]).expect(2), &canaries);
        leaks.search_output("missing findings", &bench.run(["show", "--findings", missing]).expect(2), &canaries);
        let explain = ["explain", &name, "--findings", findings];
        leaks.search_output("a missing asset", &bench.run(explain).expect(2), &canaries);
        leaks.search_output("a missing key", &bench.run(["scan", ".", "--key-file", missing]).expect(2), &canaries);
    }
}
