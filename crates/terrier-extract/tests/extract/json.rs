use expect_test::expect;

use crate::transcript::{check, extract, saw};

#[test]
fn key_paths_are_columns() {
    check(
        "a.json",
        br#"[{"user": {"name": "Ann", "emails": ["a@x.org", "b@x.org"]}, "n": 1, "ok": true, "none": null},
             {"user": {"name": "B\u00f6b \ud83d\ude00"}, "n": -2.5e3}]"#,
        expect![[r#"
            0: user.name=Ann user.emails[]=a@x.org user.emails[]=b@x.org n=1 ok=true
            1: user.name=Böb 😀 n=-2.5e3
            = json full, 2 records
        "#]],
    );
}

#[test]
fn lines_are_records() {
    check(
        "a.ndjson",
        b"{\"a\": 1, \"list\": [{\"b\": 1}, {\"b\": 2}]}\n\n{\"a\": 2}\n[1, \"x\"]\n\"word\"\n",
        expect![[r#"
            0: a=1 list[].b=1 list[].b=2
            1: a=2
            2: []=1 []=x
            3: []=word
            = ndjson full, 4 records
        "#]],
    );
}

#[test]
fn arrays_inside_a_document_hold_its_records() {
    check(
        "a.json",
        br#"{"total": 2, "tags": ["x", "y"], "users": [{"id": 1}, {"id": 2}], "page": {"next": 3}}"#,
        expect![[r#"
            0: total=2 tags[]=x tags[]=y
            1: users[].id=1
            2: users[].id=2
            3: page.next=3
            = json full, 4 records
        "#]],
    );
}

#[test]
fn values_without_lines_between_are_records_too() {
    check(
        "a.json",
        br#"{"a":1}{"a":2} {"a":3}"#,
        expect![[r#"
        0: a=1
        1: a=2
        2: a=3
        = ndjson full, 3 records
    "#]],
    );
}

#[test]
fn a_damaged_line_is_text_and_the_next_is_a_record() {
    check(
        "a.jsonl",
        b"{\"a\": 1}\n{\"a\": 2, \"ssn\": 536-90-4399}\nnoise\n{\"a\": 3}\n{\"a\": \"cut",
        expect![[r#"
        line 2, byte 18: "\"ssn\": 536-90-4399}\n"
        line 3, byte 38: "noise\n"
        line 5, byte 54: "\"a\": \"cut"
        0: a=1
        1: a=2
        2: a=3
        = ndjson full, 3 records
    "#]],
    );
}

#[test]
fn a_damaged_document_goes_on_as_text() {
    check(
        "a.json",
        b"[{\"a\": 1},\n {\"a\": 2} oops {\"a\": \"needle\"}]\n",
        expect![[r#"
        0: a=1
        1: a=2
        line 2, byte 21: "oops {\"a\": \"needle\"}]\n"
        = json full, 2 records
    "#]],
    );
}

#[test]
fn nesting_is_bounded_and_still_seen() {
    let deep = format!("{}\"needle\"{}", "[".repeat(100_000), "]".repeat(100_000));
    let (transcript, outcome) = extract("a.json", &deep.into_bytes());
    assert!(saw(&transcript, "needle"));
    assert_eq!(outcome.method.as_str(), "full");
}

#[test]
fn long_strings_are_read_as_text() {
    let long = "word \\u00e9 \\\"quoted\\\" ".repeat(200_000);
    let json = format!("{{\"a\": 1, \"long\": \"{long}needle\", \"b\": 2}}\n{{\"a\": 3}}\n");
    let (transcript, _) = extract("a.ndjson", &json.into_bytes());
    assert!(saw(&transcript, "word \u{e9} \"quoted\" needle"));
    assert!(transcript.lines.contains("0: a=1 b=2\n1: a=3"), "{}", &transcript.lines[transcript.lines.len() - 100..]);
}

#[test]
fn keys_beyond_all_measure_are_seen() {
    let keys = (0..20_000).map(|key| format!("\"key{key}@x.org\": {key}")).collect::<Vec<_>>().join(", ");
    let (transcript, _) = extract("a.json", &format!("{{{keys}}}").into_bytes());
    assert!(saw(&transcript, "key19999@x.org") && saw(&transcript, "\n19999\n"));
    assert!(transcript.lines.contains("(other)=19999"));
}

#[test]
fn kinds_of_a_column_are_joined() {
    check(
        "a.ndjson",
        b"{\"a\": 1}\n{\"a\": 2.5}\n{\"a\": \"x\"}\n",
        expect![[r#"
        0: a=1
        1: a=2.5
        2: a=x
        = ndjson full, 3 records
    "#]],
    );
}
