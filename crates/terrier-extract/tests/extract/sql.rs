//! Dumps of databases.

use expect_test::expect;

use crate::transcript::{check, extract, saw};

pub(crate) fn mysql() -> Vec<u8> {
    b"-- MySQL dump 10.13  Distrib 8.0\n--\n-- owner: ann@example.com\nCREATE TABLE `people` (\n  `id` int NOT NULL,\n  `name` varchar(20),\n  `photo` blob,\n\
      PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\nLOCK TABLES `people` WRITE;\n\
      INSERT INTO `people` VALUES (1,'Ann O\\'Neil',0x416E6E),(2,'a),(b;',NULL),\n(3,'B\\\\',_binary 'x');\nUNLOCK TABLES;\n"
        .to_vec()
}

pub(crate) fn postgres() -> Vec<u8> {
    b"--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\nCOPY public.people (id, \"full name\", note) FROM stdin;\n\
      1\tAnn Lee\tone\\ntwo\n2\t\\N\tINSERT INTO x VALUES (1);\n\\.\n\nSELECT 1;\n"
        .to_vec()
}

#[test]
fn rows_of_mysql_are_records() {
    check(
        "dump",
        &mysql(),
        expect![[r#"
        line 1, byte 0: "-- MySQL dump 10.13  Distrib 8.0\n--\n-- owner: ann@example.com\nCREATE TABLE `people` (\n  `id` int NOT NULL,\n  `name` varchar(20),\n  `photo` blob,\nPRIMARY KEY (`id`)\n) ENGINE=InnoDB;\nLOCK TABLES `people"
        line 12, byte 305: "\nUNLOCK TABLES;\n"
        0: people.id=1 people.name=Ann O'Neil people.photo=Ann
        1: people.id=2 people.name=a),(b;
        2: people.id=3 people.name=B\ people.photo=x
        = sql full, 3 records
    "#]],
    );
}

#[test]
fn rows_of_postgres_are_records() {
    check(
        "dump",
        &postgres(),
        expect![[r#"
        line 1, byte 0: "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\nCOPY public.people (id, \"full name\", note) FROM stdin;\n"
        line 8, byte 169: "\\.\n\nSELECT 1;\n"
        0: people.id=1 people.full name=Ann Lee people.note=one
        two
        1: people.id=2 people.note=INSERT INTO x VALUES (1);
        = sql full, 2 records
    "#]],
    );
}

#[test]
fn statements_name_their_columns_or_nobody_does() {
    check(
        "a.sql",
        b"INSERT INTO a (x, \"y z\") VALUES (1, 'it''s');\nINSERT [dbo].[B] VALUES (N'C:\\', CAST('1' AS int))\nGO\n\
          INSERT INTO a SELECT * FROM b;\nINSERT /* a note */ INTO a (x, y) VALUES (E'a\\tb', '1'::date) ON CONFLICT DO NOTHING;\n",
        expect![[r#"
            0: a.x=1 a.y z=it's
            line 2, byte 96: "\nGO\nINSERT INTO a SELECT * FROM b;\n"
            1: B.column 1=C:\ B.column 2=CAST('1' AS int)
            line 5, byte 131: "INSERT /* a note */ INTO a (x, y) VALUES"
            line 5, byte 192: " ON CONFLICT DO NOTHING;\n"
            2: a.x=a	b a.y=1
            = sql full, 3 records
        "#]],
    );
}

#[test]
fn what_does_not_end_is_text() {
    let mut dump = mysql();
    dump.extend_from_slice(b"INSERT INTO `people` VALUES (4,'536-90-4399");
    let (transcript, outcome) = extract("a.sql", &dump);
    assert!(saw(&transcript, "536-90-4399") && saw(&transcript, "Ann O'Neil"));
    assert_eq!(outcome.reason, None);
    // Many such statements are not looked at again and again.
    let endless = [b"CREATE TABLE t (a int);\n".to_vec(), b"INSERT INTO t VALUES ((((('\n".repeat(400_000)].concat();
    let (transcript, outcome) = extract("a.sql", &endless);
    assert_eq!(outcome.reason, None);
    assert!(transcript.content.len() >= endless.len());
}

#[test]
fn rows_come_whole_wherever_the_buffer_ends() {
    let mut dump = b"CREATE TABLE people (id int, name text, email text);\n".to_vec();
    for id in 0..40_000 {
        dump.extend_from_slice(
            format!("INSERT INTO people VALUES ({id}, 'Ann; (', 'a{id}@example.com'),\n  ({id}, '', 'b{id}@example.com');\n").as_bytes(),
        );
    }
    let (transcript, outcome) = extract("a.sql", &dump);
    assert_eq!(outcome.records_read, Some(80_000));
    assert!(!saw(&transcript, "VALUES") && saw(&transcript, "\nb39999@example.com\n"));
}

#[test]
fn notebooks_are_read_by_their_cells() {
    check(
        "a.ipynb",
        b"{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"key = 'a'\\n\",\n    \"print(key)\"\n   ],\n   \
          \"outputs\": [{\"text\": [\"a@example.com\\n\"], \"data\": {\"text/plain\": [\"1\", \"2\"]}}]\n  }\n ],\n \"nbformat\": 4\n}\n",
        expect![[r#"
            line 6, byte 61: "key = 'a'\nprint(key)"
            line 9, byte 124: "a@example.com\n"
            line 9, byte 168: "1\n2"
            0: cells[].cell_type=code
            1: nbformat=4
            = ipynb full, 2 records
        "#]],
    );
}
