//! What is told of small corpora that are made here, under rules that are made here.

#![expect(clippy::unwrap_used, reason = "helpers outside of test functions are tests too")]

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;
use serde_json::Value;
use tempfile::TempDir;
use terrier_classify::Classifier;
use terrier_eval::{Evaluation, Options, evaluate};
use terrier_rules::{Builtin, RulePack};

/// One class per tier, by prior alone: e-mail addresses are high, telephone numbers medium, Social Security numbers low. `us_ssn` answers
/// to two types.
const PACK: &str = r"
pack: test
classes:
  - {id: email, name: E-mail address, category: contact, sensitivity: restricted}
  - {id: phone, name: Telephone number, category: contact, sensitivity: confidential}
  - {id: us_ssn, name: Social Security number, category: national_id, sensitivity: restricted}
rules:
  - {id: email.any, class: email, description: An address., pattern: '\b[a-z]{1,20}@[a-z]{1,20}\.example\b', prior: 5.0}
  - {id: phone.any, class: phone, description: A number., pattern: '\b\d{3}-\d{4}\b', prior: 1.0}
  - {id: us_ssn.any, class: us_ssn, description: A number., pattern: '\b\d{3}-\d{2}-\d{4}\b', validator: us_ssn, prior: -1.0}
";

const TEXTS: &str = r#"
{"id":"t/1","text":"Żółw: ann@corp.example","spans":[{"start":6,"end":22,"type":"EMAIL_ADDRESS","ctype":"EMAIL"}],"label":"restricted"}
{"id":"t/2","text":"bob@corp.example and 555-0199","spans":[{"start":0,"end":16,"ctype":"EMAIL"},{"start":17,"end":29,"ctype":"PHONE"}],"label":"restricted"}
{"id":"t/3","text":"call 555-0142, or part 555-0143; 536-90-4399","spans":[{"start":5,"end":13,"ctype":"PHONE"},{"start":33,"end":44,"ctype":"US_SSN"},{"start":0,"end":4,"ctype":"ORG"}],"label":"public"}
{"id":"t/4","text":"dora at corp dot example is 41","spans":[{"start":0,"end":24,"ctype":"EMAIL"},{"start":28,"end":30,"ctype":"OCCUPATION"}],"label":"restricted"}
"#;

const OTHER: &str = r#"
{"id":"t/1","spans":[{"start":6,"end":22,"ctype":"EMAIL"}]}
{"id":"t/2","spans":[{"start":0,"end":9,"ctype":"EMAIL_ADDRESS","tier":"medium"},{"start":21,"end":29,"ctype":"PHONE_NUMBER","tier":"low"}]}
{"id":"t/3","spans":[]}
{"id":"t/4","spans":[{"start":28,"end":30,"ctype":"OCCUPATION"}]}
"#;

const TABLES: &str = r#"
{"file":"people.csv","columns":[{"name":"mail","values":["ann@corp.example","bob@corp.example"],"type":"EMAIL_ADDRESS"},{"name":"tel","values":["n/a","none"],"type":"PHONE_NUMBER"},{"name":"part","values":["555-0142","555-0143"],"type":"None"},{"name":"odd","values":["ann@corp.example"],"type":"REVIEW"},{"name":"age","values":["41",null,7],"type":"OCCUPATION"}]}
"#;

const VECTORS: &str = r#"
{"id":"v/1","text":"536-90-4399","module":"stdnum.us.ssn","valid":true}
{"id":"v/2","text":"536904399","module":"stdnum.us.ssn","valid":true}
{"id":"v/3","text":"000-90-4399","module":"stdnum.us.ssn","valid":false}
{"id":"v/4","text":"12","module":"stdnum.xx.yyy","valid":true}
{"id":"v/5","text":"555-0142","region":"US","format":"national","valid":true}
{"id":"v/6","text":"555-01421","region":"US","valid":false}
"#;

