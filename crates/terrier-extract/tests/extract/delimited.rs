use expect_test::expect;

use crate::transcript::{check, extract, saw};

#[test]
fn dialects_are_told() {
    let expect = || {
        expect![[r#"
            property: "id,name,email\n"
            0: id=1 name=Ann email=ann@example.com
            1: id=2 name=Bob
            2: id=3 name=Cy email=cy@example.com
            = csv full, 3 records
        "#]]
    };
    let rows = "id,name,email\n1,Ann,ann@example.com\n2,Bob,\n3,Cy,cy@example.com\n";
    check("a.csv", rows.as_bytes(), expect());
    check("unnamed", rows.as_bytes(), expect());
    for (delimiter, name) in [(";", "csv"), ("|", "csv"), ("\t", "tsv")] {
        let (transcript, outcome) = extract("unnamed", &rows.replace(',', delimiter).into_bytes());
        assert!(transcript.lines.contains("0: id=1 name=Ann email=ann@example.com\n"), "{delimiter:?}");
        assert_eq!(outcome.format, Some(name));
    }
    check(
        "a.csv",
        b"sep=;\nid;email\n1;a@example.com\n",
        expect![[r#"
        property: "id;email\n"
        0: id=1 email=a@example.com
        = csv full, 1 records
    "#]],
    );
}

#[test]
fn quotes_hold_delimiters_and_newlines() {
    check(
        "a.csv",
        b"id,note\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,plain\r\n",
        expect![[r#"
            property: "id,note\r"
            0: id=1 note=a, "b"
            c
            1: id=2 note=plain
            = csv full, 2 records
        "#]],
    );
}

#[test]
fn a_table_without_a_header_keeps_its_first_row() {
    check(
        "a.csv",
        b"Ann,536-90-4399\nBob,536-90-4398\n",
        expect![[r#"
        0: column 1=Ann column 2=536-90-4399
        1: column 1=Bob column 2=536-90-4398
        = csv full, 2 records
    "#]],
    );
}

#[test]
fn ragged_rows_lose_nothing() {
    check(
        "a.csv",
        b"id,name\n1,a\n2,b,extra\n3\n4,d\n5,e\n",
        expect![[r#"
        property: "id,name\n"
        0: id=1 name=a
        1: id=2 name=b column 3=extra
        2: id=3
        3: id=4 name=d
        4: id=5 name=e
        = csv full, 5 records
    "#]],
    );
}

#[test]
fn one_column_is_a_table_only_by_name() {
    check(
        "a.csv",
        b"email\na@example.com\nb@example.com\n",
        expect![[r#"
        property: "email\n"
        0: email=a@example.com
        1: email=b@example.com
        = csv full, 2 records
    "#]],
    );
    check(
        "a",
        b"email\na@example.com\n",
        expect![[r#"
        line 1, byte 0: "email\na@example.com\n"
        = text full
    "#]],
    );
}

#[test]
fn equal_headers_stay_apart() {
    check(
        "a.csv",
        b"id,email,email,\n1,a@x.org,b@x.org,z\n",
        expect![[r#"
        property: "id,email,email,\n"
        0: id=1 email=a@x.org email (3)=b@x.org column 4=z
        = csv full, 1 records
    "#]],
    );
}

#[test]
fn a_stray_quote_does_not_hide_the_rest() {
    let mut rows = b"id,note\n".to_vec();
    for id in 0..150_000 {
        rows.extend_from_slice(format!("{id},row {id}\n").as_bytes());
        if id == 1000 {
            rows.extend_from_slice(b"7,\"open\n");
        }
    }
    let (transcript, outcome) = extract("a.csv", &rows);
    assert!(saw(&transcript, "row 500\n") && saw(&transcript, "row 1500\n") && saw(&transcript, "row 149999"));
    assert_eq!(outcome.reason, None);
    // What follows the quote is text, with the number of its line.
    assert!(transcript.lines.contains("\nline 1003, byte "), "the stray quote stands in line 1003");
}

#[test]
fn a_quote_open_to_the_end_gives_text() {
    let mut rows = b"id,note\n1,a\n2,b\n3,\"open\n".to_vec();
    for id in 0..100 {
        rows.extend_from_slice(format!("{id},row {id}\n").as_bytes());
    }
    let (transcript, _) = extract("a.csv", &rows);
    assert!(transcript.lines.contains("line 4, byte 16: \"3,\\\"open\\n0,row 0"), "{}", transcript.lines);
}

#[test]
fn what_is_no_table_after_all_goes_on_as_text() {
    let mut rows = "a,b,c\n1,2,3\n".repeat(20).into_bytes();
    while rows.len() < 100 << 10 {
        rows.extend_from_slice(b"1,2,3\n");
    }
    for line in 0..20_000 {
        rows.extend_from_slice(format!("prose line {line}\n").as_bytes());
    }
    let tail = b"last words 4111\n";
    rows.extend_from_slice(tail);
    let (transcript, outcome) = extract("a.csv", &rows);
    assert!(saw(&transcript, "prose line 19999") && saw(&transcript, "last words 4111"));
    assert_eq!(outcome.method.as_str(), "full");
}

#[test]
fn columns_beyond_all_measure_share_one() {
    let row = (0..5000).map(|cell| format!("v{cell}")).collect::<Vec<_>>().join(",");
    let (transcript, _) = extract("a.csv", &format!("{row}\n{row}\n").into_bytes());
    assert!(saw(&transcript, "v4999\n"));
    assert!(transcript.lines.contains("(other)=v4999"));
}
