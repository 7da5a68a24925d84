//! What `terrier eval` says of small corpora that are made here.

use expect_test::expect;
use serde_json::Value;

use crate::harness::Bench;

/// Three texts. Of the three e-mail addresses one is written out and is missed, and one of the two cards is not labelled.
fn corpus(bench: &Bench) -> String {
    let lines = [
        r#"{"id":"t/1","text":"Żółć: ann@corp.example.org","spans":[{"start":6,"end":26,"type":"EMAIL_ADDRESS","ctype":"EMAIL"}]}"#,
        r#"{"id":"t/2","text":"card 4539 5787 6362 1486, mail bob@corp.example.org","spans":[{"start":5,"end":24,"ctype":"CREDIT_CARD"},{"start":31,"end":51,"ctype":"EMAIL"}]}"#,
        r#"{"id":"t/3","text":"carl at corp dot example, no card: 4539 5787 6362 1486","spans":[{"start":0,"end":24,"ctype":"EMAIL"}]}"#,
    ];
    bench.put("made.jsonl", lines.join("\n"));
    bench.estate().join("made.jsonl").to_str().unwrap().to_owned()
}

#[test]
fn figures_follow_from_labels_and_mistakes_are_shown_where_they_are() {
    let bench = Bench::new();
    let corpus = corpus(&bench);
    let ended = bench.run(["eval", &corpus, "--errors", "--only", "EMAIL,CREDIT_CARD"]).expect(0);
    let told: String = ended.stdout.lines().skip(1).map(|line| format!("{}\n", line.trim_end())).collect();
    expect![[r#"
        In brackets: 95 % bounds (Wilson). Tiers add up: `medium` stands for high and medium, `low` for all.

        made: 3 texts
          type                     program         tier    labels predicted  precision             recall                F1     exact precision, recall
          CREDIT_CARD              terrier         high         1         2  0.500 [0.095, 0.905]  1.000 [0.207, 1.000]  0.667  0.500, 1.000
          EMAIL                    terrier         high         3         2  1.000 [0.342, 1.000]  0.667 [0.208, 0.939]  0.800  1.000, 0.667

        Bars
          lane                                                                     figure                      n     value      bar
          CREDIT_CARD from medium                                                  precision                   1     0.500    0.995  reported
          CREDIT_CARD from medium                                                  recall                      1     1.000     0.97  reported
          EMAIL from medium                                                        precision                   3     1.000    0.995  reported
          EMAIL from medium                                                        recall                      3     0.667     0.97  reported

        Mistakes
          terrier made t/3 35..54: false CREDIT_CARD (high, payment_card.grouped)  carl at corp dot example, no card: [[4539 5787 6362 1486]]
          terrier made t/3 0..24: missed EMAIL  [[carl at corp dot example]], no card: 4539 5787 6362 1486
    "#]].assert_eq(&told);
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
}

#[test]
fn predictions_that_are_written_score_as_they_did() {
    let bench = Bench::new();
    let corpus = corpus(&bench);
    let out = bench.path("said.jsonl");
    let out = out.to_str().unwrap();
    bench.run(["eval", &corpus, "--predictions", out]).expect(0);
    let written = std::fs::read_to_string(out).unwrap();
    let first: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
    let span = &first["spans"][0];
    assert_eq!((&first["id"], &span["start"], &span["end"], &span["ctype"]), (&"t/1".into(), &6.into(), &26.into(), &"EMAIL".into()));
    assert!(!written.contains("example"), "no value is written: {written}");
    let told = bench.run(["eval", &corpus, "--score", out, "--as", "again", "--format", "json"]).expect(0).stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["programs"], serde_json::json!(["terrier", "again"]));
    for (name, programs) in told["texts"][0]["types"].as_object().unwrap() {
        assert_eq!(programs["terrier"], programs["again"], "{name}");
    }
}

#[test]
fn of_clean_data_only_places_are_told() {
    let bench = Bench::new();
    bench.put("notes.txt", "nothing\ncard 4539 5787 6362 1486\n");
    let clean = bench.estate();
    let clean = clean.to_str().unwrap();
    let told = bench.run(["eval", "--clean", clean, "--errors"]).expect(0).stdout;
    assert!(told.contains("notes.txt:2: false payment_card (high, payment_card.grouped)"), "{told}");
    assert!(!told.contains("4539"), "{told}");
    let json = bench.run(["eval", "--clean", clean, "--format", "json"]).expect(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["clean"]["classes"]["payment_card"]["high"]["count"], 1);
    assert_eq!(json["clean"]["bytes"], 33);
}

#[test]
fn what_cannot_be_scored_is_told_with_file_and_line() {
    let bench = Bench::new();
    let put = |text: &str| {
        bench.put("bad.jsonl", text);
        bench.estate().join("bad.jsonl").to_str().unwrap().to_owned()
    };
    for (text, told) in [
        ("{\"id\":\"1\",\"text\":\"abc\",\"spans\":[]}\nnot JSON\n", "bad.jsonl:2: "),
        ("{\"id\":\"1\",\"text\":\"abc\",\"spans\":[{\"start\":1,\"end\":4,\"ctype\":\"EMAIL\"}]}\n", "span 1..4 does not lie in the text"),
        ("{\"id\":\"1\",\"text\":\"abc\"}\n", "the form of the record is not known"),
        ("{\"id\":\"1\",\"text\":7,\"spans\":[]}\n", "another type than a text asks for"),
        ("", "it holds no record"),
    ] {
        let ended = bench.run(["eval", &put(text)]).expect(2);
        assert!(ended.stderr.contains(told) && ended.stdout.is_empty(), "{told}: {}", ended.stderr);
    }
    let ended = bench.run(["eval", "nowhere"]).expect(2);
    assert!(ended.stderr.contains("nowhere"), "{}", ended.stderr);
    let ended = bench.run(["eval"]).expect(2);
    assert!(ended.stderr.contains("CORPUS"), "{}", ended.stderr);
    let ended = bench.run(["eval", "a", "--score", "b", "--score", "c", "--as", "d"]).expect(2);
    assert!(ended.stderr.contains("--score was given 2 times"), "{}", ended.stderr);
}
