use std::path::PathBuf;
use std::sync::Arc;

use expect_test::{Expect, expect};
use terrier_findings::{Results, ShardRows, Usage};
use terrier_model::{RunId, Table};
use terrier_query::{FindingsDb, OutputFormat, QueryError, render};

use crate::{empty, fixture, one_run, open, prefix};

async fn check(db: &FindingsDb, statement: &str, expected: Expect) {
    expected.assert_eq(&render(&db.sql(statement).await.unwrap(), OutputFormat::Table).unwrap());
}

#[tokio::test]
async fn plain_names_show_the_latest_finished_run_per_target() {
    let store = empty();
    fixture::write_run(Arc::clone(&store), &prefix(), "r1", fixture::STARTED).await;
    let only_assets = |run: &RunId, shard| ShardRows { assets: fixture::shard(run, shard).assets, ..ShardRows::default() };
    fixture::write_run_of(Arc::clone(&store), &prefix(), "r2", fixture::STARTED + 1, only_assets).await;
    let results = Results::new(Arc::clone(&store), prefix());
    let unfinished = RunId::new("r3");
    results.begin_run(&unfinished, fixture::STARTED + 2, &fixture::manifest()).await.unwrap();
    results.commit_shard(&unfinished, 0, fixture::shard(&unfinished, 0), Usage::default()).await.unwrap();
    let db = open(store).await;
    let statement = "SELECT 'assets' AS t, run_id, count(*) AS n FROM assets GROUP BY run_id
        UNION ALL SELECT 'assets_all', run_id, count(*) FROM assets_all GROUP BY run_id
        UNION ALL SELECT 'findings', '', count(*) FROM findings
        UNION ALL SELECT 'findings_all', run_id, count(*) FROM findings_all GROUP BY run_id
        UNION ALL SELECT 'runs', run_id, count(*) FROM runs GROUP BY run_id
        UNION ALL SELECT 'runs_all', '', count(*) FROM runs_all ORDER BY 1, 2";
    check(
        &db,
        statement,
        expect![[r#"
        t             run_id  n
        ────────────  ──────  ─
        assets        r2      8
        assets_all    r1      8
        assets_all    r2      8
        assets_all    r3      2
        findings              0
        findings_all  r1      5
        findings_all  r3      3
        runs          r2      1
        runs_all              2
        (9 rows)
    "#]],
    )
    .await;
    let first = db.of_run(&RunId::new("r1")).unwrap();
    check(
        &first,
        "SELECT count(*) AS n FROM findings",
        expect![[r#"
        n
        ─
        5
        (1 row)
    "#]],
    )
    .await;
    assert!(db.of_run(&unfinished).is_err());
}

#[tokio::test]
async fn without_any_run_every_table_is_there_and_empty() {
    let db = open(empty()).await;
    for table in Table::ALL {
        for name in [table.name().to_owned(), format!("{}_all", table.name())] {
            let batches = db.sql(&format!("SELECT * FROM {name}")).await.unwrap();
            assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 0);
            assert_eq!(batches[0].num_columns(), table.columns().len());
        }
    }
    assert_eq!(db.summary(None).await.unwrap().assets, 0);
}

#[tokio::test]
async fn lists_structures_and_times_can_be_asked() {
    let statement = "SELECT f.class, f.places[1]['column'] AS col, e['name'] AS evidence, e['weight'] AS weight, f.started
        FROM (SELECT class, places, unnest(evidence) AS e, started FROM findings JOIN runs USING (run_id)) f
        WHERE 'us_ssn.bare' IS NOT NULL AND class = 'us_ssn'";
    check(
        &one_run().await,
        statement,
        expect![[r#"
        class   col      evidence         weight  started
        ──────  ───────  ───────────────  ──────  ────────────────────
        us_ssn  card_no  checksum_strong     2.5  2026-05-01 12:00:00Z
        us_ssn  card_no  inside_number     -1.25  2026-05-01 12:00:00Z
        (2 rows)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn nothing_but_reading_is_allowed() {
    let db = one_run().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.csv");
    for statement in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "DROP TABLE findings",
        "INSERT INTO findings SELECT * FROM findings",
        "DELETE FROM findings",
        "SET datafusion.execution.batch_size = 1",
        &format!("COPY findings TO '{}' STORED AS CSV", file.display()),
    ] {
        let error = db.sql(statement).await.unwrap_err();
        assert!(matches!(error, QueryError::NotReadOnly), "{statement}: {error}");
    }
    assert!(!file.exists());
    let passwd = db.sql("SELECT * FROM '/etc/passwd'").await.unwrap_err();
    assert!(matches!(passwd, QueryError::Statement(_)), "{passwd}");
    check(
        &db,
        "SELECT count(*) AS n FROM findings",
        expect![[r#"
        n
        ─
        5
        (1 row)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_answer_beyond_the_memory_is_refused() {
    let db = one_run().await;
    let error = db.sql("SELECT repeat('x', 100000) AS x FROM range(1, 100000)").await.unwrap_err();
    assert!(matches!(error, QueryError::TooLarge(_)), "{error}");
}

#[tokio::test]
async fn mistakes_are_explained() {
    let db = one_run().await;
    for (statement, part) in [("SELECT nope FROM findings", "nope"), ("SELECT * FROM nowhere", "nowhere"), ("SELEKT 1", "SELEKT")] {
        let error = db.sql(statement).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot answer this statement: ") && error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn the_questions_of_the_documentation_are_answered() {
    let doc = std::fs::read_to_string(PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/query.md")).unwrap();
    let questions = doc.split("Some questions:\n```sql\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let db = one_run().await;
    let statements: Vec<&str> = questions.split(";\n").filter(|statement| !statement.trim().is_empty()).collect();
    assert_eq!(statements.len(), 5);
    for statement in statements {
        db.sql(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