const BARS: &str = "
least_labels: 2
least_clean_bytes: 1
text:
  - {type: EMAIL, tier: high, precision: 0.9, recall: 0.9}
  - {type: PHONE, tier: medium, precision: 0.6}
  - {type: US_SSN, tier: low, f1: 0.5}
columns: {tier: medium, precision: 0.98, recall: 0.5}
label: {tier: high, precision: 0.98, recall: 0.95}
id_vectors: {accepted: 0.5, rejected: 1.0}
clean:
  - {classes: ['*', '-email'], most_per_gigabyte: 0}
";

struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(fixture.path("rules")).unwrap();
        fs::create_dir(fixture.path("corpora")).unwrap();
        fs::create_dir(fixture.path("clean")).unwrap();
        for (name, text) in [
            ("rules/pack.yaml", PACK),
            ("corpora/texts.jsonl", TEXTS),
            ("corpora/tables.jsonl", TABLES),
            ("corpora/vectors.jsonl", VECTORS),
            ("other.jsonl", OTHER),
            ("bars.yaml", BARS),
            ("clean/a.txt", "one\ntwo cara@corp.example\n"),
        ] {
            fs::write(fixture.path(name), text).unwrap();
        }
        fixture
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> Options {
        Options {
            corpora: vec![self.path("corpora")],
            clean: vec![self.path("clean")],
            others: vec![("other".to_owned(), self.path("other.jsonl"))],
            bars: Some(self.path("bars.yaml")),
            errors: Some(9),
            ..Options::default()
        }
    }

    fn evaluate(&self, options: &Options) -> Evaluation {
        let pack = RulePack::load(&[self.path("rules")], Builtin::None).unwrap();
        evaluate(&Classifier::compile(&pack).unwrap(), &pack, options).unwrap()
    }
}

/// Without the first line, which names the version, and without the place of the fixture.
fn shown(told: &str, fixture: &Path) -> String {
    let told = told.replace(fixture.to_str().unwrap(), "…");
    told.lines().skip(1).map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_table_tells_all_of_it() {
    let fixture = Fixture::new();
    let table = fixture.evaluate(&fixture.options()).table();
    expect![[r#"
        In brackets: 95 % bounds (Wilson). Tiers add up: `medium` stands for high and medium, `low` for all.

        texts: 4 texts
          type                     program         tier    labels predicted  precision             recall                F1     exact precision, recall
          EMAIL                    terrier         high         3         2  1.000 [0.342, 1.000]  0.667 [0.208, 0.939]  0.800  1.000, 0.667
          EMAIL                    other           high         3         1  1.000 [0.207, 1.000]  0.333 [0.061, 0.792]  0.500  1.000, 0.333
          EMAIL                    other           medium       3         2  1.000 [0.342, 1.000]  0.667 [0.208, 0.939]  0.800  0.500, 0.333
          OCCUPATION               terrier         high         1         0  –                     0.000 [0.000, 0.793]  0.000  –, 0.000
          OCCUPATION               other           high         1         1  1.000 [0.207, 1.000]  1.000 [0.207, 1.000]  1.000  1.000, 1.000
          PHONE                    terrier         high         2         0  –                     0.000 [0.000, 0.658]  0.000  –, 0.000
          PHONE                    terrier         medium       2         3  0.667 [0.208, 0.939]  1.000 [0.342, 1.000]  0.800  0.333, 0.500
          PHONE                    other           high         2         0  –                     0.000 [0.000, 0.658]  0.000  –, 0.000
          PHONE                    other           low          2         1  1.000 [0.207, 1.000]  0.500 [0.095, 0.905]  0.667  0.000, 0.000
          US_SSN                   terrier         high         1         0  –                     0.000 [0.000, 0.793]  0.000  –, 0.000
          US_SSN                   terrier         low          1         1  1.000 [0.207, 1.000]  1.000 [0.207, 1.000]  1.000  1.000, 1.000
          documents, terrier: 4 labelled, 3 restricted; accuracy 0.750 [0.301, 0.954], restricted: precision 1.000 [0.342, 1.000], recall 0.667 [0.208, 0.939]

        tables: 1 tables
          type                     program         tier    labels predicted  precision             recall                F1
          EMAIL                    terrier         high         1         1  1.000 [0.207, 1.000]  1.000 [0.207, 1.000]  1.000
          PHONE                    terrier         high         1         0  –                     0.000 [0.000, 0.793]  0.000
          PHONE                    terrier         medium       1         1  0.000 [0.000, 0.793]  0.000 [0.000, 0.793]  0.000
          all 4 columns            terrier         high         2         1  1.000 [0.207, 1.000]  0.500 [0.095, 0.905]  0.667
          all 4 columns            terrier         medium       2         2  0.500 [0.095, 0.905]  0.500 [0.095, 0.905]  0.500
          labelled, and no class in force answers to it: OCCUPATION

        vectors: numbers of 2 kinds that rules know, 4 more of 2 kinds that none knows
          kind                      valid accepted              found high+med+low  invalid  rejected                       found
          and 2 kinds of which all valid numbers are accepted and found, and all others rejected
          all telephone numbers         1 1.000 [0.207, 1.000]            0, 1, 1        1  1.000 [0.207, 1.000]         0, 0, 0
          no rule knows: us.ssn, xx.yyy

        Clean data: 0.000 GB in 1 files (0 binary files left out); findings at each tier, and per GB
          class                            high     per GB   medium     per GB      low     per GB
          email                               1 38461538.5        0        0.0        0        0.0

        Bars
          lane                                                                     figure                      n     value      bar
          EMAIL from high                                                          precision                   3     1.000      0.9  reached
          EMAIL from high                                                          recall                      3     0.667      0.9  not reached
          PHONE from medium                                                        precision                   2     0.667      0.6  reached
          US_SSN from low                                                          F1                          1     1.000      0.5  reported
          table columns from medium                                                precision                   2     0.500     0.98  not reached
          table columns from medium                                                recall                      2     0.500      0.5  reached
          documents restricted                                                     precision                   4     1.000     0.98  reached
          documents restricted                                                     recall                      4     0.667     0.95  not reached
          clean data: * -email                                                     per GB, at most            26     0.000        0  reached

        Mistakes
          terrier tables people.csv column 1: missed PHONE  [[tel]]
          terrier tables people.csv column 2: false PHONE (medium, phone)  [[part]]
          terrier texts t/3 23..31: false PHONE (medium, phone.any)  call 555-0142, or part [[555-0143]]; 536-90-4399
          terrier texts t/4 0..24: missed EMAIL  [[dora at corp dot example]] is 41
          other texts t/3 5..13: missed PHONE  call [[555-0142]], or part 555-0143; 536-90-4399
          other texts t/3 33..44: missed US_SSN  call 555-0142, or part 555-0143; [[536-90-4399]]
          other texts t/4 0..24: missed EMAIL  [[dora at corp dot example]] is 41
          terrier clean data …/clean/a.txt:2: false email (high, email.any)
    "#]].assert_eq(&shown(&table, fixture.folder.path()));
}

#[test]
fn the_same_corpora_give_the_same_report() {
    let fixture = Fixture::new();
    let report = || {
        let evaluation = fixture.evaluate(&fixture.options());
        (evaluation.table(), evaluation.json())
    };
    assert_eq!(report(), report());
}

/// The names of all fields; what is named by data (types, programs, tiers and the like) stands as one, `*`.
fn fields(value: &Value, is_data: bool, indent: usize, out: &mut String) {
    const NAMED_BY_DATA: [&str; 5] = ["types", "programs", "kinds", "classes", "uncovered"];
    match value {
        Value::Object(here) => {
            let is_data = is_data || here.contains_key("terrier") || here.contains_key("medium");
            let one = here.iter().filter(|(_, value)| !is_data || !value.is_null()).take(if is_data { 1 } else { here.len() });
            for (name, value) in one {
                out.push_str(&format!("{:indent$}{}\n", "", if is_data { "*" } else { name }));
                fields(value, NAMED_BY_DATA.contains(&name.as_str()), indent + 2, out);
            }
        }
        Value::Array(values) => values.first().into_iter().for_each(|first| fields(first, false, indent, out)),
        _ => {}
    }
}

#[test]
fn the_fields_of_the_json_are_a_promise() {
    let fixture = Fixture::new();
    let options = Options { only: ["EMAIL", "stdnum.us.ssn", "stdnum.xx.yyy"].map(str::to_owned).to_vec(), ..fixture.options() };
    let json: Value = serde_json::from_str(&fixture.evaluate(&options).json()).unwrap();
    let mut told = String::new();
    fields(&json, false, 0, &mut told);
    expect![[r#"
        bars
          bar
          figure
          lane
          n
          standing
          value
        clean
          binary_files_left_out
          bytes
          classes
            *
              *
                count
                per_gigabyte
          files
        engine
        mistakes
          by
          corpus
          name
          place
          program
          record
          shown
            after
            before
            there
          tier
          what
        programs
        rules
          classes
          count
          digest
        tables
          name
          programs
            *
              all
                *
                  f1
                  found
                  labelled
                  precision
                    high
                    low
                    value
                  predicted
                  recall
                    high
                    low
                    value
                  right
              columns
              types
                *
                  *
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
          tables
          uncovered
        tables_pooled
          name
          programs
            *
              all
                *
                  f1
                  found
                  labelled
                  precision
                    high
                    low
                    value
                  predicted
                  recall
                    high
                    low
                    value
                  right
              columns
              types
                *
                  *
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
          tables
          uncovered
        texts
          documents
            *
              accuracy
                high
                low
                value
              documents
              restricted
                f1
                found
                labelled
                precision
                  high
                  low
                  value
                predicted
                recall
                  high
                  low
                  value
                right
          name
          records
          types
            *
              *
                *
                  exact
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
                  overlap
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
          uncovered
        texts_pooled
          documents
            *
              accuracy
                high
                low
                value
              documents
              restricted
                f1
                found
                labelled
                precision
                  high
                  low
                  value
                predicted
                recall
                  high
                  low
                  value
                right
          name
          records
          types
            *
              *
                *
                  exact
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
                  overlap
                    f1
                    found
                    labelled
                    precision
                      high
                      low
                      value
                    predicted
                    recall
                      high
                      low
                      value
                    right
          uncovered
        vectors
          ids
            acceptance
            accepted
            found
              *
            found_invalid
              *
            invalid
            rejected
            rejection
            valid
          kinds
          name
          phones
            acceptance
            accepted
            found
              *
            found_invalid
              *
            invalid
            rejected
            rejection
            valid
          unknown
            stdnum.us.ssn
            stdnum.xx.yyy
        vectors_pooled
          ids
            acceptance
            accepted
            found
              *
            found_invalid
              *
            invalid
            rejected
            rejection
            valid
          kinds
          name
          phones
            acceptance
            accepted
            found
              *
            found_invalid
              *
            invalid
            rejected
            rejection
            valid
          unknown
            stdnum.us.ssn
            stdnum.xx.yyy
        version
    "#]]
    .assert_eq(&told);
    let email = &json["texts"][0]["types"]["EMAIL"];
    let [own, other] = ["terrier", "other"].map(|program| &email[program]["low"]);
    assert_eq!(own["overlap"]["precision"]["value"], 1.0);
    assert_eq!(own["overlap"]["found"], 2);
    assert_eq!(own["exact"]["found"], 2);
    assert_eq!((&other["overlap"]["found"], &other["exact"]["found"]), (&2.into(), &1.into()));
}

#[test]
fn predictions_hold_places_and_no_value() {
    let fixture = Fixture::new();
    let out = fixture.path("said.jsonl");
    fixture.evaluate(&Options { predictions: Some(out.clone()), ..fixture.options() });
    expect![[r#"
        {"id":"people.csv","columns":[{"index":0,"ctypes":["EMAIL"],"tier":"high","class":"email"},{"index":2,"ctypes":["PHONE","PH_MOBILE_NUMBER","TR_PHONE_NUMBER"],"tier":"medium","class":"phone"},{"index":3,"ctypes":["EMAIL"],"tier":"high","class":"email"}],"spans":[]}
        {"id":"t/1","spans":[{"start":6,"end":22,"ctype":"EMAIL","tier":"high","class":"email","rule":"email.any"}],"label":"restricted"}
        {"id":"t/2","spans":[{"start":0,"end":16,"ctype":"EMAIL","tier":"high","class":"email","rule":"email.any"},{"start":21,"end":29,"ctype":"PHONE","tier":"medium","class":"phone","rule":"phone.any"},{"start":21,"end":29,"ctype":"PH_MOBILE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"},{"start":21,"end":29,"ctype":"TR_PHONE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"}],"label":"restricted"}
        {"id":"t/3","spans":[{"start":5,"end":13,"ctype":"PHONE","tier":"medium","class":"phone","rule":"phone.any"},{"start":5,"end":13,"ctype":"PH_MOBILE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"},{"start":5,"end":13,"ctype":"TR_PHONE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"},{"start":23,"end":31,"ctype":"PHONE","tier":"medium","class":"phone","rule":"phone.any"},{"start":23,"end":31,"ctype":"PH_MOBILE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"},{"start":23,"end":31,"ctype":"TR_PHONE_NUMBER","tier":"medium","class":"phone","rule":"phone.any"},{"start":33,"end":44,"ctype":"NATIONAL_ID","tier":"low","class":"us_ssn","rule":"us_ssn.any"},{"start":33,"end":44,"ctype":"TAX_ID","tier":"low","class":"us_ssn","rule":"us_ssn.any"},{"start":33,"end":44,"ctype":"US_SSN","tier":"low","class":"us_ssn","rule":"us_ssn.any"}],"label":"public"}
        {"id":"t/4","spans":[],"label":"public"}
    "#]].assert_eq(&fs::read_to_string(&out).unwrap());
    // Scored as another program's, they come out as they did, labels of documents and columns included.
    let again = Options { others: vec![("again".to_owned(), out)], ..fixture.options() };
    let json: Value = serde_json::from_str(&fixture.evaluate(&again).json()).unwrap();
    let text = &json["texts"][0];
    for (name, programs) in text["types"].as_object().unwrap() {
        assert_eq!(programs["terrier"], programs["again"], "{name}");
    }
    assert_eq!(text["documents"]["terrier"], text["documents"]["again"]);
    assert_eq!(json["tables"][0]["programs"]["terrier"], json["tables"][0]["programs"]["again"]);
}

#[test]
fn two_programs_of_one_name_are_refused() {
    let fixture = Fixture::new();
    let pack = RulePack::load(&[fixture.path("rules")], Builtin::None).unwrap();
    let classifier = Classifier::compile(&pack).unwrap();
    for names in [["terrier", "a"], ["b", "b"]] {
        let others = names.map(|name| (name.to_owned(), fixture.path("other.jsonl"))).to_vec();
        let told = evaluate(&classifier, &pack, &Options { others, ..fixture.options() }).unwrap_err().to_string();
        assert!(told.contains("other.jsonl: another program is called"), "{told}");
    }
}

#[test]
fn maps_of_ones_own_are_used() {
    let fixture = Fixture::new();
    fs::write(fixture.path("types.yaml"), "types: {OCCUPATION: [email]}\nnot_scored: [ORG]\n").unwrap();
    let options = Options { types: Some(fixture.path("types.yaml")), ..fixture.options() };
    let json: Value = serde_json::from_str(&fixture.evaluate(&options).json()).unwrap();
    assert!(json["texts"][0]["types"]["OCCUPATION"].is_object());
    assert_eq!(json["texts"][0]["types"]["OCCUPATION"]["terrier"]["high"]["overlap"]["predicted"], 2);
}
